import base64
import hmac
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from parcours.accounts.models import User
from parcours.accounts.tests.conftest import ask_for_code, mailed_code, type_code, whoever

ACTIVATE = "/en/accounts/second-factor/totp/activate/"


def number_of(secret: str) -> str:
    """What an authenticator application shows now (RFC 6238)."""
    counter = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrol(client: Client) -> str:
    """Set up an authenticator application; its key."""
    secret = str(client.get(ACTIVATE).context["form"].secret)
    answer = client.post(ACTIVATE, {"code": number_of(secret)})
    assert answer["Location"] == "/en/accounts/second-factor/recovery-codes/"
    return secret


def test_after_enrolment_the_code_alone_no_longer_lets_in(client: Client, amina: User) -> None:
    client.force_login(amina)
    secret = enrol(client)
    other = Client()
    ask_for_code(other, "amina@example.org")
    assert type_code(other, mailed_code())["Location"] == "/en/accounts/second-factor/authenticate/"
    assert whoever(other) == "AnonymousUser"
    other.post("/en/accounts/second-factor/authenticate/", {"code": number_of(secret)})
    assert whoever(other) == "Amina Example"


def test_a_recovery_code_lets_in_once(client: Client, amina: User) -> None:
    client.force_login(amina)
    enrol(client)
    page = client.get("/en/accounts/second-factor/recovery-codes/")
    code = page.context["unused_codes"][0]
    assert page.content.decode().count(code) == 1
    assert [_second_step(code), _second_step(code)] == ["Amina Example", "AnonymousUser"]


def _second_step(code: str) -> str:
    client = Client()
    ask_for_code(client, "amina@example.org")
    type_code(client, mailed_code())
    client.post("/en/accounts/second-factor/authenticate/", {"code": code})
    return whoever(client)


def test_the_key_of_the_application_is_encrypted_in_the_database(client: Client, amina: User) -> None:
    client.force_login(amina)
    secret = enrol(client)
    stored = Authenticator.objects.get(user=amina, type="totp").data["secret"]
    assert (secret in stored, stored[:5]) == (False, "gAAAA")


def test_a_coordinator_must_set_up_a_second_factor_before_anything_else(
    client: Client, amina: User, settings: Any, give_role: Callable[[User, str], None]
) -> None:
    settings.PARCOURS_STAFF_MFA = True
    give_role(amina, "coordinator")
    client.force_login(amina)
    assert client.get("/en/office/")["Location"] == "/en/accounts/second-factor/"
    assert client.get("/en/accounts/second-factor/").status_code == 200
    enrol(client)
    assert client.get("/en/office/").content == b"office of Amina Example"


@pytest.mark.parametrize(("role", "demanded"), [("committee", True), ("coordinator", False)])
def test_others_and_the_demo_do_without(
    client: Client, amina: User, settings: Any, give_role: Callable[[User, str], None], role: str, demanded: bool
) -> None:
    settings.PARCOURS_STAFF_MFA = demanded
    give_role(amina, role)
    client.force_login(amina)
    assert client.get("/en/office/").status_code == 200


def test_someone_with_a_phone_only_can_enrol(client: Client, bao: User) -> None:
    client.force_login(bao)
    enrol(client)
    assert Authenticator.objects.filter(user=bao, type="totp").count() == 1


def test_turning_it_off_asks_for_the_number_again(client: Client, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(amina)
    enrol(client)
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post("/en/accounts/second-factor/totp/deactivate/")
    assert answer["Location"].split("?")[0] == "/en/accounts/second-factor/reauthenticate/"
    assert client.get(answer["Location"]).status_code == 200


def test_the_passkey_button_gets_its_challenge(client: Client, db: None) -> None:
    answer = client.get("/en/accounts/second-factor/webauthn/login/", headers={"accept": "application/json"})
    assert sorted(answer.json()["request_options"]) == ["publicKey"]


SIGNED_IN = [
    "",
    "second-factor/",
    "second-factor/totp/activate/",
    "second-factor/totp/deactivate/",
    "second-factor/recovery-codes/",
    "second-factor/recovery-codes/generate/",
    "second-factor/recovery-codes/download/",
    "second-factor/webauthn/",
    "second-factor/webauthn/add/",
    "second-factor/reauthenticate/",
    "logout/",
]


@pytest.mark.parametrize("path", SIGNED_IN)
@pytest.mark.parametrize("enrolled", [False, True])
def test_no_page_carries_a_script_or_style_that_the_security_policy_refuses(
    client: Client, amina: User, path: str, enrolled: bool
) -> None:
    client.force_login(amina)
    if enrolled:
        enrol(client)
    _assert_clean(client.get(f"/en/accounts/{path}", follow=True))


def test_neither_do_the_pages_before_signing_in(client: Client, amina: User) -> None:
    _assert_clean(client.get("/en/accounts/login/"))
    ask_for_code(client, "amina@example.org")
    _assert_clean(client.get("/en/accounts/login/code/"))
    client.force_login(amina)
    enrol(client)
    other = Client()
    ask_for_code(other, "amina@example.org")
    _assert_clean(other.get(type_code(other, mailed_code())["Location"]))


def _assert_clean(answer: Any) -> None:
    html = answer.content.decode()
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert [s for s in scripts if "src=" not in s and 'type="application/json"' not in s] == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
    assert answer["Content-Security-Policy"].count("script-src 'self'") == 1
