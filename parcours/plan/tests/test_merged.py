"""What the plan says of an organisation that was merged into another, it says of the other."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from parcours.census.actions.merges import merge, undo_merge
from parcours.census.models import Merge
from parcours.plan.models import ActionPartner, Seat
from parcours.plan.records import read_record
from parcours.plan.references import References
from parcours.plan.tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def merged(kept, gone) -> Merge:
    return merge(kept=kept, gone=gone, by=make.make_coordinator(), at=NOON)


def test_the_page_of_an_action_names_the_kept_organisation_once(client: Client):
    plan = make.make_plan()
    kept, gone = make.make_organisation("Les Voisins"), make.make_organisation("Voisins (asso)")
    action = make.make_action(plan, "A1", lead=gone.key)
    for organisation in (kept, gone):
        action.partners.create(organisation=organisation)
    done = merged(kept, gone)
    page = client.get(reverse("plan:action", args=["A1"])).content.decode()
    assert "Voisins (asso)" not in page
    assert page.count(">Les Voisins</a>") == 2  # it leads, and it takes part
    stayed = {step["model"]: step["stayed"] for step in done.moved if step.get("stayed")}
    assert stayed == {"plan.actionpartner": [ActionPartner.objects.get(organisation=gone).pk]}
    undo_merge(merge=done, by=make.make_coordinator(), at=NOON)
    action.refresh_from_db()
    assert action.lead == gone


def test_everything_that_points_at_an_organisation_moves_and_comes_back():
    plan = make.make_plan()
    kept, gone = make.make_organisation("Les Voisins"), make.make_organisation("Voisins")
    body = make.make_body(plan)
    seat = Seat.objects.create(body=body, organisation=gone)
    source = make.make_funding_source(plan, funder=gone)
    workshop = make.make_workshop(plan)
    workshop.facilitators.add(gone)
    done = merged(kept, gone)
    for row in (seat, source):
        row.refresh_from_db()
    assert (seat.organisation, source.funder, workshop.facilitators.get()) == (kept, kept, kept)
    undo_merge(merge=done, by=make.make_coordinator(), at=NOON)
    for row in (seat, source):
        row.refresh_from_db()
    assert (seat.organisation, source.funder, workshop.facilitators.get()) == (gone, gone, gone)


def test_the_office_finds_a_merged_organisation_by_its_key_alone():
    plan = make.make_plan()
    kept, gone = make.make_organisation("Les Voisins"), make.make_organisation("Les Voisins")
    action = make.make_action(plan, "A1", on=date(2026, 1, 1), partners=[])
    merged(kept, gone)
    references = References(plan, "fr")
    assert references.organisation_names["les voisins"] == [kept.key]
    assert references.organisation_names[gone.key] == [gone.key]
    assert references.organisations[kept.key] == "Les Voisins"
    assert read_record(action)["lead"] == ""
