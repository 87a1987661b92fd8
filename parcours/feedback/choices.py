from django.db import models
from django.utils.translation import gettext_lazy as _


class Moment(models.TextChoices):
    BEFORE = "before", _("before")
    AFTER = "after", _("after")
