import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.thesaurus import (
    ANY,
    FILLERS,
    HINT,
    Entry,
    Speller,
    Thesaurus,
    distance,
    place_entries,
)
from parcours.engines.words import STOP_WORDS, fold, words

SAID = {
    "french": {
        "fr": ["cours de français", "français", "apprendre le français"],
        "en": ["French classes"],
        "ar": ["دروس اللغة الفرنسية"],
        "ru": ["курсы французского"],
        "uk": ["уроки французької"],
        "es": ["clases de francés"],
    },
    "sewing": {"fr": ["couture"]},
    "asylum": {"fr": ["demande d’asile"], "ru": ["убежище"]},
    "reunification": {"fr": ["regroupement familial"]},
    "driving": {"fr": ["permis", "permis de conduire"]},
    "naturalisation": {"en": ["naturalisation"]},
}
ENTRIES = [
    *(
        Entry("theme", code, language, text)
        for code, said in SAID.items()
        for language in said
        for text in said[language]
    ),
    Entry("theme", "french", "fr", "cours", HINT),
    Entry("theme", "residence", "fr", "permis", HINT),
    Entry("fee", "free", "fr", "gratuit"),
    Entry("mode", "remote", "fr", "en ligne"),
    Entry("public", "refugees", "fr", "réfugiés"),
    Entry("stay", "refugee", "fr", "réfugiés"),
    *place_entries(
        {"94081": ["Vitry-sur-Seine", "94400"], "94068": ["Saint-Maur-des-Fossés"], "94041": ["Ivry-sur-Seine"]}
    ),
]
THESAURUS = Thesaurus(ENTRIES)
TAUGHT_BACKWARDS = Thesaurus(reversed(ENTRIES))
questions = st.lists(st.sampled_from([entry.text for entry in ENTRIES]) | st.text(max_size=12)).map(" ".join)


def codes(question: str, language: str = "fr") -> list[str]:
    return sorted(code for scheme in THESAURUS.understand(question, language).concepts.values() for code in scheme)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("cours de français", "fr"),
        ("COURS FRANCAIS", "fr"),
        ("un cours de français", "fr"),
        ("apprendre le français", "ar"),
        ("french class", "en"),
        ("курсах французского", "ru"),
        ("урок французької", "uk"),
        ("دروس في اللغة الفرنسيّة", "ar"),
        ("clase de frances", "es"),
        # on a page in another language
        ("French classes", "fr"),
        ("курсы французского", "fr"),
    ],
)
def test_a_question_in_any_language_finds_the_term(question, language):
    assert codes(question, language) == ["french"]


def test_the_longest_phrase_is_meant():
    assert codes("permis de conduire") == ["driving"]
    assert THESAURUS.understand("permis", "fr").concepts == {"theme": {"driving": 1.0, "residence": HINT}}


def test_a_phrase_keeps_its_alternatives_together_and_phrases_add_up():
    understood = THESAURUS.understand("français réfugiés", "fr")
    assert [(phrase.words, phrase.concepts) for phrase in understood.phrases] == [
        (("français",), {"theme": {"french": 1.0}}),
        (("réfugiés",), {"public": {"refugees": 1.0}, "stay": {"refugee": 1.0}}),
    ]


def test_a_hint_yields_to_a_name():
    assert codes("cours gratuits") == ["free", "french"]
    assert codes("cours de couture") == ["sewing"]
    assert THESAURUS.understand("cours de couture", "fr").rest == ()


def test_a_small_word_counts_where_it_begins_a_phrase():
    assert codes("couture en ligne") == ["remote", "sewing"]
    assert codes("pêche à la ligne") == []


def test_a_very_long_question_is_read_in_passing():
    assert codes("couture " * 2000 + "x" * 100_000) == ["sewing"]


def test_words_of_asking_are_left_out_beside_others():
    assert THESAURUS.understand("je cherche un cours de piscine", "fr").rest == ("piscine",)
    assert THESAURUS.understand("je cherche", "fr").rest == ("je", "cherche")
    assert THESAURUS.understand(" ?! ", "fr").phrases == THESAURUS.understand("", "fr").rest == ()


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("coutrue", "couture"),
        ("couturre", "couture"),
        ("regroupment familial", "regroupement"),
        ("rergoupemnt familial", "regroupement"),
        ("vitri", "vitry"),
        ("убежыще", "убежище"),
    ],
)
def test_a_typo_is_read_as_the_nearest_word_said_so_and_trusted_less(typed, used):
    understood = THESAURUS.understand(typed, "fr")
    assert understood.corrected == ((words(typed)[0], used),)
    assert [weight for scheme in understood.concepts.values() for weight in scheme.values()] == [0.8]


@pytest.mark.parametrize("word", ["coutx", "permit", "94401", "voiture", "francés", "ivri"])
def test_short_words_numbers_and_known_words_are_not_corrected(word):
    assert THESAURUS.understand(word, "fr").corrected == ()


def test_a_word_of_the_records_is_not_corrected():
    assert Thesaurus(ENTRIES, known=["Centre Couturo"]).understand("couturo", "fr").corrected == ()
    assert THESAURUS.understand("couturo", "fr").corrected == (("couturo", "couture"),)


def test_a_correction_that_makes_no_phrase_is_not_made():
    understood = THESAURUS.understand("regroupment", "fr")
    assert (understood.rest, understood.corrected) == (("regroupment",), ())


def test_a_typo_whose_stem_is_known_is_corrected_when_it_asks_for_nothing():
    thesaurus = Thesaurus([Entry("theme", "address", "fr", text) for text in ("domiciliation", "élection de domicile")])
    assert thesaurus.understand("domicilation", "fr").corrected == (("domicilation", "domiciliation"),)


def test_a_stem_is_not_enough_in_another_language_of_the_same_script():
    assert codes("nature", "fr") == []
    assert codes("naturalisations", "en") == ["naturalisation"]
    assert codes("убежища", "uk") == ["asylum"]


@pytest.mark.parametrize(
    "question", ["Vitry sur Seine", "vitry-sur-seine", "VITRY", "cours de français à Vitry", "94400"]
)
def test_a_place_is_found_by_its_name_its_short_name_and_its_postcode(question):
    assert list(THESAURUS.understand(question, "en").concepts["places"]) == ["94081"]


@pytest.mark.parametrize("question", ["Saint-Maur", "st maur", "St-Maur-des-Fossés"])
def test_saints_may_be_abbreviated(question):
    assert codes(question) == ["94068"]


@given(questions, st.sampled_from(["fr", "en", "ar", "ru", "uk", "es", "ti", "zz"]))
def test_no_question_is_refused_and_every_word_is_kept(question, language):
    understood = THESAURUS.understand(question, language)
    assert understood == TAUGHT_BACKWARDS.understand(question, language)
    kept = [*understood.rest, *(word for phrase in understood.phrases for word in phrase.words)]
    for word in words(question):
        assert word in kept or fold(word) in STOP_WORDS | FILLERS | {""}
    assert all(word in words(question) for word in kept)
    assert all(0 < weight <= 1 for scheme in understood.concepts.values() for weight in scheme.values())


@given(st.sampled_from(ENTRIES))
def test_every_taught_phrase_is_understood_whatever_its_case_and_accents(entry):
    bare = "".join(c for c in unicodedata.normalize("NFD", entry.text) if not unicodedata.combining(c))
    language = entry.language if entry.language != ANY else "fr"
    for question in (entry.text, entry.text.upper(), bare):
        assert entry.code in THESAURUS.understand(question, language).concepts[entry.scheme]


letters = st.text(alphabet="abc", min_size=4, max_size=12)


@given(st.lists(letters, max_size=8), letters)
def test_the_speller_finds_what_comparing_with_every_word_finds(taught, typed):
    speller = Speller()
    for word in taught:
        speller.learn(word, "fr")
    edits = 0 if len(typed) < 5 else 1 if len(typed) < 9 else 2
    near = [
        (distance(typed, word), word)
        for word in taught
        if len(word) >= 5 and distance(typed, word) <= (edits if word[0] == typed[0] else edits - 1)
    ]
    assert speller.nearest(typed, ["fr"]) == (min(near)[1] if edits and near else None)


@given(letters, letters)
def test_distances_are_the_same_both_ways(one, other):
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
