"""Names, addresses and contacts that people write in many ways."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines import names
from parcours.engines.names import Address


def test_the_examples_of_the_docstrings_hold():
    results = doctest.testmod(names)
    assert (results.failed, results.attempted) == (0, 4)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Association Les Amis de la Danse", "AMIS DE LA DANSE (loi 1901)"),
        ("Emmaüs Solidarité", "EMMAUS  solidarite"),
        ("C.C.A.S. d’Ivry", "CCAS Ivry"),
        ("École St-Exupéry", "ecole Saint Exupéry"),
        ("Ctre social Kennedy", "Centre social Kennedy"),
        ("Children's Home, Inc.", "childrens home"),
    ],
)
def test_two_ways_to_write_a_name_are_one(one, other):
    assert names.name_words(one) == names.name_words(other)


def test_a_name_of_nothing_but_fillers_is_kept():
    assert names.name_words("SARL") == ["sarl"]
    assert names.name_words("(CIDFF)") == ["cidff"]
    assert names.name_words("") == []


def test_acronyms_are_kept_apart_from_the_name():
    name = "Centre d’information sur les droits des femmes et des familles (CIDFF)"
    assert names.acronyms(name) == ["cidff"]
    assert "cidff" not in names.name_words(name)
    assert names.acronyms("CIDFF 94") == ["cidff"]
    assert names.acronyms("Ligue (section d’Ivry)", "L.D.H.") == ["ldh"]
    assert names.initials("Association pour l’accueil des travailleurs") == ["aat"]


def test_ordinary_words_and_the_commune_do_not_distinguish():
    assert names.distinctive(["centre", "social", "kennedy", "vitry", "2"], "Vitry-sur-Seine") == ["kennedy"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 bis, av. du Gal de Gaulle", Address(12, "general gaulle")),
        ("12 avenue du Général de Gaulle 94000 Créteil", Address(12, "general gaulle")),
        ("12, avenue du Général-de-Gaulle, bât. B\nBP 12", Address(12, "general gaulle")),
        ("Le Forum, 3 r. St Denis", Address(3, "saint denis")),
        ("12 à 14 bd de l’Est", Address(12, "est")),
        ("rue du 8 mai 1945", Address(0, "mai 1945")),
        ("place de l’Hôtel de Ville", Address(0, "hotel ville")),
        ("8225-29 S. Kedzie Ave., 1st Floor", Address(8225, "kedzie")),
        ("5500 N. St. Louis", Address(5500, "saint louis")),
        ("1414 W 87th St", Address(1414, "87th")),
        ("5365 W North Ave", Address(5365, "north")),
        ("", Address(0, "")),
    ],
)
def test_an_address_is_a_number_and_a_street(text, expected):
    assert names.address(text) == expected


def test_the_commune_is_no_part_of_the_street():
    assert names.address("4 rue de Paris Créteil", "creteil") == Address(4, "paris")
    assert names.commune("VITRY S/ SEINE CEDEX") == names.commune("Vitry-sur-Seine")


@pytest.mark.parametrize(
    "text", ["01 45 60 12 34", "+33 1 45 60 12 34", "0033145601234", "01.45.60.12.34", "(+33)145601234"]
)
def test_a_telephone_is_its_last_nine_digits(text):
    assert names.phone(text) == "145601234"


def test_what_anyone_has_says_nothing():
    assert (names.phone("115"), names.phone("inconnu")) == ("", "")
    assert names.domain("association@gmail.com") == ""
    assert names.domain("https://www.facebook.com/association") == ""
    assert names.domain("http://[mal écrit") == ""
    assert names.domain("info@accueil.ville-creteil.fr") == "ville-creteil.fr"
    assert (names.email(" Info@Exemple.FR "), names.email("info chez exemple")) == ("info@exemple.fr", "")


def test_a_register_number_with_a_mistake_is_none():
    assert names.siret("552 100 554 00013") == "55210055400013"
    assert (names.siret("552 100 554 00014"), names.siret("55210055")) == ("", "")
    assert (names.rna("w941 234567"), names.rna("W94123")) == ("W941234567", "")


@given(st.text(max_size=60))
def test_any_text_is_read_and_reading_twice_changes_nothing(text):
    words = names.name_words(text)
    assert names.name_words(" ".join(words)) == words or not words
    names.address(text), names.domain(text), names.acronyms(text), names.initials(text), names.commune(text)
    assert names.phone(names.phone(text)) == names.phone(text)
    assert names.email(names.email(text)) == names.email(text)
