from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from parcours.delivery.models import Session  # noqa: F401 (named in a string)


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def upcoming(self, *, at: datetime) -> Self:
        return self.planned().filter(ends_at__gt=at)

    def held(self, *, at: datetime) -> Self:
        """Over, and not cancelled."""
        return self.planned().filter(ends_at__lte=at)

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Which share some time with this one."""
        return self.planned().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
