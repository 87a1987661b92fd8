"""Numbers that people gave: how they lie, with how many gave one."""

import math
from dataclasses import dataclass

import numpy as np

from parcours.engines.tabulation.columns import Column
from parcours.engines.tabulation.tables import States, states

BINS = 10


@dataclass(frozen=True)
class Bin:
    """`n` numbers from `low` on and below `high`; the last bin holds `high` too."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Numbers:
    """`n` numbers; of none, nothing is said. Quartiles by linear interpolation (Hyndman and Fan's type 7)."""

    name: str
    states: States
    n: int
    minimum: float | None
    quartiles: tuple[float, float, float] | None
    maximum: float | None
    mean: float | None
    bins: tuple[Bin, ...]


def numbers(column: Column, *, bins: int = BINS) -> Numbers:
    """The numbers of a question, in bins of a round width: at most about so many."""
    if column.kind != "number":
        raise ValueError(f"{column.name} is not a number")
    given = column.picked[~np.isnan(column.picked)]
    if not len(given):
        return Numbers(column.name, states(column), 0, None, None, None, None, ())
    low, high = float(given.min()), float(given.max())
    first, second, third = np.quantile(given, (0.25, 0.5, 0.75)).tolist()
    edges = _edges(low, high, bins)
    counts = np.histogram(given, edges)[0]
    drawn = tuple(Bin(edges[at], edges[at + 1], int(n)) for at, n in enumerate(counts))
    return Numbers(
        column.name, states(column), len(given), low, (first, second, third), high, math.fsum(given) / len(given), drawn
    )


def _edges(low: float, high: float, bins: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / bins or max(abs(low), 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
    start, end = math.floor(low / width), math.floor(high / width) + 1
    return [float(f"{at * width:.12g}") for at in range(start, end + 1)]
