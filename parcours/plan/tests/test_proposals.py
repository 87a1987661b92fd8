"""What partners propose and how they are answered."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parcours.directory.choices import Role
from parcours.plan.actions.change import change_action
from parcours.plan.actions.propose import propose
from parcours.plan.models import Proposal
from parcours.plan.tests.factories import make_action, make_coordinator, make_organisation, make_plan, make_user, words
from parcours.plan.tests.pages import signed_in


@pytest.fixture
def partner(db):
    return make_user(Role.PARTNER, make_organisation("Foyer Un"), language="en", name="Bea")


def make_proposal(partner, action, title="Proposé"):
    return propose(
        plan=action.plan,
        action=action,
        changes={"title": words(title).stored()},
        base_version=action.version,
        author=partner,
        organisation=action.lead,
        comment="Parce que",
        at=timezone.now(),
    )


@pytest.fixture
def proposal(partner):
    return make_proposal(partner, make_action(make_plan(), lead=partner.memberships.get().organisation.key))


def url(proposal):
    return reverse("plan:proposal", args=[proposal.pk])


def test_the_coordinator_reads_what_changes_word_by_word_and_accepts(proposal, django_capture_on_commit_callbacks):
    client = signed_in(make_coordinator())
    page = client.get(url(proposal)).content.decode()
    assert "Parce que" in page
    assert "<ins>" in page
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url(proposal), {"do": "accept", "answer": "Merci", "base_version": "1"})
    assert response.status_code == 302
    proposal.action.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.action.title.text_in("fr"), proposal.state) == ("Proposé", "accepted")
    change = proposal.action.changes.first()
    assert (change.cause, change.changed_by) == ("proposal", proposal.author)


def test_the_author_is_told_the_answer_in_their_language(proposal, django_capture_on_commit_callbacks):
    client = signed_in(make_coordinator())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(proposal), {"do": "decline", "answer": "Pas cette année"})
    (letter,) = mail.outbox
    assert letter.to == [proposal.author.email]
    assert letter.subject == "Your proposal was declined"
    assert "Hello Bea," in letter.body
    assert "Pas cette année" in letter.body


def test_declining_needs_an_answer_and_tells_nobody(proposal, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(make_coordinator()).post(url(proposal), {"do": "decline", "answer": " "})
    assert len(response.context["form"].errors["answer"]) == 1
    proposal.refresh_from_db()
    assert (proposal.state, mail.outbox) == ("pending", [])


def test_someone_without_an_e_mail_address_is_answered_in_the_office_only(proposal, django_capture_on_commit_callbacks):
    proposal.author.phone, proposal.author.email = "+33639980001", None
    proposal.author.save()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(make_coordinator()).post(url(proposal), {"do": "accept", "base_version": "1"})
    assert mail.outbox == []
    assert "accepté" in signed_in(proposal.author).get(url(proposal)).content.decode().lower()


def test_what_stands_now_is_shown_when_the_action_changed_since_and_accepting_again_goes_through(proposal):
    change_action(action=proposal.action, changes={"title": words("Leur titre").stored()}, base_version=1, by=None)
    client = signed_in(make_coordinator())
    page = client.get(url(proposal))
    assert page.context["is_clashing"]
    assert "Leur" in page.content.decode()
    stale = client.post(url(proposal), {"do": "accept", "base_version": "1"})
    assert len(stale.context["form"].non_field_errors()) == 1
    assert client.post(url(proposal), {"do": "accept", "base_version": "2"}).status_code == 302
    proposal.action.refresh_from_db()
    assert (proposal.action.title.text_in("fr"), proposal.action.version) == ("Proposé", 3)


def test_the_author_may_withdraw_and_nobody_else(proposal):
    other = make_user(Role.PARTNER, proposal.organisation)
    assert signed_in(other).post(url(proposal), {"do": "withdraw"}).status_code == 403
    assert signed_in(proposal.author).post(url(proposal), {"do": "withdraw"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_a_partner_may_not_accept_their_own_proposal(proposal):
    assert signed_in(proposal.author).post(url(proposal), {"do": "accept", "base_version": "1"}).status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == "pending"


def test_a_proposal_is_answered_once(proposal):
    client = signed_in(make_coordinator())
    client.post(url(proposal), {"do": "accept", "base_version": "1"})
    response = client.post(url(proposal), {"do": "decline", "answer": "Trop tard"})
    assert len(response.context["form"].non_field_errors()) == 1
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_a_partner_of_another_organisation_does_not_see_a_proposal(proposal):
    stranger = signed_in(make_user(Role.PARTNER, make_organisation()))
    assert stranger.get(url(proposal)).status_code == 404
    assert stranger.get(reverse("plan:proposals")).context["page"].paginator.count == 0


@pytest.mark.django_db
def test_an_accepted_new_idea_enters_the_plan_as_a_draft():
    plan, partner = make_plan(), make_user(Role.PARTNER, make_organisation())
    proposal = propose(
        plan=plan,
        action=None,
        changes={"title": words("Un atelier").stored()},
        base_version=0,
        author=partner,
        organisation=None,
        comment="",
        at=timezone.now(),
    )
    client = signed_in(make_coordinator())
    assert client.get(url(proposal)).status_code == 200
    assert client.post(url(proposal), {"do": "accept"}).status_code == 302
    assert list(plan.actions.values_list("code", "stage", "is_public")) == [("P.1", "idea", False)]
    assert client.get(url(proposal)).status_code == 200


def test_the_list_costs_the_same_for_one_proposal_and_for_three(proposal, partner):
    client, costs = signed_in(make_coordinator()), []
    for more in (0, 2):
        for number in range(more):
            action = make_action(proposal.plan, lead=proposal.organisation.key)
            make_proposal(partner, action, f"Titre {number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("plan:proposals"))
        costs.append(len(queries))
    assert Proposal.objects.count() == 3
    assert costs[0] == costs[1]
