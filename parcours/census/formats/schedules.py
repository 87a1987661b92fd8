"""HSDS schedules (RRULE with times) as opening hours in OpenStreetMap's syntax."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def opening_hours(schedules: Iterable[Mapping[str, Any]]) -> str | None:
    """The hours that all of these say together; "" for no schedule, None when one cannot be said in this syntax."""
    rules: dict[tuple[str, str], list[str]] = {}
    for schedule in schedules:
        days, span, times = _days(schedule), _span(schedule), _times(schedule)
        if not days or span is None or not times:
            return None
        for day in days:
            rules.setdefault((span, day), []).append(times)
    together: dict[tuple[str, str], list[str]] = {}
    for (span, day), times in rules.items():
        together.setdefault((span, ",".join(sorted(set(times)))), []).append(day)
    # a plain "; " would take back an earlier rule of the same day: only different days and periods are apart
    written = [
        f"{span} {','.join(sorted(days, key=_order))} {times}".strip() for (span, times), days in together.items()
    ]
    return (", " if any("[" in rule for rule in written) else "; ").join(written)


def _order(day: str) -> int:
    return DAYS.index(day[:2].upper())


def _days(schedule: Mapping[str, Any]) -> list[str]:
    """ "Mo" for every week, "Mo[1]" for the first of a month; none for what is neither."""
    if int(schedule.get("interval") or 1) != 1 or schedule.get("bymonthday") or schedule.get("byweekno"):
        return []
    found = BYDAY.findall(str(schedule.get("byday") or "").upper())
    is_monthly = schedule.get("freq") == "MONTHLY"
    if schedule.get("freq") not in (None, "", "WEEKLY", "MONTHLY") or any(
        bool(nth) != is_monthly for nth, _day in found
    ):
        return []
    return [day.title() + (f"[{int(nth)}]" if nth else "") for nth, day in found]


def _times(schedule: Mapping[str, Any]) -> str:
    opens, closes = (CLOCK.match(str(schedule.get(name) or "")) for name in ("opens_at", "closes_at"))
    if not opens or not closes:
        return ""
    return f"{int(opens[1]):02}:{opens[2]}-{int(closes[1]):02}:{closes[2]}"


def _span(schedule: Mapping[str, Any]) -> str | None:
    """The period it holds for; "" for always, None when only one end is known."""
    ends = [str(schedule.get(name) or "")[:10] for name in ("valid_from", "valid_to")]
    if not ends[1]:
        return ""
    if not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", end) for end in ends):
        return None
    return "-".join(f"{end[:4]} {MONTHS[int(end[5:7]) - 1]} {end[8:]}" for end in ends)
