"""What respondents of the survey do becomes actions of the plan, or is seen to be there already."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from parcours.directory.tests import factories as directory
from parcours.plan.actions.change import change_action
from parcours.plan.models import Action
from parcours.plan.survey import ActionReceiver
from parcours.plan.tests import factories as make
from parcours.survey.actions.register import forget_response, undo_review
from parcours.survey.models import Candidate, Tie
from parcours.survey.receivers import Told
from parcours.survey.tests import register_cast as cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def office():
    return cast.coordinator()


@pytest.fixture
def wave():
    return cast.wave()


@pytest.fixture
def us():
    return directory.organisation("Les Voisins", phone="+33140000001")


def test_an_action_told_becomes_a_draft_that_the_respondent_leads(office, wave, us):
    shown = make.make_plan()
    make.make_axis(shown, "rights")
    told = [{"title": "Cours de français", "axis": "rights"}, {"title": "Repas", "axis": "unheard"}]
    cast.accepted(cast.answered(us, by=wave, actions=told), office)
    first, second = Action.objects.order_by("code")
    assert (first.code, first.stage, first.lead, first.is_public) == ("S.1", "under_way", us, False)
    assert (first.title.text, first.axis_key, first.source, first.section) == (
        "Cours de français", "rights", wave.source, "actions.0",
    )  # fmt: skip
    assert (second.code, second.axis) == ("S.2", None)


def test_an_action_that_is_there_already_gains_a_partner_and_loses_it_again(office, wave, us):
    shown = make.make_plan()
    action = make.make_action(shown, "A1.01", lead=directory.organisation("Mairie").key)
    response = cast.answered(us, by=wave, actions=[{"title": "Le cours"}])
    cast.accepted(response, office, only={"action/actions.0": "A1.01"})
    assert [(one.organisation, one.section) for one in action.partners.all()] == [(us, "actions.0")]
    undo_review(response=response, by=office)
    assert not action.partners.exists()


def test_a_review_that_is_taken_back_leaves_everything_as_it_was(office, wave, us):
    make.make_plan()
    partners, actions = [{"name": "Inconnue"}], [{"title": "Cours de français"}]
    response = cast.answered(us, by=wave, phone="0145678901", partners=partners, actions=actions)
    cast.accepted(response, office)
    undo_review(response=response, by=office)
    us.refresh_from_db()
    response.refresh_from_db()
    assert us.phone == "+33140000001"
    assert not Tie.objects.exists()
    assert not Candidate.objects.exists()
    assert not Action.objects.exists()
    assert (response.review, response.reviewed_at, response.reviewed_by) == ({}, None, None)


def test_an_action_that_others_changed_is_not_taken_back_and_stays_after_a_withdrawal(office, wave, us):
    make.make_plan()
    response = cast.answered(us, by=wave, actions=[{"title": "Cours"}])
    cast.accepted(response, office)
    change_action(action=Action.objects.get(), changes={"stage": "done"}, base_version=1, by=office)
    with pytest.raises(ValidationError, match="was changed or used since"):
        undo_review(response=response, by=office)
    response.refresh_from_db()
    forget_response(response=response)
    assert Action.objects.get().stage == "done"


def test_likely_actions_come_first_with_their_reason(office, wave, us):
    shown = make.make_plan()
    make.make_action(shown, "A1.01", title=make.words("Cours de français pour adultes"))
    make.make_action(shown, "A1.02", title=make.words("Ateliers de français"), lead=us.key)
    make.make_action(shown, "A1.03", title=make.words("Repas partagés"))
    make.make_action(shown, "A1.04", title=make.words("Cours de français"), stage="stopped")
    told = [Told("actions.0", {"title": "Cours de français à Vitry"}), Told("actions.1", {"title": "Chorale"})]
    courses, choir = ActionReceiver().choices(told, response=cast.answered(us, by=wave))
    assert [(one.key, one.reason) for one in courses[:2]] == [
        ("A1.01", "words in common: Cours, français"),
        ("A1.02", "words in common: français; it leads it or takes part in it already"),
    ]
    assert [one.key for one in choir] == ["", "idea"]


def test_what_the_plan_does_not_know_is_named_before_it_is_left_out(office, wave, us):
    make.make_plan()
    told = [Told("actions.0", {"title": "Chorale", "axis": "unheard"}, {"title": "Chorale", "axis": "Unheard of"})]
    ((new, idea),) = ActionReceiver().choices(told, response=cast.answered(us, by=wave))
    assert new.reason == idea.reason == "Not known in the plan, and left out: Unheard of."


def test_an_idea_is_told_as_one_and_without_a_plan_nothing_can_be_made(office, wave, us):
    response = cast.answered(us, by=wave, actions=[{"title": "Chorale"}])
    assert ActionReceiver().choices([Told("actions.0", {"title": "Chorale"})], response=response) == [[]]
    make.make_plan()
    cast.accepted(response, office, only={"action/actions.0": "idea"})
    assert Action.objects.get().is_idea


def test_an_action_that_left_the_plan_meanwhile_is_told(office, wave, us):
    make.make_plan()
    response = cast.answered(us, by=wave, actions=[{"title": "Chorale"}])
    with pytest.raises(ValidationError, match=r"has no action “A1\.99” any more"):
        cast.accepted(response, office, only={"action/actions.0": "A1.99"})


def test_many_actions_are_compared_in_as_many_queries_as_one(office, wave, us, django_assert_max_num_queries):
    shown = make.make_plan()
    for n in range(3):
        make.make_action(shown, f"A1.0{n}", title=make.words(f"Cours {n}"))
    response = cast.answered(us, by=wave)
    with django_assert_max_num_queries(10):
        ActionReceiver().choices([Told(f"actions.{n}", {"title": "Cours"}) for n in range(20)], response=response)
