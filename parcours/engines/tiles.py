"""A map where every place is one hexagon: all are equally easy to see and to touch, and stand where one expects them.

Method: a hexagon lattice as large as the places' area is laid over them; each place gets the cell that keeps the sum of
squared displacements smallest (the assignment problem, solved exactly); cells are then moved until the shape is in one
piece without holes; at last places swap cells where that brings neighbours together. Several lattices are tried. The
same places give the same map, in whichever order they come.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import ConvexHull, QhullError

ROW_HEIGHT = math.sqrt(3) / 2
# Lattices tried: cells so much larger than the places' share of the area, laid with these shifts (in cells).
SCALES = (0.9, 1.0, 1.1, 1.25)
SHIFTS = ((0.0, 0.0), (0.5, 0.0), (0.25, 0.5), (0.75, 0.5))
# Beyond so many places a single shift is tried, to stay within a second or two.
MANY_PLACES = 150
# What one step between two neighbours' cells costs, in squared cells of displacement.
NEIGHBOUR_WEIGHT = 1.0
SWAP_REACH = 2
MAX_PASSES = 30

Array = NDArray[np.float64]
Cell = tuple[int, int]


class Point(NamedTuple):
    """A place: its key, longitude and latitude in degrees."""

    key: str
    x: float
    y: float


class Hex(NamedTuple):
    """A cell of a lattice of pointed hexagons: `row` 0 is the northernmost; odd rows are shifted half a cell east."""

    col: int
    row: int

    def neighbours(self) -> list["Hex"]:
        """The six cells around it, clockwise from the east."""
        shift = self.row % 2
        steps = ((1, 0), (shift, 1), (shift - 1, 1), (-1, 0), (shift - 1, -1), (shift, -1))
        return [Hex(self.col + col, self.row + row) for col, row in steps]

    def distance(self, other: "Hex") -> int:
        """Steps from cell to cell."""
        rows = abs(self.row - other.row)
        columns = abs((self.col - self.row // 2) - (other.col - other.row // 2) + (self.row - other.row))
        return max(rows, columns, abs((self.col - self.row // 2) - (other.col - other.row // 2)))


@dataclass(frozen=True)
class _Lattice:
    """Where cells lie over the projected places: centres are `origin` + steps of `spacing`."""

    spacing: float
    origin: tuple[float, float]

    def centre(self, cell: Hex) -> tuple[float, float]:
        x = self.origin[0] + self.spacing * (cell.col + 0.5 * (cell.row % 2))
        return x, self.origin[1] - self.spacing * ROW_HEIGHT * cell.row


def layout(points: Sequence[Point], neighbours: Iterable[tuple[str, str]] | None = None) -> dict[str, Hex]:
    """The cell of each place, by key. Raises ValueError when two places have one key.

    `neighbours` are pairs of keys that should touch, such as places with a common border; left out, they are guessed
    from the places' positions (`natural_neighbours`).
    """
    ordered = sorted(points)
    keys = [point.key for point in ordered]
    if len(set(keys)) < len(keys):
        raise ValueError("two places have the same key")
    if not ordered:
        return {}
    position = {key: index for index, key in enumerate(keys)}
    pairs = natural_neighbours(ordered) if neighbours is None else neighbours
    links = sorted({(position[one], position[other]) for one, other in pairs if one != other})
    places = _projected(ordered)
    shifts = SHIFTS if len(keys) <= MANY_PLACES else SHIFTS[:1]
    attempts = [_attempt(places, scale, shift) for scale, shift in product(SCALES, shifts)]
    lattice, cells = min(attempts, key=lambda attempt: _cost(places, attempt[0], attempt[1], links))
    _bring_neighbours_together(places, lattice, cells, links)
    return dict(zip(keys, _from_zero(cells), strict=True))


def _projected(points: Sequence[Point]) -> Array:
    """Places on a plane where a degree is as long in both directions (equirectangular, at the mean latitude)."""
    places = np.array([(point.x, point.y) for point in points], dtype=float)
    places[:, 0] *= math.cos(math.radians(float(places[:, 1].mean())))
    return places


def natural_neighbours(points: Sequence[Point]) -> list[tuple[str, str]]:
    """Pairs of places with no third place in the circle between them (the Gabriel graph), each pair once."""
    if len(points) < 2:
        return []
    places = _projected(points)
    squares = ((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    pairs = []
    for one in range(len(points) - 1):
        through = squares[one][None, :] + squares
        through[:, one] = math.inf
        np.fill_diagonal(through, math.inf)
        near = squares[one] <= through.min(axis=1) + 1e-12
        pairs += [(points[one].key, points[other].key) for other in np.flatnonzero(near).tolist() if other > one]
    return pairs


def _spacing(places: Array) -> float:
    """The distance of cells' centres at which as many cells as places cover the places' area."""
    count = len(places)
    extent = float(np.ptp(places, axis=0).max())
    if extent == 0:
        return 1.0
    try:
        area = float(ConvexHull(places).volume) * (1 + 2 / math.sqrt(count))
    except (QhullError, ValueError):
        area = 0.0
    return math.sqrt(max(area, extent**2 / count) / count / ROW_HEIGHT)


def _attempt(places: Array, scale: float, shift: tuple[float, float]) -> tuple[_Lattice, list[Hex]]:
    """The best cells on one lattice, in one piece and without holes; one cell for each place, in their order."""
    spacing = _spacing(places) * scale
    west, north = float(places[:, 0].min()), float(places[:, 1].max())
    lattice = _Lattice(spacing, (west - shift[0] * spacing, north + shift[1] * spacing * ROW_HEIGHT))
    across = math.ceil(float(np.ptp(places[:, 0])) / spacing)
    down = math.ceil(float(np.ptp(places[:, 1])) / spacing / ROW_HEIGHT)
    margin = 2
    while (across + 2 * margin) * (down + 2 * margin) < 2 * len(places):
        margin += 1
    cells = [Hex(*cell) for cell in product(range(-margin, across + margin + 1), range(-margin, down + margin + 1))]
    shape = {cells[index] for index in _assigned(places, lattice, cells)}
    shape = _filled(_connected(shape, lattice))
    kept = sorted(shape)
    return lattice, [kept[index] for index in _assigned(places, lattice, kept)]


def _assigned(places: Array, lattice: _Lattice, cells: Sequence[Hex]) -> list[int]:
    """For each place the index of its cell, with the smallest sum of squared displacements."""
    return [int(index) for index in linear_sum_assignment(_displacements(places, lattice, cells))[1]]


def _displacements(places: Array, lattice: _Lattice, cells: Sequence[Hex]) -> Array:
    """Squared displacement of each place to each cell, in cells."""
    centres = np.array([lattice.centre(cell) for cell in cells])
    squares: Array = ((places[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2) / lattice.spacing**2
    return squares


def _pieces(shape: set[Hex]) -> list[set[Hex]]:
    """The connected pieces, largest first."""
    left, pieces = set(shape), []
    while left:
        reached = _reach(min(left), left)
        pieces.append(reached)
        left -= reached
    return sorted(pieces, key=lambda piece: (-len(piece), min(piece)))


def _reach(start: Hex, among: set[Hex]) -> set[Hex]:
    """What can be walked to from `start` through these cells."""
    reached, border = {start}, [start]
    while border:
        border = [cell for near in border for cell in near.neighbours() if cell in among and cell not in reached]
        border = list(dict.fromkeys(border))
        reached.update(border)
    return reached


def _connected(shape: set[Hex], lattice: _Lattice) -> set[Hex]:
    """The shape with the cells of its smaller pieces moved, each as little as possible, to touch the largest."""
    while len(pieces := _pieces(shape)) > 1:
        main = pieces[0]
        free = {cell for inside in main for cell in inside.neighbours()} - shape
        moves = ((math.dist(lattice.centre(old), lattice.centre(new)), old, new) for old in pieces[-1] for new in free)
        _distance, old, new = min(moves)
        shape = shape - {old} | {new}
    return shape


def _filled(shape: set[Hex]) -> set[Hex]:
    """A connected shape with its holes filled by cells from its rim."""
    while holes := _holes(shape):
        hole = min(holes)
        filled = shape | {hole}
        rim = sorted(
            (sum(near in filled for near in cell.neighbours()), -cell.distance(hole), cell)
            for cell in shape
            if any(near not in filled and near not in holes for near in cell.neighbours())
        )
        shape = next(filled - {cell} for _, _, cell in rim if len(_pieces(filled - {cell})) == 1)
    return shape


def _holes(shape: set[Hex]) -> set[Hex]:
    """The free cells that the shape encloses."""
    cols, rows = [cell.col for cell in shape], [cell.row for cell in shape]
    frame = product(range(min(cols) - 1, max(cols) + 2), range(min(rows) - 1, max(rows) + 2))
    free = {Hex(*cell) for cell in frame} - shape
    return free - _reach(min(free), free)


def _cost(places: Array, lattice: _Lattice, cells: Sequence[Hex], links: Sequence[tuple[int, int]]) -> float:
    """Squared displacements, in cells, and the steps that part neighbours."""
    centres = np.array([lattice.centre(cell) for cell in cells])
    moved = float(((places - centres) ** 2).sum()) / lattice.spacing**2
    return moved + NEIGHBOUR_WEIGHT * sum(cells[one].distance(cells[other]) - 1 for one, other in links)


def _bring_neighbours_together(
    places: Array, lattice: _Lattice, cells: list[Hex], links: Sequence[tuple[int, int]]
) -> None:
    """Let places swap their cells, in place, as long as it lowers the cost."""
    displacement = _displacements(places, lattice, cells)
    cell_index = {cell: index for index, cell in enumerate(cells)}
    linked: dict[int, list[int]] = {index: [] for index in range(len(cells))}
    for one, other in links:
        linked[one].append(other)
        linked[other].append(one)

    def steps(place: int) -> int:
        return sum(cells[place].distance(cells[other]) for other in linked[place])

    def cost(one: int, other: int) -> float:
        moved = displacement[one, cell_index[cells[one]]] + displacement[other, cell_index[cells[other]]]
        return float(moved) + NEIGHBOUR_WEIGHT * (steps(one) + steps(other))

    for _ in range(MAX_PASSES):
        improved = False
        for one, other in _near_pairs(cells):
            before = cost(one, other)
            cells[one], cells[other] = cells[other], cells[one]
            if cost(one, other) < before - 1e-9:
                improved = True
            else:
                cells[one], cells[other] = cells[other], cells[one]
        if not improved:
            return


def _near_pairs(cells: Sequence[Hex]) -> Iterator[tuple[int, int]]:
    """Pairs of places whose cells lie within reach of a swap."""
    held = {cell: index for index, cell in enumerate(cells)}
    for one, cell in enumerate(list(cells)):
        around = {far for near in cell.neighbours() for far in (near, *near.neighbours())}
        yield from ((one, held[far]) for far in sorted(around) if held.get(far, -1) > one)


def _from_zero(cells: Sequence[Hex]) -> list[Hex]:
    """The same shape moved so that its first column and row are 0."""
    top = min(cell.row for cell in cells)
    moved = [(cell.col - cell.row // 2, cell.row - top) for cell in cells]
    shifted = [Hex(slanted + row // 2, row) for slanted, row in moved]
    west = min(cell.col for cell in shifted)
    return [Hex(cell.col - west, cell.row) for cell in shifted]


def kept_neighbours(tiles: Mapping[str, Hex], neighbours: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """How many of these pairs touch on the map, of how many."""
    touching = [tiles[one].distance(tiles[other]) == 1 for one, other in neighbours]
    return sum(touching), len(touching)


def centre(cell: Hex, size: float) -> tuple[float, float]:
    """The cell's centre for a drawing whose y grows downwards; `size` is the distance from centre to corner."""
    return math.sqrt(3) * size * (cell.col + 0.5 * (cell.row % 2)), 1.5 * size * cell.row


def hexagon_points(cell: Hex, size: float) -> list[tuple[float, float]]:
    """The six corners, clockwise from the top, rounded to hundredths: for an SVG polygon."""
    x, y = centre(cell, size)
    angles = (math.radians(60 * corner - 90) for corner in range(6))
    return [(round(x + size * math.cos(angle), 2), round(y + size * math.sin(angle), 2)) for angle in angles]


def view_box(cells: Iterable[Hex], size: float, margin: float = 0) -> tuple[float, float, float, float]:
    """x, y, width and height of a drawing that shows all these cells, with a margin around."""
    corners = [corner for cell in cells for corner in hexagon_points(cell, size)]
    if not corners:
        return (0, 0, 0, 0)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    width, height = max(xs) - min(xs) + 2 * margin, max(ys) - min(ys) + 2 * margin
    return (round(min(xs) - margin, 2), round(min(ys) - margin, 2), round(width, 2), round(height, 2))
