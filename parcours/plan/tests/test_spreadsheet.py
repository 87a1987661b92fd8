"""Actions go out as a table; what comes back unchanged changes nothing."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from parcours.directory.choices import PublicationConsent
from parcours.imports.choices import Op
from parcours.imports.rules import RowPlan
from parcours.kit.spreadsheets import Table, read_table
from parcours.plan.models import Action, Plan
from parcours.plan.records import BY_NAME, FIELDS, read_record
from parcours.plan.spreadsheet.cells import LINES
from parcours.plan.spreadsheet.export import Export, columns
from parcours.plan.spreadsheet.reading import Reader
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_area,
    make_axis,
    make_challenge,
    make_coordinator,
    make_funding_source,
    make_idea,
    make_organisation,
    make_plan,
    make_public,
    make_source,
    make_user,
    words,
)
from parcours.translations.fields import Translated

TERRITORY = Path(__file__).resolve().parents[3] / "territories" / "val-de-marne"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _plain_files(settings: Any) -> None:
    settings.PARCOURS_STAFF_MFA = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def exported(plan: Plan, *, for_office: bool = True) -> Export:
    return Export.of(plan, plan.actions.with_status(on=TODAY), for_office=for_office)


def tables(plan: Plan) -> list[Table]:
    """The plan's actions as XLSX and as CSV, read again."""
    export = exported(plan)
    files = {"a.xlsx": export.xlsx(on=TODAY), "a.csv": io.BytesIO(b"".join(export.csv()))}
    return [read_table(file, name) for name, file in files.items()]


def read_again(plan: Plan, **cells: str) -> list[RowPlan]:
    """What the plan's own export would do with these cells changed in its first row."""
    table = tables(plan)[0]
    rows = list(table.rows)
    rows[0].cells.update(cells)
    return list(Reader(plan, Table(table.headers, iter(rows))).plans())


@pytest.fixture
def full_action(db: None) -> Action:
    """An action with every field, a machine draft, an outdated version and lines in two languages."""
    plan = make_plan()
    make_axis(plan, "rights"), make_challenge(plan, "retirement"), make_public(plan, "older")
    make_funding_source(plan, "fami"), make_organisation("Forim", key="forim"), make_organisation("AFD", key="afd")
    area = make_area("Champigny-sur-Marne", parent=plan.area, code="94017")
    other = make_action(plan, "A1.02")
    outdated = Translated.of({"fr": "Avant", "en": "Before"}).with_source('=Maintenant ; "après"\nEt encore')
    return make_action(
        plan,
        "A1.01",
        title=words("Permanences", "Advice sessions", ar="استشارات"),
        what=Translated.of({"fr": "Quoi", "en": "What"}, drafts=("en",)),
        why=outdated,
        axis="rights",
        challenges=["retirement"],
        publics=["older"],
        areas=[area.code],
        lead="forim",
        partners=[
            {"organisation": "afd", "role": "funder", "section": "III.1", "is_invented": False},
            {"organisation": "forim", "role": "partner", "section": "", "is_invented": True},
        ],
        starts_on="2017-05",
        ends_on="2018",
        milestones=[
            {"title": words("Réunion; [une]", "Meeting").stored(), "due_on": "2018-02-28", "done_on": "2018-03-01"},
            {"title": words("Bilan").stored(), "due_on": "2018-12-31", "done_on": "", "is_invented": True},
        ],
        budget_lines=[
            {
                "kind": "cost",
                "label": words("Salles | repas", "Rooms").stored(),
                "amount": "12000.50",
                "period": "2018",
            },
            {
                "kind": "funding",
                "label": words("Fonds").stored(),
                "amount": "6000",
                "funding_source": "fami",
                "is_secured": True,
                "note": words("À confirmer", "To confirm").stored(),
                "section": "V",
            },
        ],
        funding_sources=["fami"],
        indicators=[
            {
                "name": words("Personnes", "People").stored(),
                "unit": "people",
                "baseline": "0",
                "target": "40.5",
                "target_on": "2018-12-31",
            },
        ],
        links=[{"kind": "related", "target": other.code}],
        section="III.1.a",
        is_invented=True,
    )


def test_every_field_of_a_record_has_its_column(db: None) -> None:
    assert {column.field for column in columns(["fr"]) if column.field} == {"code"} | {field.name for field in FIELDS}
    assert {field.name for field in FIELDS if field.kind == "lines"} == set(LINES)


def test_what_is_exported_and_read_again_changes_nothing(full_action: Action) -> None:
    for table in tables(full_action.plan):
        plans = list(Reader(full_action.plan, table).plans())
        assert [(plan.key, plan.op, plan.problems, plan.warnings) for plan in plans] == [
            ("A1.01", Op.SAME, [], []),
            ("A1.02", Op.SAME, [], []),
        ]


def test_a_changed_cell_changes_its_field_alone(full_action: Action) -> None:
    first, second = read_again(full_action.plan, what_fr="Autre chose")
    assert (first.op, list(first.after), second.op) == (Op.CHANGE, ["what"], Op.SAME)
    assert [(shown.column, shown.before, shown.after) for shown in first.shown] == [("what_fr", "Quoi", "Autre chose")]
    changed = Translated.parse(first.after["what"])
    assert (changed.text_in("fr"), changed.text_in("en"), changed.state("en")) == ("Autre chose", "What", "outdated")


def test_a_translation_keeps_its_state_until_it_is_changed(full_action: Action) -> None:
    first, _second = read_again(full_action.plan, why_en="Now")
    assert Translated.parse(first.after["why"]).state("en") == "reviewed"
    assert read_record(full_action)["why"]["texts"]["en"]["of"] != first.after["why"]["texts"]["en"]["of"]


def test_an_emptied_cell_empties_the_field(full_action: Action) -> None:
    first, _second = read_again(
        full_action.plan, lead="", communes="", milestones="", starts_on="", is_public="", stage=""
    )
    assert first.after == {"areas": [], "lead": "", "starts_on": "", "milestones": []}


def test_a_line_left_as_it_was_keeps_what_the_cell_does_not_say(full_action: Action) -> None:
    cell = LINES["milestones"].cell(read_record(full_action)["milestones"])
    first, _second = read_again(full_action.plan, milestones=cell + "\n2019-06-30 Suite")
    before = BY_NAME["milestones"].read(full_action)
    assert first.after["milestones"] == [
        *before,
        {"title": Translated.of({"fr": "Suite"}).stored(), "due_on": "2019-06-30", "done_on": "", "is_invented": False},
    ]


def test_lines_in_another_order_are_no_change(full_action: Action) -> None:
    (first, _second) = read_again(full_action.plan, partners="forim (partner); afd (funder)")
    assert first.op == Op.SAME


def test_budget_lines_and_indicators_are_written_as_the_guide_says(full_action: Action) -> None:
    first, _second = read_again(
        full_action.plan,
        budget="cost 12 000,50 € | Salles\nfunding 500 EUR | Don | period=2019 | source=fami | secured | note=Promis",
        indicators="Personnes formées | unit=personnes | baseline=3 on 01/02/2018 | target=40",
    )
    assert first.problems == []
    cost, funding = first.after["budget_lines"]
    assert (cost["kind"], cost["amount"], cost["currency"], cost["is_secured"]) == ("cost", "12000.50", "EUR", False)
    assert (funding["funding_source"], funding["period"], funding["is_secured"]) == ("fami", "2019", True)
    (indicator,) = first.after["indicators"]
    assert (indicator["baseline"], indicator["baseline_on"], indicator["target"]) == ("3.00", "2018-02-01", "40.00")


def test_a_fee_that_is_not_asked_is_read_as_it_is_written(full_action: Action) -> None:
    first, _second = read_again(full_action.plan, budget="fee-waived 18250 EUR | Inscription")
    assert first.problems == []
    assert [(line["kind"], line["amount"]) for line in first.after["budget_lines"]] == [("fee-waived", "18250.00")]


def test_the_export_costs_the_same_for_one_action_or_three(db: None, django_assert_max_num_queries: Any) -> None:
    plan = make_plan()
    for _ in range(3):
        make_idea(plan, areas=[make_area(parent=plan.area).code])
        with django_assert_max_num_queries(20):
            list(exported(plan).csv())


def test_the_workbook_explains_its_columns(full_action: Action) -> None:
    with translation.override("en"):
        book = load_workbook(exported(full_action.plan).xlsx(on=date(2026, 11, 22)))
    actions, guide = book.worksheets
    assert (actions.title, guide.title) == ("Actions", "Guide")
    assert all(cell.comment for cell in actions[1])
    explained = {row[0] for row in guide.iter_rows(values_only=True)}
    assert {cell.value for cell in actions[1]} <= explained
    assert guide["A2"].value == "Source: Local action plan, as it stood on 2026-11-22."
    lists = {validation.formula1 for validation in actions.data_validations.dataValidation}
    assert {'"idea,planned,under_way,done,stopped"', '"rights"', '"yes,no"'} <= lists


def test_an_organisation_that_may_not_be_named_is_not_in_the_public_table(db: None) -> None:
    plan = make_plan()
    hidden = make_organisation("Discrète", consent=PublicationConsent.REFUSED)
    partner = {"organisation": hidden.key, "role": "partner", "section": "", "is_invented": False}
    make_action(plan, "A1.01", lead=hidden.key, partners=[partner])
    shown = {office: b"".join(exported(plan, for_office=office).csv()).decode() for office in (True, False)}
    assert [shown[office].count(hidden.key) for office in (True, False)] == [2, 0]
    assert "Discrète" not in shown[False]


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_everyone_downloads_the_public_actions_that_the_filters_keep(client: Client, db: None, name: str) -> None:
    plan = make_plan()
    make_axis(plan, "rights")
    make_action(plan, "A1.01", axis="rights")
    make_action(plan, "A1.02")
    make_action(plan, "A1.03", axis="rights", is_public=False)
    assert codes(client, name, "?axis=rights") == ["A1.01"]
    assert codes(client, name, "") == ["A1.01", "A1.02"]
    client.force_login(make_coordinator(), BACKEND)
    assert codes(client, name, "?axis=rights") == ["A1.01", "A1.03"]


def codes(client: Client, name: str, query: str) -> list[object]:
    answer = client.get(f"/en/plan/actions.{name}{query}")
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [row.cells["code"] for row in read_table(io.BytesIO(data), f"actions.{name}").rows]


def test_only_the_coordinator_is_led_to_the_import(client: Client, db: None) -> None:
    client.force_login(make_user("partner", make_organisation()), BACKEND)
    assert client.get("/en/plan/office/import/").status_code == 403
    client.force_login(make_coordinator(), BACKEND)
    assert client.get("/en/plan/office/import/").url == "/en/imports/plan-actions/new/"


def test_a_real_territory_comes_back_unchanged(db: None) -> None:
    call_command("load_territory", str(TERRITORY), stdout=io.StringIO())
    plan = Plan.objects.current()
    for table in tables(plan):
        plans = list(Reader(plan, table).plans())
        assert len(plans) == plan.actions.count() > 40
        assert [one.key for one in plans if one.op != Op.SAME or one.problems or one.warnings] == []


def test_the_source_column_is_told_and_not_read(db: None) -> None:
    plan = make_plan()
    make_idea(plan, "I.1")
    Action.objects.update(source=make_source())
    (row,) = read_again(plan, source="autre")
    assert row.op == Op.SAME
