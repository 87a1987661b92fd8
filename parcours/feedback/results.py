"""What an evaluation tells: its tables, whether the same people answer otherwise at the end, words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parcours.engines.questionnaire.form import Question
from parcours.engines.suppression import Protected, protect
from parcours.engines.tabulation import OneWay, States, paired
from parcours.feedback.models import Evaluation
from parcours.survey.columns import Columns
from parcours.survey.models import Wave
from parcours.survey.readable import Cell, Readable, Words, readable
from parcours.survey.tables import results_of, tabulated

# A scale: the choices of a question of this appearance stand in order, from least to most.
SCALE = "likert"
UP, SAME, DOWN = "up", "same", "down"


@dataclass(frozen=True)
class Moved:
    """Of those who answered a scale both times: how many chose more, the same, less."""

    title: str
    up: Cell
    same: Cell
    down: Cell

    @property
    def base(self) -> int | None:
        return self.up.base


def tables_of(waves: Sequence[Wave], *, k: int = 0) -> list[Readable]:
    """The protected tables of one wave, or of several as if they were one."""
    if not waves:
        return []
    first, *others = waves
    if not others and not k:
        return readable(results_of(first))
    return readable(tabulated(first, Columns.of(first, *others), k=k))


def moved(before: Sequence[Wave], after: Sequence[Wave], *, k: int) -> list[Moved]:
    """Each scale that was asked both times, of those who answered it both times; no count under `k` can be read."""
    if not (before and after):
        return []
    first, second = Columns.of(*before), Columns.of(*after)
    scales = [one for path, one in second.questions.items() if SCALE in one.appearance and path in first.questions]
    counted = [_steps(first, second, one) for one in scales]
    words = Words(second.form.default_language)
    return [
        Moved(words.said(one.label), *(_cell(table, name) for name in (UP, SAME, DOWN)))
        for one, table in zip(scales, protect(*counted, k=k), strict=True)
    ]


def _steps(first: Columns, second: Columns, question: Question) -> OneWay:
    """Up, the same, down. `Column.picked` is the place of the choice in the scale."""
    ids = (first.respondents(), second.respondents())
    then, now = paired(first.column(question.path), second.column(question.path), ids)
    both = then.is_in("a") & now.is_in("a")
    step = np.sign(now.picked - then.picked)[both]
    counts = tuple(int(np.count_nonzero(step == sign)) for sign in (1, 0, -1))
    n = int(np.count_nonzero(both))
    outside = States(0, len(both) - n, 0, 0, n)
    return OneWay(question.path, "single", "answered", (UP, SAME, DOWN), counts, outside, "@both_waves")


def _cell(table: Protected, name: str) -> Cell:
    return Cell(table.count(name), table.count())


def words_of(evaluation: Evaluation) -> list[tuple[str, list[str]]]:
    """What was written, question by question, once it has ended and enough have answered; in an order of no meaning."""
    columns = Columns.of(evaluation.wave)
    if len(columns) < evaluation.wave.threshold:
        return []
    words = Words(columns.form.default_language)
    found = []
    for path, question in columns.questions.items():
        if question.kind == "text":
            written = [text for _row, text in columns.column(path).written()]
            found.append((words.said(question.label), sorted(written, key=_shuffled)))
    return [(title, written) for title, written in found if written]


def _shuffled(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
