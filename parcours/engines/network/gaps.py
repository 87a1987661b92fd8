"""Links that are missing: pairs that do the same thing in the same place and never named each other."""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import csr_array, triu

from parcours.engines.network.graph import Id, Ints, Network, order

Features = Mapping[str, Collection[Hashable]]


@dataclass(frozen=True)
class Gap:
    """Two nodes without a tie, and why they could have one.

    `shared`: what they have in common, by dimension. `partners`: those tied to both, who could introduce them.
    `certain`: both answered; otherwise the one that did not may work with the other without our knowing.
    `score` grows with what they share, a rare thing more than a common one.
    """

    left: Id
    right: Id
    score: float
    shared: Mapping[str, tuple[Hashable, ...]]
    partners: tuple[Id, ...]
    certain: bool


def missing_links(network: Network, features: Mapping[Id, Features], *, most: int = 50) -> list[Gap]:
    """The `most` likeliest pairs that share something in every dimension, such as theme and area, the best first.

    A node shares nothing unless it has a feature in each dimension that anyone has. What they share is weighed as
    combinations ("French lessons in Vitry"), each by the logarithm of how few have it. Certain gaps come before others.
    """
    dimensions = sorted({name for each in features.values() for name in each})
    has = [_combinations(features.get(node.id, {}), dimensions) for node in network.nodes]
    left, right, score = _untied(network, has)
    both = network.answered[left] & network.answered[right]
    ranked = np.lexsort((right, left, -score, ~both))[:most]
    return [_gap(network, features, int(left[at]), int(right[at]), float(score[at])) for at in ranked.tolist()]


def _combinations(features: Features, dimensions: Collection[str]) -> list[tuple[Hashable, ...]]:
    """One feature of each dimension, in every way: two nodes share one of them if they share one in each dimension."""
    return list(product(*(sorted(set(features.get(name, ())), key=order) for name in dimensions))) if dimensions else []


def _untied(network: Network, has: list[list[tuple[Hashable, ...]]]) -> tuple[Ints, Ints, Any]:
    """Pairs without a tie that share a combination, and what it weighs."""
    frequency = Counter(combination for each in has for combination in each)
    number = {combination: at for at, combination in enumerate(frequency)}
    weight = np.sqrt([math.log((len(has) + 1) / times) for times in frequency.values()])
    columns = np.array([number[combination] for each in has for combination in each], dtype=np.int64)
    rows = np.repeat(np.arange(len(has)), [len(each) for each in has])
    holds = csr_array((weight[columns], (rows, columns)), shape=(len(has), len(number)))
    shared = triu(holds @ holds.T, k=1)
    shared = (shared - shared.multiply(network.either)).tocoo()
    kept = shared.data > 0
    return shared.row[kept], shared.col[kept], shared.data[kept].round(6)


def _gap(network: Network, features: Mapping[Id, Features], left: int, right: int, score: float) -> Gap:
    one, other = network.nodes[left], network.nodes[right]
    mine, theirs = features[one.id], features[other.id]
    partners = [set(network.either.indices[slice(*network.either.indptr[at : at + 2])]) for at in (left, right)]
    return Gap(
        one.id,
        other.id,
        score,
        {name: tuple(sorted(set(values) & set(theirs[name]), key=order)) for name, values in mine.items()},
        tuple(network.nodes[at].id for at in sorted(set.intersection(*partners))),
        one.answered and other.answered,
    )
