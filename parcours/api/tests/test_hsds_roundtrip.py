"""What goes out as HSDS comes in again with the same facts, and what comes in goes out valid."""

import io
import json
from datetime import UTC, datetime

import pytest

from parcours.api.formats import hsds
from parcours.api.public import public_values
from parcours.api.queries import organisations, services
from parcours.api.tests.conftest import full_service
from parcours.api.tests.test_formats import SITE, hsds_schema, in_french, needs_schemas
from parcours.census.formats import hsds as reading
from parcours.directory.actions.services import create_service
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.cleaning import clean
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db

# The standard has no place for these; a summary gives way to the description, and codes of accessibility are words.
NO_PLACE = {
    "summary",
    "publics_note",
    "documents_note",
    "wait_weeks",
    "full_until",
    "capacity_on",
    "weekly_hours",
    "weeks",
}
NO_PLACE_OF_AN_ORGANISATION = {"kind", "hours"}
# After the examples of the standard, in the words and places of a territory.
FROM_ELSEWHERE = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Community Counselling",
    "description": "Counselling by trained professionals.",
    "url": "https://example.com/counselling",
    "email": "email@example.com",
    "status": "active",
    "application_process": "Ring our reception.",
    "fees_description": "A flat rate per hour.",
    "eligibility_description": "People aged 12 and over.",
    "minimum_age": 12,
    "maximum_age": 100,
    "last_modified": "2026-03-15T10:30:45.123Z",
    "organization": {
        "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
        "name": "Example Organization Inc.",
        "description": "A non-profit organization",
    },
    "phones": [{"id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "+33145678902"}],
    "schedules": [
        {
            "id": "48102e86-bb50-41c4-8f1e-e269368c41d1",
            "freq": "WEEKLY",
            "wkst": "MO",
            "byday": "TH,FR",
            "opens_at": "10:00",
            "closes_at": "18:00",
            "notes": "No lunch break",
        }
    ],
    "languages": [{"id": "2989d3ed-c547-48f8-8f9d-432d81c7892e", "code": "ur", "note": "bilingual staff"}],
    "cost_options": [{"id": "1fdf4d39-3d80-484d-9f92-a8ffa08621e7", "amount": 0}],
}


def read_back(row):
    """The record of this very object, cleaned, and what nobody reads of the file."""
    found = reading.read(io.BytesIO(json.dumps([row]).encode()), [""])
    kind = RecordKind.SERVICE if "organization" in row else RecordKind.ORGANISATION
    (raw,) = [raw for raw in found.rows if raw.kind == kind]
    values, errors, _warnings = clean(kind, raw.values)
    assert errors == []
    return values, found.unread


def in_one_language(values):
    return {name: in_french(value) if isinstance(value, dict) else value for name, value in values.items()}


def test_a_service_comes_in_as_it_went_out(full):
    (row,) = hsds.services(services(), SITE)
    values, unread = read_back(row)
    known = {name: value for name, value in in_one_language(public_values(full)).items() if name not in NO_PLACE}
    for place in known["places"]:
        place.pop("accessibility", None)
    assert values == known
    assert unread <= {"interpretation_services", "transportation"}


def test_an_organisation_comes_in_as_it_went_out(full):
    (row,) = hsds.organisations(organisations(), SITE)
    values, _unread = read_back(row)
    known = in_one_language(public_values(full.organisation))
    assert values == {name: value for name, value in known.items() if name not in NO_PLACE_OF_AN_ORGANISATION}


def test_hours_that_no_rule_says_come_in_as_they_were_written(commune):
    full_service(make.organisation("Ici"), hours="2026 Sep 01-2026 Dec 20 Mo[1] 09:00-12:00; PH off")
    (row,) = hsds.services(services(), SITE)
    assert "freq" not in row["schedules"][0]
    assert read_back(row)[0]["hours"] == services().get().hours


@needs_schemas
def test_a_service_from_elsewhere_goes_out_valid_with_the_same_facts(commune):
    hsds_schema("service.json").validate(FROM_ELSEWHERE)
    values, _unread = read_back(FROM_ELSEWHERE)
    create_service(
        organisation=make.organisation("Example Organization Inc."),
        source=make.source(),
        external_id=FROM_ELSEWHERE["id"],
        values=values,
        observed_on=datetime(2026, 3, 15, tzinfo=UTC).date(),
        state=ServiceState.PUBLISHED,
    )
    (row,) = hsds.services(services(), SITE)
    row = json.loads(json.dumps(row))
    hsds_schema("service.json").validate(row)
    assert read_back(row)[0] == values
    same = ("name", "description", "url", "email", "fees_description", "minimum_age", "maximum_age")
    assert {name: row[name] for name in same} == {name: FROM_ELSEWHERE[name] for name in same}
    (schedule,) = row["schedules"]
    assert {name: schedule[name] for name in ("byday", "opens_at", "closes_at", "notes")} == {
        "byday": "TH,FR",
        "opens_at": "10:00",
        "closes_at": "18:00",
        "notes": "No lunch break",
    }
