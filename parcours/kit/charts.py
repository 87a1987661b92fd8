"""Charts drawn on the server: each is also a table, so that nothing is told by a picture alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from parcours.kit.motif import axis_class

Text = str | Promise
LEVELS = 4


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: `value` sets the length (None draws none), `text` is what is read ("58.1 %")."""

    label: Text
    value: float | None
    text: Text
    url: str = ""
    axis: str | int = ""


@dataclass(frozen=True)
class DrawnBar:
    row: Bar
    svg: SafeString


@dataclass(frozen=True)
class Head:
    """The heading of a column or a row of a matrix."""

    label: Text
    url: str = ""
    axis: str | int = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a matrix: a count, what it leads to, and what a screen reader hears after the number.

    A cell of value 0 is a gap: with a `url` it is an invitation to fill it.
    """

    value: int
    url: str = ""
    title: Text = ""


@dataclass(frozen=True)
class Row:
    head: Head
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Matrix:
    """A grid of counts; `corner` names what rows and columns are ("Challenge / public")."""

    caption: Text
    corner: Text
    columns: Sequence[Head]
    rows: Sequence[Row]

    @property
    def heated(self) -> list[tuple[Row, list[tuple[Cell, int]]]]:
        """The rows, each cell with its heat."""
        highest = max((cell.value for row in self.rows for cell in row.cells), default=0)
        return [(row, [(cell, heat(cell.value, highest)) for cell in row.cells]) for row in self.rows]


def heat(value: int, highest: int) -> int:
    """0 for nothing, else 1 to 4 in equal steps up to the highest.

    >>> [heat(v, 8) for v in (0, 1, 4, 8)]
    [0, 1, 2, 4]
    """
    if value <= 0:
        return 0
    return max(1, -(-value * LEVELS // highest))


def bars(rows: Sequence[Bar], *, highest: float | None = None) -> list[DrawnBar]:
    """Each row with its bar, all to one scale that begins at zero and ends at `highest` (the largest value if None)."""
    top = highest or max((row.value or 0 for row in rows), default=0)
    return [DrawnBar(row, _bar(row, 100 * (row.value or 0) / top if top else 0)) for row in rows]


def _bar(row: Bar, percent: float) -> SafeString:
    """A line from the start with a stop at its end: the path again."""
    return format_html(
        '<svg class="bar path-line {}" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect x="0" y="5" width="100" height="2" class="bar-track"/>'
        '<rect x="0" y="1" width="{}" height="10" class="bar-fill"/></svg>',
        axis_class(row.axis) if row.axis else "",
        f"{percent:.1f}",
    )
