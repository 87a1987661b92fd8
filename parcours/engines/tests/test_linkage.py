"""Records that are one thing are found with reasons, whatever their order and their number."""

import random
from collections import Counter
from itertools import pairwise, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench._organisations import directory, second_source
from parcours.engines.linkage import Pair, clusters, find_pairs
from parcours.engines.linkage.learn import learn
from parcours.engines.linkage.records import PAIRS_OF_A_KEY, pairs_of_keys, prepare
from parcours.engines.linkage.settings import COMPARISONS, TELLS_APART, UNKNOWN

EMMAUS = {
    "id": 1,
    "name": "Association Emmaüs Solidarité Ivry (ESI)",
    "address": "12 bis avenue du Général de Gaulle",
    "postcode": "94200",
    "commune": "Ivry-sur-Seine",
    "phones": ["01 46 70 00 00"],
}
AGAIN = {
    "id": 2,
    "name": "EMMAUS SOLIDARITE IVRY",
    "address": "12 av. du Gal de Gaulle 94200 Ivry",
    "commune": "Ivry s/ Seine",
    "phones": ["+33146700000"],
}
ELSEWHERE = {"id": 3, "name": "Emmaüs Solidarité Créteil", "address": "4 rue de Paris", "commune": "Créteil"}
NAMED = {"id": 4, "name": "Les Amis de la danse", "commune": "Orly"}


def found(*records, kind="organisation", threshold=0.5):
    return [(pair.left, pair.right) for pair in find_pairs(records, kind=kind, threshold=threshold)]


def chance(one, other, kind="organisation"):
    """How probable it is that two records are one thing, as one list and as two."""
    [pair] = find_pairs([one, other], kind=kind, threshold=0)
    return pair.probability


def test_two_spellings_of_an_organisation_are_found_and_its_namesake_elsewhere_is_not():
    [pair] = find_pairs([EMMAUS, AGAIN, ELSEWHERE], kind="organisation")
    assert (pair.left, pair.right) == (1, 2)
    assert pair.probability > 0.99
    assert {reason.field: reason.level for reason in pair.reasons} == {
        "name": "same",
        "phone": "same",
        "address": "same",
        "place": UNKNOWN,  # the address says it
        "commune": UNKNOWN,
        "online": UNKNOWN,
        "register": UNKNOWN,
    }
    weights = [abs(reason.weight) for reason in pair.reasons]
    assert weights == sorted(weights, reverse=True)


def test_a_missing_value_counts_neither_for_nor_against():
    bare = {"id": 5, "name": NAMED["name"]}
    [pair] = find_pairs([NAMED, bare], kind="organisation", threshold=0)
    assert [(reason.field, reason.weight) for reason in pair.reasons if reason.weight] == [("name", 11.77)]


def test_a_short_name_meets_the_long_one():
    long = {"id": 1, "name": "Centre d’information sur les droits des femmes et des familles", "commune": "Créteil"}
    short = {"id": 2, "name": "CIDFF 94", "commune": "Créteil", "address": "12 av F. Mitterrand"}
    [pair] = find_pairs([long | {"address": "12 avenue François Mitterrand"}, short], kind="organisation")
    assert ("name", "acronym") in [(reason.field, reason.level) for reason in pair.reasons]


def test_two_valid_sirets_of_two_companies_weigh_strongly_against():
    same = chance(NAMED, NAMED | {"id": 5})
    apart = chance(NAMED | {"siret": "55210055400013"}, NAMED | {"id": 5, "siret": "73282932000074"})
    mistaken = chance(NAMED | {"siret": "55210055400013"}, NAMED | {"id": 5, "siret": "73282932000075"})
    assert same == mistaken > 0.9
    assert apart < 0.2


def test_a_switchboard_is_a_weaker_sign_than_a_telephone_of_ones_own():
    houses = [
        {"id": at, "name": f"Maison {name}", "address": f"{at} rue {name}", "phones": ["01 40 00 00 00"]}
        for at, name in enumerate(["Louise Michel", "Rosa Parks", "Aimé Césaire"], start=1)
    ]
    assert found(*houses) == []
    pairs = find_pairs(houses, kind="organisation", threshold=0)
    assert {next(r.level for r in pair.reasons if r.field == "phone") for pair in pairs} == {"switchboard"}


def test_the_same_course_at_another_address_is_another_service():
    course = {"id": 1, "name": "Atelier de français Alpha", "organisation": "Ligue", "themes": ["french"]}
    here, there = course | {"address": "2 rue de Paris"}, course | {"id": 2, "address": "9 place du Marché"}
    assert chance(here, there, "service") < chance(here, course | {"id": 2}, "service")
    assert chance(here, here | {"id": 2}, "service") > 0.99


def test_one_street_name_in_two_communes_is_two_addresses():
    here, there = (
        {"id": at, "name": f"Club {at}", "address": "12 rue Victor Hugo", "commune": town}
        for at, town in enumerate(("Orly", "Thiais"))
    )
    [pair] = find_pairs([here, there], kind="organisation", threshold=0)
    assert {(r.field, r.level) for r in pair.reasons} >= {("address", "elsewhere"), ("commune", "different")}


def test_nothing_to_compare_is_no_pair():
    assert find_pairs([], kind="organisation") == []
    assert find_pairs([NAMED], kind="organisation") == []
    assert find_pairs([NAMED], kind="organisation", against=[]) == []
    assert find_pairs([{"id": 1}, {"id": 2}], kind="organisation", threshold=0) == []


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(rng):
    records, _truth = second_source(directory(60, random.Random(1)), 40, random.Random(2))
    records += directory(60, random.Random(1))
    before = find_pairs(records, kind="organisation", threshold=0.1)
    shuffled = rng.sample(records, len(records))
    assert find_pairs(shuffled, kind="organisation", threshold=0.1) == before


def test_weights_are_learnt_from_many_records_and_find_most_of_what_is_there():
    rng = random.Random(3)
    register = directory(800, rng)
    records, truth = second_source(register, 200, rng)
    pairs = {(pair.left, pair.right) for pair in find_pairs(records, kind="organisation", against=register)}
    right = pairs & set(truth.items())
    assert len(right) / len(truth) > 0.95
    assert len(right) / len(pairs) > 0.9


@pytest.mark.parametrize("kind", COMPARISONS)
def test_the_reasoned_shares_are_shares_and_no_two_levels_weigh_the_same(kind):
    for comparison in COMPARISONS[kind]:
        for share in "mu":
            assert sum(getattr(level, share) for level in comparison.levels) == pytest.approx(1, abs=1e-5)
        weights = sorted(level.weight for level in comparison.levels)
        assert all(b - a > TELLS_APART for a, b in pairwise(weights))
        assert comparison.shown(0.0) is None
        assert [comparison.shown(level.weight) for level in comparison.levels] == list(range(len(weights)))


def test_learning_finds_the_shares_that_made_the_patterns():
    """Of a million pairs a tenth match; in each of three fields they agree nine times in ten, others once in fifty."""
    fields = [one for one in COMPARISONS["organisation"] if one.field in ("phone", "online", "register")]
    patterns = Counter()
    for match, agree in ((100_000, 0.9), (900_000, 0.02)):
        for levels in product((0, 2), repeat=3):
            patterns[levels] += match * prod(agree if level == 0 else 1 - agree for level in levels)
    learnt, matches = learn(fields, 0.01, patterns)
    assert matches == pytest.approx(0.1, rel=0.05)
    assert [one.levels[0].m for one in learnt] == pytest.approx([0.9] * 3, rel=0.05)
    assert [one.levels[0].u for one in learnt] == pytest.approx([0.02] * 3, rel=0.05)


def test_learning_from_next_to_nothing_keeps_the_reasoned_shares():
    comparisons = COMPARISONS["organisation"]
    nothing = tuple(None for _one in comparisons)
    learnt, _matches = learn(comparisons, 0.001, {nothing: 10.0})
    for before, after in zip(comparisons, learnt, strict=True):
        assert [level.m for level in after.levels] == pytest.approx([level.m for level in before.levels], rel=1e-2)
        assert [level.u for level in after.levels] == pytest.approx([level.u for level in before.levels], rel=1e-2)


def test_many_neighbours_of_similar_names_are_not_taken_for_twins():
    """In 20,000 records, known by name and commune, chance alone makes more such pairs than there are twins."""
    name, commune = fields = [one for one in COMPARISONS["organisation"] if one.field in ("name", "commune")]
    twins, pairs = 1_400, 2e8
    patterns = {
        (at, there): twins * one.m * other.m + pairs * one.u * other.u
        for (at, one), (there, other) in product(enumerate(name.levels), enumerate(commune.levels))
    }
    learnt, matches = learn(fields, 1e-5, patterns)
    assert matches * pairs == pytest.approx(twins, rel=0.1)
    assert [level.m for level in learnt[0].levels] == pytest.approx([level.m for level in name.levels], rel=1e-2)


def test_the_branches_of_a_network_are_not_one_thing():
    rng = random.Random(94)
    known = directory(450, rng)
    again, truth = second_source(known, 50, rng)
    pairs = {(pair.left, pair.right) for pair in find_pairs([*known, *again], kind="organisation")}
    twins = {(min(ends), max(ends)) for ends in truth.items()}
    assert len(pairs & twins) / len(twins) > 0.95
    assert len(pairs & twins) / len(pairs) > 0.95


def test_a_postcode_that_two_communes_share_says_less_than_the_commune():
    here = {"id": 1, "name": "Secours populaire de Mandres", "postcode": "94520", "commune": "Mandres-les-Roses"}
    again, next_to_it = here | {"id": 2}, here | {"id": 2, "commune": "Périgny-sur-Yerres"}
    assert chance(here, again) > chance(here, next_to_it)


def test_a_key_that_everyone_has_makes_no_pairs_without_a_place():
    crowd = [{"id": at, "name": "Mission locale", "phones": [f"01 40 00 {at:04}"]} for at in range(100)]
    sides = prepare([crowd])
    assert pairs_of_keys(sides).total() == 0
    assert PAIRS_OF_A_KEY < 100 * 99 / 2
    towns = prepare([[record | {"commune": f"Ville {record['id'] // 2}"} for record in crowd]])
    assert pairs_of_keys(towns).total() > 0


def test_a_chain_is_cut_where_its_ends_are_not_alike():
    chain = [Pair(left, left + 1, 0.9, ()) for left in range(1, 6)]
    assert all(len(group) == 2 for group in clusters(chain))
    whole = [Pair(left, right, 0.9, ()) for left in range(1, 5) for right in range(left + 1, 5)]
    assert clusters(whole) == [[1, 2, 3, 4]]
    assert clusters([]) == []
    assert clusters([Pair(1, 2, 0.4, ())]) == []
