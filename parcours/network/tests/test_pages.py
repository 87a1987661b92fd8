"""The network's pages: what everyone sees and may never see, what the coordinator sees, how heavy they are."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parcours.accounts.actions import create_user
from parcours.directory.choices import Role
from parcours.directory.models import Membership, Organisation
from parcours.directory.tests import factories as directory
from parcours.engines.network import ROLES
from parcours.network.brokers import ROLE_NAMES
from parcours.network.choices import Colour, Layout, View
from parcours.network.tests.cast import HIDDEN, answer, ask, make_wave, steer, territory_of
from parcours.plan.tests import factories as make

pytestmark = pytest.mark.django_db
WEIGHT = 150_000


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.PARCOURS_STAFF_MFA = False
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator(client: Client) -> Client:
    user = create_user(email="coordinator@example.org", name="Coordinator", language="en")
    Membership.objects.create(user=user, role=Role.COORDINATOR)
    client.force_login(user)
    return client


def small() -> dict[str, Organisation]:
    """A steering group of one, whom a bridge in Vitry joins to two; one that nobody may name knows them all."""
    plan, wave = make.make_plan(), make_wave()
    make.make_axis(plan, "rights")
    vitry, ivry = make.make_area("Vitry"), make.make_area("Ivry")
    cast = {
        name: make.make_organisation(name, key=name.lower(), area=area)
        for name, area in (("Centre", ivry), ("Pont", vitry), ("Rive", vitry), ("Muette", vitry))
    }
    hidden = make.make_organisation("Cachée", key="cachee", area=vitry, consent=HIDDEN)
    steer(plan, [cast["Centre"]])
    for circle, name in enumerate(cast, start=1):
        ask(wave, cast[name], min(circle, 3))
    answer(wave, cast["Centre"], cast["Pont"])
    answer(wave, cast["Pont"], cast["Rive"], cast["Muette"], hidden)
    answer(wave, cast["Rive"])
    answer(wave, hidden, *cast.values())
    return cast | {"Cachée": hidden}


def text(client: Client, name: str, *arguments: str, **query: str) -> str:
    response = client.get(reverse(f"network:{name}", args=arguments), query)
    assert response.status_code == 200
    return response.content.decode()


def cells(page: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.removeprefix("\ufeff"))))[1:]


def public_pages() -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    for view in View:
        yield "index", (), {"view": view.value}
    yield "index", (), {"layout": Layout.FORCE.value, "colour": Colour.COMMUNE.value}
    for name in ("csv", "ties-csv", "change"):
        yield name, (), {}
    for key in ("centre", "pont", "rive", "muette"):
        yield "organisation", (key,), {}


def test_no_public_page_or_file_names_who_may_not_be_named_or_changes_with_its_ties(client):
    cast = small()
    shown = {str(one): text(client, one[0], *one[1], **one[2]) for one in public_pages()}
    assert [one for one, page in shown.items() if re.search("cach[ée]e", page, re.IGNORECASE)] == []
    assert client.get(reverse("network:organisation", args=["cachee"])).status_code == 404
    cast["Cachée"].ties.all().delete()
    cast["Cachée"].ties_in.all().delete()
    again = {str(one): text(client, one[0], *one[1], **one[2]) for one in public_pages()}
    assert again == shown


def test_a_bridge_is_told_to_the_coordinator_and_to_nobody_else(client, coordinator):
    small()
    page = text(coordinator, "office", by="commune")
    assert "Bridges between communes" in page
    row = re.search(r"<tr><th scope=\"row\"><a href=\"[^\"]+\">Pont</a>.*?</tr>", page)
    assert row is not None
    assert re.findall(r'<td class="num"[^>]*>(\d+)</td>', row[0])[:5] == ["0", "3", "0", "0", "0"]
    client.logout()
    for name in ("office", "office-csv", "office-xlsx"):
        assert client.get(reverse(f"network:{name}")).status_code == 302
    words = [str(ROLE_NAMES[role]) for role in ROLES] + ["betweenness", "constraint", "shortest path", "bridge"]
    for one in public_pages():
        page = text(client, one[0], *one[1], **one[2]).lower()
        assert [word for word in words if re.search(rf"\b{word}s?\b", page.partition("<main")[2])] == []


def test_a_partner_who_signs_in_is_refused_the_coordinators_page(client):
    user = create_user(email="partner@example.org", name="Partner", language="en")
    Membership.objects.create(user=user, role=Role.PARTNER, organisation=make.make_organisation())
    client.force_login(user)
    assert client.get(reverse("network:office")).status_code == 403


def test_who_has_not_answered_names_an_unknown_number_and_is_drawn_hollow(client):
    small()
    page = text(client, "index")
    assert re.findall(r"translate\([\d ]+\)\" aria-label=\"([^\"]+), \w+\"", page) == [
        "Centre",
        "Muette",
        "Pont",
        "Rive",
    ]
    assert len(re.findall(r'class="mark axis-\w+ silent"', page)) == 1
    assert cells(text(client, "csv")) == [
        ["Centre", "Ivry", "1", "0", "1", ""],
        ["Muette", "Vitry", "3", "1", "unknown", ""],
        ["Pont", "Vitry", "2", "1", "2", ""],
        ["Rive", "Vitry", "3", "1", "0", ""],
    ]
    assert "1 organisation has not agreed to be named" in page


def test_the_ties_can_be_taken_away_as_they_were_told(client):
    small()
    assert cells(text(client, "ties-csv")) == [
        ["Centre", "Pont", "work together"],
        ["Pont", "Muette", "work together"],
        ["Pont", "Rive", "work together"],
    ]


def test_an_organisations_page_says_who_said_what_and_when(client):
    small()
    page = text(client, "organisation", "rive")
    assert "It has named nobody." in page
    heard = page.partition("What others say of it</h2>")[2]
    assert re.search(r"Pont</a>.*?Works with.*?1 June 2026.*?Enquête 2026", heard)
    assert "It has not answered" in text(client, "organisation", "muette")


def test_two_that_offer_the_same_in_the_same_place_and_never_named_each_other_could_meet(client):
    cast = small()
    for name in ("Rive", "Muette", "Pont", "Cachée"):
        place = {"address": "1 rue Verte", "area": f"insee-commune:{cast[name].area.code}"}
        directory.service(of=cast[name], themes=["lecture-ecriture-calcul--maitriser-le-francais"], places=[place])
    page = text(client, "organisation", "rive").partition("Could meet")[2]
    assert re.findall(r"<a href=\"[^\"]+/network/organisations/(\w+)/\"", page) == ["muette", "pont"]
    assert "(Vitry)" in page
    assert "they may already work together" in page


def test_a_choice_that_does_not_exist_is_said_and_the_usual_is_shown(client):
    small()
    page = text(client, "index", layout="spiral", wave="1999", kind="hates", area="nowhere")
    assert page.count('class="errorlist"') >= 4
    assert 'class="mark' in page


@pytest.mark.parametrize(
    "query", [{"page": "99"}, {"page": "x"}, {"sort": "-names"}, {"sort": "nonsense"}, {"area": "vitry"}]
)
def test_odd_addresses_are_answered(client, query):
    small()
    text(client, "index", **query)


def test_before_anything_is_told_the_pages_say_so(client, coordinator):
    make.make_plan()
    assert "Nobody has told yet" in text(client, "index")
    assert "only one round" in text(client, "change")
    assert "No bridge is known yet." in text(coordinator, "office")


def test_the_change_between_two_rounds_is_counted_for_all_and_named_for_the_coordinator(client, coordinator):
    first, second = make_wave("2018"), make_wave("2026")
    a, b, c, d = (make.make_organisation(name) for name in ("Abc", "Bcd", "Cde", "Def"))
    for wave, ties in ((first, {a: [b], b: [c], c: []}), (second, {a: [b, c], b: [], c: [], d: [a]})):
        for one, named in ties.items():
            answer(wave, one, *named)
    page = text(coordinator, "change")
    assert re.findall(r"figure-value[^>]*>\s*(?:<[^>]+>)*([^<\s]+)", page)[:4] == ["1", "1", "1", "1"]
    assert "3 organisations answered both" in page
    assert "Which ones" in page
    client.logout()
    page = text(client, "change")
    assert "Which ones" not in page
    assert "Abc" not in page


@pytest.mark.parametrize("size", [110, 1_000])
def test_every_view_weighs_less_than_150_kb(client, size):
    territory_of(size)
    for view in View:
        page = text(client, "index", view=view.value)
        assert len(page.encode()) < WEIGHT, view
    assert "Actor(" not in text(client, "index", view="matrix")
    page = text(client, "index", layout="force", colour="commune")
    assert len(page.encode()) < WEIGHT
    assert not re.search(r'd="[^"]*\d\.\d', page.partition('class="net ')[2].partition("</figure>")[0])


def test_too_many_organisations_to_draw_are_grouped_by_commune(client, monkeypatch):
    monkeypatch.setattr("parcours.network.drawing.NODES_MOST", 100)
    territory_of(110, communes=6)
    page = text(client, "index")
    assert "a disc is a commune" in page
    assert page.count('class="mark commune"') == 6


def test_the_files_of_the_coordinator_hold_every_organisation(coordinator):
    small()
    rows = cells(text(coordinator, "office-csv"))
    assert [row[0] for row in rows] == ["Cachée", "Centre", "Muette", "Pont", "Rive"]
    assert rows[2][4:] == ["unknown", "", "", "", "", "", "", ""]
    assert coordinator.get(reverse("network:office-xlsx")).status_code == 200
