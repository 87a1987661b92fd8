"""Amounts of money: a sum is hidden where it tells what one contributor gave."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from parcours.engines.suppression.layout import Key, Layout
from parcours.engines.suppression.protect import Protected, Slack, hide
from parcours.engines.tabulation.tables import TOTAL

# Insee's rule for companies: three of them at least, and none with more than so much of the sum.
DOMINANCE = 0.85
# What a hidden sum must be uncertain by, as a share of the most it can be: what the others of a sum have at least.
UNCERTAIN = 1 - DOMINANCE


class Gift(NamedTuple):
    """What somebody gave, in a row (and a column) of the table."""

    who: str
    amount: float
    row: str
    column: str = TOTAL


def protect_amounts(
    names: Sequence[str],
    gifts: Iterable[Gift],
    *,
    rows: Sequence[str],
    columns: Sequence[str] = (),
    unit: str = "amount",
    k: int = 3,
    dominance: float = DOMINANCE,
) -> Protected:
    """The table of sums, rounded to whole units. Hidden: sums of fewer than k contributors, or mostly of one of them.

    Totals are sums of the rounded cells. Nothing given (0) may be told. Raises ValueError for a negative amount, and
    for a row or a column that is not listed.
    """
    layout = Layout(tuple(names), "amount", "all", tuple(rows), tuple(columns), unit)
    given: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for gift in gifts:
        if gift.amount < 0 or gift.row not in rows or gift.column not in (columns or (TOTAL,)):
            raise ValueError(f"{gift} is not in the table of {' × '.join(names)}")
        for row in (gift.row, TOTAL):
            for column in {gift.column, TOTAL}:
                given[row, column][gift.who] += gift.amount
    sums = _sums(layout, given)
    small = {layout.key(*cell) for cell, amounts in given.items() if tells_of_one(list(amounts.values()), k, dominance)}
    [protected] = hide([(layout, sums)], small, Slack(share=UNCERTAIN))
    return protected


def tells_of_one(amounts: Sequence[float], k: int = 3, dominance: float = DOMINANCE) -> bool:
    """Whether a sum of these contributors' amounts comes close to telling what one of them gave."""
    positive = [amount for amount in amounts if amount > 0]
    return bool(positive) and (len(positive) < k or max(positive) > dominance * sum(positive))


def _sums(layout: Layout, given: dict[tuple[str, str], dict[str, float]]) -> dict[Key, int]:
    columns = layout.columns or (TOTAL,)
    inner = {(row, column): round(sum(given[row, column].values())) for row in layout.rows for column in columns}
    return {
        layout.key(row, column): sum(
            amount for (r, c), amount in inner.items() if row in (r, TOTAL) and column in (c, TOTAL)
        )
        for row, column in layout.cells()
    }
