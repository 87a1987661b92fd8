"""Who started and who finished, counted in one way for every page, document and export.

Enrolled: was given a place. Started: came to at least one session. Finished: started, did not leave, and came to at
least the programme's share of the sessions that were held (`Programme.finish_share`).
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from parcours.delivery.choices import CAME, EnrolmentState

if TYPE_CHECKING:
    from parcours.delivery.models import Enrolment


def counted(enrolments: "QuerySet[Enrolment]", *, at: datetime | None = None) -> "QuerySet[Enrolment]":
    """Each with `held`, the sessions of its edition that are over, and `came`, those of them the person came to."""
    at = at or timezone.now()
    edition = enrolments.model._meta.get_field("edition").related_model
    sessions = edition._meta.get_field("sessions").related_model
    held = sessions.objects.held(at=at).filter(edition=OuterRef("edition")).order_by().values("edition")
    counted_held = Subquery(held.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    came = Count("attendances", filter=Q(attendances__presence__in=CAME, attendances__session__cancelled_at=None))
    return enrolments.annotate(held=Coalesce(counted_held, Value(0)), came=came)


def starters(enrolments: "QuerySet[Enrolment]", *, at: datetime | None = None) -> "QuerySet[Enrolment]":
    return counted(enrolments.were_enrolled(), at=at).filter(came__gt=0)  # type: ignore[attr-defined]


def finishers(enrolments: "QuerySet[Enrolment]", *, at: datetime | None = None) -> "QuerySet[Enrolment]":
    """Those who followed the edition to the end, or are on the way to it while it runs."""
    needed = Cast(F("held"), FloatField()) * F("edition__programme__finish_share") / 100.0
    return starters(enrolments.filter(state=EnrolmentState.ENROLLED), at=at).filter(came__gte=needed)
