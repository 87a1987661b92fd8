"""What is hidden cannot be computed from what is shown: proved for random tables, and the proof itself by hand."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engines.suppression import (
    EVERYONE,
    TICKS,
    Gift,
    audit,
    intervals,
    protect,
    protect_amounts,
    protect_numbers,
    tells_of_one,
)
from parcours.engines.suppression.layout import relations
from parcours.engines.tabulation import (
    TOTAL,
    Share,
    compare,
    moved,
    multiple,
    number,
    numbers,
    one_way,
    rows_of,
    single,
    two_way,
)


def question(name="kind", **counts):
    """A single choice with this many answers of each; keys of one letter are states."""
    values = [choice for choice, n in counts.items() if len(choice) > 1 for _ in range(n)]
    states = "a" * len(values) + "".join(letter * n for letter, n in counts.items() if len(letter) == 1)
    choices = [choice for choice in counts if len(choice) > 1]
    return single(name, states, values + [None] * (len(states) - len(values)), choices)


def crossed(lines, columns=("xx", "yy", "zz")):
    """Two questions that cross in these counts."""
    rows = [f"r{at}" for at in range(len(lines))]
    pairs = [(row, column) for row, line in zip(rows, lines, strict=True)
             for column, n in zip(columns, line, strict=False) for _ in range(n)]  # fmt: skip
    one, other = zip(*pairs, strict=True) if pairs else ((), ())
    columns = columns[: len(lines[0])]
    return single("one", "a" * len(pairs), one, rows), single("other", "a" * len(pairs), other, columns)


def cells(table):
    return {
        (row, column): table.count(row, column)
        for row in (*table.rows, TOTAL)
        for column in (*table.columns, TOTAL)
        if (row, column) != (TOTAL, TOTAL)
    }


def hidden(table):
    return {cell for cell, n in cells(table).items() if n is None}


def test_a_single_small_cell_takes_the_smallest_other_with_it_and_the_shares_go_too():
    [table] = protect(one_way(question(club=12, city=2, school=5, church=9)), k=3)
    assert hidden(table) == {("city", TOTAL), ("school", TOTAL)}
    assert table.share("city") is None
    assert table.share("club") == Share(12, 28, "answered")
    assert audit([table]) == []


def test_an_answer_that_the_form_may_not_offer_covers_nothing():
    """Nobody said "none of these" or "don't know": a reader who has seen the form may know that nobody could."""
    [table] = protect(one_way(question(club=9, city=2)), k=3)
    assert {row: table.count(row) for row in ("@none", "@dont_know", "@not_shown", "@unanswered")} == dict.fromkeys(
        ("@none", "@dont_know", "@not_shown", "@unanswered"), 0
    )
    assert hidden(table) == {("club", TOTAL), ("city", TOTAL)}


def test_nothing_is_hidden_where_nothing_is_small():
    [table] = protect(one_way(question(club=12, city=0, u=1, d=1)), k=3)
    assert table.hidden == frozenset()
    assert {row: table.count(row) for row in ("@unanswered", "@dont_know", "@none", EVERYONE, TOTAL)} == {
        "@unanswered": 1,
        "@dont_know": 1,
        "@none": 0,
        EVERYONE: 14,
        TOTAL: 12,
    }


def test_what_nearly_all_share_is_hidden_too_where_that_is_asked():
    column = question(club=20, city=0, school=2)
    one_side, both_sides = (protect(one_way(column), k=3, both_sides=asked)[0] for asked in (False, True))
    assert (one_side.count("club"), both_sides.count("club")) == (20, None)
    assert audit([one_side]) == audit([both_sides]) == []


def test_a_hidden_base_hides_the_share_of_a_shown_number():
    one, other = crossed([[1, 0], [4, 9]])
    [table] = protect(two_way(one, other), k=3)
    assert table.count("r0") is None
    assert table.share("r0", "yy", of="row") is None
    assert audit([table]) == []


def test_of_a_multiple_choice_the_number_of_ticks_would_betray_a_single_hidden_choice():
    answers = [("rights",)] * 9 + [("rights", "memory")] * 2 + [("links",)] * 8
    [table] = protect(one_way(multiple("axes", "a" * 19, answers, ["rights", "links", "memory"])), k=3)
    assert {row for row in (*table.rows, TICKS) if table.count(row) is None} == {"memory", TICKS}
    assert table.share("rights") == Share(11, 19, "answered")
    assert audit([table]) == []


def test_tables_that_share_people_hide_the_same_cells():
    one, other = crossed([[7, 8, 9], [6, 1, 1], [5, 6, 7]])
    alone, across = protect(one_way(one), two_way(one, other), k=3)
    assert alone.count("r1") == across.count("r1") == 8
    assert audit([alone, across]) == []


def without(table, *cells):
    """The table as somebody careless would publish it."""
    keys = frozenset(table.layout.key(*cell) for cell in cells)
    return replace(table, shown={key: n for key, n in table.shown.items() if key not in keys}, hidden=keys)


def test_a_question_alone_and_crossed_are_read_together():
    """Alone, r0 is shown; crossed, r2 is: everybody answered both, so r1 is what is left."""
    one, other = crossed([[6], [2], [5]])
    alone, across = protect(one_way(one), two_way(one, other), k=1)
    alone = without(alone, ("r1",), ("r2",))
    across = without(across, *product(("r0", "r1"), ("xx", TOTAL)))
    assert audit([alone]) == audit([across]) == []
    assert {(cell.low, cell.high) for cell in audit([alone, across])} == {(2, 2), (5, 5), (6, 6)}
    assert audit(protect(one_way(one), two_way(one, other), k=3)) == []


def test_who_left_the_second_question_out_does_not_betray_the_first():
    """Two of r1 did not answer the other question: the tables subtracted leave exactly them."""
    one = question("one", r0=24, r1=5, r2=15)
    other = single("other", "a" * 24 + "uuaaa" + "a" * 15, ["xx"] * 24 + [None] * 2 + ["xx"] * 18, ["xx"])
    alone, across = protect(one_way(one), two_way(one, other), k=1)
    across = without(across, *product(("r1", "r2"), ("xx", TOTAL)))
    assert audit([across]) == []
    cells = {tuple(sorted(key)): found for key, found in intervals([alone, across]).items()}
    assert cells[("one", "r1"), ("other", "@base:answered")] == (3, 5)
    assert audit(protect(one_way(one), two_way(one, other), k=4)) == []


def test_the_audit_finds_tables_that_betray_each_other():
    one, other = crossed([[7, 8], [6, 2], [5, 6]])
    [across] = protect(two_way(one, other), k=3)
    assert across.count("r1", "yy") is None
    betraying = protect(two_way(one, other), k=1)
    assert {(one.low, one.high) for one in audit([across, *betraying])} >= {(2, 2)}


def test_two_tables_of_other_people_are_refused_together():
    with pytest.raises(ValueError, match="another table counts other people"):
        protect(one_way(question(club=5)), one_way(question(club=6)), k=3)
    with pytest.raises(ValueError, match="at least 1"):
        protect(one_way(question(club=5)), k=0)


def test_actions_of_one_organisation_are_hidden_however_many_they_are():
    themes = rows_of(question("theme", school=6, housing=9), [0] * 6 + list(range(9)), "action")
    [table] = protect(one_way(themes), k=3)
    assert table.count("school") is None
    assert audit([table]) == []


def test_with_slack_k_what_is_hidden_together_is_not_known_to_be_few():
    table = one_way(question(club=12, city=2, school=0, church=9))
    [loose], [tight] = protect(table, k=4), protect(table, k=4, slack=4)
    assert hidden(loose) == {("city", TOTAL), ("school", TOTAL)}  # together 2, as anybody can subtract
    assert hidden(tight) == {("city", TOTAL), ("church", TOTAL)}
    assert audit([tight], slack=4) == []
    assert audit([loose], slack=4) != []


def test_waves_and_moves_are_read_from_protected_tables_alike():
    before, after = (protect(one_way(question(club=n, city=9, school=8)), k=3)[0] for n in (1, 9))
    changes = {change.row: change for change in compare(before, after)}
    assert (changes["club"].before, changes["club"].points) == (None, None)
    assert changes["club"].after == Share(9, 26, "answered")
    [table] = protect(two_way(question("tie", yes=9, noo=2), question("tie again", yes=9, noo=2)), k=3)
    assert moved(table) is None


# Properties

small_counts = st.integers(0, 7)
grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(small_counts, min_size=width, max_size=width), min_size=1, max_size=4)
)


@settings(max_examples=40, deadline=None)
@given(grids, st.integers(1, 6), st.booleans(), st.integers(1, 3))
def test_no_hidden_cell_of_any_table_can_be_computed(grid, k, both_sides, slack):
    one, other = crossed(grid, columns=("ww", "xx", "yy", "zz"))
    tables = (two_way(one, other), one_way(one), one_way(other))
    protected = protect(*tables, k=k, both_sides=both_sides, slack=slack)
    assert audit(protected, slack=slack) == []
    if sum(map(sum, grid)) >= k and slack == 1:
        assert protected[0].count(EVERYONE) == sum(map(sum, grid))
    for table, safe in zip(tables, protected, strict=True):
        for row, column in cells(safe):
            n = table.count(row, column)
            assert safe.count(row, column) in (n, None)
            assert not 0 < n < k or safe.count(row, column) is None


states = st.sampled_from("aaaaanud")
answers = st.lists(
    st.tuples(states, states, st.sets(st.sampled_from("abc"), min_size=1), st.sampled_from("xy")), max_size=25
)


@settings(max_examples=12, deadline=None)
@given(answers, st.integers(2, 5), st.sampled_from(["answered", "shown", "all"]))
def test_no_hidden_cell_of_linked_tables_with_gaps_can_be_computed(rows, k, base):
    first, second = ("".join(row[at] for row in rows) for at in (0, 1))
    many = multiple("many", first, [row[2] for row in rows], "abc")
    only = single("only", first, [min(row[2]) for row in rows], "abc")
    other = single("other", second, [row[3] for row in rows], "xy")
    tables = [one_way(many, base=base), one_way(other, base=base), two_way(many, other, base=base)]
    assert audit(protect(*tables, k=k)) == []
    tables = [one_way(only, base=base), one_way(other, base=base), two_way(only, other, base=base)]
    assert audit(protect(*tables, k=k)) == []


def consistent(tables, limit):
    """Every way to fill the hidden cells with numbers up to a limit, one by one."""
    shown = {key: n for table in tables for key, n in table.shown.items()}
    unknown = sorted({key for table in tables for key in table.hidden}, key=sorted)
    known = relations([table.layout for table in tables])
    for numbers_ in product(range(limit + 1), repeat=len(unknown)):
        all_cells = shown | dict(zip(unknown, numbers_, strict=True))
        differences = [
            (sum(all_cells[key] for key in one.total) - sum(all_cells[key] for key in one.parts), one.exact)
            for one in known
        ]
        if all(gap == 0 if exact else gap >= 0 for gap, exact in differences):
            yield {key: all_cells[key] for key in unknown}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=2, max_size=2).filter(
        lambda g: 3 < sum(map(sum, g)) < 8
    ),
    st.sets(
        st.sampled_from([("r0", "xx"), ("r0", "yy"), ("r1", "xx"), ("r1", "yy"), ("r0", TOTAL), (TOTAL, "xx")]),
        min_size=1,
        max_size=3,
    ),
)
def test_the_audit_says_what_trying_every_table_says(grid, hide):
    one, other = crossed(grid)
    [table] = protect(two_way(one, other), k=1)
    table = without(table, *hide)
    tried = list(consistent([table], limit=sum(map(sum, grid))))
    by_hand = {key: (min(one[key] for one in tried), max(one[key] for one in tried)) for key in table.hidden}
    assert intervals([table]) == by_hand
    assert {one.key for one in audit([table])} == {key for key, (low, high) in by_hand.items() if low == high}


@pytest.mark.parametrize(
    "grid",
    [
        [[1, 5, 6], [7, 2, 9], [6, 5, 4]],
        [[1, 2, 6], [7, 8, 9], [6, 5, 1]],
        [[4, 5, 2], [7, 8, 1], [6, 5, 9]],
    ],
)
def test_as_few_cells_are_hidden_as_can_be(grid):
    """Against every choice of inner cells, with the margins shown."""
    table = two_way(*crossed(grid))
    [safe], [everything] = protect(table, k=3), protect(table, k=1)
    inner = [(row, column) for row in ("r0", "r1", "r2") for column in table.columns if not column.startswith("@")]
    must = {cell for cell in inner if table.count(*cell) < 3}
    others = [cell for cell in inner if cell not in must]

    def is_safe(more):
        return not audit([without(everything, *must, *more)])

    enough = next(extra for extra in range(9) if any(map(is_safe, combinations(others, extra))))
    assert len(safe.hidden) == len(must) + enough


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_tables_changes_nothing(rng):
    tables = [one_way(column) for column in crossed([[1, 5, 6], [7, 2, 8]])] + [
        two_way(*crossed([[1, 5, 6], [7, 2, 8]]))
    ]
    mixed = rng.sample(tables, 3)
    found = dict(zip(map(id, mixed), protect(*mixed, k=3), strict=True))
    assert [found[id(table)] for table in tables] == list(protect(*tables, k=3))


# Amounts and numbers


def test_a_sum_that_tells_what_one_funder_gave_is_hidden():
    assert tells_of_one([10, 10])
    assert tells_of_one([90, 5, 5])
    assert not tells_of_one([85, 10, 5])
    assert not tells_of_one([])
    gifts = [
        *(Gift(who, 1000, row) for who in "abcd" for row in ("rights", "links", "memory")),
        Gift("state", 90_000, "rights"),
    ]
    table = protect_amounts(["axis"], gifts, rows=["rights", "links", "memory", "together"])
    assert table.count("rights") is None
    assert table.count("together") == 0
    assert audit([table], share=0.15) == []
    with pytest.raises(ValueError, match="is not in the table of axis"):
        protect_amounts(["axis"], [Gift("a", -1, "rights")], rows=["rights"])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(Gift, st.sampled_from("abcde"), st.floats(0, 1e6), st.sampled_from("rst"), st.sampled_from("xyz")),
        max_size=30,
    )
)
def test_no_hidden_sum_of_any_table_can_be_narrowed_down(gifts):
    table = protect_amounts(["axis", "year"], gifts, rows="rst", columns="xyz")
    assert audit([table], share=0.15) == []


def test_no_number_of_a_single_person_is_told():
    values = list(range(1, 41))
    safe = protect_numbers(numbers(number("staff", "a" * 40, values), bins=4), k=10)
    assert (safe.mean, safe.median, safe.quartiles) == (20.5, 20.5, (10.75, 30.25))
    few = protect_numbers(numbers(number("staff", "a" * 5, values[:5])), k=10)
    assert (few.mean, few.median, few.quartiles, few.edges) == (None, None, None, ())
    assert few.bins.count(TOTAL) is None
    half = protect_numbers(numbers(number("staff", "a" * 15, values[:15])), k=10)
    assert (half.mean, half.median) == (8, None)
    assert audit([half.bins]) == []
