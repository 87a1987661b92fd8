from django.db import models
from django.utils.translation import gettext_lazy as _

# A year, a month or a day, as ISO 8601 writes them: people often know their year of birth only.
PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class Gender(models.TextChoices):
    """As the person says it, or does not."""

    UNSAID = "", _("not said")
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", _("other")


class Channel(models.TextChoices):
    """How one is told things."""

    SMS = "sms", _("text message")
    EMAIL = "email", _("e-mail")
    CALL = "call", _("by telephone")
    IN_PERSON = "in-person", _("in person only")


class Level(models.TextChoices):
    """How well one speaks a language: the Common European Framework, with what comes before and after it."""

    A0 = "A0", _("A0: first words")
    A1 = "A1", _("A1: simple everyday phrases")
    A2 = "A2", _("A2: short talks about everyday life")
    B1 = "B1", _("B1: manages in most situations")
    B2 = "B2", _("B2: speaks with ease")
    C1 = "C1", _("C1: speaks fluently")
    C2 = "C2", _("C2: like the first language")
    NATIVE = "native", _("first language")


class Relation(models.TextChoices):
    """What a person is in a household."""

    ADULT = "adult", _("adult")
    PARTNER = "partner", _("partner")
    CHILD = "child", _("child")
    RELATIVE = "relative", _("other relative")
    OTHER = "other", _("other")


class Way(models.TextChoices):
    """How a consent was given."""

    SCREEN = "screen", _("on the screen")
    PAPER = "paper", _("on paper")
    SPOKEN = "spoken", _("spoken, with a witness")


class Cause(models.TextChoices):
    """Why a person was erased."""

    ASKED = "asked", _("the person asked for it")
    RETENTION = "retention", _("two years after the last contact")
    MISTAKE = "mistake", _("noted by mistake, or twice")
