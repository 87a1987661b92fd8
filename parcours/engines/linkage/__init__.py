"""Which records are one thing, with reasons: `find_pairs`, then `clusters` where groups are wanted."""

from parcours.engines.linkage.clusters import clusters
from parcours.engines.linkage.pairs import Pair, Reason, find_pairs

__all__ = ["Pair", "Reason", "clusters", "find_pairs"]
