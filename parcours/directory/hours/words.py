"""Opening hours in words, in any language: the week in lines, whether it is open now, why a text is not understood.

Names of days and joining words are Unicode's. Where the site itself is not translated into a language, signs stand for
our own words: "–" for "to", "×" for "closed", "?" for "not known". Times are written as on the door, from 0 to 24.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from typing import NamedTuple

from babel.dates import format_date, format_time
from babel.lists import format_list
from django.conf import settings
from django.utils.translation import get_language, gettext, override, pgettext

from parcours.engines.hours import Day, Hours, HoursError, Range
from parcours.engines.hours.door import LONGEST
from parcours.engines.hours.week import ALL_DAY, MIDNIGHT
from parcours.kit.dates import to_western_digits
from parcours.kit.figures import NO_BREAK_SPACE, active_locale
from parcours.kit.punctuation import colon, listed

DASH = f"{NO_BREAK_SPACE}– "
CLOSED_SIGN = "×"
WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
DAYS_SEARCHED = 62


class Line(NamedTuple):
    """Days and their hours, and the mark between them; a line without days says something of them all."""

    days: str
    hours: str
    mark: str

    def __str__(self) -> str:
        return f"{self.days}{self.mark}{self.hours}" if self.days else self.hours


def describe(hours: Hours, language: str, *, on: date) -> list[Line]:
    """The hours in lines: an ordinary week, equal days together; the next days that it opens where weeks differ."""
    with override(language):
        week, mark = hours.weekly(), colon() if _has_words() else ": "
        notes = [Line("", note, "") for note in hours.notes]
        if week is None:
            return [*_coming(hours, on, mark), *notes]
        lines = [
            Line(_days([number for number, _ in group]), _ranges(ranges), mark)
            for ranges, group in groupby(enumerate(week.days), key=lambda day: day[1])
        ] or [Line("", _not_known(), "")]
        if week.closed_on_holidays and _has_words():
            lines.append(Line("", gettext("Closed on public holidays"), ""))
        if week.closed_in_school_holidays and _has_words():
            lines.append(Line("", gettext("Closed in school holidays"), ""))
        return lines + notes


def _coming(hours: Hours, on: date, mark: str) -> list[Line]:
    """The days from `on` on which it opens or may open, seven at most."""
    days = (on + timedelta(days=number) for number in range(DAYS_SEARCHED))
    told = list(islice(((day, ranges) for day in days if (ranges := hours.ranges(day)) != ()), 7))
    if any(ranges for _, ranges in told):
        return [Line(_dated(day), _ranges(ranges), mark) for day, ranges in told]
    if told:
        return [Line("", _not_known(), "")]
    return [Line("", _closed_words(hours, datetime.combine(on, MIDNIGHT, hours.timezone)), "")]


def now_words(hours: Hours, language: str, *, at: datetime) -> str:
    """Whether it is open at this moment and what comes next, with what the hours add to it ("sur rendez-vous")."""
    with override(language):
        words = {"open": _open_words, "closed": _closed_words, "unknown": _unknown_words}[hours.state(at)](hours, at)
        comment = hours.comment(at)
        return f"{words} ({comment})" if comment else words


def explain(error: HoursError) -> str:
    """What is wrong with a text and how to mend it, in the active language."""
    message = {
        "too long": gettext("These hours are too long: write at most %(limit)s characters."),
        "quotation mark": gettext("A quotation mark is missing after %(part)s: a note stands between two of them."),
        "time": gettext("“%(part)s” is not a time: write 09:00-12:00."),
        "syntax": gettext("“%(part)s” is not understood: write for example Mo-Fr 09:00-12:00,14:00-17:00."),
    }[error.code]
    return message % {"part": error.part, "limit": LONGEST}


def day_name(weekday: int) -> str:
    """The day's name in the active language (0 is Monday)."""
    return str(active_locale().days["stand-alone"]["wide"][weekday])


def _has_words() -> bool:
    """Whether the site is translated into the active language."""
    return get_language() in dict(settings.LANGUAGES)


def _open_words(hours: Hours, at: datetime) -> str:
    until = hours.next_change(at)
    if until is None or until - at > A_DAY:
        return gettext("Open now") if _has_words() else _clock_span(ALL_DAY[0])
    clock = _clock(until.time(), ends=True)
    return gettext("Open now, until %(time)s") % {"time": clock} if _has_words() else f"–{NO_BREAK_SPACE}{clock}"


def _closed_words(hours: Hours, at: datetime) -> str:
    opens = hours.opens_next(at)
    if opens is None:
        return gettext("Closed now") if _has_words() else CLOSED_SIGN
    today, day = at.astimezone(hours.timezone).date(), opens.date()
    clock = _clock(opens.time())
    named = day_name(day.weekday()) if day - today < WEEK else _dated(day)
    if not _has_words():
        return f"{CLOSED_SIGN} · {'' if day == today else named + ' '}{clock}{DASH}".rstrip()
    if day == today:
        return gettext("Closed now, opens at %(time)s") % {"time": clock}
    return gettext("Closed now, opens %(day)s at %(time)s") % {"day": named, "time": clock}


def _unknown_words(hours: Hours, at: datetime) -> str:
    if hours.need_school_holidays and _has_words():
        return gettext("Open or closed: it depends on the school holidays")
    return _not_known()


def _not_known() -> str:
    return gettext("Opening hours not known") if _has_words() else "?"


def _days(numbers: Sequence[int]) -> str:
    """Days that follow one another: "lundi", "lundi et mardi", "du lundi au vendredi"."""
    first, last = day_name(numbers[0]), day_name(numbers[-1])
    if len(numbers) <= 2:
        return format_list([day_name(number) for number in numbers], locale=active_locale())
    if not _has_words():
        return first + DASH + last
    return pgettext("days", "%(first)s to %(last)s") % {"first": first, "last": last}


def _dated(day: date) -> str:
    """ "mardi 17 novembre"."""
    locale = active_locale()
    pattern = locale.datetime_skeletons.get("MMMMd", "d MMMM")
    if locale.language == "fr" and day.day == 1:
        pattern = str(pattern).replace("d", "d'er'", 1)
    return f"{day_name(day.weekday())} {to_western_digits(format_date(day, str(pattern), locale=locale))}"


def _ranges(ranges: Day | None) -> str:
    if ranges is None:
        return _not_known()
    if not ranges:
        return pgettext("hours of a day", "closed") if _has_words() else CLOSED_SIGN
    spans = map(_clock_span, ranges)
    return listed(spans) if _has_words() else ", ".join(spans)


def _clock_span(one: Range) -> str:
    return _clock(one.opens) + DASH + _clock(one.closes, ends=True)


def _clock(moment: time, *, ends: bool = False) -> str:
    """ "9 h", "17 h 30" in French, "9:00" elsewhere; midnight at the end of a day is 24."""
    is_french = active_locale().language == "fr"
    pattern = f"H{NO_BREAK_SPACE}'h'" + (f"{NO_BREAK_SPACE}mm" if moment.minute else "") if is_french else "H:mm"
    if ends and moment == MIDNIGHT:
        pattern = pattern.replace("H", "'24'")
    return to_western_digits(format_time(moment, pattern, locale=active_locale()))
