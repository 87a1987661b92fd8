import time
from collections import Counter

import data_inclusion.schema.v1 as standard
import pytest
import yaml

from parcours.directory.vocabulary import FOLDER, LANGUAGES, SCHEMES, countries, entries, vocabulary
from parcours.engines.thesaurus import HINT, Thesaurus, place_entries
from parcours.engines.words import fold

DOCUMENTS = {scheme: yaml.safe_load((FOLDER / f"{scheme}.yaml").read_text(encoding="utf-8")) for scheme in SCHEMES}
STANDARDS = {scheme: getattr(standard, row["standard"]) for scheme, row in DOCUMENTS.items() if "standard" in row}
TERMS = [(scheme, term) for scheme in SCHEMES for term in vocabulary(scheme).terms]


@pytest.mark.parametrize("scheme", STANDARDS)
def test_every_code_of_the_standard_is_a_term_and_exports_as_itself(scheme):
    terms = vocabulary(scheme).terms
    codes = {code.value for code in STANDARDS[scheme]}
    assert {term.code for term in terms if term.exports_as == term.code} == codes
    assert {term.exports_as for term in terms} - {None} == codes


def test_the_categories_of_the_standard_are_headings_of_the_themes():
    themes = vocabulary("themes")
    headings = [term.code for term in themes.terms if term.is_heading]
    assert {code for code in headings if not code.startswith("parcours--")} == {c.value for c in standard.Categorie}
    for code in standard.Thematique:
        assert themes.get(code.value).parent == code.value.partition("--")[0]


@pytest.mark.parametrize("scheme", STANDARDS)
def test_a_row_says_what_it_exports_as_only_where_the_standard_does_not_have_it(scheme):
    codes = {code.value for code in STANDARDS[scheme]}
    rows = [row for row in DOCUMENTS[scheme]["terms"] if not row.get("heading")]
    assert {row["code"] for row in rows if "exports_as" not in row} == codes


@pytest.mark.parametrize("scheme", SCHEMES)
def test_codes_and_labels_are_unique(scheme):
    terms = vocabulary(scheme).terms
    for language in LANGUAGES:
        labels = Counter(fold(term.labels.text_in(language)) for term in terms if term.labels.text_in(language))
        assert [label for label, count in labels.items() if count > 1] == []
    assert len({term.code for term in terms}) == len(terms)


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "networks"])
def test_every_term_has_a_label_in_the_languages_of_the_public_pages(scheme):
    languages = [code for code in LANGUAGES if code != "ti"]
    assert [t.code for t in vocabulary(scheme).terms if not all(map(t.labels.text_in, languages))] == []


def test_no_word_is_empty_and_every_language_is_one_of_ours():
    for _scheme, term in TERMS:
        assert term.labels.source == "fr"
        for words in (term.synonyms, term.hints):
            assert set(words) <= set(LANGUAGES)
            assert all(fold(word).strip() for said in words.values() for word in said)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_parent_is_a_term_and_none_is_its_own_ancestor(scheme):
    terms = vocabulary(scheme)
    for term in terms.terms:
        ancestors = []
        while term.parent:
            assert term.parent in terms
            assert term.parent not in ancestors
            ancestors.append(term.parent)
            term = terms.get(term.parent)


def test_a_code_is_shown_in_the_readers_language_or_in_french_and_says_so():
    networks, themes = vocabulary("networks"), vocabulary("themes")
    assert themes.label("sante", "en") == "Health"
    assert not themes.label("sante", "en").is_fallback
    assert themes.label("sante", "ar").state == "draft"
    assert networks.label("caf", "ar") == "Caisse d’Allocations Familiales"
    assert networks.label("caf", "ar").is_fallback


def test_a_theme_takes_those_under_it_along():
    themes = vocabulary("themes")
    french = "lecture-ecriture-calcul--maitriser-le-francais"
    assert "parcours--literacy" in {term.code for term in themes.children(french)}
    assert themes.with_descendants(["lecture-ecriture-calcul"]) == {
        "lecture-ecriture-calcul",
        "lecture-ecriture-calcul--maitriser-le-calcul",
        *themes.with_descendants([french]),
    }
    assert vocabulary("publics").with_descendants(["men"]) == {"men"}


def test_choices_offer_every_term_once_and_headings_as_groups():
    choices = vocabulary("themes").choices("en")
    offered = [code for _group, terms in choices for code, _label in terms]
    assert sorted(offered) == sorted(term.code for term in vocabulary("themes").terms if not term.is_heading)
    assert dict(vocabulary("fees").choices("fr"))["gratuit"] == "Gratuit"


def test_names_of_languages_and_days_come_from_cldr():
    languages = vocabulary("languages")
    assert [languages.label("ti", code) for code in ("fr", "en", "ar", "uk")] == [
        "tigrigna",
        "Tigrinya",
        "التغرينية",
        "тигринья",
    ]
    assert languages.label("prs", "fr") == "dari"
    assert vocabulary("when").label("tu", "es") == "martes"
    assert languages.label("ti", "ar").state == "reviewed"
    assert languages.label("ary", "ar").state == "draft"


def test_an_unknown_scheme_is_refused():
    with pytest.raises(KeyError):
        vocabulary("colours")


PLACES = place_entries({"94081": ["Vitry-sur-Seine"], "94038": ["L'Haÿ-les-Roses"]})
THESAURUS = Thesaurus([*entries(), *PLACES], known=countries())
FRENCH = "themes:lecture-ecriture-calcul--maitriser-le-francais"
MEANT = [
    # French as people type it
    ("cours de français vitry", "fr", {FRENCH, "places:94081"}),
    ("FLE", "fr", {FRENCH}),
    ("cour de francai", "fr", {FRENCH}),
    ("ASL gratuit", "fr", {"themes:parcours--sociolinguistic-workshops", "fees:gratuit"}),
    ("alphabétisation femmes", "fr", {"themes:parcours--literacy", "publics:femmes"}),
    ("titre de sejour", "fr", {"themes:parcours--residence-permit"}),
    ("récépissé", "fr", {"themes:parcours--residence-permit"}),
    ("OFPRA", "fr", {"themes:parcours--asylum-application"}),
    ("permis", "fr", {"themes:mobilite--preparer-un-permis"}),
    ("sans papiers", "fr", {"stay:undocumented"}),
    ("demandeurs d'asile", "fr", {"stay:asylum-seeker", "publics:asylum-seekers"}),
    ("débutant", "fr", {"levels:A0", "levels:A1"}),
    ("ne parle pas français", "fr", {"levels:A0"}),
    ("psy qui parle tigrigna", "fr", {"themes:sante--sante-mentale", "languages:ti"}),
    ("ouvert mardi", "fr", {"when:tu"}),
    ("115", "fr", {"themes:logement-hebergement--rechercher-une-solution-dhebergement-temporaire"}),
    ("AME", "fr", {"themes:parcours--health-cover"}),
    ("CAF", "fr", {"themes:parcours--social-benefits", "networks:caf"}),
    (
        "écrivain public l'hay",
        "fr",
        {
            "themes:difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
            "places:94038",
        },
    ),
    ("crèche", "fr", {"themes:famille--garde-denfants"}),
    ("cv", "fr", {"themes:preparer-sa-candidature--realiser-un-cv-et-ou-une-lettre-de-motivation"}),
    ("naturalsation", "fr", {"themes:parcours--naturalisation"}),
    ("récit de vie", "fr", {"themes:parcours--story-collection"}),
    ("solidarité internationale guinée", "fr", {"themes:parcours--solidarity-projects"}),
    ("cours en ligne", "fr", {"modes:a-distance"}),
    ("sans rendez-vous", "fr", {"enrolment:se-presenter"}),
    # English, Spanish, Russian, Ukrainian, Arabic, Tigrinya
    ("free French classes for women on Tuesday", "en", {FRENCH, "fees:gratuit", "publics:femmes", "when:tu"}),
    ("Tigrinya", "en", {"languages:ti"}),
    ("open now near me", "en", {"when:now", "wishes:near-me"}),
    ("residence permit", "fr", {"themes:parcours--residence-permit"}),
    ("clases de francés gratis", "es", {FRENCH, "fees:gratuit"}),
    ("sin papeles", "es", {"stay:undocumented"}),
    ("курсы французского", "ru", {FRENCH}),
    ("бесплатно", "ru", {"fees:gratuit"}),
    ("жильё", "ru", {"themes:logement-hebergement"}),
    ("уроки французької", "uk", {FRENCH}),
    ("посвідка на проживання", "uk", {"themes:parcours--residence-permit"}),
    ("лікар", "fr", {"themes:sante--acces-aux-soins"}),
    ("دروس اللغة الفرنسية مجانا", "ar", {FRENCH, "fees:gratuit"}),
    ("التغرينية", "ar", {"languages:ti"}),
    ("بدون أوراق", "ar", {"stay:undocumented"}),
    ("محامي لجوء", "ar", {"themes:parcours--legal-help-foreigners"}),
    ("ኣስተርጓሚ", "ti", {"themes:parcours--interpretation"}),
]


@pytest.mark.parametrize(("question", "language", "meant"), MEANT, ids=[row[0] for row in MEANT])
def test_a_question_means(question, language, meant):
    concepts = THESAURUS.understand(question, language).concepts
    named = {
        f"{scheme}:{code}" for scheme, codes in concepts.items() for code, weight in codes.items() if weight > HINT
    }
    assert named == meant


def test_a_driving_licence_and_a_residence_permit_are_both_permis():
    assert THESAURUS.understand("permis", "fr").concepts["themes"]["parcours--residence-permit"] == HINT
    assert THESAURUS.understand("papiers", "fr").concepts["themes"].keys() >= {
        "parcours--residence-permit",
        "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    }


def test_every_way_to_say_a_term_is_understood():
    for entry in entries():
        concepts = THESAURUS.understand(entry.text, entry.language).concepts
        assert entry.code in concepts.get(entry.scheme, {}), entry


def test_a_question_is_understood_within_a_millisecond():
    questions = [(question, language) for question, language, _meant in MEANT]
    took = []
    for _ in range(3):
        start = time.process_time()
        for question, language in questions:
            THESAURUS.understand(question, language)
        took.append((time.process_time() - start) / len(questions))
    assert min(took) < 0.001
