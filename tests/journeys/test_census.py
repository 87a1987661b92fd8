"""The coordinator imports a list of 500 associations twice, merges what is there twice, and takes one merge back."""

import pytest
from playwright.sync_api import Page, expect

from tests.associations import as_xlsx
from tests.journeys.axe import faults

pytestmark = pytest.mark.journey

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY = "2026-11-01"
LONG = 180_000  # milliseconds: 500 rows are brought in by a thread, and their likeness is computed


def test_a_list_comes_in_twice_its_duplicates_are_merged_and_one_merge_is_undone(member):
    page = member("coordinator")
    send(page)
    page.locator("[name=title]").fill("Liste de la mairie")
    page.locator("[name=observed_on]").fill(DAY)
    assert faults(page) == []
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("button", name="Importer ces lignes").click(timeout=LONG)
    expect(page.get_by_role("link", name="Voir le résultat")).to_be_visible(timeout=LONG)
    send(page)
    page.locator("[name=source]").select_option(label="Liste de la mairie")
    page.locator("[name=observed_on]").fill(DAY)
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("Ce fichier ne change rien")).to_be_visible(timeout=LONG)
    kept, gone = merge_the_first_pair(page)
    page.goto("/fr/census/merges/")
    expect(page.locator("main")).to_contain_text(gone)
    page.locator("summary", has_text="Annuler cette fusion").first.click()
    page.get_by_role("button", name="Annuler cette fusion").first.click()
    expect(page.get_by_role("status").first).to_contain_text("La fusion est annulée")
    page.goto(f"/fr/organisations/?q={gone}")
    expect(page.locator("main table")).to_contain_text(gone)
    assert kept


def send(page: Page) -> None:
    page.goto("/fr/imports/organisations/new/")
    file = {"name": "associations.xlsx", "mimeType": XLSX, "buffer": as_xlsx().read()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").last.click()


def merge_the_first_pair(page: Page) -> tuple[str, str]:
    """Gives the name that stays and the name that went."""
    page.goto("/fr/census/pairs/?kind=organisation")
    page.get_by_role("button", name="Comparer toutes les organisations").click()
    page.locator("ol.pairs li a").first.wait_for(timeout=LONG)
    page.locator("ol.pairs li a").first.click()
    assert faults(page) == []
    names = page.locator(".choice-of-one .choice bdi").all_inner_texts()
    page.locator("[name=kept][value=left]").check()
    page.get_by_role("button", name="Fusionner").click()
    expect(page.get_by_role("status").first).to_contain_text("Fusionnées")
    return names[0], names[1]
