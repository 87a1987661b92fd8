"""One door's hours: is it open at a moment, until when, and on which days."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import opening_hours

# the library's stub leaves its error out
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from parcours.engines.hours.french import read_french
from parcours.engines.hours.week import ALL_WEEK, ANY_DAY, SPAN, Day, Range, Week, from_weekly, one_line, to_weekly

State = Literal["open", "closed", "unknown"]
STATES: dict[opening_hours.State, State] = {
    opening_hours.State.OPEN: "open",
    opening_hours.State.CLOSED: "closed",
    opening_hours.State.UNKNOWN: "unknown",
}
Fault = Literal["too long", "quotation mark", "time", "syntax"]

PARIS = ZoneInfo("Europe/Paris")
# OpenStreetMap's own limit is 255; a text of this length is read and asked in well under a millisecond.
LONGEST = 1000
HORIZON = timedelta(days=366)
AN_ORDINARY_YEAR = date(2026, 9, 1)
# A day of the week is an ordinary opening day when half of the months have one.
MONTHS_NEEDED = 6
# What a night runs past midnight belongs to the evening before.
NIGHT = timedelta(hours=6)
SECOND = timedelta(seconds=1)


class HoursError(ValueError):
    """A text that says no hours. `part` is where it cannot be read, for a page to show."""

    def __init__(self, code: Fault, part: str = "") -> None:
        super().__init__(f"{code}: {part}")
        self.code = code
        self.part = part


def read(text: str) -> str:
    """What a person typed, in OpenStreetMap's syntax: that already, or French. Raises HoursError."""
    try:
        hours = Hours(text)
    except HoursError:
        if french := read_french(text):
            return french
        raise
    week = hours.weekly()
    return hours.text if week is None else from_weekly(week)


class Hours:
    """The hours that a text in OpenStreetMap's syntax says. Raises HoursError when it says none; "" is not known.

    Moments must know their time zone; `timezone` is the door's. Public holidays are those of the whole `country`.
    `school_holidays` holds their days; without it, what they decide is unknown.
    """

    def __init__(
        self,
        text: str,
        *,
        timezone: ZoneInfo = PARIS,
        country: str = "FR",
        school_holidays: Container[date] | None = None,
    ) -> None:
        if len(text) > LONGEST:
            raise HoursError("too long", text[:40])
        self.text = one_line(text).rstrip("; ")
        self.timezone = timezone
        self.country = country
        self.school_holidays = school_holidays
        told = _note_alone_is_unknown(self.text or "unknown")
        if told != self.text:
            self._parse(self.text or "unknown")  # what cannot be read is named in the words that were typed
        printed = str(self._parse(told).normalize())
        self._week = to_weekly(printed) if self.text else Week()
        fallback = FALLBACK.search(told)
        self._otherwise = fallback["note"] or "" if fallback else None
        meant = from_weekly(self._week) if self._week and self._week.days else FALLBACK.sub("", told)
        # outside school holidays, and in them where that makes a difference
        self._readings = [self._parse(reading) for reading in _readings(meant)]

    def _parse(self, text: str) -> OpeningHours:
        try:
            return OpeningHours(
                text,
                timezone=self.timezone,
                country=self.country,
                auto_country=False,
                auto_timezone=False,
                max_interval_days=HORIZON.days,
            )
        except ParserError as error:
            raise _fault(text, str(error)) from None

    def __bool__(self) -> bool:
        """Whether any hours are known."""
        return self._week is None or bool(self._week.days)

    def weekly(self) -> Week | None:
        """The hours as an ordinary week; None when they say more than a week can."""
        return self._week

    @property
    def notes(self) -> list[str]:
        """What the text adds in words: "sur rendez-vous"."""
        return list(dict.fromkeys(re.findall(r'"([^"]+)"', self.text)))

    def state(self, at: datetime) -> State:
        return self._answer(at)[0]

    def comment(self, at: datetime) -> str:
        """What the text adds about this moment."""
        return self._answer(at)[1]

    @property
    def need_school_holidays(self) -> bool:
        """Whether the answer would be known if the school holidays were."""
        return self.school_holidays is None and len(self._readings) > 1

    def next_change(self, at: datetime) -> datetime | None:
        """When another state begins, within a year."""
        before = self.state(at)
        return next((moment for moment, state in self._changes(at) if state != before), None)

    def opens_next(self, at: datetime) -> datetime | None:
        """When it opens, within a year and after this moment; None where unknown hours come first."""
        for moment, state in self._changes(at):
            if state == "unknown":
                return None
            if state == "open" and self.state(moment - SECOND) != "open":
                return moment
        return None

    def ranges(self, on: date) -> Day | None:
        """The ranges that begin on this day; None where some of it is unknown."""
        start, end = (self._midnight(day) for day in (on, on + timedelta(days=1)))
        changes = [(start, self.state(start))]
        for moment, state in self._changes(start):
            if moment >= end + NIGHT:
                break
            changes.append((moment, state))
        ends = [moment for moment, _ in changes[1:]] + [end + NIGHT]
        found = []
        for (opens, state), closes in zip(changes, ends, strict=True):
            if state == "unknown" and opens < end:
                return None
            last_night = opens == start and closes <= start + NIGHT and self.state(start - SECOND) == "open"
            if state == "open" and opens < end and not last_night:
                closes = closes if closes < end + NIGHT else end
                found.append(Range(*(moment.astimezone(self.timezone).time() for moment in (opens, closes))))
        return tuple(found)

    def opens_on(self, weekday: int) -> bool | None:
        """Whether it opens on this day (0 is Monday) of an ordinary week, out of holidays; None when unknown."""
        return self._ordinary[weekday]

    def opens_on_days(self) -> set[int] | None:
        """The days on which it opens in an ordinary week; None when none is known."""
        opens = {day for day in ALL_WEEK if self._ordinary[day]}
        return opens if opens or None not in self._ordinary else None

    @cached_property
    def _ordinary(self) -> list[bool | None]:
        if self._week is not None:
            return [bool(ranges) for ranges in self._week.days] or [None] * 7
        months: dict[tuple[int, State], set[int]] = defaultdict(set)
        start = datetime.combine(AN_ORDINARY_YEAR, time(0), self.timezone)
        for begins, ends, state, _ in self._readings[0].intervals(start, start + HORIZON):
            last = max(begins, ends - NIGHT).date()
            for number in range((last - begins.date()).days + 1):
                day = begins.date() + timedelta(days=number)
                months[day.weekday(), STATES[state]].add(day.month)
        opens, unsure = (
            [len(months[day, state]) >= MONTHS_NEEDED for day in ALL_WEEK] for state in ("open", "unknown")
        )
        otherwise = False if self._otherwise is None else None
        return [True if opens[day] else None if unsure[day] else otherwise for day in ALL_WEEK]

    def _answer(self, at: datetime) -> tuple[State, str]:
        if at.tzinfo is None:
            raise ValueError("A moment without time zone")
        # By way of UTC, because the library refuses a local time that the clocks leapt over.
        local = at.astimezone(UTC).astimezone(self.timezone)
        readings = self._readings
        if self.school_holidays is not None:
            readings = [readings[-1 if local.date() in self.school_holidays else 0]]
        answers = [reading.state(local) for reading in readings]
        states = {STATES[state] for state, _ in answers}
        if len(states) > 1:
            return "unknown", ""
        if states == {"closed"} and self._otherwise is not None:
            return "unknown", self._otherwise
        return states.pop(), answers[0][1]

    def _changes(self, at: datetime) -> Iterator[tuple[datetime, State]]:
        """The moments within a year at which the state or its comment may change, and the state from then on."""
        moment = at.astimezone(UTC)
        until = moment + HORIZON
        while True:
            local = moment.astimezone(self.timezone)
            found = [reading.next_change(local) for reading in self._readings]
            if self.school_holidays is not None and len(self._readings) > 1:
                found.append(self._midnight(local.date() + timedelta(days=1)))
            later = [one.astimezone(UTC) for one in found if one]
            if not later:
                return
            # In the hour that a clock put back repeats, the library may answer with a moment that has passed.
            moment = min((one for one in later if one > moment), default=moment + timedelta(hours=1))
            if moment >= until:
                return
            yield moment.astimezone(self.timezone), self.state(moment)

    def _midnight(self, day: date) -> datetime:
        """When a day begins, to be compared with any moment."""
        return datetime.combine(day, time(0), self.timezone).astimezone(UTC)


# A note that stands without times: `"sur rendez-vous"`, `Mo "sur rendez-vous"`. The library takes it for open all day.
NOTED = re.compile(r'(?P<said>[^",;|]*)(?P<note>"[^"]*")')
SAYS_WHEN = re.compile(r"\d:\d\d|24/7|sun|dawn|dusk|open|off|closed|unknown", re.IGNORECASE)


def _note_alone_is_unknown(text: str) -> str:
    return NOTED.sub(
        lambda rule: rule[0] if SAYS_WHEN.search(rule["said"]) else f"{rule['said'].rstrip()} unknown {rule['note']}",
        text,
    ).strip()


# Rules of school holidays that can be told apart; the library knows none of these holidays, and reads "SH Mo" as
# "in school holidays, and on Mondays".
SCHOOL = re.compile(
    rf"(?P<public>PH\s*,\s*)?SH(?P<also_public>\s*,\s*PH)?\s+(?P<days>{SPAN}(?:\s*,\s*{SPAN})*\s+)?"
    r'(?P<then>(?:\d?\d:\d\d-\d?\d:\d\d,?\s*)*(?:off|closed|unknown|open)?\s*(?:"[^"]*")?)'
)
UNSURE = re.compile(rf"\bSH\b|\bPH\s+{ANY_DAY}|\|\|", re.IGNORECASE)
# "… || unknown": at any other time. The library asks what follows "||" only of days that nothing else is said of.
FALLBACK = re.compile(r'\s*\|\|\s*(?:24/7\s+)?unknown(?:\s*"(?P<note>[^"]*)")?$', re.IGNORECASE)
RULES = re.compile(r'(?:[^";]|"[^"]*")+')


def _readings(text: str) -> list[str]:
    """What the text says outside and in school holidays; one text where they do not matter or cannot be told."""
    term, holidays = [], []
    for rule in map(str.strip, RULES.findall(text)):
        if school := SCHOOL.fullmatch(rule):
            holidays.append(f"{school['days'] or 'Mo-Su '}{school['then']}")
            if school["public"] or school["also_public"]:
                term.append(f"PH {school['then']}")
        elif UNSURE.search(re.sub(r'"[^"]*"', "", rule)):
            return ["unknown"]
        else:
            term.append(rule)
            holidays.append(rule)
    return ["; ".join(term) or "off", "; ".join(holidays)] if term != holidays else [text]


def _fault(text: str, message: str) -> HoursError:
    """What to say of a text that the library refuses at a column."""
    column = re.search(r" 1:(\d+)", message)
    start = int(column[1]) - 1 if column else 0
    part = (text[start:].partition(";")[0].strip() or text[-40:])[:40]
    if text.count('"') % 2:
        return HoursError("quotation mark", part)
    return HoursError("time" if part[0].isdecimal() else "syntax", part)
