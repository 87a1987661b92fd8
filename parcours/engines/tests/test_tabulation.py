"""Every share of a table names its base; the mistakes of other survey software are tests here."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.tabulation import (
    TOTAL,
    Share,
    States,
    compare,
    folded,
    moved,
    moves,
    multiple,
    number,
    numbers,
    one_way,
    paired,
    rows_of,
    single,
    states,
    text,
    ticked,
    two_way,
)

AXES = ["rights", "together", "links", "memory"]


def axes(*ticks, states=None, choices=AXES):
    return multiple("axes", states or "a" * len(ticks), ticks, choices)


def shares(table):
    return {row: (table.share(row).n, table.share(row).base) for row in table.rows}


# The mistakes of others


def test_limesurvey_4429_the_base_of_a_multiple_choice_is_people_not_ticks_and_not_those_never_asked():
    table = one_way(axes(("rights",), ("rights", "links"), None, None, states="aahu"))
    assert shares(table) == {"rights": (2, 2), "together": (0, 2), "links": (1, 2), "memory": (0, 2), "@none": (0, 2)}
    assert (table.ticks, table.ticks_each) == (3, 1.5)


def test_limesurvey_4336_who_did_not_answer_is_counted_apart_and_never_filtered_away():
    column = single("kind", "aaundh", ["club", "city", None, None, None, None], ["club", "city"])
    expected = States(not_shown=1, unanswered=1, none=1, dont_know=1, answered=2)
    tables = {base: one_way(column, base=base) for base in ("answered", "shown", "all")}
    assert {base: table.base for base, table in tables.items()} == {"answered": 3, "shown": 5, "all": 6}
    for base, table in tables.items():
        assert table.states == expected
        assert table.share("club") == Share(1, table.base, base)
        assert sum(table.count(row) for row in table.rows) == table.base


def test_decidim_16421_ten_options_make_ten_rows_however_they_are_combined():
    options = [f"option {at}" for at in range(10)]
    rng = random.Random(41)
    answers = [tuple(rng.sample(options, rng.randint(1, 4))) for _ in range(60)]
    assert len({tuple(sorted(answer)) for answer in answers}) > 41
    table = one_way(axes(*answers, choices=options))
    assert dict(zip(table.choices, table.counts, strict=True)) == Counter(o for answer in answers for o in answer)


def test_decidim_6087_what_was_written_beside_other_is_kept_with_its_row():
    texts = ["", " a choir ", "", "a garden"]
    column = single("kind", "aaua", ["club", "other", None, "other"], ["club", "other"], texts=texts)
    assert column.written() == [(1, "a choir"), (3, "a garden")]
    assert one_way(column).count("other") == 2


def test_kobo_2135_grouped_counts_never_exceed_those_who_answered():
    rows = axes(("rights", "links"), ("rights",), None, (), states="aaun")
    group = single("kind", "aaaa", ["club", "city", "club", "club"], ["club", "city"])
    table = two_way(rows, group)
    assert (table.base, table.left_out) == (3, 1)
    assert [table.count(TOTAL, column) for column in ("club", "city")] == [2, 1]
    assert table.share("rights", "club", of="column") == Share(1, 2, "answered", "club")
    assert table.share("@none", "club", of="column") == Share(1, 2, "answered", "club")


def test_moodle_questionnaire_135_61_of_68_is_90_per_cent_although_there_are_166_ticks():
    answers = [("a", "b", "c")] * 37 + [("a", "b")] * 24 + [("c",)] * 7
    table = one_way(axes(*answers, choices=["a", "b", "c"]))
    assert (table.ticks, table.share("b")) == (166, Share(61, 68, "answered"))
    assert round(table.share("b").percent) == 90


def test_state_of_js_23_who_ticked_none_of_these_counts_in_the_base():
    table = one_way(axes(("rights",), (), states="an"))
    assert table.share("rights") == Share(1, 2, "answered")
    assert table.share("@none") == Share(1, 2, "answered")


def test_an_answer_without_a_tick_is_refused_since_none_and_unanswered_are_two_things():
    with pytest.raises(ValueError, match=r"axes, row 1: \(\) is not an answer"):
        axes(("rights",), ())


# The tables


def test_the_plan_of_2018_comes_out_again():
    """69, 58.1, 35.5 and 24.2 % of 62, several answers each: 116 ticks (43 + 36 + 22 + 15)."""
    counts = dict(zip(AXES, (43, 36, 22, 15), strict=True))
    answers = [tuple(axis for axis, n in counts.items() if (place * 7) % 62 < n) for place in range(62)]
    column = axes(*answers, states="".join("a" if answer else "n" for answer in answers))
    table = one_way(column)
    assert dict(zip(table.choices, table.counts, strict=True)) == counts
    assert [round(table.share(axis).percent, 1) for axis in AXES] == [69.4, 58.1, 35.5, 24.2]
    assert (table.base, table.ticks) == (62, 116)


def test_an_answer_left_from_a_page_that_is_not_shown_any_more_does_not_count():
    assert one_way(single("kind", "ha", ["club", "club"], ["club"])).share("club") == Share(1, 1, "answered")
    assert one_way(axes(("rights",), ("rights",), states="ua")).count("rights") == 1
    assert numbers(number("staff", "ha", [90, 4])).maximum == 4


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: single("kind", "aa", ["club", "clup"], ["club"]), "kind, row 1: 'clup' is not an answer"),
        (lambda: single("kind", "a", [None], ["club"]), "kind, row 0: None"),
        (lambda: axes(("rights", "wrongs")), "axes, row 0"),
        (lambda: number("staff", "a", [float("nan")]), "staff, row 0: nan"),
        (lambda: single("kind", "x", ["club"], ["club"]), "kind: 'x' is no state"),
        (lambda: single("kind", "aa", ["club"], ["club"]), "kind: 2 states for 1 values"),
        (lambda: single("kind", "a", ["club"], ["club", "club"]), "kind: a choice is listed twice"),
        (lambda: single("kind", "a", ["@none"], ["@none"]), "does not start with @"),
        (lambda: one_way(number("staff", "a", [1])), "staff has no choices"),
        (lambda: two_way(axes(("rights",)), axes(("rights",))), "cross a choice with a single choice"),
    ],
)
def test_what_cannot_be_counted_is_said_with_its_question_and_row(read, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        read()


def test_a_share_of_nobody_has_no_percentage():
    assert one_way(axes(None, states="u")).share("rights").percent is None


def test_a_text_is_counted_by_state_and_read_in_words():
    column = text("why", "aun", ["since 2012", "left over", None])
    assert states(column) == States(not_shown=0, unanswered=1, none=1, dont_know=0, answered=1)
    assert column.written() == [(0, "since 2012")]


answered = st.lists(
    st.tuples(
        st.sampled_from("hunda"),
        st.sampled_from("hunda"),
        st.sets(st.sampled_from("abc"), min_size=1),
        st.sampled_from("xyz"),
    ),
    max_size=40,
)


@given(answered, st.sampled_from(["answered", "shown", "all"]))
def test_tables_count_what_one_would_count_by_hand(answers, base):
    inside = {"answered": "an", "shown": "anud", "all": "anudh"}[base]
    first, second = ("".join(row[at] for row in answers) for at in (0, 1))
    many = multiple("many", first, [row[2] for row in answers], "abc")
    one = single("one", second, [row[3] for row in answers], "xyz")
    table = two_way(many, one, base=base)
    both = [row for row in answers if row[0] in inside and row[1] in inside]
    assert (table.base, table.left_out) == (len(both), len(answers) - len(both))
    for column in "xyz":
        theirs = [row for row in both if row[1] == "a" and row[3] == column]
        assert table.count(TOTAL, column) == len(theirs)
        for choice in "abc":
            assert table.count(choice, column) == sum(row[0] == "a" and choice in row[2] for row in theirs)
    plain = two_way(one, single("one too", second, [row[3] for row in answers], "xyz"), base=base)
    assert sum(plain.count(row) for row in plain.rows) == plain.base == one_way(one, base=base).base
    assert all(plain.count(row) == plain.count(row, row) == plain.count(TOTAL, row) for row in plain.rows)


# Several rows a respondent


def test_actions_are_counted_as_actions_and_say_how_many_people_named_them():
    owners = [0, 0, 0, 2, 2]
    themes = rows_of(single("theme", "aaaau", [*"xxyx", None], "xyz"), owners, "action")
    table = one_way(themes)
    assert (table.unit, table.count("x"), table.base) == ("action", 3, 4)
    assert (table.respondents("x"), table.respondents("y"), table.respondents()) == (2, 1, 2)
    kind = single("kind", "aaa", ["club", "club", "city"], ["club", "city"]).spread(owners, "action")
    crossed = two_way(themes, kind)
    assert (crossed.count("x", "club"), crossed.respondents("x", "club")) == (2, 1)
    assert crossed.respondents(TOTAL, "city") == 1


def test_actions_folded_are_a_multiple_choice_of_their_people():
    themes = rows_of(single("theme", "aaauu", [*"xxy", None, None], "xyz"), [0, 0, 0, 0, 2], "action")
    table = one_way(folded(themes, 4))
    assert (table.counts, table.ticks, table.base) == ((1, 1, 0), 2, 1)
    assert table.states == States(not_shown=2, unanswered=1, none=0, dont_know=0, answered=1)


# Numbers


def test_numbers_are_described_with_how_many_there_are():
    found = numbers(number("staff", "aaaaau", [1, 2, 3, 4, 90, None]), bins=5)
    assert (found.n, found.minimum, found.quartiles, found.maximum, found.mean) == (5, 1, (2, 3, 4), 90, 20)
    assert [(one.low, one.high, one.n) for one in found.bins if one.n] == [(0, 20, 4), (80, 100, 1)]
    nobody = numbers(number("staff", "u", [None]))
    assert (nobody.n, nobody.mean, nobody.bins) == (0, None, ())


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.integers(1, 20))
def test_each_number_is_in_one_bin(values, bins):
    found = numbers(number("staff", "a" * len(values), values), bins=bins)
    assert sum(one.n for one in found.bins) == len(values)
    assert len(found.bins) <= bins + 2
    assert found.bins[0].low <= min(values) <= max(values) <= found.bins[-1].high
    assert found.quartiles == tuple(np.quantile(values, [0.25, 0.5, 0.75]))


# Two waves


def test_two_waves_are_compared_in_points_and_a_choice_of_one_wave_only_is_said_to_be_so():
    before = one_way(single("tie", "aaaa", ["yes", "no", "no", "old"], ["yes", "no", "old"]))
    after = one_way(single("tie", "aa", ["yes", "new"], ["yes", "no", "new"]))
    changes = {change.row: change for change in compare(before, after)}
    assert (changes["yes"].before, changes["yes"].after) == (Share(1, 4, "answered"), Share(1, 2, "answered"))
    assert changes["yes"].points == 25
    assert (changes["new"].offered_before, changes["new"].points) == (False, None)
    assert (changes["old"].offered_after, changes["old"].before) == (False, Share(1, 4, "answered"))
    with pytest.raises(ValueError, match="different bases"):
        compare(before, one_way(single("tie", "a", ["yes"], ["yes"]), base="all"))


def test_of_those_in_both_waves_it_is_told_how_many_moved():
    before = single("tie", "aaau", ["yes", "no", "no", None], ["yes", "no"])
    after = single("tie", "aaaa", ["yes", "yes", "yes", "no"], ["yes", "no"])
    pair = paired(before, after, (["a", "b", "c", "d"], ["d", "b", "a", "e"]))
    table = moves(*pair)
    assert moved(table) == Share(1, 2, "answered")
    assert (table.count("no", "yes"), table.count("yes", "no")) == (1, 0)
    first, second = (
        ticked(column, "links") for column in (axes(("links",), (), states="an"), axes(("rights",), ("links",)))
    )
    assert moved(moves(first, second)) == Share(2, 2, "answered")
