"""Record linkage: see `pairs` and `clusters`."""

from parcours.engines.linkage.clusters import clusters
from parcours.engines.linkage.pairs import Pair, Reason, find_pairs

__all__ = ["Pair", "Reason", "clusters", "find_pairs"]
