"""HSDS 3.x comes in: nested or in separate lists, with its schedules."""

import io
import zipfile
from typing import Any

import pytest

from parcours.accounts.models import User
from parcours.census.formats.schedules import opening_hours
from parcours.census.tests.conftest import imported, previewed, problems
from parcours.directory.models import Organisation, Relation, Service
from parcours.directory.records import read_values
from parcours.kit.spreadsheets import UnreadableFile, write_csv

LOCATION = {
    "id": "l1", "location_type": "physical", "name": "Maison", "latitude": 48.79, "longitude": 2.39,
    "addresses": [{"id": "a1", "address_1": "1 rue Verte", "address_2": "Bâtiment B", "city": "Vitry-sur-Seine",
                   "state_province": "", "postal_code": "94400", "country": "FR", "address_type": "physical"}],
    "accessibility": [{"id": "x1", "url": "https://acceslibre.example.org/1"}],
    "schedules": [{"id": "h1", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "12:00"}],
}  # fmt: skip
SERVICE = {
    "id": "s1", "name": "Cours de français", "status": "active", "organization_id": "o1", "minimum_age": 16,
    "description": "Cours", "fees_description": "Gratuit", "last_modified": "2026-06-30T10:00:00+02:00",
    "languages": [{"id": "g1", "code": "ti", "note": "mardi"}], "phones": [{"id": "p1", "number": "+33145678901"}],
    "cost_options": [{"id": "c1", "amount": 0}], "required_documents": [{"id": "d1", "document": "Pièce d’identité"}],
    "capacities": [{"id": "k1", "unit": {"name": "places"}, "available": 3, "updated": "2026-06-01T00:00:00Z"}],
    "service_areas": [{"id": "z1", "extent": "insee-commune:94081"}],
    "attributes": [{"id": "t1", "taxonomy_term": {"code": "lecture-ecriture-calcul--maitriser-le-francais"}}],
    "service_at_locations": [{"id": "sl1", "location": LOCATION}], "wait_time": "2 weeks",
}  # fmt: skip
ORGANISATION = {
    "id": "o1", "name": "Les Voisins", "description": "Accueil", "website": "https://example.org",
    "organization_identifiers": [{"id": "i1", "identifier_scheme": "FR-SIRET", "identifier_type": "SIRET",
                                  "identifier": "73282932000074"}],
}  # fmt: skip


def test_a_nested_service_brings_its_organisation_and_its_place(coordinator: User) -> None:
    batch = imported(coordinator, {"total_items": 1, "contents": [SERVICE | {"organization": ORGANISATION}]})
    assert [str(notice) for notice in batch.file_notices] == [
        "These have no place in the directory and are left out: wait_time."
    ]
    kept = Service.objects.with_details().get()
    assert (kept.organisation.name, kept.observed_on.isoformat()) == ("Les Voisins", "2026-06-30")
    assert read_values(kept) == {
        "name": {"source": "fr", "texts": {"fr": {"text": "Cours de français"}}},
        "description": {"source": "fr", "texts": {"fr": {"text": "Cours"}}},
        "themes": ["lecture-ecriture-calcul--maitriser-le-francais"],
        "age_min": 16,
        "fee": "gratuit",
        "fee_note": {"source": "fr", "texts": {"fr": {"text": "Gratuit"}}},
        "documents_note": {"source": "fr", "texts": {"fr": {"text": "Pièce d’identité"}}},
        "capacity": "open",
        "capacity_on": "2026-06-01",
        "catchment": ["insee-commune:94081"],
        "phone": "+33145678901",
        "languages": [{"code": "ti", "spoken_by": "staff", "note": "mardi"}],
        "places": [
            {"name": "Maison", "address": "1 rue Verte", "address_more": "Bâtiment B", "postcode": "94400",
             "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79, "hours": "Mo-Tu 09:00-12:00",
             "accessibility_url": "https://acceslibre.example.org/1"}
        ],
    }  # fmt: skip


def test_separate_lists_and_services_within_organisations_say_the_same(coordinator: User) -> None:
    service = {key: value for key, value in SERVICE.items() if key != "service_at_locations"}
    apart = {
        "locations": [LOCATION],
        "service_at_locations": [{"id": "sl1", "service_id": "s1", "location_id": "l1"}],
        "organizations": [ORGANISATION],
        "services": [service],
    }
    within = [ORGANISATION | {"services": [SERVICE]}]
    nested = [SERVICE | {"organization": ORGANISATION}]
    said = [[row.after for row in previewed(coordinator, file).rows.all()] for file in (apart, within, nested)]
    assert said[0] == said[1] == said[2]


def zipped(plural: bool = True) -> bytes:
    """The same as a ZIP of tables, as peers publish them."""
    apart: dict[str, list[dict[str, Any]]] = {
        "organization": [ORGANISATION],
        "service": [SERVICE],
        "location": [LOCATION],
    }
    hung = {"phones": "phone", "languages": "language", "cost_options": "cost_option", "capacities": "service_capacity",
            "required_documents": "required_document", "service_areas": "service_area"}  # fmt: skip
    tables = {name: [row | {"service_id": "s1"} for row in SERVICE[key]] for key, name in hung.items()}
    at = {"addresses": "address", "schedules": "schedule", "accessibility": "accessibility"}
    tables |= {name: [row | {"location_id": "l1"} for row in LOCATION[key]] for key, name in at.items()}
    tables["organization_identifier"] = [
        row | {"organization_id": "o1"} for row in ORGANISATION["organization_identifiers"]
    ]
    tables["attribute"] = [{"id": "t1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "tt1"}]
    tables["taxonomy_term"] = [{"id": "tt1", **SERVICE["attributes"][0]["taxonomy_term"]}]
    tables["service_at_location"] = [{"id": "sl1", "service_id": "s1", "location_id": "l1"}]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, rows in (apart | tables).items():
            plain = [{key: value for key, value in row.items() if not isinstance(value, list | dict)} for row in rows]
            lines = write_csv(list(plain[0]), [list(row.values()) for row in plain])
            packed.writestr(f"data/{name}{'s' * (plural and name[-1] not in 'sy')}.csv", b"".join(lines))
    return file.getvalue()


@pytest.mark.parametrize("plural", [True, False])
def test_a_zip_of_tables_says_the_same(coordinator: User, plural: bool) -> None:
    nested = previewed(coordinator, [SERVICE | {"organization": ORGANISATION}])
    apart = previewed(coordinator, zipped(plural), name="hsds.zip")
    assert problems(apart) == []
    assert [row.after for row in apart.rows.all()] == [row.after for row in nested.rows.all()]


def test_a_zip_of_other_things_is_told_to_be_no_list(coordinator: User) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("services.csv", b"id,name\n\xff\xfe,x")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        previewed(coordinator, file.getvalue(), name="hsds.zip")


def test_organisations_that_are_part_of_one_another_are_related_and_a_circle_is_refused(coordinator: User) -> None:
    part = ORGANISATION | {
        "id": "o2",
        "name": "Antenne",
        "parent_organization_id": "o1",
        "organization_identifiers": [],
    }
    imported(coordinator, [part, ORGANISATION], kind="organisations")
    relation = Relation.objects.get()
    assert (relation.origin.name, relation.kind, relation.target.name) == ("Antenne", "part-of", "Les Voisins")
    circle = [part, ORGANISATION | {"parent_organization_id": "o2"}]
    said = "These organisations are part of one another, in a circle: rows 1, 2."
    assert problems(previewed(coordinator, circle, kind="organisations")) == [(2, "parent_organization_id", said)]


def test_a_service_that_is_no_longer_given_comes_in_closed(coordinator: User) -> None:
    imported(coordinator, [SERVICE | {"organization": ORGANISATION, "status": "defunct"}])
    assert (Service.objects.get().state, Organisation.objects.count()) == ("closed", 1)


@pytest.mark.parametrize(
    "key", ["phones", "languages", "service_at_locations", "cost_options", "attributes", "organization"]
)
def test_an_object_of_another_form_is_one_problem(coordinator: User, key: str) -> None:
    odd: Any = [SERVICE | {"organization": ORGANISATION, "id": "s9", key: "text"}]
    (problem,) = problems(previewed(coordinator, odd))
    assert problem[2].startswith("This item does not have the form of HSDS 3")


def weekly(days: str, opens: str = "09:00", closes: str = "12:00:00", **more: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, **more}


@pytest.mark.parametrize(
    ("schedules", "hours"),
    [
        ([], ""),
        ([weekly("MO,WE"), weekly("MO", "14:00Z", "17:00+01:00")], "Mo 09:00-12:00,14:00-17:00; We 09:00-12:00"),
        ([{**weekly("1MO"), "freq": "MONTHLY"}], "Mo[1] 09:00-12:00"),
        ([weekly("MO", valid_from="2026-09-01", valid_to="2027-06-30")], "2026 Sep 01-2027 Jun 30 Mo 09:00-12:00"),
        ([weekly("MO", interval=2)], None),
        ([weekly("MO", opens="")], None),
    ],
)
def test_schedules_become_opening_hours_or_are_left_out(schedules: list[dict[str, Any]], hours: str | None) -> None:
    assert opening_hours(schedules) == hours
