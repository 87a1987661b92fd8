"""Changing an organisation: all that is known of it, by whom, in whose name, and what its history says."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from parcours.directory.actions.organisations import create_organisation
from parcours.directory.choices import Role, SourceKind
from parcours.directory.models import Organisation, Territory
from parcours.directory.records import read_values
from parcours.directory.tests import factories as make
from parcours.directory.tests.cast import signed_in
from parcours.directory.tests.test_service_forms import errors_in, filled_in

pytestmark = pytest.mark.django_db
PLACE = {"address": "12 avenue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.392, "lat": 48.789}
KNOWN: dict[str, Any] = {
    "name": "Les Voisins", "acronym": "LV", "kind": "association", "area": "insee-commune:94081",
    "description": make.words("Accueillir.").stored(), "phone": "+33145678901", "email": "lv@example.org",
    "website": "https://example.org/", "hours": "Mo 09:00-12:00", "networks": ["cada"], "places": [PLACE],
    "identifiers": [{"scheme": "siret", "value": "73282932000074"}],
    "contacts": [{"name": "Accueil", "phone": "+33145678902", "is_private": False}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def ground(settings: Any) -> None:
    settings.PARCOURS_STAFF_MFA = False
    county = make.area("Val-de-Test", code="94", lon=2.4, lat=48.8)
    make.area("Vitry-sur-Seine", code="94081", parent=county, lon=2.39, lat=48.79)
    make.area("Créteil", code="94028", parent=county, lon=2.45, lat=48.78)
    Territory.objects.create(pk=1, name=make.words("Val-de-Test"), area=county, owner=make.organisation())


@pytest.fixture
def voisins() -> Organisation:
    return create_organisation(source=make.source(), external_id="1", values=KNOWN)


def post(client: Client, organisation: Organisation, **changes: Any) -> Any:
    return client.post(f"/fr/organisations/{organisation.key}/edit/", filled_in(organisation, **changes))


def now(organisation: Organisation) -> dict[str, Any]:
    return read_values(Organisation.objects.get(pk=organisation.pk))


def test_a_form_that_is_sent_back_untouched_changes_nothing(voisins):
    assert post(signed_in(Role.COORDINATOR), voisins).status_code == 302
    assert (Organisation.objects.get(pk=voisins.pk).version, now(voisins)) == (voisins.version, KNOWN)


def test_an_organisation_changes_every_fact_of_its_own_and_no_other(voisins):
    own = signed_in(Role.PARTNER, of=voisins)
    changes = {
        "phone": "01 45 67 89 09", "email": "nous@example.org", "website": "voisins.example.org", "area":
        "insee-commune:94028", "places-0-address": "3 rue Bleue", "places-0-area": "Créteil", "places-0-lon": "2.45",
        "places-0-lat": "48.78", "places-0-postcode": "94000", "identifiers-1-scheme": "rna", "identifiers-1-value":
        "W941234567", "contacts-0-DELETE": "on", "hours_0_0_closes": "13:00", "reason": "Nous avons déménagé",
    }  # fmt: skip
    assert post(own, voisins, **changes).status_code == 302
    place = {"address": "3 rue Bleue", "postcode": "94000", "area": "insee-commune:94028", "lon": 2.45, "lat": 48.78}
    assert now(voisins) == {key: value for key, value in KNOWN.items() if key != "contacts"} | {
        "phone": "+33145678909", "email": "nous@example.org", "website": "https://voisins.example.org",
        "area": "insee-commune:94028", "hours": "Mo 09:00-13:00", "places": [place],
        "identifiers": [{"scheme": "rna", "value": "W941234567"}, {"scheme": "siret", "value": "73282932000074"}],
    }  # fmt: skip
    word = voisins.source_records.get(source__kind=SourceKind.OWNER)
    assert (word.values["phone"], word.confirmed["phone"]["by"]) == ("+33145678909", "owner")
    other = make.organisation("Autre")
    assert post(own, other, phone="01 45 67 89 09").status_code == 403
    assert Client().get(f"/fr/organisations/{voisins.key}/edit/")["Location"].startswith("/fr/accounts/login/")


def test_its_history_says_who_when_and_why(voisins):
    post(signed_in(Role.PARTNER, of=voisins, name="Awa Exemple"), voisins, area="insee-commune:94028", reason="Parti")
    history = f"/fr/organisations/{voisins.key}/history/"
    page = Client().get(history).content.decode()
    assert "<q>Parti</q>" in page
    assert "Créteil</ins>" in page
    assert "Awa Exemple" not in page
    assert "Awa Exemple" in signed_in(Role.TRANSLATOR).get(history).content.decode()
    assert history in Client().get(voisins.get_absolute_url()).content.decode()


def test_an_address_taken_away_is_gone(voisins):
    assert post(signed_in(Role.COORDINATOR), voisins, **{"places-0-DELETE": "on"}).status_code == 302
    assert "places" not in now(voisins)


def test_a_number_in_a_register_that_is_another_ones_is_refused_with_its_name(voisins):
    other = make.organisation("Autre")
    answer = post(signed_in(Role.COORDINATOR), other, **{"identifiers-0-scheme": "siret",
                                                         "identifiers-0-value": "732 829 320 00074"})  # fmt: skip
    assert answer.status_code == 422
    assert "SIRET 73282932000074" in errors_in(answer)
    assert "Les Voisins" in errors_in(answer)


def test_all_errors_are_told_at_once(voisins):
    wrong = {"phone": "12", "website": "javascript:alert(1)", "identifiers-0-value": "73282932000075", "name": ""}
    told = errors_in(post(signed_in(Role.COORDINATOR), voisins, **wrong))
    assert all(f'href="#id_{field}"' in told for field in wrong)


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"name": ""}, "name", ""),
        ({"kind": ""}, "kind", ""),
        ({"phone": "12"}, "phone", "12"),
        ({"website": "javascript:alert(1)"}, "website", ""),
        ({"identifiers-0-value": "73282932000075"}, "identifiers-0-value", "73282932000075"),
        ({"places-0-lon": "-4.5"}, "places-0-lon", "km"),
        ({"description": "a" * 20_001}, "description", ""),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_nothing_is_saved_or_lost(voisins, changes, field, told):
    answer = post(signed_in(Role.COORDINATOR), voisins, acronym="Gardé", **changes)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in errors_in(answer) or f'href="#field-{field}"' in errors_in(answer)
    assert told in errors_in(answer)
    assert 'value="Gardé"' in unescape(answer.content.decode())
    assert now(voisins) == KNOWN
