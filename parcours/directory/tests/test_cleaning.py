"""What people write becomes canonical values, or is told as wrong with the way to mend it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import Known, clean
from parcours.directory.records import BY_NAME
from parcours.directory.tests import factories as make
from parcours.geo.rules import fold

pytestmark = pytest.mark.django_db
VITRY = "insee-commune:94081"
AREAS: list[tuple[str, str, dict[str, float]]] = [
    ("Vitry-sur-Seine", "94081", {"lon": 2.3936, "lat": 48.7877}),
    ("Saint-Maur-des-Fossés", "94068", {}),
    ("Villeneuve-le-Roi", "94077", {}),
    ("Villeneuve-Saint-Georges", "94078", {}),
]


@pytest.fixture(autouse=True)
def _areas() -> Iterator[None]:
    for name, code, place in AREAS:
        make.area(name, code=code, search_names=[fold(name)], sort_key=fold(name), **place)
    with translation.override("en"):
        yield


def service(**raw: Any) -> Any:
    values, errors, _warnings = clean(RecordKind.SERVICE, raw)
    assert errors == []
    return values


def told(kind: RecordKind = RecordKind.SERVICE, **raw: Any) -> list[tuple[str, str]]:
    values, errors, _warnings = clean(kind, raw)
    assert not values.keys() & raw.keys() or any("." in error.column for error in errors)
    return [(error.column, str(error)) for error in errors]


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("name", "  Cours de <b>français</b> ", {"source": "fr", "texts": {"fr": {"text": "Cours de français"}}}),
        ("phone", "01 45 67 89 01", "+33145678901"),
        ("phone", 145678901, "+33145678901"),
        ("phone", "+33 (0)1.45.67.89.01", "+33145678901"),
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("phone", "39 49", "3949"),
        ("email", "mailto:Accueil@Example.ORG", "Accueil@example.org"),
        ("website", "www.example.org/Cours", "https://www.example.org/Cours"),
        ("website", "HTTP://Example.org", "http://example.org"),
        ("hours", "lundi au vendredi 9h-12h", "Mo-Fr 09:00-12:00"),
        ("fee", "Free", "gratuit"),
        ("publics", "Femmes ; Séniors|femmes", ["femmes", "seniors"]),
        ("modes", "on site, remote", ["en-presentiel", "a-distance"]),
        ("french_max", "a2", "A2"),
        ("gender", "For women", "women"),
        ("age_min", "18,0", 18),
        ("weekly_hours", "1,50", "1.5"),
        ("full_until", "25/11/2026", "2026-11-25"),
        ("full_until", datetime(2026, 11, 25, 8, tzinfo=UTC), "2026-11-25"),
        ("capacity_on", date(2026, 11, 25), "2026-11-25"),
        ("catchment", "Vitry sur Seine|St Maur des Fossés", [VITRY, "insee-commune:94068"]),
        ("catchment", "VITRY S/ SEINE", [VITRY]),
        ("catchment", "Vitry/Seine", [VITRY]),
        ("catchment", ["france"], ["iso-3166-1:FR"]),
        ("languages", "ti:volunteer:tue,thu | ar", [
            {"code": "ar", "spoken_by": "staff"}, {"code": "ti", "spoken_by": "volunteer", "days": [2, 4]},
        ]),
        ("contacts", [{"name": "Ana", "is_private": "non"}], [{"name": "Ana", "is_private": False}]),
        ("places", [{"address": "1 rue Verte", "postcode": 94400, "area": "94400 VITRY-SUR-SEINE CEDEX"}], [
            {"address": "1 rue Verte", "postcode": "94400", "area": VITRY},
        ]),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(field: str, written: Any, value: Any) -> None:
    assert service(**{field: written}) == {field: value}


@pytest.mark.parametrize(
    ("field", "written", "column", "message"),
    [
        ("description", "x" * 20_001, "description", "This text has 20001 characters, 20000 are allowed: shorten it."),
        ("description", "x" * 1_000_000, "description",
         "This text has 1000000 characters, 20000 are allowed: shorten it."),
        ("name", "x" * 201, "name", "This text has 201 characters, 200 are allowed: shorten it."),
        ("summary", {"fr": "x" * 301}, "summary", "This text has 301 characters, 300 are allowed: shorten it."),
        ("phone", "020 7946 0958", "phone",
         ("“020 7946 0958” is not a telephone number of FR: check its digits; write a number of another "
         "country with its prefix, like +44 20 7946 0958.")),
        ("email", "accueil at example.org", "email", "“accueil at example.org” is not an e-mail address."),
        ("website", "javascript:alert(1)", "website",
         "“javascript:alert(1)” is not an address of the web: it begins with https://."),
        ("hours", "quand on peut", "hours",
         ("Opening hours cannot be read at “quand on peut”: write them like “Mo-Fr "
         "09:00-12:00,14:00-17:00” or “lundi au vendredi 9h-12h et 14h-17h”.")),
        ("fee", "gratuis", "fee", "“gratuis” is not known here. Did you mean: gratuit?"),
        ("age_min", "dix", "age_min", "“dix” is not a number: write digits only."),
        ("age_min", 130, "age_min", "130 is out of bounds: it must be between 0 and 120."),
        ("full_until", "2026", "full_until", "“2026” is not a day: write it as 2026-11-25 or 25/11/2026."),
        ("catchment", "Villeneuve", "catchment",
         ("“Villeneuve” may be: Villeneuve-le-Roi (94077); Villeneuve-Saint-Georges (94078). Write the "
         "code.")),
        ("catchment", "Vitri-Seine", "catchment",
         "“Vitri-Seine” is not known here. Did you mean: Vitry-sur-Seine?"),
        ("places", {"address": "1", "lon": 2.4}, "places.lon",
         "Longitude and latitude go together: one of them is missing."),
        ("places", {"address": "1", "lon": 0, "lat": "0.0"}, "places.lon",
         "0, 0 is in the sea off Africa: leave both coordinates empty if they are not known."),
        ("places", {"area": VITRY, "lon": 48.79, "lat": 2.39}, "places.lon",
         "Longitude and latitude are swapped: Vitry-sur-Seine is at longitude 2.3936, latitude 48.7877."),
        ("places", {"area": VITRY, "lon": -4.5, "lat": 47}, "places.lon",
         ("This point is 551 km from Vitry-sur-Seine, in the sea or in another commune: correct the "
         "coordinates or the commune, or leave the coordinates empty.")),
        ("places", {"address": "1", "lon": 200, "lat": 4}, "places.lon", "200 is not on earth: at most 180 degrees."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_with_the_way_to_mend_it(
    field: str, written: Any, column: str, message: str
) -> None:
    assert (column, message) in told(**{field: written})


@pytest.mark.parametrize(
    ("scheme", "written", "value"),
    [
        ("SIRET", "732 829 320 00074", "73282932000074"),
        ("siret", "356000000 00058", None),
        ("siret", "35600000000048", "35600000000048"),
        ("siret", "35600000049837", "35600000049837"),
        ("siren", 732829320, "732829320"),
        ("rna", "w941234567", "W941234567"),
        ("siret", "73282932000079", None),
        ("siret", "7,32829E+13", None),
        ("rna", "94123456", None),
        ("finess", "940 000 573", "940 000 573"),
    ],
)
def test_numbers_in_registers_are_checked(scheme: str, written: Any, value: str | None) -> None:
    raw = {"identifiers": [{"scheme": scheme, "value": written}]}
    values, errors, _warnings = clean(RecordKind.ORGANISATION, raw)
    if value is None:
        assert [error.column for error in errors] == ["identifiers"]
    else:
        assert (values, errors) == ({"identifiers": [{"scheme": scheme.lower(), "value": value}]}, [])


def test_ages_and_levels_are_in_order() -> None:
    columns = [column for column, _text in told(age_min=30, age_max=18, french_min="B1", french_max="A1")]
    assert columns == ["age_max", "french_max"]


def test_a_second_number_in_a_cell_becomes_a_contact() -> None:
    values, _errors, warnings = clean(RecordKind.SERVICE, {"phone": "01 45 67 89 01 / 06 12 34 56 78"})
    contacts = [{"phone": "+33612345678", "is_private": False}]
    assert (values, len(warnings)) == ({"phone": "+33145678901", "contacts": contacts}, 1)


def test_a_town_elsewhere_stays_in_the_address_and_a_code_elsewhere_is_kept() -> None:
    places = [
        {"address": "1 rue Noire", "area": "Marseille"},
        {"address": "2 rue Noire", "area": "insee-commune:13055"},
    ]
    values, errors, warnings = clean(RecordKind.SERVICE, {"places": places})
    assert values["places"] == [{"address": "1 rue Noire, Marseille"}, places[1]]
    assert (errors, len(warnings)) == ([], 2)


def test_an_empty_text_says_nothing_and_none_says_that_there_is_none() -> None:
    assert service(phone="", email=None, themes=[]) == {"email": None, "themes": None}
    assert told(name=None) == [("name", "This is needed.")]


def test_a_translation_stays_reviewed_when_its_source_was_only_tidied() -> None:
    name = make.words("<b>Cours</b>", "Lessons").stored()
    cleaned = service(name=name)["name"]
    assert cleaned == make.words("Cours", "Lessons").stored()


def test_what_a_record_does_not_have_is_told() -> None:
    values, errors, warnings = clean(RecordKind.SERVICE, {"colour": "red"})
    assert (values, errors, [warning.column for warning in warnings]) == ({}, [], ["colour"])


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
    | st.sampled_from([
        "01 45 67 89 01 / 01 45 67 89 02", "a@b.fr, c@d.fr", "www.exemple.fr/É?x=<b>", "lundi 9h-12h",
        "Mo-Fr 9:00-12:00",
        "ti:volunteer:tue | ar::", "gratuit", "Vitry sur Seine", "94400", "94081", "siret:73282932000074", "A1",
        "-0.0", "1e3", "12,5",
        "<p>&lt;b&gt;</p>", "fr", "women", "25/11/2026", "insee-commune:1", "oui", "femmes;seniors", "0", " ", "48.79",
        "%(value)s",
    ])
)  # fmt: skip
KEYS = st.sampled_from(
    ["code", "spoken_by", "days", "note", "name", "address", "postcode", "area", "lon", "lat", "hours", "phone",
     "accessibility", "email", "role", "is_private", "scheme", "value", "texts", "source", "fr", "en", "text", "x"]
)  # fmt: skip
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


@pytest.mark.parametrize("kind", RecordKind.values)
def test_cleaning_never_raises_and_changes_nothing_twice(kind: str) -> None:
    known = Known()

    @settings(max_examples=100, deadline=None)
    @given(st.dictionaries(st.sampled_from([*BY_NAME[kind], "unknown"]), JSON))
    def check(raw: dict[str, Any]) -> None:
        once, errors, warnings = clean(kind, raw, known)
        assert all(str(problem) for problem in [*errors, *warnings])
        again, errors, _warnings = clean(kind, once, known)
        assert (again, errors) == (once, [])

    check()
