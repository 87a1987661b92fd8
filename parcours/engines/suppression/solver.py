"""What a reader can find out: every table of whole numbers that agrees with what is published.

HiGHS solves each question as a linear programme, and again in whole numbers where its answer is not in whole numbers
(in one- and two-way tables it always is).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from parcours.engines.suppression.layout import Key, Relation

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
# A number that nothing published bounds is taken to end so far above the largest.
BEYOND = 1000
NEAR = 1e-6
GLANCES = 12


@dataclass(eq=False)
class System:
    """Cells and how they hang together: `matrix` @ cells lies between 0 and `ceiling`; the lower bound is always 0."""

    keys: list[Key]
    matrix: Any
    ceiling: Floats
    place: dict[Key, int] = field(init=False)

    def __post_init__(self) -> None:
        self.place = {key: at for at, key in enumerate(self.keys)}

    @classmethod
    def of(cls, keys: Sequence[Key], relations: Sequence[Relation]) -> "System":
        """The order of the keys and the relations changes nothing."""
        ordered = sorted(keys, key=sorted)
        place = {key: at for at, key in enumerate(ordered)}
        rows = sorted(
            {(tuple(sorted(place[key] for key in one.total)), tuple(sorted(place[key] for key in one.parts)), one.exact)
             for one in relations}
        )  # fmt: skip
        entries = [(at, column, sign) for at, (total, parts, _exact) in enumerate(rows)
                   for columns, sign in ((total, 1.0), (parts, -1.0)) for column in columns]  # fmt: skip
        lines, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((signs, (lines, columns)), shape=(len(rows), len(ordered)))
        return cls(ordered, matrix, np.array([0.0 if exact else np.inf for *_cells, exact in rows]))


Wide = Callable[[float, float], bool]


class Reader:
    """Somebody who knows every number shown. What they find out of the others: between `low` and `high` at least."""

    def __init__(self, system: System, shown: Mapping[Key, int]) -> None:
        free = np.array([key not in shown for key in system.keys], dtype=bool)
        known = np.array([float(shown.get(key, 0)) for key in system.keys])
        given = system.matrix @ known
        self.top = 2 * max(known, default=0.0) + BEYOND
        self.limits = LinearConstraint(system.matrix[:, free], -given, system.ceiling - given)
        self.place = {key: at for at, key in enumerate(key for key in system.keys if key not in shown)}
        self.low = np.full(len(self.place), np.inf)
        self.high = np.full(len(self.place), -np.inf)

    def look(self, costs: Floats) -> None:
        """Find the table that is least and the one that is most by these costs."""
        for signed in (costs, -costs):
            table = _whole(signed, self.limits, Bounds(0, self.top))
            if table is None:
                raise ValueError("the published numbers contradict each other")
            np.minimum(self.low, table, out=self.low)
            np.maximum(self.high, table, out=self.high)

    def ranges(self, hidden: Sequence[Key], wide: Wide | None) -> dict[Key, tuple[int, int | None]]:
        """The range of each hidden cell; None: without end. One that is `wide` is not searched further."""
        cells = [self.place[key] for key in hidden]
        self.look(np.zeros(len(self.place)))  # any table at all
        rng = np.random.default_rng(len(self.place))
        for _glance in range(min(GLANCES, len(cells) // 4) if wide else 0):  # many cells at once
            costs = np.zeros(len(self.place))
            costs[cells] = rng.choice((-1.0, 1.0), len(cells))
            self.look(costs)
            cells = [cell for cell in cells if wide and not wide(self.low[cell], self.high[cell])]
        for cell in cells:
            if not wide or not wide(self.low[cell], self.high[cell]):
                self.look(np.eye(1, len(self.place), cell)[0])
        return {key: self._range(self.place[key]) for key in hidden}

    def _range(self, cell: int) -> tuple[int, int | None]:
        return round(self.low[cell]), None if self.high[cell] >= self.top else round(self.high[cell])


@dataclass(eq=False)
class Moves:
    """Other tables that agree with what is shown, beside the true one: by how much each cell differs in them.

    `fixed` cells differ in none: their number is no secret.
    """

    system: System
    true: Floats
    costs: Floats
    fixed: Bools

    def __post_init__(self) -> None:
        both = hstack([self.system.matrix, -self.system.matrix]).tocsr()
        here = self.system.matrix @ self.true
        self._limits = LinearConstraint(both, -here, self.system.ceiling - here)
        self._top = 2 * self.true.max(initial=0) + BEYOND

    def find(self, cell: int, by: float, hidden: Bools, *, open_more: bool) -> Floats | None:
        """The cheapest other table in which this cell is larger or smaller by so much; None if there is none.

        With `open_more`, shown cells may differ at their cost (and have to be hidden then); without, hidden ones only.
        """
        best: tuple[float, Floats] | None = None
        for sign in (1, -1) if by <= self.true[cell] else (1,):
            found = self._towards(cell, sign, by, hidden, open_more)
            if found is not None and (best is None or found[0] < best[0] - NEAR):
                best = found
        return best and best[1]

    def _towards(self, cell: int, sign: int, by: float, hidden: Bools, open_more: bool) -> tuple[float, Floats] | None:
        size = len(self.true)
        lower, upper = np.zeros(2 * size), np.concatenate([np.full(size, self._top + by), self.true])
        if not open_more:
            upper[np.tile(~hidden, 2)] = 0
        upper[np.tile(self.fixed, 2)] = 0
        up, down = (cell, size + cell) if sign > 0 else (size + cell, cell)
        lower[up] = upper[up] = by
        upper[down] = 0
        costs = np.tile(np.where(hidden, 0.0, self.costs), 2)
        found = _whole(costs, self._limits, Bounds(lower, upper))
        return None if found is None else (float(costs @ found), found[:size] - found[size:])


def _whole(costs: Floats, limits: LinearConstraint, bounds: Bounds) -> Floats | None:
    """The cheapest solution in whole numbers, or None."""
    answer = milp(costs, constraints=limits, bounds=bounds)
    if answer.x is not None and (np.abs(answer.x - np.round(answer.x)) > NEAR * (1 + np.abs(answer.x))).any():
        answer = milp(costs, constraints=limits, bounds=bounds, integrality=np.ones(len(costs)))
    solution: Floats | None = None if answer.x is None else np.round(answer.x)
    return solution
