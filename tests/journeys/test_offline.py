"""The phone in flight mode: what was saved is found again, followed by its differences, and deleted."""

import re

import pytest
from playwright.sync_api import Page, expect

from parcours.directory.vocabulary import entries
from parcours.engines.words import fold, words
from tests.journeys.axe import faults
from tests.journeys.conftest import PATIENCE, free_port, manage, served

pytestmark = pytest.mark.journey

VITRY, PHONE = "vitry-sur-seine-94081", 360
CHANGE = """
from django.utils import timezone
from parcours.directory.actions.records import change_by_hand
from parcours.directory.choices import SourceKind
from parcours.directory.models import Service
change_by_hand(target=Service.objects.get(key="{key}"), values={{"hours": "Sa 07:15-08:45"}},
               by=SourceKind.OFFICE, at=timezone.now())
"""
# How others write: vowel signs, letters of other alphabets that look alike, digits, joined letters.
WRITTEN = [
    "L’Hébergement", "ŒUVRE", "Straße", "ΣΊΣΥΦΟΣ", "İstanbul", "ﬁnance", "Łódź", "Đà Nẵng", "اللُّغة", "أُسْرَة", "٢٠١٨",
    "الفرنسيّة", "مسئول", "فارسی", "Ёлка", "їжак", "ґанок", "йод", "ትግርኛ", "தமிழ்", "বাংলা", "०१२", "naïve", "Ångström",
]  # fmt: skip


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def save(page: Page, area: str, *languages: str) -> None:
    page.locator("#save-area").select_option(area)
    for box in page.locator("[name=save-language]").all():
        box.set_checked(box.get_attribute("value") in languages)
    saved = page.locator(".offline-pack").count()
    page.locator("#save").click()
    expect(page.locator(".offline-pack")).to_have_count(saved + len(languages))


def look_for(page: Page, question: str) -> str:
    """Searches, and names the services found."""
    page.locator("#q").fill(question)
    page.locator("#q").press("Enter")
    return "\n".join(page.locator(".result h3").all_inner_texts())


def test_the_phone_finds_everything_again_in_flight_mode(phone, ground):
    port = free_port()
    with served(ground, port) as site:
        phone.goto(f"{site}/fr/offline/")
        assert phone.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
        assert faults(phone) == []
        save(phone, VITRY, "fr", "ar")
        save(phone, "all", "fr")
        expect(phone.locator("#saved")).to_contain_text(re.compile(r"\d+\sko"))
    phone.context.set_offline(True)
    phone.reload()
    assert "français" in look_for(phone, "français")
    found = look_for(phone, "تعلم الفرنسية")
    assert "français" in found
    phone.goto(f"{site}/ar/services/")
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    expect(phone.locator(".result").first).to_be_visible()
    assert faults(phone) == []
    phone.goto(f"{site}/fr/services/?q=français+tigrigna")
    address = phone.locator(".result a").first.get_attribute("href")
    phone.locator(".result a").first.click()
    expect(phone).to_have_url(f"{site}{address}")
    expect(phone.locator("#card h1")).to_contain_text("français")
    expect(phone.locator("#card")).to_contain_text(re.compile(r"\d+\sh\s\d+\s–\s\d+\sh\s\d+"))
    assert faults(phone) == []
    # back online: only what changed comes
    manage(ground, "shell", "-c", CHANGE.format(key=address.split("/")[-2]))
    phone.context.set_offline(False)
    with served(ground, port):
        phone.goto(f"{site}/fr/offline/")
        pack = phone.locator(".offline-pack").filter(has_text=re.compile("Val-de-Marne"))
        with phone.expect_response(re.compile("since=")) as told:
            pack.get_by_role("button").first.click()
        assert int(told.value.headers["content-length"]) < 2000
        pack.locator("[role=status] button").click()
        phone.goto(f"{site}/fr/offline/")
        expect(phone.locator(".offline-pack")).to_have_count(3)
    phone.context.set_offline(True)
    phone.goto(f"{site}{address}")
    expect(phone.locator("#card")).to_contain_text(re.compile(r"7\sh\s15"))
    phone.goto(f"{site}/fr/offline/")
    expect(phone.locator(".offline-pack")).to_have_count(3)
    for boxes in (3, 2, 1):
        phone.locator(".offline-pack").first.get_by_role("button").last.click()
        expect(phone.locator(".offline-pack")).to_have_count(boxes - 1)
    expect(phone.locator("#find")).to_be_hidden()
    expect(phone.locator(".result:visible")).to_have_count(0)


def test_the_phone_folds_words_as_the_server_does(phone, site):
    texts = [*WRITTEN, *sorted({entry.text for entry in entries()})[::5]]
    assert len(texts) > 300
    phone.goto(f"{site}/fr/offline/")
    [script] = phone.evaluate("fetch('/sw.js').then(one => one.text())").split("words.")[1:2] or [""]
    folded = phone.evaluate(
        "([url, texts]) => import(url).then(m => texts.map(text => [m.fold(text), m.words(text)]))",
        ["/static/offline/words." + script.partition('"')[0], texts],
    )
    assert folded == [[fold(text), words(text)] for text in texts]
