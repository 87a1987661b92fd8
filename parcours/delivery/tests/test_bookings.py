"""Seats at a session for anybody: never more than there are, whoever comes at the same time and in whatever order."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from parcours.delivery.actions import bookings as verbs
from parcours.delivery.actions.attendance import Seen, note_attendance
from parcours.delivery.actions.notices import due, send_due
from parcours.delivery.actions.sessions import cancel_session, save_session
from parcours.delivery.choices import BookingState, NoticeKind, Presence
from parcours.delivery.links import path_of
from parcours.delivery.models import Attendance, Booking, Session
from parcours.delivery.tests import cast
from parcours.kit.tests.processes import at_once
from parcours.people.models import new_key

pytestmark = pytest.mark.django_db
SOON = cast.NOON + timedelta(days=5)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = False


def open_session(seats=10, starts_at=SOON, **more):
    edition = cast.edition(cast.programme(f"visits-{new_key().lower()}", is_public=True))
    return cast.session(edition, starts_at, capacity=seats, **more)


def party(session, seats=1, at=cast.NOON, **more):
    wanted = Booking(session=session, seats=seats, key=new_key(), email="visitor@example.org", **more)
    return verbs.book(booking=wanted, at=at)


def states(session):
    return [one.state for one in session.bookings.order_by("booked_at", "pk")]


def test_who_comes_too_late_waits_and_gets_the_seats_that_somebody_gives_back(
    django_capture_on_commit_callbacks, mailoutbox
):
    session = open_session(seats=3)
    with django_capture_on_commit_callbacks(execute=True):
        first = party(session, 2)
        second = party(session, 2, at=cast.NOON + timedelta(minutes=1))
    assert (first.state, second.state) == (BookingState.BOOKED, BookingState.WAITING)
    assert party(session, 1, at=cast.NOON + timedelta(minutes=2)).state == BookingState.BOOKED  # of use to nobody else

    with django_capture_on_commit_callbacks(execute=True):
        verbs.cancel_booking(booking=first, at=cast.NOON + timedelta(hours=1))
    second.refresh_from_db()
    assert second.state == BookingState.OFFERED
    assert path_of(second) in mailoutbox[-1].body

    assert verbs.accept(booking=second, at=cast.NOON + timedelta(hours=2)).state == BookingState.BOOKED
    assert session.bookings.standing().seats() == 3


def test_an_offer_that_nobody_answers_ends_and_goes_to_the_next():
    session = open_session(seats=2)
    first, second = party(session, 2), party(session, 2, at=cast.NOON + timedelta(minutes=1))
    third = party(session, 1, at=cast.NOON + timedelta(minutes=2))
    verbs.cancel_booking(booking=first, at=cast.NOON)
    later = cast.NOON + verbs.OFFER_LASTS
    with pytest.raises(ValidationError):
        verbs.accept(booking=second, at=later)
    verbs.offer_seats(at=later)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (BookingState.LAPSED, BookingState.OFFERED)


def test_the_same_form_twice_books_once():
    session = open_session()
    wanted = {"session": session, "seats": 2, "key": new_key(), "email": "a@example.org"}
    first = verbs.book(booking=Booking(**wanted), at=cast.NOON)
    assert verbs.book(booking=Booking(**wanted), at=cast.NOON) == first
    assert session.bookings.count() == 1


@pytest.mark.parametrize("seats", [0, 4, 11])
def test_no_party_of_nobody_and_none_larger_than_the_session(seats):
    session = open_session(seats=3 if seats == 4 else 30)
    with pytest.raises(ValidationError):
        party(session, seats)
    assert not session.bookings.exists()


def test_part_of_a_party_can_stay_away_and_more_come_only_where_seats_are_free():
    session = open_session(seats=4)
    mine, other = party(session, 3), party(session, 2, at=cast.NOON + timedelta(minutes=1))
    with pytest.raises(ValidationError):
        verbs.change_seats(booking=mine, seats=5, at=cast.NOON)
    assert verbs.change_seats(booking=mine, seats=2, at=cast.NOON).seats == 2
    other.refresh_from_db()
    assert other.state == BookingState.OFFERED
    with pytest.raises(ValidationError):
        verbs.change_seats(booking=mine, seats=3, at=cast.NOON)  # they are held for the other


def test_new_seats_go_to_those_who_wait_and_taken_ones_stay():
    session = open_session(seats=2)
    party(session, 2)
    party(session, 2, at=cast.NOON + timedelta(minutes=1))
    session.capacity = 4
    save_session(session=session, at=cast.NOON)
    assert states(session) == [BookingState.BOOKED, BookingState.OFFERED]
    session.capacity = 1
    with pytest.raises(ValidationError):
        save_session(session=session, at=cast.NOON)


def test_what_is_over_closed_or_cancelled_takes_nobody():
    with pytest.raises(ValidationError):
        party(open_session(starts_at=cast.NOON - timedelta(hours=1)))
    with pytest.raises(ValidationError):
        party(open_session(cancelled_at=cast.NOON))
    with pytest.raises(ValidationError):
        party(open_session(seats=None))


def test_a_move_is_told_to_those_who_booked_before_it_and_a_reminder_to_those_who_have_seats():
    session = open_session(seats=1, starts_at=cast.NOON + timedelta(hours=20))
    booked = party(session, at=cast.NOON - timedelta(days=2))
    party(session, at=cast.NOON - timedelta(days=1))
    assert [(one.kind, one.booking) for one in due(at=cast.NOON)] == [(NoticeKind.REMINDER, booked)]
    cancel_session(session=session, at=cast.NOON)
    assert [one.kind for one in due(at=cast.NOON)] == [NoticeKind.CANCELLED] * 2


def test_a_text_message_tells_those_who_left_a_phone_only(caplog):
    session = open_session(starts_at=cast.NOON + timedelta(hours=20))
    Booking.objects.create(session=session, seats=1, phone="+33612345678", booked_at=cast.NOON - timedelta(days=2))
    assert send_due(at=cast.NOON).sent == 1
    assert "+33612345678" not in caplog.text


def test_who_cancels_is_forgotten_at_once_and_everybody_after_ninety_days():
    session = open_session()
    gone, stays = party(session, name="Ana"), party(session, name="Bo")
    verbs.cancel_booking(booking=gone, at=cast.NOON)
    gone.refresh_from_db()
    assert (gone.name, gone.email, gone.phone) == ("", "", "")
    assert verbs.forget_bookings(at=SOON + timedelta(days=80)) == 0
    assert verbs.forget_bookings(at=SOON + timedelta(days=100)) == 1
    stays.refresh_from_db()
    assert (stays.name, stays.email, stays.seats) == ("", "", 1)


def test_of_a_party_one_notes_how_many_came():
    session = open_session(starts_at=cast.NOON)
    who = cast.staff(session.edition)
    booked = Booking.objects.create(session=session, seats=3, email="a@example.org", booked_at=cast.NOON)
    came = Seen(booked.pk, Presence.PRESENT, 0, is_party=True, seats=2)
    assert note_attendance(session=session, seen=[came], by=who, at=cast.NOON) == []
    row = Attendance.objects.get()
    assert (row.booking, row.enrolment, row.seats) == (booked, None, 2)
    assert not Attendance.objects.of_enrolled().exists()


MOVES = st.lists(
    st.tuples(st.sampled_from(["book", "cancel", "change", "accept", "offers"]), st.integers(1, 6), st.integers(0, 30)),
    max_size=25,
)


@hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 8), moves=MOVES)
def test_whatever_happens_in_whatever_order_no_seat_is_given_twice_nor_kept_from_who_could_have_it(capacity, moves):
    session, at = open_session(seats=capacity), cast.NOON
    for what, seats, hours in moves:
        at += timedelta(hours=hours % 7)
        found = list(session.bookings.all())
        try:
            if what == "book":
                party(session, seats, at=at)
            elif what == "offers":
                verbs.offer_seats(at=at)
            elif found:
                one = found[hours % len(found)]
                if what == "cancel":
                    verbs.cancel_booking(booking=one, at=at)
                elif what == "change":
                    verbs.change_seats(booking=one, seats=seats, at=at)
                else:
                    verbs.accept(booking=one, at=at)
        except ValidationError:
            pass
        held = session.bookings.holding_seats(at=at).seats()
        assert held <= capacity
    verbs.offer_seats(at=at)
    held = session.bookings.holding_seats(at=at).seats()
    if at < session.starts_at - verbs.OFFER_ENDS_BEFORE:
        assert all(one.seats > capacity - held for one in session.bookings.waiting())


BOOK = """
from django.utils import timezone
from parcours.delivery.actions.bookings import book
from parcours.delivery.models import Booking, Session
from parcours.people.models import new_key
session = Session.objects.get(pk=sys.argv[1])
for _ in range(4):
    one = book(booking=Booking(session=session, seats=1, key=new_key(), phone="+33612345678"), at=timezone.now())
    print(one.state, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_several_machines_at_once_never_oversell_also_when_one_dies_in_the_middle():
    session = open_session(seats=6, starts_at=timezone.now() + timedelta(days=5))
    said = at_once(BOOK, [str(session.pk)] * 4, killed=[3])
    told = [state for out in said[:3] for state in out.split()]
    assert len(told) == 12
    booked = session.bookings.standing().count()
    assert booked == 6
    assert told.count("booked") <= booked
    assert session.bookings.count() >= 12


# Pages


def form_of(client, session):
    page = client.get(reverse("delivery:book", args=[session.uid])).content.decode()
    return re.search(r'name="ticket" value="([^"]+)"', page)[1]


def test_a_visitor_books_without_an_account_changes_and_cancels(client):
    session = open_session(seats=4, starts_at=timezone.now() + timedelta(days=5))
    programme = client.get(session.edition.programme.get_absolute_url())
    assert reverse("delivery:book", args=[session.uid]) in programme.content.decode()
    sent = {"ticket": form_of(client, session), "seats": "2", "email": "ana@example.org", "language": "ar"}
    answer = client.post(reverse("delivery:book", args=[session.uid]), sent)
    own = answer.headers["Location"]
    assert client.post(reverse("delivery:book", args=[session.uid]), sent).headers["Location"] == own
    booking = Booking.objects.get()
    assert (booking.seats, booking.language, booking.state) == (2, "ar", BookingState.BOOKED)

    assert "noindex" in client.get(own).content.decode()
    assert b"BEGIN:VEVENT" in client.get(own.rstrip("/") + ".ics").content
    client.post(own, {"do": "seats", "seats": "9"})
    client.post(own, {"do": "seats", "seats": "3"})
    booking.refresh_from_db()
    assert booking.seats == 3
    client.post(own, {"do": "cancel"})
    booking.refresh_from_db()
    assert (booking.state, booking.email) == (BookingState.CANCELLED, "")


def test_bad_input_is_said_and_nothing_kept(client):
    session = open_session(starts_at=timezone.now() + timedelta(days=5))
    page = reverse("delivery:book", args=[session.uid])
    ticket = form_of(client, session)
    for wrong in (
        {"seats": "2", "email": "", "phone": ""},
        {"seats": "-2", "email": "a@example.org"},
        {"seats": "2", "phone": "12"},
        {"seats": "2", "email": "a@example.org", "ticket": "made-up"},
    ):
        answer = client.post(page, {"ticket": ticket, "language": "fr"} | wrong)
        assert answer.status_code == 422
    assert not Booking.objects.exists()


def test_nobody_opens_a_booking_without_its_secret(client):
    session = open_session(starts_at=timezone.now() + timedelta(days=5))
    booking = party(session, at=timezone.now())
    assert client.get(path_of(booking)).status_code == 200
    assert client.get(reverse("delivery:booking", args=[booking.key, "x" * 24])).status_code == 404
    private = Session.objects.get(pk=session.pk)
    private.edition.programme.is_public = False
    private.edition.programme.save()
    assert client.get(reverse("delivery:book", args=[session.uid])).status_code == 404


def test_the_team_sees_its_bookings_and_nobody_else_does():
    session = open_session(starts_at=timezone.now() + timedelta(days=5))
    booking = party(session, at=timezone.now(), name="Ana")
    lead = cast.signed_in(cast.staff(session.edition))
    assert "Ana" in lead.get(session.get_absolute_url()).content.decode()
    cancel = reverse("delivery:booking-cancel", args=[session.edition.key, session.pk, booking.pk])
    assert cast.signed_in(cast.user()).post(cancel).status_code == 404
    lead.post(cancel)
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_the_sheet_takes_parties_too():
    session = open_session(starts_at=cast.NOON)
    lead = cast.signed_in(cast.staff(session.edition))
    booked = Booking.objects.create(session=session, seats=3, name="Ana", email="a@example.org", booked_at=cast.NOON)
    sheet = reverse("delivery:attendance", args=[session.edition.key, session.pk])
    assert f"seen-party-{booked.pk}" in lead.get(sheet).content.decode()
    lead.post(sheet, {f"seen-party-{booked.pk}": "2", f"base-party-{booked.pk}": "0"})
    assert Attendance.objects.get().seats == 2
