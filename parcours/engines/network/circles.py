"""Circles: how far each node stands from the core, computed from who named whom, beside what was declared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from parcours.engines.network.graph import Id, Network, none_last


@dataclass(frozen=True)
class Circles:
    """`of`: 1 for the core, 2 for those it named, 3 for those they named; None where no naming leads.

    `silent` nodes named nobody that we know of: with their answers a circle could be lower, never higher.
    """

    of: Mapping[Id, int | None]
    silent: int


@dataclass(frozen=True)
class Compared:
    """`counts[row][column]` nodes were declared in `rows[row]` and computed in `columns[column]`; None comes last.

    `same` of them agree; `moved` are the others, by id: (declared, computed).
    """

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    counts: tuple[tuple[int, ...], ...]
    same: int
    moved: Mapping[Id, tuple[int | None, int | None]]


def circles(network: Network, core: Collection[Id]) -> Circles:
    """Distance from the core as first, second, third circle. Raises ValueError for a core not in the network."""
    if strangers := [one for one in core if one not in network.place]:
        raise ValueError(f"of the core, these are not in the network: {strangers}")
    found = np.zeros(len(network), dtype=int)
    border = np.zeros(len(network))
    border[[network.place[one] for one in core]] = 1
    circle = 0
    while border.any():
        circle += 1
        found[border > 0] = circle
        border = network.named.T @ border
        border[found > 0] = 0
    return Circles(
        {node.id: at or None for node, at in zip(network.nodes, found.tolist(), strict=True)}, network.silent
    )


def compared(network: Network, computed: Circles) -> Compared:
    """The circles that nodes carry (`Node.circle`) beside the computed ones."""
    pairs = {node.id: (node.circle, computed.of[node.id]) for node in network.nodes}
    rows, columns = (tuple(sorted({pair[side] for pair in pairs.values()}, key=none_last)) for side in (0, 1))
    listed = list(pairs.values())
    return Compared(
        rows=rows,
        columns=columns,
        counts=tuple(tuple(listed.count((row, column)) for column in columns) for row in rows),
        same=sum(one == other for one, other in listed),
        moved={key: pair for key, pair in pairs.items() if pair[0] != pair[1]},
    )
