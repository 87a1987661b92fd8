"""What was seen: by two at once, corrected with a trace, counted in one way."""

from datetime import timedelta

import pytest

from parcours.accounts.queries import history_of
from parcours.delivery.actions.attendance import Seen, award_finished, note_attendance
from parcours.delivery.choices import EnrolmentState, Presence
from parcours.delivery.models import Attendance
from parcours.delivery.queries.rates import counted, finishers, starters
from parcours.delivery.tests import cast

pytestmark = pytest.mark.django_db
EARLIER = cast.NOON - timedelta(days=3)


def test_two_who_take_attendance_at_once_never_write_over_each_other_unseen():
    edition = cast.edition()
    session, who = cast.session(edition, EARLIER), cast.enrolled(edition)
    one, other = cast.user("Un"), cast.user("Autre")
    assert note_attendance(session=session, seen=[Seen(who.pk, Presence.PRESENT, 0)], by=one, at=cast.NOON) == []

    [clash] = note_attendance(session=session, seen=[Seen(who.pk, Presence.ABSENT, 0)], by=other, at=cast.NOON)
    assert (clash.presence, clash.noted_by) == (Presence.PRESENT, one)
    assert Attendance.objects.get().presence == Presence.PRESENT

    assert note_attendance(session=session, seen=[Seen(who.pk, Presence.PRESENT, 0)], by=other, at=cast.NOON) == []
    assert note_attendance(session=session, seen=[Seen(who.pk, Presence.LATE, 1)], by=other, at=cast.NOON) == []
    row = Attendance.objects.get()
    assert (row.presence, row.revision, row.noted_by) == (Presence.LATE, 2, other)
    assert [event.what for event in history_of(row)] == ["update", "insert"]


def test_only_people_of_the_edition_are_noted():
    stranger = cast.enrolled(cast.edition())
    session = cast.session(cast.edition(), EARLIER)
    note_attendance(session=session, seen=[Seen(stranger.pk, Presence.PRESENT, 0)], by=cast.user(), at=cast.NOON)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("came", "share", "is_finished"), [(4, 50, True), (2, 50, True), (1, 50, False), (3, 100, False)]
)
def test_who_came_to_enough_sessions_and_did_not_leave_has_finished(came, share, is_finished):
    edition = cast.edition(cast.programme(finish_share=share))
    sessions = [cast.session(edition, EARLIER + timedelta(hours=3 * n)) for n in range(4)]
    cast.session(edition, cast.NOON + timedelta(days=5))
    cast.session(edition, EARLIER - timedelta(days=1), cancelled_at=cast.NOON)
    who = cast.enrolled(edition)
    for session in sessions[:came]:
        note_attendance(session=session, seen=[Seen(who.pk, Presence.PRESENT, 0)], by=cast.user(), at=cast.NOON)

    assert finishers(edition.enrolments.all(), at=cast.NOON).exists() == is_finished
    assert counted(edition.enrolments.all(), at=cast.NOON).get().held == 4
    who.state, who.ended_on, who.end_reason = EnrolmentState.LEFT, cast.TODAY, "work"
    who.save()
    assert not finishers(edition.enrolments.all(), at=cast.NOON).exists()
    assert starters(edition.enrolments.all(), at=cast.NOON).exists()


def test_those_who_finished_a_training_hold_its_qualification_once():
    edition = cast.edition(cast.programme(awards="migrapass-tutor"))
    session = cast.session(edition, EARLIER)
    who, absent = cast.enrolled(edition), cast.enrolled(edition)
    note_attendance(session=session, seen=[Seen(who.pk, Presence.PRESENT, 0)], by=cast.user(), at=cast.NOON)

    for _again in range(2):
        award_finished(edition=edition, on=cast.TODAY)
    assert [one.kind for one in who.person.qualifications.valid(on=cast.TODAY)] == ["migrapass-tutor"]
    assert not absent.person.qualifications.exists()
