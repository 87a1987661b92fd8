"""What one hands over: a sheet that always fits on one page, in two languages, and a message that is read."""

import json
import re
from datetime import UTC, date, datetime
from string import Formatter

import pypdfium2
import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from parcours.directory.actions.hand import move_service
from parcours.directory.choices import Role, ServiceState, SourceKind
from parcours.directory.models import Organisation, Place, Service, ServicePlace
from parcours.directory.sheet import message as messages
from parcours.directory.sheet.facts import Freshness
from parcours.directory.sheet.message import message
from parcours.directory.sheet.pdf import sheet_data, sheet_pdf
from parcours.directory.sheet.words import SECOND_LANGUAGES, SHEET_LANGUAGES, Words, table
from parcours.directory.tests import factories as make
from parcours.directory.tests.cast import FULL, signed_in
from parcours.kit.tests.pdf import text_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
# a busy machine draws slowly; nothing that a fixture holds changes between examples
BUSY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
URL = "https://parcours.example.org/fr/services/cours-de-francais-12345678/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = False


def detailed(service: Service) -> Service:
    return Service.objects.with_details().get(pk=service.pk)


def sheet(service: Service, language: str) -> bytes:
    cache.clear()
    fresh = Freshness("confirmed_owner", date(2026, 11, 1))
    return sheet_pdf(detailed(service), language, at=NOON, url=URL, freshness=fresh, areas={})


def pages(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u2066-\u2069]+", " ", text)


@pytest.mark.parametrize("language", SECOND_LANGUAGES)
def test_a_sheet_is_one_tagged_page_with_french_beside_each_language(language):
    pdf = sheet(make.service(**FULL), language)
    assert pages(pdf) == 1
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    said = squeezed(text_of(pdf))
    assert "12 avenue Verte" in said
    assert "01 45 67 89 01" in said
    assert "9 h 30" in said
    assert URL in said
    if language != "ar":  # Arabic comes back in the order in which it is drawn
        assert Words(language)("cost") in said


def test_a_sheet_never_shows_a_private_contact():
    service = make.service(**FULL)
    assert "marie@example.org" not in text_of(sheet(service, "en"))
    assert "marie@example.org" not in json.dumps(
        sheet_data(detailed(service), "en", at=NOON, url=URL, freshness=Freshness("undated", None), areas={})
    )
    professional = signed_in(Role.COORDINATOR)
    answer = professional.get(f"/fr/services/{service.key}/handout/en.pdf")
    assert "marie@example.org" not in text_of(answer.content)


def test_what_is_too_long_is_cut_but_the_address_and_the_hours_stay():
    long = make.words("Une phrase assez longue pour prendre de la place. " * 400).stored()
    notes = dict.fromkeys(("description", "publics_note", "conditions", "fee_note", "hours_note"), long)
    service = make.service(**{**FULL, **notes}, enrolment_note=long, documents_note=long)
    pdf = sheet(service, "uk")
    assert pages(pdf) == 1
    said = squeezed(text_of(pdf))
    assert "12 avenue Verte" in said
    assert "jeudi : 9 h 30 – 11 h 30" in said
    assert "Texte raccourci" in said


def test_a_service_at_many_places_with_different_hours_still_fits():
    places = [
        {"address": f"{number} rue d’un nom plutôt long qui ne tient pas sur une ligne", "postcode": "94400",
         "hours": f"Mo,We {8 + number % 4:02}:00-12:00; Tu,Th,Fr 14:00-{15 + number % 4}:30; Sa 10:00-11:00"}
        for number in range(1, 13)
    ]  # fmt: skip
    service = make.service(**{**FULL, "places": places, "hours": ""})
    pdf = sheet(service, "ar")
    assert pages(pdf) == 1
    assert "6 rue d’un nom" in squeezed(text_of(pdf))
    assert "Autres adresses, sur la page en ligne : 6" in squeezed(text_of(pdf))


def test_a_sheet_says_what_is_invented_what_a_machine_translated_and_what_is_not_translated():
    service = make.service(**FULL)
    Service.objects.filter(pk=service.pk).update(is_invented=True)
    said = squeezed(text_of(sheet(service, "es")))
    for name in ("invented", "drafted", "in_french"):
        assert Words("es")(name) in said
    said = squeezed(text_of(sheet(make.service(**FULL), "en")))
    assert Words("en")("drafted") not in said


def test_every_phrase_stands_in_every_language_with_the_same_blanks():
    for name, phrase in table().items():
        blanks = {part[1] for part in Formatter().parse(phrase.text_in("fr")) if part[1]}
        for language in SHEET_LANGUAGES:
            text = phrase.text_in(language)
            assert text, (name, language)
            assert {part[1] for part in Formatter().parse(text) if part[1]} == blanks, (name, language)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    name=st.text(min_size=1, max_size=200),
    address=st.text(max_size=200),
    language=st.sampled_from(SHEET_LANGUAGES),
    hours=st.sampled_from(["", "Mo-Fr 09:00-17:00", "Mo 01:00-02:00; Tu 03:00-04:00; We 05:00-06:00; Th 07:00-08:00"]),
)
def test_a_message_has_at_most_480_characters_and_ends_with_the_link(name, address, language, hours):
    organisation = Organisation(name="Association des habitants du quartier")
    service = Service(pk=1, name=make.words(name), organisation=organisation, hours=hours, phone="+33145678901")
    at = [ServicePlace(pk=1, service=service, place=Place(organisation=organisation, address=address))]
    service._prefetched_objects_cache = {"at": at, "languages": [], "contacts": []}
    text = message(service, language, at=NOON, url=URL)
    assert len(text) <= messages.LONGEST
    assert text.endswith(f"\n{URL}")


def test_a_message_keeps_the_address_the_hours_and_the_phone():
    said = message(detailed(make.service(**FULL)), "fr", at=NOON, url=URL)
    for part in ("Cours de français", "12 avenue Verte", "mardi", "01 45 67 89 01", "Gratuit", "tigrigna"):
        assert part in said


def test_the_page_offers_the_sheet_and_the_message_in_the_language_asked_for():
    service = make.service(**FULL)
    page = Client().get(f"/fr/services/{service.key}/handout/?language=ti").content.decode()
    assert f"/services/{service.key}/handout/ti.pdf" in page
    assert "ተሌፎን" in page
    assert "sms:?&amp;body=" in page
    assert Client().get(f"/fr/services/{service.key}/handout/?language=xx").status_code == 200
    answer = Client().get(f"/fr/services/{service.key}/handout/ti.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert Client().get(f"/fr/services/{service.key}/handout/xx.pdf").status_code == 404


def test_only_a_public_service_is_handed_over():
    service = make.service()
    move_service(service=service, state=ServiceState.SUSPENDED, by=SourceKind.OFFICE, reason="")
    for part in ("handout/", "handout/en.pdf"):
        assert Client().get(f"/fr/services/{service.key}/{part}").status_code == 404
