"""What people are told of a session, short enough for a text message, in their language."""

from django.core.mail import send_mail
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.accounts.sms import send_sms
from parcours.delivery.choices import NoticeKind
from parcours.delivery.links import url_of
from parcours.delivery.models import Booking, Session
from parcours.people.choices import Channel
from parcours.translations.languages import site_language


def text_of(session: Session, kind: NoticeKind, *, language: str, booking: Booking | None = None) -> tuple[str, str]:
    """Subject and words, for a party with the link to their booking; in French where the site does not speak theirs."""
    with override(site_language(language)):
        starts = timezone.localtime(session.starts_at)
        said = {
            "title": str(session.title),
            "programme": str(session.edition.programme.title),
            "day": date_format(starts, "l j F"),
            "hour": date_format(starts, "H:i"),
            "place": ", ".join(filter(None, [session.venue.name, session.venue.address])) if session.venue else "–",
        }
        subjects = {
            NoticeKind.REMINDER: _("%(programme)s: see you on %(day)s"),
            NoticeKind.MOVED: _("%(programme)s: another time or place"),
            NoticeKind.CANCELLED: _("%(programme)s: cancelled on %(day)s"),
            NoticeKind.PLACE: _("%(programme)s: there is a place for you"),
            NoticeKind.BOOKED: _("%(programme)s: your seats"),
            NoticeKind.WAITING: _("%(programme)s: you are on the waiting list"),
        }
        bodies = {
            NoticeKind.REMINDER: _("%(title)s: %(day)s at %(hour)s, %(place)s."),
            NoticeKind.MOVED: _("%(title)s now takes place on %(day)s at %(hour)s, %(place)s."),
            NoticeKind.CANCELLED: _("%(title)s, on %(day)s at %(hour)s, does not take place."),
            NoticeKind.PLACE: _("A place is free. It begins on %(day)s at %(hour)s, %(place)s. Tell us if you come."),
            NoticeKind.BOOKED: _("%(title)s: %(day)s at %(hour)s, %(place)s. Seats: %(seats)s."),
            NoticeKind.WAITING: _("%(title)s, %(day)s at %(hour)s: we write when %(seats)s seats are free."),
        }
        if booking is None:
            return subjects[kind] % said, bodies[kind] % said
        said["seats"] = str(booking.seats)
        return subjects[kind] % said, f"{bodies[kind] % said} {_link(booking)}"


def _link(booking: Booking) -> str:
    address = url_of(booking)
    if booking.offer_ends_at:
        ends = date_format(timezone.localtime(booking.offer_ends_at), "l j F, H:i")
        return _("Say yes before %(moment)s: %(address)s") % {"moment": ends, "address": address}
    return _("See, change or cancel: %(address)s") % {"address": address}


def tell(
    session: Session, kind: NoticeKind, *, language: str, channel: Channel, address: str, booking: Booking | None = None
) -> None:
    """Send it by e-mail or as a text message."""
    subject, body = text_of(session, kind, language=language, booking=booking)
    if channel == Channel.SMS:
        send_sms(to=address, text=f"{subject}. {body}")
    else:
        send_mail(subject, body + "\n", None, [address])
