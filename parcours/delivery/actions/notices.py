"""Telling people what concerns them: each once, by the channel they chose, in their language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import IntegrityError, transaction
from django.db.models import Q

from parcours.census.mailing import Report
from parcours.delivery import letters
from parcours.delivery.choices import CONCERNED, EnrolmentState, NoticeKind
from parcours.delivery.models import Booking, Enrolment, Notice, Session
from parcours.people.choices import Channel

REMIND_BEFORE = timedelta(hours=30)
# whoever booked since then was told all of it then
BOOKED_JUST_NOW = timedelta(hours=6)


@dataclass
class Told:
    """What a round did: messages sent, people to call or to tell in person, failures."""

    sent: int = 0
    to_call: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Due:
    session: Session
    kind: NoticeKind
    enrolment: Enrolment | None = None
    booking: Booking | None = None


def due(*, at: datetime) -> Iterator[Due]:
    """Who is still to be told what, soonest session first. What is over concerns nobody any more."""
    coming = Session.objects.filter(ends_at__gt=at).select_related("edition__programme", "venue")
    for session in coming.filter(Q(sequence__gt=0) | Q(starts_at__lte=at + REMIND_BEFORE, cancelled_at=None)):
        told: set[tuple[int | None, int | None, str, int]] = set(
            session.notices.values_list("enrolment", "booking", "kind", "sequence")
        )
        enrolments = session.edition.enrolments.taking_a_place().exclude(person=None).select_related("person")
        for kind in _kinds(session, at):
            sequence = _sequence(session, kind)
            bookings = session.bookings.filter(state__in=CONCERNED, booked_at__lt=session.changed_at)
            if kind == NoticeKind.REMINDER:
                bookings = session.bookings.standing().filter(booked_at__lt=at - BOOKED_JUST_NOW)
            for enrolment in enrolments:
                if (enrolment.pk, None, kind, sequence) not in told:
                    yield Due(session, kind, enrolment=enrolment)
            for booking in bookings:
                if (None, booking.pk, kind, sequence) not in told:
                    yield Due(session, kind, booking=booking)


def _sequence(session: Session, kind: NoticeKind) -> int:
    """Which change of the session a notice is about; one is reminded once, however often it moves."""
    return 0 if kind == NoticeKind.REMINDER else session.sequence


def _kinds(session: Session, at: datetime) -> list[NoticeKind]:
    if session.cancelled_at:
        return [NoticeKind.CANCELLED]
    moved = [NoticeKind.MOVED] if session.sequence else []
    is_soon = session.starts_at <= at + REMIND_BEFORE
    return [*moved, NoticeKind.REMINDER] if is_soon and session.starts_at > at else moved


def send_due(*, at: datetime, report: Report | None = None) -> Told:
    """Tell everybody who is due. Two processes at once tell nobody twice; what fails is noted, to be called."""
    found, told = list(due(at=at)), Told()
    for number, one in enumerate(found, start=1):
        _tell(one, at, told)
        if report:
            report(number, len(found))
    return told


def _tell(one: Due, at: datetime, told: Told) -> None:
    channel, address, language = _reach(one)
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                session=one.session,
                enrolment=one.enrolment,
                booking=one.booking,
                kind=one.kind,
                sequence=_sequence(one.session, one.kind),
                channel=channel,
            )
    except IntegrityError:  # another process has it in hand
        return
    if channel in (Channel.CALL, Channel.IN_PERSON):
        told.to_call += 1
        return
    try:
        letters.tell(one.session, one.kind, language=language, channel=channel, address=address, booking=one.booking)
    except (SMTPException, OSError):
        notice.failed_at = at
        told.failed += 1
    else:
        notice.sent_at = at
        told.sent += 1
    notice.save(update_fields=["sent_at", "failed_at"])


def _reach(one: Due) -> tuple[Channel, str, str]:
    """By which channel, where, in which language."""
    if one.enrolment and one.enrolment.person:
        person = one.enrolment.person
        channel = Channel(person.channel)
        return channel, person.phone if channel == Channel.SMS else person.email, person.language
    assert one.booking is not None
    booking = one.booking
    if booking.email:
        return Channel.EMAIL, booking.email, booking.language
    return (Channel.SMS, booking.phone, booking.language) if booking.phone else (Channel.IN_PERSON, "", "fr")


def tell_booking(*, booking: Booking, kind: NoticeKind, at: datetime) -> None:
    """Tell a party at once how they stand."""
    _tell(Due(booking.session, kind, booking=booking), at, Told())


@transaction.atomic
def note_told(*, notice: Notice, at: datetime) -> None:
    """Somebody called them, or told them face to face."""
    notice.sent_at = at
    notice.save(update_fields=["sent_at"])


@transaction.atomic
def offer_place(*, enrolment: Enrolment, at: datetime) -> None:
    """Tell the first of the waiting list that a place is free, through the next session."""
    session = enrolment.edition.sessions.upcoming(at=at).select_related("edition__programme", "venue").first()
    if session and enrolment.person and enrolment.state == EnrolmentState.WAITING:
        transaction.on_commit(lambda: _tell(Due(session, NoticeKind.PLACE, enrolment=enrolment), at, Told()))
