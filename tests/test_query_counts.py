"""A page asks the database as often for three rows as for one: it stays quick as the plan grows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from parcours.directory.actions.records import put_record
from parcours.directory.models import Citation, Service, Territory
from parcours.directory.tests import factories as directory
from parcours.directory.tests.cast import FULL
from parcours.directory.tests.factories import service as make_service
from parcours.plan.actions.release import publish_release
from parcours.plan.models import Plan
from parcours.plan.tests import factories as make

pytestmark = pytest.mark.django_db

# What each page asks, session and territory's name included. More is a decision: say why where it is made.
QUERIES = {
    "website:home": 12,
    "website:areas": 5,
    "website:area": 20,
    "website:search": 15,
    "website:figures": 18,
    "website:sitemap": 19,
    "plan:plan": 22,
    "plan:axis": 16,
    "plan:actions": 16,
    "plan:action": 18,
    "plan:history": 5,
    "plan:challenges": 3,
    "plan:coverage": 8,
    "plan:workshops": 4,
    "plan:workshop": 7,
    "plan:follow-up": 11,
    "plan:releases": 4,
    "plan:release": 8,
    "services:search": 10,
    "directory:organisations": 4,
    "directory:organisation": 18,
    "services:service": 9,
    "services:history": 5,
    "services:handout": 5,
}


@pytest.fixture(autouse=True)
def no_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def living_plan() -> Plan:
    """A plan with a release and none of what its pages list."""
    county = make.make_area("Val-de-Test", level="departement")
    plan = make.make_plan(area=county)
    owner = make.make_organisation("Département", key="owner")
    Territory.objects.create(pk=1, name=make.words("Val-de-Test"), area=county, owner=owner)
    make.make_axis(plan, "rights")
    make.make_theme(plan, "theme")
    make.make_funding_source(plan, "fund")
    make.make_challenge(plan, "challenge")
    make.make_public(plan, "public")
    make.make_area("Testville", parent=county, slug="testville", code="99001")
    make.make_workshop(plan, "workshop", axis=plan.axes.get())
    make.make_body(plan, "body")
    directory.service(of=make.make_organisation("Association 0"), **FULL)
    make.make_action(plan, "A1", **ties())
    publish_release(
        plan=plan, title=make.words("Premier plan"), summary=make.words("Bref"), on=date(2026, 1, 1), by=None
    )
    add_row(plan, 1)
    return plan


def ties() -> dict[str, Any]:
    return {
        "axis": "rights",
        "theme": "theme",
        "challenges": ["challenge"],
        "publics": ["public"],
        "areas": ["99001"],
        "funding_sources": ["fund"],
        "lead": "owner",
    }


def add_row(plan: Plan, number: int) -> None:
    """One more of everything that a page lists."""
    area = plan.actions.get(code="A1").areas.get()
    organisation = make.make_organisation(f"Association {number}", area=area, source=make.make_source())
    Citation.objects.create(
        organisation=organisation, source=make.make_source(), section="1", named_as=organisation.name
    )
    lines = {"milestones": [{"title": make.words("Étape").stored(), "due_on": "2027-01-01", "done_on": ""}]}
    action = make.make_action(plan, f"B{number}", **ties(), **lines)
    action.partners.create(organisation=organisation, role="partner")
    plan.actions.get(code="A1").partners.create(organisation=organisation, role="partner")
    action.partners.create(organisation=plan.actions.get(code="A1").lead, role="partner")
    for each in (action, plan.actions.get(code="A1")):
        each.updates.create(happened_on=date(2026, 5, number), text=make.words("Nouvelle"))
    make.make_idea(plan, f"I{number}", theme="theme")
    make_service(name="Accueil", of=organisation, places=[{"name": f"Salle {number}", "lon": 2.4, "lat": 48.8}])
    note = make.make_note(plan.workshops.get(), f"Note {number}")
    note.actions.add(action)
    add_services(number)
    meeting = make.make_meeting(plan.bodies.get(), date(2026, 6, number))
    make.make_decision(plan, [action], meeting=meeting)


def add_services(number: int) -> None:
    """One more service at a place, and one more source, place, language and contact of the first."""
    owner = Territory.objects.get().owner
    place = {"address": f"{number} rue Verte", "area": "insee-commune:99001", "lon": 2.39, "lat": 48.79}
    directory.service(f"Permanence {number}", of=owner, places=[place])
    languages = [{"code": code, "spoken_by": "staff"} for code in ("ar", "ti", "ru")[:number]]
    contacts = [{"name": f"Accueil {row}", "is_private": False} for row in range(number)]
    values = {"places": [{**place, "address": f"{row} rue Bleue"} for row in range(number)]}
    values |= {"languages": languages, "contacts": contacts, "catchment": ["insee-commune:99001"]}
    source = directory.source(f"list-{number}", rank=5)
    put_record(target=Service.objects.earliest("pk"), source=source, values=values, observed_on=date(2026, 1, number))


PAGES: dict[str, tuple[list[str], str]] = {
    "website:area": (["testville"], ""),
    "website:search": ([], "?q=association"),
    "plan:axis": (["rights"], ""),
    "plan:action": (["A1"], ""),
    "plan:history": (["A1"], ""),
    "plan:workshop": (["workshop"], ""),
    "plan:release": (["1"], ""),
    "directory:organisation": (["owner"], ""),
    "services:search": ([], "?q=accueil"),
}


def asked(client: Client, name: str) -> list[str]:
    arguments, query = PAGES.get(name, ([], ""))
    if name.startswith("services:") and name != "services:search":
        arguments = [Service.objects.earliest("pk").key]
    with override("fr"):
        url = reverse(name, args=arguments) + query
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_asks_as_often_for_three_rows_as_for_one(client: Client, name: str):
    plan = living_plan()
    asked(client, name)
    one = asked(client, name)
    add_row(plan, 2)
    add_row(plan, 3)
    three = asked(client, name)
    assert (len(one), len(three)) == (QUERIES[name], QUERIES[name]), "\n".join(sql[:160] for sql in three)
