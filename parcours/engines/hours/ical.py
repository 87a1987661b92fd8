"""The hours as a calendar that a phone takes: one event for each range, repeated every week for a year."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vRecur

from parcours.engines.hours.door import Hours
from parcours.engines.hours.week import ALL_WEEK, DAYS, Range

PRODUCT = "-//Parcours//Opening hours//FR"
# Hours change: after a year one had better look again.
REPEATED = timedelta(days=365)


def calendar(
    hours: Hours, *, uid: str, summary: str, on: date, location: str = "", url: str = "", description: str = ""
) -> bytes | None:
    """An iCalendar file of the weeks from `on`, without the days on which it is closed; None when no week is known.

    The same hours have the same UIDs, so that a calendar that takes the file again replaces its events.
    """
    week = hours.weekly()
    ranges = sorted({one for day in week.days for one in day}) if week else []
    if not week or not ranges:
        return None
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    texts = {"summary": summary, "location": location, "url": url, "description": description}
    for one in ranges:
        event = _event(hours, one, [day for day in ALL_WEEK if one in week.days[day]], on)
        event.add("uid", f"{uid}-{one.opens:%H%M}-{one.closes:%H%M}")
        for name, text in texts.items():
            if text:
                event.add(name, text)
        file.add_component(event)
    file.add_missing_timezones(first_date=on, last_date=on + REPEATED)
    return bytes(file.to_ical())


def _event(hours: Hours, one: Range, weekdays: list[int], on: date) -> Event:
    days = [day for number in range(REPEATED.days) if (day := on + timedelta(days=number)).weekday() in weekdays]
    starts = [datetime.combine(day, one.opens, hours.timezone) for day in days]
    ends = days[0] + timedelta(days=one.closes <= one.opens)
    event = Event()
    event.add("dtstamp", datetime(on.year, on.month, on.day, tzinfo=UTC))
    event.add("dtstart", starts[0])
    event.add("dtend", datetime.combine(ends, one.closes, hours.timezone))
    event.add(
        "rrule", vRecur(freq="WEEKLY", byday=[DAYS[day].upper() for day in weekdays], until=starts[-1].astimezone(UTC))
    )
    if closed := [start for start in starts if hours.state(start) == "closed"]:
        event.add("exdate", closed)
    return event
