"""Adding and changing a service: who may, what is saved, what is refused with which words, and two at the same time."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from parcours.directory.choices import RecordKind, Role, ServiceState, SourceKind
from parcours.directory.forms.sheets import Seen, Sheet, offered_areas
from parcours.directory.models import Organisation, Service
from parcours.directory.records import kind_of, read_values
from parcours.directory.tests import factories as make
from parcours.directory.tests.cast import FULL, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = False


@pytest.fixture
def vitry():
    return make.area("Vitry-sur-Seine", code="94081", lon=2.39, lat=48.79)


@pytest.fixture
def service(vitry) -> Service:
    places = [{**FULL["places"][0], "area": "insee-commune:94081"}]
    return make.service(**{**FULL, "places": places}, catchment=["insee-commune:94081"])


def filled_in(record: Service | Organisation | None = None, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the form as it is shown, with these changes."""
    seen = Seen(read_values(record), record.version) if record else Seen({}, 0)
    areas = offered_areas(None, {f"{a.code_system}:{a.code}": a for a in make.Area.objects.all()})
    sheet = Sheet(kind_of(record) if record else RecordKind.SERVICE, seen=seen, areas=areas)
    sent: dict[str, Any] = {}
    lines = [form for formset in sheet.lines.values() for form in (formset.management_form, *formset.forms)]
    for form in (sheet.form, *lines):
        for field in form:
            sent |= _sent(field)
    return {**sent, **changes}


def _sent(field: Any) -> dict[str, Any]:
    value = field.value()
    if field.name == "hours" and field.widget_type == "hours":
        typed = type(field.field.widget)().get_context(field.html_name, value, {})["widget"]["typed"]
        times = {
            f"{field.html_name}_{day}_{number}_{part}": clock
            for day, one in enumerate(typed.days)
            for number, pair in enumerate(one.times)
            for part, clock in zip(("opens", "closes"), pair, strict=True)
        }
        return {**times, f"{field.html_name}_text": typed.text, f"{field.html_name}_note": typed.note}
    if value is None or value is False or value == []:
        return {}
    return {field.html_name: "on" if value is True else value}


def post(client: Client, service: Service, data: dict[str, Any]) -> Any:
    return client.post(f"/fr/services/{service.key}/edit/", data)


def errors_in(answer: Any) -> str:
    page = unescape(answer.content.decode())
    return page[page.index("error-summary") :][:1500]


def test_a_form_that_is_sent_back_untouched_changes_nothing(service):
    before = read_values(service)
    answer = post(signed_in(Role.COORDINATOR), service, filled_in(service))
    assert answer.status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.version, read_values(again)) == (service.version, before)


def test_the_coordinator_changes_a_service_in_the_name_of_the_office(service):
    changes = {"phone": "01 45 00 00 01", "fee": "payant", "languages-1-code": "ar", "languages-1-spoken_by": "staff",
               "reason": "Nouveau tarif"}  # fmt: skip
    answer = post(signed_in(Role.COORDINATOR), service, filled_in(service, **changes))
    assert answer.status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.phone, again.fee, again.version) == ("+33145000001", "payant", service.version + 1)
    assert sorted(again.languages.values_list("code", flat=True)) == ["ar", "ti"]
    office = again.source_records.get(source__kind=SourceKind.OFFICE)
    assert set(office.values) == {"phone", "fee", "languages"}
    assert "Nouveau tarif" in signed_in(Role.TRANSLATOR).get(f"/fr/services/{service.key}/history/").content.decode()


def test_a_partner_changes_their_own_service_at_once_and_no_other(service):
    own = signed_in(Role.PARTNER, of=service.organisation)
    assert post(own, service, filled_in(service, email="nouveau@example.org")).status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert again.email == "nouveau@example.org"
    assert again.source_records.get(source__kind=SourceKind.OWNER).values == {"email": "nouveau@example.org"}
    stranger = signed_in(Role.PARTNER, of=make.organisation(), name="Autre Personne")
    assert post(stranger, service, filled_in(service, email="faux@example.org")).status_code == 403
    assert Client().get(f"/fr/services/{service.key}/edit/")["Location"].startswith("/fr/accounts/login/")


def test_who_says_how_many_places_are_left_says_it_of_today(service):
    assert post(signed_in(Role.COORDINATOR), service, filled_in(service, capacity="full")).status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.capacity, again.capacity_on) == ("full", again.confirmed_on)


def test_an_emptied_field_is_emptied_and_a_deleted_line_is_gone(service):
    sent = filled_in(service, **{"website": "", "languages-0-DELETE": "on", "themes": []})
    assert post(signed_in(Role.COORDINATOR), service, sent).status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.website, again.themes, list(again.languages.all())) == ("", [], [])


def test_a_line_is_added_to_those_that_are_there(service):
    place = {"places-1-address": "3 rue Bleue", "places-1-postcode": "94400", "places-1-area": "Vitry-sur-Seine"}
    assert post(signed_in(Role.COORDINATOR), service, filled_in(service, **place)).status_code == 302
    at = Service.objects.get(pk=service.pk).at.select_related("place__area")
    assert [(one.place.address, one.place.town) for one in at] == [
        ("12 avenue Verte", "Vitry-sur-Seine"),
        ("3 rue Bleue", "Vitry-sur-Seine"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"name": ""}, "name", ""),
        ({"phone": "12"}, "phone", "12"),
        ({"email": "pas une adresse"}, "email", ""),
        ({"website": "javascript:alert(1)"}, "website", ""),
        ({"age_min": "60", "age_max": "18"}, "age_max", "18"),
        ({"french_min": "B2"}, "french_max", "A1"),
        ({"hours_0_0_opens": "14:00", "hours_0_0_closes": "09:00"}, "hours", ""),
        ({"places-0-lon": "0", "places-0-lat": "0"}, "places-0-lon", ""),
        ({"places-0-area": "Atlantide"}, "places-0-area", "Atlantide"),
        ({"contacts-0-phone": "abc"}, "contacts-0-phone", "abc"),
        ({"description": "a" * 20_001}, "description", ""),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_nothing_is_saved_or_lost(service, changes, field, told):
    answer = post(signed_in(Role.COORDINATOR), service, filled_in(service, fee_note="Gardé", **changes))
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in errors_in(answer) or f'href="#field-{field}"' in errors_in(answer)
    assert told in errors_in(answer)
    assert 'value="Gardé"' in answer.content.decode()
    assert Service.objects.get(pk=service.pk).version == service.version


def test_two_who_change_different_fields_both_win(service):
    client, old = signed_in(Role.COORDINATOR), filled_in(service)
    post(client, service, filled_in(service, phone="01 45 00 00 01"))
    assert post(client, service, {**old, "email": "nouveau@example.org"}).status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.phone, again.email) == ("+33145000001", "nouveau@example.org")


def test_two_who_change_one_field_see_both_versions_and_nothing_is_lost(service):
    client, old = signed_in(Role.COORDINATOR), filled_in(service)
    post(client, service, filled_in(service, phone="01 45 00 00 03"))
    answer = post(client, service, {**old, "phone": "01 45 00 00 02", "fee_note": "Deux euros", "reason": "Appel"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="clash-phone"' in page
    assert "03</ins>" in page
    assert "02</ins>" in page
    assert 'value="Deux euros"' in page
    assert 'value="Appel"' in page
    assert Service.objects.get(pk=service.pk).phone == "+33145000003"


@pytest.mark.parametrize(("taken", "phone"), [([], "+33145000002"), (["phone"], "+33145000001")])
def test_the_second_chooses_theirs_or_mine(service, taken, phone):
    client = signed_in(Role.COORDINATOR)
    post(client, service, filled_in(service, phone="01 45 00 00 01"))
    now = filled_in(Service.objects.get(pk=service.pk), phone="01 45 00 00 02", take=taken, fee_note="Deux euros")
    assert post(client, service, now).status_code == 302
    again = Service.objects.get(pk=service.pk)
    assert (again.phone, again.fee_note.text) == (phone, "Deux euros")


def test_a_forged_memory_of_what_was_seen_overwrites_nothing(service):
    sent = filled_in(service, phone="01 45 00 00 09", seen="forged")
    assert post(signed_in(Role.COORDINATOR), service, sent).status_code == 409
    assert Service.objects.get(pk=service.pk).phone == service.phone


def new(client: Client, organisation: Organisation, **changes: Any) -> Any:
    sent = filled_in(None, organisation=organisation.key, **changes)
    return client.post("/fr/services/new/", sent)


def test_a_partners_new_service_waits_for_the_coordinator(vitry):
    organisation = make.organisation()
    own = signed_in(Role.PARTNER, of=organisation)
    answer = new(own, organisation, name="Permanence juridique", hours_0_0_opens="09:00", hours_0_0_closes="12:00")
    assert answer.status_code == 302, errors_in(answer)
    added = Service.objects.get()
    assert answer["Location"] == added.get_absolute_url()
    assert (added.state, added.hours) == (ServiceState.PROPOSED, "Mo 09:00-12:00")
    record = added.source_records.get()
    assert (record.source.kind, record.external_id) == (SourceKind.OWNER, added.key)
    assert record.confirmed["name"]["by"] == "owner"
    assert new(own, make.organisation(), name="D’une autre").status_code == 422


def test_the_coordinators_new_service_is_public_at_once():
    organisation = make.organisation()
    new(signed_in(Role.COORDINATOR), organisation, name="Permanence juridique")
    assert Service.objects.public().get().organisation == organisation


def test_a_reader_adds_no_service():
    assert signed_in(Role.TRANSLATOR).get("/fr/services/new/").status_code == 403


def move(client: Client, service: Service, state: str) -> ServiceState:
    client.post(f"/fr/services/{service.key}/state/", {"state": state, "reason": ""})
    return ServiceState(Service.objects.get(pk=service.pk).state)


def test_an_organisation_suspends_and_resumes_its_service_but_never_publishes_what_waits():
    service = make.service()
    own = signed_in(Role.PARTNER, of=service.organisation)
    assert move(own, service, "suspended") == ServiceState.SUSPENDED
    assert move(own, service, "published") == ServiceState.PUBLISHED
    Service.objects.filter(pk=service.pk).update(state=ServiceState.PROPOSED)
    assert move(own, service, "published") == ServiceState.PROPOSED
    assert move(signed_in(Role.COORDINATOR), service, "published") == ServiceState.PUBLISHED


def test_a_closed_service_is_opened_again_by_the_coordinator_alone():
    service = make.service()
    own = signed_in(Role.PARTNER, of=service.organisation)
    assert move(own, service, "closed") == ServiceState.CLOSED
    assert move(own, service, "published") == ServiceState.CLOSED
    assert move(signed_in(Role.COORDINATOR), service, "published") == ServiceState.PUBLISHED
