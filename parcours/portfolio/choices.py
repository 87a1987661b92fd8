from django.db import models
from django.utils.translation import gettext_lazy as _


class Strand(models.TextChoices):
    """The parts of a life in which experiences are made (Migrapass)."""

    LIFE = "life", _("life")
    MIGRATION = "migration", _("migration")
    PROFESSIONAL = "professional", _("work")
    SOCIAL = "social", _("with others")
    FAMILY = "family", _("family")


class Part(models.TextChoices):
    """What is shared, hidden and opened as one: the strands, then what follows from them."""

    LIFE = "life", _("life")
    MIGRATION = "migration", _("migration")
    PROFESSIONAL = "professional", _("work")
    SOCIAL = "social", _("with others")
    FAMILY = "family", _("family")
    COMPETENCES = "competences", _("competences")
    PLAN = "plan", _("goals and action plan")
    CV = "cv", _("CV")


class SaidBy(models.TextChoices):
    ME = "me", _("me")
    TUTOR = "tutor", _("my tutor")
    PEER = "peer", _("somebody of the group")


class Layout(models.TextChoices):
    CLASSIC = "classic", _("classic: by experience")
    COMPETENCES = "competences", _("competences first")
    ONE_PAGE = "one-page", _("one page")
