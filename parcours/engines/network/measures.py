"""What is known of each node and of the whole, and on how many answers it stands.

Betweenness, constraint, effective size and components are taken over the known ties, in either direction: a tie that
two silent nodes may have is missing from them, which is why every result says how many it excludes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import diags_array
from scipy.sparse.csgraph import connected_components

from parcours.engines.network.graph import Floats, Id, Measure, Network, Share

# Starting nodes handled at once: rows of nodes × BATCH numbers are held in memory.
BATCH = 64


@dataclass(frozen=True)
class Degrees:
    """`incoming`: how many named it, known of the silent too, from the `named_by` nodes that answered.

    `outgoing`: how many it named. `either`: how many it named or was named by.
    """

    incoming: Measure
    outgoing: Measure
    either: Measure
    named_by: int


@dataclass(frozen=True)
class Alone:
    """Nobody named these: `isolated` answered and named nobody either, `unnamed` answered and named others, of the
    `unknown` we have no answer."""

    isolated: tuple[Id, ...]
    unnamed: tuple[Id, ...]
    unknown: tuple[Id, ...]


def degrees(network: Network) -> Degrees:
    incoming, outgoing, either = (
        np.asarray(matrix.sum(axis=axis), dtype=int)
        for matrix, axis in ((network.named, 0), (network.named, 1), (network.either, 1))
    )
    everyone = np.ones(len(network), dtype=bool)
    return Degrees(
        incoming=network.measure(incoming, everyone),
        outgoing=network.measure(outgoing),
        either=network.measure(either),
        named_by=len(network) - network.silent,
    )


def betweenness(network: Network, *, directed: bool = False, pivots: int | None = None) -> Measure:
    """How many shortest paths between two others pass through each node (a path among k counts 1/k): Brandes 2001.

    Undirected, each pair counts once; directed, each ordered pair. From so many `pivots` (starting nodes, spread
    evenly) it is an estimate, scaled up from them (Brandes & Pich 2007); left out, it is exact and takes nodes × ties.
    """
    size = len(network)
    ties = network.named if directed else network.either
    starts = np.arange(size) if pivots is None or pivots >= size else np.linspace(0, size - 1, pivots).astype(int)
    through = np.zeros(size)
    for first in range(0, len(starts), BATCH):
        through += _dependencies(ties, starts[first : first + BATCH])
    scale = size / max(len(starts), 1)
    return network.measure(through * (scale if directed else scale / 2))


def _dependencies(ties: Any, starts: Any) -> Floats:
    """Brandes' dependencies of these starting nodes on each node, summed; one column for each start, level by level."""
    backward = ties.T.tocsr()
    columns = np.arange(len(starts))
    paths = np.zeros((ties.shape[0], len(starts)))
    paths[starts, columns] = 1
    level, levels = paths.copy(), []
    while level.any():
        levels.append(level)
        level = backward @ level
        level[paths > 0] = 0
        paths += level
    carried = np.zeros_like(paths)
    for near, far in zip(reversed(levels[:-1]), reversed(levels[1:]), strict=True):
        share = np.divide(1 + carried, far, out=np.zeros_like(far), where=far > 0)
        carried += near * (ties @ share)
    carried[starts, columns] = 0
    summed: Floats = carried.sum(axis=1)
    return summed


def constraint(network: Network) -> Measure:
    """Burt's constraint (Structural Holes, 1992): how far a node's partners are one another's partners; 0 to 1.125.

    A node without partners has no constraint: None.
    """
    ties = network.either
    shares = diags_array(_inverse(ties.sum(axis=1))) @ ties
    reach = ties.multiply(shares + shares @ shares)
    return network.measure(reach.power(2).sum(axis=1), network.answered & _has_partners(network))


def effective_size(network: Network) -> Measure:
    """Partners less their mean number of ties to one another (Burt 1992, in the form of Borgatti 1997)."""
    ties = network.either
    partners = np.asarray(ties.sum(axis=1))
    among = ties.multiply(ties @ ties).sum(axis=1)
    return network.measure(partners - among * _inverse(partners), network.answered & _has_partners(network))


def _inverse(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0)


def _has_partners(network: Network) -> Any:
    return np.asarray(network.either.sum(axis=1)) > 0


def components(network: Network) -> list[tuple[Id, ...]]:
    """The parts between which no tie is known, the largest first."""
    if not len(network):
        return []
    count, labels = connected_components(network.either, directed=False)
    parts = [network.ids(labels == label) for label in range(count)]
    return sorted(parts, key=lambda part: (-len(part), network.place[part[0]]))


def alone(network: Network) -> Alone:
    named = np.asarray(network.named.sum(axis=0)) > 0
    names = np.asarray(network.named.sum(axis=1)) > 0
    return Alone(
        isolated=network.ids(network.answered & ~named & ~names),
        unnamed=network.ids(network.answered & ~named & names),
        unknown=network.ids(~network.answered & ~named),
    )


def density(network: Network) -> Share:
    """Of the ordered pairs among those who answered, those where the first named the second."""
    base = len(network) - network.silent
    return Share(int(_among_answered(network).sum()), base * (base - 1), base, network.silent)


def reciprocity(network: Network) -> Share:
    """Of the ties among those who answered, those named from both ends."""
    ties = _among_answered(network)
    base = len(network) - network.silent
    return Share(int(ties.multiply(ties.T).sum()), int(ties.sum()), base, network.silent)


def _among_answered(network: Network) -> Any:
    return network.named[network.answered][:, network.answered]
