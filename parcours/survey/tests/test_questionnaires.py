"""The office receives, edits and publishes a questionnaire, and takes it to Kobo and back."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.engines.questionnaire.sheets import Sheets, read_sheets, write_sheets
from parcours.survey.actions import questionnaires as verbs
from parcours.survey.models import Questionnaire, Version

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
FR = "Français (fr)"
SHEETS = Sheets.of(
    survey=[
        {"type": "text", "name": "name", f"label::{FR}": "Nom", "kuid": "x1"},
        {"type": "select_one yes_no", "name": "member", f"label::{FR}": "Membre ?", "relevant": "${name} != ''"},
    ],
    choices=[{"list_name": "yes_no", "name": name, f"label::{FR}": name} for name in ("oui", "non")],
    settings=[{"form_title": "Acteurs 2026", "form_id": "acteurs", "default_language": FR}],
)
OFFICE = "/en/survey/questionnaires/"


@pytest.fixture(autouse=True)
def _plain_sign_in(settings: Any) -> None:
    settings.PARCOURS_STAFF_MFA = False


@pytest.fixture
def coordinator(db: None) -> User:
    user = create_user(email="office@example.org", name="Coordinator", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


@pytest.fixture
def office(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator)
    return client


@pytest.fixture
def draft(db: None) -> Version:
    return verbs.create_questionnaire(title="Acteurs", sheets=SHEETS).versions.get()


def file_of(sheets: Sheets) -> SimpleUploadedFile:
    return SimpleUploadedFile("acteurs.xlsx", write_sheets(sheets))


def page_of(version: Version) -> str:
    return f"{OFFICE}{version.questionnaire.key}/{version.number}/"


def with_row(index: int, **cells: str) -> Sheets:
    rows = [{**row, **cells} if number == index else row for number, row in enumerate(SHEETS.rows["survey"])]
    return Sheets(SHEETS.columns, {**SHEETS.rows, "survey": rows})


def test_a_form_that_is_sent_becomes_a_draft_that_one_sees(office: Client) -> None:
    answer = office.post(f"{OFFICE}new/", {"file": file_of(SHEETS)}, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(f"{OFFICE}acteurs-2026/1/", 302)]
    assert "Membre ?" in text
    assert "${name} != &#x27;&#x27;" in text
    assert Version.objects.get().is_draft


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("acteurs.pdf", b"%PDF", "and this one is not"),
        ("acteurs.xlsx", b"not a workbook", "cannot be read as a form"),
        ("acteurs.md", b"| settings |\n| | a |\n| | b |\n", "has no sheet called “survey”"),
    ],
)
def test_a_file_that_is_no_form_is_refused_with_a_reason(office: Client, name: str, content: bytes, said: str) -> None:
    answer = office.post(f"{OFFICE}new/", {"file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, Questionnaire.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_errors_are_told_with_sheet_row_and_column_and_nothing_is_published(office: Client, draft: Version) -> None:
    verbs.save_draft(version=draft, sheets=with_row(1, relevant="${nom} != ''"), revision=1)
    text = office.post(f"{page_of(draft)}publish/").content.decode()
    assert "sheet survey, row 3, column relevant" in text
    assert "There is no question named “nom”" in text
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_published_version_never_changes(coordinator: User, draft: Version) -> None:
    version = verbs.publish(version=draft, by=coordinator, at=NOON)
    with pytest.raises(verbs.EditedMeanwhile):
        verbs.save_draft(version=version, sheets=SHEETS, revision=version.revision)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(sheets={})
    assert verbs.publish(version=version, by=coordinator, at=NOON).published_at == NOON


def test_the_next_version_begins_as_the_last_and_says_what_changed(
    office: Client, coordinator: User, draft: Version
) -> None:
    verbs.publish(version=draft, by=coordinator, at=NOON)
    office.post(f"{OFFICE}acteurs/")
    second = Version.objects.drafts().get()
    assert (second.number, second.sheets) == (2, draft.sheets)
    verbs.save_draft(version=second, sheets=with_row(0, **{f"label::{FR}": "Votre nom"}), revision=1)
    assert "asked otherwise" in office.get(page_of(second)).content.decode()


def test_a_form_goes_to_kobo_and_comes_back_as_it_was(office: Client, draft: Version) -> None:
    content = office.get(f"{OFFICE}acteurs/1.xlsx").content
    again = read_sheets(content, "acteurs.xlsx")
    assert (again.columns, again.rows) == (SHEETS.columns, SHEETS.rows)
    office.post(f"{OFFICE}acteurs/", {"file": SimpleUploadedFile("acteurs.xlsx", io.BytesIO(content).read())})
    draft.refresh_from_db()
    assert (draft.number, draft.sheets) == (1, SHEETS.to_store())
    assert b"<h:title>Acteurs 2026</h:title>" in office.get(f"{OFFICE}acteurs/1.xml").content


def test_a_question_is_written_on_a_page_and_columns_of_others_stay(office: Client, draft: Version) -> None:
    told = {"revision": "1", "type": "text", "name": "name", f"label::{FR}": "Votre nom", "required": "on"}
    office.post(f"{page_of(draft)}rows/0/", told)
    draft.refresh_from_db()
    row = draft.sheets["rows"]["survey"][0]
    assert row == {"type": "text", "name": "name", f"label::{FR}": "Votre nom", "kuid": "x1", "required": "yes"}


def test_a_new_choice_question_leads_to_its_choices(office: Client, draft: Version) -> None:
    told = {"revision": "1", "type": "select_multiple", "list_name": "axes", "name": "axes", f"label::{FR}": "Axes"}
    answer = office.post(f"{page_of(draft)}rows/?after=0", told)
    assert answer.url == f"{page_of(draft)}choices/axes/"
    forms = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-name": "droits",
        f"form-0-label::{FR}": "Droits",
    }
    office.post(answer.url, {"revision": "2", **forms, "form-1-name": "", f"form-1-label::{FR}": ""})
    draft.refresh_from_db()
    assert [row["name"] for row in draft.sheets["rows"]["survey"]] == ["name", "axes", "member"]
    assert draft.sheets["rows"]["choices"][-1] == {"list_name": "axes", "name": "droits", f"label::{FR}": "Droits"}


def test_a_condition_that_is_not_understood_is_said_beside_it(office: Client, draft: Version) -> None:
    told = {"revision": "1", "type": "text", "name": "name", f"label::{FR}": "Nom", "relevant": "${a} = 'open"}
    answer = office.post(f"{page_of(draft)}rows/0/", told)
    assert answer.status_code == 422
    assert "’open" in answer.content.decode() or "&#x27;open" in answer.content.decode()


def test_who_saves_over_somebody_else_is_told_and_loses_nothing(office: Client, draft: Version) -> None:
    verbs.save_draft(version=draft, sheets=with_row(0, hint="x"), revision=1)
    told = {"revision": "1", "type": "text", "name": "name", f"label::{FR}": "Mon texte"}
    text = office.post(f"{page_of(draft)}rows/0/", told).content.decode()
    draft.refresh_from_db()
    assert draft.sheets["rows"]["survey"][0][f"label::{FR}"] == "Nom"
    assert "Mon texte" in text


def test_rows_move_and_go(office: Client, draft: Version) -> None:
    office.post(f"{page_of(draft)}change/", {"revision": "1", "do": "down:0"})
    office.post(f"{page_of(draft)}change/", {"revision": "2", "do": "remove:1"})
    draft.refresh_from_db()
    assert [row["name"] for row in draft.sheets["rows"]["survey"]] == ["member"]


def test_a_language_is_added(office: Client, draft: Version) -> None:
    told = {"revision": "1", "form_title": "Acteurs", "form_id": "acteurs", "new_language": "العربية (ar)"}
    office.post(f"{page_of(draft)}settings/", told)
    draft.refresh_from_db()
    assert draft.form.languages == {"fr": FR, "ar": "العربية (ar)"}


def test_only_the_office_sees_questionnaires(client: Client, draft: Version) -> None:
    user = create_user(email="someone@example.org", name="Someone", language="fr")
    assert client.get(OFFICE).status_code == 302
    client.force_login(user)
    assert [client.get(path).status_code for path in (OFFICE, page_of(draft), f"{OFFICE}acteurs/1.xlsx")] == [403] * 3


def test_the_list_costs_the_same_for_one_and_for_three(office: Client, draft: Version) -> None:
    office.get(OFFICE)
    with CaptureQueriesContext(connection) as one:
        office.get(OFFICE)
    for number in range(2):
        verbs.create_questionnaire(title=f"Autre {number}", sheets=SHEETS)
    with CaptureQueriesContext(connection) as three:
        office.get(OFFICE)
    assert len(three) == len(one)
