from hypothesis import given

from parcours.translations.choices import TranslationState
from parcours.translations.exports import columns, read, write
from parcours.translations.fields import Translated
from parcours.translations.tests.test_texts import LANGUAGES, translated

RIGHTS = Translated.of({"fr": "Droits", "en": "Rights"})


def test_there_is_one_column_per_language() -> None:
    assert columns("title", ["fr", "en"]) == ["title_fr", "title_en"]
    assert write(RIGHTS, "title", ["fr", "en", "ar"]) == {"title_fr": "Droits", "title_en": "Rights", "title_ar": ""}


@given(translated().filter(bool))
def test_what_comes_back_unchanged_changes_nothing(value: Translated) -> None:
    row = write(value, "title", LANGUAGES)
    assert read(row, "title", LANGUAGES, before=value) == value
    blanks = {column: cell or None for column, cell in row.items()}
    assert read(blanks, "title", LANGUAGES, before=value) == value


def test_a_changed_source_makes_the_version_left_as_it_was_outdated() -> None:
    after = read({"title_fr": "Accès aux droits", "title_en": "Rights"}, "title", ["fr", "en"], before=RIGHTS)
    assert (after.source_text, after.state("en")) == ("Accès aux droits", TranslationState.OUTDATED)


def test_a_source_and_a_version_changed_together_are_both_up_to_date() -> None:
    row = {"title_en": "Access to rights", "title_fr": "Accès aux droits"}
    after = read(row, "title", ["en", "fr"], before=RIGHTS)
    assert after == Translated.of({"fr": "Accès aux droits", "en": "Access to rights"})


def test_an_absent_column_is_left_and_an_emptied_cell_removes() -> None:
    assert read({"title_fr": "Droits"}, "title", ["fr", "en"], before=RIGHTS) == RIGHTS
    assert read({"title_en": None}, "title", ["fr", "en"], before=RIGHTS) == Translated.of({"fr": "Droits"})
    assert read({"title_fr": ""}, "title", ["fr", "en"], before=RIGHTS) == Translated()


def test_a_new_text_takes_the_language_it_is_given_in() -> None:
    assert read({"title_fr": "", "title_en": "Rights"}, "title", ["fr", "en"]) == Translated.of(
        {"en": "Rights"}, source="en"
    )
