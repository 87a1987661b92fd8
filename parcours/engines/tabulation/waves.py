"""The same question asked twice: what changed, and whether the same people changed it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from parcours.engines.tabulation.columns import Base, Column
from parcours.engines.tabulation.tables import Counted, Share, TwoWay, share_of, two_way


@dataclass(frozen=True)
class Change:
    """One row in both waves. A row that one wave did not offer has no share there, and no difference."""

    row: str
    before: Share | None
    after: Share | None
    offered_before: bool = True
    offered_after: bool = True

    @property
    def points(self) -> float | None:
        """The difference in percentage points."""
        if not self.before or not self.after or self.before.percent is None or self.after.percent is None:
            return None
        return self.after.percent - self.before.percent


def compare(before: Counted, after: Counted) -> tuple[Change, ...]:
    """Row by row, in the order of the later wave, then what only the earlier one had. Both may be protected tables."""
    if before.base_code != after.base_code:
        raise ValueError("the two waves have different bases")
    rows = [*after.rows, *(row for row in before.rows if row not in after.rows)]
    changes = []
    for row in rows:
        offered = [row in wave.rows for wave in (before, after)]
        then, now = (share_of(wave, row) if row in wave.rows else None for wave in (before, after))
        changes.append(Change(row, then, now, *offered))
    return tuple(changes)


def paired(before: Column, after: Column, ids: tuple[Sequence[Hashable], Sequence[Hashable]]) -> tuple[Column, Column]:
    """The answers of those who took part in both waves, in one order. `ids` name the respondents of each wave."""
    first, second = ({who: row for row, who in enumerate(wave)} for wave in ids)
    both = [who for who in ids[0] if who in second]
    return _of(before, "1", [first[who] for who in both]), _of(after, "2", [second[who] for who in both])


def _of(column: Column, wave: str, rows: Sequence[int]) -> Column:
    at = np.array(rows, dtype=np.intp)
    name = f"{column.name}@{wave}"
    return replace(
        column, name=name, states=column.states[at], picked=column.picked[..., at], texts=(), unit="@both_waves"
    )


def ticked(column: Column, choice: str) -> Column:
    """One choice of a multiple choice as a question of its own, answered yes or no."""
    picked = np.where(column.is_in("an"), ~column.picked[column.choices.index(choice)], -1)
    states = np.where(column.is_in("n"), ord("a"), column.states).astype(np.uint8)
    return Column(f"{column.name}={choice}", "single", states, picked.astype(np.int64), ("yes", "no"), unit=column.unit)


def moves(before: Column, after: Column, *, base: Base = "answered") -> TwoWay:
    """From which answer (rows) to which (columns): `paired` single choices, or one `ticked` choice in both waves."""
    return two_way(before, after, base=base)


def moved(table: Counted) -> Share | None:
    """How many gave another answer than before, of a table of `moves`; None where it needs a number that is hidden."""
    base, stayed = table.count(), [table.count(row, row) for row in table.rows if row in table.columns]
    if base is None or None in stayed:
        return None
    return Share(base - sum(n or 0 for n in stayed), base, table.base_code)
