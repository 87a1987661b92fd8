"""Hours as people write them in French: "du lundi au vendredi de 9h à 12h et de 14h à 17h, fermé le mercredi"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

from parcours.engines.hours.week import ALL_WEEK, MIDNIGHT, Day, Range, Week, from_weekly, overlap, spans

LONGEST = 500
BY_APPOINTMENT = "sur rendez-vous"
# "14h-5h" is a slip of the pen, no night: a night begins in the evening and ends in the morning.
EVENING, MORNING = time(17), time(8)
HOLIDAYS = ("PH", "SH")

DAY_NAMES = ("lun(?:dis?)?", "mar(?:dis?)?", "mer(?:credis?)?", "jeu(?:dis?)?", "ven(?:dredis?)?", "sam(?:edis?)?")
CLOCK = r"(?:\d\d?\s?h(?:eures?)?(?:\s?[0-5]\d(?!\d|\s?[h:]))?|\d\d?:[0-5]\d|midi|minuit)\b"
ROUND_THE_CLOCK, EVERY_DAY = r"24\s?h?\s?(?:/|sur)\s?24\s?h?", r"7\s?j?\s?(?:/|sur)\s?7\s?j?"
TOKEN = re.compile(
    rf"(?P<always>{ROUND_THE_CLOCK}[\s,]*(?:et )?{EVERY_DAY}|{EVERY_DAY}[\s,]*(?:et )?{ROUND_THE_CLOCK})"
    rf"|(?P<every>tous les jours|{EVERY_DAY})|(?P<weekend>week-?\s?ends?)"
    + "".join(rf"|(?P<day{number}>{name}\b\.?)" for number, name in enumerate((*DAY_NAMES, "dim(?:anches?)?")))
    + rf"|(?P<range>(?P<opens>{CLOCK}|\d\d?(?=\s?-))\s?(?:-|a|jusqu'a)\s?(?P<closes>{CLOCK}|\d\d?(?![\dh:])))"
    r"|(?P<PH>(?:jours )?feries)|(?P<SH>vacances scolaires)"
    r"|(?P<appointment>(?:uniquement |seulement )?sur (?:rendez[\s-]?vous|rdv))"
    r"|(?P<closed>ferme(?:e|ture)?s?\b)|(?P<but>(?:sauf|hors|excepte)\b)|(?P<to>-|aux?\b|a\b)|(?P<stop>[.;\n])"
    r"|(?P<noise>[\s,:/()]|(?:et|puis|du|de|le|les|la|pendant|durant|ouvert(?:e|ure)?s?|horaires?)\b)"
)


Token = tuple[str, re.Match[str]]


@dataclass
class _Clause:
    """Days (holidays by their sign) with their hours, or closed."""

    days: list[int | str] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    is_closed: bool = False
    is_over: bool = False


class _Unsure(Exception):
    """The text may mean something else than what was read."""


def read_french(text: str) -> str | None:
    """What the text says, in OpenStreetMap's syntax; None when any of it is not understood for certain."""
    if len(text) > LONGEST:
        return None
    try:
        tokens = _joined(list(_tokens(_plain(text).rstrip(".; "))))
        if [kind for kind, _ in tokens if kind != "stop"] == ["always"]:
            return "24/7"
        clauses = _clauses(tokens)
        return _written(clauses, BY_APPOINTMENT if _by_appointment(tokens, clauses) else "")
    except _Unsure:
        return None


def _plain(text: str) -> str:
    """Small letters without accents, one kind of dash, one kind of space; the lines stay."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^\S\n]+", " ", re.sub(r"[‐‑‒–—→]", "-", letters).replace("’", "'")).strip()


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise _Unsure
        kind = next(name for name, value in match.groupdict().items() if value is not None)
        position = match.end()
        if kind != "noise":
            yield kind, match


def _joined(tokens: list[Token]) -> list[Token]:
    """Without the dashes that only set things apart; "to" is left between two days."""
    kept = []
    for number, (kind, match) in enumerate(tokens):
        if kind == "to" and not (0 < number < len(tokens) - 1 and _are_days(tokens[number - 1], tokens[number + 1])):
            if match[0] != "-":
                raise _Unsure
            continue
        kept.append((kind, match))
    return kept


def _are_days(*tokens: Token) -> bool:
    return all(kind.startswith("day") for kind, _ in tokens)


def _clauses(tokens: list[Token]) -> list[_Clause]:
    clauses = [_Clause()]
    for number, (kind, match) in enumerate(tokens):
        before = tokens[number - 1][0] if number else ""
        clause = clauses[-1]
        if kind == "range":
            if clause.ranges and before != "range":
                raise _Unsure
            clause.ranges.append(_range(match))
        elif kind in ("closed", "but"):
            _close(clauses, kind)
        elif kind == "stop":
            clause.is_over = True
        elif kind not in ("appointment", "to"):
            if clause.is_over or (clause.ranges and clause.days and before == "range"):
                clauses.append(clause := _Clause())
            clause.days += _days(kind, clause.days if before == "to" else [])
    return [clause for clause in clauses if clause.days or clause.ranges or clause.is_closed]


def _close(clauses: list[_Clause], kind: str) -> None:
    """ "Mercredi fermé" ends with the word, "fermé le mercredi", "sauf mercredi" begin with it."""
    clause = clauses[-1]
    if clause.days and not clause.ranges and not clause.is_over and not clause.is_closed and kind == "closed":
        clause.is_closed = clause.is_over = True
    elif kind == "but" and not clause.ranges:
        raise _Unsure
    else:
        clauses.append(_Clause(is_closed=True))


def _days(kind: str, since: list[int | str]) -> list[int | str]:
    """The days that a word names; after "to", those that follow the last one up to it."""
    if kind in HOLIDAYS:
        return [kind]
    if kind == "every":
        return list(ALL_WEEK)
    if kind == "weekend":
        return [5, 6]
    if not kind.startswith("day"):
        raise _Unsure
    day = int(kind[-1])
    if not since:
        return [day]
    first = since[-1]
    if not isinstance(first, int) or first >= day:
        raise _Unsure
    return list(range(first + 1, day + 1))


def _range(match: re.Match[str]) -> Range:
    opens, closes = match["opens"], match["closes"]
    if opens.isdecimal() and closes.isdecimal():
        raise _Unsure
    found = Range(_clock(opens), _clock(closes))
    night = found.opens >= EVENING and found.closes <= MORNING
    if found.opens >= found.closes != MIDNIGHT and not night:
        raise _Unsure
    return found


def _clock(text: str) -> time:
    if text in ("midi", "minuit"):
        return time(12) if text == "midi" else MIDNIGHT
    hour, minute = [*map(int, re.findall(r"\d+", text)), 0][:2]
    if hour > 24 or (hour == 24 and minute):
        raise _Unsure
    return time(hour % 24, minute)


def _by_appointment(tokens: list[Token], clauses: list[_Clause]) -> bool:
    """Whether all the hours are by appointment. Among several hours it must stand first, or apart at the end."""
    kinds = [kind for kind, _ in tokens]
    if "appointment" not in kinds:
        return False
    apart = kinds[0] == "appointment" or kinds[-2:] == ["stop", "appointment"]
    if kinds.count("appointment") > 1 or (sum(not clause.is_closed for clause in clauses) > 1 and not apart):
        raise _Unsure
    return True


def _written(clauses: list[_Clause], note: str) -> str | None:
    opening = [clause for clause in clauses if not clause.is_closed]
    closed = {day for clause in clauses if clause.is_closed for day in clause.days}
    if any(not clause.days for clause in clauses) or any(clause.is_closed and clause.ranges for clause in clauses):
        return None
    if not opening:
        week = Week((), "PH" in closed, "SH" in closed, note)
        names = spans(sorted(day for day in closed if isinstance(day, int)))
        written = from_weekly(week) or "unknown"
        head, _, tail = written.partition("; ")
        return "; ".join(filter(None, (head, names and f"{names} off", tail))) if closed or note else None
    days: dict[int, Day] = {}
    for clause in opening:
        ranges = tuple(sorted(clause.ranges))
        # Hours said of a day twice may add up, or the second may stand for the first.
        if not ranges or overlap(ranges) or len(set(clause.days)) < len(clause.days) or set(clause.days) & set(days):
            return None
        for day in clause.days:
            if not isinstance(day, int):
                return None
            days[day] = ranges
    told = tuple(() if day in closed else days.get(day, ()) for day in ALL_WEEK)
    return from_weekly(Week(told, "PH" in closed, "SH" in closed, note))
