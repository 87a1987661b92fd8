import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit.unbound import Number, unbound_numbers


def numbers(text: str) -> list[str]:
    return [number.text for number in unbound_numbers(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ils sont 62 et 27,4 % le disent.", ["62", "27,4 %"]),
        ("They are 62 and 27.4% say so.", ["62", "27.4%"]),
        (
            "1 365 000 habitants, 1\u202f365\u202f000, 1,365,000 people",
            ["1 365 000", "1\u202f365\u202f000", "1,365,000"],
        ),
        ("En 2018 174 000 de plus", ["174 000"]),
        ("18 250 € par an, €12, 2000 euros", ["18 250", "12", "2000"]),
        ("2014 % or 2014%", ["2014 %", "2014%"]),
        ("٦٢ شخصا و٢٧٫٤٪", ["٦٢", "٢٧٫٤٪"]),
        ("و62 شخصا", ["62"]),
        ("de 10 à 20, 1/3", ["10", "20", "1", "3"]),
        ("a party of 12 people", ["12"]),
        ("12km and 5 km", ["12", "5"]),
        ("(94)", ["94"]),
        ("**57.6 %** of [62 answers](/x/12)", ["57.6 %", "62"]),
        ("article 9, 12 % of people", ["12 %"]),
        ("15 people in March 2017", ["15"]),
        ("en mars 62 personnes", ["62"]),
        ("In March 12 people came; of these 12 may stay.", ["12", "12"]),
    ],
)
def test_a_number_typed_in_prose_is_found(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "{figure:survey.axis_1.share} and {quoted:3 200 a year}",
        "since 2014, 1968-2014, in 2017/2018.",
        "le 28 février 2018, 28/02/2018, 2018-02-28, le 14 juillet, du 3 au 5 mai, 1er janvier",
        "on February 28, 2018, 4 July, May 3rd",
        "28 февраля 2018 года, ٢٨ فبراير ٢٠١٨",
        "à 18 h 30, 10:30, 18h",
        "Axe 1, Axis 2, articles 9 et 10, pages 3-5, Action 12.",
        "المحور 1، المادة ٩، статья 9, ось 2",
        "loi n° 2017-779, décret 2017-779, No. 12, № 5, § 3",
        "the 3rd, 21st, la 2e, le 3ème, 1er",
        "B1, COVID-19, CO2, H2O",
        "https://example.org/94/12 and [x](/94) and a1@b2.example",
        "1. First\n2. Second",
        "",
    ],
)
def test_a_number_that_names_something_is_not_flagged(text):
    assert numbers(text) == []


def test_a_number_is_shown_with_the_words_around_it():
    before = "The plan says that the population of the territory grew by "
    after = " inhabitants over these many long years of it."
    assert unbound_numbers(f"{before}174 000{after}") == [
        Number("174 000", 59, "…population of the territory grew by 174 000 inhabitants over these many long years…")
    ]


@given(st.text(alphabet="abc ,.%{}:[]()\n0123456789-/٣"))
def test_a_number_is_where_it_says(text):
    for number in unbound_numbers(text):
        assert text[number.start :].startswith(number.text)


@given(st.integers(2101, 10**9))
def test_a_number_is_found_until_it_is_quoted(value):
    assert numbers(f"so {value} people") == [str(value)]
    assert numbers(f"so {{quoted:{value}}} people") == []
