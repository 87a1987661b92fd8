"""Two waves side by side: the same question by its path, and how many organisations changed their answer.

Of those who answered both waves no further table is told than who changed and who did not: what they answered,
subtracted from what everyone answered, would tell of the few who are in one wave alone.
"""

from dataclasses import dataclass

import numpy as np

from parcours.engines.suppression import Protected, protect
from parcours.engines.tabulation import TOTAL, OneWay, States, paired, ticks
from parcours.survey.columns import Columns
from parcours.survey.models import Wave
from parcours.survey.readable import Cell, Words, base_in_words
from parcours.survey.tables import CROSSED, QuestionTable, cached, fingerprint, results_of

CHANGED, SAME = "changed", "same"


@dataclass(frozen=True)
class Row:
    """One choice in both waves; a wave that did not offer it has no cell."""

    code: str
    label: str
    before: Cell | None
    after: Cell | None

    @property
    def points(self) -> float | None:
        """The difference in percentage points; None where a share is withheld or missing."""
        if not (self.before and self.after) or self.before.percent is None or self.after.percent is None:
            return None
        return self.after.percent - self.before.percent


@dataclass(frozen=True)
class Compared:
    """A question asked in both waves, of whom its shares are in each, and who gave another answer than before."""

    key: str
    title: str
    before_base: str
    after_base: str
    rows: tuple[Row, ...]
    moved: Cell | None = None


def compared(before: Wave, after: Wave) -> list[Compared]:
    """The choice questions that both waves asked by the same path, in the order of the later one."""
    later = results_of(after)
    words, then = Words(later.language), {one.path: one for one in results_of(before).tables}
    moved = cached(
        f"survey:moved:{before.pk}:{after.pk}",
        (fingerprint(before), fingerprint(after)),
        lambda: changed(before, after),
    )
    return [
        Compared(
            now.key,
            words.question(now),
            base_in_words(words, then[now.path], then[now.path].table.count()),
            base_in_words(words, now, now.table.count()),
            tuple(_rows(words, then[now.path], now)),
            _moved(moved.get(now.path)),
        )
        for now in later.tables
        if now.kind in CROSSED and now.path in then and then[now.path].kind == now.kind
    ]


def changed(before: Wave, after: Wave) -> dict[str, Protected]:
    """By question: of the organisations that answered it in both waves, how many changed their answer."""
    first, second = Columns.of(before), Columns.of(after)
    counted = [
        _changes(first, second, path)
        for path, question in second.questions.items()
        if path in first.questions
        and question.kind in ("one", "many")
        and question.kind == first.questions[path].kind
        and not question.repeat
    ]
    protected = protect(*counted, k=max(before.threshold, after.threshold))
    return {table.name: hidden for table, hidden in zip(counted, protected, strict=True)}


def _changes(first: Columns, second: Columns, path: str) -> OneWay:
    """Who chose anything else than before. A choice that one wave did not offer was not chosen there."""
    then, now = paired(first.column(path), second.column(path), (first.respondents(), second.respondents()))
    both = then.in_base("answered") & now.in_base("answered")
    earlier, later = (dict(zip(column.choices, ticks(column), strict=True)) for column in (then, now))
    nobody = np.zeros(len(both), dtype=bool)
    differs = nobody.copy()
    for choice in {*earlier, *later}:
        differs |= earlier.get(choice, nobody) != later.get(choice, nobody)
    moved, n = int(np.count_nonzero(differs & both)), int(np.count_nonzero(both))
    outside = States(0, len(both) - n, 0, 0, n)
    return OneWay(path, "single", "answered", (CHANGED, SAME), (moved, n - moved), outside, "@both_waves")


def _moved(table: Protected | None) -> Cell | None:
    """None where nobody answered the question in both waves."""
    if table is None or table.count() == 0:
        return None
    return Cell(table.count(CHANGED), table.count())


def _rows(words: Words, before: QuestionTable, after: QuestionTable) -> list[Row]:
    codes = dict.fromkeys((*after.table.rows, *before.table.rows))
    rows = [
        Row(
            code,
            words.row(after if code in after.table.rows else before, code),
            *(
                Cell(one.table.count(code), one.table.count(TOTAL)) if code in one.table.rows else None
                for one in (before, after)
            ),
        )
        for code in codes
    ]
    return [row for row in rows if row.code != "@none" or any(cell and cell.n != 0 for cell in (row.before, row.after))]
