from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from parcours.translations import queries
from parcours.translations.choices import TranslationState
from parcours.translations.fields import Translated
from parcours.translations.tests.conftest import Source, make_source
from parcours.translations.tests.test_texts import LANGUAGES, translated

pytestmark = pytest.mark.django_db
KEY = "directory.source"


def listed(language: str, **filters: Any) -> list[tuple[str, str]]:
    return [(section.obj.key, section.field.name) for section in queries.sections(language, model=KEY, **filters)]


@pytest.fixture
def three() -> list[Any]:
    return [
        make_source("a", title={"fr": "Un", "en": "One"}, note={"fr": "Note"}),
        make_source("b", title={"fr": "Deux"}, note=Translated.of({"fr": "Note", "en": "Note"}, drafts=("en",))),
        make_source("c", title=Translated.of({"fr": "Trois", "en": "Three"}).with_source("Trois !")),
    ]


def test_the_texts_are_listed_by_object_and_field(three: list[Any]) -> None:
    assert listed("en") == [("a", "title"), ("a", "note"), ("b", "title"), ("b", "note"), ("c", "title")]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("missing", [("a", "note"), ("b", "title")]),
        ("outdated", [("c", "title")]),
        ("draft", [("b", "note")]),
        ("reviewed", [("a", "title")]),
    ],
)
def test_the_texts_in_one_state(three: list[Any], state: str, expected: list[tuple[str, str]]) -> None:
    assert listed("en", state=state) == expected


def test_a_text_is_not_translated_into_its_own_language(three: list[Any]) -> None:
    assert listed("fr") == []


def test_progress_counts_each_state(three: list[Any]) -> None:
    row = next(row for row in queries.progress("en") if row.key == KEY)
    assert (row.missing, row.outdated, row.draft, row.reviewed, row.total) == (2, 1, 1, 1, 5)


def test_progress_takes_as_many_queries_for_three_objects_as_for_one(django_assert_num_queries: Any) -> None:
    number = len(queries.translated_models())
    for key in ("a", "b", "c"):
        make_source(key, title={"fr": key})
        with django_assert_num_queries(number):
            queries.progress_by_language(["en", "ar"])


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_texts_takes_two_queries(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_source(f"s{number}", title={"fr": "Titre"}, note={"fr": "Note"})
    with django_assert_num_queries(2):
        assert len(queries.sections("en", model=KEY)[0:50]) == 2 * count


def test_slices_join_to_the_whole(three: list[Any]) -> None:
    found = queries.sections("en")
    assert len(found) == 5
    assert [*found[0:2], *found[2:4], *found[4:9]] == list(found)


def test_next_and_previous_walk_the_whole_list(three: list[Any]) -> None:
    for filters in ({}, {"state": "missing"}, {"model": KEY}):
        found = queries.sections("en", **filters)
        whole = list(found)
        assert [found.after(section) for section in whole] == [*whole[1:], None]
        assert [found.before(section) for section in whole] == [None, *whole[:-1]]


def test_next_works_from_a_text_that_has_left_the_list(three: list[Any]) -> None:
    done = queries.sections("en", state="reviewed")[0]
    following = queries.sections("en", state="missing").after(done)
    assert following is not None
    assert (following.obj.key, following.field.name) == ("a", "note")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=translated())
def test_the_database_and_python_agree_on_every_state(value: Translated) -> None:
    value = Translated.parse(_without_nul(value.stored()))
    Source.objects.all().delete()
    source = make_source("x", title=value)
    for language in LANGUAGES:
        row = queries.with_states(Source, language).get(pk=source.pk)
        is_open = bool(value.source_text) and language != value.source
        assert row.state_title == (value.state(language) if is_open else None)


def _without_nul(stored: Any) -> Any:
    """PostgreSQL keeps every character but NUL, and no half of a surrogate pair."""
    if isinstance(stored, dict):
        return {key: _without_nul(value) for key, value in stored.items()}
    return stored.replace("\x00", "") if isinstance(stored, str) else stored


def test_states_are_four_and_each_is_counted() -> None:
    assert set(TranslationState.values) <= set(queries.ModelProgress.__annotations__)
