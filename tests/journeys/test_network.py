"""Anyone reads who works with whom, by keyboard too; only the coordinator reads who stands between others."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import faults

pytestmark = pytest.mark.journey


def test_the_picture_is_followed_by_keyboard_to_an_organisation(reader):
    page = reader()
    page.goto("/fr/network/")
    assert faults(page) == []
    mark = page.locator(".net a.mark[href$='/demo-racines-et-ponts/']")
    name = mark.get_attribute("aria-label").rpartition(",")[0] or mark.get_attribute("aria-label")
    mark.focus()
    expect(page.locator(".net .lit")).to_have_attribute("d", re.compile("^M"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)
    assert faults(page) == []


def test_every_view_opens_from_the_first_on_a_phone(reader):
    page = reader(width=360)
    page.goto("/fr/network/")
    for at in range(page.locator(".net-views a").count()):
        page.locator(".net-views a").nth(at).click()
        expect(page.locator(".net-views a[aria-current]")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert faults(page) == []


def test_the_coordinator_reads_bridges_and_gaps(member):
    page = member("coordinator")
    page.goto("/fr/network/office/?by=commune")
    expect(page.locator("h1")).to_be_visible()
    assert faults(page) == []
