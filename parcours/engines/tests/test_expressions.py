"""XLSForm's expressions mean here what they mean to ODK."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.questionnaire.expressions import Nodes, NotUnderstood, Ticks, Value, read, text

ANSWERS: dict[str, Value] = {
    "name": "Kokoya", "members": 12.0, "empty": "", "axes": Ticks(("rights", "memory")),
    "people": Nodes([3.0, 4.0]), "since": date(2026, 1, 1), "order": "b",
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    today: date = date(2026, 11, 26)
    here: Value = "abc"

    def answer(self, name: str) -> Value:
        return ANSWERS[name]

    def current(self) -> Value:
        return self.here

    def column(self, name: str) -> str:
        return {"commune": "94081"}.get(name, "")


@pytest.mark.parametrize(
    "source",
    [
        "${name} = 'Kokoya' and ${members} > 10",
        "selected(${axes}, 'memory') and not(selected(${axes}, 'living'))",
        "count-selected(${axes}) = 2",
        "sum(${people}) = 7 and count(${people}) = 2 and ${people} = 4",
        "${empty} = '' and not(${empty} > 0) and not(${empty} = 0)",
        "${since} <= today() and ${since} >= date('2026-01-01') and today() - ${since} = 329",
        "regex(., '^[a-c]+$') and string-length(.) < 4",
        "if(${members} mod 5 = 2, 'two', 'other') = 'two'",
        "commune = '94081'",
        "coalesce(${empty}, ${name}) != ''",
        "${members} div 4 * 2 - 1 = 5 or false()",
        "-${members} + 13 = 1",
    ],
)
def test_a_condition_that_holds(source):
    assert read(source).holds(Scope())


@pytest.mark.parametrize(
    ("source", "stumble"),
    [
        ("${name} = 'open", "'open"),
        ("foo(1)", "foo()"),
        ("selected(1)", "selected()"),
        ("/data/you/name", "/data/you/name"),
        ("${a b} = 1", "${a b} = 1"),
        ("instance('x')/root", "/root"),
    ],
)
def test_what_is_not_understood_says_where(source, stumble):
    with pytest.raises(NotUnderstood) as caught:
        read(source)
    assert caught.value.detail == stumble


def test_an_expression_names_the_questions_it_asks_for():
    assert read("${name} = '' or ${ members } > count(${people})").names == {"name", "members", "people"}


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(["<", "<=", ">", ">="]))
def test_numbers_compare_as_numbers_however_they_are_written(number, operator):
    asked = read(f". {operator} 10")
    assert asked.holds(Scope(here=number)) == asked.holds(Scope(here=format(number, "f")))


@given(st.text(max_size=40))
def test_whatever_is_written_is_understood_or_refused(source):
    with suppress(NotUnderstood, KeyError):
        text(read(source).run(Scope()))
