from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What an organisation is, in the words of the census of actors."""

    ASSOCIATION = "association", _("association")
    NETWORK = "network", _("network of associations")
    MUNICIPALITY = "municipality", _("municipality")
    DEPARTEMENT = "departement", _("département")
    DIVISION = "division", _("division of an administration")
    STATE = "state", _("State service")
    PUBLIC_BODY = "public-body", _("public body")
    SOCIAL_SECURITY = "social-security", _("social security fund")
    UNIVERSITY = "university", _("university")
    RESEARCH = "research", _("research institute")
    MUSEUM = "museum", _("museum")
    ARCHIVE = "archive", _("archive service")
    LIBRARY = "library", _("library")
    SCHOOL = "school", _("school")
    COMPANY = "company", _("company")
    TRAINING = "training", _("training body")
    CONSULAR = "consular", _("consular office")
    INTERNATIONAL = "international", _("international organisation")
    FUNDER = "funder", _("funder")


class RelationKind(models.TextChoices):
    PART_OF = "part-of", _("part of")
    MEMBER_OF = "member-of", _("member of")
    CHAIRS = "chairs", _("chairs")
    PARTNER_OF = "partner-of", _("partner of")
    MAYBE_SAME_AS = "maybe-same-as", _("may be the same as")


class SourceKind(models.TextChoices):
    PLAN = "plan", _("action plan")
    PRACTICE_SHEET = "practice-sheet", _("good-practice sheet")
    CENSUS = "census", _("census")
    GEOGRAPHY = "geography", _("geography")
    SURVEY = "survey", _("survey")
    REGISTER = "register", _("register")
    OPEN_DATA = "open-data", _("open data")
    LIST = "list", _("list that was sent")
    OWNER = "owner", _("the organisation itself")
    OFFICE = "office", _("the territory’s office")


class PublicationConsent(models.TextChoices):
    """Why an organisation may be named in public."""

    PUBLIC_DOCUMENT = "public-document", _("already named in a public document")
    GIVEN = "given", _("given by the organisation")
    ASKED = "asked", _("asked, no answer yet")
    REFUSED = "refused", _("refused")


# What keeps an organisation's name from the public pages: silence is not consent.
WITHHELD = (PublicationConsent.ASKED, PublicationConsent.REFUSED)


class Role(models.TextChoices):
    """What a user may do here. PARTNER is held in an organisation; the others in the territory."""

    COORDINATOR = "coordinator", _("coordinator")
    PARTNER = "partner", _("partner")
    FACILITATOR = "facilitator", _("workshop facilitator")
    COMMITTEE = "committee", _("committee member")
    TRANSLATOR = "translator", _("translator")


class NameStatus(models.TextChoices):
    """How sure we are of an organisation's name."""

    OFFICIAL = "official", _("official name")
    RECONSTRUCTED = "reconstructed", _("rebuilt from a translation")
    AS_PRINTED = "as-printed", _("as the source prints it")


class RecordKind(models.TextChoices):
    """What a source record tells of."""

    ORGANISATION = "organisation", _("organisation")
    SERVICE = "service", _("service")


class ServiceState(models.TextChoices):
    """Only a published service is public; a proposed one waits for the coordinator."""

    PROPOSED = "proposed", _("proposed")
    PUBLISHED = "published", _("published")
    SUSPENDED = "suspended", _("suspended for now")
    CLOSED = "closed", _("closed")


class Gender(models.TextChoices):
    WOMEN = "women", _("for women")
    MEN = "men", _("for men")


class Capacity(models.TextChoices):
    """Whether somebody new can come; an empty value means that nobody said."""

    OPEN = "open", _("places left")
    WAITING = "waiting", _("waiting list")
    FULL = "full", _("full")


class SpokenBy(models.TextChoices):
    STAFF = "staff", _("spoken by the staff")
    VOLUNTEER = "volunteer", _("spoken by a volunteer")
    INTERPRETER = "interpreter", _("interpreter on site")
    TELEPHONE = "telephone", _("interpreter by telephone")
