from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    RECEIVED = "received", _("received, not read yet")
    PREVIEWED = "previewed", _("waiting for confirmation")
    APPLIED = "applied", _("imported")
    UNDONE = "undone", _("undone")
    ABANDONED = "abandoned", _("abandoned")


class Op(models.TextChoices):
    """What a row of a file does."""

    CREATE = "create", _("new")
    CHANGE = "change", _("changed")
    SAME = "same", _("unchanged")
    ERROR = "error", _("error")


class JobKind(models.TextChoices):
    READ = "read", _("reading")
    APPLY = "apply", _("importing")
    UNDO = "undo", _("undoing")


class JobState(models.TextChoices):
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    FAILED = "failed", _("failed")
