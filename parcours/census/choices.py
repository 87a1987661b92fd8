from django.db import models
from django.utils.translation import gettext_lazy as _


class PairState(models.TextChoices):
    """What people decided of two records that look alike."""

    OPEN = "open", _("to be looked at")
    SAME = "same", _("the same")
    DIFFERENT = "different", _("not the same")


class CorrectionOrigin(models.TextChoices):
    """Who says that a record should change."""

    OWNER = "owner", _("the organisation itself")
    PARTNER = "partner", _("a partner")
    READER = "reader", _("a reader")
    CHECK = "check", _("an automatic check")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class Outcome(models.TextChoices):
    """What became of a request to an organisation."""

    WAITING = "waiting", _("no answer yet")
    CONFIRMED = "confirmed", _("confirmed")
    CHANGED = "changed", _("changes sent")
    CLOSED = "closed", _("says it has closed")
    UNREACHABLE = "unreachable", _("could not be reached")


class CheckState(models.TextChoices):
    OK = "ok", _("works")
    BROKEN = "broken", _("broken")
    CLOSED = "closed", _("closed")
    UNKNOWN = "unknown", _("could not be checked")


class CheckKind(models.TextChoices):
    LINK = "link", _("web address")
    SIRET = "siret", _("SIRET")
