from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import (
    WITHHELD,
    NameStatus,
    OrganisationKind,
    PublicationConsent,
    RelationKind,
    Role,
    SourceKind,
)
from parcours.directory.queries.organisations import InvitationQuerySet, OrganisationQuerySet
from parcours.directory.queries.sources import SourceQuerySet
from parcours.directory.search import Searchable, search_index
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.translations.fields import TranslatedField


class Source(models.Model):
    """A document, register or data set that facts come from."""

    pii = NO_PII

    key = models.SlugField(max_length=80, unique=True)
    title = TranslatedField()
    publisher = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    note = TranslatedField(blank=True)
    is_used = models.BooleanField(
        _("used"), default=True, help_text=_("What a source that is not used says is kept and not shown")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=50, help_text=_("Where two sources differ, the lowest rank wins")
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title.text


class Cited(models.Model):
    """A record that says where it comes from: a section of a source, or invented for the demonstration."""

    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    section = models.CharField(max_length=40, blank=True)
    is_invented = models.BooleanField(default=False)

    class Meta:
        abstract = True


def erased(name: str) -> models.Index:
    """Of a history, the rows that were erased: whoever keeps a copy is told of them, in this order."""
    return models.Index(fields=["pgh_created_at", "pgh_obj"], condition=Q(pgh_label="delete"), name=name)


@pghistory.track(exclude=["search_text"], meta={"indexes": [erased("organisation_erased")]})
class Organisation(Searchable, Cited):
    """A body that acts in the territory or with it: association, municipality, division, State service…"""

    pii = NO_PII

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    names = TranslatedField(blank=True)
    sort_key = models.CharField(max_length=200, editable=False, default="")
    name_status = models.CharField(max_length=14, choices=NameStatus.choices, default=NameStatus.OFFICIAL)
    is_generic = models.BooleanField(default=False, help_text=_("A source names a category here, not one body"))
    acronym = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="organisations")
    country = models.CharField(max_length=2, default="FR", blank=True)
    description = TranslatedField(blank=True)
    notes = TranslatedField(blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("web page"), max_length=500, blank=True)
    hours = models.CharField(_("opening hours"), max_length=1000, blank=True)
    networks = ArrayField(models.CharField(max_length=120), verbose_name=_("networks"), default=list, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    rhythm_months = models.PositiveSmallIntegerField(_("to be confirmed every (months)"), default=12)
    observed_on = models.DateField(_("last written on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    consent = models.CharField(
        max_length=20, choices=PublicationConsent.choices, default=PublicationConsent.PUBLIC_DOCUMENT
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "key"]
        indexes = [
            search_index("organisation_search"),
            models.Index(fields=["sort_key", "key"], name="organisation_sort"),
            # what the pages count is read from this alone
            models.Index(fields=["consent", "merged_into", "area"], name="organisation_counts"),
            models.Index(fields=["changed_at", "id"], name="organisation_changed"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(condition=Q(rhythm_months__range=(1, 16)), name="organisation_rhythm"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="organisation_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("directory:organisation", args=[self.key])

    @property
    def may_be_named(self) -> bool:
        """Whether everyone may read its name where something else names it."""
        return self.consent not in WITHHELD and self.merged_into_id is None

    @property
    def short_name(self) -> str:
        return self.acronym or self.name

    def search_sources(self) -> list[Any]:
        return [self.name, self.acronym, self.names, self.description, *(c.named_as for c in self.cited_in())]

    def cited_in(self) -> list["Citation"]:
        return list(self.citations.order_by("section", "pk")) if self.pk else []


class Link(models.Model):
    """A web address of an organisation."""

    pii = NO_PII

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="links")
    url = models.URLField()
    label = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "url"], name="link_once")]


class Identifier(models.Model):
    """An organisation's number in a register: SIRET, RNA, VAT…"""

    pii = NO_PII

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=40)

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once")]


class Citation(models.Model):
    """The place of a source that names an organisation, and the words it uses for it."""

    pii = NO_PII

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    section = models.CharField(max_length=40)
    named_as = models.CharField(max_length=200)

    class Meta:
        ordering = ["source", "section", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "section", "named_as"], name="citation_once")
        ]


class Relation(Cited):
    """How one organisation stands to another: `origin` is part of, member of, chairs or works with `target`."""

    pii = NO_PII

    origin = models.ForeignKey(Organisation, models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=20, choices=RelationKind.choices)
    target = models.ForeignKey(Organisation, models.CASCADE, related_name="relations_in")

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "kind", "target"], name="relation_once"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="relation_between_two"),
        ]


class Territory(models.Model):
    """The place this site serves: one row."""

    pii = NO_PII

    name = TranslatedField()
    summary = TranslatedField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="only_one_territory")]

    def __str__(self) -> str:
        return self.name.text


@pghistory.track()
class Membership(models.Model):
    """A user's role, in an organisation (partner) or in the territory (every other role)."""

    pii = Pii(fields=("user", "role", "organisation"), why="to know who may do what", until="the role ends")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="memberships")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation"], nulls_distinct=False, name="role_once"),
            models.CheckConstraint(
                condition=Q(role=Role.PARTNER, organisation__isnull=False)
                | (~Q(role=Role.PARTNER) & Q(organisation__isnull=True)),
                name="partner_in_an_organisation",
            ),
        ]


class Invitation(models.Model):
    """An offer of a role, sent to an address; only a digest of its secret is kept."""

    pii = Pii(
        fields=("email", "phone", "name", "invited_by"),
        why="to reach the person invited, and to know who did",
        until="30 days after it was sent",
    )

    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="invitations")
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="", phone=""), name="invitation_has_an_address"),
            models.CheckConstraint(
                condition=Q(role=Role.PARTNER, organisation__isnull=False)
                | (~Q(role=Role.PARTNER) & Q(organisation__isnull=True)),
                name="invited_partner_in_an_organisation",
            ),
        ]
