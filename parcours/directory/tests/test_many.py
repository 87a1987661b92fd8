"""Many records at once become what one verb for each would make of them."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from parcours.directory.actions.many import Draft, create_organisations, create_services, put_records
from parcours.directory.actions.organisations import create_organisation
from parcours.directory.actions.records import change_by_hand, put_record
from parcours.directory.actions.services import create_service
from parcours.directory.choices import RecordKind, SourceKind
from parcours.directory.models import (
    Contact,
    Identifier,
    Listing,
    Organisation,
    Place,
    Service,
    ServiceLanguage,
    ServicePlace,
    Source,
    SourceRecord,
)
from parcours.directory.tests import factories as make
from parcours.directory.tests.test_records import NOON

pytestmark = pytest.mark.django_db
TABLES: list[type[Model]] = [Organisation, Identifier, Contact, Place, Service, ServicePlace, ServiceLanguage, Listing]
DAY = date(2026, 11, 1)


def organisation_values(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"Association {number}", "kind": "association", "area": "insee-commune:94081", "phone": "+33145678901",
        "identifiers": [{"scheme": "rna", "value": f"W94123456{number}"}],
        "contacts": [{"name": "Ana", "is_private": False}],
        "places": [{"address": f"{number} rue Verte", "postcode": "94400", "area": "insee-commune:94081"}],
    } | more  # fmt: skip


def service_values(number: int, **more: Any) -> dict[str, Any]:
    places = [
        {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "hours": "Mo 09:00-12:00"},
        {"address": "9 rue Bleue", "lon": 2.39, "lat": 48.79, "hours": f"Tu 0{number}:00-12:00"},
    ]
    return {
        "name": make.words(f"Cours {number}", "Course").stored(), "themes": ["mobilite"], "weekly_hours": "1.5",
        "full_until": "2027-01-31", "age_min": 16, "languages": [{"code": "ti", "spoken_by": "staff", "days": [2]}],
        "contacts": [{"phone": "+33145678902", "is_private": True}], "places": places,
    } | more  # fmt: skip


CHANGED = [
    {"name": make.words("Cours de français").stored(), "places": [{"address": "2 rue Noire"}]},
    {"phone": "+33145678903", "languages": None, "places": [
        {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.4, "lat": 48.78},
    ]},
]  # fmt: skip


def one_by_one(source: Source) -> None:
    for number in (1, 2):
        values = organisation_values(number)
        organisation = create_organisation(source=source, external_id=f"o{number}", values=values, observed_on=DAY)
        for each in (1, 2):
            create_service(
                organisation=organisation, source=source, external_id=f"s{number}{each}", values=service_values(each),
                observed_on=DAY,
            )  # fmt: skip


def at_once(source: Source) -> None:
    drafts = [Draft(f"o{number}", organisation_values(number), DAY) for number in (1, 2)]
    made = create_organisations(source=source, drafts=drafts)
    create_services(
        source=source,
        drafts=[
            Draft(f"s{number}{each}", service_values(each), DAY, organisation=made[number - 1].pk)
            for number in (1, 2)
            for each in (1, 2)
        ],
    )


def change_one_by_one(source: Source, other: Source) -> None:
    organisation = Organisation.objects.get(source_records__external_id="o1")
    put_record(target=organisation, source=source, external_id="o1", values=organisation_values(3), observed_on=DAY)
    for values, told_by in zip(CHANGED, (source, other), strict=True):
        service = Service.objects.get(source_records__external_id="s11")
        put_record(target=service, source=told_by, external_id="s11", values=values)
    values = organisation_values(3, places=None)
    put_record(target=organisation, source=source, external_id="o1", values=values, observed_on=DAY)


def change_at_once(source: Source, other: Source) -> None:
    organisation = Organisation.objects.get(source_records__external_id="o1")
    drafts = [Draft("o1", organisation_values(3), DAY, organisation.pk)]
    put_records(source=source, kind=RecordKind.ORGANISATION, drafts=drafts)
    for values, told_by in zip(CHANGED, (source, other), strict=True):
        service = Service.objects.get(source_records__external_id="s11")
        put_records(source=told_by, kind=RecordKind.SERVICE, drafts=[Draft("s11", values, None, service.pk)])
    drafts = [Draft("o1", organisation_values(3, places=None), DAY, organisation.pk)]
    put_records(source=source, kind=RecordKind.ORGANISATION, drafts=drafts)


def everything() -> dict[str, list[str]]:
    """All the rows of the directory, each named by what identifies it instead of its number."""
    keys = ((Organisation, "key"), (Service, "key"), (Place, "match_key"), (Source, "key"))
    names = {model: dict(model._default_manager.values_list("pk", name)) for model, name in keys}
    told = {}
    for model in [*TABLES, SourceRecord]:
        fields = [f for f in model._meta.concrete_fields if f.name not in ("id", "changed_at", "recorded_at")]
        told[model.__name__] = sorted(
            str(
                {
                    f.name: names[f.related_model][row[f.attname]]
                    if f.related_model in names and row[f.attname]
                    else row[f.attname]
                    for f in fields
                }
            )
            for row in model._default_manager.values()
        )
    return told


def emptied() -> None:
    SourceRecord.objects.all().delete()
    Organisation.objects.all().delete()


@pytest.mark.parametrize("at_once_too", [False, True], ids=["created", "changed by two sources"])
def test_at_once_is_the_same_as_one_by_one(at_once_too: bool) -> None:
    make.area("Vitry-sur-Seine", code="94081")
    source, other = make.source("list"), make.source("other", rank=10)
    one_by_one(source)
    if at_once_too:
        change_one_by_one(source, other)
    expected = everything()
    emptied()
    at_once(source)
    if at_once_too:
        change_at_once(source, other)
    assert everything() == expected
    assert len(expected["Listing"]) >= 4


def test_what_a_hand_wrote_stays_before_what_a_file_tells() -> None:
    service = make.service(phone="+33145678901")
    change_by_hand(target=service, values={"phone": "+33145678902"}, by=SourceKind.OWNER, at=NOON)
    draft = Draft(service.source_records.first().external_id, {"phone": "+33145678903"}, DAY, service.pk)
    put_records(source=service.source, kind=RecordKind.SERVICE, drafts=[draft])
    service.refresh_from_db()
    assert (service.phone, service.version) == ("+33145678902", 3)


def test_history_knows_who_copied_rows_in() -> None:
    with pghistory.context(user=7):
        create_organisations(source=make.source(), drafts=[Draft("o1", organisation_values(1))])
    event = Organisation.objects.get().events.get()
    assert event.pgh_context["user"] == 7


def test_a_thousand_cost_as_many_queries_as_one() -> None:
    source = make.source()

    def cost(drafts: list[Draft]) -> int:
        with CaptureQueriesContext(connection) as queries:
            create_services(source=source, drafts=drafts)
        return len(queries)

    def drafts(first: int, count: int) -> list[Draft]:
        organisation = make.organisation().pk
        return [Draft(f"s{n}", service_values(1), organisation=organisation) for n in range(first, first + count)]

    assert cost(drafts(0, 1)) == cost(drafts(1, 30))
