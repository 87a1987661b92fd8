from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from parcours.delivery.choices import CAME, SEE_PEOPLE, BookingState, EnrolmentState

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
        """Those who have seats and are expected."""
        return self.filter(state=BookingState.BOOKED)

    def holding_seats(self, *, at: datetime) -> Self:
        """Those for whom seats are kept: booked, or offered and not answered yet."""
        offered = models.Q(state=BookingState.OFFERED, offer_ends_at__gt=at)
        return self.filter(models.Q(state=BookingState.BOOKED) | offered)

    def waiting(self) -> Self:
        """The waiting list, whoever came first at its head."""
        return self.filter(state=BookingState.WAITING).order_by("booked_at", "pk")

    def seats(self) -> int:
        """How many seats they are together."""
        return self.aggregate(n=models.Sum("seats"))["n"] or 0


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def of_enrolled(self) -> Self:
        """Of those who committed to the edition, not of parties who booked."""
        return self.exclude(enrolment=None)

    def came(self) -> Self:
        return self.filter(presence__in=CAME)
