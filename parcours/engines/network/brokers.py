"""Who stands between groups: brokerage after Gould & Fernandez 1989.

"Structures of Mediation: A Formal Approach to Brokerage in Transaction Networks", Sociological Methodology 19, 89-126.

A broker k stands in an open two-path: i named k, k named j, i did not name j (whether j named i does not matter). Its
role depends on the groups of the three:

| role | groups of i, k, j |
|---|---|
| coordinator | all three are one group |
| gatekeeper | k and j are one group, i comes from another: k lets in |
| representative | i and k are one group, j is of another: k speaks for it |
| itinerant (or consultant) | i and j are one group, k is of another |
| liaison | three groups |
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from parcours.engines.network.graph import Floats, Id, Ints, Network, codes

ROLES = ("coordinator", "gatekeeper", "representative", "itinerant", "liaison")
# Two-paths held in memory at once.
CHUNK = 2_000_000


@dataclass(frozen=True)
class Brokerage:
    """`counts` of open two-paths by node and role: None for a broker who did not answer or has no group.

    `expected`: the counts each could expect with the same two-paths if the groups of all others were dealt at random.
    A two-path counts if all three have a group and its first two answered: else it is not known to be a path, or open.
    `totals` by role, over `base` brokers; `silent` nodes did not answer, `ungrouped` ones have no group.
    """

    counts: Mapping[Id, Mapping[str, int] | None]
    expected: Mapping[Id, Mapping[str, float] | None]
    totals: Mapping[str, int]
    base: int
    silent: int
    ungrouped: int


def brokerage(network: Network, groups: Mapping[Id, Hashable | None]) -> Brokerage:
    """Counts by node and role; `groups` gives each node's circle, commune, sector… (a node left out has none)."""
    group = codes(groups.get(node.id) for node in network.nodes)
    known = network.answered & (group >= 0)
    counts = np.zeros((len(network), len(ROLES)), dtype=np.int64)
    for first, broker, last in _open_paths(network, known, group >= 0):
        role = _roles(group[first], group[broker], group[last])
        np.add.at(counts, (broker, role), 1)
    expected = counts.sum(axis=1, keepdims=True) * _chances(group)
    return Brokerage(
        counts=_by_role(network, counts, known),
        expected=_by_role(network, expected, known),
        totals=dict(zip(ROLES, counts.sum(axis=0).tolist(), strict=True)),
        base=int(known.sum()),
        silent=network.silent,
        ungrouped=int((group < 0).sum()),
    )


def _open_paths(network: Network, known: Any, grouped: Any) -> Iterator[tuple[Ints, Ints, Ints]]:
    """First, middle and last of open two-paths, in pieces: each tie is continued by those of the node it leads to."""
    size = len(network)
    ties = network.named.tocoo()
    first, broker = ties.row.astype(np.int64), ties.col.astype(np.int64)
    tied = first * size + broker  # sorted, as rows are
    kept = known[first] & known[broker]
    first, broker = first[kept], broker[kept]
    starts, targets = network.named.indptr.astype(np.int64), network.named.indices
    lengths = starts[broker + 1] - starts[broker]
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths) // CHUNK)) + 1
    for some in np.split(np.arange(len(first)), cuts):
        many = lengths[some]
        offset = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        i, k = np.repeat(first[some], many), np.repeat(broker[some], many)
        j = targets[starts[k] + offset].astype(np.int64)
        key = i * size + j
        at = np.minimum(np.searchsorted(tied, key), max(len(tied) - 1, 0))
        is_open = (i != j) & grouped[j] & (tied[at] != key)
        yield i[is_open], k[is_open], j[is_open]


def _roles(first: Ints, broker: Ints, last: Ints) -> Ints:
    """Positions in ROLES."""
    found: Ints = np.select(
        [(first == broker) & (broker == last), broker == last, first == broker, first == last], [0, 1, 2, 3], 4
    )
    return found


def _chances(group: Ints) -> Floats:
    """For each node the chance of each role, its own group given and those of two others drawn without replacement."""
    sizes = np.bincount(group[group >= 0])
    total = int(sizes.sum())
    if total < 3:
        return np.zeros((len(group), len(ROLES)))
    own = np.where(group >= 0, sizes[group], 0)
    like = own - 1
    others = total - own
    pairs_apart = (sizes * (sizes - 1)).sum() - own * like
    ways = [like * (like - 1), others * like, like * others, pairs_apart, others * (others - 1) - pairs_apart]
    chances: Floats = np.stack(ways, axis=1) / ((total - 1) * (total - 2))
    return chances


def _by_role(network: Network, table: Any, known: Any) -> dict[Id, Any]:
    return {
        node.id: dict(zip(ROLES, row, strict=True)) if there else None
        for node, row, there in zip(network.nodes, table.tolist(), known.tolist(), strict=True)
    }
