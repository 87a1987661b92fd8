"""The office's dashboard, news, adopting and stopping, the parts of the plan, and who changed what."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parcours.directory.choices import Role
from parcours.plan import desk
from parcours.plan.actions.change import change_action
from parcours.plan.forms.parts import KINDS
from parcours.plan.models import Axis, Decision, Principle, Update
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_axis,
    make_challenge,
    make_coordinator,
    make_decision,
    make_funding_source,
    make_idea,
    make_organisation,
    make_plan,
    make_public,
    make_user,
    make_workshop,
    words,
)
from parcours.plan.tests.pages import sent_as_it_stands, signed_in

pytestmark = pytest.mark.django_db
LONG_AGO = date(2018, 2, 1)


@pytest.fixture
def coordinator():
    return signed_in(make_coordinator())


OFFICE = "/fr/plan/office/"


def make_everything(plan, lead):
    """One row for each list of the dashboard."""
    make_action(plan, on=LONG_AGO, lead=lead.key)
    make_action(plan, on=timezone.localdate(), lead=lead.key, ends_on="2019")
    make_action(plan, on=LONG_AGO, lead=lead.key, blocked_reason=words("Pas de salle"))
    make_idea(plan, lead=lead.key)
    make_workshop(plan)
    make_decision(plan, [make_action(plan, on=timezone.localdate())])
    plan.agenda_items.create(text=words("Un point"))
    source = plan.funding_sources.first() or make_funding_source(plan, ceiling_percent=50)
    lines = [
        {"kind": "cost", "label": words("Coût").stored(), "amount": "100.00"},
        {"kind": "funding", "label": words("Aide").stored(), "amount": "80.00", "funding_source": source.key},
    ]
    make_action(plan, on=timezone.localdate(), budget_lines=lines)


def test_each_status_has_its_list_and_says_why(coordinator):
    make_everything(make_plan(), make_organisation())
    groups = coordinator.get(OFFICE).context["coordinator"]["watched"]
    assert [(group.status, group.total, len(group.actions)) for group in groups] == [
        ("late", 1, 1),
        ("silent", 1, 1),
        ("blocked", 1, 1),
    ]
    page = coordinator.get(OFFICE).content.decode()
    assert "Pas de salle" in page
    assert page.count('name="still_true"') == 3


def test_a_long_list_is_cut_and_leads_to_all_of_it(coordinator):
    plan = make_plan()
    for _ in range(desk.SHOWN + 2):
        make_action(plan, on=LONG_AGO)
    silent = next(group for group in desk.watched(plan, on=TODAY) if group.status == "silent")
    assert (silent.total, len(silent.actions)) == (desk.SHOWN + 2, desk.SHOWN)
    assert "?status=silent" in coordinator.get(OFFICE).content.decode()


def test_money_beyond_a_ceiling_is_named(coordinator):
    make_everything(make_plan(), make_organisation())
    ((action, breach),) = coordinator.get(OFFICE).context["coordinator"]["breaches"]
    assert (breach.asked, breach.allowed) == (80, 50)
    assert action.title.text in coordinator.get(OFFICE).content.decode()


def test_the_reporting_rate_counts_led_and_partnered_actions_with_news():
    plan = make_plan()
    lead, partner = make_organisation("A"), make_organisation("B")
    make_action(plan, on=LONG_AGO, lead=lead.key)
    told = make_action(plan, on=LONG_AGO, lead=lead.key, partners=[{"organisation": partner.key, "role": "partner"}])
    make_action(plan, on=TODAY, lead=lead.key, is_public=False)
    make_action(plan, on=TODAY, lead=lead.key, stage="done")
    Update.objects.create(action=told, happened_on=TODAY - timedelta(days=30), text=words("Ouvert"))
    rows = [(organisation, rate.n, rate.base) for organisation, rate in desk.reporting(plan, on=TODAY)]
    assert rows == [(lead, 1, 2), (partner, 1, 1)]


def test_what_no_release_carries_is_counted():
    plan = make_plan()
    action, draft = make_action(plan), make_action(plan, is_public=False)
    for changed in (action, draft):
        for version, title in enumerate(["Un", "Deux"], 1):
            change_action(action=changed, changes={"title": words(title).stored()}, base_version=version, by=None)
    decision = make_decision(plan, [action])
    waiting = desk.unreleased(plan)
    assert (waiting.number, waiting.changed, waiting.decisions) == (None, 1, [decision])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.FACILITATOR, Role.COMMITTEE])
def test_every_role_has_its_desk_at_a_constant_cost(role):
    plan, lead = make_plan(), make_organisation()
    client, costs = signed_in(make_user(role, lead if role == Role.PARTNER else None)), []
    for more in (1, 2):
        for _ in range(more):
            make_everything(plan, lead)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(OFFICE).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_partner_sees_its_own_actions_and_drafts_only():
    plan, organisation = make_plan(), make_organisation()
    mine = make_action(plan, lead=organisation.key, is_public=False)
    make_action(plan)
    partner = signed_in(make_user(Role.PARTNER, organisation)).get(OFFICE).context["partner"]
    assert [action.pk for action in partner["actions"]] == [mine.pk]


def test_a_translator_is_led_to_the_translations_and_a_visitor_to_the_sign_in():
    make_plan()
    assert signed_in(make_user(Role.TRANSLATOR)).get(OFFICE).url == reverse("translations:index")
    assert signed_in(make_user()).get(OFFICE).status_code == 403
    assert "login" in Client().get(OFFICE).url


# News


def test_one_button_says_that_all_is_still_true(coordinator):
    plan = make_plan()
    action = make_action(plan, on=LONG_AGO)
    url = reverse("plan:update-add", args=[action.code])
    assert coordinator.get(url).status_code == 200
    assert action.updates.count() == 0
    assert coordinator.post(url, {"still_true": "1"}).status_code == 302
    update = action.updates.get()
    assert update.happened_on == timezone.localdate()
    assert update.text.text_in("en") == "Checked: nothing new."
    assert desk.with_status(plan, on=timezone.localdate()).get().status == "on_track"


def test_news_is_published_by_those_who_take_part_and_nobody_else():
    organisation = make_organisation()
    action = make_action(make_plan(), lead=organisation.key)
    url = reverse("plan:update-add", args=[action.code])
    sent = {"happened_on": "3 mars 2026", "text": "Le lieu est ouvert"}
    assert signed_in(make_user(Role.PARTNER, make_organisation())).post(url, sent).status_code == 403
    assert signed_in(make_user(Role.PARTNER, organisation)).post(url, sent).status_code == 302
    update = action.updates.get()
    assert (update.happened_on, update.text.text_in("fr")) == (date(2026, 3, 3), "Le lieu est ouvert")


# Adopting and stopping


def test_an_idea_becomes_an_action_with_the_decision_behind_it(coordinator):
    plan = make_plan()
    make_axis(plan)
    lead, idea = make_organisation("Foyer Un"), make_idea(plan, is_public=False)
    url = reverse("plan:adopt", args=[idea.code])
    sent = sent_as_it_stands(
        coordinator.get(url), axis="rights", lead="Foyer Un", starts_on="janvier 2027", decision="Le comité le veut"
    )
    sent |= {"indicators-0-name": "Personnes reçues", "indicators-0-unit": "personnes", "indicators-0-target": "40,5"}
    response = coordinator.post(url, sent)
    assert response.status_code == 302, response.context["sheet"].errors
    idea.refresh_from_db()
    assert (idea.stage, idea.is_public, idea.lead, idea.starts_on) == ("planned", True, lead, date(2027, 1, 1))
    assert idea.indicators.get().target == 40.5
    decision = Decision.objects.get()
    assert (decision.text.text_in("fr"), list(decision.actions.all())) == ("Le comité le veut", [idea])


def test_an_idea_is_not_adopted_without_a_decision(coordinator):
    idea = make_idea(make_plan())
    url = reverse("plan:adopt", args=[idea.code])
    response = coordinator.post(url, sent_as_it_stands(coordinator.get(url), starts_on="2027"))
    assert list(response.context["form"].errors) == ["decision"]
    idea.refresh_from_db()
    assert (idea.stage, Decision.objects.count()) == ("idea", 0)


def test_adopting_what_changed_meanwhile_asks_again_and_loses_nothing(coordinator):
    plan = make_plan()
    make_axis(plan)
    idea = make_idea(plan)
    url = reverse("plan:adopt", args=[idea.code])
    sent = sent_as_it_stands(coordinator.get(url), starts_on="2027", decision="Décidé", axis="rights")
    change_action(action=idea, changes={"starts_on": "2026"}, base_version=1, by=None)
    response = coordinator.post(url, sent)
    assert response.status_code == 409
    again = sent_as_it_stands(response)
    assert (again["starts_on"], again["decision"], again["axis"]) == (["2027"], ["Décidé"], ["rights"])
    assert coordinator.post(url, again).status_code == 302
    idea.refresh_from_db()
    assert (idea.stage, idea.starts_on) == ("planned", date(2027, 1, 1))


def test_an_action_stops_with_its_reason_or_is_merged_with_its_trace(coordinator):
    plan = make_plan()
    one, two, other = make_action(plan, "A1.01"), make_action(plan, "A1.02"), make_action(plan, "A1.03")
    url = reverse("plan:action-stop", args=[one.code])
    assert coordinator.post(url, {"way": "stop", "reason": "", "base_version": "1"}).status_code == 200
    assert coordinator.post(url, {"way": "stop", "reason": "Plus d’argent", "base_version": "1"}).status_code == 302
    one.refresh_from_db()
    assert (one.stage, one.stop_reason.text_in("fr")) == ("stopped", "Plus d’argent")
    url = reverse("plan:action-stop", args=[two.code])
    sent = {"way": "merged_into", "reason": "Même public", "base_version": "1"}
    assert list(coordinator.post(url, sent).context["form"].errors) == ["into"]
    assert coordinator.post(url, sent | {"into": "A1.03"}).status_code == 302
    two.refresh_from_db()
    assert [(link.kind, link.target) for link in two.links.all()] == [("merged_into", other)]


# Parts of the plan


def part_url(kind, part):
    return reverse("plan:part-edit", args=[kind, part.key])


def test_the_coordinator_changes_the_texts_of_the_plan_itself(coordinator):
    plan = make_plan()
    url = reverse("plan:part-edit", args=["plan", plan.slug])
    sent = sent_as_it_stands(coordinator.get(url), summary="Le plan, autrement.", adopted="mars 2018")
    assert coordinator.post(url, sent).status_code == 302
    plan.refresh_from_db()
    assert (plan.summary.text_in("fr"), plan.adopted_on, plan.adopted_precision) == (
        "Le plan, autrement.",
        date(2018, 3, 1),
        "month",
    )


def test_a_changed_rating_of_a_risk_is_invented_no_more(coordinator):
    plan = make_plan()
    risk = plan.risks.create(key="r", title=words("Un risque"), likelihood=1, impact=2, is_rating_invented=True)
    url = part_url("risk", risk)
    page = coordinator.get(url)
    assert coordinator.post(url, sent_as_it_stands(page)).status_code == 302
    risk.refresh_from_db()
    assert risk.is_rating_invented
    assert coordinator.post(url, sent_as_it_stands(page, likelihood="3")).status_code == 302
    risk.refresh_from_db()
    assert (risk.likelihood, risk.impact, risk.is_rating_invented) == (3, 2, False)
    assert coordinator.post(url, sent_as_it_stands(coordinator.get(url), likelihood="9")).status_code == 200


def test_two_who_change_a_part_see_both_texts(coordinator):
    principle = Principle.objects.create(plan=make_plan(), key="p", text=words("Avant"))
    url = part_url("principle", principle)
    mine = sent_as_it_stands(coordinator.get(url), text="Le mien")
    coordinator.post(url, sent_as_it_stands(coordinator.get(url), text="Le leur"))
    response = coordinator.post(url, mine)
    assert [text for _label, text in response.context["theirs"]] == ["Le leur"]
    again = sent_as_it_stands(response)
    assert again["text"] == ["Le mien"]
    assert coordinator.post(url, again).status_code == 302
    principle.refresh_from_db()
    assert principle.text.text_in("fr") == "Le mien"


def test_a_part_is_removed_only_when_nothing_points_at_it(coordinator):
    plan = make_plan()
    axis, challenge = make_axis(plan), make_challenge(plan)
    action = make_action(plan, axis="rights", challenges=["challenge"])
    for kind, part in (("axis", axis), ("challenge", challenge)):
        assert coordinator.post(part_url(kind, part), {"do": "remove"}).url == part_url(kind, part)
    change_action(action=action, changes={"axis": "", "challenges": []}, base_version=1, by=None)
    for kind, part in (("axis", axis), ("challenge", challenge)):
        assert coordinator.post(part_url(kind, part), {"do": "remove"}).url == reverse("plan:parts")
    assert (plan.axes.count(), plan.challenges.count()) == (0, 0)


def test_a_part_is_added_under_a_key_that_is_free(coordinator):
    plan = make_plan()
    url = reverse("plan:part-new", args=["axis"])
    sent = sent_as_it_stands(coordinator.get(url), key="memory", title="Mémoire")
    assert coordinator.post(url, sent).status_code == 302
    assert coordinator.post(url, sent).status_code == 200
    assert [(axis.key, axis.order) for axis in Axis.objects.filter(plan=plan)] == [("memory", 1)]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_part_has_its_form(coordinator, kind):
    make_plan()
    assert coordinator.get(reverse("plan:part-new", args=[kind])).status_code == 200


def test_the_parts_are_for_the_coordinator_alone():
    plan = make_plan()
    make_public(plan)
    client = signed_in(make_user(Role.FACILITATOR))
    urls = [reverse("plan:parts"), reverse("plan:part-edit", args=["public", "migrants"]), reverse("plan:changes")]
    assert [client.get(url).status_code for url in urls] == [403, 403, 403]


# Who changed what


def test_all_changes_of_the_plan_are_listed_newest_first_and_narrowed(coordinator):
    plan, ana = make_plan(), make_user(Role.PARTNER, make_organisation(), name="Ana")
    one, two = make_action(plan, "A1.01"), make_action(plan, "A1.02")
    change_action(action=one, changes={"title": words("Un").stored()}, base_version=1, by=ana)
    change_action(action=two, changes={"title": words("Deux").stored()}, base_version=1, by=None)
    make_decision(plan)
    url = reverse("plan:changes")
    lines = coordinator.get(url).context["lines"]
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    hers = coordinator.get(url, {"person": ana.pk}).context["lines"]
    assert [(line.change.action, line.change.version) for line in hers] == [(one, 2)]
    of_two = coordinator.get(url, {"action": "A1.02"}).context["lines"]
    assert [(line.change.action, line.change.version) for line in of_two] == [(two, 2), (two, 1)]


def test_the_pages_of_the_history_follow_one_another_and_cost_the_same(coordinator):
    plan, costs = make_plan(), []
    for number in (1, 40):
        for _ in range(number):
            make_action(plan)
        with CaptureQueriesContext(connection) as queries:
            page = coordinator.get(reverse("plan:changes"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    first = page.context["lines"]
    second = coordinator.get(f"{reverse('plan:changes')}?{page.context['more']}").context["lines"]
    assert len(first) == 30
    assert first[-1].at > second[0].at
