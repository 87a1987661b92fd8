"""Seats at one session, for anybody: never more than there are, and a waiting list whose offers end.

The session's row is locked while seats are counted: whoever comes at the same time takes turns.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parcours.delivery.actions.notices import tell_booking
from parcours.delivery.choices import BookingState, NoticeKind
from parcours.delivery.models import Booking, Session

# larger groups are arranged with people
MOST_SEATS = 10
OFFER_LASTS, OFFER_ENDS_BEFORE = timedelta(hours=24), timedelta(hours=2)
KEPT = timedelta(days=90)


@transaction.atomic
def book(*, booking: Booking, at: datetime) -> Booking:
    """Take seats, or a place on the waiting list where too few are free; the party is told.

    The same key again is the same booking. Raises ValidationError, and keeps nothing.
    """
    session = _locked(booking.session_id)
    if known := session.bookings.filter(key=booking.key).first():
        return known
    if not Session.objects.open_to_all(at=at).filter(pk=session.pk).exists():
        raise ValidationError(_("Seats can no longer be booked here."))
    if booking.seats > min(session.capacity or 0, MOST_SEATS):
        raise ValidationError({"seats": _most(min(session.capacity or 0, MOST_SEATS))})
    _offer(session, at)  # whoever waits comes first
    booking.state = BookingState.BOOKED if booking.seats <= _free(session, at) else BookingState.WAITING
    booking.booked_at, booking.is_invented = at, session.is_invented
    booking.full_clean(exclude=["session"])
    booking.save()
    _tell(booking, NoticeKind.BOOKED if booking.state == BookingState.BOOKED else NoticeKind.WAITING, at)
    return booking


@transaction.atomic
def change_seats(*, booking: Booking, seats: int, at: datetime) -> Booking:
    """Come with fewer, or with more where seats are free. Raises ValidationError."""
    session, booking = _again(booking)
    _refuse_over(session, booking, at)
    own = booking.seats if booking.state != BookingState.WAITING else 0
    most = min(_free(session, at) + own if own else session.capacity or 0, MOST_SEATS)
    if not 1 <= seats <= max(most, booking.seats):
        raise ValidationError(_most(most))
    booking.seats = seats
    booking.save(update_fields=["seats"])
    _offer(session, at)
    return booking


@transaction.atomic
def accept(*, booking: Booking, at: datetime) -> Booking:
    """Say yes to seats that are offered. Raises ValidationError when the offer has ended."""
    session, booking = _again(booking)
    if booking.state == BookingState.BOOKED:
        return booking
    if booking.state != BookingState.OFFERED or booking.offer_ends_at is None or booking.offer_ends_at <= at:
        raise ValidationError(_("This offer has ended. You can book again, or wait again."))
    _refuse_over(session, booking, at)
    booking.state, booking.offer_ends_at = BookingState.BOOKED, None
    booking.save(update_fields=["state", "offer_ends_at"])
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, at: datetime) -> Booking:
    """Seats are free again and go to the first who wait; who they were is forgotten at once."""
    session, booking = _again(booking)
    booking.state, booking.offer_ends_at = BookingState.CANCELLED, None
    booking.name = booking.email = booking.phone = ""
    booking.save(update_fields=["state", "offer_ends_at", "name", "email", "phone"])
    if session.starts_at > at:
        _offer(session, at)
    return booking


def offer_seats(*, at: datetime) -> int:
    """End the offers that nobody answered in time, and offer what is free to the next; gives how many sessions."""
    sessions = Session.objects.open_to_all(at=at).filter(
        bookings__state__in=[BookingState.OFFERED, BookingState.WAITING]
    )
    numbers = list(sessions.distinct().values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            _offer(_locked(number), at)
    return len(numbers)


@transaction.atomic
def set_seats(*, session: Session, at: datetime) -> None:
    """A session has more or fewer seats than before. Raises ValidationError below those that are taken."""
    old = _locked(session.pk)
    taken = old.bookings.holding_seats(at=at).seats()
    if taken > (session.capacity or 0):
        said = ngettext("%(number)d seat is taken already.", "%(number)d seats are taken already.", taken)
        raise ValidationError({"capacity": said % {"number": taken}})
    old.capacity = session.capacity
    old.save(update_fields=["capacity"])
    _offer(old, at)


def forget_bookings(*, at: datetime) -> int:
    """Ninety days after a session its parties are counted only; gives how many were forgotten."""
    known = Booking.objects.filter(session__ends_at__lt=at - KEPT).exclude(name="", email="", phone="")
    return known.update(name="", email="", phone="")


def _locked(number: int) -> Session:
    found = Session.objects.select_for_update(of=("self",)).select_related("edition__programme", "venue")
    return found.get(pk=number)


def _again(booking: Booking) -> tuple[Session, Booking]:
    """Its session, locked, and then the booking as it is now."""
    session = _locked(booking.session_id)
    return session, Booking.objects.get(pk=booking.pk)


def _free(session: Session, at: datetime) -> int:
    return max((session.capacity or 0) - session.bookings.holding_seats(at=at).seats(), 0)


def _offer(session: Session, at: datetime) -> None:
    session.bookings.filter(state=BookingState.OFFERED, offer_ends_at__lte=at).update(
        state=BookingState.LAPSED, offer_ends_at=None
    )
    ends = min(at + OFFER_LASTS, session.starts_at - OFFER_ENDS_BEFORE)
    if ends <= at or session.cancelled_at:
        return
    free = _free(session, at)
    for one in session.bookings.waiting():
        if one.seats <= free:
            free -= one.seats
            one.state, one.offer_ends_at = BookingState.OFFERED, ends
            one.save(update_fields=["state", "offer_ends_at"])
            _tell(one, NoticeKind.PLACE, at)


def _refuse_over(session: Session, booking: Booking, at: datetime) -> None:
    if session.cancelled_at or session.starts_at <= at:
        raise ValidationError(_("It has begun, or does not take place: nothing can be changed."))
    if booking.state in (BookingState.CANCELLED, BookingState.LAPSED):
        raise ValidationError(_("This booking has ended."))


def _most(number: int) -> str:
    said = ngettext("Choose at most %(number)d seat.", "Choose at most %(number)d seats.", number)
    return said % {"number": number}


def _tell(booking: Booking, kind: NoticeKind, at: datetime) -> None:
    transaction.on_commit(lambda: tell_booking(booking=booking, kind=kind, at=at))
