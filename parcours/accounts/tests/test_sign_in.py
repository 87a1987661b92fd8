import logging
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from parcours.accounts.actions import deactivate_user, update_profile
from parcours.accounts.models import User
from parcours.accounts.tests.conftest import ask_for_code, code_in, mailed_code, texted, type_code, whoever, wrong

CONFIRM = "/en/accounts/login/code/"


def test_a_person_signs_in_with_a_code_sent_by_mail(client: Client, amina: User) -> None:
    answer = ask_for_code(client, "amina@example.org")
    assert answer["Location"] == CONFIRM
    assert [message.to for message in mail.outbox] == [["amina@example.org"]]
    assert type_code(client, mailed_code()).status_code == 302
    assert whoever(client) == "Amina Example"


def test_the_case_of_an_address_does_not_count(client: Client, amina: User) -> None:
    ask_for_code(client, " Amina@Example.ORG ")
    type_code(client, mailed_code())
    assert whoever(client) == "Amina Example"


@pytest.mark.parametrize("typed", ["06 39 98 00 01", "+33639980001", "0033 6.39.98.00.01"])
def test_a_person_signs_in_with_a_code_sent_to_a_phone(client: Client, bao: User, tmp_path: Path, typed: str) -> None:
    assert ask_for_code(client, typed)["Location"] == CONFIRM
    (message,) = texted(tmp_path)
    assert message.startswith("To: +33639980001\n")
    type_code(client, code_in(message.split("\n\n")[1]))
    assert whoever(client) == "Bao Example"


def test_a_code_typed_in_two_groups_is_understood(client: Client, amina: User) -> None:
    ask_for_code(client, "amina@example.org")
    code = mailed_code()
    type_code(client, f" {code[:3]} {code[3:]} ")
    assert whoever(client) == "Amina Example"


def test_the_third_wrong_code_ends_the_attempt(client: Client, amina: User) -> None:
    ask_for_code(client, "amina@example.org")
    code = mailed_code()
    assert [type_code(client, wrong(code)).status_code for _ in range(3)] == [200, 200, 302]
    assert type_code(client, code)["Location"] == "/en/accounts/login/again/"
    assert whoever(client) == "AnonymousUser"


def test_a_code_of_more_than_five_minutes_ago_is_refused(
    client: Client, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_code(client, "amina@example.org")
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert type_code(client, mailed_code())["Location"] == "/en/accounts/login/again/"
    assert whoever(client) == "AnonymousUser"


def test_a_code_lets_in_only_the_browser_that_asked_for_it(client: Client, amina: User) -> None:
    ask_for_code(client, "amina@example.org")
    stranger = Client()
    ask_for_code(stranger, "nobody@example.org")
    type_code(stranger, code_in(str(mail.outbox[0].body)))
    assert whoever(stranger) == "AnonymousUser"


@pytest.mark.parametrize(
    ("known", "unknown"), [("amina@example.org", "nemo@example.org"), ("0639980001", "0639980002")]
)
def test_an_unknown_address_gets_the_same_page_as_a_known_one(amina: User, bao: User, known: str, unknown: str) -> None:
    assert _pages_after(known) == _pages_after(unknown)


def _pages_after(login: str) -> list[str]:
    """The pages after asking for a code and after a wrong one, without the address, tokens and the page's own keys."""
    client = Client()
    asked = ask_for_code(client, login)
    pages = [client.get(asked["Location"]), type_code(client, "000000")]
    texts = [page.content.decode().replace(login, "").replace("+33" + login[1:], "") for page in pages]
    return [str(asked.status_code), *(re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in texts)]


def test_an_unknown_address_is_told_so_in_a_message_that_holds_no_code(client: Client, db: None) -> None:
    ask_for_code(client, "nemo@example.org")
    (message,) = mail.outbox
    assert message.to == ["nemo@example.org"]
    assert re.findall(r"\d{6}", str(message.body)) == []


def test_the_page_does_not_say_whether_a_message_left(client: Client, db: None) -> None:
    asked = ask_for_code(client, "nemo@example.org")
    assert [str(message) for message in client.get(asked["Location"]).context["messages"]] == []


def test_a_closed_account_gets_no_code(client: Client, amina: User) -> None:
    deactivate_user(user=amina)
    ask_for_code(client, "amina@example.org")
    assert [message.subject for message in mail.outbox] == ["No account has this address"]


@pytest.mark.parametrize(("reader", "site"), [("fr", "en"), ("en", "fr")])
def test_the_mail_is_in_the_reader_s_language_whatever_the_site_s(
    client: Client, amina: User, reader: str, site: str
) -> None:
    update_profile(user=amina, name="Amina Example", language=reader)
    ask_for_code(client, "amina@example.org", language=site)
    assert [message.extra_headers["Content-Language"] for message in mail.outbox] == [reader]


def test_the_text_message_is_in_the_reader_s_language(client: Client, bao: User, tmp_path: Path) -> None:
    ask_for_code(client, "0639980001", language="en")
    (message,) = texted(tmp_path)
    text = message.split("\n\n")[1].strip()
    with translation.override("fr"):
        assert text == render_to_string("accounts/sms/sign_in_code.txt", {"code": code_in(text)}).strip()


def test_after_signing_in_one_is_back_on_the_page_one_wanted(client: Client, amina: User) -> None:
    assert client.get("/en/office/")["Location"] == "/en/accounts/login/?next=/en/office/"
    asked = ask_for_code(client, "amina@example.org", next_url="/en/office/")
    assert asked["Location"] == CONFIRM + "?next=%2Fen%2Foffice%2F"
    assert type_code(client, mailed_code(), next_url="/en/office/")["Location"] == "/en/office/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_signing_in(client: Client, amina: User, elsewhere: str) -> None:
    asked = ask_for_code(client, "amina@example.org", next_url=elsewhere)
    assert asked["Location"] == CONFIRM
    assert type_code(client, mailed_code(), next_url=elsewhere)["Location"] == "/en/"


def test_signing_in_keeps_the_language_of_the_page_not_of_the_browser(amina: User) -> None:
    browser = Client(headers={"accept-language": "en"})
    ask_for_code(browser, "amina@example.org", language="fr")
    assert browser.post("/fr/accounts/login/code/", {"code": mailed_code()})["Location"] == "/fr/"


def test_the_code_is_in_no_log(client: Client, bao: User, caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    caplog.set_level(logging.DEBUG)
    sent: list[str] = []
    settings.PARCOURS_SMS_BACKEND = "parcours.accounts.sms.no_sms"
    ask_for_code(client, "0639980001")
    sent.append(client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"])
    assert "A text message was not sent: PARCOURS_SMS_BACKEND names no provider." in caplog.messages
    written = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert [text for text in written if sent[0] in text or "39980001" in text] == []


def test_the_fourth_code_asked_for_in_a_minute_is_refused(amina: User) -> None:
    answers = [ask_for_code(Client(), "amina@example.org").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 200]


def test_there_is_no_way_in_by_password(client: Client, amina: User) -> None:
    amina.set_password("open sesame")
    amina.save()
    answer = client.post("/en/accounts/login/", {"login": "amina@example.org", "password": "open sesame"})
    assert (answer["Location"], whoever(client)) == (CONFIRM, "AnonymousUser")


@pytest.mark.parametrize("path", ["password/reset/", "password/change/", "email/", "phone/change/"])
def test_passwords_and_changes_of_address_have_no_page(client: Client, db: None, path: str) -> None:
    assert client.get(f"/en/accounts/{path}").status_code == 404


def test_nobody_signs_up(client: Client, db: None) -> None:
    answers = [client.get("/en/accounts/signup/"), client.post("/en/accounts/signup/", {"email": "new@example.org"})]
    assert [answer.status_code for answer in answers] == [200, 405]
    assert User.objects.count() == 0


def test_signing_out_asks_first_and_then_ends_the_session(client: Client, amina: User) -> None:
    client.force_login(amina)
    assert (client.get("/en/accounts/logout/").status_code, whoever(client)) == (200, "Amina Example")
    client.post("/en/accounts/logout/")
    assert whoever(client) == "AnonymousUser"
