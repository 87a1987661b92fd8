"""From a question to its answer: candidates from the index, ranked; where none fits, what fits when less is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from parcours.directory.finding.asking import all_essential, any_subject, asked, box_of, middle_of, zone_query
from parcours.directory.finding.question import Question
from parcours.directory.finding.ranking import Match, ranked
from parcours.directory.finding.relaxing import relaxations
from parcours.directory.finding.when import NOW
from parcours.directory.listing import read_hours
from parcours.directory.queries.finding import Ask, Row, candidates, fit_names, nearest
from parcours.engines.hours import Hours

# So many services near are enough: those farther away are not looked for.
PLENTY = 100
# With so many services named like the question, what only mentions its words is not looked for.
ENOUGH = 60
# With fewer that fit, those that fit in part are shown below them.
FEW = 10
MOST, FROM_AFAR, IN_PART = 200, 40, 100


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
    matches = ranked(rows, fit_names(asked(question, at)), question, at.date(), opens(question, at))
    return Answer(question, matches, is_cut=search.is_cut)


class _Search:
    """Asks the index again and again, each time for what answers less well, until it has enough."""

    def __init__(self, question: Question, at: datetime) -> None:
        self.question, self.at = question, at
        self.middle = middle_of(question)
        self.ask = partial(asked, middle=self.middle, box=box_of(question))
        self.rows: dict[int, Row] = {}
        self.is_cut = False

    def run(self) -> None:
        essential, question = all_essential(self.question), self.question
        self.by_name(self.ask(question, self.at, limit=MOST))
        if essential and len(self.rows) < ENOUGH:
            self.add(candidates(self.ask(question, self.at, column="body", words=essential, limit=MOST)))
        if self.middle:
            here, nowhere = question.but(within=""), zone_query(question, "afar")
            self.add(candidates(asked(here, self.at, facts=nowhere, column="body", words=essential, limit=FROM_AFAR)))
        if len(self.rows) < FEW and (question.sought or question.languages):
            one = any_subject(question)
            self.add(candidates(self.ask(question, self.at, is_silent=True, column="body", words=one, limit=IN_PART)))

    def by_name(self, ask: Ask) -> None:
        """What bears the name of what is sought; near a place first among the nearest of all: mostly all there are."""
        if ask.box:
            rows, is_all = nearest(ask)
            self.add(rows)
            self.is_cut = not is_all and len(rows) >= PLENTY
            if is_all or self.is_cut or not (ask.words or ask.facts):
                return
        rows = candidates(ask)
        self.add(rows)
        self.is_cut = len(rows) >= ask.limit

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.setdefault(row.pk, row)


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
