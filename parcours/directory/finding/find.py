"""From a question to its answer: candidates from the index, ranked; where none fits, what fits when less is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from parcours.directory.facts import all_of, quoted
from parcours.directory.finding.asking import all_essential, any_subject, asked, box_of, middle_of, zone_query
from parcours.directory.finding.question import USUAL_KM, Question
from parcours.directory.finding.ranking import Match, ranked
from parcours.directory.finding.relaxing import relaxations
from parcours.directory.finding.when import NOW
from parcours.directory.listing import WELL, read_hours
from parcours.directory.queries.finding import Ask, Row, candidates, fit_names
from parcours.engines.hours import Hours

# So many services near are enough: those farther away are not looked for.
PLENTY = 100
# How many listings of whatever kind are about in the square that is looked at first.
LOOKED_AT = 2500
# With so many services named like the question, what only mentions its words is not looked for.
ENOUGH = 60
# With fewer that fit, those that fit in part are shown below them.
FEW = 10
MOST, FROM_AFAR, IN_PART = 120, 40, 100


@dataclass(frozen=True)
class Answer:
    """What was found: first what fits, then what fits in part. `question` is the one that was answered, a wider one
    when `given_up` says so; `is_cut`: there is more than was ranked."""

    question: Question
    matches: list[Match]
    given_up: tuple[str, ...] = ()
    is_cut: bool = False

    @property
    def fitting(self) -> int:
        """How many fit; the others fit in part."""
        return sum(match.is_whole for match in self.matches)


def answer(question: Question, at: datetime) -> Answer:
    """The services that fit, best first; when none does, those that fit the narrowest wider question, wholly rather
    than in part."""
    narrow = find(question, at)
    if narrow.fitting:
        return narrow
    wider = ((given_up, find(each, at)) for given_up, each in relaxations(question))
    in_part = [((), narrow)] if narrow.matches else []
    for given_up, found in wider:
        if found.fitting:
            return replace(found, given_up=given_up)
        if found.matches and not in_part:
            in_part.append((given_up, found))
    return replace(in_part[0][1], given_up=in_part[0][0]) if in_part else narrow


def find(question: Question, at: datetime) -> Answer:
    """The services that fit exactly this question, and below a few of them those that fit in part."""
    search = _Search(question, at)
    search.run()
    rows = list(search.rows.values())
    matches = ranked(rows, fit_names(search.ask), question, at.date(), opens(question, at))
    return Answer(question, matches, is_cut=search.is_cut)


class _Search:
    """Asks the index again and again, each time for what answers less well, until it has enough."""

    def __init__(self, question: Question, at: datetime) -> None:
        self.question, self.at = question, at
        self.ask = asked(question, at, middle=middle_of(question), box=box_of(question), limit=MOST)
        self.rows: dict[int, Row] = {}
        self.is_cut = False

    def run(self) -> None:
        question, essential = self.question, all_essential(self.question)
        telling = replace(self.ask, column="body", words=essential, sure=question.essential)
        self.by_name()
        if essential and len(self.rows) < ENOUGH:
            self.add(self.first(telling)[0])
        if telling.middle:
            far = asked(question.but(within=""), self.at, facts=zone_query(question, "afar"))
            self.add(candidates(replace(telling, facts=far.facts, middle=None, box=None, limit=FROM_AFAR)))
        if len(self.rows) < FEW and (question.sought or question.languages):
            silent = asked(question, self.at, is_silent=True)
            one = replace(silent, column="body", words=any_subject(question), limit=IN_PART)
            self.add(candidates(replace(one, middle=telling.middle, box=telling.box)))

    def by_name(self) -> None:
        """What bears the name of what is sought."""
        found, is_all = self.first(self.ask)
        self.add(found)
        self.is_cut = len(found) >= (MOST if is_all else PLENTY)

    def first(self, ask: Ask) -> tuple[list[Row], bool]:
        """Of very many the nearest, or those that are told well; and whether it is all that there is."""
        if not ask.words and not ask.facts:
            return candidates(ask), True
        return self.near(ask) if ask.box else _told_well(ask)

    def near(self, ask: Ask) -> tuple[list[Row], bool]:
        """What lies in a square that grows until it holds plenty."""
        share = _first_share(self.question)
        while True:
            found = candidates(replace(ask, box=box_of(self.question, share)))
            if share >= 1 or len(found) >= PLENTY:
                return found, share >= 1
            share = min(1.0, share * sqrt(2 * PLENTY / max(len(found), 1)))

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.setdefault(row.pk, row)


def _first_share(question: Question) -> float:
    """How wide the first square is, of as wide as one goes; in the country it is that wide."""
    crowd = question.spot.crowd if question.spot else 0
    about = crowd * ((question.km or USUAL_KM) / USUAL_KM) ** 2
    return min(1.0, sqrt(LOOKED_AT / about)) if about else 1.0


def _told_well(ask: Ask) -> tuple[list[Row], bool]:
    """What is told well, where that is plenty; else everything."""
    well = candidates(replace(ask, facts=all_of([ask.facts, quoted(WELL)])))
    return (well, False) if len(well) >= PLENTY else (candidates(ask), True)


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
