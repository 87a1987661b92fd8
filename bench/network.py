"""The network of actors: how long each measure and picture takes, beside networkx on the same graph where it has one.

Invented actors of six axes: a core of one in forty names a third of them, who name the rest; three in four further ties
lie within an axis; one in five is silent. Values are asserted equal to networkx' own for those who answered. Beyond
MOST_EXACT nodes betweenness is estimated, and networkx is timed on as many starting nodes, its values not compared.
With --quick most of networkx is left out (–) at the largest size.
"""

import math
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx

from bench._ground import options, print_result, print_table, ratio, step
from parcours.engines import network as engine
from parcours.engines.network import Measure, Network, Node, Tie

SEED = 94
SIZES = (110, 1_000, 50_000)
# Beyond so many nodes networkx' effective size takes gigabytes: it fills a square.
MOST_FULL = 1_000
# Beyond so many nodes betweenness is estimated from so many pivots.
MOST_EXACT, PIVOTS = 1_000, 64
THEMES, COMMUNES = 20, 47

Peer = Callable[[], Mapping[Any, Any]] | None


def main() -> None:
    chosen = options("Network: each measure and picture at three sizes, beside networkx.")
    figures: dict[str, Any] = {}
    floor: dict[str, Any] = {}
    for size in SIZES:
        with step(f"{size} nodes"):
            figures[str(size)], floor[str(size)] = measured(size, patient=not chosen.quick or size < SIZES[-1])
    ratios = {
        size: {name: ratio(seconds, max(figures[size][name], 1e-4)) for name, seconds in peers.items()}
        for size, peers in floor.items()
    }
    rows = [
        [f"{size}: {name}", seconds, floor[size].get(name, "–"), ratios[size].get(name, "–")]
        for size, times in figures.items()
        for name, seconds in times.items()
    ]
    print_table(["nodes: what", "CPU s", "networkx CPU s", "times"], rows)
    print_result("network", figures=figures, floor=floor, ratios=ratios)


def measured(size: int, *, patient: bool) -> tuple[dict[str, float], dict[str, float]]:
    """CPU seconds of ours and of networkx by what was done."""
    nodes, ties, core = actors(size)
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    network = timed(ours, "building", lambda: built(nodes, ties))
    graph = nx.DiGraph()
    graph.add_nodes_from(node.id for node in nodes)
    timed(theirs, "building", lambda: graph.add_edges_from((tie.origin, tie.target) for tie in ties))
    for name, (run, peer) in measures(network, graph, graph.to_undirected()).items():
        found = timed(ours, name, run)
        if peer and patient:
            same(name, found, timed(theirs, name, peer))
    of = timed(ours, "circles", lambda: engine.circles(network, core)).of
    distances = timed(theirs, "circles", lambda: nx.multi_source_dijkstra_path_length(graph, set(core), weight=None))
    if of != {at: distances[at] + 1 if at in distances else None for at in graph}:
        raise AssertionError("circles differ")
    pictures(network, of, ours)
    return ours, theirs


def built(nodes: list[Node], ties: list[Tie]) -> Network:
    """With the squares of ties that measures share, which are made when first asked for."""
    network = Network(nodes, ties)
    _ = network.either
    return network


def actors(size: int) -> tuple[list[Node], list[Tie], list[int]]:
    chance = random.Random(SEED)
    core, second = max(5, size // 40), size // 3
    axis = [chance.randrange(6) for _ in range(size)]
    silent = set(chance.sample(range(core, size), size // 5))
    pairs = {(chance.randrange(core), at) for at in range(core, second)}
    pairs |= {(chance.randrange(core, second), at) for at in range(second, size)}
    while len(pairs) < 3 * size:
        one, other = chance.sample(range(size), 2)
        if axis[one] == axis[other] or chance.random() < 1 / 15:
            pairs.add((one, other))
    nodes = [Node(at, at not in silent, axis=str(axis[at])) for at in range(size)]
    return nodes, [Tie(*pair) for pair in sorted(pairs) if pair[0] not in silent], list(range(core))


def measures(network: Network, graph: Any, either: Any) -> dict[str, tuple[Callable[[], Any], Peer]]:
    """Each measure and how networkx takes it."""
    exact, full = len(network) <= MOST_EXACT, len(network) <= MOST_FULL
    pivots = None if exact else PIVOTS
    return {
        "incoming": (lambda: engine.degrees(network).incoming, lambda: dict(graph.in_degree)),
        "components": (lambda: engine.components(network), lambda: dict(enumerate(nx.connected_components(either)))),
        "reciprocity": (lambda: engine.reciprocity(network), None),
        "betweenness" if exact else f"betweenness, {pivots} pivots": (
            lambda: engine.betweenness(network, pivots=pivots),
            lambda: nx.betweenness_centrality(either, k=pivots, normalized=False, seed=SEED),
        ),
        "constraint": (lambda: engine.constraint(network), lambda: nx.constraint(either)),
        "effective size": (
            lambda: engine.effective_size(network),
            (lambda: nx.effective_size(either)) if full else None,
        ),
        "brokerage": (lambda: engine.brokerage(network, network.groups("axis")), None),
    }


def pictures(network: Network, circles: Mapping[Any, int | None], ours: dict[str, float]) -> None:
    """What has no peer: drawing, and the pairs that are missing."""
    chance = random.Random(SEED)
    picture = timed(ours, "layout in circles", lambda: engine.concentric(network, circles))
    if len(network) <= engine.FORCE_MOST:
        timed(ours, "layout by forces", lambda: engine.force(network, picture.places))
    names = {node.id: f"Organisation {node.id}" for node in network.nodes}
    timed(ours, "names", lambda: engine.labels(picture.places, names, list(names)))
    timed(ours, "matrix", lambda: engine.matrix_order(network, network.groups("axis")))
    communes = COMMUNES * max(1, len(network) // 1_000)
    features = {
        node.id: {"theme": chance.sample(range(THEMES), 3), "area": chance.sample(range(communes), 2)}
        for node in network.nodes
    }
    timed(ours, "missing links", lambda: engine.missing_links(network, features))
    timed(ours, "change", lambda: engine.change(network, network))


def timed(seconds: dict[str, float], name: str, run: Callable[[], Any]) -> Any:
    start = time.process_time()
    found = run()
    seconds[name] = round(time.process_time() - start, 4)
    return found


def same(name: str, ours: Any, theirs: Mapping[Any, Any]) -> None:
    """Raises AssertionError unless values are equal; estimates from different pivots are not compared."""
    if name == "components":
        equal = set(map(frozenset, ours)) == set(map(frozenset, theirs.values()))
    elif isinstance(ours, Measure) and "pivots" not in name:
        equal = all(
            value is None or math.isclose(value, theirs[at], rel_tol=1e-9, abs_tol=1e-9)
            for at, value in ours.values.items()
        )
    else:
        return
    if not equal:
        raise AssertionError(f"{name} differs from networkx")


if __name__ == "__main__":
    main()
