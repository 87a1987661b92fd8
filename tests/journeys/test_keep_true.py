"""Is it still true? The coordinator asks, a volunteer answers on an old phone, the coordinator takes the change in."""

import re
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from parcours.accounts.outbox import SEPARATOR
from tests.journeys.axe import faults
from tests.journeys.test_every_page import PHONE, wider

pytestmark = pytest.mark.journey

TITLE = "Relecture d’automne"


def test_a_service_that_waits_for_the_coordinator_is_published(member, database):
    with psycopg.connect(database) as connection:
        newest = "SELECT id FROM directory_service ORDER BY id DESC LIMIT 1"
        connection.execute(f"UPDATE directory_service SET state = 'proposed' WHERE id = ({newest})")
    page = member("coordinator")
    page.goto("/fr/census/corrections/")
    page.locator("a[href*='/corrections/services/']").click()
    looks_right(page)
    page.locator("button[value=accept]").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_an_organisation_answers_by_its_link_and_the_directory_follows(member, reader, site, tmp_path_factory):
    office = member("coordinator")
    campaign = open_campaign(office)
    volunteer = reader(width=PHONE)
    volunteer.goto(site + link_in(tmp_path_factory.getbasetemp()))
    answer(volunteer)
    take_in(office)
    office.goto(campaign)
    office.locator("a[href*='state=changed']").click()
    office.locator("tbody tr th a").click()
    looks_right(office)


def open_campaign(page: Page) -> str:
    """Gives the address of its page."""
    page.goto("/fr/census/campaigns/new/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=closes_on]").fill((date.today() + timedelta(days=40)).isoformat())  # noqa: DTZ011
    page.locator("main form button[type=submit]").click()
    looks_right(page)
    page.locator("form[action$='/send/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    looks_right(page)
    campaign = page.url
    page.locator("main .actions a").first.click()
    looks_right(page)
    give_address(page, campaign)
    return campaign


def give_address(page: Page, campaign: str) -> None:
    """The demonstration knows no addresses: a call brings one."""
    page.goto(f"{campaign}?state=call")
    page.locator("tbody tr", has=page.locator(".tag.invented")).first.locator("th a").click()
    looks_right(page)
    page.locator("[name=address]").fill("accueil@example.org")
    page.locator("button[value=address]").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.locator("form[action$='/send/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()


def link_in(folder: Path) -> str:
    """The path in a message that asks about a service."""
    for file in sorted(folder.glob("site*/outbox/*.log")):
        for raw in file.read_bytes().split(SEPARATOR.encode()):
            body = str(message_from_bytes(raw.lstrip(), policy=policy.default).get_content())
            found = re.search(r"/fr/census/answer/[\w-]+/", body)
            if found and "\n- " in body:
                return found[0]
    raise AssertionError("no message asks about a service")


def answer(page: Page) -> None:
    looks_right(page)
    page.locator(".sheets article").nth(1).locator("a.button").click()
    looks_right(page)
    page.locator("[name=phone]").fill("douze")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#field-phone .errorlist")).to_be_visible()
    looks_right(page)
    page.locator("[name=phone]").fill("01 99 00 12 34")
    page.locator("main form button[type=submit]").last.click()
    page.locator("button[value=rest]").first.click()
    expect(page.locator("main .notice-success")).to_be_visible()
    looks_right(page)


def take_in(page: Page) -> None:
    page.goto("/fr/census/corrections/")
    looks_right(page)
    page.locator(".queue a").last.click()
    expect(page.locator("ins")).to_contain_text("01 99 00 12 34")
    looks_right(page)
    page.locator("button[value=accept]").click()
    expect(page.get_by_role("status")).to_be_visible()


def looks_right(page: Page) -> None:
    assert faults(page) + wider(page, PHONE) == []
