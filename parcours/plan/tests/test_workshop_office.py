"""Workshops: notes, what they become, the agenda, meetings and decisions."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parcours.directory.choices import Role
from parcours.plan.models import AgendaItem, Decision, Meeting, Workshop
from parcours.plan.tests.factories import (
    make_action,
    make_area,
    make_body,
    make_challenge,
    make_coordinator,
    make_idea,
    make_note,
    make_organisation,
    make_plan,
    make_public,
    make_user,
    make_workshop,
)
from parcours.plan.tests.pages import sent_as_it_stands, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator():
    return signed_in(make_user(Role.FACILITATOR))


@pytest.fixture
def workshop():
    return make_workshop(make_plan(), "atelier")


def notes_url(workshop):
    return reverse("plan:notes", args=[workshop.key])


def test_several_notes_are_written_at_once_in_order(facilitator, workshop):
    sent = {"do": "write", "table": "Table 2", "notes": "Première\n\n  Seconde \r\nTroisième"}
    assert facilitator.post(notes_url(workshop), sent).status_code == 302
    rows = [(note.table, note.order, note.text.text_in("fr")) for note in workshop.notes.all()]
    assert rows == [("Table 2", 1, "Première"), ("Table 2", 2, "Seconde"), ("Table 2", 3, "Troisième")]


def test_chosen_notes_become_an_idea_whose_trace_is_shown(facilitator, workshop):
    one, two, left = make_note(workshop, "Un"), make_note(workshop, "Deux"), make_note(workshop, "Trois")
    sent = {"do": "idea", "notes": [one.pk, two.pk], "title": "Une permanence"}
    assert facilitator.post(notes_url(workshop), sent).status_code == 302
    idea = workshop.plan.actions.get()
    assert (idea.code, idea.stage, idea.is_public) == ("I.1", "idea", False)
    assert list(idea.notes.order_by("pk")) == [one, two]
    assert left.actions.count() == 0
    assert "I.1 Une permanence" in facilitator.get(notes_url(workshop)).content.decode()


def test_notes_join_an_idea_that_is_there(facilitator, workshop):
    idea, note = make_idea(workshop.plan, "I.4"), make_note(workshop)
    sent = {"do": "join", "notes": [note.pk], "action": "i.4"}
    assert facilitator.post(notes_url(workshop), sent).status_code == 302
    assert list(idea.notes.all()) == [note]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"do": "idea", "title": "Un titre"}, "notes"),
        ({"do": "idea", "title": ""}, "title"),
        ({"do": "join", "action": "rien"}, "action"),
        ({"do": "join", "action": ""}, "action"),
    ],
)
def test_what_is_missing_is_said_and_the_choice_is_kept(facilitator, workshop, sent, wrong):
    note = make_note(workshop)
    chosen = {} if wrong == "notes" else {"notes": [note.pk]}
    response = facilitator.post(notes_url(workshop), sent | chosen)
    assert response.status_code == 200
    assert sorted(response.context["taking"].errors) == [wrong]
    assert response.context["chosen"] == {str(pk) for pk in chosen.get("notes", [])}
    assert workshop.plan.actions.count() == 0


def test_a_note_of_another_workshop_is_refused(facilitator, workshop):
    other = make_note(make_workshop(workshop.plan))
    response = facilitator.post(notes_url(workshop), {"do": "idea", "notes": [other.pk], "title": "Un titre"})
    assert sorted(response.context["taking"].errors) == ["notes"]


def test_the_notes_cost_the_same_for_one_and_for_three(facilitator, workshop):
    costs = []
    for more in (1, 2):
        for _ in range(more):
            make_note(workshop).actions.add(make_idea(workshop.plan))
        with CaptureQueriesContext(connection) as queries:
            facilitator.get(notes_url(workshop))
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.COMMITTEE])
def test_others_take_no_notes(role, workshop):
    organisation = make_organisation() if role == Role.PARTNER else None
    client = signed_in(make_user(role, organisation))
    assert client.get(notes_url(workshop)).status_code == 403
    assert client.get(reverse("plan:workshop-new")).status_code == 403


def test_a_workshop_is_prepared_and_changed(facilitator):
    plan, url = make_plan(), reverse("plan:workshop-new")
    host = make_organisation("Maison Deux")
    sent = sent_as_it_stands(
        facilitator.get(url), title="Atelier de suivi", held_on="14/03/2027", facilitators=[host.key]
    )
    assert facilitator.post(url, sent).status_code == 302
    made = plan.workshops.get()
    assert (made.key, made.kind, made.held_on, list(made.facilitators.all())) == (
        "workshop-1",
        "follow_up",
        date(2027, 3, 14),
        [host],
    )
    url = reverse("plan:workshop-edit", args=[made.key])
    assert facilitator.post(url, sent_as_it_stands(facilitator.get(url), title="Suivi")).status_code == 302
    made = Workshop.objects.get()
    assert (made.title.text_in("fr"), made.held_on) == ("Suivi", date(2027, 3, 14))


def test_an_empty_cell_is_confirmed_then_put_on_the_agenda_once():
    plan = make_plan()
    challenge, public = make_challenge(plan), make_public(plan)
    area = make_area("Champigny", parent=plan.area)
    client = signed_in(make_user(Role.COMMITTEE))
    url = f"{reverse('plan:agenda-add')}?challenge={challenge.key}&public={public.key}&area={area.slug}"
    assert client.get(url).status_code == 200
    assert AgendaItem.objects.count() == 0
    assert [client.post(url).status_code for _ in range(2)] == [302, 302]
    item = AgendaItem.objects.get()
    assert (item.challenge, item.public, item.area) == (challenge, public, area)


def test_a_point_without_a_word_is_not_put_on_the_agenda(facilitator):
    make_plan()
    url = reverse("plan:agenda-add")
    assert facilitator.post(url, {"text": "  "}).status_code == 200
    assert facilitator.post(url, {"text": "Les horaires"}).status_code == 302
    assert [item.text.text_in("fr") for item in AgendaItem.objects.all()] == ["Les horaires"]


@pytest.mark.parametrize("query", ["challenge=nope", "public=nope", "area=nope"])
def test_a_cell_that_does_not_exist_is_not_found(facilitator, query):
    make_plan()
    assert facilitator.get(f"{reverse('plan:agenda-add')}?{query}").status_code == 404


def test_a_visitor_signs_in_before_touching_the_agenda():
    make_plan()
    response = Client().get(reverse("plan:agenda-add") + "?challenge=x")
    assert (response.status_code, "login" in response.url) == (302, True)


def test_a_point_is_taken_off_by_a_post_only(facilitator):
    item = AgendaItem.objects.create(plan=make_plan())
    url = reverse("plan:agenda-remove", args=[item.pk])
    assert facilitator.get(url).status_code == 405
    assert facilitator.post(url).status_code == 302
    assert AgendaItem.objects.count() == 0


def test_a_meeting_and_its_decision_are_recorded_by_the_coordinator(facilitator):
    plan = make_plan()
    body, action = make_body(plan), make_action(plan, "A1.01")
    client, url = signed_in(make_coordinator()), reverse("plan:meeting-new")
    assert facilitator.get(url).status_code == 403
    assert client.post(url, sent_as_it_stands(client.get(url), title="Comité de mars")).status_code == 302
    meeting = Meeting.objects.get(body=body)
    url = reverse("plan:decision-new")
    assert client.post(url, {"decision": "On continue", "decided_on": "1/3/2027"}).status_code == 200
    sent = sent_as_it_stands(client.get(f"{url}?action=A1.01"), decision="On continue", meeting=str(meeting.pk))
    assert client.post(url, sent).status_code == 302
    decision = Decision.objects.get()
    assert (decision.meeting, list(decision.actions.all()), decision.release) == (meeting, [action], None)
