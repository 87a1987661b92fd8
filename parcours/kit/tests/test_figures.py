from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit import figures
from parcours.kit.figures import Figure, UnknownFigure, format_number, suppressed

THIN, FIXED = "\u202f", "\xa0"


def rights() -> Figure:
    return Figure.share(
        "survey.rights", "Rights first", n=36, base=62, base_label="respondents", period="2017", source="online survey"
    )


def test_a_percentage_without_base_is_refused():
    with pytest.raises(ValueError, match="a percentage without base cannot be rendered"):
        Figure("survey.rights", "Rights", 58.1, "%", "2017", "survey", "")


def test_a_percentage_that_a_source_prints_may_be_quoted_without_base():
    figure = Figure.quote("plan.women", "Women", Decimal("57.6"), unit="%", source="the plan, page 12", decimals=1)
    with override("en"):
        assert figure.formatted() == "57.6%"
        assert figure.citation() == "Women · source: the plan, page 12 · quoted as printed, not recomputed"


def test_a_quotation_names_its_source():
    with pytest.raises(ValueError, match="names its source"):
        Figure.quote("plan.women", "Women", 57, source="")


def test_a_share_is_computed_from_its_base_and_says_it():
    figure = rights()
    assert figure.value == Decimal(3600) / 62
    with override("en"):
        assert figure.formatted() == "58.1%"
        assert figure.citation() == "Rights first · 36 of 62 respondents · 2017 · source: online survey"


def test_a_share_of_nobody_has_no_value():
    figure = Figure.share("survey.rights", "Rights", n=0, base=0)
    assert (figure.value, figure.formatted(), figure.is_known) == (None, "–", False)


@pytest.mark.parametrize(
    ("language", "count", "share", "money"),
    [
        ("fr", f"1{THIN}365{THIN}000", f"58,1{FIXED}%", f"18{THIN}250{FIXED}€"),
        ("en", "1,365,000", "58.1%", "€18,250"),
        ("ar", "1,365,000", "58.1%", f"\u200f18,250{FIXED}€"),
        ("es", "1.365.000", f"58,1{FIXED}%", f"18.250{FIXED}€"),
        ("ru", f"1{FIXED}365{FIXED}000", f"58,1{FIXED}%", f"18{FIXED}250{FIXED}€"),
        ("uk", f"1{FIXED}365{FIXED}000", "58,1%", f"18{FIXED}250{FIXED}€"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(language, count, share, money):
    with override(language):
        assert Figure.count("t.people", "People", 1_365_000).formatted() == count
        assert rights().formatted() == share
        assert Figure("t.cost", "Cost", 18250, "€").formatted() == money


def test_a_half_is_rounded_up_and_not_to_the_even_digit():
    with override("en"):
        assert [format_number(value) for value in (0.5, 1.5, 2.5)] == ["1", "2", "3"]


def test_a_unit_is_a_word_in_the_readers_language():
    figure = Figure.count("t.years", "Age", 12, unit=gettext_lazy("years"))
    with override("en"):
        assert str(figure) == f"12{FIXED}years"


def test_a_small_cell_and_its_complement_are_withheld():
    with override("en"):
        assert Figure.count("t.a", "A", 10).withheld(11).formatted() == "–"
        assert Figure.share("t.a", "A", n=60, base=62).withheld(11).formatted() == "–"
    for figure in (rights(), Figure.count("t.a", "A", 0), Figure.share("t.a", "A", n=62, base=62)):
        assert figure.withheld(11) == figure


@given(st.integers(0, 1000), st.integers(0, 30))
def test_a_cell_is_suppressed_when_it_counts_somebody_but_too_few(n, threshold):
    assert suppressed(n, threshold) == (n in range(1, threshold))


def test_the_closest_provider_answers(monkeypatch):
    monkeypatch.setattr(figures, "PROVIDERS", {})
    figures.register("survey", lambda key: Figure.count(key, "survey", 1) if key != "survey.none" else None)
    figures.register("survey.deep", lambda key: Figure.count(key, "deep", 2) if key.endswith("er") else None)
    assert [figures.get(key).label for key in ("survey.a", "survey.deep.er", "survey.deep.est")] == [
        "survey",
        "deep",
        "survey",
    ]
    with pytest.raises(UnknownFigure, match=r"survey\.none"):
        figures.get("survey.none")
    with pytest.raises(UnknownFigure):
        figures.get("surveyed")


def test_two_providers_cannot_share_a_prefix(monkeypatch):
    monkeypatch.setattr(figures, "PROVIDERS", {})
    figures.register("survey", rights)
    figures.register("survey", rights)
    with pytest.raises(ValueError, match="have a provider already"):
        figures.register("survey", len)


def test_an_anchor_is_a_valid_fragment():
    assert rights().anchor == "figure-survey-rights"
