"""The contradictions in the plan of Val-de-Marne (2018), each found by its check."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.figurecheck import MESSAGES, Check, Finding, Statement, bases_that_fit, check, run

PRINTED = {
    statement.key: statement
    for statement in (
        *(
            Statement.printed(f"axis.{name}", share, "%")
            for name, share in zip("abcd", ("69", "58.1", "35.5", "24.2"), strict=True)
        ),
        Statement.printed("respondents", "62"),
        Statement.printed("workshop", "29"),
        Statement.printed("actors", "70", more_than=True),
        Statement.printed("young", "59", "%"),
        Statement.printed("women", "57.6", "%"),
        Statement.printed("local", "27.4", "%"),
        Statement.printed("some", "51.6", "%"),
        Statement.printed("growth", "174000"),
        Statement("growth.yearly", Decimal(3200), decimals=-2),
        Statement.printed("inhabitants", "1365000"),
        Statement.printed("newcomers.share", "0.3", "%"),
        Statement.printed("newcomers.low", "3200"),
        Statement.printed("newcomers.high", "5500"),
        Statement.printed("europe", "115000"),
        Statement.printed("elsewhere", "162000"),
        Statement.printed("foreigners", "276000"),
        Statement.printed("foreigners.recomputed", "277000"),
        Statement.printed("europe.share", "40", "%"),
        Statement("appendix", None),
    )
}


def find(kind: str, **parameters: object) -> Finding:
    return check(Check("c", kind, parameters), PRINTED)


@pytest.mark.parametrize(
    ("figure", "n"), [("local", 17), ("axis.b", 36), ("axis.c", 22), ("axis.d", 15), ("some", 32), ("axis.a", 43)]
)
def test_six_shares_fit_the_62_respondents(figure, n):
    found = find("fits", figure=figure, base="respondents")
    assert (found.verdict, found.message_key, found.computed) == ("agrees", "fits", {"n": n})


def test_59_percent_cannot_be_a_share_of_62():
    found = find("fits", figure="young", base=62)
    assert found.verdict == "contradicts"
    assert found.computed == {"n_below": 36, "below": Decimal("58.06"), "n_above": 37, "above": Decimal("59.68")}


def test_59_percent_fits_six_other_bases():
    found = find("fits_any", figure="young", bases=[50, 62])
    assert found.verdict == "agrees"
    assert found.computed == {"fits": [(30, 51), (32, 54), (33, 56), (34, 58), (35, 59), (36, 61)]}


def test_57_6_percent_fits_only_34_of_59():
    found = find("fits_any", figure="women", bases=[50, 62])
    assert (found.verdict, found.message_key, found.computed) == ("agrees", "fits_any.one", {"fits": [(34, 59)]})


def test_a_share_that_fits_no_base():
    assert find("fits_any", figure="women", bases=[60, 62]).verdict == "contradicts"


def test_the_growth_of_46_years_is_not_3200_a_year():
    found = find("rate", change="growth", years=46, printed="growth.yearly")
    assert (found.verdict, found.computed) == ("contradicts", {"rate": Decimal(3783)})
    assert find("rate", change=147_200, years=46, printed="growth.yearly").verdict == "agrees"


@pytest.mark.parametrize(("part", "share"), [("newcomers.low", "0.23"), ("newcomers.high", "0.40")])
def test_0_3_percent_of_the_inhabitants_is_neither_figure(part, share):
    found = find("share", part=part, whole="inhabitants", printed="newcomers.share")
    assert found.verdict == "contradicts"
    assert (found.computed["share"], found.computed["part_that_fits"]) == (Decimal(share), 4095)


def test_the_two_origins_do_not_make_the_printed_total():
    found = find("sum", parts=["europe", "elsewhere"], total="foreigners")
    assert (found.verdict, found.computed) == ("contradicts", {"sum": Decimal(277_000), "difference": Decimal(1000)})
    assert find("sum", parts=["europe", "elsewhere"], total="foreigners", tolerance=1000).verdict == "agrees"


def test_the_european_share_is_not_40_percent():
    found = find("share", part="europe", whole="foreigners.recomputed", printed="europe.share")
    assert (found.verdict, found.computed["share"]) == ("contradicts", Decimal("41.52"))


def test_a_share_printed_to_the_ten_is_read_so():
    to_the_ten = Statement("europe.share", Decimal(40), decimals=-1)
    one = Check("c", "share", {"part": 115, "whole": 277, "printed": "europe.share"})
    assert check(one, {"europe.share": to_the_ten}).verdict == "agrees"


def test_the_four_axes_were_one_question_with_several_answers():
    axes = ["axis.a", "axis.b", "axis.c", "axis.d"]
    found = find("multi_select", parts=axes, base="respondents", labelled=True)
    assert (found.verdict, found.message_key) == ("agrees", "multi_select")
    assert found.computed == {
        "ticks": 116,
        "ticks_least": 116,
        "ticks_most": 116,
        "per_person": Decimal("1.87"),
        "sum": Decimal("186.8"),
    }
    unlabelled = find("multi_select", parts=axes, base="respondents")
    assert (unlabelled.verdict, unlabelled.message_key) == ("contradicts", "multi_select.unlabelled")


def test_one_answer_each_needs_no_label():
    assert find("multi_select", parts=[50, 50], base=62).message_key == "multi_select.single"


def test_a_question_whose_shares_have_different_bases_is_found():
    found = find("multi_select", parts=["axis.a", "young"], base="respondents", labelled=True)
    assert (found.verdict, found.params["misfits"]) == ("contradicts", "young")


def test_at_most_20_of_the_actors_were_counted_twice():
    found = find("overlap", parts=["respondents", "workshop"], union="actors")
    assert (found.verdict, found.computed) == ("agrees", {"sum": 91, "least": 0, "most": 20})


def test_an_exact_total_gives_an_exact_overlap():
    assert find("overlap", parts=[62, 29], union=75).computed == {"sum": 91, "least": 16, "most": 16}
    assert find("overlap", parts=[62, 29], union=92).message_key == "overlap.too_many"
    assert find("overlap", parts=[62, 29], union=61).message_key == "overlap.too_few"


def test_what_is_not_printed_cannot_be_checked():
    for found in (
        find("fits", figure="young", base="appendix"),
        find("sum", parts=["europe", "appendix"], total="foreigners"),
        find("fits", figure="nowhere", base=62),
        find("fits", figure="young", base=0),
        find("rate", change="growth", years=0, printed="growth.yearly"),
        find("share", part=1, whole=0, printed="young"),
        find("multi_select", parts=["young"], base=0),
    ):
        assert (found.verdict, found.message_key) == ("cannot be checked", "missing")


def test_checks_are_answered_in_order():
    checks = [Check(key, "fits", {"figure": "young", "base": base}) for key, base in (("a", 62), ("b", 61))]
    assert [(found.key, found.verdict) for found in run(checks, PRINTED)] == [("a", "contradicts"), ("b", "agrees")]


EVERY_ANSWER = [
    *(("fits", {"figure": "young", "base": base}) for base in (61, 62, 1000)),
    *(("fits_any", {"figure": "women", "bases": bases}) for bases in ([50, 62], [60, 62], [50, 200])),
    *(("sum", {"parts": [1, 2], "total": total}) for total in (3, 4)),
    *(("rate", {"change": 10, "years": 2, "printed": printed}) for printed in (5, 6)),
    *(("share", {"part": 1, "whole": 2, "printed": printed}) for printed in (50, 60)),
    *(("multi_select", {"parts": parts, "base": 62, "labelled": True}) for parts in ([50], [59], [50, 100])),
    ("multi_select", {"parts": [50, 100], "base": 62}),
    *(("overlap", {"parts": [62, 29], "union": union}) for union in (60, 75, 92)),
    ("fits", {"figure": "appendix", "base": 62}),
]


def test_every_message_gets_the_numbers_it_names():
    found = [find(kind, **parameters) for kind, parameters in EVERY_ANSWER]
    assert all("%(" not in finding.message % finding.params for finding in found)
    assert {finding.message_key for finding in found} == set(MESSAGES)


@given(st.integers(1, 500).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))), st.integers(0, 2))
def test_a_share_always_fits_the_numbers_it_was_computed_from(pair, decimals):
    n, base = pair
    printed = Statement.printed("p", str(round(Decimal(100 * n) / base, decimals)), "%")
    found = check(Check("c", "fits", {"figure": "p", "base": base}), {"p": printed})
    assert found.computed["n"] <= n <= found.computed.get("n_most", found.computed["n"])
    assert (n, base) in bases_that_fit(printed, base, base)
