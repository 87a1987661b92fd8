import json
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.accounts.rules import normal_phone


def test_creating_the_same_account_twice_gives_the_first_one_back_unchanged(amina: User) -> None:
    again = create_user(email="AMINA@example.org", phone="0639980007", name="Someone Else", language="fr")
    assert (again.pk, again.name, again.phone) == (amina.pk, "Amina Example", None)
    assert User.objects.count() == 1


def test_two_addresses_of_two_persons_are_refused(amina: User, bao: User) -> None:
    with pytest.raises(ValidationError):
        create_user(email="amina@example.org", phone="0639980001", name="Who", language="fr")


@pytest.mark.parametrize(
    "addresses", [{}, {"email": " "}, {"email": "not an address"}, {"phone": "12"}, {"phone": "call me"}]
)
def test_an_account_needs_an_address_that_can_receive(db: None, addresses: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        create_user(name="Who", language="fr", **addresses)
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"email": None, "phone": None},
        {"email": "Upper@example.org", "phone": None},
        {"email": None, "phone": "0639980001"},
    ],
)
def test_the_database_refuses_an_account_that_nobody_could_sign_in_to(db: None, columns: dict[str, str | None]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(name="Who", language="fr", **columns)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("(06) 39.98-00/01", "+33639980001"),
        ("0034 612 345 678", "+34612345678"),
        ("+7 912 345-67-89", "+79123456789"),
        ("612345678", None),
        ("+0612345678", None),
        ("+331234567890123456", None),
    ],
)
def test_a_phone_number_is_kept_in_international_form(typed: str, stored: str | None) -> None:
    assert normal_phone(typed, prefix="+33") == stored


def test_a_role_counts_only_for_an_open_account(amina: User, give_role: Callable[[User, str], None]) -> None:
    give_role(amina, "committee")
    give_role(amina, "translator")
    assert amina.roles == frozenset({"committee", "translator"})
    assert (amina.has_role("committee"), amina.has_role("coordinator")) == (True, False)
    amina.is_active = False
    assert amina.has_role("committee") is False


def test_no_permission_is_held_that_no_rule_gives(amina: User) -> None:
    assert amina.has_perm("plan.change_action") is False


def test_one_changes_one_s_name_and_language(client: Client, amina: User) -> None:
    client.force_login(amina)
    client.post("/en/accounts/", {"name": "Amina New", "language": "ar", "email": "thief@example.org"})
    amina.refresh_from_db()
    assert (amina.name, amina.language, amina.email) == ("Amina New", "ar", "amina@example.org")


@pytest.mark.parametrize("data", [{"name": "", "language": "fr"}, {"name": "Amina", "language": "xx"}])
def test_a_profile_without_name_or_with_an_unknown_language_is_not_saved(
    client: Client, amina: User, data: dict[str, str]
) -> None:
    client.force_login(amina)
    assert client.post("/en/accounts/", data).status_code == 200
    amina.refresh_from_db()
    assert (amina.name, amina.language) == ("Amina Example", "en")


def test_signing_out_everywhere_else_keeps_this_session_only(client: Client, amina: User) -> None:
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(amina)
    client.post("/en/accounts/sessions/end/")
    assert [each.get("/en/accounts/").status_code for each in (client, elsewhere)] == [200, 302]


def test_the_download_holds_everything_about_the_person_and_nobody_else(
    client: Client, amina: User, bao: User, give_role: Callable[[User, str], None]
) -> None:
    give_role(amina, "committee")
    client.force_login(amina)
    answer = client.get("/en/accounts/download/")
    data = json.loads(answer.content)
    assert sorted(data) == ["account", "history", "roles", "second_factors"]
    assert (data["account"]["email"], data["account"]["name"]) == ("amina@example.org", "Amina Example")
    assert data["roles"] == [{"role": "committee", "organisation": ""}]
    assert answer.content.decode().count("Bao") == 0


def test_no_column_of_the_account_is_missing_from_the_download(client: Client, amina: User) -> None:
    client.force_login(amina)
    held = {field.name for field in User._meta.concrete_fields} - {"id", "password"}
    assert set(json.loads(client.get("/en/accounts/download/").content)["account"]) == held


def test_only_staff_see_who_has_which_role(
    client: Client, amina: User, bao: User, give_role: Callable[[User, str], None]
) -> None:
    give_role(amina, "coordinator")
    give_role(bao, "committee")
    answers = []
    for person in (amina, bao):
        client.force_login(person)
        answers.append(client.get("/en/accounts/roles/").status_code)
    assert answers == [200, 403]


def test_the_page_of_roles_costs_as_many_queries_for_one_person_as_for_three(
    client: Client, amina: User, give_role: Callable[[User, str], None]
) -> None:
    give_role(amina, "coordinator")
    client.force_login(amina)
    client.get("/en/accounts/roles/")
    counts = [_queries_of_the_page_of_roles(client)]
    for n in range(2):
        give_role(create_user(email=f"p{n}@example.org", name=f"P{n}", language="en"), "committee")
    assert [*counts, _queries_of_the_page_of_roles(client)] == counts * 2


def _queries_of_the_page_of_roles(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/accounts/roles/")
    return len(queries)


@pytest.mark.parametrize("path", ["", "download/", "roles/", "second-factor/"])
def test_a_page_of_the_account_asks_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(f"/en/accounts/{path}")["Location"] == f"/en/accounts/login/?next=/en/accounts/{path}"


def test_a_declared_personal_column_exists(db: None) -> None:
    columns = connection.introspection.get_table_description(connection.cursor(), "accounts_user")
    assert set(User.pii.fields) - {column.name for column in columns} == set()
