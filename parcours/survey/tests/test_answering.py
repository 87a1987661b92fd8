"""Answering by a link: page by page, without an account and without JavaScript."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from parcours.survey.choices import Progress
from parcours.survey.models import Response
from parcours.survey.tests.cast import asked, link, organisation, wave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    pass


def test_smoke(client):
    one = asked(organisation(phone="+33140000001"), closes_on=timezone.localdate() + timedelta(days=9), at=timezone.now())
    for rest in ("", "page/you/", "page/work/", "page/actions/", "page/actions/0/", "page/last/"):
        r = client.get(link(one, rest))
        print(rest, r.status_code, len(r.content))
        if rest == "page/work/": print(r.content.decode()[r.content.decode().index('<main'):])
    r = client.post(link(one, "page/you/"), {"page:shown": "you/name you/phone you/email you/area", "page:base": "", "you/name": "X", "page:do": "next"})
    print(r.status_code, r.headers.get("Location"))
    assert 0
