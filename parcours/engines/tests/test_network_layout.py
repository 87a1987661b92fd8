"""Pictures of the network: what one sees at a glance must be so."""

import math
import random
import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from parcours.engines.network import Network, Node, Tie, circles, concentric, force, labels, matrix_order
from parcours.engines.network.labels import CHARACTER, LINE
from parcours.engines.network.layout import FORCE_MOST
from parcours.engines.tests.test_network import graphs, network_of


def actors(size: int) -> tuple[Network, list[int]]:
    """Invented actors of six axes, three in four ties within one axis, and the steering group."""
    chance = random.Random(94)
    core, second = max(1, size // 20), max(2, size // 3)
    axis = [chance.randrange(6) for _ in range(size)]
    ties = {(chance.randrange(core), at) for at in range(core, second)}
    ties |= {(chance.randrange(core, second), at) for at in range(second, size)}
    for _ in range(2 * size):
        one, other = chance.sample(range(size), 2)
        if axis[one] == axis[other] or chance.random() < 0.05:
            ties.add((one, other))
    nodes = [Node(at, axis=str(axis[at])) for at in range(size)]
    return Network(nodes, [Tie(*ends) for ends in ties]), list(range(core))


def length(network: Network, places) -> float:
    return sum(math.dist(places[tie.origin], places[tie.target]) for tie in network.ties)


@pytest.mark.parametrize(("size", "apart", "seconds"), [(3, 0.2, 1), (110, 0.05, 1), (1000, 0.019, 3)])
def test_circles_lie_around_one_another_and_nodes_apart(size, apart, seconds):
    network, core = actors(size)
    of = circles(network, core).of
    start = time.process_time()
    picture = concentric(network, of)
    assert time.process_time() - start < seconds
    reach = {at: math.dist(spot, (0.5, 0.5)) for at, spot in picture.places.items()}
    inner = -1.0
    for circle, rim in picture.rims:
        mine = [reach[at] for at in reach if of[at] == circle]
        assert inner < min(mine)
        assert max(mine) == pytest.approx(rim, abs=1e-3)
        inner = rim
    assert inner <= 0.461
    assert pdist(list(picture.places.values())).min() > apart


def test_sweeps_shorten_ties():
    network, core = actors(110)
    of = circles(network, core).of
    loose = concentric(Network(network.nodes, []), of).places
    assert length(network, concentric(network, of).places) < 0.75 * length(network, loose)


@settings(max_examples=15, deadline=None)
@given(graphs(), st.data())
def test_any_network_is_drawn_within_the_picture_and_always_alike(graph, data):
    of = {at: data.draw(st.sampled_from([1, 2, 3, None])) for at in range(len(graph[0]))}
    network = network_of(*graph)
    circled = concentric(network, of)
    drawn = [circled.places, force(network, circled.places)]
    for places in drawn:
        assert places.keys() == of.keys()
        assert len(set(places.values())) == len(of)
        assert all(0 <= part <= 1 for spot in places.values() for part in spot)
    again = Network(reversed(network.nodes), network.ties)
    assert concentric(again, of) == circled
    assert force(again, circled.places) == drawn[1]


def test_those_without_a_circle_stand_outermost_and_one_alone_in_the_middle():
    picture = concentric(Network(map(Node, "abcd"), []), {"a": 1, "b": 2, "c": None})
    assert picture.places["a"] == (0.5, 0.5)
    assert [circle for circle, _rim in picture.rims] == [1, 2, None]
    assert math.dist(picture.places["d"], (0.5, 0.5)) == pytest.approx(picture.rims[-1][1], abs=1e-3)


def test_forces_bring_partners_together_and_keep_nodes_apart():
    network, core = actors(110)
    start = concentric(network, circles(network, core).of).places
    places = force(network, start)
    tied = np.mean([math.dist(places[tie.origin], places[tie.target]) for tie in network.ties])
    assert tied < 0.6 * pdist(list(places.values())).mean()
    assert pdist(list(places.values())).min() > 0.03
    with pytest.raises(ValueError, match="draw circles"):
        force(Network(map(Node, range(FORCE_MOST + 1)), []), {})


@pytest.mark.parametrize(("size", "least"), [(110, 80), (1000, 20)])
def test_names_cover_neither_one_another_nor_a_node(size, least):
    network, core = actors(size)
    places = concentric(network, circles(network, core).of).places
    names = {at: f"Organisation {at}" for at in places}
    type_size, dot = 0.012, 0.006
    sides = labels(places, names, sorted(places), type_size=type_size, dot=dot)
    boxes = [drawn(places[at], names[at], side, type_size, dot) for at, side in sides.items() if side]
    assert len(boxes) >= least
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)
    spots = [(x - dot, y - dot, x + dot, y + dot) for x, y in places.values()]
    assert not any(overlap(box, spot) for box in boxes for spot in spots)
    assert all(0 <= part <= 1 for box in boxes for part in box)


def drawn(spot, name, side, type_size, dot):
    """The name's box worked out from the side that was said."""
    (x, y), width, height = spot, len(name) * type_size * CHARACTER, type_size * LINE
    middle = {
        "right": (x + 1.5 * dot + width / 2, y),
        "left": (x - 1.5 * dot - width / 2, y),
        "above": (x, y - 1.5 * dot - height / 2),
        "below": (x, y + 1.5 * dot + height / 2),
    }[side]
    return middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2


def overlap(one, other) -> bool:
    slack = 1e-9
    return all(one[at] + slack < other[at + 2] and other[at] + slack < one[at + 2] for at in (0, 1))


def test_the_foremost_has_its_name_first_and_others_go_without():
    places = {"a": (0.5, 0.5), "b": (0.5, 0.501), "c": (0.9, 0.1)}
    assert labels(places, dict.fromkeys("ab", "A name"), ["b", "a"])["b"] == "right"
    long = labels(places, {"c": "A name too long for what is left of the picture" * 3}, ["c"])
    assert long == {"a": None, "b": None, "c": None}
    assert labels({}, {}, []) == {}


def test_a_matrix_shows_groups_whole_and_partners_side_by_side():
    """Two chains, named against the alphabet: each is found again, in its group, from one end to the other."""
    chains = ["dafceb", "lgkhji"]
    ties = [Tie(*pair) for chain in chains for pair in pairwise(chain)]
    groups = {**dict.fromkeys(chains[0], 1), **dict.fromkeys(chains[1], 2)}
    found = "".join(matrix_order(Network(map(Node, [*groups, "z"]), ties), {**groups, "z": None}))
    assert set(found[:6]) == set(chains[0])
    assert found[-1] == "z"
    apart = [abs(found.index(tie.origin) - found.index(tie.target)) for tie in ties]
    assert apart == [1] * 10, found


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_a_matrix_has_every_node_once_and_always_in_one_order(graph):
    network = network_of(*graph)
    groups = {at: at % 3 for at in range(len(graph[0]))}
    found = matrix_order(network, groups)
    assert sorted(found) == list(range(len(graph[0])))
    assert [groups[at] for at in found] == sorted(groups.values())
    assert matrix_order(Network(reversed(network.nodes), network.ties), groups) == found
