"""What was seen of whom: noted by several at once, corrected with a trace, never written over unseen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from parcours.accounts.models import User
from parcours.delivery.choices import CAME, Presence
from parcours.delivery.models import Attendance, Booking, Edition, Enrolment, Session
from parcours.delivery.queries.rates import finishers
from parcours.people.actions.persons import note_contact
from parcours.people.actions.qualifications import award
from parcours.people.models import Qualification


@dataclass(frozen=True)
class Seen:
    """What one facilitator saw of one enrolment, or of one booking and how many of its party came.

    `base` is the revision of the row before them, 0 for none.
    """

    who: int
    presence: Presence
    base: int
    is_party: bool = False
    seats: int = 1


@transaction.atomic
def note_attendance(*, session: Session, seen: Iterable[Seen], by: User, at: datetime) -> list[Attendance]:
    """Keep what was seen; gives the rows that somebody else had changed meanwhile to something else: these stay.

    Both saw the same: nothing to say. Only those who hold or held a place, or booked, are noted.
    """
    Session.objects.select_for_update().get(pk=session.pk)  # two who note at once take turns
    enrolments = session.edition.enrolments.were_enrolled().select_related("person")
    expected: dict[tuple[bool, int | None], Enrolment | Booking] = {(False, one.pk): one for one in enrolments}
    expected |= {(True, one.pk): one for one in session.bookings.standing()}
    noted = session.attendances.select_related("noted_by", "enrolment__person", "booking")
    rows = {(row.enrolment_id is None, row.enrolment_id or row.booking_id): row for row in noted}
    clashes = []
    for one in seen:
        row, who = rows.get((one.is_party, one.who)), expected.get((one.is_party, one.who))
        if who is None or (row and (row.presence, row.seats) == (one.presence, one.seats)):
            continue
        if row and row.revision != one.base:
            clashes.append(row)
            continue
        row = row or Attendance(session=session, revision=0, is_invented=session.is_invented)
        _note(row, who, one, by, at)
    return clashes


def _note(row: Attendance, who: Enrolment | Booking, seen: Seen, by: User, at: datetime) -> None:
    if isinstance(who, Booking):
        row.booking = who
    else:
        row.enrolment = who
        if seen.presence in CAME and who.person:
            note_contact(person=who.person, on=timezone.localdate(row.session.starts_at))
    row.presence, row.seats, row.noted_by, row.noted_at = seen.presence, seen.seats, by, at
    row.revision += 1
    row.save()


@transaction.atomic
def award_finished(*, edition: Edition, on: date) -> list[Qualification]:
    """Give those who finished the qualification that the programme awards; again changes nothing."""
    kind, by = edition.programme.awards, edition.programme.organisation.name
    if not kind:
        return []
    people = [one.person for one in finishers(edition.enrolments.all()).select_related("person") if one.person]
    return [award(person=one, kind=kind, by=by, on=on, earned_in=edition.key) for one in people]
