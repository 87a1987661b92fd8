"""Three organisations answer on phones in three languages; one loses the network, finishes, corrects and withdraws."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults
from tests.journeys.conftest import manage

pytestmark = pytest.mark.journey

PHONE = 360
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MAKE = """
from django.utils import timezone
from parcours.directory.models import Organisation
from parcours.survey.tests import cast
from parcours.survey.actions.asks import ask_organisations
found = Organisation.objects.public().filter(is_generic=False)[:3]
for one in ask_organisations(wave=cast.wave(title="Parcours de test"), organisations=found, at=timezone.now()):
    print(cast.link(one))
"""


@pytest.fixture(scope="module")
def links(ground: dict[str, str]) -> list[str]:
    """The links of three organisations of the demo that a wave asks."""
    said = manage(ground, "shell", "--no-imports", "-c", MAKE)
    return [line for line in said.splitlines() if line.startswith("/fr/")]


def looked_at(page: Page) -> None:
    assert faults(page) == [], page.url
    assert page.evaluate(OVERFLOW) <= 0, page.url


def go_on(page: Page) -> None:
    page.locator("main form.answering button[value=next]").click()


def test_an_organisation_answers_in_french_with_a_network_that_drops(reader, links):
    page = reader(width=PHONE)
    page.goto(links[0])
    looked_at(page)
    page.locator("main form button[value=begin]").click()
    expect(page.locator("h1")).to_have_text("Votre structure")
    page.locator("[name='you/name']").fill("Les Voisins")
    looked_at(page)
    go_on(page)
    page.get_by_label("Accès aux droits").check()
    page.get_by_label("Aucun").check()
    expect(page.get_by_label("Accès aux droits")).not_to_be_checked()
    page.get_by_label("Mémoire").check()
    expect(page.get_by_label("Aucun")).not_to_be_checked()
    page.get_by_label("Oui").check()
    page.locator("[name='work/where']").fill("Vitry")
    looked_at(page)
    page.context.set_offline(True)
    page.locator("[name='work/people']").fill("120")
    go_on(page)
    expect(page.locator("[data-said=offline]")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-said=back]")).to_be_visible()
    expect(page.locator("[name='work/people']")).to_have_value("120")
    expect(page.locator("[name='work/where']")).to_have_value("Vitry")
    go_on(page)
    page.locator("main a.button").click()
    page.locator("[name=title]").fill("Cours de français")
    looked_at(page)
    go_on(page)
    expect(page.locator("ol.rows")).to_contain_text("Cours de français")
    looked_at(page)
    go_on(page)
    go_on(page)
    page.locator("[name='last/wish']").fill("Un local")
    page.go_back()
    page.go_forward()
    expect(page.locator("[name='last/wish']")).to_have_value("Un local")
    go_on(page)
    looked_at(page)
    expect(page.locator("main")).to_contain_text("120")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_attribute("data-forget", links[0])
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('survey '))") == []
    looked_at(page)
    correct_and_withdraw(page, links[0])


def correct_and_withdraw(page: Page, link: str) -> None:
    page.goto(f"{link}page/last/")
    page.locator("[name='last/wish']").fill("Deux locaux")
    go_on(page)
    page.goto(f"{link}copy/")
    expect(page.locator("main")).to_contain_text("Deux locaux")
    looked_at(page)
    page.goto(f"{link}withdraw/")
    looked_at(page)
    page.locator("main button.button-danger").click()
    expect(page.locator("h1")).to_have_attribute("data-forget", link)


@pytest.mark.parametrize(("place", "language", "heading"), [(1, "ar", "منظمتكم"), (2, "ru", "Ваша организация")])
def test_others_answer_in_their_own_language_and_without_scripts(reader, links, place, language, heading):
    page = reader(width=PHONE, java_script_enabled=False)
    page.goto(links[place])
    page.locator(f".form-languages a[lang={language}]").click()
    page.locator("main form button[value=begin]").click()
    expect(page.locator("h1")).to_have_text(heading)
    page.locator("[name='you/name']").fill("Союз")
    go_on(page)
    page.locator("[value=memory]").check()
    page.locator("[value=yes]").check()
    go_on(page)
    page.locator("[name='work/where']").fill("Vitry")
    for _page in range(4):
        go_on(page)
    page.locator("main form button[type=submit]").click()
    site = "ar" if language == "ar" else "fr"  # the interface has no Russian yet
    expect(page.locator("h1")).to_have_attribute("data-forget", links[place].replace("/fr/", f"/{site}/"))
