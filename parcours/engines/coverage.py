"""How complete is a census? Estimates of how many there are in all, with their uncertainty, and when to stop asking.

Two lists: the estimator of D. G. Chapman (1951), with the variance of G. A. F. Seber, "The Estimation of Animal
Abundance" (2nd ed. 1982), p. 60. How often each was named: the lower bound of A. Chao, "Estimating the population size
for capture-recapture data with unequal catchability", Biometrics 43 (1987), 783–791; where nobody was named twice, its
bias-corrected form. Intervals: log-normal for the number not seen (Chao 1987), so that they never fall below what was
seen; where none seems to be missing, they say nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

NORMAL_95 = 1.959964

Assumption = Literal[
    "closed",  # nobody comes or goes between the lists
    "matched",  # two entries of one organisation are recognised as one
    "independent",  # being on one list makes it neither likelier nor less likely to be on the other
    "equal_chance",  # on at least one of the lists, all have the same chance to be
    "lower_bound",  # the truth is at least about this: some may be ones that nobody could name
]
TWO_LISTS: tuple[Assumption, ...] = ("closed", "matched", "independent", "equal_chance")
NAMED: tuple[Assumption, ...] = ("closed", "matched", "lower_bound")


@dataclass(frozen=True)
class Estimate:
    """`seen` were found, about `total` there are: between `low` and `high` 95 times of 100, if the assumptions hold."""

    seen: int
    total: float
    variance: float
    low: float
    high: float
    assumptions: tuple[Assumption, ...]

    @property
    def coverage(self) -> float | None:
        """The share of all that was found."""
        return self.seen / self.total if self.total else None


def from_two_lists(first: int, second: int, both: int) -> Estimate:
    """From the lengths of two lists and how many are on both. Finite, and hardly biased, even when none is."""
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} cannot be on both a list of {first} and one of {second}")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return _estimate(first + second - both, total, variance, TWO_LISTS)


def from_namings(times_named: Sequence[int]) -> Estimate:
    """From how often each was named (1 or more): those named once or twice tell how many were never named."""
    if any(times < 1 for times in times_named):
        raise ValueError("who was never named is not in the list")
    seen, once, twice = len(times_named), sum(t == 1 for t in times_named), sum(t == 2 for t in times_named)
    if twice:
        ratio = once / twice
        total = seen + once**2 / (2 * twice)
        variance = twice * (ratio**2 / 2 + ratio**3 + ratio**4 / 4)
    else:
        total = seen + once * (once - 1) / 2
        variance = once * (once - 1) / 2 + once * (2 * once - 1) ** 2 / 4 - once**4 / (4 * total) if once else 0.0
    return _estimate(seen, total, variance, NAMED)


def _estimate(seen: int, total: float, variance: float, assumptions: tuple[Assumption, ...]) -> Estimate:
    unseen = total - seen
    if unseen <= 0:
        return Estimate(seen, total, variance, total, total, assumptions)
    spread = math.exp(NORMAL_95 * math.sqrt(math.log1p(variance / unseen**2)))
    return Estimate(seen, total, variance, seen + unseen / spread, seen + unseen * spread, assumptions)


@dataclass(frozen=True)
class Stop:
    """Whether to ask no further circle, and why: "few_new", "last_circle", or going on: "still_new", "not_begun"."""

    stop: bool
    reason: Literal["few_new", "last_circle", "still_new", "not_begun"]


def should_stop(new_names_by_round: Sequence[int], *, floor: int, max_circle: int) -> Stop:
    """The rule of a snowball: it ends with a circle that brought fewer than `floor` new names, or the last allowed."""
    if not new_names_by_round:
        return Stop(False, "not_begun")
    if new_names_by_round[-1] < floor:
        return Stop(True, "few_new")
    if len(new_names_by_round) >= max_circle:
        return Stop(True, "last_circle")
    return Stop(False, "still_new")
