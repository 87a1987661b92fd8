"""The cast of the tests, and the ways they sign in."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User


@pytest.fixture(autouse=True)
def _own_outbox_and_no_rate_left_over(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.DEMO = False
    settings.PARCOURS_STAFF_MFA = False
    settings.PARCOURS_SMS_BACKEND = "parcours.accounts.sms.file_sms"
    settings.ROOT_URLCONF = "parcours.accounts.tests.urls"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    cache.clear()


@pytest.fixture
def amina(db: None) -> User:
    """Signs in by e-mail, reads English."""
    return create_user(email="amina@example.org", name="Amina Example", language="en")


@pytest.fixture
def bao(db: None) -> User:
    """Has a phone only, reads French."""
    return create_user(phone="06 39 98 00 01", name="Bao Example", language="fr")


@pytest.fixture
def give_role() -> Callable[[User, str], None]:
    """Memberships stand a floor above: reached through the registry, as a user's reverse side is."""

    def give(user: User, role: str) -> None:
        apps.get_model("directory", "Membership").objects.create(user=user, role=role)

    return give


def ask_for_code(client: Client, login: str, language: str = "en", next_url: str = "") -> HttpResponse:
    data = {"login": login} | ({"next": next_url} if next_url else {})
    return client.post(f"/{language}/accounts/login/", data)


def type_code(client: Client, code: str, next_url: str = "") -> HttpResponse:
    data = {"code": code} | ({"next": next_url} if next_url else {})
    return client.post("/en/accounts/login/code/", data)


def code_in(text: str) -> str:
    """The only number of six digits in a message."""
    (code,) = set(re.findall(r"\b\d{6}\b", text))
    return str(code)


def mailed_code() -> str:
    return code_in(str(mail.outbox[-1].body))


def texted(outbox: Path) -> list[str]:
    """The text messages that left, oldest first."""
    return [file.read_text(encoding="utf-8") for file in sorted((outbox / "outbox").glob("*.sms"))]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def whoever(client: Client) -> str:
    """Who the site takes the client for."""
    return client.get("/").content.decode().removeprefix("home of ")
