"""A social worker in Vitry finds the right door for a mother who speaks Tigrinya; a reader in Arabic finds it too."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

WORKSHOP = "Atelier de français pour grands débutants"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_social_worker_finds_a_free_french_workshop_with_places_open_on_tuesday(reader, javascript):
    page = reader(java_script_enabled=javascript)
    page.goto("/fr/")
    page.locator("#id_q").fill("cours de français tigrinya mardi gratuit")
    page.locator("#id_place").fill("Vitry-sur-Seine")
    page.locator(".search-go button").click()
    expect(page.locator(".chips li")).to_have_count(4)
    page.locator("#id_km").select_option("3")
    page.locator(".search-form .drawer summary").click()
    page.locator("#id_level").select_option("A1")
    page.locator("#id_vacancy").check()
    if not javascript:
        page.locator(".search-filters + .actions button").click()
    expect(page).to_have_url(re.compile("vacancy=on"))
    first = page.locator(".result").first
    expect(first.locator("h3")).to_contain_text(WORKSHOP)
    expect(first.locator(".reason-yes")).to_contain_text(
        [re.compile("km|m$"), re.compile("tigr", re.IGNORECASE), re.compile("mardi")]
    )
    assert first.locator(".reason-no").count() == 0
    expect(page.locator(".door-map svg")).to_be_visible()


def test_a_tap_on_near_me_sends_a_rounded_position_and_lists_the_nearest_first(reader):
    page = reader(geolocation={"latitude": 48.787654, "longitude": 2.392345}, permissions=["geolocation"])
    page.goto("/fr/services/")
    page.locator("#id_q").fill("français")
    page.locator(".near-me").click()
    expect(page).to_have_url(re.compile(r"lat=48\.788&lon=2\.392"))
    expect(page.locator(".result").first.locator("ul")).to_contain_text("m")


def test_a_search_without_result_ends_in_no_wall_and_is_counted_without_a_click(reader):
    page = reader(width=360, locale="ar")
    with page.expect_request(re.compile("/services/not-found/")) as asked:
        page.goto("/ar/services/?q=xyzzy")
    assert asked.value.method == "POST"
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".call a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
