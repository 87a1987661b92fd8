"""Counts with their bases: one question alone, or two crossed. A share is never without the numbers it is made of."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from parcours.engines.tabulation.columns import IN_BASE, STATES, Base, Column, ticks

Ints = npt.NDArray[np.int64]
Of = Literal["base", "row", "column"]
# The row or column that counts the whole base.
TOTAL = "@total"


@dataclass(frozen=True)
class Share:
    """`n` of `base`: of those who answered, were asked, or all; of those `within` a row or column where it is set."""

    n: int
    base: int
    base_code: Base
    within: str = ""

    @property
    def percent(self) -> float | None:
        """None where there is nobody to be a share of."""
        return 100 * self.n / self.base if self.base else None


class Counted(Protocol):
    """What a table lets one read; None where a number is hidden."""

    @property
    def base_code(self) -> Base: ...

    @property
    def rows(self) -> tuple[str, ...]: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def count(self, row: str = TOTAL, column: str = TOTAL) -> int | None: ...


def share_of(table: Counted, row: str, column: str = TOTAL, of: Of = "base") -> Share | None:
    """The share of a cell in its row, its column or the whole base; None if either number is hidden."""
    n = table.count(row, column)
    base = table.count(row if of == "row" else TOTAL, column if of == "column" else TOTAL)
    if n is None or base is None:
        return None
    return Share(n, base, table.base_code, {"base": "", "row": row, "column": column}[of])


@dataclass(frozen=True)
class States:
    """How many were in each state; together, everyone."""

    not_shown: int
    unanswered: int
    none: int
    dont_know: int
    answered: int

    @property
    def everyone(self) -> int:
        return self.not_shown + self.unanswered + self.none + self.dont_know + self.answered

    def count(self, row: str) -> int:
        number: int = getattr(self, row.removeprefix("@"))
        return number

    def base(self, base: Base) -> int:
        return sum(self.count(STATES[letter]) for letter in IN_BASE[base])


@dataclass(frozen=True)
class OneWay:
    """One question. `counts` follow `choices`; the other rows are the states of the base that are no choice.

    Of a single choice, the rows add up to the base. Of a multiple choice they do not: `ticks` of them were made by
    `states.answered`. Of a repeat, n and base are rows of the `unit`, and `givers` are the respondents who gave
    them: all, then those of each row of the table.
    """

    name: str
    kind: Literal["single", "multiple"]
    base_code: Base
    choices: tuple[str, ...]
    counts: tuple[int, ...]
    states: States
    unit: str = ""
    givers: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str]:
        return (self.name,)

    @property
    def rows(self) -> tuple[str, ...]:
        return self.choices + _others(self.base_code)

    @property
    def columns(self) -> tuple[str, ...]:
        return ()

    @property
    def base(self) -> int:
        return self.states.base(self.base_code)

    @property
    def ticks(self) -> int:
        return sum(self.counts)

    @property
    def ticks_each(self) -> float | None:
        """Ticks per row that ticked anything."""
        return self.ticks / self.states.answered if self.states.answered else None

    def count(self, row: str = TOTAL, column: str = TOTAL) -> int:
        if column != TOTAL:
            raise KeyError(column)
        if row in self.choices:
            return self.counts[self.choices.index(row)]
        return self.base if row == TOTAL else self.states.count(row)

    def respondents(self, row: str = TOTAL, column: str = TOTAL) -> int:
        """How many people a count comes from."""
        return self.givers[(TOTAL, *self.rows).index(row)] if self.givers else self.count(row, column)

    def share(self, row: str) -> Share:
        return Share(self.count(row), self.base, self.base_code)


@dataclass(frozen=True)
class TwoWay:
    """Two questions crossed: of those in the base of both. `left_out` are in the base of at most one.

    Columns always add up, in each row and in the totals. Rows add up to their column only where the row question is a
    single choice; of a multiple choice, a column's total is its base: how many there are, not how often they ticked.
    """

    names: tuple[str, str]
    kind: Literal["single", "multiple"]
    base_code: Base
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    column_totals: tuple[int, ...]
    left_out: int
    unit: str = ""
    givers: tuple[tuple[int, ...], ...] = ()

    @property
    def base(self) -> int:
        return sum(self.column_totals)

    def count(self, row: str = TOTAL, column: str = TOTAL) -> int:
        line = self.column_totals if row == TOTAL else self.cells[self.rows.index(row)]
        return sum(line) if column == TOTAL else line[self.columns.index(column)]

    def respondents(self, row: str = TOTAL, column: str = TOTAL) -> int:
        """How many people a count comes from."""
        if not self.givers:
            return self.count(row, column)
        return self.givers[(TOTAL, *self.rows).index(row)][(TOTAL, *self.columns).index(column)]

    def share(self, row: str, column: str = TOTAL, *, of: Of = "base") -> Share:
        share = share_of(self, row, column, of)
        assert share is not None
        return share


def states(column: Column) -> States:
    found = np.bincount(column.states, minlength=256)
    counts = {name.removeprefix("@"): int(found[ord(letter)]) for letter, name in STATES.items()}
    return States(**counts)


def one_way(column: Column, *, base: Base = "answered") -> OneWay:
    """The table of a choice question."""
    if column.kind == "single":
        counts = np.bincount(column.picked[column.picked >= 0], minlength=len(column.choices))
    elif column.kind == "multiple":
        counts = np.count_nonzero(column.picked, axis=1)
    else:
        raise ValueError(f"{column.name} has no choices to count")
    givers: tuple[int, ...] = ()
    if column.owners is not None:
        groups, _rows = _groups(column, base)
        givers = tuple(_givers(column.owners, column.in_base(base), group) for group in (True, *groups))
    return OneWay(
        column.name, column.kind, base, column.choices, tuple(counts.tolist()), states(column), column.unit, givers
    )


def two_way(row: Column, column: Column, *, base: Base = "answered") -> TwoWay:
    """Two choice questions crossed; the second a single choice. Both are of the same respondents or the same repeat."""
    if column.kind != "single" or row.kind not in ("single", "multiple"):
        raise ValueError(f"{row.name} × {column.name}: cross a choice with a single choice")
    if len(row) != len(column) or row.unit != column.unit:
        raise ValueError(f"{row.name} × {column.name}: they are not of the same respondents")
    inside = row.in_base(base) & column.in_base(base)
    down, names = _groups(row, base)
    across, labels = _groups(column, base)
    place = across[:, inside].argmax(axis=0)
    cells = [np.bincount(place[group[inside]], minlength=len(labels)) for group in down]
    givers: tuple[tuple[int, ...], ...] = ()
    if row.owners is not None:
        givers = tuple(
            tuple(_givers(row.owners, inside, one, other) for other in (True, *across)) for one in (True, *down)
        )
    return TwoWay(
        (row.name, column.name),
        row.kind,
        base,
        names,
        labels,
        tuple(tuple(line.tolist()) for line in cells),
        tuple(np.bincount(place, minlength=len(labels)).tolist()),
        int(np.count_nonzero(~inside)),
        row.unit,
        givers,
    )


def _others(base: Base) -> tuple[str, ...]:
    """The rows of a base that are no choice."""
    return tuple(STATES[letter] for letter in IN_BASE[base] if letter != "a")


def _groups(column: Column, base: Base) -> tuple[npt.NDArray[np.bool_], tuple[str, ...]]:
    """Choices, then the other states of the base: who is in which, one line each."""
    letters = [letter for letter in IN_BASE[base] if letter != "a"]
    return np.vstack([ticks(column), *(column.is_in(letter) for letter in letters)]), column.choices + _others(base)


def _givers(owners: npt.NDArray[np.intp], *groups: npt.NDArray[np.bool_] | bool) -> int:
    """How many respondents gave the rows that are in all these groups."""
    inside = np.logical_and.reduce([np.broadcast_to(group, owners.shape) for group in groups])
    return len(np.unique(owners[inside]))
