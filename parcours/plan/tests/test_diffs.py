from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit.worddiff import Piece
from parcours.plan.actions.change import change_action, merge_action, stop_action
from parcours.plan.actions.release import publish_release
from parcours.plan.choices import LinkKind
from parcours.plan.comparing import Comparing
from parcours.plan.diffs import Outcome, by_action, compare, decisions_between, digest_of, shown_decisions
from parcours.plan.snapshot import NOTHING, Contents, Item, contents, frozen
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_axis,
    make_body,
    make_decision,
    make_meeting,
    make_organisation,
    make_plan,
    words,
)
from parcours.plan.wording import ChangeReader

STAGES = ["idea", "planned", "under_way", "done", "stopped"]
KINDS_OF_LINK = ["merged_into", "superseded_by", "related"]
BLANK = {
    **{name: {"source": "fr", "texts": {}} for name in ("what", "why", "nature", "blocked_reason", "stop_reason")},
    **{name: [] for name in ("challenges", "publics", "areas", "partners", "milestones", "budget_lines")},
    **{name: [] for name in ("funding_sources", "indicators", "links")},
    **dict.fromkeys(("axis", "theme", "lead", "starts_on", "ends_on", "status_override", "override_reason"), ""),
    "remarks": {"source": "fr", "texts": {}},
    "is_public": True,
    "is_invented": False,
    "section": "",
    "source": "",
}


def action_item(key, title="Titre", stage="under_way", links=(), **values):
    data = deepcopy(BLANK) | {"title": words(title).stored(), "stage": stage, "links": list(links), **values}
    return Item("action", key, 0, data)


texts = st.text(alphabet="abc ", max_size=5).map(lambda text: words(text.strip()).stored())
links = st.lists(
    st.fixed_dictionaries({"kind": st.sampled_from(KINDS_OF_LINK), "target": st.sampled_from(["A1", "A2"])}), max_size=2
)
actions = st.builds(
    lambda key, **data: Item("action", key, 0, deepcopy(BLANK) | data),
    st.sampled_from(["A1", "A2", "A3", "A4"]),
    title=texts,
    stage=st.sampled_from(STAGES),
    links=links,
    areas=st.lists(st.sampled_from(["94028", "94017"]), unique=True),
)
axes = st.builds(lambda key, title: Item("axis", key, 0, {"title": title}), st.sampled_from(["rights", "links"]), texts)
plans = st.lists(st.one_of(actions, axes), unique_by=lambda item: (item.kind, item.key), max_size=6).map(
    lambda items: Contents(tuple(items))
)


@given(plans)
def test_a_plan_compared_with_itself_is_all_the_same(plan):
    difference = compare(plan, deepcopy(plan))
    assert {item.outcome for item in (*difference.actions, *difference.parts)} <= {Outcome.SAME}
    assert len(difference.actions) + len(difference.parts) == len(plan.items)
    assert difference.is_empty


@given(plans, plans)
def test_both_directions_mirror_each_other(old, new):
    there, back = compare(old, new), compare(new, old)
    mirrored = {item.key: item for item in back.actions}
    assert len(mirrored) == len(there.actions)
    for item in there.actions:
        other = mirrored[item.key]
        assert (item.old, item.new) == (other.new, other.old)
        assert [(c.name, c.old, c.new) for c in item.changes] == [(c.name, c.new, c.old) for c in other.changes]
        assert (item.outcome == Outcome.SAME) == (other.outcome == Outcome.SAME)
        assert (item.outcome == Outcome.NEW) == (other.outcome == Outcome.REMOVED)


@given(plans, plans)
def test_every_key_of_either_plan_is_reported_once(old, new):
    difference = compare(old, new)
    assert sorted((item.kind, item.key) for item in (*difference.actions, *difference.parts)) == sorted(
        {(item.kind, item.key) for item in (*old.items, *new.items)}
    )


@given(plans)
def test_what_left_the_plan_is_reported_as_removed(plan):
    difference = compare(plan, NOTHING)
    assert {item.outcome for item in (*difference.actions, *difference.parts)} <= {Outcome.REMOVED}


@pytest.mark.parametrize(
    ("after", "outcome", "targets"),
    [
        (action_item("A1", "Autre"), Outcome.CHANGED, ()),
        (action_item("A1", stage="done"), Outcome.DONE, ()),
        (action_item("A1", stage="stopped"), Outcome.STOPPED, ()),
        (
            action_item("A1", stage="stopped", links=[{"kind": "merged_into", "target": "A2"}]),
            Outcome.MERGED_INTO,
            ("A2",),
        ),
        (
            action_item("A1", stage="stopped", links=[{"kind": "superseded_by", "target": "A3"}]),
            Outcome.SUPERSEDED_BY,
            ("A3",),
        ),
        (action_item("A1"), Outcome.SAME, ()),
        (action_item("A1", section="III.1"), Outcome.SAME, ()),
    ],
)
def test_what_became_of_an_action(after, outcome, targets):
    difference = compare(Contents((action_item("A1"),)), Contents((after,)))
    assert [(item.outcome, item.targets) for item in difference.actions] == [(outcome, targets)]


def test_a_stopped_action_taken_up_again_is_changed():
    difference = compare(Contents((action_item("A1", stage="stopped"),)), Contents((action_item("A1"),)))
    assert [item.outcome for item in difference.actions] == [Outcome.CHANGED]


def test_reviewing_a_translation_changes_nothing_that_is_read():
    title = {"source": "fr", "texts": {"fr": {"text": "Un"}, "en": {"text": "One", "state": "draft", "of": "1"}}}
    reviewed = deepcopy(title)
    reviewed["texts"]["en"]["state"] = "reviewed"
    old = Contents((Item("axis", "rights", 0, {"title": title}),))
    assert compare(old, Contents((Item("axis", "rights", 0, {"title": reviewed}),))).is_empty


def readable(before, after, language="fr"):
    old, new = Contents((before,)), Contents((after,))
    with translation.override(language):
        return ChangeReader(old, new).changes(compare(old, new).actions[0])


def test_a_changed_text_is_shown_word_by_word():
    (change,) = readable(action_item("A1", "Cours de français"), action_item("A1", "Cours de cuisine"))
    assert change.pieces == (Piece("same", "Cours de "), Piece("removed", "français"), Piece("added", "cuisine"))


def test_a_text_changed_in_another_language_only_says_so():
    before, after = action_item("A1"), action_item("A1")
    after.data["title"] = words("Titre", "Title").stored()
    (change,) = readable(before, after, "fr")
    assert (change.pieces, bool(change.note)) == ((), True)


def test_references_are_compared_as_a_set_and_named():
    (change,) = readable(action_item("A1", areas=["94028", "94017"]), action_item("A1", areas=["94017", "94080"]))
    assert change.lines == (Piece("removed", "94028"), Piece("added", "94080"))


def test_a_milestone_that_is_done_is_a_changed_line():
    due = {"title": words("Étape").stored(), "due_on": "2026-01-31", "done_on": "", "is_invented": False}
    done = due | {"done_on": "2026-02-01"}
    (change,) = readable(action_item("A1", milestones=[due]), action_item("A1", milestones=[done]), "en")
    assert [piece.op for piece in change.lines] == ["removed", "added"]
    assert "1 February 2026" in change.lines[1].text or "February 1, 2026" in change.lines[1].text


def test_amounts_are_written_as_money():
    line = {"kind": "cost", "label": words("Coût").stored(), "amount": "1200.00", "currency": "EUR", "period": ""}
    line |= {"funding_source": "", "is_secured": False, "note": words("").stored(), "section": "", "is_invented": False}
    (change,) = readable(action_item("A1"), action_item("A1", budget_lines=[line]), "fr")
    assert len(change.lines) == 1
    assert change.lines[0].text.endswith("Coût · 1\N{NARROW NO-BREAK SPACE}200\N{NO-BREAK SPACE}€")


# With the database: the decisions behind, and the page.


def publish(plan):
    return publish_release(plan=plan, title=words("Version"), summary=words(""), on=TODAY, by=None)


def change(action, **changes):
    action.refresh_from_db()
    return change_action(action=action, changes=changes, base_version=action.version, by=None)


@pytest.mark.django_db
def test_the_verbs_of_the_plan_give_the_outcomes_of_the_difference():
    plan = make_plan()
    merged, stopped, kept = (make_action(plan, code) for code in ("A1.01", "A1.02", "A1.03"))
    before = contents(plan)
    why = words("Faute de moyens")
    merge_action(action=merged, into=kept, kind=LinkKind.MERGED_INTO, reason=why, base_version=1, by=None)
    stop_action(action=stopped, reason=why, base_version=1, by=None)
    make_action(plan, "A1.04")
    found = {item.key: item.outcome for item in compare(before, contents(plan)).actions}
    assert found == {
        "A1.01": Outcome.MERGED_INTO,
        "A1.02": Outcome.STOPPED,
        "A1.03": Outcome.SAME,
        "A1.04": Outcome.NEW,
    }


@pytest.mark.django_db
def test_the_decisions_in_between_are_those_of_the_later_releases():
    plan = make_plan()
    action = make_action(plan, "A1.01")
    make_decision(plan, [action])
    first = publish(plan)
    change(action, title=words("Deux").stored())
    second_decision = make_decision(plan, [action])
    second = publish(plan)
    waiting = make_decision(plan, [action])
    assert list(decisions_between(plan, first, second)) == [second_decision]
    assert list(decisions_between(plan, second, first)) == [second_decision]
    assert shown_decisions(decisions_between(plan, first, None)) == [second_decision, waiting]
    assert by_action(shown_decisions(decisions_between(plan, second, None))) == {"A1.01": [waiting]}


@pytest.mark.django_db
def test_a_decision_on_drafts_alone_is_not_shown_to_everyone():
    plan = make_plan()
    release = publish(plan)
    draft = make_action(plan, "A1.01", is_public=False)
    make_decision(plan, [draft])
    assert shown_decisions(decisions_between(plan, release, None)) == []


@pytest.mark.django_db
def test_the_page_names_the_decision_and_its_meeting(client):
    plan = make_plan()
    action = make_action(plan, "A1.01")
    publish(plan)
    change(action, title=words("Nouveau titre").stored())
    meeting = make_meeting(make_body(plan), title=words("Comité de mai"))
    make_decision(plan, [action], meeting=meeting, text=words("Renommer l’action"))
    with translation.override("fr"):
        page = client.get(reverse("plan:diff", args=[1, "working"]))
    (entry,) = page.context["entries"]
    assert [decision.meeting for decision in entry.decisions] == [meeting]
    assert [decision.text.text for decision in entry.decisions] == ["Renommer l’action"]
    assert "Comité de mai" in page.content.decode()


@pytest.mark.django_db
def test_the_page_narrows_by_outcome_and_axis(client):
    plan = make_plan()
    make_axis(plan, "rights")
    publish(plan)
    make_action(plan, "A1.01", axis="rights")
    make_action(plan, "A1.02")
    with translation.override("en"):
        url = reverse("plan:diff", args=[1, "working"])
        shown = {query: [entry.item.key for entry in client.get(url, {"axis": query}).context["entries"]]
                 for query in ("", "rights", "none")}  # fmt: skip
        assert shown == {"": ["A1.01", "A1.02"], "rights": ["A1.01"], "none": ["A1.02"]}
        assert client.get(url, {"outcome": "removed"}).context["entries"] == []


@pytest.mark.django_db
def test_any_two_releases_are_compared_in_both_directions(client):
    plan = make_plan()
    publish(plan)
    make_action(plan, "A1.01")
    publish(plan)
    with translation.override("en"):
        there = client.get(reverse("plan:diff", args=[1, "2"]))
        back = client.get(reverse("plan:diff", args=[2, "1"]))
    assert [entry.item.outcome for entry in there.context["entries"]] == [Outcome.NEW]
    assert [entry.item.outcome for entry in back.context["entries"]] == [Outcome.REMOVED]


@pytest.mark.django_db
@pytest.mark.parametrize("new", ["9", "x", "9" * 30])
def test_a_release_that_does_not_exist_is_not_found(client, new):
    publish(make_plan())
    assert client.get(reverse("plan:diff", args=[1, new])).status_code == 404


@pytest.mark.django_db
def test_the_page_costs_the_same_for_one_action_and_for_three(client):
    plan = make_plan()
    publish(plan)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("plan:diff", args=[1, "working"])).status_code == 200
        return len(captured)

    def add(code):
        lead = make_organisation()
        action = make_action(plan, code, lead=lead.key, partners=[{"organisation": lead.key}])
        make_decision(plan, [action], meeting=make_meeting(make_body(plan)))

    add("A1.01")
    queries()
    one = queries()
    add("A1.02")
    add("A1.03")
    assert queries() == one


@pytest.mark.django_db
@pytest.mark.parametrize("new", ["working", "2"])
def test_the_page_costs_the_same_for_one_change_and_for_three(client, new):
    plan = make_plan()
    actions = [make_action(plan, f"A1.0{n}", lead=make_organisation().key) for n in range(1, 8)]
    costs = []
    for changed in (actions[:1], actions[:3]):
        publish(plan)
        for action in changed:
            change(action, title=words(f"Titre {len(costs)}").stored(), lead=make_organisation().key)
        if new != "working":
            publish(plan)
        number = plan.releases.last().number
        url = reverse("plan:diff", args=[number, new] if new == "working" else [number - 1, str(number)])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url)
        assert [entry.item.key for entry in page.context["entries"]] == [action.code for action in changed]
        costs.append(len(captured))
        change(actions[-1], title=words(f"Autre {len(costs)}").stored())
    assert costs[0] == costs[1]


@pytest.mark.django_db
@pytest.mark.parametrize("new", ["release", "working"])
def test_reading_only_what_differs_finds_what_reading_all_finds(new):
    plan = make_plan()
    rights = make_axis(plan, "rights")
    gone, _kept, edited, stopped = (make_action(plan, f"A1.0{n}", axis="rights") for n in range(1, 5))
    first = publish(plan)
    change(edited, title=words("Autre").stored(), areas=[])
    stop_action(action=stopped, reason=words("Fin"), base_version=stopped.version, by=None)
    type(gone).objects.filter(pk=gone.pk).update(is_public=False)
    make_action(plan, "A2.01")
    type(rights).objects.update(title=words("Les droits de tous"))
    now = contents(plan)
    whole = compare(frozen(first), now)
    second = publish(plan) if new == "release" else None
    comparing = Comparing(plan, first, second)
    found = comparing.difference()
    assert found.counts == whole.counts
    filled = comparing.filled(found, found.changed_actions)
    assert [(item.key, item.outcome, item.changes) for item in filled.actions] == [
        (item.key, item.outcome, item.changes) for item in whole.changed_actions
    ]
    assert [(item.kind, item.key, item.changes) for item in found.changed_parts] == [
        (item.kind, item.key, item.changes) for item in whole.changed_parts
    ]


@given(plans, plans)
def test_two_digests_are_one_when_nothing_changed(old, new):
    for item in compare(old, new).actions:
        if item.old is not None and item.new is not None:
            same = digest_of("action", item.old) == digest_of("action", item.new)
            assert same == (item.outcome == Outcome.SAME)


def test_a_line_that_did_not_change_is_not_shown_as_changed():
    cost = {"kind": "cost", "label": words("Coût").stored(), "amount": "1200.00", "currency": "EUR", "period": ""}
    same = dict(reversed((cost | {"amount": "1200", "section": "III.4"}).items()))
    other = cost | {"label": words("Salle").stored()}
    assert readable(action_item("A1", budget_lines=[cost]), action_item("A1", budget_lines=[same])) == []
    (change,) = readable(action_item("A1", budget_lines=[cost]), action_item("A1", budget_lines=[other, same]))
    assert [piece.op for piece in change.lines] == ["added"]
    assert "Salle" in change.lines[0].text


@pytest.mark.django_db
def test_a_frozen_release_is_read_in_one_query(django_assert_num_queries):
    plan = make_plan()
    make_action(plan, "A1.01")
    release = publish(plan)
    with django_assert_num_queries(1):
        frozen(release)
