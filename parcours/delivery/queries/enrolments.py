from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from parcours.delivery.choices import CAME, SEE_PEOPLE, EnrolmentState

if TYPE_CHECKING:
    from parcours.delivery.models import Attendance, Booking, Enrolment  # noqa: F401 (named in strings)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: Any, *, at: datetime) -> Self:
        """One's own, and those of the editions that one leads or facilitates at that moment."""
        if not user.is_authenticated:
            return self.none()
        worked = user.staffings.of(user, on=at.date(), roles=SEE_PEOPLE)
        return self.filter(models.Q(person__account=user) | models.Q(edition__in=worked.values("edition")))

    def taking_a_place(self) -> Self:
        """Those who hold a place now."""
        return self.filter(state=EnrolmentState.ENROLLED)

    def waiting(self) -> Self:
        """The waiting list, whoever came first at its head."""
        return self.filter(state=EnrolmentState.WAITING).order_by("applied_at", "pk")

    def were_enrolled(self) -> Self:
        """Everybody who was given a place, whatever became of it."""
        return self.exclude(enrolled_at=None)


class BookingQuerySet(models.QuerySet["Booking"]):
    def standing(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at=None)


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def came(self) -> Self:
        return self.filter(presence__in=CAME)
