"""From pairs to groups, without chains: A like B and B like C does not make A and C one thing."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from parcours.engines.linkage.pairs import Pair

Floats = npt.NDArray[np.float64]


def clusters(pairs: Sequence[Pair], *, threshold: float = 0.5) -> list[list[Hashable]]:
    """Groups of two and more records of one list, each sorted, the largest first.

    Two groups become one while the mean probability of all pairs across them (0 for a pair not given) is at least the
    threshold. Give pairs of a lower threshold than this one, so that doubtful pairs weigh what they are worth.
    """
    everyone = sorted({record for pair in pairs for record in (pair.left, pair.right)}, key=str)
    at = {record: number for number, record in enumerate(everyone)}
    found = []
    for members, chances in _components([(at[pair.left], at[pair.right], pair.probability) for pair in pairs], len(at)):
        groups = defaultdict(list)
        for member, label in zip(members, _average_link(chances, threshold), strict=True):
            groups[label].append(everyone[member])
        found += [group for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: (-len(group), str(group[0])))


Edge = tuple[int, int, float]


def _components(edges: Sequence[Edge], size: int) -> Iterator[tuple[list[int], Floats]]:
    """The members of each connected part, and the probabilities between them as a square."""
    left, right = ([edge[side] for edge in edges] for side in (0, 1))
    _count, labels = connected_components(
        coo_array((np.ones(len(edges)), (left, right)), shape=(size, size)), directed=False
    )
    members, inside = defaultdict(list), defaultdict(list)
    for number, label in enumerate(labels):
        members[label].append(number)
    for edge in edges:
        inside[labels[edge[0]]].append(edge)
    for label, part in members.items():
        place = {number: at for at, number in enumerate(part)}
        square = np.zeros((len(part), len(part)))
        for one, other, chance in inside[label]:
            square[place[one], place[other]] = square[place[other], place[one]] = chance
        yield part, square


def _average_link(chances: Floats, threshold: float) -> list[int]:
    distances = squareform(1 - chances, checks=False)
    return [int(label) for label in fcluster(linkage(distances, "average"), 1 - threshold, "distance")]
