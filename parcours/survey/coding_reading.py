"""Open answers and what people read in them: what is to code, what holds, how far two coders agree."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from django.db.models import F

from parcours.engines.agreement import Agreement, agreement
from parcours.engines.questionnaire.form import Question
from parcours.engines.tabulation import Column, multiple, rows_of
from parcours.survey.columns import Columns
from parcours.survey.models import Code, Coding, Wave

Codes = frozenset[str]


class Spot(NamedTuple):
    """One open answer: of which response, and in which row of a repeat."""

    response: int
    row: int | None


@dataclass(frozen=True)
class Read:
    """What coders read in one answer, by coder, and what settled it."""

    by_coder: Mapping[int, Codes]
    settled: Codes | None = None

    @property
    def differs(self) -> bool:
        return len(set(self.by_coder.values())) > 1

    @property
    def holds(self) -> Codes | None:
        """What counts: what was settled, or what all coders say; None where they differ, or nobody coded it yet."""
        if self.settled is not None:
            return self.settled
        return None if self.differs or not self.by_coder else next(iter(self.by_coder.values()))


def readings(wave: Wave) -> dict[str, dict[Spot, Read]]:
    """By question. An answer that was saved again after it was coded is to be coded again."""
    found: dict[tuple[str, Spot], dict[tuple[int, bool], Codes]] = defaultdict(dict)
    codings = Coding.objects.filter(response__wave=wave, coded_at__gte=F("response__saved_at"))
    for coding in codings.order_by("pk").prefetch_related("codes"):
        codes = frozenset(str(code.pk) for code in coding.codes.all())
        found[coding.question, Spot(coding.response_id, coding.row)][coding.coder_id, coding.is_settled] = codes
    by_question: dict[str, dict[Spot, Read]] = defaultdict(dict)
    for (question, spot), codes in found.items():
        settled = next((those for (_coder, is_settled), those in codes.items() if is_settled), None)
        alone = {coder: those for (coder, is_settled), those in codes.items() if not is_settled}
        by_question[question][spot] = Read(alone, settled)
    return dict(by_question)


def written(columns: Columns, question: Question) -> dict[Spot, str]:
    """The texts of an open question, each with its place, in the order in which they came."""
    places = columns.places(question)
    texts = columns.column(question.path).written()
    return {Spot(columns.given[places[at].owner].pk, places[at].row): text for at, text in texts}


def coded(columns: Columns, question: Question, read: Mapping[Spot, Read], codes: Sequence[Code]) -> Column:
    """An open question as the multiple choice that its codes make: "d" is an answer not coded yet, "n" none fits."""
    places = columns.places(question)
    texts = columns.column(question.path)
    states, values = [], []
    for place, letter in zip(places, texts.states.tobytes().decode(), strict=True):
        spot = Spot(columns.given[place.owner].pk, place.row)
        holds = read[spot].holds if spot in read else None
        values.append(sorted(holds or ()))
        states.append(letter if letter != "a" else "d" if holds is None else "a" if holds else "n")
    column = multiple(question.path, states, values, [str(code.pk) for code in codes])
    return rows_of(column, [place.owner for place in places], question.repeat) if question.repeat else column


@dataclass(frozen=True)
class Pair:
    """Two coders and how far they agree."""

    first: int
    second: int
    agreement: Agreement


def pairs(read: Mapping[Spot, Read], codes: Sequence[Code]) -> list[Pair]:
    """Every two coders who coded the same answers, those with most in common first."""
    coders = sorted({coder for one in read.values() for coder in one.by_coder})
    names = [str(code.pk) for code in codes]
    found = [
        Pair(
            first,
            second,
            agreement(*([one.by_coder.get(coder) for one in read.values()] for coder in (first, second)), names),
        )
        for first, second in combinations(coders, 2)
    ]
    return sorted((pair for pair in found if pair.agreement.base), key=lambda pair: -pair.agreement.base)
