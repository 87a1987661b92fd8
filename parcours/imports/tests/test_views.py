import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.imports import actions
from parcours.imports.models import Batch
from parcours.imports.tests.conftest import KIND, NOON, people, sent
from parcours.kit.spreadsheets import read_table

TWO = "email,name\namina@example.org,Amina\nbao@example.org,Bao\n"


@pytest.fixture
def office(client: Client, clerk: User) -> Client:
    client.force_login(clerk, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(office: Client, data: bytes, name: str = "people.csv", language: str = "en") -> object:
    return office.post(f"/{language}/imports/{KIND}/new/", {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_seen_confirmed_and_undone(office: Client) -> None:
    shown = office.get(upload(office, TWO.encode()).url)
    assert shown.status_code == 200
    assert "Amina" in shown.content.decode()
    assert people() == {}
    (batch,) = Batch.objects.all()
    assert office.post(f"/en/imports/{batch.pk}/apply/").url == f"/en/imports/{batch.pk}/"
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}
    assert "Undo this import" in office.get(f"/en/imports/{batch.pk}/").content.decode()
    office.post(f"/en/imports/{batch.pk}/undo/")
    assert people() == {}


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "people.csv", "“people.csv” is empty."),
        (b"\x89PNG\r\n\x1a\n", "people.xlsx", "“people.xlsx” is a picture: a table must be in an XLSX or CSV file."),
        (b"PK\x03\x04rest", "people.xlsx", "“people.xlsx” is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "people.xls", "“people.xls” is an old or a protected Excel file"),
        (b"colour\nred\n", "people.csv", "The columns are email and name."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_way_to_mend_it(
    office: Client, data: bytes, name: str, message: str
) -> None:
    answer = upload(office, data, name)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Batch.objects.count() == 0


def test_errors_are_not_imported_by_a_careless_click(office: Client, clerk: User) -> None:
    batch = sent(clerk, TWO + "nameless@example.org,\n")
    assert office.post(f"/en/imports/{batch.pk}/apply/").status_code == 422
    assert people() == {}
    office.post(f"/en/imports/{batch.pk}/apply/", {"leave_out_errors": "on"})
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}


def test_a_file_sent_again_with_its_errors_says_that_all_the_rest_is_here(office: Client, clerk: User) -> None:
    actions.apply(batch=sent(clerk, TWO), by=clerk, at=NOON)
    page = office.get(f"/en/imports/{sent(clerk, TWO + 'nameless@example.org,').pk}/").content.decode()
    assert "Only rows in error are left" in page


def test_a_conflict_is_told_row_by_row(office: Client, clerk: User) -> None:
    actions.apply(batch=sent(clerk, TWO), by=clerk, at=NOON)
    batch = sent(clerk, "email,name\namina@example.org,Amina B.\n")
    User.objects.filter(email="amina@example.org").update(name="Amina C.")
    answer = office.post(f"/en/imports/{batch.pk}/apply/")
    assert answer.status_code == 409
    assert "renamed since" in answer.content.decode()


def test_a_second_click_says_that_it_is_done(office: Client, clerk: User) -> None:
    batch = sent(clerk, TWO)
    office.post(f"/en/imports/{batch.pk}/apply/")
    answer = office.post(f"/en/imports/{batch.pk}/apply/", follow=True)
    assert "nothing was imported twice" in answer.content.decode()


def test_a_preview_can_be_put_aside(office: Client, clerk: User) -> None:
    batch = sent(clerk, TWO)
    assert office.post(f"/en/imports/{batch.pk}/abandon/").url == f"/en/imports/{KIND}/new/"
    assert office.get(f"/en/imports/{batch.pk}/").status_code == 200
    assert people() == {}


def test_looking_never_applies(office: Client, clerk: User) -> None:
    batch = sent(clerk, TWO)
    assert [office.get(f"/en/imports/{batch.pk}/{verb}/").status_code for verb in ("apply", "undo", "abandon")] == [
        405
    ] * 3


def test_those_without_the_permission_see_no_import(client: Client, clerk: User) -> None:
    batch = sent(clerk, TWO)
    other = create_user(email="partner@example.org", name="Partner", language="en")
    client.force_login(other, "allauth.account.auth_backends.AuthenticationBackend")
    pages = ["", f"{KIND}/new/", f"{KIND}/template.xlsx", f"{batch.pk}/"]
    assert [client.get(f"/en/imports/{page}").status_code for page in pages] == [403] * 4
    assert [client.post(f"/en/imports/{batch.pk}/{verb}/").status_code for verb in ("apply", "undo")] == [403] * 2


def test_a_stranger_is_asked_to_sign_in(client: Client, clerk: User) -> None:
    batch = sent(clerk, TWO)
    assert client.get(f"/en/imports/{batch.pk}/").url.startswith("/en/accounts/login/")


def test_an_unknown_kind_is_not_found(office: Client) -> None:
    assert office.get("/en/imports/other/new/").status_code == 404


def test_the_template_is_a_table_one_can_fill(office: Client) -> None:
    data = b"".join(office.get(f"/en/imports/{KIND}/template.xlsx").streaming_content)
    assert read_table(io.BytesIO(data), "people.xlsx").headers == ("email", "name")


def test_rows_are_filtered_by_what_they_do(office: Client, clerk: User) -> None:
    actions.apply(batch=sent(clerk, TWO), by=clerk, at=NOON)
    batch = sent(clerk, TWO + "carla@example.org,Carla\n")
    page = office.get(f"/en/imports/{batch.pk}/?op=create").content.decode()
    assert ("Carla" in page, "Amina" in page) == (True, False)


def test_the_list_of_imports_costs_the_same_however_long(office: Client, clerk: User) -> None:
    costs = []
    for rows in (1, 3):
        while Batch.objects.count() < rows:
            sent(clerk, TWO)
        with CaptureQueriesContext(connection) as queries:
            assert office.get("/en/imports/").content.decode().count("people.csv") == rows
        costs.append(len(queries))
    assert costs[0] == costs[1]
