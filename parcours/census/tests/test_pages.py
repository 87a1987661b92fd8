"""The coordinator sends a list of 500 associations, says what it holds, imports it, sends it again, takes it back."""

import json
import re
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.census.forms.sources import LABELS
from parcours.census.tests.conftest import imported, service, structure
from parcours.directory.actions.records import hand_source
from parcours.directory.choices import SourceKind
from parcours.directory.models import Organisation, Precedence, Service, Source
from parcours.imports.models import Batch, BatchFile

HEADERS = "Association;Adresse;Code postal;Commune;Téléphone;Courriel;Activités"
FIVE_HUNDRED = "\n".join(
    [HEADERS]
    + [f"Association {n};{n} rue Verte;94400;Vitry-sur-Seine;01456{n:05};a{n}@example.org;Accueil" for n in range(500)]
)


@pytest.fixture
def office(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(office: Client, text: str = FIVE_HUNDRED, kind: str = "organisations", name: str = "liste.csv") -> str:
    answer = office.post(f"/en/imports/{kind}/new/", {"file": SimpleUploadedFile(name, text.encode())})
    return answer.url if answer.status_code == 302 else answer.content.decode()


def filled(page: str, **changes: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    fields = dict(re.findall(r'<input type="(?:text|date)" name="(\w+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields | changes


def until(batch: Batch, state: str) -> None:
    """Wait until a job in the background has ended."""
    end = time.monotonic() + 60
    while Batch.objects.get(pk=batch.pk).state != state or batch.jobs.filter(state="running").exists():
        assert time.monotonic() < end, "it never ended"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_list_of_five_hundred_associations_comes_in_twice_and_goes_again(office: Client) -> None:
    url = upload(office)
    page = office.get(url).content.decode()
    answer = office.post(url, filled(page, title="Recensement 2026"))
    batch = Batch.objects.get()
    assert answer.url == f"/en/imports/{batch.pk}/"
    assert [batch.options["columns"][header] for header in HEADERS.split(";")] == [
        "name", "address", "postcode", "commune", "phone", "email", "description",
    ]  # fmt: skip
    assert (batch.rows.filter(op="create").count(), Organisation.objects.count()) == (500, 0)
    office.post(f"/en/imports/{batch.pk}/apply/")
    until(batch, "applied")
    assert (Organisation.objects.count(), BatchFile.objects.count()) == (500, 0)

    url = upload(office)
    page = office.get(url).content.decode()
    sent = filled(page)
    assert sent["source"] == "recensement-2026"
    shown = office.post(url, sent, follow=True).content.decode()
    assert "This file changes nothing" in shown

    office.post(f"/en/imports/{batch.pk}/undo/")
    until(batch, "undone")
    assert Organisation.objects.count() == 0


def test_a_wrong_column_is_corrected_after_the_preview(office: Client) -> None:
    url = upload(office, "Nom;Quand\nLes Voisins;lundi 9h-12h\n")
    office.post(url, filled(office.get(url).content.decode(), title="Liste", column_1="phone"))
    batch = Batch.objects.get()
    page = office.get(f"/en/imports/{batch.pk}/").content.decode()
    assert ("is not a telephone number" in page, f'href="{url}"' in page) == (True, True)
    office.post(url, filled(office.get(url).content.decode(), column_1="hours"))
    assert [row.after["values"]["hours"] for row in batch.rows.all()] == ["Mo 09:00-12:00"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Choose a source, or give a new one its title."),
        ({"title": "Office"}, "There is a source of this name already"),
        ({"title": "Liste", "observed_on": "soon"}, "Enter a valid date."),
        ({"title": "Liste", "column_1": "name"}, "“Nom” holds this already: choose one of the two."),
        ({"title": "Liste", "column_0": ""}, "One column must hold the name."),
    ],
)
def test_what_is_missing_is_said(office: Client, changes: dict[str, str], message: str) -> None:
    hand_source(SourceKind.OFFICE)
    url = upload(office, "Nom;Tel\nLes Voisins;01 45 67 89 01\n")
    answer = office.post(url, filled(office.get(url).content.decode(), **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_a_standard_file_asks_for_its_source_only(office: Client) -> None:
    text = json.dumps({"structures": [structure()], "services": [service()]})
    url = upload(office, text, "services", "services.json")
    page = office.get(url).content.decode()
    assert ("data·inclusion v1" in page, "column_0" in page) == (True, False)
    shown = office.post(url, filled(page, title="DORA"), follow=True).content.decode()
    assert "Import these rows" in shown


def test_a_file_of_no_known_format_is_refused_at_once(office: Client) -> None:
    assert "neither data·inclusion v1 nor HSDS 3" in upload(office, '[{"a": 1}]', "services", "x.json")
    assert Batch.objects.count() == 0


def test_the_sources_page_ranks_and_switches_off(office: Client, coordinator: User) -> None:
    imported(coordinator, {"structures": [structure()], "services": [service()]})
    page = office.get("/en/census/sources/").content.decode()
    assert "Liste" in page
    shown = office.get("/en/census/sources/list/").content.decode()
    assert all(f"field_{name}" in shown for name in LABELS)
    office.post("/en/census/sources/list/", {"rank": "30", "field_phone": "70"})
    source = Source.objects.get(key="list")
    assert (source.is_used, source.rank, Service.objects.public().count()) == (False, 30, 0)
    assert list(Precedence.objects.values_list("field", "rank")) == [("phone", 70)]
    assert "not used" in office.get("/en/census/sources/").content.decode()
    assert office.post("/en/census/sources/list/", {"rank": "-1"}).status_code == 422


def test_the_sources_page_costs_the_same_however_many_there_are(office: Client, coordinator: User) -> None:
    costs = []
    for count in (1, 3):
        for number in range(count):
            source: Any = {"key": f"list-{number}", "title": f"Liste {number}"}
            imported(coordinator, [structure(number, id=f"dora--{number}")], source=source)
        with CaptureQueriesContext(connection) as queries:
            assert office.get("/en/census/sources/").content.decode().count("/census/sources/list-") == count
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_others_see_neither(client: Client, coordinator: User) -> None:
    batch = imported(coordinator, [structure()])
    other = create_user(email="partner@example.org", name="Partner", language="en")
    client.force_login(other, "allauth.account.auth_backends.AuthenticationBackend")
    pages = ["sources/", "sources/list/", f"reading/{batch.pk}/"]
    assert [client.get(f"/en/census/{page}").status_code for page in pages] == [403] * 3
