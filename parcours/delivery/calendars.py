"""Sessions as iCalendar (RFC 5545): a calendar that follows moves and cancellations, and names nobody."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event, vText

from parcours.delivery.models import Session

PRODUCT = "-//Parcours//programmes//FR"
HOST = "parcours"
CALENDAR = "text/calendar; charset=utf-8"


def calendar_of(sessions: Iterable[Session], *, name: str, is_personal: bool) -> bytes:
    """The sessions in a file; a personal one rings an hour before.

    Each keeps its UID for ever, and a higher SEQUENCE after each change, so that calendars replace what they hold.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for session in sessions:
        calendar.add_component(_event(session, is_personal=is_personal))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(session: Session, *, is_personal: bool) -> Event:
    event = Event()
    event.add("uid", f"{session.uid}@{HOST}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", timezone.localtime(session.starts_at))
    event.add("dtend", timezone.localtime(session.ends_at))
    event.add("summary", f"{session.edition.programme.title} · {session.title}")
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    if session.venue:
        event["location"] = vText(", ".join(filter(None, [session.venue.name, session.venue.address])))
    event.add("url", settings.PARCOURS_ADDRESS.rstrip("/") + session.get_absolute_url())
    if is_personal and not session.cancelled_at:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", str(session.title))
        alarm.add("trigger", timedelta(hours=-1))
        event.add_component(alarm)
    return event
