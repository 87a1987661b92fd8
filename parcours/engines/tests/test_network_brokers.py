"""Brokers between groups, counted by hand and by a slow reading of the definition."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engines.network import ROLES, Network, Node, Tie, brokerage, brokers
from parcours.engines.tests.test_network import graphs, network_of


def counted(ties: str, groups: dict[str, str | None], *, silent: str = "") -> dict[str, dict[str, int] | None]:
    """Counts of those who broker anything, without zeros; ties are written "ab bc"."""
    nodes = [Node(name, answered=name not in silent) for name in sorted(groups)]
    found = brokerage(Network(nodes, [Tie(*pair) for pair in ties.split()]), groups)
    shown = {name: count and {role: n for role, n in count.items() if n} for name, count in found.counts.items()}
    return {name: count for name, count in shown.items() if count != {}}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("111", "coordinator"),
        ("211", "gatekeeper"),
        ("112", "representative"),
        ("121", "itinerant"),
        ("123", "liaison"),
    ],
)
def test_each_role_is_told_by_the_groups_of_the_three(groups, role):
    assert counted("ab bc", dict(zip("abc", groups, strict=True))) == {"b": {role: 1}}


def test_a_closed_path_needs_no_broker_but_a_tie_back_does_not_close_it():
    groups = dict.fromkeys("abc", "one")
    assert counted("ab bc ac", groups) == {}
    # a→b→c stays open; c→a closes nothing, and makes b→c→a and c→a→b two open paths more
    assert counted("ab bc ca", groups) == {name: {"coordinator": 1} for name in "abc"}


def test_two_who_name_each_other_broker_nothing_between_themselves():
    assert counted("ab ba", {"a": "one", "b": "two"}) == {}


def test_a_hub_is_counted_by_hand():
    """Into h (group 1): a, b (1) and c (2). Out of h: d (1), e (2), f (3). b named d, h and d named each other.

    Paths over h: a→d coordinator, a→e and b→e representatives, a→f and b→f too, b→d closed; c→d gatekeeper,
    c→e itinerant, c→f liaison; d→e, d→f representatives. Over d (1): b→d→h is closed by b→h; h→d→h is no path.
    Over b (1): nobody named b.
    """
    groups = {"h": "1", "a": "1", "b": "1", "c": "2", "d": "1", "e": "2", "f": "3"}
    assert counted("ah bh ch hd he hf bd dh", groups) == {
        "h": {"coordinator": 1, "gatekeeper": 1, "representative": 6, "itinerant": 1, "liaison": 1}
    }


def test_what_a_silent_node_would_have_to_tell_is_not_counted():
    groups = {"a": "1", "b": "1", "c": "2"}
    assert counted("ab bc", groups, silent="c") == {"b": {"representative": 1}, "c": None}
    assert counted("ab bc", groups, silent="a") == {"a": None}, "whether a named c is unknown"
    assert counted("ab bc", groups, silent="b") == {"b": None}, "whom else b named is unknown"


def test_nodes_without_a_group_broker_nothing_and_are_counted():
    network = Network(map(Node, "abcd"), [Tie("a", "b"), Tie("b", "c"), Tie("b", "d")])
    found = brokerage(network, {"a": "1", "b": "1", "c": None})
    assert found.counts == {"a": dict.fromkeys(ROLES, 0), "b": dict.fromkeys(ROLES, 0), "c": None, "d": None}
    assert (found.base, found.silent, found.ungrouped) == (2, 0, 2)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_counts_equal_the_definition_read_aloud(graph, data):
    answered, pairs = graph
    size = len(answered)
    group = data.draw(st.lists(st.sampled_from([1, 2, 3, None]), min_size=size, max_size=size))
    found = brokerage(network_of(*graph), dict(enumerate(group)))
    expected: dict[int, Counter] = {at: Counter() for at in range(size)}
    for i, k, j in permutations(range(size), 3):
        known = answered[i] and answered[k] and None not in (group[i], group[k], group[j])
        if known and (i, k) in pairs and (k, j) in pairs and (i, j) not in pairs:
            expected[k][role_of(group[i], group[k], group[j])] += 1
    for at in range(size):
        there = answered[at] and group[at] is not None
        assert found.counts[at] == ({role: expected[at][role] for role in ROLES} if there else None)
    assert found.totals == {role: sum(count[role] for count in expected.values()) for role in ROLES}


def role_of(i, k, j) -> str:
    if i == j:
        return "coordinator" if k == i else "itinerant"
    if k == j:
        return "gatekeeper"
    return "representative" if i == k else "liaison"


def test_expected_counts_are_the_mean_over_all_ways_to_deal_the_others_groups():
    network = Network(
        map(Node, range(6)), [Tie(*map(int, pair)) for pair in ("01", "12", "13", "40", "05", "51", "24")]
    )
    groups = dict(enumerate("AABBCA"))
    found = brokerage(network, groups)
    for broker in range(6):
        others = [node for node in range(6) if node != broker]
        deals = list(permutations([groups[node] for node in others]))
        total: Counter = Counter()
        for deal in deals:
            dealt = {**dict(zip(others, deal, strict=True)), broker: groups[broker]}
            total.update(brokerage(network, dealt).counts[broker])
        assert found.expected[broker] == pytest.approx({role: total[role] / len(deals) for role in ROLES})


def test_two_paths_counted_in_pieces_are_the_same(monkeypatch):
    ties = [Tie(*pair) for pair in permutations(range(8), 2) if sum(pair) % 3]
    network, groups = Network(map(Node, range(8)), ties), {node: node % 3 for node in range(8)}
    whole = brokerage(network, groups)
    monkeypatch.setattr(brokers, "CHUNK", 5)
    assert brokerage(network, groups) == whole
    assert sum(whole.totals.values()) > 5
