"""Anybody's lists: columns are guessed, corrected, remembered."""

import io
from typing import Any

import pytest

from parcours.accounts.models import User
from parcours.census.formats.columns import COLUMNS, column_named, propose
from parcours.census.importers import OrganisationsImporter, ServicesImporter
from parcours.census.tests.conftest import imported, previewed, problems
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, Service
from parcours.directory.records import read_values
from parcours.imports.rules import Sent
from parcours.kit.spreadsheets import write_xlsx

LIST = (
    "Raison sociale;Sigle;N° SIRET;Adresse du siège;CP;Ville;Tél.;Mail;Site Internet;Responsable;Permanences;Notes\n"
    "Les Voisins;LV;732 829 320 00074;1 rue Verte;94400;Vitry sur Seine;01 45 67 89 01;lv@example.org;www.example.org;"
    "Ana Ruiz;lundi 9h-12h;à rappeler\n"
)


def test_the_columns_of_a_french_list_are_guessed_by_their_headers() -> None:
    headers, cells = (line.split(";") for line in LIST.strip().split("\n"))
    found = propose(
        RecordKind.ORGANISATION, headers, {header: [cell] for header, cell in zip(headers, cells, strict=True)}
    )
    assert list(found.values()) == [
        "name", "acronym", "siret", "address", "postcode", "commune", "phone", "email", "website", "contact_name",
        "hours", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["01 45 67 89 01", "+33 6 12 34 56 78"], "phone"),
        (["94400", "94000"], "postcode"),
        (["732 829 320 00074", "73282932000074"], "siret"),
        (["a@example.org", "b@example.org"], "email"),
        (["www.example.org", "https://example.org/a"], "website"),
        (["lundi 9h-12h", "Mo-Fr 09:00-12:00"], "hours"),
        (["quelque chose", "autre chose"], ""),
    ],
)
def test_a_column_without_a_telling_header_is_guessed_by_its_cells(cells: list[str], name: str) -> None:
    assert propose(RecordKind.ORGANISATION, ["Colonne 7"], {"Colonne 7": cells}) == {"Colonne 7": name}


def test_our_own_headers_are_themselves() -> None:
    for kind, columns in COLUMNS.items():
        names = [column.name for column in columns]
        assert propose(kind, names, {}) == {name: name for name in names}
        assert len(set(names)) == len(names)
    version = column_named(RecordKind.SERVICE, "description_ar")
    assert version is not None
    assert version.path == "description@ar"


def test_a_list_of_associations_becomes_organisations(coordinator: User) -> None:
    batch = imported(coordinator, LIST, kind="organisations", name="liste.csv")
    assert [str(notice) for notice in batch.file_notices] == [
        "These have no place in the directory and are left out: Notes."
    ]
    kept = Organisation.objects.get()
    assert read_values(kept) == {
        "name": "Les Voisins",
        "acronym": "LV",
        "kind": "association",
        "area": "insee-commune:94081",
        "phone": "+33145678901",
        "email": "lv@example.org",
        "website": "https://www.example.org",
        "hours": "Mo 09:00-12:00",
        "identifiers": [{"scheme": "siret", "value": "73282932000074"}],
        "places": [{"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081"}],
        "contacts": [{"name": "Ana Ruiz", "is_private": True}],
    }


def test_a_list_of_services_brings_its_organisations_once(coordinator: User) -> None:
    table = (
        "Association,Intitulé,Langues,Adresse,Ville,description_en\n"
        "Les Voisins,Cours de français,ti:volunteer:tue|ar,1 rue Verte,Vitry-sur-Seine,French lessons\n"
        "Les Voisins,Permanence juridique,,1 rue Verte,Vitry-sur-Seine,\n"
    )
    imported(coordinator, table, name="services.csv")
    organisation = Organisation.objects.get()
    first, second = Service.objects.order_by("pk")
    assert [first.organisation, second.organisation] == [organisation, organisation]
    assert [(one.code, one.spoken_by, one.days) for one in first.languages.all()] == [
        ("ar", "staff", []), ("ti", "volunteer", [2]),
    ]  # fmt: skip
    assert first.description.text_in("en") == "French lessons"
    assert organisation.places.count() == 1
    again = previewed(coordinator, table, name="services.csv")
    assert set(again.rows.values_list("op", flat=True)) == {"same"}


def test_an_organisation_that_a_list_only_names_is_the_one_of_this_name(coordinator: User) -> None:
    imported(coordinator, LIST, kind="organisations", name="liste.csv")
    imported(coordinator, "Structure,Nom\nles voisins,Cours\n", name="services.csv", source={"key": "b", "title": "B"})
    assert Service.objects.get().organisation == Organisation.objects.get()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Les Voisins;01 45 67\n", [(2, "Tél", "“01 45 67” is not a telephone number of FR")]),
        (";0145678901\n", [(2, "Nom", "This is needed.")]),
        ("Les Voisins;=1+1\n", [(2, "Tél", "This cell holds a formula")]),
        ("Les Voisins;3949\nLes Voisins;3949\n", [(3, "id", "Rows 2 and 3 have the same identifier")]),
    ],
)
def test_an_error_names_the_row_and_the_column_as_the_file_calls_them(
    coordinator: User, rows: str, expected: list[tuple[int, str, str]]
) -> None:
    found = problems(previewed(coordinator, "Nom;Tél\n" + rows, kind="organisations", name="liste.csv"))
    assert [(number, column) for number, column, _text in found] == [
        (number, column) for number, column, _said in expected
    ]
    assert all(text.startswith(said) for (_n, _c, text), (_m, _d, said) in zip(found, expected, strict=True))


def test_a_cell_that_is_two_fields_has_its_fault_told_once(coordinator: User) -> None:
    table = "Nom;Adresse;Ville\nLes Voisins;1 rue Verte;Vitri sur Seine\n"
    found = problems(previewed(coordinator, table, kind="organisations", name="liste.csv"))
    assert [(number, column) for number, column, _text in found] == [(2, "Ville")]


def test_numbers_and_dates_of_a_workbook_are_understood(coordinator: User) -> None:
    file = write_xlsx(
        ["name", "siret", "phone", "postcode", "observed_on"],
        [["A", 73282932000074, 145678901, 1000, "01/06/2026"]],
        "x",
    )
    imported(coordinator, file.read(), kind="organisations", name="liste.xlsx")
    record = Organisation.objects.get().source_records.get()
    assert (record.values["phone"], record.values["places"], record.observed_on.isoformat()) == (
        "+33145678901", [{"postcode": "01000"}], "2026-06-01",
    )  # fmt: skip


@pytest.mark.parametrize("importer", [OrganisationsImporter(), ServicesImporter()], ids=["organisations", "services"])
def test_the_template_is_read_as_it_is_written(importer: Any, db: None) -> None:
    headers = [column.name for column in importer.columns()]
    looked = importer.look(Sent(importer.template(), "template.xlsx"))
    assert looked["columns"] == {header: header for header in headers}


def test_a_list_read_once_is_read_the_same_way_the_next_time(coordinator: User) -> None:
    columns = {"Raison sociale": "name", "Notes": "description"}
    imported(coordinator, LIST, kind="organisations", name="liste.csv", columns=columns)
    looked = OrganisationsImporter().look(Sent(io.BytesIO(LIST.encode()), "liste.csv"))
    assert (looked["columns"], looked["source"]["key"]) == (columns, "list")
