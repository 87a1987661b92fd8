"""`./run import actions FILE`: the same verbs as the page, from a terminal."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from parcours.accounts.models import User
from parcours.imports import command
from parcours.imports.models import Batch, Job
from parcours.plan.models import Action, Plan
from parcours.plan.tests.factories import make_coordinator, make_organisation, make_plan, make_user


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.fixture
def coordinator(plan: Plan) -> User:
    return make_coordinator()


def run(folder: Path, *options: str, text: str = "Titre\nUn\nDeux\n") -> tuple[list[str], list[str]]:
    """What the command prints and tells of its progress, line by line."""
    file, out, err = folder / "actions.csv", io.StringIO(), io.StringIO()
    file.write_text(text)
    with translation.override("en"):
        call_command("import_actions", str(file), *options, stdout=out, stderr=err, no_color=True)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_the_command_shows_what_would_change_and_saves_nothing(coordinator: User, tmp_path: Path) -> None:
    out, err = run(tmp_path)
    assert out[0] == "new: 2, changed: 0, unchanged: 0, error: 0"
    assert (err, Action.objects.count(), Batch.objects.get().uploaded_by) == ([], 0, coordinator)


def test_a_large_file_shows_how_far_it_is_read(coordinator: User, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(command, "BYTES_IN_A_REQUEST", 5)
    assert run(tmp_path)[1] == ["14/14"]


def test_the_command_imports_with_plain_lines_of_progress(coordinator: User, tmp_path: Path) -> None:
    out, err = run(tmp_path, "--apply", "--as", coordinator.email)
    assert out == ["new: 2, changed: 0, unchanged: 0, error: 0", "The file is imported."]
    assert (err[0], err[-1]) == ("0/2", "2/2")
    assert [str(action) for action in Action.objects.order_by("code")] == ["I.1 Un", "I.2 Deux"]
    assert (Batch.objects.get().applied_by, Job.objects.get().state) == (coordinator, "finished")


def test_the_command_refuses_errors_unless_they_are_left_out(coordinator: User, tmp_path: Path) -> None:
    text = "Titre;Communes\nUn;\nDeux;Nulle part\n"
    with pytest.raises(CommandError, match="Some rows are in error"):
        run(tmp_path, "--apply", text=text)
    assert Action.objects.count() == 0
    run(tmp_path, "--apply", "--leave-out-errors", text=text)
    assert [str(action) for action in Action.objects.all()] == ["I.1 Un"]


def test_the_command_asks_who_imports(plan: Plan, tmp_path: Path) -> None:
    partner = make_user("partner", make_organisation())
    for options, message in (
        ([], "Say who imports"),
        (["--as", "nobody@example.org"], "Nobody has the address"),
        (["--as", partner.email], "may not import this"),
    ):
        with pytest.raises(CommandError, match=message):
            run(tmp_path, *options)
    assert Batch.objects.count() == 0


def test_the_command_says_what_is_wrong_with_a_file(coordinator: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is empty"):
        run(tmp_path, text="")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_actions", str(tmp_path / "missing.csv"))
