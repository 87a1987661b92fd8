"""Changing an action by its form; two people changing one action."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from parcours.directory.choices import Role
from parcours.plan.actions.change import change_action
from parcours.plan.forms.action import SECTIONS, empty_record
from parcours.plan.forms.fields import PartialDateField
from parcours.plan.models import Action, Change, Proposal
from parcours.plan.records import FIELDS, read_record
from parcours.plan.tests.factories import (
    make_action,
    make_axis,
    make_coordinator,
    make_idea,
    make_organisation,
    make_plan,
    make_user,
    words,
)
from parcours.plan.tests.full import full_action
from parcours.plan.tests.pages import sent_as_it_stands, signed_in


def edit_url(action):
    return reverse("plan:action-edit", args=[action.code])


def test_every_field_of_a_record_has_its_place_in_the_form():
    assert sorted(name for _heading, names in SECTIONS for name in names) == sorted(field.name for field in FIELDS)
    assert sorted(empty_record()) == sorted(field.name for field in FIELDS)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_sending_the_form_as_it_stands_changes_nothing(language):
    action = full_action(make_plan())
    before = read_record(action)
    client = signed_in(make_coordinator())
    with translation.override(language):
        data = sent_as_it_stands(client.get(edit_url(action)))
        response = client.post(edit_url(action), data)
        assert response.status_code == 302, response.context["sheet"].errors
    action.refresh_from_db()
    assert [change.after for change in action.changes.filter(version__gt=1)] == []
    assert read_record(Action.objects.whole().get(pk=action.pk)) == before


@pytest.mark.parametrize("language", ["fr", "en", "ar", "es", "ru", "uk"])
@pytest.mark.parametrize("written", ["2026-03-01", "2026-08-31", "2026-02", "2026"])
def test_a_date_is_shown_in_words_that_are_read_again(language, written):
    with translation.override(language):
        field = PartialDateField()
        assert field.clean(field.prepare_value(written)) == written


@pytest.mark.django_db
def test_the_coordinator_saves_and_the_history_says_who():
    action = full_action(make_plan())
    coordinator = make_coordinator()
    client = signed_in(coordinator)
    data = sent_as_it_stands(client.get(edit_url(action)), title="Permanences du soir", starts_on="3 juin 2026")
    assert client.post(edit_url(action), data).status_code == 302
    changed = Action.objects.whole().get(pk=action.pk)
    assert (changed.title.text_in("fr"), changed.title.state("en")) == ("Permanences du soir", "outdated")
    assert (changed.starts_on, changed.starts_precision) == (date(2026, 6, 3), "day")
    change = Change.objects.get(action=action, version=2)
    assert (change.changed_by, sorted(change.after)) == (coordinator, ["starts_on", "title"])


@pytest.mark.django_db
def test_lines_are_added_changed_and_removed_and_the_rest_of_a_line_stays():
    action = full_action(make_plan())
    make_organisation("Troisième lieu")
    client = signed_in(make_coordinator())
    data = sent_as_it_stands(client.get(edit_url(action)))
    data |= {
        "partners-0-role": "partner",
        "partners-1-organisation": "troisieme lieu",
        "milestones-0-done_on": "décembre 2026",
        "budget_lines-0-DELETE": "on",
    }
    response = client.post(edit_url(action), data)
    assert response.status_code == 302, response.context["sheet"].errors
    changed = Action.objects.whole().get(pk=action.pk)
    assert [(p.organisation.name, p.role, p.section) for p in changed.partners.all()] == [
        ("Maison Deux", "partner", "5.1"),
        ("Troisième lieu", "partner", ""),
    ]
    milestone = changed.milestones.get()
    assert (milestone.done_on, milestone.is_invented) == (date(2026, 12, 31), False)
    assert milestone.title.text_in("en") == "Opening"
    assert changed.budget_lines.count() == 0


@pytest.mark.django_db
def test_errors_are_said_at_their_fields_and_nothing_is_half_saved():
    action = full_action(make_plan())
    make_organisation("Jumeau", key="jumeau-1")
    make_organisation("Jumeau", key="jumeau-2")
    client = signed_in(make_coordinator())
    data = sent_as_it_stands(client.get(edit_url(action)))
    data |= {
        "title": "Un autre titre",
        "what": "Un texte que l’on ne veut pas perdre",
        "lead": "Inconnue",
        "starts_on": "31/02/2026",
        "status_override": "late",
        "override_reason": "",
        "partners-1-organisation": "Jumeau",
        "indicators-0-unit": "",
        "budget_lines-0-kind": "cost",
    }
    response = client.post(edit_url(action), data)
    assert response.status_code == 200
    assert sorted(error["id"] for error in response.context["sheet"].errors) == [
        "id_budget_lines-0-funding_source",
        "id_indicators-0-unit",
        "id_lead",
        "id_override_reason",
        "id_partners-1-organisation",
        "id_starts_on",
    ]
    page = response.content.decode()
    assert "Un texte que l’on ne veut pas perdre" in page
    assert 'href="#id_starts_on"' in page
    action.refresh_from_db()
    assert (action.version, action.title.text_in("fr")) == (1, "Permanences")


@pytest.mark.django_db
def test_an_end_before_the_start_is_refused_at_its_field():
    action = make_action(make_plan(), starts_on="2026-05-01")
    client = signed_in(make_coordinator())
    data = sent_as_it_stands(client.get(edit_url(action)), ends_on="2026-04-01")
    response = client.post(edit_url(action), data)
    assert response.status_code == 200
    assert [error["id"] for error in response.context["sheet"].errors] == ["id_ends_on"]
    action.refresh_from_db()
    assert (action.version, action.ends_on) == (1, None)


@pytest.mark.django_db
def test_a_partner_proposes_and_the_plan_stays_as_it_is():
    action = full_action(make_plan())
    partner = make_user(Role.PARTNER, action.lead)
    client = signed_in(partner)
    page = client.get(edit_url(action))
    assert [name for name in page.context["sheet"].names if name in ("is_public", "status_override", "section")] == []
    data = sent_as_it_stands(page, title="Proposé", comment="Voyez", is_public="", stop_reason="forcé")
    assert client.post(edit_url(action), data).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.author, proposal.organisation, proposal.comment) == (partner, action.lead, "Voyez")
    assert list(proposal.changes) == ["title"]
    action.refresh_from_db()
    assert (action.version, action.title.text_in("fr")) == (1, "Permanences")


@pytest.mark.django_db
def test_a_partner_who_proposes_on_an_old_version_sees_the_conflict():
    action = full_action(make_plan())
    client, by = signed_in(make_user(Role.PARTNER, action.lead)), make_coordinator()
    data = sent_as_it_stands(client.get(edit_url(action)), title="Proposé")
    change_action(action=action, changes={"title": words("Le leur").stored()}, base_version=1, by=by)
    assert client.post(edit_url(action), data).status_code == 409
    assert Proposal.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COMMITTEE, Role.TRANSLATOR])
def test_others_may_not_edit(role):
    action = make_action(make_plan())
    client = signed_in(make_user(role))
    assert [client.get(edit_url(action)).status_code, client.get(reverse("plan:action-new")).status_code] == [403, 403]


@pytest.mark.django_db
def test_a_partner_of_another_action_may_not_edit_and_a_visitor_signs_in_first():
    action = make_action(make_plan())
    assert signed_in(make_user(Role.PARTNER, make_organisation())).get(edit_url(action)).status_code == 403
    response = Client().get(edit_url(action))
    assert (response.status_code, "login" in response.url) == (302, True)


@pytest.mark.django_db
def test_the_coordinator_adds_an_idea_or_an_action_under_the_next_code():
    plan = make_plan()
    make_axis(plan)
    make_action(plan, "A1.08")
    make_idea(plan, "I.9")
    client, url = signed_in(make_coordinator()), reverse("plan:action-new")
    data = sent_as_it_stands(client.get(url), title="Une idée")
    assert client.post(url, data).status_code == 302
    assert client.post(url, data | {"title": "Une action", "stage": "planned", "axis": "rights"}).status_code == 302
    added = plan.actions.order_by("pk").values_list("code", "stage", "is_public")
    assert list(added)[2:] == [("I.10", "idea", False), ("A1.09", "planned", False)]


@pytest.mark.django_db
def test_a_partner_proposes_a_new_idea():
    make_plan()
    partner = make_user(Role.PARTNER, make_organisation())
    client, url = signed_in(partner), reverse("plan:action-new")
    data = sent_as_it_stands(client.get(url), title="Un atelier", stage="done")
    assert client.post(url, data).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.action, list(proposal.changes)) == (None, ["title"])
    assert proposal.proposed_at <= timezone.now()


@pytest.mark.django_db
def test_an_idea_is_not_made_an_action_by_its_form():
    idea = make_idea(make_plan())
    client = signed_in(make_coordinator())
    data = sent_as_it_stands(client.get(edit_url(idea)), stage="planned")
    assert client.post(edit_url(idea), data).status_code == 200
    idea.refresh_from_db()
    assert idea.stage == "idea"


@pytest.mark.django_db
def test_the_form_costs_the_same_for_one_line_and_for_three():
    plan, client = make_plan(), signed_in(make_coordinator())
    costs = []
    for number in (1, 3):
        partners = [{"organisation": make_organisation().key, "role": "partner"} for _ in range(number)]
        action = make_action(plan, partners=partners)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(edit_url(action)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "-1", "²", "x", "9" * 5000])
def test_a_form_sent_with_a_version_that_was_never_given_saves_nothing_unseen(version):
    action = full_action(make_plan())
    client = signed_in(make_coordinator())
    data = sent_as_it_stands(client.get(edit_url(action)), base_version=version, title="Autre")
    assert client.post(edit_url(action), data).status_code in (200, 409)
    action.refresh_from_db()
    assert action.version == 1


@pytest.mark.django_db
def test_a_line_whose_signature_was_forged_is_a_new_line():
    action = full_action(make_plan())
    client = signed_in(make_user(Role.PARTNER, action.lead))
    data = sent_as_it_stands(client.get(edit_url(action)))
    client.post(edit_url(action), data | {"partners-0-kept": "forged:line"})
    (line,) = Proposal.objects.get().changes["partners"]
    assert line["section"] == ""
