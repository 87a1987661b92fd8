"""From a question to its answer: candidates from the index, ranked; where none fits, what fits when less is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from parcours.directory.facts import fact, quoted
from parcours.directory.finding.asking import asked, box_of, zone_query
from parcours.directory.finding.question import Question
from parcours.directory.finding.ranking import Match, ranked
from parcours.directory.finding.relaxing import relaxations
from parcours.directory.finding.when import NOW
from parcours.directory.listing import read_hours
from parcours.directory.queries.finding import Ask, Row, candidates, fit_names
from parcours.engines.hours import Hours

MOST = 300
# With so many services named like the question, what only mentions its words is not looked for.
ENOUGH = 60
FROM_AFAR = 40


@dataclass(frozen=True)
class Answer:
    """What was found. `question` is the one that was answered: a wider one when `given_up` says so."""

    question: Question
    matches: list[Match]
    given_up: tuple[str, ...] = ()
    is_cut: bool = False


def answer(question: Question, at: datetime) -> Answer:
    """The services that fit, best first; when none does, those that fit the narrowest wider question."""
    strict = find(question, at)
    if strict.matches:
        return strict
    for given_up, wider in relaxations(question):
        found = find(wider, at)
        if found.matches:
            return Answer(wider, found.matches, given_up, found.is_cut)
    return strict


def find(question: Question, at: datetime) -> Answer:
    """The services that fit exactly this question."""
    rows: list[Row] = []
    asks = list(_asks(question, at))
    for ask in asks:
        if ask.column == "body" and len(rows) >= ENOUGH and ask.limit == MOST:
            continue
        rows += candidates(ask)
    matches = ranked(rows, fit_names(asks[0]), question, at.date(), opens(question, at))
    return Answer(question, matches, is_cut=len(rows) >= MOST)


def _asks(question: Question, at: datetime) -> Iterable[Ask]:
    """By name, then by all words; with a place also what has none and serves it."""
    spot, box = question.spot, box_of(question)
    middle = (spot.lon, spot.lat) if spot and spot.lon is not None and spot.lat is not None else None
    near = asked(question, at, box=box, middle=middle, limit=MOST)
    yield near
    if near.words:
        yield asked(question, at, box=box, middle=middle, column="body", limit=MOST)
    if middle:
        nowhere = f"{quoted(fact('place', 'none'))} & {zone_query(question)}"
        yield asked(question.but(within=""), at, facts=nowhere, column="body", limit=FROM_AFAR)


def opens(question: Question, at: datetime) -> Callable[[Row, bool | None], bool | None]:
    """Whether a row is open when it is asked for, given what its ordinary week says; None when nobody knows.

    On a public holiday, and for hours that are more than a week, the hours in full are asked.
    """
    is_ordinary = EVERY_DAY.state(at) == "open"

    def is_open(row: Row, in_an_ordinary_week: bool | None) -> bool | None:
        if question.when != NOW or (is_ordinary and in_an_ordinary_week):
            return in_an_ordinary_week
        hours = read_hours(row.hours)
        return {"open": True, "closed": False}.get(hours.state(at)) if hours else None

    return is_open


EVERY_DAY = Hours("Mo-Su 00:00-24:00; PH off")
