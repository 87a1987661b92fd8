"""Who works with whom: `Network` of nodes and ties, what is known of it, and how to draw it."""

from parcours.engines.network.brokers import ROLES, Brokerage, brokerage
from parcours.engines.network.circles import Circles, Compared, circles, compared
from parcours.engines.network.gaps import Gap, missing_links
from parcours.engines.network.graph import Measure, Network, Node, Share, Tie
from parcours.engines.network.labels import Side, labels
from parcours.engines.network.layout import FORCE_MOST, Concentric, Places, concentric, force
from parcours.engines.network.matrix import matrix_order
from parcours.engines.network.measures import (
    Alone,
    Degrees,
    alone,
    betweenness,
    components,
    constraint,
    degrees,
    density,
    effective_size,
    reciprocity,
)
from parcours.engines.network.twomode import Together, projection
from parcours.engines.network.waves import Change, change

__all__ = [
    "FORCE_MOST",
    "ROLES",
    "Alone",
    "Brokerage",
    "Change",
    "Circles",
    "Compared",
    "Concentric",
    "Degrees",
    "Gap",
    "Measure",
    "Network",
    "Node",
    "Places",
    "Share",
    "Side",
    "Tie",
    "Together",
    "alone",
    "betweenness",
    "brokerage",
    "change",
    "circles",
    "compared",
    "components",
    "concentric",
    "constraint",
    "degrees",
    "density",
    "effective_size",
    "force",
    "labels",
    "matrix_order",
    "missing_links",
    "projection",
    "reciprocity",
]
