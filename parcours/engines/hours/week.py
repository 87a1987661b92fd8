"""An ordinary week, as a form can show it, and the text that says the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import NamedTuple

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = time(0)


class Range(NamedTuple):
    """From one time to another. Closing at 00:00 is the end of the day; closing before opening is the next morning."""

    opens: time
    closes: time

    @property
    def ends_next_day(self) -> bool:
        return MIDNIGHT < self.closes <= self.opens

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{'24:00' if self.closes == MIDNIGHT else format(self.closes, '%H:%M')}"


Day = tuple[Range, ...]
ALL_DAY: Day = (Range(MIDNIGHT, MIDNIGHT),)


@dataclass(frozen=True)
class Week:
    """Seven days from Monday, each with its ranges in order; no day at all when the hours are not known."""

    days: tuple[Day, ...] = ()
    closed_on_holidays: bool = False
    closed_in_school_holidays: bool = False
    note: str = ""


def one_line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def overlap(day: Day) -> bool:
    """Whether ranges in order run into one another; a range that ends the next day must be the last."""
    return any(first.closes > second.opens or first.closes <= first.opens for first, second in pairwise(day))


def from_weekly(week: Week) -> str:
    """The week in OpenStreetMap's syntax, always written the same way; "" when nothing is known."""
    if week == Week():
        return ""
    note = one_line(week.note.replace('"', "’"))
    note = f' "{note}"' if note else ""
    holidays = ["PH"] * week.closed_on_holidays + ["SH"] * week.closed_in_school_holidays
    groups: dict[Day, list[int]] = {}
    for number, ranges in enumerate(week.days):
        groups.setdefault(ranges, []).append(number)
    rules = [f"{spans(numbers)} {','.join(map(str, ranges))}{note}" for ranges, numbers in groups.items() if ranges]
    if not rules:
        rules = [("off" if week.days else "unknown") + note]
    elif set(groups) == {ALL_DAY}:
        rules = [f"24/7{note}"]
    # The library lets a later rule cut off what an earlier day runs past midnight, unless the rules are added.
    between = ", " if any(one.ends_next_day for day in week.days for one in day) else "; "
    return between.join(rules) + (f"; {','.join(holidays)} off" if holidays and rules[0] != f"off{note}" else "")


def spans(numbers: list[int]) -> str:
    """Days as OpenStreetMap writes them: "Mo-We,Fr"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(DAYS[run[0]] + (f"-{DAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


ANY_DAY = f"(?:{'|'.join(DAYS)}|PH|SH)"
SPAN = f"{ANY_DAY}(?:-{ANY_DAY})?"
TIMES = r"\d\d:\d\d-\d\d:\d\d"
RULE = re.compile(
    rf"(?P<days>24/7|{SPAN}(?:,{SPAN})*)? ?(?P<times>{TIMES}(?:,{TIMES})*)? ?(?P<state>closed|unknown)? ?(?P<note>\*)?"
)
SEPARATOR = re.compile(rf"(; |, (?={ANY_DAY}))")


ALL_WEEK = list(range(7))


@dataclass(frozen=True)
class _Rule:
    days: list[int]
    holidays: set[str]
    ranges: Day
    state: str
    has_note: bool
    is_added: bool


def to_weekly(text: str) -> Week | None:
    """The week that a text says, as the library prints it; None when it says more than a week can."""
    notes = set(re.findall(r'"([^"]*)"', text))
    found = list(_rules(re.sub(r'"[^"]*"', "*", text)))
    rules = [rule for rule in found if rule]
    told = [rule for rule in rules if rule.days]
    noted = [rule for rule in told if rule.ranges] or told[:1]
    if not told or len(rules) < len(found) or len(notes) > 1:
        return None
    if any(rule.has_note != (bool(notes) and rule in noted) for rule in rules):
        return None
    days, closed = _days(told), _closed_holidays(rules)
    if days is None or closed is None:
        return None
    return Week(days, "PH" in closed, "SH" in closed, next(iter(notes), ""))


def _rules(text: str) -> Iterator[_Rule | None]:
    """Each rule; None for one that is more than days and times."""
    pieces = SEPARATOR.split(text)
    for separator, piece in zip(["; ", *pieces[1::2]], pieces[::2], strict=True):
        match = RULE.fullmatch(piece)
        ranges = _ranges(match) if match else None
        if not match or ranges is None:
            yield None
            continue
        names = set(DAYS) if match["days"] in (None, "24/7") else set(_expand(match["days"]))
        days = [number for number, name in enumerate(DAYS) if name in names]
        yield _Rule(days, names - set(DAYS), ranges, match["state"] or "", bool(match["note"]), separator == ", ")


def _expand(spans: str) -> Iterator[str]:
    for span in spans.split(","):
        first, _, last = span.partition("-")
        if first in DAYS and last in DAYS:
            start = DAYS.index(first)
            yield from (DAYS[(start + step) % 7] for step in range((DAYS.index(last) - start) % 7 + 1))
        else:
            yield from filter(None, (first, last))


def _ranges(match: re.Match[str]) -> Day | None:
    """The ranges of a rule in order; None where they are no times of one day and the night after it."""
    if match["state"]:
        return () if not match["times"] else None
    if not match["times"]:
        return ALL_DAY
    found = []
    for opens, closes in (one.split("-") for one in match["times"].split(",")):
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes))
        if start >= 24 * 60 or end - start > 24 * 60 or (end - start) % (24 * 60) == 0 < start:
            return None
        found.append(Range(time(start // 60, start % 60), time(end // 60 % 24, end % 60)))
    day = tuple(sorted(found))
    return None if overlap(day) else day


def _days(told: list[_Rule]) -> tuple[Day, ...] | None:
    """What the rules leave to each day: a later one replaces an earlier one. No day when all are unknown."""
    if any(rule.state == "unknown" for rule in told):
        return () if len(told) == 1 and told[0].days == ALL_WEEK else None
    said = [day for rule in told for day in rule.days]
    days = {day: rule.ranges for rule in told for day in rule.days}
    if len(said) > len(days):
        # Added hours would have to be merged; and whether Friday's rule takes back what Thursday runs past midnight
        # is read in more than one way.
        late = any(one.ends_next_day for rule in told for one in rule.ranges)
        if late or any(rule.is_added for rule in told):
            return None
    return tuple(days.get(day, ()) for day in ALL_WEEK)


def _closed_holidays(rules: list[_Rule]) -> set[str] | None:
    """The holidays closed by the last rules; None where a holiday has hours, or hours come after it."""
    closed: set[str] = set()
    for rule in rules:
        if (closed and rule.ranges) or (rule.holidays and (rule.state != "closed" or rule.is_added)):
            return None
        closed |= rule.holidays
    return closed
