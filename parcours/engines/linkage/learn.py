"""Learning, without labels, how much each level weighs in these records: expectation and maximisation over all pairs.

All pairs are the candidates, counted, and the others, of which a sample stands for all: so the shares of chance (`u`)
and the number of matches are those of the whole, not of the candidates alone. How pairs that match look in one field
(`m`) is learned only from those that all the other fields make sure: no field vouches for itself, or the many
neighbours of a large directory that look a little alike would be taken for its twins. The reasoned start weighs as much
as a number of imagined pairs: a level that the records hardly show keeps its share, and nothing collapses.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parcours.engines.linkage.settings import Comparison

Floats = npt.NDArray[np.float64]
# One level for each comparison, counted from the first; None is unknown.
Pattern = tuple[int | None, ...]

IMAGINED_MATCHES, FIRM = 50.0, 1e12
# A share of all pairs: a likeness that chance was never seen to make keeps a hundredth of the reasoned share.
IMAGINED_OTHERS = 0.01
# From this probability on, by all fields but one, a pair teaches that one.
SURE = 0.9
ROUNDS = 200
SETTLED = 1e-7


def learn(
    comparisons: Sequence[Comparison], prior: float, patterns: Mapping[Pattern, float]
) -> tuple[tuple[Comparison, ...], float]:
    """The comparisons weighed anew, and the share of pairs that match, from how many pairs show each pattern."""
    shown = sorted(patterns, key=str)
    counts = np.array([patterns[pattern] for pattern in shown])
    starts, incidence = _layout(comparisons, shown)
    m0, u0 = (np.array([getattr(level, share) for one in comparisons for level in one.levels]) for share in "mu")
    field_of = np.repeat(np.arange(len(comparisons)), np.diff(starts))
    m, u, matches = m0, u0, prior
    imagined = np.array([FIRM if one.firm else IMAGINED_MATCHES for one in comparisons for _level in one.levels])
    for _round in range(ROUNDS):
        weights = incidence * np.log2(m / u)
        bits = np.log2(matches / (1 - matches)) + weights.sum(axis=1)
        chance, by_others = _chance(bits), _chance(bits[:, None] - np.add.reduceat(weights, starts[:-1], axis=1))
        teaching = np.where(by_others >= SURE, by_others, 0)[:, field_of]
        before, matches = matches, float(counts @ chance / counts.sum())
        matches = min(max(matches, 1e-9), 0.5)
        m = _shares(counts @ (teaching * incidence) + imagined * m0, starts)
        u = _shares((counts * (1 - chance)) @ incidence + IMAGINED_OTHERS * counts.sum() * u0, starts)
        if abs(matches - before) < SETTLED * before:
            break
    learnt = (one.weighing(m[a:b], u[a:b]) for one, (a, b) in zip(comparisons, pairwise(starts), strict=True))
    return tuple(learnt), matches


def _chance(bits: Floats) -> Floats:
    chances: Floats = 1 / (1 + np.exp2(-bits))
    return chances


def _layout(comparisons: Sequence[Comparison], shown: Sequence[Pattern]) -> tuple[list[int], Floats]:
    """Where each comparison's levels begin among all levels; which levels each pattern shows (unknown: none)."""
    starts = [0]
    for one in comparisons:
        starts.append(starts[-1] + len(one.levels))
    incidence = np.zeros((len(shown), starts[-1]))
    for row, pattern in enumerate(shown):
        for start, level in zip(starts, pattern, strict=False):
            if level is not None:
                incidence[row, start + level] = 1.0
    return starts, incidence


def _shares(amounts: Floats, starts: Sequence[int]) -> Floats:
    return np.concatenate([amounts[a:b] / amounts[a:b].sum() for a, b in pairwise(starts)])
