"""Changing actions: nothing is lost, nothing impossible is kept."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from parcours.plan.actions.change import EditConflict, change_action, merge_action, next_code, stop_action
from parcours.plan.choices import LinkKind
from parcours.plan.models import Action, Change
from parcours.plan.records import FIELDS, RecordError, read_record
from parcours.plan.tests.factories import make_action, make_area, make_organisation, make_plan, words
from parcours.translations.fields import Translated

pytestmark = pytest.mark.django_db


def test_a_change_is_counted_and_keeps_what_stood_before():
    action = make_action(make_plan(), title=words("Avant"))
    changed = change_action(action=action, changes={"title": words("Après").stored()}, base_version=1, by=None)
    change = changed.changes.get(version=2)
    assert (changed.version, changed.title.text) == (2, "Après")
    assert Translated.parse(change.before["title"]).source_text == "Avant"
    assert Translated.parse(change.after["title"]).source_text == "Après"


def test_saving_what_already_stands_changes_nothing():
    action = make_action(make_plan())
    same = read_record(Action.objects.whole().get(pk=action.pk))
    assert change_action(action=action, changes=same, base_version=1, by=None).version == 1


def test_a_record_written_back_gives_the_same_record():
    plan = make_plan()
    action = make_action(plan, areas=[make_area(parent=plan.area).code], lead=make_organisation().key)
    before = read_record(Action.objects.whole().get(pk=action.pk))
    other = make_action(plan)
    change_action(action=other, changes=before, base_version=1, by=None)
    assert read_record(Action.objects.whole().get(pk=other.pk)) == before
    assert set(before) == {field.name for field in FIELDS}


def test_two_people_who_change_the_same_field_meet_a_conflict_with_both_texts():
    action = make_action(make_plan(), title=words("Au départ"))
    change_action(action=action, changes={"title": words("Le premier").stored()}, base_version=1, by=None)
    with pytest.raises(EditConflict) as conflict:
        change_action(action=action, changes={"title": words("Le second").stored()}, base_version=1, by=None)
    assert Translated.parse(conflict.value.theirs["title"]).text == "Le premier"
    assert Translated.parse(conflict.value.yours["title"]).text == "Le second"


def test_two_people_who_change_different_fields_both_keep_their_change():
    action = make_action(make_plan())
    change_action(action=action, changes={"title": words("Titre").stored()}, base_version=1, by=None)
    changed = change_action(action=action, changes={"why": words("Raison").stored()}, base_version=1, by=None)
    assert (changed.title.text, changed.why.text, changed.version) == ("Titre", "Raison", 3)


def test_unknown_references_are_named_and_nothing_is_saved():
    action = make_action(make_plan())
    changes = {"title": words("Nouveau").stored(), "lead": "nobody", "axis": "none"}
    with pytest.raises(RecordError) as refused, transaction.atomic():
        change_action(action=action, changes=changes, base_version=1, by=None)
    assert sorted(refused.value.errors) == ["axis", "lead"]
    assert "nobody" in refused.value.errors["lead"][0]
    assert Action.objects.get(pk=action.pk).version == 1


def test_an_action_that_ends_before_it_starts_is_refused():
    action = make_action(make_plan())
    with pytest.raises(RecordError), transaction.atomic():
        change_action(action=action, changes={"starts_on": "2026", "ends_on": "2025"}, base_version=1, by=None)


def test_an_unreadable_date_says_how_to_mend_it():
    action = make_action(make_plan())
    with pytest.raises(RecordError) as refused, transaction.atomic():
        change_action(action=action, changes={"ends_on": "02/28/2026"}, base_version=1, by=None)
    assert list(refused.value.errors) == ["ends_on"]


def test_an_idea_is_not_done_before_it_is_adopted():
    idea = make_action(make_plan(), stage="idea")
    with pytest.raises(RecordError) as refused, transaction.atomic():
        change_action(action=idea, changes={"stage": "done"}, base_version=1, by=None)
    assert list(refused.value.errors) == ["stage"]


def test_an_action_merged_into_another_stops_with_its_reason_and_its_link():
    plan = make_plan()
    action, into = make_action(plan), make_action(plan)
    merged = merge_action(
        action=action, into=into, kind=LinkKind.MERGED_INTO, reason=words("Doublon"), base_version=1, by=None
    )
    assert (merged.stage, merged.stop_reason.text) == ("stopped", "Doublon")
    assert list(merged.links.values_list("kind", "target")) == [("merged_into", into.pk)]


def test_an_action_does_not_stop_without_a_reason():
    action = make_action(make_plan())
    with pytest.raises(RecordError):
        stop_action(action=action, reason=Translated(), base_version=1, by=None)


def test_codes_follow_one_another():
    plan = make_plan()
    make_action(plan, code="I.9")
    assert next_code(plan, "I") == "I.10"
    assert next_code(plan, "A9") == "A9.1"


@pytest.mark.parametrize("sql", ["UPDATE plan_change SET after = '{}'", "DELETE FROM plan_change"])
def test_the_database_refuses_to_alter_what_was_changed(sql):
    make_action(make_plan())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Change.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_the_same_moment_one_is_saved_and_the_other_is_a_conflict():
    action = make_action(make_plan(), title=words("Au départ"))
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def edit(text: str) -> None:
        try:
            with transaction.atomic():
                ready.wait()
                change_action(action=action, changes={"title": words(text).stored()}, base_version=1, by=None)
            outcomes.append("saved")
        except EditConflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(text,)) for text in ("Une", "Deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "saved"]
    assert Action.objects.get(pk=action.pk).version == 2
