"""Actions come from a spreadsheet: every way in which such a file goes wrong, and back again."""

import io
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import Workbook

from parcours.accounts.models import User
from parcours.imports import actions as imports
from parcours.imports.choices import Op
from parcours.imports.models import Batch, BatchRow
from parcours.imports.registry import register
from parcours.imports.rules import AlreadyDecided, NotPossible
from parcours.kit.spreadsheets import UnreadableFile
from parcours.plan.actions.change import add_update, change_action
from parcours.plan.actions.many import Wanted, change_actions
from parcours.plan.choices import Cause
from parcours.plan.models import Action, Plan, Release, ReleaseItem
from parcours.plan.records import read_record
from parcours.plan.spreadsheet.cells import INDICATOR, MILESTONE
from parcours.plan.spreadsheet.importer import ActionsImporter
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_area,
    make_axis,
    make_coordinator,
    make_idea,
    make_organisation,
    make_plan,
    make_public,
    make_user,
    words,
)

NEAR = "“Champigni-sur-Marne” is not known here. Did you mean: Champigny-sur-Marne (94017)?"
SEVERAL = (
    "“Villeneuve” may be any of these, write the one you mean: "
    "Villeneuve-le-Roi (94077), Villeneuve-Saint-Georges (94078)."
)
NO_AMOUNT = "“-5” is not an amount: write it as 12000 or 12000.50, without a minus sign."
FORMULA = "This cell holds a formula: give its value instead (copy, then paste as values)."
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def no_date(value: str) -> str:
    return (
        f"“{value}” cannot be read as a date: write it with the day first (28/02/2018), or as 2018-02-28, "
        "February 2018 or 2018."
    )


@pytest.fixture(autouse=True)
def _registered(settings: Any) -> None:
    settings.PARCOURS_STAFF_MFA = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    register(ActionsImporter())


@pytest.fixture
def coordinator(db: None) -> User:
    return make_coordinator()


@pytest.fixture
def plan(db: None) -> Plan:
    plan = make_plan()
    make_axis(plan, "rights"), make_public(plan, "women")
    champigny, villejuif = ("Champigny-sur-Marne", "94017"), ("Villejuif", "94076")
    for name, code in (champigny, villejuif, ("Villeneuve-le-Roi", "94077"), ("Villeneuve-Saint-Georges", "94078")):
        folded = name.lower().replace("-", " ")
        make_area(name, parent=plan.area, code=code, sort_key=folded, search_names=[folded])
    make_organisation("Forum des migrations", key="forim", acronym="FORIM")
    return plan


def sent(by: User, headers: list[str], *rows: list[object]) -> Batch:
    """The preview of a workbook."""
    book = Workbook()
    for row in (headers, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return imports.preview(kind="plan-actions", file=file, filename="actions.xlsx", by=by, at=NOON)


def the_row(batch: Batch) -> BatchRow:
    return batch.rows.get()


def said(row: BatchRow, language: str = "en") -> list[tuple[str, str]]:
    with translation.override(language):
        return [(problem.column, str(problem)) for problem in row.found_problems]


def apply(batch: Batch, by: User, **options: bool) -> Batch:
    return imports.apply(batch=batch, by=by, at=NOON, **options)


def test_french_headers_are_understood(plan: Plan, coordinator: User) -> None:
    headers = ["Titre", "Axe", "Porteur", "Communes", "Début", "Fin", "État", "Publics"]
    batch = sent(
        coordinator,
        headers,
        ["Permanences", "Les droits", "FORIM", "Champigny ; 94076", "mai 2017", "2018", "under way", "women"],
    )
    assert said(the_row(batch)) == []
    apply(batch, coordinator)
    record = read_record(Action.objects.whole().get())
    assert (record["title"], record["axis"], record["lead"]) == (words("Permanences").stored(), "rights", "forim")
    assert (record["areas"], record["publics"]) == (["94017", "94076"], ["women"])
    assert (record["starts_on"], record["ends_on"], record["stage"]) == ("2017-05", "2018", "under_way")


def test_a_file_without_code_and_title_is_refused_with_near_names(plan: Plan, coordinator: User) -> None:
    with translation.override("en"), pytest.raises(UnreadableFile) as refused:
        sent(coordinator, ["Titel", "Axe"], ["Permanences", "rights"])
    assert str(refused.value) == (
        "No column says which action a row is: “code” or “title_fr” (or “Titre”) is missing. "
        "Columns found: Titel, Axe. Did you mean “title_fr” by “Titel”?"
    )


def test_two_columns_that_mean_the_same_are_refused(plan: Plan, coordinator: User) -> None:
    with pytest.raises(UnreadableFile):
        sent(coordinator, ["Titre", "title_fr"], ["Un", "Deux"])


def test_headers_without_rows_are_refused(plan: Plan, coordinator: User) -> None:
    with pytest.raises(UnreadableFile):
        sent(coordinator, ["Titre"])


def test_an_unknown_column_is_left_aside_and_told(plan: Plan, coordinator: User) -> None:
    batch = sent(coordinator, ["Titre", "Humeur", "Comunes"], ["Permanences", "bonne", "94017"])
    with translation.override("en"):
        assert [str(notice) for notice in batch.file_notices] == [
            "The column “Humeur” is not known and is left aside.",
            "The column “Comunes” is not known and is left aside. Did you mean “communes”?",
        ]
    assert list(the_row(batch).after) == ["title"]


@pytest.mark.parametrize(
    ("header", "value", "message"),
    [
        ("Communes", "Champigni-sur-Marne", NEAR),
        ("Communes", "Villeneuve", SEVERAL),
        ("Communes", "Zzz", "“Zzz” is not known here."),
        ("Axe", "Ecologie", "“Ecologie” is not known here."),
        ("Début", "31/02/2018", no_date("31/02/2018")),
        ("Début", "bientôt", no_date("bientôt")),
        ("stage", "perhaps", "“perhaps” is not one of: idea, planned, under_way, done, stopped."),
        ("is_public", "maybe", "“maybe” is neither yes nor no."),
        ("milestones", "une réunion", no_date("une")),
        ("milestones", "mai", f"“mai” cannot be read: write it as “{MILESTONE}”."),
        ("budget", "cost -5 EUR | Salles", NO_AMOUNT),
        ("indicators", "Personnes", f"“Personnes” cannot be read: write it as “{INDICATOR}”."),
        ("links", "related A9.99", "“A9.99” is not known here."),
        ("partners", "forim; FORIM (partner)", "“forim (partner)” stands twice in this cell: keep one."),
        ("code", "a/b", "“a/b” cannot be a code: 20 letters, digits, points, hyphens at most."),
        ("section", "x" * 41, "This text is longer than 40 characters: shorten it."),
        ("status_override", "late", "A status set by hand needs a reason (column “override_reason”)."),
        ("Communes", "=VLOOKUP(A1;B:C;2)", FORMULA),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_what_was_found_and_how_to_mend_it(
    plan: Plan, coordinator: User, header: str, value: str, message: str
) -> None:
    row = the_row(sent(coordinator, ["Titre", header], ["Permanences", value]))
    assert (row.number, row.op, said(row)) == (2, Op.ERROR, [(header, message)])


def test_a_lead_that_exists_twice_names_both(plan: Plan, coordinator: User) -> None:
    make_organisation("Accueil", key="accueil-1"), make_organisation("Accueil", key="accueil-2")
    row = the_row(sent(coordinator, ["Titre", "Pilote"], ["Permanences", "accueil"]))
    assert said(row) == [
        (
            "Pilote",
            "“accueil” may be any of these, write the one you mean: Accueil (accueil-1), Accueil (accueil-2).",
        )
    ]
    assert said(the_row(sent(coordinator, ["Titre", "Pilote"], ["Permanences", "accueil-2"]))) == []


def test_dates_in_three_formats_are_read_and_the_doubtful_one_is_told(plan: Plan, coordinator: User) -> None:
    batch = sent(
        coordinator,
        ["Titre", "Début"],
        ["Un", "2018-04-03"],
        ["Deux", "03/04/2018"],
        ["Trois", "3 avril 2018"],
        ["Quatre", date(2018, 4, 3)],
    )
    assert [row.after["starts_on"] for row in batch.rows.all()] == ["2018-04-03"] * 4
    assert [len(row.warnings) for row in batch.rows.all()] == [0, 1, 0, 0]


def test_an_end_before_the_start_is_an_error(plan: Plan, coordinator: User) -> None:
    row = the_row(sent(coordinator, ["Titre", "Début", "Fin"], ["Un", "2018", "2017-12-31"]))
    assert said(row) == [("Fin", "The end, 2017-12-31, is before the start, 2018.")]


def test_a_new_row_needs_a_title(plan: Plan, coordinator: User) -> None:
    row = the_row(sent(coordinator, ["code", "Titre", "Axe"], ["A1.50", None, "rights"]))
    assert said(row) == [("Titre", "The title is missing.")]


def test_the_same_title_or_code_twice_in_a_file_is_an_error(plan: Plan, coordinator: User) -> None:
    batch = sent(coordinator, ["code", "Titre"], [None, "Un"], [None, "un"], ["B.1", "Deux"], ["B.1", "Trois"])
    assert [said(row) for row in batch.rows.all()] == [
        [],
        [("", "The title “un” stands in row 2 already. Give each its code, or take one away.")],
        [],
        [("code", "The code “B.1” stands in row 4 already: one row for each action.")],
    ]


def test_a_stage_that_cannot_follow_is_an_error(plan: Plan, coordinator: User) -> None:
    make_action(plan, "A1.01", stage="done")
    row = the_row(sent(coordinator, ["code", "stage"], ["A1.01", "idea"]))
    assert said(row) == [("stage", "An action cannot go from “done” to “idea”. Possible: under_way.")]


def test_new_actions_get_codes_and_their_history(plan: Plan, coordinator: User) -> None:
    make_idea(plan, "I.9")
    make_action(plan, "A1.08", axis="rights")
    batch = apply(
        sent(
            coordinator,
            ["Titre", "Axe", "État", "partners", "budget", "links"],
            ["Une idée", None, None, None, None, None],
            ["Une action", "rights", "planned", "forim (funder)", "cost 100 EUR | Salles", "related I.9"],
        ),
        coordinator,
    )
    assert list(batch.rows.values_list("key", flat=True)) == ["I.10", "A1.09"]
    made = Action.objects.whole().get(code="A1.09")
    (change,) = made.changes.all()
    assert (change.cause, change.changed_by, change.version) == (Cause.IMPORT, coordinator, 1)
    assert (made.recorded_on, made.is_public) == (date(2026, 11, 22), False)
    record = read_record(made)
    assert record["partners"] == [{"organisation": "forim", "role": "funder", "section": "", "is_invented": False}]
    assert record["links"] == [{"kind": "related", "target": "I.9"}]
    assert [line["amount"] for line in record["budget_lines"]] == ["100.00"]
    assert list(Action.objects.matching("idée", "fr").values_list("code", flat=True)) == ["I.10"]


def test_the_same_file_twice_changes_nothing(plan: Plan, coordinator: User) -> None:
    table = (["Titre", "Axe", "partners"], ["Permanences", "rights", "FORIM"])
    apply(sent(coordinator, *table), coordinator)
    row = the_row(sent(coordinator, *table))
    assert (row.op, row.key) == (Op.SAME, "I.1")


def test_a_changed_action_says_who_imported_what(plan: Plan, coordinator: User) -> None:
    action = make_action(plan, "A1.01", title=words("Avant", "Before"))
    apply(sent(coordinator, ["code", "title_fr"], ["A1.01", "Après"]), coordinator)
    action.refresh_from_db()
    assert (action.title.text_in("fr"), action.title.state("en"), action.version) == ("Après", "outdated", 2)
    assert action.changes.first().cause == Cause.IMPORT


def test_an_edit_between_preview_and_confirmation_is_a_conflict(plan: Plan, coordinator: User) -> None:
    action = make_action(plan, "A1.01", title=words("Avant"))
    batch = sent(coordinator, ["code", "Titre"], [None, "Nouvelle"], ["A1.01", "Après"])
    edited(action, coordinator, title=words("Autrement").stored())
    with translation.override("en"), pytest.raises(NotPossible) as refused:
        apply(batch, coordinator)
    (obstacle,) = refused.value.obstacles
    assert (obstacle.number, obstacle.reason) == (3, f"{coordinator} changed the same values since: title.")
    assert Action.objects.count() == 1


def test_an_edit_of_another_field_is_no_conflict(plan: Plan, coordinator: User) -> None:
    action = make_action(plan, "A1.01", title=words("Avant"))
    batch = sent(coordinator, ["code", "Titre"], ["A1.01", "Après"])
    edited(action, coordinator, axis="rights")
    apply(batch, coordinator)
    assert read_record(Action.objects.whole().get())["axis"] == "rights"


def edited(action: Action, by: User, **changes: Any) -> Action:
    now = Action.objects.get(pk=action.pk)
    return change_action(action=now, changes=changes, base_version=now.version, by=by)


def test_an_undone_import_leaves_no_trace_of_new_actions_and_restores_the_others(plan: Plan, coordinator: User) -> None:
    make_action(plan, "A1.01", title=words("Avant", "Before"), axis="rights", lead="forim")
    before = read_record(Action.objects.whole().get())
    batch = apply(
        sent(
            coordinator,
            ["code", "title_fr", "Axe", "Pilote"],
            [None, "Neuve", None, None],
            ["A1.01", "Après", None, None],
        ),
        coordinator,
    )
    assert Action.objects.count() == 2
    imports.undo(batch=batch, by=coordinator, at=NOON)
    action = Action.objects.whole().get()
    assert (read_record(action), action.changes.first().cause) == (before, Cause.UNDO)


def test_an_undo_after_an_edit_is_refused_whole(plan: Plan, coordinator: User) -> None:
    make_action(plan, "A1.01", title=words("Avant"))
    headers = ["code", "Titre"]
    batch = apply(sent(coordinator, headers, [None, "Neuve"], ["A1.01", "Après"]), coordinator)
    edited(Action.objects.get(code="A1.01"), coordinator, title=words("Encore").stored())
    with pytest.raises(NotPossible) as refused:
        imports.undo(batch=batch, by=coordinator, at=NOON)
    assert [one.number for one in refused.value.obstacles] == [3]
    assert set(Action.objects.values_list("code", flat=True)) == {"A1.01", "I.1"}


def test_a_new_action_that_was_edited_published_or_built_upon_is_not_taken_away(plan: Plan, coordinator: User) -> None:
    batch = apply(sent(coordinator, ["code", "Titre"], *([f"B.{n}", f"Action {n}"] for n in range(1, 5))), coordinator)
    edited(Action.objects.get(code="B.1"), coordinator, axis="rights")
    release = Release.objects.create(plan=plan, number=1, title=words("Un"), published_on=TODAY)
    ReleaseItem.objects.create(release=release, kind="action", key="B.2", position=1, data={})
    add_update(action=Action.objects.get(code="B.3"), happened_on=TODAY, text=words("Nouvelle"), author=None)
    with translation.override("en"), pytest.raises(NotPossible) as refused:
        imports.undo(batch=batch, by=coordinator, at=NOON)
    assert [(one.number, one.reason) for one in refused.value.obstacles] == [
        (2, "It was changed since."),
        (3, "It is part of a published release: stop it instead."),
        (4, "It has news, notes, decisions, proposals or links that would be lost: stop it instead."),
    ]
    assert Action.objects.count() == 4


def test_an_undo_gives_invented_values_their_mark_back(plan: Plan, coordinator: User) -> None:
    make_action(plan, "A1.01", axis="rights")
    Action.objects.update(invented_fields=["axis", "lead"])
    batch = apply(sent(coordinator, ["code", "Axe"], ["A1.01", None]), coordinator)
    assert Action.objects.get().invented_fields == ["lead"]
    imports.undo(batch=batch, by=coordinator, at=NOON)
    assert Action.objects.get().invented_fields == ["axis", "lead"]


def test_a_preview_of_ten_thousand_rows_asks_no_more_questions_than_one_of_ten(plan: Plan, coordinator: User) -> None:
    def questions(rows: int) -> int:
        lines = [f"Action {n};rights;{'FORIM' if n % 2 else 'Inconnu'};94017;0{n % 9 + 1}/02/2018" for n in range(rows)]
        file = io.BytesIO(("Titre;Axe;Pilote;Communes;Début\n" + "\n".join(lines)).encode())
        with CaptureQueriesContext(connection) as queries:
            batch = imports.preview(kind="plan-actions", file=file, filename="a.csv", by=coordinator, at=NOON)
        assert batch.rows.count() == rows
        # one statement goes before each thousand rows that are copied in
        ours = [query["sql"] for query in queries if not query["sql"].startswith("SET CONSTRAINTS")]
        return sum("imports_batchrow" not in sql for sql in ours)

    assert questions(10_000) == questions(10)


def test_an_undo_takes_back_a_stage_that_a_person_could_not(plan: Plan, coordinator: User) -> None:
    make_action(plan, "A1.01", stage="planned")
    batch = apply(sent(coordinator, ["code", "stage"], ["A1.01", "done"]), coordinator)
    imports.undo(batch=batch, by=coordinator, at=NOON)
    assert Action.objects.get().stage == "planned"


def test_many_at_once_are_changed_as_one_would_be(plan: Plan, coordinator: User) -> None:
    changes = {
        "title": words("Après").stored(),
        "axis": "rights",
        "lead": "forim",
        "areas": ["94017"],
        "publics": ["women"],
        "ends_on": "2018",
        "partners": [{"organisation": "forim", "role": "funder", "section": "III", "is_invented": False}],
        "milestones": [
            {"title": words("Un").stored(), "due_on": "2018-02-28", "done_on": "", "is_invented": False},
        ],
    }
    alone, together = (make_action(plan, code, title=words("Avant"), lead="forim") for code in ("A1.01", "A1.02"))
    change_action(action=alone, changes=changes, base_version=1, by=coordinator, cause=Cause.IMPORT)
    wanted = {"A1.02": Wanted(changes, 1)}
    assert change_actions(plan=plan, wanted=wanted, by=coordinator, cause=Cause.IMPORT) == {}
    one, other = Action.objects.whole()
    assert read_record(one) == read_record(other)
    names = ("version", "invented_fields")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    columns = ("version", "cause", "changed_by", "before", "after")
    assert list(one.changes.values(*columns)) == list(other.changes.values(*columns))
    assert together.changes.count() == 2


def test_values_that_no_longer_fit_together_are_a_conflict_and_no_crash(plan: Plan, coordinator: User) -> None:
    action = make_action(plan, "A1.01", starts_on="2018")
    batch = sent(coordinator, ["code", "Fin"], ["A1.01", "2018-06-30"])
    edited(action, coordinator, starts_on="2019")
    with pytest.raises(NotPossible):
        apply(batch, coordinator)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_import_once() -> None:
    coordinator, plan = make_coordinator(), make_plan()
    batch = sent(coordinator, ["Titre"], ["Un"], ["Deux"])
    start, outcomes = threading.Barrier(2), []

    def click() -> None:
        start.wait()
        try:
            apply(batch, coordinator)
            outcomes.append("imported")
        except AlreadyDecided:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (sorted(outcomes), plan.actions.count()) == (["imported", "too late"], 2)


def test_a_partner_cannot_import(plan: Plan, coordinator: User, client: Client) -> None:
    batch = sent(coordinator, ["Titre"], ["Un"])
    client.force_login(make_user("partner", make_organisation()), BACKEND)
    assert client.get("/en/imports/plan-actions/new/").status_code == 403
    assert client.post(f"/en/imports/{batch.pk}/apply/").status_code == 403
    assert Action.objects.count() == 0


def test_the_coordinator_sends_a_file_and_imports_it(plan: Plan, coordinator: User, client: Client) -> None:
    client.force_login(coordinator, BACKEND)
    page = client.get("/fr/imports/plan-actions/new/")
    assert page.status_code == 200
    file = SimpleUploadedFile("actions.csv", b"Titre;Communes\nPermanences;Champigny\nAutre;Nulle part\n")
    preview = client.post("/en/imports/plan-actions/new/", {"file": file}, follow=True)
    assert "“Nulle part” is not known here." in preview.content.decode()
    batch = Batch.objects.get()
    client.post(f"/en/imports/{batch.pk}/apply/", {"leave_out_errors": "on"})
    assert [str(action) for action in Action.objects.all()] == ["I.1 Permanences"]
