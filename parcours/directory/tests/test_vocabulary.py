from collections import Counter

import data_inclusion.schema.v1 as standard
import pytest
import yaml

from parcours.directory.vocabulary import FOLDER, LANGUAGES, SCHEMES, vocabulary
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
    assert vocabulary("publics").with_descendants(["hommes"]) == {"hommes"}


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
