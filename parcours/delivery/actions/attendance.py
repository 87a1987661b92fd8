"""What was seen of whom: noted by several at once, corrected with a trace, never written over unseen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from parcours.accounts.models import User
from parcours.delivery.choices import CAME, Presence
from parcours.delivery.models import Attendance, Edition, Enrolment, Session
from parcours.delivery.queries.rates import finishers
from parcours.people.actions.persons import note_contact
from parcours.people.actions.qualifications import award
from parcours.people.models import Qualification


@dataclass(frozen=True)
class Seen:
    """What one facilitator saw of one person; `base` is the revision of the row before them, 0 for none."""

    enrolment: int
    presence: Presence
    base: int


@transaction.atomic
def note_attendance(*, session: Session, seen: Iterable[Seen], by: User, at: datetime) -> list[Attendance]:
    """Keep what was seen; gives the rows that somebody else had changed meanwhile to something else: these stay.

    Both saw the same: nothing to say. Only those who hold or held a place are noted.
    """
    Session.objects.select_for_update().get(pk=session.pk)  # two who note at once take turns
    people = {one.pk: one for one in session.edition.enrolments.were_enrolled().select_related("person")}
    rows = {row.enrolment_id: row for row in session.attendances.select_related("noted_by", "enrolment__person")}
    clashes = []
    for one in seen:
        row = rows.get(one.enrolment)
        if one.enrolment not in people or (row and row.presence == one.presence):
            continue
        if row and row.revision != one.base:
            clashes.append(row)
            continue
        _note(session, people[one.enrolment], row, one.presence, by, at)
    return clashes


def _note(
    session: Session, enrolment: Enrolment, row: Attendance | None, presence: Presence, by: User, at: datetime
) -> None:
    row = row or Attendance(session=session, enrolment=enrolment, revision=0, is_invented=session.is_invented)
    row.presence, row.noted_by, row.noted_at = presence, by, at
    row.revision += 1
    row.save()
    if presence in CAME and enrolment.person:
        note_contact(person=enrolment.person, on=timezone.localdate(session.starts_at))


@transaction.atomic
def award_finished(*, edition: Edition, on: date) -> list[Qualification]:
    """Give those who finished the qualification that the programme awards; again changes nothing."""
    kind, by = edition.programme.awards, edition.programme.organisation.name
    if not kind:
        return []
    people = [one.person for one in finishers(edition.enrolments.all()).select_related("person") if one.person]
    return [award(person=one, kind=kind, by=by, on=on, earned_in=edition.key) for one in people]
