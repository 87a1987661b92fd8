"""A reader reports an error: it waits for the coordinator, programs are not heard, nobody is asked for an account."""

import pytest
from django.core.cache import cache
from django.test import Client

from parcours.census.choices import CorrectionOrigin, CorrectionState
from parcours.census.models import Correction
from parcours.directory.choices import ServiceState
from parcours.directory.models import Service
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_sent_before():
    cache.clear()


def send(service: Service, client: Client | None = None, **said: str):
    return (client or Client()).post(f"/fr/census/report/{service.key}/", said)


def test_a_report_waits_for_the_coordinator_and_the_page_stays_as_it_is():
    service = make.service(phone="+33140000001")
    assert f"/fr/census/report/{service.key}/" in Client().get(f"/fr/services/{service.key}/").content.decode()
    answer = send(service, message="Le numéro ne répond pas", contact="06 12 34 56 78")
    assert answer["Location"] == service.get_absolute_url()
    told = Correction.objects.get()
    assert (told.service, told.origin, told.state) == (service, CorrectionOrigin.READER, CorrectionState.OPEN)
    assert (told.message, told.contact, told.values) == ("Le numéro ne répond pas", "06 12 34 56 78", {})
    assert Service.objects.get().version == service.version


def test_a_report_without_words_is_asked_for_them():
    answer = send(make.service(), message="  ")
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard():
    assert send(make.service(), message="Buy", nothing="https://spam.example").status_code == 302
    assert not Correction.objects.exists()


def test_a_sixth_report_within_a_minute_has_to_wait():
    service = make.service()
    answers = [send(service, message=f"Erreur {number}").status_code for number in range(6)]
    assert answers == [302] * 5 + [429]
    assert Correction.objects.count() == 5


def test_only_what_everyone_reads_is_reported():
    service = make.service()
    Service.objects.update(state=ServiceState.PROPOSED)
    assert send(service, message="Erreur").status_code == 404
