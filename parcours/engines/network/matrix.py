"""The order of rows and columns in which a matrix of ties shows its blocks."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from scipy.sparse.csgraph import reverse_cuthill_mckee

from parcours.engines.network.graph import Floats, Id, Ints, Network, codes

SWEEPS = 30


def matrix_order(network: Network, groups: Mapping[Id, Hashable | None] | None = None) -> list[Id]:
    """Group by group (those without one last); within a group, partners near one another.

    The order starts as Cuthill & McKee's (1969); each sweep then sorts the nodes of a group by the mean place of their
    partners. The order with the smallest sum of distances between partners is kept. Nodes without any close a group.
    """
    if not len(network):
        return []
    group = codes((groups or {}).get(node.id) for node in network.nodes)
    group = np.where(group < 0, len(group), group)
    ties = network.either
    rows, columns = ties.tocoo().coords
    partners = np.asarray(ties.sum(axis=1))
    place = _places(np.argsort(reverse_cuthill_mckee(ties, symmetric_mode=True)), partners, group)
    best, shortest = place, np.abs(place[rows] - place[columns]).sum()
    for _ in range(SWEEPS):
        place = _places((ties @ place + place) / (partners + 1), partners, group)
        if (length := np.abs(place[rows] - place[columns]).sum()) < shortest:
            best, shortest = place, length
    return [network.nodes[at].id for at in np.argsort(best).tolist()]


def _places(wish: Any, partners: Floats, group: Ints) -> Floats:
    """Each node's place when nodes stand in their groups in the order of their wishes."""
    place = np.empty(len(group))
    place[np.lexsort((wish, partners == 0, group))] = np.arange(len(group))
    return place
