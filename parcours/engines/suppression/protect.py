"""Tables that may be published, and the proof that nothing hidden in them can be computed.

Primary: a cell is hidden when it comes from 1 to k - 1 people. Complementary: further cells are hidden until each
hidden one could be another number, given all that stays shown in all tables together. For each cell the cheapest such
change is searched (as J. Kelly, B. Golden & A. Assad, "Cell suppression", Networks 22 (1992)), then cells that turned
out to be needless are shown again: few are hidden, not provably the fewest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from parcours.engines.suppression.layout import (
    EVERYONE,
    LEFT_OUT,
    TICKS,
    Key,
    Layout,
    Relation,
    links,
    relations,
)
from parcours.engines.suppression.solver import Bools, Floats, Moves, Reader, System, Wide
from parcours.engines.tabulation.columns import STATES, Base
from parcours.engines.tabulation.tables import TOTAL, Of, OneWay, Share, TwoWay, share_of

# Of more cells than this, those hidden in vain are not searched for: it would take longer than they are worth.
TIDY = 1_500
# What hiding costs, in hidden answers: the number of ticks least, what a whole table stands on most.
COSTS = {TICKS: 0.5, LEFT_OUT: 20.0, EVERYONE: 10_000.0}
MARGIN_COST, BASE_COST, STATE_COST = 4.0, 40.0, 20.0


@dataclass(frozen=True)
class Protected:
    """A table as everyone may see it. Only `protect` makes one; every way out (page, file, API) reads this.

    A hidden number is None, and so is a share that has one in it. Which numbers are hidden because they are small and
    which to cover them is not told.
    """

    layout: Layout
    shown: Mapping[Key, int]
    hidden: frozenset[Key]

    @property
    def base_code(self) -> Base:
        return self.layout.base_code

    @property
    def rows(self) -> tuple[str, ...]:
        return self.layout.rows

    @property
    def columns(self) -> tuple[str, ...]:
        return self.layout.columns

    def count(self, row: str = TOTAL, column: str = TOTAL) -> int | None:
        """The number of a row (or of a state, EVERYONE, TICKS, LEFT_OUT) in a column. Raises KeyError for no cell."""
        key = self.layout.key(row, column)
        if key in self.hidden:
            return None
        return self.shown[key]

    def share(self, row: str, column: str = TOTAL, *, of: Of = "base") -> Share | None:
        return share_of(self, row, column, of)


@dataclass(frozen=True)
class Recoverable:
    """A hidden cell that everything published pins down between `low` and `high`."""

    key: Key
    low: int
    high: int


@dataclass(frozen=True)
class Slack:
    """How wide the range of a hidden cell must be: so much, and this share of its upper end."""

    least: int = 1
    share: float = 0.0

    def is_wide(self, low: float, high: float) -> bool:
        return high - low >= max(self.least, self.share * high)

    def move(self, n: float) -> float:
        """A move from `n` that makes its range wide enough."""
        return max(self.least, float(np.ceil(self.share * n / (1 - self.share))))


def protect(*tables: OneWay | TwoWay, k: int, both_sides: bool = False, slack: int = 1) -> tuple[Protected, ...]:
    """The tables, in order, with what must not be told hidden: in all of them, since one could betray another.

    Give all tables of the same respondents that are published; a table of a part of them (a filter) is a cross-table.
    A count of 1 to k - 1 people is hidden; with `both_sides` also one that all but 1 to k - 1 of the base share. Nobody
    (0) may be told, as may how many did not answer, were not asked or do not know. `slack` is how wide the range must
    be in which a hidden number can lie; with k, what is hidden in a line cannot be told to be few together either.
    """
    if k < 1 or slack < 1:
        raise ValueError("k and slack are at least 1")
    small = {key for table in tables for key in _small(table, k, both_sides)}
    return hide([(Layout.of(table), _counts(table)) for table in tables], small, Slack(slack))


def audit(tables: Iterable[Protected], *, slack: int = 1, share: float = 0.0) -> list[Recoverable]:
    """The hidden cells that can be computed from everything published; also of tables protected on their own."""
    wanted = Slack(slack, share)
    found = intervals(tables, wide=wanted.is_wide)
    return [
        Recoverable(key, low, high)
        for key, (low, high) in found.items()
        if high is not None and not wanted.is_wide(low, high)
    ]


def intervals(tables: Iterable[Protected], *, wide: Wide | None = None) -> dict[Key, tuple[int, int | None]]:
    """Between which whole numbers each hidden cell can lie; None: without end. One that is `wide` is left at that."""
    tables = list(tables)
    shown = {key: n for table in tables for key, n in table.shown.items()}
    hidden = sorted({key for table in tables for key in table.hidden}, key=sorted)
    known = relations([table.layout for table in tables])
    found: dict[Key, tuple[int, int | None]] = {key: (shown[key], shown[key]) for key in hidden if key in shown}
    if len(found) < len(hidden):
        reader = Reader(System.of(_keys(known, [*shown, *hidden]), known), shown)
        found |= reader.ranges([key for key in hidden if key not in shown], wide)
    return found


def hide(tables: Sequence[tuple[Layout, Mapping[Key, int]]], small: set[Key], slack: Slack) -> tuple[Protected, ...]:
    """The tables with the small cells and as few others as needed hidden."""
    layouts = [layout for layout, _counts in tables]
    counts: dict[Key, int] = {}
    for layout, own in tables:
        if any(counts.setdefault(key, n) != n for key, n in own.items()):
            raise ValueError(f"{' × '.join(layout.names)}: another table counts other people in the same cell")
    for link in chain.from_iterable(linked for _layout, linked in links(layouts)):
        counts[link.missing] = counts[link.alone] - counts[link.both]
    known = relations(layouts)
    system = System.of(_keys(known, counts), known)
    published = {key for _layout, own in tables for key in own}
    fixed = {key for layout, own in tables for key in _fixed(layout, own)}
    hidden = _Hiding(system, counts, _costs(tables), published, fixed, slack).hidden(small)
    return tuple(
        Protected(layout, {key: n for key, n in own.items() if key not in hidden}, hidden & own.keys())
        for layout, own in tables
    )


class _Hiding:
    """The search for what to hide. `others`: tables found so far that agree with what stays shown."""

    def __init__(
        self,
        system: System,
        counts: Mapping[Key, int],
        costs: Mapping[Key, float],
        published: set[Key],
        fixed: set[Key],
        slack: Slack,
    ) -> None:
        self.system, self.slack = system, slack
        self.true = np.array([float(counts[key]) for key in system.keys])
        self.published = np.array([key in published for key in system.keys])
        # Of two equal ways, the one that hides less of the table's people.
        shy = self.true / (1 + self.true.sum())
        self.costs = np.array([costs.get(key, 0.0) for key in system.keys]) + shy * self.published
        self.moves = Moves(system, self.true, self.costs, np.array([key in fixed for key in system.keys]))
        self.others: list[Floats] = []

    def hidden(self, small: set[Key]) -> frozenset[Key]:
        must = np.array([key in small for key in self.system.keys])
        hidden = must | ~self.published
        while narrow := self._narrow(hidden, self.others):
            other = self._move(narrow[0], hidden, open_more=True)
            assert other is not None, "with everything hidden, any number could be"
            self.others.append(other)
            hidden |= other != 0
        if len(self.true) <= TIDY:
            hidden = self._without_needless(hidden, must)
        return frozenset(
            key for key, is_hidden in zip(self.system.keys, hidden & self.published, strict=True) if is_hidden
        )

    def _narrow(self, hidden: Bools, others: Sequence[Floats]) -> list[int]:
        """The hidden cells that no table found so far moves far enough, the smallest first."""
        moved = np.array([np.zeros(len(self.true)), *others])
        low, high = self.true + moved.min(axis=0), self.true + moved.max(axis=0)
        found = [int(at) for at in np.flatnonzero(hidden & self.published) if not self.slack.is_wide(low[at], high[at])]
        return sorted(found, key=lambda at: (self.true[at], at))

    def _move(self, cell: int, hidden: Bools, *, open_more: bool) -> Floats | None:
        return self.moves.find(cell, self.slack.move(self.true[cell]), hidden, open_more=open_more)

    def _without_needless(self, hidden: Bools, must: Bools) -> Bools:
        """Shown again: the dearest first, each if those that must stay hidden can do without."""
        for cell in np.argsort(-self.costs, kind="stable"):
            if hidden[cell] and not must[cell] and self.published[cell]:
                hidden = self._shown(int(cell), hidden, must)
        return hidden

    def _shown(self, cell: int, hidden: Bools, must: Bools) -> Bools:
        """What is hidden once this cell is shown, and those that it covered in vain; all as it was if not safe."""
        fewer, others = hidden.copy(), self.others
        opened = [cell]
        while opened:
            fewer[opened] = False
            others = [other for other in others if not other[~fewer].any()]
            opened = []
            for narrow in self._narrow(fewer, others):
                other = self._move(narrow, fewer, open_more=False)
                if other is not None:
                    others.append(other)
                elif must[narrow]:
                    return hidden
                else:
                    opened.append(narrow)
                    break
        self.others = others
        return fewer


def _small(table: OneWay | TwoWay, k: int, both_sides: bool) -> Iterable[Key]:
    """The cells that come from fewer than k people, or miss fewer than k."""
    layout = Layout.of(table)
    for row in (TOTAL, *table.rows):
        for column in (TOTAL, *table.columns):
            people = table.respondents(row, column)
            rest = table.respondents(TOTAL, column) - people
            if _tells(row, column) and (0 < people < k or (both_sides and people and 0 < rest < k)):
                yield layout.key(row, column)


def _tells(row: str, column: str) -> bool:
    """Whether a cell says what somebody answered; how many did not answer or do not know says nothing of that kind."""
    silent = {*STATES.values()} - {"@none"}
    return not (row in silent and column in silent | {TOTAL}) and not (column in silent and row == TOTAL)


def _counts(table: OneWay | TwoWay) -> dict[Key, int]:
    layout = Layout.of(table)
    counts = {layout.key(r, c): table.count(r, c) for r in (TOTAL, *table.rows) for c in (TOTAL, *table.columns)}
    if isinstance(table, TwoWay):
        return counts | {layout.key(LEFT_OUT): table.left_out, layout.key(EVERYONE): table.base + table.left_out}
    outside = {layout.key(row): table.states.count(row) for row in layout.outside}
    ticks = {layout.key(TICKS): table.ticks} if table.kind == "multiple" else {}
    return counts | outside | ticks | {layout.key(EVERYONE): table.states.everyone}


def _fixed(layout: Layout, counts: Mapping[Key, int]) -> Iterable[Key]:
    """The cells of a state in which nobody is: perhaps nobody could be, so that hiding them would cover nothing."""
    for row, column in layout.cells():
        empty_row = row in STATES.values() and not counts[layout.key(row)]
        if empty_row or (column in STATES.values() and not counts[layout.key(TOTAL, column)]):
            yield layout.key(row, column)


def _keys(known: Sequence[Relation], others: Iterable[Key]) -> list[Key]:
    return list(dict.fromkeys([*others, *(key for one in known for key in (*one.total, *one.parts))]))


def _costs(tables: Sequence[tuple[Layout, Mapping[Key, int]]]) -> dict[Key, float]:
    """What it costs to hide each cell; one that stands in several tables, its highest."""
    costs: dict[Key, float] = {}
    for layout, _counts in tables:
        for row, column in layout.cells():
            key = layout.key(row, column)
            costs[key] = max(costs.get(key, 0.0), _cost(layout, row, column))
    return costs


def _cost(layout: Layout, row: str, column: str) -> float:
    if row == column == TOTAL:
        return BASE_COST
    if row in layout.extra:
        return COSTS.get(row, STATE_COST)
    return MARGIN_COST if layout.columns and TOTAL in (row, column) else 1.0
