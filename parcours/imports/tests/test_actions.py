import threading
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import translation

from parcours.accounts.models import User
from parcours.imports import actions
from parcours.imports.choices import BatchState, Op
from parcours.imports.models import Batch, BatchRow
from parcours.imports.rules import AlreadyDecided, NotPossible, Problem, RowsInError
from parcours.imports.tests.conftest import NOON, people, sent
from parcours.kit.spreadsheets import UnreadableFile

TWO = "email,name\namina@example.org,Amina\nbao@example.org,Bao\n"


def apply(batch: Batch, clerk: User, **options: bool) -> Batch:
    return actions.apply(batch=batch, by=clerk, at=NOON, **options)


def test_a_preview_saves_nothing_but_itself(clerk: User) -> None:
    batch = sent(clerk, TWO)
    assert people() == {}
    assert list(batch.rows.values_list("number", "op", "key")) == [
        (2, Op.CREATE, "amina@example.org"),
        (3, Op.CREATE, "bao@example.org"),
    ]
    assert (batch.state, batch.uploaded_by, batch.uploaded_at) == (BatchState.PREVIEWED, clerk, NOON)


def test_a_confirmed_batch_is_saved_with_who_and_when(clerk: User) -> None:
    batch = apply(sent(clerk, TWO), clerk)
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}
    assert (batch.state, batch.applied_by, batch.applied_at) == (BatchState.APPLIED, clerk, NOON)
    assert list(batch.rows.values_list("memo", flat=True)) == [{"done": True}, {"done": True}]


def test_the_same_file_twice_changes_nothing(clerk: User) -> None:
    apply(sent(clerk, TWO), clerk)
    again = sent(clerk, TWO)
    assert list(again.rows.values_list("op", flat=True)) == [Op.SAME, Op.SAME]
    assert list(Batch.objects.applied_before(sha256=again.sha256, kind=again.kind)) == [
        Batch.objects.get(state="applied")
    ]


def test_a_batch_is_applied_once(clerk: User) -> None:
    batch = sent(clerk, TWO)
    apply(batch, clerk)
    with pytest.raises(AlreadyDecided):
        apply(batch, clerk)


def test_nothing_is_saved_while_a_row_is_in_error(clerk: User) -> None:
    batch = sent(clerk, TWO + "nameless@example.org,\n")
    with pytest.raises(RowsInError):
        apply(batch, clerk)
    assert people() == {}


def test_rows_in_error_can_be_left_out_on_purpose(clerk: User) -> None:
    batch = apply(sent(clerk, TWO + "nameless@example.org,\n"), clerk, leave_out_errors=True)
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}
    assert batch.leaves_out_errors


def test_a_row_changed_since_the_preview_stops_the_whole_batch(clerk: User) -> None:
    apply(sent(clerk, TWO), clerk)
    batch = sent(clerk, "email,name\ncarla@example.org,Carla\namina@example.org,Amina B.\n")
    User.objects.filter(email="amina@example.org").update(name="Amina C.")
    with pytest.raises(NotPossible) as refused:
        apply(batch, clerk)
    assert [(one.number, one.reason) for one in refused.value.obstacles] == [(3, "renamed since")]
    assert people() == {"amina@example.org": "Amina C.", "bao@example.org": "Bao"}
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED


def test_an_import_is_undone(clerk: User) -> None:
    apply(sent(clerk, TWO), clerk)
    second = apply(sent(clerk, "email,name\ncarla@example.org,Carla\namina@example.org,Amina B.\n"), clerk)
    undone = actions.undo(batch=second, by=clerk, at=NOON)
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}
    assert (undone.state, undone.undone_by, undone.undone_at) == (BatchState.UNDONE, clerk, NOON)
    with pytest.raises(AlreadyDecided):
        actions.undo(batch=second, by=clerk, at=NOON)


def test_an_undo_that_one_row_forbids_undoes_nothing(clerk: User) -> None:
    apply(sent(clerk, TWO), clerk)
    second = apply(sent(clerk, "email,name\ncarla@example.org,Carla\namina@example.org,Amina B.\n"), clerk)
    User.objects.filter(email="amina@example.org").update(name="Amina C.")
    with pytest.raises(NotPossible):
        actions.undo(batch=second, by=clerk, at=NOON)
    assert set(people()) == {"amina@example.org", "bao@example.org", "carla@example.org"}


def test_an_abandoned_preview_forgets_its_rows_and_cannot_be_applied(clerk: User) -> None:
    batch = actions.abandon(batch=sent(clerk, TWO))
    assert (batch.state, batch.rows.count()) == (BatchState.ABANDONED, 0)
    with pytest.raises(AlreadyDecided):
        apply(batch, clerk)


def test_a_file_that_is_no_table_leaves_no_batch(clerk: User) -> None:
    with pytest.raises(UnreadableFile):
        sent(clerk, "")
    assert Batch.objects.count() == 0


def test_the_database_refuses_to_reopen_a_batch(clerk: User) -> None:
    batch = apply(sent(clerk, TWO), clerk)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.PREVIEWED, applied_at=None)


def test_errors_come_first_and_what_is_unchanged_last(clerk: User) -> None:
    apply(sent(clerk, TWO), clerk)
    batch = sent(clerk, TWO + "dan@example.org,Dan\nnameless@example.org,\n")
    assert list(batch.rows.in_preview_order().values_list("number", flat=True)) == [5, 4, 2, 3]


def test_a_problem_is_read_in_each_language(clerk: User) -> None:
    (row,) = BatchRow.objects.filter(batch=sent(clerk, "email,name\nnameless@example.org,\n"))
    (problem,) = row.found_problems
    assert problem == Problem("name", "“%(value)s” is not known here.", {"value": "nameless@example.org"})
    with translation.override("en"):
        assert str(problem) == "“nameless@example.org” is not known here."


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_apply_once(clerk: User) -> None:
    batch = sent(clerk, TWO)
    start, outcomes = threading.Barrier(2), []

    def click() -> None:
        start.wait()
        try:
            apply(batch, clerk)
            outcomes.append("applied")
        except AlreadyDecided:
            outcomes.append("too late")
        finally:
            connection.close()

    _together(click)
    assert sorted(outcomes) == ["applied", "too late"]
    assert people() == {"amina@example.org": "Amina", "bao@example.org": "Bao"}


def _together(click: Callable[[], None]) -> None:
    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
