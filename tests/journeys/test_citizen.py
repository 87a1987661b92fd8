"""What a citizen does: read, change language, find their commune, search; in Arabic, by keyboard, without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

CHAMPIGNY, MEDIATION, HOSTELS = "Champigny-sur-Marne", "Médiation sociale et culturelle", "plan/actions/A1.08/"
TITLES = {
    "fr": "Information sur les droits à la retraite dans les foyers",
    "en": "Information on pension rights in migrant workers’ hostels",
}


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_citizen_reads_the_plan_and_finds_what_is_done_in_champigny(reader, javascript):
    page = reader(java_script_enabled=javascript)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("link", name="Lire le plan").click()
    expect(page).to_have_url(re.compile("/fr/plan/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan d’action local intégré du Val-de-Marne")
    page.get_by_role("link", name="English", exact=True).click()
    expect(page).to_have_url(re.compile("/en/plan/$"))
    expect(page.get_by_role("heading", level=2, name="Four lines of work")).to_be_visible()
    page.get_by_role("link", name="Français", exact=True).click()
    page.get_by_role("link", name="Communes", exact=True).first.click()
    page.locator("svg").get_by_role("link", name=CHAMPIGNY).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CHAMPIGNY)
    page.get_by_role("link", name=MEDIATION).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MEDIATION)
    expect(page.locator("main .tag.status")).to_have_text("Sans nouvelles")
    expect(page.locator("main .meter-line")).to_have_text(re.compile(r"^\d+ sur 10$"))
    expect(page.locator("main")).to_contain_text("Source : Plan d’action local intégré du Val-de-Marne, février 2018")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_citizen_finds_what_is_done_on_retirement_rights_in_hostels(reader, javascript):
    page = reader(java_script_enabled=javascript)
    for language, words in [("fr", "retraite"), ("en", "pension"), ("en", "retirement")]:
        page.goto(f"/{language}/")
        page.locator("#site-search").fill(words)
        page.locator("#site-search").press("Enter")
        page.locator(f"main a[href='/{language}/{HOSTELS}']").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[language])


@pytest.mark.parametrize("path", ["", "plan/"])
def test_arabic_reads_from_right_to_left_on_a_phone_with_a_keyboard_only(reader, path):
    page = reader(width=360, locale="ar")
    page.goto(f"/ar/{path}")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert heading["x"] + heading["width"] > 300, "the heading stands at the right edge"
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.goto(f"/ar/{path}")
    press_until(page, "Tab", ".site-bar .menu-button")
    page.keyboard.press("Enter")
    expect(page.locator("#site-menu")).to_be_visible()
    press_until(page, "Tab", "#site-search")
    page.keyboard.type("مهاجر")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ar/search/"))
    expect(page.locator("#words")).to_have_value("مهاجر")


def press_until(page: Page, key: str, selector: str) -> None:
    """Where the focus goes must be seen, and reach the element within a page's worth of keys."""
    for _ in range(30):
        page.keyboard.press(key)
        if page.locator(f"{selector}:focus").count():
            outline = page.locator(selector).evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none", f"the focus on {selector} is not seen"
            return
    pytest.fail(f"{selector} is not reached with the keyboard")
