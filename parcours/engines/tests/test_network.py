"""Measures: equal to networkx on any graph, and silent about those who were silent."""

import math
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engines.network import (
    Alone,
    Network,
    Node,
    Share,
    Tie,
    alone,
    betweenness,
    components,
    constraint,
    degrees,
    density,
    effective_size,
    reciprocity,
)

SIZES = st.integers(1, 14)


@st.composite
def graphs(draw, *, silence=True):
    """Nodes 0…n-1, some of them silent, and any ties between them."""
    size = draw(SIZES)
    answered = draw(st.lists(st.booleans() if silence else st.just(True), min_size=size, max_size=size))
    pair = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda ends: ends[0] != ends[1])
    pairs = draw(st.sets(pair, max_size=40)) if size > 1 else set()
    return answered, {ends for ends in pairs if answered[ends[0]]}


def network_of(answered, pairs) -> Network:
    return Network([Node(at, said) for at, said in enumerate(answered)], [Tie(*ends) for ends in pairs])


def directed_of(answered, pairs) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(answered)))
    graph.add_edges_from(pairs)
    return graph


def expected_of(answered, values):
    """networkx's values where the node answered and there is one."""
    return {
        at: pytest.approx(values[at], abs=1e-9) if said and not math.isnan(values[at]) else None
        for at, said in enumerate(answered)
    }


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_measures_equal_networkx_for_those_who_answered_and_are_none_for_the_others(graph):
    answered, _pairs = graph
    network, directed = network_of(*graph), directed_of(*graph)
    either = directed.to_undirected()
    found = degrees(network)
    assert found.incoming.values == dict(directed.in_degree)
    assert found.outgoing.values == expected_of(answered, dict(directed.out_degree))
    assert found.either.values == expected_of(answered, dict(either.degree))
    assert betweenness(network).values == expected_of(answered, nx.betweenness_centrality(either, normalized=False))
    assert betweenness(network, directed=True).values == expected_of(
        answered, nx.betweenness_centrality(directed, normalized=False)
    )
    assert constraint(network).values == expected_of(answered, nx.constraint(either))
    assert effective_size(network).values == expected_of(answered, nx.effective_size(either))
    assert {frozenset(part) for part in components(network)} == set(map(frozenset, nx.connected_components(either)))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_density_and_reciprocity_are_those_of_the_graph_of_the_answers(graph):
    answered, _pairs = graph
    among = directed_of(*graph).subgraph([at for at, said in enumerate(answered) if said])
    found, mutual = density(network_of(*graph)), reciprocity(network_of(*graph))
    assert found.value == (pytest.approx(nx.density(among)) if len(among) > 1 else None)
    assert mutual.value == (pytest.approx(nx.overall_reciprocity(among)) if among.size() else None)
    assert (found.base, found.excluded) == (mutual.base, mutual.excluded) == (sum(answered), answered.count(False))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_each_result_says_how_many_nodes_it_stands_on(graph):
    answered, _pairs = graph
    network = network_of(*graph)
    found = degrees(network)
    measures = [found.outgoing, found.either, betweenness(network), constraint(network), effective_size(network)]
    for measure in measures:
        assert measure.base == sum(value is not None for value in measure.values.values())
        assert measure.excluded == answered.count(False)
    assert found.named_by == sum(answered)
    assert found.incoming.base == len(answered)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.randoms())
def test_the_order_in_which_a_network_is_given_changes_nothing(graph, chance):
    answered, pairs = graph
    nodes, ties = [Node(at, said) for at, said in enumerate(answered)], [Tie(*ends) for ends in pairs]
    chance.shuffle(nodes)
    chance.shuffle(ties)
    shuffled = Network(nodes, ties * 2)
    assert betweenness(shuffled) == betweenness(network_of(*graph))
    assert components(shuffled) == components(network_of(*graph))
    assert alone(shuffled) == alone(network_of(*graph))


def test_a_silent_node_has_no_number_rather_than_zero():
    network = Network([Node("a"), Node("b", answered=False)], [Tie("a", "b")])
    found = degrees(network)
    assert found.outgoing.values == {"a": 1, "b": None}
    assert found.either.values == {"a": 1, "b": None}
    assert found.incoming.values == {"a": 0, "b": 1}
    assert betweenness(network).values == {"a": 0, "b": None}


def test_the_isolated_the_unnamed_and_the_unknown_are_three_things():
    nodes = [Node("named"), Node("naming"), Node("no one"), Node("silent", answered=False)]
    network = Network([*nodes, Node("silent but named", answered=False)], [Tie("naming", "named")])
    assert alone(network) == Alone(isolated=("no one",), unnamed=("naming",), unknown=("silent", "silent but named"))
    more = Network(network.nodes, [*network.ties, Tie("named", "silent but named")])
    assert alone(more).unknown == ("silent",)


def test_density_leaves_out_whom_the_silent_could_have_named():
    network = Network([Node("a"), Node("b"), Node("c", answered=False)], [Tie("a", "b"), Tie("b", "a"), Tie("a", "c")])
    assert density(network) == reciprocity(network) == Share(part=2, whole=2, base=2, excluded=1)
    assert density(network).value == 1
    assert density(Network([Node("a")], [])).value is None


def test_a_tie_known_from_elsewhere_stands_though_its_origin_was_silent():
    network = Network([Node("a", answered=False), Node("b")], [Tie("a", "b", "funds")])
    assert degrees(network).incoming.values == {"a": 0, "b": 1}
    assert degrees(network).either.values == {"a": None, "b": 1}


def test_ties_of_several_kinds_are_one_tie_until_the_kind_is_named():
    network = Network([Node("a"), Node("b")], [Tie("a", "b", "funds"), Tie("a", "b", "hosts"), Tie("b", "a", "hosts")])
    assert degrees(network).outgoing.values == {"a": 1, "b": 1}
    assert degrees(network.of_kinds({"funds"})).outgoing.values == {"a": 1, "b": 0}


def test_no_node_no_number():
    empty = Network([], [])
    assert components(empty) == []
    assert betweenness(empty).values == constraint(empty).values == degrees(empty).either.values == {}
    assert density(empty).value is None


@pytest.mark.parametrize(
    ("nodes", "ties", "said"),
    [
        (["a", "a"], [], "same id"),
        (["a"], [("a", "b")], "not there: 'a' → 'b'"),
        (["a"], [("a", "a")], "tied to itself: 'a'"),
    ],
)
def test_what_is_no_network_is_refused(nodes, ties, said):
    with pytest.raises(ValueError, match=said):
        Network(map(Node, nodes), [Tie(*ends) for ends in ties])


def test_some_pivots_tell_who_stands_between_and_all_of_them_tell_exactly():
    graph = nx.barabasi_albert_graph(300, 2, seed=94)
    network = Network(map(Node, graph), [Tie(*ends) for ends in graph.edges])
    exact, estimate = betweenness(network).values, betweenness(network, pivots=100).values
    assert betweenness(network, pivots=300).values == exact
    foremost = [set(sorted(values, key=values.__getitem__)[-10:]) for values in (exact, estimate)]
    assert len(foremost[0] & foremost[1]) >= 8
    assert sum(estimate.values()) == pytest.approx(sum(exact.values()), rel=0.1)


def test_more_starting_nodes_than_a_batch_holds_change_nothing():
    chance = random.Random(94)
    pairs = {(chance.randrange(200), chance.randrange(200)) for _ in range(600)}
    pairs = {ends for ends in pairs if ends[0] != ends[1]}
    found = betweenness(network_of([True] * 200, pairs), directed=True).values
    assert found == pytest.approx(nx.betweenness_centrality(directed_of([True] * 200, pairs), normalized=False))
