"""Sessions: a series made from the programme's steps, moves and cancellations that people are told of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.delivery.actions.bookings import set_seats
from parcours.delivery.models import Edition, Session, Step, Venue
from parcours.engines.hours.holidays import is_holiday


@dataclass(frozen=True)
class Planned:
    """A session that a series would make, and what stands in its way: other sessions in its place, a holiday."""

    step: Step
    starts_at: datetime
    ends_at: datetime
    venue: Venue | None
    clashes: Sequence[Session] = field(default=())
    is_holiday: bool = False


def series(*, edition: Edition, first: date, at: time, venue: Venue | None) -> list[Planned]:
    """The sessions that the programme's steps make, the first on that day; always at the same hour of the clock."""
    planned = []
    for step in edition.programme.steps.all():
        day = first + timedelta(days=step.day)
        starts = timezone.make_aware(datetime.combine(day, at))
        ends = starts + timedelta(minutes=step.minutes)
        there = Session.objects.overlapping(starts, ends).filter(venue=venue) if venue else Session.objects.none()
        clashes = tuple(there.exclude(edition=edition, step=step).select_related("edition"))
        planned.append(Planned(step, starts, ends, venue, clashes, is_holiday(day)))
    return planned


@transaction.atomic
def plan_series(*, edition: Edition, first: date, at: time, venue: Venue | None) -> list[Session]:
    """Make the sessions of a series; a step that has a session already keeps it, so that it can be repeated.

    The edition's days follow. Raises ValidationError, and makes none, when another session is in the place.
    """
    planned = series(edition=edition, first=first, at=at, venue=venue)
    if any(one.clashes for one in planned):
        raise ValidationError(_("Another session is in this place at that time: choose another place or hour."))
    has = set(edition.sessions.planned().values_list("step", flat=True))
    made = [
        Session.objects.create(
            edition=edition,
            step=one.step,
            title=one.step.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            venue=venue,
            is_invented=edition.is_invented,
        )
        for one in planned
        if one.step.pk not in has
    ]
    _stretch(edition)
    return made


@transaction.atomic
def save_session(*, session: Session, at: datetime) -> Session:
    """Keep a session. When its time or place changes, everybody concerned is due to be told; new seats are offered to
    those who wait. Raises ValidationError."""
    session.full_clean()
    if session.venue and session.capacity and session.venue.capacity and session.capacity > session.venue.capacity:
        said = _("%(place)s takes %(number)d people.")
        raise ValidationError({"capacity": said % {"place": session.venue.name, "number": session.venue.capacity}})
    old = Session.objects.filter(pk=session.pk).first()
    if old and old.capacity != session.capacity:
        set_seats(session=session, at=at)
    if old and (old.starts_at, old.ends_at, old.venue_id) != (session.starts_at, session.ends_at, session.venue_id):
        session.sequence += 1
    session.save()
    _stretch(session.edition)
    return session


@transaction.atomic
def cancel_session(*, session: Session, at: datetime) -> Session:
    """It will not take place; everybody concerned is due to be told. Its file says so to their calendars."""
    return _set_cancelled(session, at)


@transaction.atomic
def restore_session(*, session: Session) -> Session:
    """It takes place after all. Raises ValidationError when its place was taken meanwhile."""
    return _set_cancelled(session, None)


def _set_cancelled(session: Session, at: datetime | None) -> Session:
    session.cancelled_at = at
    session.sequence += 1
    session.full_clean()
    session.save(update_fields=["cancelled_at", "sequence", "changed_at"])
    return session


def _stretch(edition: Edition) -> None:
    """An edition lasts from its first session to its last."""
    starts = [timezone.localtime(one).date() for one in edition.sessions.planned().values_list("starts_at", flat=True)]
    if starts:
        edition.starts_on, edition.ends_on = min(starts), max(starts)
        edition.save(update_fields=["starts_on", "ends_on"])
