"""Several people on one plan: partners propose, editors collide, a translator follows."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults
from tests.journeys.conftest import PEOPLE

pytestmark = pytest.mark.journey

NETWORK, VALUES, HOSTELS = "plan/actions/I.1/", "plan/actions/A2.02/", "plan/actions/A2.03/"


def write(page: Page, path: str, text: str) -> None:
    """Opens the action's form and types what is done."""
    page.goto(f"/fr/{path}")
    page.get_by_role("link", name="Modifier cette action").click()
    page.locator("[name=what]").fill(text)


def save(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def test_a_partner_proposes_and_the_coordinator_accepts_and_the_history_names_the_partner(member):
    partner, coordinator = member("partner"), member("coordinator")
    partner.goto(f"/fr/{NETWORK}")
    partner.get_by_role("link", name="Proposer une modification").click()
    partner.locator("[name=what]").fill("Le réseau se réunit quatre fois par an.")
    partner.locator("[name=comment]").fill("C’est ce que les membres ont décidé.")
    partner.get_by_role("button", name="Envoyer la proposition").click()
    expect(partner.get_by_role("status")).to_contain_text("Votre proposition")
    expect(partner.locator("main")).not_to_contain_text("quatre fois par an")
    coordinator.goto("/fr/plan/office/")
    coordinator.locator("main a[href*='/office/proposals/']").first.click()
    expect(coordinator.locator("blockquote")).to_have_text("C’est ce que les membres ont décidé.")
    assert faults(coordinator) == []
    coordinator.get_by_role("button", name="Accepter").click()
    expect(coordinator.get_by_role("status")).to_be_visible()
    partner.goto(f"/fr/{NETWORK}")
    expect(partner.locator("main .prose").first).to_have_text("Le réseau se réunit quatre fois par an.")
    partner.goto(f"/fr/{NETWORK}history/")
    newest = partner.locator("main section").first
    expect(newest).to_contain_text(PEOPLE["partner"])
    expect(newest.locator("ins", has_text="quatre")).to_be_visible()


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(member):
    first, second = member("coordinator"), member("coordinator")
    write(first, VALUES, "Des ateliers ont lieu dans dix villes.")
    write(second, VALUES, "Des ateliers ont lieu le samedi matin.")
    save(first)
    expect(first.get_by_role("status")).to_have_text("C’est enregistré.")
    save(second)
    expect(second.get_by_text("Quelqu’un a modifié cette action pendant que vous écriviez")).to_be_visible()
    assert faults(second) == []
    clash = second.locator("#clash-what").locator("..")
    expect(clash).to_contain_text("dans dix villes")
    expect(clash).to_contain_text("le samedi matin")
    expect(second.locator("[name=what]")).to_have_value("Des ateliers ont lieu le samedi matin.")
    save(second)
    expect(second.locator("main .prose").first).to_have_text("Des ateliers ont lieu le samedi matin.")
    second.goto(f"/fr/{VALUES}history/")
    expect(second.locator("main section").nth(1)).to_contain_text("dans dix villes")


def test_a_translator_translates_what_is_missing_and_is_told_when_the_source_changes(member):
    translator, coordinator = member("translator"), member("coordinator")
    translator.goto("/fr/translations/ar/?model=plan.action&state=missing")
    translator.get_by_role("link", name="Ateliers de partage pour les parents · ").first.click()
    side_by_side = translator.url
    text = "ورشات يتبادل فيها الآباء والأمهات الخبرات."
    translator.locator("[name=text]").fill(text)
    translator.get_by_role("button", name="Enregistrer comme relue").click()
    translator.goto(f"/ar/{HOSTELS}")
    expect(translator.locator("main")).to_contain_text(text)
    coordinator.goto(f"/fr/{HOSTELS}")
    coordinator.get_by_role("link", name="Modifier cette action").click()
    for name in ("title", "what"):
        field = coordinator.locator(f"[name={name}]")
        field.fill(f"{field.input_value()} Chaque mois.")
    save(coordinator)
    expect(coordinator.get_by_role("status")).to_have_text("C’est enregistré.")
    translator.goto(side_by_side)
    expect(translator.get_by_text("L’original a changé après cette traduction")).to_be_visible()
    expect(translator.locator("main ins")).to_contain_text("Chaque mois")
    expect(translator.locator("[name=text]")).to_have_value(text)
