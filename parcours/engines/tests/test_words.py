import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.words import fold, index_text, matches, query_terms, tsquery, words


def finds(question: str, language: str, text: str, text_language: str, *, prefix: bool = False) -> bool:
    return matches(query_terms(question, language, prefix=prefix), index_text({text_language: text}))


@pytest.mark.parametrize(
    ("question", "language", "text", "text_language"),
    [
        ("retraite", "fr", "Les retraités et leurs retraites", "fr"),
        ("retraites", "fr", "Partir à la retraite", "fr"),
        ("hebergement", "fr", "L’Hébergement d’urgence", "fr"),
        ("HÉBERGEMENT", "fr", "hebergements", "fr"),
        ("foyer", "fr", "Foyers de travailleurs migrants", "fr"),
        ("foyers de travailleurs migrants", "fr", "un foyer pour le travailleur migrant", "fr"),
        ("cours de français", "fr", "cours du soir : français langue étrangère", "fr"),
        ("oeuvre", "fr", "Les Œuvres sociales", "fr"),
        ("rights", "en", "the right to housing", "en"),
        ("women", "en", "Women’s group", "en"),
        ("trabajadores", "es", "El trabajador migrante", "es"),
        ("женщина", "ru", "Помощь для женщины", "ru"),
        ("женщины", "ru", "женщинам с детьми", "ru"),
        ("ребенок", "ru", "Ребёнок и семья", "ru"),
        ("біженці", "uk", "допомога біженцям", "uk"),
        ("لاجئ", "ar", "اللاجئين", "ar"),
        ("اللاجئين", "ar", "لاجئون في المدينة", "ar"),
        ("مدرسه", "ar", "المدرسة", "ar"),
        ("الحقوق", "ar", "الحُقُوق للجميع", "ar"),
        ("اسرة", "ar", "أسرة", "ar"),
        ("لغة", "ar", "تعلّم اللغـــة الفرنسية", "ar"),
        ("2018", "fr", "عام ٢٠١٨", "ar"),
        # asked in another language than the page's
        ("foyers", "en", "Foyer de travailleurs", "fr"),
        ("женщины", "fr", "женщина", "ru"),
        ("retraites", "ar", "La retraite", "fr"),
    ],
)
def test_a_question_finds_other_forms_of_its_words(question, language, text, text_language):
    assert finds(question, language, text, text_language)


@pytest.mark.parametrize(
    ("question", "language", "text", "text_language"),
    [
        ("foyers jeunes", "fr", "Foyers de travailleurs", "fr"),
        ("logement", "fr", "logiciel", "fr"),
        ("мужчина", "ru", "женщина", "ru"),
        ("مدرسة", "ar", "مستشفى", "ar"),
    ],
)
def test_a_question_does_not_find_other_words(question, language, text, text_language):
    assert not finds(question, language, text, text_language)


def test_every_version_of_a_text_can_be_found():
    indexed = index_text({"fr": "Les droits", "ar": "الحقوق", "ru": "Права"})
    for question in ("droit", "حقوق", "право"):
        assert matches(query_terms(question, "en"), indexed)


def test_the_last_word_may_be_unfinished():
    assert query_terms("cours fran", "fr", prefix=True) == [["cours", "cour"], ["fran*", "fran"]]
    assert finds("cours fran", "fr", "Cours de français", "fr", prefix=True)
    assert not finds("cours fran", "fr", "Cours de français", "fr")
    assert query_terms("cours ", "fr", prefix=True) == [["cours", "cour"]]


def test_small_words_do_not_count_unless_alone():
    assert query_terms("la retraite", "fr") == query_terms("retraite", "fr")
    assert query_terms("la", "fr")[0][0] == "la"
    assert query_terms(" ", "fr") == []


def test_terms_are_written_for_postgresql():
    assert tsquery([["retraites", "retrait"], ["foy*", "foy"]]) == "(retraites | retrait) & (foy:* | foy)"


def test_folding():
    assert fold("L’Été à Œuvre") == "l'ete a oeuvre"
    assert fold("Ёлка, їжак, ґанок, йод") == "елка, іжак, ганок, йод"
    assert fold("أُسْرَة إلى آخر ٢٠١٨") == "اسره الي اخر 2018"
    assert fold("Łódź İzmir Straße") == "lodz izmir strasse"


def test_a_word_keeps_its_letters_when_its_signs_are_left_out():
    assert words("L’hébergement, الحُقُوق") == ["l", "hébergement", "الحقوق"]


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.sampled_from(["fr", "en", "ar", "ru", "uk", "zz"]))
def test_a_text_is_found_by_each_of_its_words(text, language):
    indexed = index_text({language: text})
    for word in words(text):
        assert matches(query_terms(word, language), indexed)


@given(st.text(), st.booleans())
def test_any_question_is_safe_to_send(question, prefix):
    for form in (form for forms in query_terms(question, "fr", prefix=prefix) for form in forms):
        assert re.fullmatch(r"[^\W_]+\*?", form)
