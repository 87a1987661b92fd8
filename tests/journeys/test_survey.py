"""From the form that Kobo knows to a network: the officer sends it, asks, reads one answer, takes in a new partner."""

import re
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from parcours.accounts.outbox import SEPARATOR
from parcours.engines.questionnaire.sheets import write_sheets
from parcours.packs.survey import sheets_of
from tests.journeys.conftest import PACK
from tests.journeys.test_survey_answer import PHONE, looked_at

pytestmark = pytest.mark.journey

PARTNER = "Les Passeuses de Bonneuil"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    told = yaml.safe_load((PACK / "survey.yaml").read_text(encoding="utf-8"))
    file = tmp_path / "acteurs.xlsx"
    file.write_bytes(write_sheets(sheets_of(told)))
    return file


def test_from_a_form_to_a_partner_in_the_register(member, reader, site, form, tmp_path_factory):
    office = member("coordinator")
    publish(office, form)
    wave = begin_wave(office)
    phone = reader(width=PHONE)
    phone.goto(site + link_in(tmp_path_factory.getbasetemp()))
    answer(phone)
    review(office, wave)
    take_in(office, wave)
    for part in ("results/", "ties/", "snowball/"):
        office.goto(f"{wave}{part}")
        looked_at(office)
    with office.expect_download() as download:
        office.goto(f"{wave}results/")
        office.locator("a[href$='results.xlsx']").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def publish(page: Page, form: Path) -> None:
    """A file becomes a draft; one question is changed on a page; the version is frozen."""
    page.goto("/fr/survey/questionnaires/new/")
    page.locator("[name=title]").fill("Parcours d’enquête")
    page.set_input_files("input[type=file]", form)
    page.locator("main form button[type=submit]").click()
    looked_at(page)
    draft = page.url
    for part in ("rows/1/", "rows/?after=1", "choices/axes/", "settings/"):
        page.goto(draft + part)
        looked_at(page)
    page.goto(f"{draft}rows/1/")
    page.locator("[name='hint::Français (fr)']").fill("Son nom complet.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".asked")).to_contain_text("Son nom complet.")
    page.locator("form[action$='/publish/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()


def begin_wave(page: Page) -> str:
    """Gives the address of the wave's page, once its one message has left."""
    page.goto("/fr/survey/waves/new/")
    page.locator("[name=title]").fill("Essai de l’automne")
    page.locator("[name=version]").select_option(label="Parcours d’enquête 1")
    page.locator("[name=opens_on]").fill(date.today().isoformat())  # noqa: DTZ011
    page.locator("[name=closes_on]").fill((date.today() + timedelta(days=30)).isoformat())  # noqa: DTZ011
    page.locator("main form button[type=submit]").click()
    looked_at(page)
    wave = page.url
    page.goto(f"{wave}choose/?q=Racines")
    page.locator("input[name=organisations]").first.check()
    page.locator("button[value=ticked]").click()
    page.goto(wave)
    page.locator("tbody th a").first.click()
    looked_at(page)
    page.locator("[name=address]").fill("accueil@example.org")
    page.locator("button[value=address]").click()
    page.goto(wave)
    page.locator("form[action$='/send/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    return wave


def link_in(folder: Path) -> str:
    """The path in the last message that asks to answer."""
    found = [
        link
        for file in sorted(folder.glob("site*/outbox/*.log"))
        for raw in file.read_bytes().split(SEPARATOR.encode())
        if raw.strip()
        for link in re.findall(
            r"/fr/survey/answer/[\w-]+/",
            str(message_from_bytes(raw.lstrip(), policy=policy.default).get_content()),
        )
    ]
    return str(found[-1])


def answer(page: Page) -> None:
    """All pages on a phone: one action, one partner whom nobody knows."""
    page.locator("main form button[value=begin]").click()
    go_on(page)
    page.get_by_label("en France", exact=True).check()
    go_on(page)
    page.get_by_label("l’accès aux droits").check()
    go_on(page)
    page.locator("main a.button").click()
    page.locator("[name=title]").fill("Permanence du samedi")
    go_on(page)
    go_on(page)
    page.locator("main a.button").click()
    page.locator("[name=name]").fill(PARTNER)
    page.locator("[name=town]").fill("Bonneuil-sur-Marne")
    go_on(page)
    go_on(page)
    page.get_by_label("oui", exact=True).check()
    go_on(page)
    looked_at(page)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/thanks/$"))
    looked_at(page)


def go_on(page: Page) -> None:
    page.locator("main form.answering button[value=next]").click()


def review(page: Page, wave: str) -> None:
    page.goto(f"{wave}review/")
    page.locator("main .queue a").first.click()
    looked_at(page)
    page.locator("button[value=accept]").click()
    expect(page.get_by_role("status")).to_be_visible()


def take_in(page: Page, wave: str) -> None:
    page.goto(f"{wave}candidates/")
    page.get_by_role("link", name=PARTNER).click()
    looked_at(page)
    page.locator("summary", has_text="Elle est nouvelle").click()
    page.locator("button[value=new]").click()
    expect(page.get_by_role("status")).to_be_visible()
