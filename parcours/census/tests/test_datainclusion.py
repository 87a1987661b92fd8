"""data·inclusion v1 comes in, and goes out again as it came."""

import csv
import io
import json
from typing import Any

import pytest

from parcours.accounts.models import User
from parcours.census.formats.datainclusion import read_one
from parcours.census.tests.conftest import imported, previewed, problems, service, structure, told
from parcours.directory.models import Organisation, Service
from parcours.directory.records import read_values
from parcours.imports.models import Batch
from parcours.kit.spreadsheets import UnreadableFile


def both(*services: dict[str, Any]) -> dict[str, Any]:
    return {"structures": [structure()], "services": list(services) or [service()]}


def test_structures_and_services_become_organisations_and_services(coordinator: User) -> None:
    imported(coordinator, both())
    organisation, kept = Organisation.objects.get(), Service.objects.with_details().get()
    assert (organisation.kind, organisation.networks, organisation.area.code) == ("association", ["cada"], "94081")
    assert kept.organisation == organisation
    assert read_values(kept) == {
        "name": {"source": "fr", "texts": {"fr": {"text": "Cours de français 1"}}},
        "description": {"source": "fr", "texts": {"fr": {"text": "Cours de français pour débutants."}}},
        "types": ["atelier"],
        "themes": ["lecture-ecriture-calcul--maitriser-le-francais"],
        "publics": ["personnes-exilees"],
        "fee": "gratuit",
        "modes": ["en-presentiel"],
        "enrolment": ["telephoner"],
        "enrolled_by": ["usagers"],
        "weekly_hours": "3.5",
        "weeks": 12,
        "hours": "Tu 14:00-16:00",
        "catchment": ["insee-commune:94081", "insee-departement:94", "siren:200054781", "iso-3166-1:FR"],
        "places": [
            {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79,
             "accessibility_url": "https://acceslibre.example.org/1/"}
        ],
        "contacts": [{"name": "Ana Ruiz", "is_private": True}],
    }  # fmt: skip


def test_what_a_file_does_not_say_stays_unsaid_and_what_has_no_place_is_told(coordinator: User) -> None:
    batch = imported(coordinator, both())
    (record,) = Organisation.objects.get().source_records.all()
    assert ("kind" in record.values, record.observed_on.isoformat()) == (False, "2026-06-30")
    assert [str(notice) for notice in batch.file_notices] == [
        "These have no place in the directory and are left out: lien_source."
    ]


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"nom": "ab"}, "nom", "This text is too short: at least 3 characters are needed."),
        ({"date_maj": "hier"}, "date_maj", "This is not a day: write it as 2026-11-25."),
        ({"thematiques": ["mobilité"]}, "thematiques", "“mobilité” is not known here."),
        ({"publics": ["tous-publics", "femmes"]}, "publics", "`tous-publics` ne peut pas être utilisé"),
        ({"code_postal": "9440A"}, "code_postal", "This does not have the form that data·inclusion asks for."),
        ({"lien_mobilisation": "javascript:alert(1)"}, "lien_mobilisation", "is not an address of the web"),
        ({"horaires_accueil": "Lu 9h"}, "horaires_accueil", "Opening hours cannot be read at “Lu 9h”"),
        ({"longitude": 0.0, "latitude": 0.0}, "longitude", "0, 0 is in the sea off Africa"),
        ({"structure_id": "dora--o9"}, "structure_id", "No row of this file and no earlier one"),
    ],
)
def test_a_service_in_error_says_which_field_and_how_to_mend_it(
    coordinator: User, change: dict[str, Any], column: str, message: str
) -> None:
    found = problems(previewed(coordinator, both(service(**change))))
    assert [(number, where) for number, where, _text in found] == [(1, column)]
    assert message in found[0][2]


def test_services_of_structures_that_came_earlier_find_them(coordinator: User) -> None:
    imported(coordinator, [structure()], kind="organisations")
    imported(coordinator, [service()])
    assert Service.objects.get().organisation == Organisation.objects.get()


def test_a_service_waits_for_its_organisation_in_error(coordinator: User) -> None:
    batch = previewed(coordinator, {"structures": [structure(siret="73282932000079")], "services": [service()]})
    assert [column for _number, column, _text in problems(batch)] == ["siret", "structure_id"]


def test_one_object_a_line_and_a_table_say_the_same_as_json(coordinator: User) -> None:
    lines = "\n".join(json.dumps(each) for each in (structure(1), structure(2)))
    expected = [row.after for row in previewed(coordinator, [structure(1), structure(2)]).rows.all()]
    assert [row.after for row in previewed(coordinator, lines).rows.all()] == expected
    table = io.StringIO()
    writer = csv.DictWriter(table, list(structure()))
    writer.writeheader()
    writer.writerows({**structure(n), "reseaux_porteurs": '["cada"]'} for n in (1, 2))
    rows = previewed(coordinator, table.getvalue(), name="file.csv").rows.all()
    assert [row.after for row in rows] == expected


def test_a_file_cut_short_is_refused_and_nothing_of_it_is_kept(coordinator: User) -> None:
    with pytest.raises(UnreadableFile, match="The file is not valid JSON"):
        previewed(coordinator, json.dumps([structure()])[:-20])
    with pytest.raises(UnreadableFile, match="neither data·inclusion v1 nor HSDS 3"):
        previewed(coordinator, [{"colour": "red"}])
    assert Batch.objects.count() == 0


def test_the_same_file_twice_changes_nothing(coordinator: User) -> None:
    imported(coordinator, both())
    assert [op for _number, op, _problems in told(previewed(coordinator, both()))] == ["same", "same"]


def test_a_row_of_any_shape_is_no_crash() -> None:
    odd: dict[str, Any] = {key: {"x": [1]} for key in [*service(), *structure()]}
    assert read_one(1, odd, set()).problems
