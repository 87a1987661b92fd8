"""Two people changing one action at the same time."""

import threading

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import translation

from parcours.directory.choices import Role
from parcours.plan.actions.change import change_action
from parcours.plan.models import Action
from parcours.plan.past import record_at
from parcours.plan.records import read_record
from parcours.plan.tests.factories import make_action, make_coordinator, make_organisation, make_plan, make_user, words
from parcours.plan.tests.full import full_action
from parcours.plan.tests.pages import sent_as_it_stands, signed_in


def edit_url(action):
    return reverse("plan:action-edit", args=[action.code])


@pytest.mark.django_db
def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing():
    action = full_action(make_plan())
    first, second = signed_in(make_user(Role.COORDINATOR, name="Ana")), signed_in(make_coordinator())
    mine = sent_as_it_stands(second.get(edit_url(action)), title="Le mien", why="Mon pourquoi", remarks="Ma remarque")
    theirs = sent_as_it_stands(first.get(edit_url(action)), title="Le leur", what="Leur texte")
    assert first.post(edit_url(action), theirs).status_code == 302

    response = second.post(edit_url(action), mine)
    assert response.status_code == 409
    (clash,) = response.context["clashes"]
    assert clash.name == "title"
    assert "Le leur" in clash.theirs
    assert "Le mien" in clash.yours
    assert "Ana" in response.content.decode()
    action.refresh_from_db()
    assert action.title.text_in("fr") == "Le leur"

    again = sent_as_it_stands(response)
    assert (again["title"], again["why"], again["remarks"]) == (["Le mien"], ["Mon pourquoi"], ["Ma remarque"])
    assert again["what"] == ["Leur texte"]
    assert second.post(edit_url(action), again).status_code == 302
    action.refresh_from_db()
    assert [getattr(action, name).text_in("fr") for name in ("title", "what", "why", "remarks")] == [
        "Le mien",
        "Leur texte",
        "Mon pourquoi",
        "Ma remarque",
    ]


@pytest.mark.django_db
def test_in_a_conflict_one_may_take_theirs_and_keep_the_rest():
    action = full_action(make_plan())
    client, by = signed_in(make_coordinator()), make_coordinator()
    mine = sent_as_it_stands(client.get(edit_url(action)), title="Le mien", why="Mon pourquoi")
    change_action(action=action, changes={"title": words("Le leur").stored()}, base_version=1, by=by)
    again = sent_as_it_stands(client.post(edit_url(action), mine), take=["title"])
    assert client.post(edit_url(action), again).status_code == 302
    action.refresh_from_db()
    assert (action.title.text_in("fr"), action.why.text_in("fr"), action.version) == ("Le leur", "Mon pourquoi", 3)


@pytest.mark.django_db
def test_two_editors_of_different_fields_do_not_disturb_each_other():
    action = full_action(make_plan())
    first, second = signed_in(make_coordinator()), signed_in(make_coordinator())
    mine = sent_as_it_stands(second.get(edit_url(action)), why="Mon pourquoi")
    theirs = sent_as_it_stands(first.get(edit_url(action)), title="Le leur")
    first.post(edit_url(action), theirs)
    assert second.post(edit_url(action), mine).status_code == 302
    action.refresh_from_db()
    assert (action.title.text_in("fr"), action.why.text_in("fr")) == ("Le leur", "Mon pourquoi")


@pytest.mark.django_db
def test_lines_that_both_changed_are_a_conflict_and_travel_whole():
    action = full_action(make_plan())
    third, by = make_organisation("Troisième lieu"), make_coordinator()
    client = signed_in(make_coordinator())
    mine = sent_as_it_stands(client.get(edit_url(action))) | {"partners-1-organisation": "Troisième lieu"}
    change_action(action=action, changes={"partners": []}, base_version=1, by=by)
    response = client.post(edit_url(action), mine)
    assert [clash.name for clash in response.context["clashes"]] == ["partners"]
    assert client.post(edit_url(action), sent_as_it_stands(response)).status_code == 302
    assert [(p.organisation.name, p.section) for p in action.partners.order_by("pk")] == [
        ("Maison Deux", "5.1"),
        (third.name, ""),
    ]


@pytest.mark.django_db
def test_the_record_of_an_earlier_version_is_rebuilt_from_the_changes():
    action = full_action(make_plan())
    first = read_record(Action.objects.whole().get(pk=action.pk))
    by = make_coordinator()
    for number, title in enumerate(["Deux", "Trois"], 1):
        change_action(action=action, changes={"title": words(title).stored()}, base_version=number, by=by)
    action.refresh_from_db()
    assert record_at(action, 1) == first
    assert record_at(action, 2)["title"] == words("Deux").stored()
    assert record_at(action, 3)["title"] == words("Trois").stored()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_exactly_one_sees_a_conflict():
    action = make_action(make_plan())
    clients = [signed_in(make_coordinator()) for _ in range(2)]
    sent = [
        sent_as_it_stands(client.get(edit_url(action)), title=title, why=f"Pourquoi {title}")
        for client, title in zip(clients, ["Un", "Deux"], strict=True)
    ]
    gate, answers = threading.Barrier(2), {}

    def save(number):
        try:
            gate.wait(10)
            with translation.override("fr"):
                answers[number] = clients[number].post(edit_url(action), sent[number]).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers.values()) == [302, 409]
    winner = next(number for number, status in answers.items() if status == 302)
    action.refresh_from_db()
    assert (action.version, action.title.text_in("fr")) == (2, ["Un", "Deux"][winner])
