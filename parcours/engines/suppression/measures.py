"""Numbers that people gave, as they may be published: no value of a single person, no small bin."""

from dataclasses import dataclass

from parcours.engines.suppression.protect import Protected, protect
from parcours.engines.tabulation.numbers import Numbers
from parcours.engines.tabulation.tables import OneWay


@dataclass(frozen=True)
class ProtectedNumbers:
    """The smallest and the largest number are one person's and never told; None stands for what is not told.

    `bins` is a table whose rows are named by `edges`, low and high; its base is who gave a number or said "none".
    """

    mean: float | None
    median: float | None
    quartiles: tuple[float, float] | None
    edges: tuple[tuple[float, float], ...]
    bins: Protected


def protect_numbers(numbers: Numbers, *, k: int) -> ProtectedNumbers:
    """The mean of at least k numbers; a median with k on either side, quartiles with k in each quarter."""
    edges = tuple((one.low, one.high) for one in numbers.bins) if numbers.n >= k else ()
    inside = [one.n for one in numbers.bins] if edges else [numbers.n]
    rows = tuple(f"{low:g}–{high:g}" for low, high in edges) or ("any",)
    table = OneWay(numbers.name, "single", "answered", rows, tuple(inside), numbers.states)
    [bins] = protect(table, k=k)
    first, median, third = numbers.quartiles or (0.0, 0.0, 0.0)
    return ProtectedNumbers(
        numbers.mean if numbers.n >= k else None,
        median if numbers.n >= 2 * k else None,
        (first, third) if numbers.n >= 4 * k else None,
        edges,
        bins,
    )
