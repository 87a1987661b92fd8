"""A form is read with each of its errors in its place, and answers are worth what the form says."""

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.questionnaire import editing
from parcours.engines.questionnaire.answers import Sight, clean, judge
from parcours.engines.questionnaire.form import Form
from parcours.engines.questionnaire.reading import read_form
from parcours.engines.questionnaire.sheets import Row, Sheets, UnreadableForm, read_sheets, write_sheets, write_xform

FR, AR = "Français (fr)", "العربية (ar)"
ON = date(2026, 11, 26)


def choice(list_name: str, name: str, label: str, **more: str) -> Row:
    return {"list_name": list_name, "name": name, f"label::{FR}": label, **more}


SURVEY: list[Row] = [
    {"type": "begin group", "name": "you", f"label::{FR}": "Vous", f"label::{AR}": "أنتم"},
    {"type": "text", "name": "name", f"label::{FR}": "Nom", f"label::{AR}": "الاسم", "required": "yes"},
    {"type": "integer", "name": "members", f"label::{FR}": "Membres", "constraint": ". >= 0"},
    {"type": "select_multiple axes or_other", "name": "axes", f"label::{FR}": "Axes"},
    {"type": "text", "name": "why", f"label::{FR}": "Pourquoi", "relevant": "selected(${axes}, 'rights')"},
    {"type": "end group"},
    {"type": "begin repeat", "name": "actions", f"label::{FR}": "Vos actions", "relevant": "${members} > 0"},
    {"type": "text", "name": "title", f"label::{FR}": "Titre"},
    {"type": "integer", "name": "people", f"label::{FR}": "Personnes", "relevant": "${title} != ''"},
    {"type": "end repeat"},
    {"type": "calculate", "name": "total", "calculation": "sum(${people})"},
    {
        "type": "date",
        "name": "since",
        f"label::{FR}": "Depuis",
        "constraint": ". <= today()",
        "relevant": "${total} > 9",
    },
    {"type": "select_one towns", "name": "town", f"label::{FR}": "Commune", "choice_filter": "axis = ${name}"},
]
CHOICES = [
    choice("axes", "rights", "Droits"), choice("axes", "memory", "Mémoire"), choice("axes", "none", "Aucun"),
    choice("axes", "nsp", "Ne sait pas"), choice("towns", "vitry", "Vitry", axis="x"),
    choice("towns", "ivry", "Ivry", axis="y"),
]  # fmt: skip
SHEETS = Sheets.of(
    survey=SURVEY, choices=CHOICES, settings=[{"form_title": "Acteurs", "form_id": "acteurs", "default_language": FR}]
)


def form_of(*rows: Row, choices: list[Row] = CHOICES) -> Form:
    return read_form(Sheets.of(survey=list(rows), choices=choices)).form


def problems(*rows: Row, choices: list[Row] = CHOICES) -> list[tuple[str, int | None, str, str]]:
    found = read_form(Sheets.of(survey=list(rows), choices=choices)).errors
    return [(one.code, one.row, one.column, one.detail) for one in found]


def test_a_form_is_asked_page_by_page_in_its_languages():
    reading = read_form(SHEETS)
    assert reading.errors == []
    assert [(page.key, page.is_repeat) for page in reading.form.pages()] == [
        ("you", False), ("actions", True), ("since", False),
    ]  # fmt: skip
    assert reading.form.languages == {"fr": FR, "ar": AR}
    assert [question.path for question in reading.form.questions()][:5] == [
        "you/name", "you/members", "you/axes", "you/axes_other", "you/why",
    ]  # fmt: skip


def test_a_workbook_comes_back_as_it_was_written():
    again = read_sheets(write_sheets(SHEETS), "form.xlsx")
    assert (again.rows, again.columns) == (SHEETS.rows, SHEETS.columns)
    assert "<h:title>Acteurs</h:title>" in write_xform(SHEETS)


def test_a_text_that_looks_like_a_formula_stays_a_text():
    sheets = Sheets.of(survey=[{"type": "text", "name": "a", "label": "=1+1"}])
    book = openpyxl.load_workbook(io.BytesIO(write_sheets(sheets)))
    assert book["survey"]["C2"].data_type == "s"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"type": "text", "name": "a b", "label": "A"}], ("bad_name", 2, "name", "a b")),
        ([{"type": "text", "label": "A"}], ("no_name", 2, "name", "")),
        ([{"type": "txt", "name": "a", "label": "A"}], ("unknown_type", 2, "type", "txt")),
        ([{"type": "select_one axs", "name": "a", "label": "A"}], ("no_list", 2, "type", "axs")),
        ([{"type": "text", "name": "a"}], ("no_label", 2, "label", "a")),
        ([{"type": "text", "name": "a", "label": "A", "relevant": "${b} = 1"}],
         ("unknown_reference", 2, "relevant", "b")),
        ([{"type": "text", "name": "a", "label": "A", "relevant": "${a} = 1"}], ("circle", 2, "relevant", "a")),
        ([{"type": "text", "name": "a", "label": "A", "constraint": ". > ("}], ("expression", 2, "constraint", "(")),
        ([{"type": "begin group", "name": "g", "label": "G"}, {"type": "text", "name": "a", "label": "A"}],
         ("not_closed", 2, "type", "g")),
        ([{"type": "text", "name": "a", "label": "A"}, {"type": "end group"}],
         ("nothing_open", 3, "type", "end group")),
        ([{"type": "text", "name": "a", "label": "A"}, {}, {"type": "text", "name": "a", "label": "B"}],
         ("name_twice", 4, "name", "a")),
    ],
)  # fmt: skip
def test_an_error_is_told_in_its_row_and_column(rows, found):
    assert found in problems(*rows)


def test_two_questions_that_wait_for_each_other_are_a_circle():
    one = {"type": "text", "name": "a", "label": "A", "relevant": "${b} = 1"}
    two = {"type": "text", "name": "b", "label": "B", "relevant": "${a} = 1"}
    assert [(code, row) for code, row, *_rest in problems(one, two)] == [("circle", 2), ("circle", 3)]


def test_choices_need_names_of_their_own():
    bad = [choice("l", "a", "A"), choice("l", "a", "B"), choice("l", "b c", "C"), choice("l", "d", "D", role="boss")]
    asked = {"type": "select_one l", "name": "q", "label": "Q"}
    assert sorted((code, row) for code, row, *_rest in problems(asked, choices=bad)) == [
        ("bad_role", 5), ("choice_name", 4), ("choice_twice", 3),
    ]  # fmt: skip


def test_what_only_a_field_app_asks_is_a_remark():
    reading = read_form(Sheets.of(survey=[
        {"type": "geopoint", "name": "where", "label": "Where"}, {"type": "text", "name": "a", "label": "A"},
    ]))  # fmt: skip
    assert [(one.code, one.detail) for one in reading.remarks if one.code == "not_asked"] == [("not_asked", "geopoint")]
    assert reading.errors == []


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"x", "form.pdf", "format"),
        (b"x", "form.xlsx", "unreadable"),
        (b"| settings |\n| | a |\n| | b |\n", "form.md", "no_survey"),
    ],
)
def test_a_file_that_is_no_form_says_why(content, name, code):
    with pytest.raises(UnreadableForm) as caught:
        read_sheets(content, name)
    assert caught.value.code == code


def test_each_question_is_in_one_of_five_states():
    form = read_form(SHEETS).form
    told = {
        "you/name": "x",
        "you/members": 3,
        "you/axes": ["none"],
        "actions": [{"title": "A", "people": 10}, {}],
        "town": "vitry",
    }
    judged = judge(form, told, today=ON)
    assert judged.states == {
        "you/name": "a", "you/members": "a", "you/axes": "n", "you/axes_other": "h", "you/why": "h",
        "actions": [{"title": "a", "people": "a"}, {"title": "u", "people": "h"}], "since": "u", "town": "a",
    }  # fmt: skip
    assert (judged.faults, judged.computed) == ([], {"total": "10"})
    assert judge(form, {"you/axes": ["nsp"]}, today=ON).states["you/axes"] == "d"


def test_a_page_that_nobody_saw_was_not_shown():
    form = read_form(SHEETS).form
    judged = judge(form, {}, today=ON, seen={"actions"})
    assert judged.states["you/name"] == "h"
    assert judged.faults == []


def test_an_answer_to_a_question_that_is_no_longer_asked_counts_for_nothing():
    form = read_form(SHEETS).form
    told = {"you/name": "x", "you/members": 0, "actions": [{"title": "A", "people": 50}], "since": "2020-01-01"}
    judged = judge(form, told, today=ON)
    assert (judged.computed["total"], judged.states["since"]) == ("0", "h")


def test_faults_name_the_answer_and_its_row():
    form = read_form(SHEETS).form
    told = {
        "you/members": -1,
        "you/axes": ["none", "rights"],
        "actions": [{"title": "A", "people": "many"}],
        "town": "vitry",
    }
    assert {(fault.path, fault.row, fault.code) for fault in judge(form, told, today=ON).faults} == {
        ("you/name", None, "required"), ("you/members", None, "constraint"), ("you/axes", None, "alone"),
        ("town", None, "not_a_choice"),
    }  # fmt: skip
    found = judge(form, {**told, "you/members": 2}, today=ON).faults
    assert ("actions/people", 0, "not_an_integer") in {(fault.path, fault.row, fault.code) for fault in found}


def test_choices_are_filtered_by_what_was_answered():
    form = read_form(SHEETS).form
    town = form.question("town")
    assert [one.name for one in Sight(form, {"you/name": "x"}, today=ON).choices(town)] == ["vitry"]


@pytest.mark.parametrize(
    ("kind", "raw", "cleaned"),
    [
        ("integer", " 1 200 ", (1200, "")), ("integer", "12.5", ("12.5", "not_an_integer")),
        ("decimal", "3,5", (3.5, "")),
        ("decimal", "inf", ("inf", "not_a_number")), ("date", "2026-02-30", ("2026-02-30", "not_a_day")),
        ("text", "  ", (None, "")),
        ("date", "2026-02-28", ("2026-02-28", "")), ("time", "14:30", ("14:30:00", "")),
        ("acknowledge", "on", ("OK", "")),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_an_answer_or_says_what_is_wrong(kind, raw, cleaned):
    form = form_of({"type": kind, "name": "q", "label": "Q"})
    assert clean(form.question("q"), raw) == cleaned


def test_a_long_text_is_refused_and_not_cut():
    form = form_of({"type": "text", "name": "q", "label": "Q"})
    assert clean(form.question("q"), "a" * 5001) == ("a" * 5001, "too_long")


DRAFTS = st.lists(st.sampled_from(["text", "group", "repeat"]), min_size=1, max_size=12)


@given(
    DRAFTS,
    st.lists(st.tuples(st.sampled_from(["up", "down", "remove", "inside", "after"]), st.integers(0, 20)), max_size=15),
)
def test_a_draft_keeps_its_groups_closed_whatever_is_moved(kinds, changes):
    sheets = Sheets.of(survey=[])
    for number, kind in enumerate(kinds):
        type_ = kind if kind == "text" else f"begin_{kind}"
        sheets = editing.insert(sheets, number, {"type": type_, "name": f"q{number}", "label": "Q"})
    for what, place in changes:
        known = editing.lines(sheets)
        if not known:
            break
        line = known[place % len(known)]
        row = {"type": "begin_group" if place % 2 else "text", "name": f"n{place}", "label": "N"}
        if what == "remove":
            sheets = editing.remove(sheets, line.index)
        elif what in ("up", "down"):
            before = sorted(str(one) for one in sheets.rows["survey"])
            sheets = editing.move(sheets, line.index, down=what == "down")
            assert sorted(str(one) for one in sheets.rows["survey"]) == before
        else:
            add = editing.insert_inside if what == "inside" and line.is_group else editing.insert
            sheets = add(sheets, line.index, row)
    codes = {one.code for one in read_form(sheets).errors}
    assert not codes & {"not_closed", "nothing_open"}
