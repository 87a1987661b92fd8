"""Dates as people type them, kept only as precisely as they were given.

Day comes before month ("03/04/2018" is 3 April) and a date that could be read the other way says so. Month names are
read in every language of the public pages, digits in any script.
"""

import calendar
import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date
from django.utils.translation import gettext

from parcours.kit.figures import active_locale

Precision = Literal["day", "month", "year"]

LOCALES_READ = ("fr", "en", "en_GB", "es", "ru", "uk", "ar", "ar_DZ", "ar_MA", "ar_LB")
EARLIEST_YEAR, LATEST_YEAR = 1000, 2999
# A whole number in this range is a year that a spreadsheet kept as a number, not a day counted from 1900.
YEARS_AS_NUMBERS = range(1900, 2101)
# Days counted from 1900 as spreadsheets do: from 1954 to 2119. Smaller numbers are more likely mistakes than dates.
SERIAL_DAYS = range(20_000, 80_001)
SERIAL_EPOCH = dt.date(1899, 12, 30)
SMALL_WORDS = frozenset(re.findall(r"\w+", "le la the of de del du d l on er re st nd rd th г года году року р"))


class UnreadableDate(ValueError):
    """What was typed is not a date; the message says, in the active language, how to mend it."""


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, or the first day of a month or of a year of which no more is known.

    `ambiguous` says that it was typed as "03/04/2018", which some people read as 4 March.
    """

    date: dt.date
    precision: Precision = "day"
    ambiguous: bool = field(default=False, compare=False)

    @property
    def last(self) -> dt.date:
        """The last day that it may mean."""
        if self.precision == "year":
            return self.date.replace(month=12, day=31)
        if self.precision == "month":
            return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
        return self.date

    def formatted(self) -> str:
        """In words, in the active language: "28 février 2018", "février 2018", "2018"."""
        pattern = {"day": "d MMMM y", "month": "LLLL y", "year": "y"}[self.precision]
        locale = active_locale()
        if self.precision == "day":
            pattern = locale.date_formats["long"].pattern
            if locale.language == "fr" and self.date.day == 1:
                pattern = pattern.replace("d", "d'er'", 1)
        return to_western_digits(format_date(self.date, pattern, locale=locale))

    def __str__(self) -> str:
        """As ISO 8601 writes it: "2018-02-28", "2018-02", "2018"."""
        return self.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


def parse(value: str | float | dt.date) -> PartialDate:
    """Read a date from a spreadsheet's cell or a person's typing. Raises UnreadableDate, which says how to mend it."""
    if isinstance(value, dt.datetime):
        return PartialDate(value.date())
    if isinstance(value, dt.date):
        return PartialDate(value)
    if isinstance(value, int | float):
        return _from_number(value, str(value))
    text = to_western_digits(unicodedata.normalize("NFKC", value)).strip()
    if not text:
        raise UnreadableDate(gettext("The date is missing."))
    if re.fullmatch(r"\d{4}", text):
        return _build(text, text, None, None)
    if re.fullmatch(r"\d{5}", text):
        return _from_number(int(text), text)
    return _from_digits(text) or _from_words(text) or _refuse(value)


def written(typed: str) -> str:
    """A date as it is kept, "2018-02", of what somebody typed; "" of nothing. Raises UnreadableDate."""
    return str(parse(typed)) if typed.strip() else ""


def to_western_digits(text: str) -> str:
    """The text with the digits of any script written 0 to 9."""
    return "".join(str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in text)


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Folded month names and abbreviations of every language read, to the month's number."""
    names: dict[str, int] = {}
    for code in LOCALES_READ:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale.parse(code).months[form][width].items():
                    names.setdefault(fold_month(name), number)
    return names


def fold_month(name: str) -> str:
    """A month's name without accents, capitals or full stop, to be found whichever way it was typed."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalpha())


NUMERIC = re.compile(
    r"""(?P<iso>(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?)(?:[T\ ]\d{1,2}:\d{2}.*)?
    |(?P<y8>\d{4})(?P<m8>\d{2})(?P<d8>\d{2})
    |(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4})(?:\ \d{1,2}:\d{2}.*)?
    |(?P<month>\d{1,2})[-/.](?P<month_year>\d{4})""",
    re.VERBOSE,
)
SHORT_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2})")


def _from_digits(text: str) -> PartialDate | None:
    if match := SHORT_YEAR.fullmatch(text):
        raise UnreadableDate(
            gettext("“%(date)s” has a year of two digits: write all four, as in 28/02/2018.") % {"date": text}
        )
    match = NUMERIC.fullmatch(text)
    if not match:
        return None
    part = match.groupdict()
    if part["iso"]:
        return _build(text, part["y"], part["m"], part["d"])
    if part["y8"]:
        return _build(text, part["y8"], part["m8"], part["d8"])
    if part["month"]:
        return _build(text, part["month_year"], part["month"], None)
    return _day_first(text, int(part["first"]), int(part["second"]), int(part["year"]), dotted=part["mark"] == ".")


def _day_first(text: str, day: int, month: int, year: int, *, dotted: bool) -> PartialDate:
    """Day, month, year. Only with dots is this order the same everywhere."""
    if month > 12 and day <= 12:
        mended = f"{month:02}/{day:02}/{year}"
        raise UnreadableDate(
            gettext("“%(date)s” has its month first: write the day first, %(mended)s.")
            % {"date": text, "mended": mended}
        )
    read = _build(text, year, month, day)
    return PartialDate(read.date, ambiguous=not dotted and day <= 12 and day != month)


def _from_words(text: str) -> PartialDate | None:
    """Day, month's name and year, in any of the orders in use."""
    words = re.findall(r"\d+|[^\W\d_]+", text)
    kept = [word for word in words if word.isdecimal() or word.casefold() not in SMALL_WORDS]
    months = [month_names()[fold_month(word)] for word in kept if fold_month(word) in month_names()]
    numbers = [word for word in kept if word.isdecimal()]
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    unknown = len(kept) - len(months) - len(years) - len(days) - len(_weekdays(kept))
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or unknown:
        return None
    return _build(text, years[0], months[0], days[0] if days else None)


def _weekdays(words: list[str]) -> list[str]:
    return [word for word in words if fold_month(word) in weekday_names()]


@lru_cache(maxsize=1)
def weekday_names() -> frozenset[str]:
    """Folded names of the days of the week in every language read."""
    days = [Locale.parse(code).days["format"][width] for code in LOCALES_READ for width in ("wide", "abbreviated")]
    return frozenset(fold_month(name) for names in days for name in names.values()) - set(month_names())


def _from_number(number: float, text: str) -> PartialDate:
    """A year, or a spreadsheet's count of days; the hour of a fractional day is left out."""
    if not math.isfinite(number):
        return _refuse(text)
    if number in YEARS_AS_NUMBERS:
        return _build(text, int(number), None, None)
    if int(number) in SERIAL_DAYS:
        return PartialDate(SERIAL_EPOCH + dt.timedelta(days=int(number)))
    return _refuse(text)


def _build(text: str, year: int | str, month: int | str | None, day: int | str | None) -> PartialDate:
    precision: Precision = "year" if month is None else "month" if day is None else "day"
    try:
        read = dt.date(int(year), 1 if month is None else int(month), 1 if day is None else int(day))
    except ValueError:
        raise UnreadableDate(gettext("“%(date)s” is not in the calendar.") % {"date": text}) from None
    if not EARLIEST_YEAR <= read.year <= LATEST_YEAR:
        raise UnreadableDate(gettext("“%(date)s” is not in the calendar.") % {"date": text})
    return PartialDate(read, precision)


def _refuse(value: object) -> PartialDate:
    raise UnreadableDate(
        gettext("“%(date)s” is not a date: write it as 28/02/2018, 2018-02-28, February 2018 or 2018.")
        % {"date": value}
    )
