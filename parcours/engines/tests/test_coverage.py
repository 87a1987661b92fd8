"""How many there are in all: the estimators give the textbooks' numbers, and their intervals hold the truth."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.coverage import Stop, from_namings, from_two_lists, should_stop


def test_two_lists_give_chapmans_estimate_and_sebers_variance():
    found = from_two_lists(first=60, second=50, both=30)
    assert found.seen == 80
    assert found.total == pytest.approx(61 * 51 / 31 - 1)
    assert found.variance == pytest.approx(61 * 51 * 30 * 20 / (31**2 * 32))
    # not seen: 19.35; log(1 + 60.70 / 19.35²) = 0.1502; exp(1.96 × √0.1502) = 2.137
    assert found.low == pytest.approx(80 + 19.355 / 2.137, abs=0.01)
    assert found.high == pytest.approx(80 + 19.355 * 2.137, abs=0.01)
    assert found.assumptions == ("closed", "matched", "independent", "equal_chance")


def test_namings_give_chaos_lower_bound():
    """10 named once, 5 twice, 5 more often: 10² / (2 × 5) = 10 were never named."""
    found = from_namings([1] * 10 + [2] * 5 + [4] * 5)
    assert (found.seen, found.total) == (20, 30)
    assert found.variance == pytest.approx(5 * (2**2 / 2 + 2**3 + 2**4 / 4))
    assert found.coverage == pytest.approx(2 / 3)
    assert found.assumptions == ("closed", "matched", "lower_bound")


def test_where_nobody_was_named_twice_the_corrected_form_is_used():
    found = from_namings([1] * 4 + [3])
    assert found.total == 5 + 4 * 3 / 2
    assert found.variance == pytest.approx(6 + 4 * 7**2 / 4 - 4**4 / (4 * 11))


def test_where_all_were_met_again_none_is_missing():
    assert from_two_lists(5, 5, 5).total == from_namings([2] * 5).total == 5
    empty = from_namings([])
    assert (empty.total, empty.variance, empty.coverage) == (0, 0, None)


def test_impossible_lists_are_refused():
    with pytest.raises(ValueError, match="6 cannot be on both a list of 5 and one of 9"):
        from_two_lists(5, 9, 6)
    with pytest.raises(ValueError, match="never named"):
        from_namings([1, 0])


@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_an_interval_holds_its_estimate_and_all_that_were_seen(first, second, data):
    both = data.draw(st.integers(0, min(first, second)))
    found = from_two_lists(first, second, both)
    assert found.seen <= found.low + 1e-6
    assert found.low - 1e-6 <= found.total <= found.high + 1e-6


@pytest.mark.parametrize("estimate", ["two lists", "namings"])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(estimate):
    rng, truth, held = random.Random(1987), 200, 0
    for _census in range(300):
        if estimate == "two lists":
            one, other = ({who for who in range(truth) if rng.random() < share} for share in (0.4, 0.5))
            found = from_two_lists(len(one), len(other), len(one & other))
        else:
            named = [rng.randrange(truth) for _naming in range(250)]
            found = from_namings([named.count(who) for who in set(named)])
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 300 <= 0.99


def test_a_snowball_stops_when_a_circle_brings_few_new_names_or_is_the_last():
    assert should_stop([], floor=3, max_circle=3) == Stop(False, "not_begun")
    assert should_stop([40, 22], floor=3, max_circle=3) == Stop(False, "still_new")
    assert should_stop([40, 2], floor=3, max_circle=3) == Stop(True, "few_new")
    assert should_stop([40, 22, 9], floor=3, max_circle=3) == Stop(True, "last_circle")
