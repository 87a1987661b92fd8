"""Series, moves, messages, calendars."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from parcours.delivery.actions import notices
from parcours.delivery.actions import sessions as verbs
from parcours.delivery.actions.programmes import end_staff, name_staff
from parcours.delivery.calendars import calendar_of
from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Notice, Session, Venue
from parcours.delivery.tests import cast
from parcours.people.actions.qualifications import award, revoke
from parcours.people.choices import Channel

pytestmark = pytest.mark.django_db
EVENING = time(18, 30)
TOMORROW = cast.NOON + timedelta(days=1)


def test_a_series_is_made_from_the_steps_and_making_it_again_changes_nothing():
    edition = cast.edition()
    made = verbs.plan_series(edition=edition, first=date(2027, 1, 7), at=EVENING, venue=None)
    assert [str(one.title) for one in made] == ["Atelier 1", "Atelier 2", "Atelier 3"]
    assert (edition.starts_on, edition.ends_on) == (date(2027, 1, 7), date(2027, 1, 21))
    assert verbs.plan_series(edition=edition, first=date(2027, 1, 7), at=EVENING, venue=None) == []


@pytest.fixture
def edition():
    return cast.edition()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_half_past_six_stays_half_past_six_when_the_clocks_change(edition, first):
    for one in verbs.series(edition=edition, first=first, at=EVENING, venue=None):
        assert timezone.localtime(one.starts_at).time() == EVENING
        assert one.ends_at - one.starts_at == timedelta(minutes=120)


def test_a_series_that_meets_another_session_is_shown_and_not_made():
    venue = Venue.objects.create(name="Salle")
    there = datetime(2027, 1, 14, 18, tzinfo=UTC)
    other = cast.session(cast.edition(), starts_at=there, venue=venue)
    edition = cast.edition()
    planned = verbs.series(edition=edition, first=date(2027, 1, 7), at=EVENING, venue=venue)
    assert [list(one.clashes) for one in planned] == [[], [other], []]
    with pytest.raises(ValidationError):
        verbs.plan_series(edition=edition, first=date(2027, 1, 7), at=EVENING, venue=venue)
    assert not edition.sessions.exists()


def test_holidays_are_seen():
    planned = verbs.series(edition=cast.edition(), first=date(2026, 4, 24), at=EVENING, venue=None)
    assert [one.is_holiday for one in planned] == [False, True, True]


def told(mailoutbox):
    sent = [(mail.to[0], mail.subject) for mail in mailoutbox]
    mailoutbox.clear()
    return sent


def test_people_are_reminded_once_then_told_of_a_move_and_reminded_anew_of_nothing(mailoutbox, settings):
    settings.PARCOURS_SMS_BACKEND = "parcours.delivery.tests.test_sessions.keep_sms"
    SMS.clear()
    edition = cast.edition()
    session = cast.session(edition, TOMORROW)
    cast.enrolled(edition, cast.person("Salma", email="salma@example.org", channel=Channel.EMAIL, language="ar"))
    cast.enrolled(edition, cast.person("Selam", phone="+33600000001", channel=Channel.SMS, language="ti"))
    cast.enrolled(edition, cast.person("Farid", phone="+33600000002", channel=Channel.CALL))

    first = notices.send_due(at=cast.NOON)
    assert (first.sent, first.to_call) == (2, 1)
    assert [to for to, _text in SMS] == ["+33600000001"]
    assert len(told(mailoutbox)) == 1
    assert notices.send_due(at=cast.NOON) == notices.Told()

    session.starts_at += timedelta(hours=2)
    session.ends_at += timedelta(hours=2)
    verbs.save_session(session=session, at=cast.NOON)
    assert notices.send_due(at=cast.NOON).sent == 2
    assert notices.send_due(at=cast.NOON) == notices.Told()

    verbs.cancel_session(session=session, at=cast.NOON)
    assert notices.send_due(at=cast.NOON).sent == 2
    assert Notice.objects.filter(sent_at=None).values_list("kind", flat=True).distinct().count() == 3


SMS: list[tuple[str, str]] = []


def keep_sms(*, to, text):
    SMS.append((to, text))


def test_a_change_of_title_tells_nobody():
    session = cast.session(cast.edition(), TOMORROW)
    session.title = cast.words("Autre")
    assert verbs.save_session(session=session, at=cast.NOON).sequence == 0


def test_a_calendar_keeps_the_uid_of_a_moved_session_and_names_nobody():
    edition = cast.edition()
    session = cast.session(edition, TOMORROW)
    cast.enrolled(edition, cast.person("Salma Al-Haddad"))
    before = Calendar.from_ical(calendar_of([session], name="x", is_personal=True)).events[0]
    session.starts_at -= timedelta(hours=1)
    verbs.save_session(session=session, at=cast.NOON)
    raw = calendar_of(Session.objects.all(), name="x", is_personal=True)
    after = Calendar.from_ical(raw).events[0]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt == session.starts_at
    assert b"Salma" not in raw
    assert b"TZID:Europe/Paris" in raw
    verbs.cancel_session(session=session, at=cast.NOON)
    cancelled = Calendar.from_ical(calendar_of([session], name="x", is_personal=True)).events[0]
    assert (cancelled["status"], cancelled["sequence"]) == ("CANCELLED", 2)


def test_only_a_trained_person_is_named_a_tutor_and_no_longer_once_it_is_revoked():
    edition = cast.edition(cast.programme(tutors_need="migrapass-tutor"))
    user = cast.user()
    with pytest.raises(ValidationError):
        name_staff(edition=edition, user=user, role=StaffRole.TUTOR)
    person = cast.person(account=user)
    earned = award(person=person, kind="migrapass-tutor", by="Autremonde", on=edition.starts_on)
    assert name_staff(edition=edition, user=user, role=StaffRole.TUTOR).until == edition.ends_on
    revoke(qualification=earned, on=edition.starts_on)
    with pytest.raises(ValidationError):
        name_staff(edition=edition, user=user, role=StaffRole.TUTOR)


def test_the_last_lead_stays():
    edition = cast.edition()
    lead = edition.staff.get(user=cast.staff(edition))
    with pytest.raises(ValidationError):
        end_staff(staff=lead, on=cast.TODAY)
    cast.staff(edition)
    end_staff(staff=lead, on=cast.TODAY)
    assert not lead.is_at(cast.NOON)
