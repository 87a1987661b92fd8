from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from parcours.directory.choices import PublicationConsent, Role
from parcours.plan.actions.change import change_action
from parcours.plan.actions.release import publish_release
from parcours.plan.models import Release
from parcours.plan.records import RecordError
from parcours.plan.snapshot import KINDS, contents, frozen
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_area,
    make_axis,
    make_body,
    make_challenge,
    make_coordinator,
    make_decision,
    make_funding_source,
    make_meeting,
    make_note,
    make_organisation,
    make_plan,
    make_public,
    make_source,
    make_user,
    make_workshop,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(settings):
    settings.PARCOURS_STAFF_MFA = False
    return make_plan()


def publish(plan, on=TODAY, **values):
    return publish_release(plan=plan, title=words("Version", "Version"), summary=words(""), on=on, by=None, **values)


def change(action, **changes):
    return change_action(action=action, changes=changes, base_version=action.version, by=None)


def test_the_first_release_has_number_one_and_holds_the_whole_plan(plan):
    make_action(plan, "A1.01")
    make_axis(plan)
    now = contents(plan)
    release = publish(plan)
    assert release.number == 1
    assert frozen(release) == now


def test_a_release_keeps_the_texts_in_all_their_languages(plan):
    title = words("Cours de français", "French lessons")
    make_action(plan, "A1.01", title=title)
    assert frozen(publish(plan)).get("action", "A1.01")["title"] == title.stored()


def test_a_release_does_not_follow_later_changes(plan):
    action = make_action(plan, "A1.01", title=words("Avant"))
    release = publish(plan)
    change(action, title=words("Après").stored())
    assert frozen(release).get("action", "A1.01")["title"] == words("Avant").stored()


def test_drafts_stay_out_of_a_release_with_every_link_to_them(plan):
    make_action(plan, "A1.02", is_public=False)
    make_action(plan, "A1.01", links=[{"kind": "related", "target": "A1.02"}])
    held = contents(plan)
    assert list(held.all("action")) == ["A1.01"]
    assert held.get("action", "A1.01")["links"] == []


def test_an_organisation_that_refused_is_named_nowhere(plan):
    quiet = make_organisation("Discrète", consent=PublicationConsent.REFUSED)
    open_one = make_organisation("Ouverte")
    members = [{"organisation": quiet.key}, {"organisation": open_one.key}]
    make_action(plan, "A1.01", lead=quiet.key, partners=members)
    body = make_body(plan)
    body.seats.create(organisation=quiet)
    workshop = make_workshop(plan)
    workshop.facilitators.add(quiet)
    held = contents(plan)
    assert list(held.all("organisation")) == [open_one.key]
    assert held.get("action", "A1.01")["lead"] == ""
    assert [line["organisation"] for line in held.get("action", "A1.01")["partners"]] == [open_one.key]
    assert held.get("body", body.key)["seats"] == []
    assert held.get("workshop", workshop.key)["facilitators"] == []


def test_positions_follow_the_kinds_then_the_reading_order(plan):
    make_action(plan, "A1.02")
    make_action(plan, "A1.01")
    make_axis(plan, "memory", order=2)
    make_axis(plan, "rights", order=1)
    items = contents(plan).items
    assert [item.position for item in items] == list(range(1, len(items) + 1))
    assert [(item.kind, item.key) for item in items if item.kind in ("axis", "action")] == [
        ("axis", "rights"),
        ("axis", "memory"),
        ("action", "A1.01"),
        ("action", "A1.02"),
    ]
    assert sorted(items, key=lambda item: KINDS.index(item.kind)) == list(items)


def test_reading_twice_gives_the_same_items(plan):
    full(plan, "A1.01")
    assert contents(plan).items == contents(plan).items


def full(plan, code):
    """An action with something of everything."""
    axis = plan.axes.first() or make_axis(plan)
    organisation, source = make_organisation(), make_source()
    fund = make_funding_source(plan, f"fund-{code.lower().replace('.', '-')}", funder=organisation, source=source)
    challenge = plan.challenges.first() or make_challenge(plan)
    public = plan.publics.first() or make_public(plan)
    area = make_area(parent=plan.area)
    action = make_action(
        plan,
        code,
        axis=axis.key,
        challenges=[challenge.key],
        publics=[public.key],
        areas=[area.code],
        lead=organisation.key,
        partners=[{"organisation": organisation.key}],
        milestones=[{"title": words("Étape").stored(), "due_on": "2026-01-01"}],
        budget_lines=[
            {"kind": "cost", "label": words("Coût").stored(), "amount": "1000"},
            {"kind": "funding", "label": words("Aide").stored(), "amount": "500", "funding_source": fund.key},
        ],
        funding_sources=[fund.key],
        indicators=[{"name": words("Cours").stored(), "unit": "cours", "target": "12"}],
    )
    note = make_note(make_workshop(plan))
    note.actions.add(action)
    body = make_body(plan)
    body.seats.create(organisation=organisation)
    make_decision(plan, [action], meeting=make_meeting(body))
    return action


def test_reading_the_plan_costs_the_same_for_one_action_and_for_three(plan):
    full(plan, "A1.01")
    one = queries_of(lambda: contents(plan))
    full(plan, "A1.02")
    full(plan, "A1.03")
    assert queries_of(lambda: contents(plan)) == one


def queries_of(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_publishing_carries_the_decisions_that_no_release_carried(plan):
    action = make_action(plan, "A1.01")
    first = make_decision(plan, [action])
    release = publish(plan)
    change(action, title=words("Autre").stored())
    second = make_decision(plan, [action])
    following = publish(plan)
    assert list(release.decisions.all()) == [first]
    assert list(following.decisions.all()) == [second]
    assert following.number == 2


def test_nothing_is_published_when_nothing_changed(plan):
    make_action(plan, "A1.01")
    publish(plan)
    with translation.override("en"), pytest.raises(RecordError) as refused:
        publish(plan)
    assert refused.value.errors == {"": ["Nothing has changed since the last release."]}
    assert Release.objects.count() == 1


def test_a_release_needs_a_title(plan):
    with translation.override("en"), pytest.raises(RecordError) as refused:
        publish_release(plan=plan, title=words(""), summary=words(""), on=TODAY, by=None)
    assert refused.value.errors == {"title": ["Give the release a title."]}


def test_what_changed_after_it_was_read_is_not_published(plan):
    action = make_action(plan, "A1.01")
    seen = contents(plan).digest
    change(action, title=words("Autre").stored())
    with pytest.raises(RecordError):
        publish(plan, seen=seen)
    assert not plan.releases.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_release SET number = 9 WHERE id = %s",
        "DELETE FROM plan_release WHERE id = %s",
        "UPDATE plan_releaseitem SET position = position + 100 WHERE release_id = %s",
        "DELETE FROM plan_releaseitem WHERE release_id = %s",
        "UPDATE plan_decision SET section = 'x' WHERE release_id = %s",
        "DELETE FROM plan_decision WHERE release_id = %s",
    ],
)
def test_the_database_refuses_to_change_what_was_released(plan, statement):
    make_decision(plan)
    release = publish(plan)
    with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [release.pk])


def test_the_list_shows_each_release_on_the_path(plan, client):
    action = make_action(plan, "A1.01")
    publish(plan, on=date(2018, 2, 1))
    change(action, title=words("Autre").stored())
    publish(plan)
    with translation.override("en"):
        page = client.get(reverse("plan:releases"))
        assert page.status_code == 200
        assert [(stop.detail, stop.state) for stop in page.context["stops"]] == [
            ("Release 1", "done"),
            ("Release 2 · actions changed: 1", "done"),
            ("decisions since the last release: 0", "current"),
        ]


def test_choosing_two_leads_to_their_difference(plan, client):
    publish(plan)
    with translation.override("en"):
        answer = client.get(reverse("plan:releases"), {"old": "1", "new": "working"})
        assert (answer.status_code, answer.url) == (302, reverse("plan:diff", args=[1, "working"]))


def test_only_the_coordinator_publishes(plan, client):
    url = reverse("plan:publish")
    assert client.get(url).status_code == 302
    client.force_login(make_user(Role.PARTNER, make_organisation()), backend=BACKEND)
    assert client.get(url).status_code == 403
    client.force_login(make_coordinator(), backend=BACKEND)
    assert client.get(url).status_code == 200


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_looking_at_what_would_be_published_writes_nothing(plan, client):
    make_action(plan, "A1.01")
    client.force_login(make_coordinator(), backend=BACKEND)
    client.get(reverse("plan:publish"))
    assert not plan.releases.exists()


def test_actions_changed_without_a_decision_are_flagged_before_publishing(plan, client):
    decided, undecided = make_action(plan, "A1.01"), make_action(plan, "A1.02")
    publish(plan)
    change(decided, title=words("Décidée").stored())
    change(undecided, title=words("Autre").stored())
    make_decision(plan, [decided])
    client.force_login(make_coordinator(), backend=BACKEND)
    page = client.get(reverse("plan:publish"))
    assert [entry.item.key for entry in page.context["undecided"]] == ["A1.02"]


def test_the_coordinator_publishes_from_the_page(plan, client):
    make_action(plan, "A1.01")
    user = make_coordinator()
    client.force_login(user, backend=BACKEND)
    with translation.override("en"):
        url = reverse("plan:publish")
        sent = {"title_en": "First", "title_fr": "Première", "summary_en": "", "seen": contents(plan).digest}
        answer = client.post(url, sent)
        release = plan.releases.get()
        assert (answer.status_code, answer.url) == (302, release.get_absolute_url())
    assert release.title.text_in("fr") == "Première"
    assert release.published_by == user


def test_a_stale_page_shows_the_plan_again_and_publishes_nothing(plan, client):
    make_action(plan, "A1.01")
    client.force_login(make_coordinator(), backend=BACKEND)
    with translation.override("en"):
        page = client.post(reverse("plan:publish"), {"title_en": "First", "seen": "0123456789abcdef"})
    assert page.status_code == 200
    assert not plan.releases.exists()
    assert page.context["form"]["seen"].value() == contents(plan).digest
