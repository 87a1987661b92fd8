from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.accounts.outbox import demo_outbox
from parcours.accounts.tests.conftest import ask_for_code, code_in, texted, type_code, whoever

NOTICE = "In the demo, the message is shown here"


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "outbox"


@pytest.fixture
def clara(db: None, give_role: Callable[[User, str], None]) -> User:
    """The demo's coordinator: invented."""
    clara = create_user(email="clara@example.org", name="Clara Demo", language="en", is_invented=True)
    give_role(clara, "coordinator")
    return clara


@pytest.fixture
def farid(db: None, give_role: Callable[[User, str], None]) -> User:
    """The demo's facilitator: invented, has a phone."""
    farid = create_user(phone="+33639980009", name="Farid Demo", language="en", is_invented=True)
    give_role(farid, "facilitator")
    return farid


@pytest.mark.parametrize("who", ["clara", "farid"])
def test_one_button_and_the_code_shown_sign_an_invented_person_in(
    client: Client, demo: None, who: str, request: pytest.FixtureRequest
) -> None:
    person: User = request.getfixturevalue(who)
    asked = client.post(f"/en/accounts/demo/{person.pk}/")
    page = client.get(asked["Location"]).content.decode()
    assert page.count(NOTICE) == 1
    type_code(client, code_in(demo_outbox(person.email or person.phone or "") or ""))
    assert whoever(client) == person.name


def test_the_list_names_each_invented_person_who_holds_a_role(
    client: Client, demo: None, clara: User, farid: User, amina: User
) -> None:
    create_user(email="extra@example.org", name="Extra Demo", language="en", is_invented=True)
    page = client.get("/en/accounts/demo/").content.decode()
    names = [name for name in ("Clara Demo", "Farid Demo", "Extra Demo", "Amina Example") if name in page]
    assert names == ["Clara Demo", "Farid Demo"]


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_as_many_queries_for_one_person_as_for_three(
    demo: None, db: None, people: int, give_role: Callable[[User, str], None], django_assert_num_queries: Any
) -> None:
    for n in range(people):
        give_role(create_user(email=f"p{n}@example.org", name=f"P{n}", language="en", is_invented=True), "committee")
    with django_assert_num_queries(3):  # people, their roles, their editions
        Template("{% load accounts %}{% demo_sign_ins %}").render(Context())


def test_outside_the_demo_there_is_no_list_and_no_button(client: Client, clara: User) -> None:
    pages = [client.get("/en/accounts/demo/"), client.post(f"/en/accounts/demo/{clara.pk}/")]
    assert [page.status_code for page in pages] == [404, 404]
    assert Template("{% load accounts %}{% demo_sign_ins %}").render(Context()).strip() == ""


def test_outside_the_demo_no_message_is_shown(client: Client, farid: User, tmp_path: Path) -> None:
    asked = ask_for_code(client, farid.phone or "")
    (message,) = texted(tmp_path)
    page = client.get(asked["Location"]).content.decode()
    assert (page.count(NOTICE), page.count(code_in(message.split("\n\n")[1]))) == (0, 0)
    assert demo_outbox(farid.phone or "") is None


def test_in_the_demo_a_real_person_s_message_is_not_shown(client: Client, demo: None, bao: User) -> None:
    asked = ask_for_code(client, "0639980001")
    assert client.get(asked["Location"]).content.decode().count(NOTICE) == 0
    assert client.post(f"/en/accounts/demo/{bao.pk}/").status_code == 404


def test_the_button_needs_a_post(client: Client, demo: None, clara: User) -> None:
    assert client.get(f"/en/accounts/demo/{clara.pk}/").status_code == 405


def test_the_button_changes_person(client: Client, demo: None, clara: User, amina: User) -> None:
    client.force_login(amina)
    client.post(f"/en/accounts/demo/{clara.pk}/")
    assert whoever(client) == "AnonymousUser"
    type_code(client, code_in(demo_outbox("clara@example.org") or ""))
    assert whoever(client) == "Clara Demo"
