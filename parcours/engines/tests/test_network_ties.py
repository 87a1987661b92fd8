"""Circles, missing links, two waves, two kinds of nodes."""

import random
import time
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engines.network import (
    Network,
    Node,
    Share,
    Tie,
    change,
    circles,
    compared,
    missing_links,
    projection,
)
from parcours.engines.tests.test_network import directed_of, graphs, network_of


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_a_circle_is_the_distance_from_the_core_plus_one(graph, data):
    core = data.draw(st.sets(st.integers(0, len(graph[0]) - 1)))
    found = circles(network_of(*graph), core)
    distance = nx.multi_source_dijkstra_path_length(directed_of(*graph), core) if core else {}
    assert found.of == {at: distance[at] + 1 if at in distance else None for at in range(len(graph[0]))}
    assert found.silent == graph[0].count(False)


def test_declared_circles_are_compared_with_the_computed_ones():
    """The steering group s named a; a named b; nobody who answered named c."""
    nodes = [Node("s", circle=1), Node("a", circle=2), Node("b", circle=2), Node("c", circle=3), Node("d")]
    network = Network(nodes, [Tie("s", "a"), Tie("a", "b"), Tie("c", "a")])
    table = compared(network, circles(network, ["s"]))
    assert (table.rows, table.columns) == ((1, 2, 3, None), (1, 2, 3, None))
    assert table.counts == ((1, 0, 0, 0), (0, 1, 1, 0), (0, 0, 0, 1), (0, 0, 0, 1))
    assert table.same == 3
    assert table.moved == {"b": (2, 3), "c": (3, None)}


def test_a_core_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="not in the network: \\['b'\\]"):
        circles(Network([Node("a")], []), ["a", "b"])


FRENCH_IN_VITRY = {"theme": ["french"], "area": ["94081"]}


def test_two_who_teach_french_in_one_town_and_never_named_each_other_are_a_gap():
    nodes = [Node("a"), Node("b"), Node("c"), Node("silent", answered=False), Node("go-between")]
    ties = [Tie("a", "c"), Tie("a", "go-between"), Tie("go-between", "b")]
    features = {
        "a": {"theme": ["french", "housing"], "area": ["94081", "94028"]},
        "b": FRENCH_IN_VITRY,
        "c": FRENCH_IN_VITRY,
        "silent": FRENCH_IN_VITRY,
        "go-between": {"theme": ["french"], "area": ["94028"]},
    }
    found = missing_links(Network(nodes, ties), features)
    pairs = [(gap.left, gap.right, gap.certain) for gap in found]
    assert pairs == [
        ("a", "b", True),
        ("b", "c", True),
        ("a", "silent", False),
        ("b", "silent", False),
        ("c", "silent", False),
    ], "a and c are tied; the silent one may work with each of them"
    assert found[0].shared == {"theme": ("french",), "area": ("94081",)}
    assert found[0].partners == ("go-between",)
    assert found[1].partners == ()


def test_what_few_do_weighs_more_than_what_all_do():
    features = {at: {"theme": ["french"], "area": ["town"]} for at in range(8)}
    features[6] = features[7] = {"theme": ["tamil"], "area": ["town"]}
    found = missing_links(Network(map(Node, range(8)), []), features)
    assert (found[0].left, found[0].right) == (6, 7)
    assert len({gap.score for gap in found[1:]}) == 1
    assert [(gap.left, gap.right) for gap in found[1:]] == list(combinations(range(6), 2))


def test_who_does_nothing_anywhere_misses_no_link():
    network = Network(map(Node, "ab"), [])
    assert missing_links(network, {}) == []
    assert missing_links(network, {"a": {"theme": ["french"]}, "b": {"theme": ["french"], "area": ["94081"]}}) == []


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_gaps_are_all_untied_pairs_that_share_something_in_each_dimension(graph, data):
    some = st.sets(st.integers(0, 2))
    features = {
        at: {"theme": data.draw(some), "area": data.draw(some)}
        for at in range(len(graph[0]))
        if data.draw(st.booleans())
    }
    found = {(gap.left, gap.right): gap for gap in missing_links(network_of(*graph), features, most=1000)}
    near = directed_of(*graph).to_undirected()
    expected = {
        tuple(sorted(pair, key=str))
        for pair in combinations(features, 2)
        if not near.has_edge(*pair)
        and all(features[pair[0]][name] & features[pair[1]][name] for name in ("theme", "area"))
    }
    assert found.keys() == expected
    for (one, other), gap in found.items():
        assert {name: set(values) for name, values in gap.shared.items()} == {
            name: features[one][name] & features[other][name] for name in ("theme", "area")
        }
        assert set(gap.partners) == set(near[one]) & set(near[other])


def test_missing_links_of_a_thousand_are_found_within_a_second():
    chance = random.Random(94)
    features = {at: {"theme": chance.sample(range(20), 3), "area": chance.sample(range(47), 2)} for at in range(1000)}
    ties = {tuple(chance.sample(range(1000), 2)) for _ in range(5000)}
    network = Network(map(Node, range(1000)), [Tie(*ends) for ends in ties])
    start = time.process_time()
    assert len(missing_links(network, features)) == 50
    assert time.process_time() - start < 1


def test_between_two_waves_only_those_who_answered_twice_are_compared():
    """Wave 1: a-b, a-c, a-d. Wave 2: a-b, b-c, a-d, e-a. d was silent in wave 2; e came in between."""
    first = Network(map(Node, "abcd"), [Tie("a", "b"), Tie("c", "a"), Tie("d", "a")])
    second = Network(
        [*map(Node, "abce"), Node("d", answered=False)], [Tie("b", "a"), Tie("b", "c"), Tie("a", "d"), Tie("e", "a")]
    )
    found = change(first, second)
    assert (found.kept, found.new, found.gone) == ((("a", "b"),), (("b", "c"),), (("a", "c"),))
    assert found.not_comparable == (("a", "d"), ("a", "e"))
    assert found.of["a"] == {"kept": 1, "new": 0, "gone": 1, "not_comparable": 2}
    assert found.of["d"] == {"kept": 0, "new": 0, "gone": 0, "not_comparable": 1}
    assert found.before == found.after == Share(part=2, whole=3, base=3, excluded=2)


@settings(max_examples=60, deadline=None)
@given(graphs(), graphs())
def test_change_read_backwards_turns_new_into_gone(one, other):
    there, back = change(network_of(*one), network_of(*other)), change(network_of(*other), network_of(*one))
    assert (there.kept, there.new, there.gone) == (back.kept, back.gone, back.new)
    assert there.not_comparable == back.not_comparable
    assert (there.before, there.after) == (back.after, back.before)
    assert sum(of["new"] for of in there.of.values()) == 2 * len(there.new)


@settings(max_examples=80, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 8), st.integers(100, 106)), min_size=1))
def test_projections_and_their_weights_equal_networkx(rows):
    graph = nx.Graph(rows)
    members = {member for member, _action in rows}
    found = projection([*rows, *rows])
    strength = nx.bipartite.collaboration_weighted_projected_graph(graph, members)
    count = nx.bipartite.weighted_projected_graph(graph, members)
    assert {(pair.left, pair.right): pair.strength for pair in found} == {
        (min(ends), max(ends)): pytest.approx(strength.edges[ends]["weight"]) for ends in strength.edges
    }
    assert {(pair.left, pair.right): len(pair.through) for pair in found} == {
        (min(ends), max(ends)): count.edges[ends]["weight"] for ends in count.edges
    }
    assert [pair.strength for pair in found] == sorted((pair.strength for pair in found), reverse=True)


def test_rows_turned_round_show_which_actions_share_organisations():
    rows = [("CASNAV", "welcome"), ("CASNAV", "school"), ("UPEC", "school")]
    (pair,) = projection((action, organisation) for organisation, action in rows)
    assert (pair.left, pair.right, pair.through, pair.strength) == ("school", "welcome", ("CASNAV",), 1)
