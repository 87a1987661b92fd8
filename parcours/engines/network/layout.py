"""Where to draw the nodes: positions from 0 to 1 on a square picture whose y grows downwards.

`concentric` is the plan's own picture: the core in the middle, each circle around the one before. `force` lets ties
pull: parts that work together lie together. The same network always gives the same picture.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from parcours.engines.network.graph import Floats, Id, Ints, Network, codes, none_last

# Half the picture less a rim for labels.
REACH = 0.46
# The space between two circles, in spaces between two nodes.
GAP = 1.9
SWEEPS = 40
# What a node's own place weighs beside the mean of its partners', so that sweeps settle.
INERTIA = 0.1
# Beyond so many nodes forces take too long, and no one reads the picture.
FORCE_MOST = 3_000
FORCE_STEPS = 80
# How strongly the middle pulls, so that parts without ties to others do not drift away.
GRAVITY = 0.6
SPREADS = 30

Places = dict[Id, tuple[float, float]]


@dataclass(frozen=True)
class Concentric:
    """`places` of the nodes; `rims`: each circle and the radius of its outermost row, from the middle outwards."""

    places: Places
    rims: tuple[tuple[int | None, float], ...]


def concentric(network: Network, circles: Mapping[Id, int | None], *, near: str = "axis") -> Concentric:
    """Circle 1 in the middle, those without a circle outermost; a large circle takes several rows.

    Nodes of a circle are spaced evenly. Their order starts from an attribute that brings like ones together (`near`);
    sweeps then move each towards the mean of its partners, which shortens ties and parts crossings.
    """
    rings = _rings(network, circles, near)
    seats = _seats([len(ring) for ring in rings.values()])
    spots = np.zeros(len(network), dtype=complex)
    for ring, seat in zip(rings.values(), seats, strict=True):
        spots[ring] = seat
    rims = tuple((circle, round(float(np.abs(seat).max()), 4)) for circle, seat in zip(rings, seats, strict=True))
    return Concentric(_as_places(network, _swept(network.either, list(rings.values()), seats, spots)), rims)


def _rings(network: Network, circles: Mapping[Id, int | None], near: str) -> dict[int | None, Ints]:
    """The nodes of each circle, from the middle outwards, like ones together."""
    like = codes(network.groups(near).values())
    found: defaultdict[int | None, list[int]] = defaultdict(list)
    for at in np.argsort(like, kind="stable").tolist():
        found[circles.get(network.nodes[at].id)].append(at)
    return {circle: np.array(found[circle]) for circle in sorted(found, key=none_last)}


def _seats(sizes: Sequence[int]) -> list[Any]:
    """For each circle its seats around 0, complex numbers in the order of their angles, as wide apart as they fit."""
    low, high = 0.0, 1.0
    for _ in range(40):
        spacing = (low + high) / 2
        low, high = (spacing, high) if _outermost(sizes, spacing) <= REACH else (low, spacing)
    return [_round(size, rows) for size, rows in zip(sizes, _rows(sizes, low), strict=True)]


def _outermost(sizes: Sequence[int], spacing: float) -> float:
    return max((rows[-1] for rows in _rows(sizes, spacing)), default=0)


def _rows(sizes: Sequence[int], spacing: float) -> Iterator[list[float]]:
    """The radii of the rows that each circle takes; one node alone stands in the very middle."""
    radius = 0.0 if sizes[:1] == [1] else spacing
    for size in sizes:
        rows, room = [radius], _room(radius, spacing)
        while room < size:
            rows.append(rows[-1] + spacing)
            room += _room(rows[-1], spacing)
        yield rows
        radius = rows[-1] + spacing * GAP


def _room(radius: float, spacing: float) -> int:
    return max(1, int(2 * math.pi * radius / max(spacing, 1e-12)))


def _round(size: int, rows: Sequence[float]) -> Any:
    """A circle's seats: each row holds its part of them, all rows equally close."""
    shares = np.cumsum(rows) / max(sum(rows), 1e-12) * size
    many = np.diff(np.round(shares).astype(int), prepend=0) if len(rows) > 1 else [size]
    turns = [(np.arange(count) + row / 2) / max(count, 1) % 1 for row, count in enumerate(many)]
    seats = np.concatenate([radius * np.exp(2j * np.pi * turn) for radius, turn in zip(rows, turns, strict=True)])
    return seats[np.argsort(np.concatenate(turns), kind="stable")]


def _swept(ties: Any, rings: Sequence[Ints], seats: Sequence[Any], spots: Any) -> Any:
    """The best of so many sweeps: in each, every circle in turn takes the order of its nodes' partners."""
    partners = np.maximum(np.asarray(ties.sum(axis=1)), 1)
    ends = ties.tocoo().coords
    best, shortest = spots, _length(ends, spots)
    for _ in range(SWEEPS):
        spots = spots.copy()
        for ring, seat in zip(rings, seats, strict=True):
            aim = (ties[ring] @ spots) / partners[ring] + INERTIA * spots[ring]
            turned = np.argsort(np.angle(aim), kind="stable")
            spots[ring[turned]] = np.roll(seat, _turn(aim[turned], seat))
        length = _length(ends, spots)
        if length < shortest - 1e-9:
            best, shortest = spots, length
    return best


def _turn(aims: Any, seat: Any) -> int:
    """How far to turn the seats so that they lie closest to the aims (circular correlation)."""
    fit = np.fft.ifft(np.fft.fft(aims) * np.conj(np.fft.fft(seat))).real
    return int(np.argmax(fit.round(9)))


def _length(ends: tuple[Ints, Ints], spots: Any) -> float:
    return float(np.abs(spots[ends[0]] - spots[ends[1]]).sum())


def force(network: Network, start: Places) -> Places:
    """Ties pull, nodes push (Fruchterman & Reingold 1991), from a first picture such as the concentric one.

    Raises ValueError for more than FORCE_MOST nodes.
    """
    size = len(network)
    if size > FORCE_MOST:
        raise ValueError(f"forces draw at most {FORCE_MOST} nodes, not {size}: draw circles")
    if size < 2:
        return start
    spots = np.array([start[node.id] for node in network.nodes]) - 0.5
    ideal = 1 / math.sqrt(size)
    for step in range(FORCE_STEPS):
        pull = _forces(network.either, spots, ideal)
        norm = np.linalg.norm(pull, axis=1, keepdims=True)
        spots = spots + pull / np.maximum(norm, 1e-12) * np.minimum(norm, 0.1 * (1 - step / FORCE_STEPS))
    spots -= (spots.max(axis=0) + spots.min(axis=0)) / 2
    spots *= REACH / np.abs(spots).max()
    spots = _apart(spots, 0.6 * ideal)
    return _as_places(network, spots[:, 0] + 1j * spots[:, 1])


def _forces(ties: Any, spots: Floats, ideal: float) -> Floats:
    """Push ideal² / distance from each node, pull distance² / ideal along each tie, and the middle's own pull."""
    squares = (spots**2).sum(axis=1)
    push = -2 * spots @ spots.T
    push += squares
    push += squares[:, None]
    np.maximum(push, (ideal / 100) ** 2, out=push)
    np.divide(ideal**2, push, out=push)
    np.fill_diagonal(push, 0)
    pushed = push.sum(axis=1, keepdims=True) * spots - push @ spots
    rows, columns = ties.tocoo().coords
    along = spots[columns] - spots[rows]
    strength = np.linalg.norm(along, axis=1, keepdims=True) / ideal
    pulled = np.zeros_like(spots)
    np.add.at(pulled, rows, along * strength)
    forces: Floats = pushed + pulled - GRAVITY * spots
    return forces


def _apart(spots: Floats, least: float) -> Floats:
    """Nodes closer than this are pushed from one another, a little at a time; the picture's edge holds."""
    for _ in range(SPREADS):
        pairs = cKDTree(spots).query_pairs(least, output_type="ndarray")
        if not len(pairs):
            break
        across = spots[pairs[:, 0]] - spots[pairs[:, 1]]
        distance = np.linalg.norm(across, axis=1, keepdims=True)
        shift = across / np.maximum(distance, 1e-9) * (least - distance) / 2
        np.add.at(spots, pairs[:, 0], shift)
        np.add.at(spots, pairs[:, 1], -shift)
        spots = spots.clip(-REACH, REACH)
    return spots


def _as_places(network: Network, spots: Any) -> Places:
    pairs = zip((spots.real + 0.5).round(4).tolist(), (spots.imag + 0.5).round(4).tolist(), strict=True)
    return {node.id: pair for node, pair in zip(network.nodes, pairs, strict=True)}
