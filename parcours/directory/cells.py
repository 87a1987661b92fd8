"""Squares of the map as facts, in sizes that double: words and nearness are then one look into one index."""

from collections.abc import Iterator
from math import floor

from parcours.directory.facts import fact

Box = tuple[float, float, float, float]
# The sides in degrees, as fractions that a computer holds exactly.
SIZES = tuple(1 / parts for parts in (64, 32, 16, 8, 4, 2))
# So many squares of a size may lie side by side within a box.
SIDE_BY_SIDE = 4


def cells_at(lon: float, lat: float) -> Iterator[str]:
    """The squares that a point lies in, one of each size; `migrations/0005` says the same in SQL."""
    return (_cell(size, floor(lon / size), floor(lat / size)) for size in SIZES)


def cells_in(box: Box) -> list[str]:
    """The squares that cover a box, as small as few of them allow; none for a box wider than any."""
    west, south, east, north = box
    size = next((size for size in SIZES if max(east - west, north - south) <= SIDE_BY_SIDE * size), None)
    if size is None:
        return []
    columns, rows = (range(floor(low / size), floor(high / size) + 1) for low, high in ((west, east), (south, north)))
    return [_cell(size, x, y) for x in columns for y in rows]


def _cell(size: float, x: int, y: int) -> str:
    return fact("cell", f"{round(1 / size)}:{x}:{y}")
