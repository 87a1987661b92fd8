from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from parcours.delivery.choices import EditionState

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

    def open_to_all(self, *, at: datetime) -> Self:
        """Which anybody may book: seats are told, its programme is public, it has not begun."""
        editions = {
            "edition__state__in": [EditionState.OPEN, EditionState.RUNNING],
            "edition__programme__is_public": True,
        }
        return self.planned().filter(capacity__isnull=False, starts_at__gt=at, **editions)

    def with_free_seats(self, *, at: datetime) -> Self:
        """Each with `free_seats`, never below zero; None where nobody books."""
        bookings = self.model._meta.get_field("bookings").related_model
        held = bookings.objects.holding_seats(at=at).filter(session=OuterRef("pk")).order_by().values("session")
        taken = Subquery(held.annotate(n=Sum("seats")).values("n"), output_field=IntegerField())
        return self.annotate(free_seats=Greatest(F("capacity") - Coalesce(taken, Value(0)), Value(0)))

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Which share some time with this one."""
        return self.planned().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
