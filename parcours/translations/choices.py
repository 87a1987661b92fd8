from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationState(models.TextChoices):
    """Where a translation stands. MISSING and OUTDATED are derived, never stored."""

    MISSING = "missing", _("missing")
    OUTDATED = "outdated", _("outdated")
    DRAFT = "draft", _("machine draft")
    REVIEWED = "reviewed", _("reviewed")


SAVED_STATES = (TranslationState.DRAFT, TranslationState.REVIEWED)
