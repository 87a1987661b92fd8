"""Which nodes of a picture carry their name, and on which side of them, so that no name covers another or a node."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from parcours.engines.network.graph import Floats, Id, order
from parcours.engines.network.layout import Places

Side = Literal["right", "left", "above", "below"]
SIDES: tuple[Side, ...] = ("right", "left", "above", "below")
# Mean width of a character, and height of a line, in sizes of the type.
CHARACTER, LINE = 0.6, 1.2
# Names are tried for so many of the foremost nodes: more than anyone reads.
TRIED = 1_000


def labels(
    places: Places, names: Mapping[Id, str], foremost: Sequence[Id], *, type_size: float = 0.012, dot: float = 0.006
) -> dict[Id, Side | None]:
    """For each node the side of its name, or None: shown on demand only.

    The `foremost` nodes choose first; a node not among them has no name. `type_size` and `dot` (a node's radius) are
    parts of the picture's width. A name stays within the picture, clear of all nodes and of the names before it.
    """
    spots = np.array([places[one] for one in sorted(places, key=order)]).reshape(-1, 2)
    taken = np.concatenate([spots - dot, spots + dot], axis=1)
    chosen: dict[Id, Side | None] = dict.fromkeys(places)
    for one in foremost[:TRIED]:
        for side in SIDES:
            box = _box(places[one], len(names[one]), side, type_size, dot)
            if box.min() >= 0 and box.max() <= 1 and not _covers(box, taken):
                taken = np.vstack([taken, box])
                chosen[one] = side
                break
    return chosen


def _box(spot: tuple[float, float], characters: int, side: Side, type_size: float, dot: float) -> Floats:
    """Left, top, right, bottom of a name beside its node."""
    x, y = spot
    width, height, off = characters * type_size * CHARACTER, type_size * LINE, dot * 1.5
    left = {"right": x + off, "left": x - off - width}.get(side, x - width / 2)
    top = {"above": y - off - height, "below": y + off}.get(side, y - height / 2)
    return np.array([left, top, left + width, top + height])


def _covers(box: Floats, taken: Floats) -> bool:
    left, top, right, bottom = taken.T
    return bool(((box[0] < right) & (left < box[2]) & (box[1] < bottom) & (top < box[3])).any())
