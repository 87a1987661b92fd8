"""When a service should be open: days of an ordinary week, or minutes of it."""

from datetime import datetime

from parcours.directory.facts import any_of, fact, quoted
from parcours.directory.vocabulary import DAYS

NOW, EVENING, MORNING, WEEKEND = "now", "evening", "morning", "weekend"
A_DAY = 24 * 60
# From when to when, in minutes of a day.
PARTS = {MORNING: (8 * 60, 12 * 60), EVENING: (18 * 60 + 30, 22 * 60)}


def days_of(when: str, at: datetime) -> list[str]:
    """The days that are meant: "today" on a Tuesday is ["tu"]; none for an hour of whatever day."""
    today = at.weekday()
    named = {"today": [DAYS[today]], "tomorrow": [DAYS[(today + 1) % 7]], WEEKEND: ["sa", "su"]}
    return named.get(when, [when] if when in DAYS else [])


def minutes_of(when: str, at: datetime) -> str:
    """The minutes of a week of which one must be open, as PostgreSQL reads them; "" when whole days are meant."""
    if when == NOW:
        minute = at.weekday() * A_DAY + at.hour * 60 + at.minute
        return f"{{[{minute},{minute + 1})}}"
    if when in PARTS:
        start, end = PARTS[when]
        return "{" + ",".join(f"[{day * A_DAY + start},{day * A_DAY + end})" for day in range(7)) + "}"
    return ""


def days_query(when: str, at: datetime) -> str:
    """A `tsquery` for services that open on these days; "" when no day is meant."""
    return any_of(quoted(fact("day", day)) for day in days_of(when, at))
