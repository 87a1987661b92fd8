"""From the sheets of an XLSForm to the form that is asked, with each error in its sheet, row and column."""

import re
from dataclasses import dataclass, replace
from typing import Any, get_args

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from parcours.engines.questionnaire.checks import Problem, check, some
from parcours.engines.questionnaire.expressions import Expression, NotUnderstood, read
from parcours.engines.questionnaire.form import Choice, ChoiceRole, Form, Group, Question, Texts
from parcours.engines.questionnaire.sheets import FIRST_ROW, Row, Sheets, write_sheets
from parcours.engines.questionnaire.words import (
    FILLED_BY_THE_APP,
    KINDS,
    NAME,
    NO,
    ROLES,
    SELECTS,
    YES,
    is_known_type,
    language_code,
    languages_of,
    plain_row,
    split_type,
)


@dataclass(frozen=True)
class Reading:
    """The form, as far as it could be read, and what is wrong with it."""

    form: Form
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_remark]

    @property
    def remarks(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_remark]


def read_form(sheets: Sheets) -> Reading:
    """Read all that can be read and say all that is wrong; pyxform has the last word on a form without errors."""
    reader = _Reader(sheets)
    form = reader.form()
    problems = sorted(reader.problems, key=lambda one: (one.sheet != "survey", one.row or 0))
    if not any(not one.is_remark for one in problems):
        problems += _pyxform(sheets)
    return Reading(form, tuple(problems))


def form_of(sheets: Sheets) -> Form:
    """The form alone, read as far as it can be: for one that was checked before."""
    return _Reader(sheets).form()


def _pyxform(sheets: Sheets) -> list[Problem]:
    warnings: list[str] = []
    try:
        convert(xlsform=write_sheets(sheets), file_type=".xlsx", warnings=warnings)
    except PyXFormError as error:
        row = error.context.get("row") or next(iter(re.findall(r"row\s*:\s*(\d+)", str(error))), None)
        return [Problem("pyxform", str(error.context.get("sheet", "")), int(row) if row else None, "", str(error))]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return [Problem("pyxform", detail=repr(error))]  # seen on forms that it does not foresee
    return [Problem("pyxform", detail=warning, is_remark=True) for warning in dict.fromkeys(warnings)]


class _Reader:
    """One pass over the rows, with the groups that are open."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.problems: list[Problem] = []
        self.languages = languages_of(sheets)
        self.lists = self._lists()
        self.open: list[_Open] = [_Open()]

    def form(self) -> Form:
        rows = [(number, plain_row(row)) for number, row in self.sheets.numbered("survey")]
        if not rows:
            self._say("no_sheet", "survey", None)
        elif not any("type" in row for _number, row in rows):
            self._say("no_column", "survey", None, "type")
            rows = []
        for number, row in rows:
            self._row(number, row)
        while len(self.open) > 1:
            self._say("not_closed", "survey", self.open[-1].row, "type", self.open[-1].name)
            self._close()
        items = tuple(self.open[0].items)
        self.problems += check(items)
        settings = self.sheets.settings
        return Form(
            settings.get("form_title", ""),
            settings.get("form_id", ""),
            settings.get("version", ""),
            self.languages,
            items,
        )

    def _say(self, code: str, sheet: str, row: int | None, column: str = "", detail: str = "", **more: Any) -> None:
        self.problems.append(Problem(code, sheet, row, column, detail, **more))

    def _lists(self) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, list[Choice]] = {}
        seen: set[tuple[str, str]] = set()
        allow_twice = self.sheets.settings.get("allow_choice_duplicates", "").lower() in YES
        for number, row in self.sheets.numbered("choices"):
            row = plain_row(row)
            list_name, name = row.get("list_name", ""), row.get("name", "")
            if not list_name or not name or re.search(r"\s", name):
                self._say("choice_name", "choices", number, "name" if list_name else "list_name", name or list_name)
                continue
            if (list_name, name) in seen and not allow_twice:
                self._say("choice_twice", "choices", number, "name", name)
            seen.add((list_name, name))
            role = row.get("role", "").lower() or ROLES.get(name.lower(), "")
            if role not in get_args(ChoiceRole):
                self._say("bad_role", "choices", number, "role", role)
            known: ChoiceRole = next((one for one in get_args(ChoiceRole) if one == role), "")
            lists.setdefault(list_name, []).append(Choice(name, self._texts(row, "label"), known, row))
        return {name: tuple(choices) for name, choices in lists.items()}

    def _texts(self, row: Row, column: str) -> Texts:
        texts = {}
        for name, value in row.items():
            head, _sep, language = name.partition(":")
            if head.strip().lower() == column and value:
                texts[language_code(language.strip(": ")) if language else ""] = value
        return texts

    def _row(self, number: int, row: Row) -> None:
        written = " ".join(row.get("type", "").split())
        words = written.lower().replace("_", " ").split()
        if not written:
            self._say("no_type", "survey", number, "type")
        elif words[0] == "begin" and words[1:2] in (["group"], ["repeat"]):
            self._begin(number, row, is_repeat=words[1] == "repeat")
        elif words[0] == "end" and words[1:2] in (["group"], ["repeat"]):
            if len(self.open) == 1 or self.open[-1].is_repeat != (words[1] == "repeat"):
                self._say("nothing_open", "survey", number, "type", written)
            else:
                self._close()
        else:
            self._question(number, row, written)

    def _begin(self, number: int, row: Row, *, is_repeat: bool) -> None:
        above = self.open[-1]
        name = self._name(number, row)
        path = f"{above.path}/{name}" if above.path else name
        if is_repeat and above.repeat:
            self._say("repeat_in_repeat", "survey", number, "type", name, is_remark=True)
        relevant = self._expression(number, row, "relevant")
        self.open.append(
            _Open(
                name=name,
                path=path,
                row=number,
                is_repeat=is_repeat,
                repeat=above.repeat or (path if is_repeat else ""),
                relevant=above.relevant + ((relevant,) if relevant else ()),
                label=self._texts(row, "label"),
                hint=self._texts(row, "hint"),
                appearance=row.get("appearance", ""),
            )
        )

    def _close(self) -> None:
        done = self.open.pop()
        self.open[-1].items.append(
            Group(
                done.path,
                done.name,
                done.label,
                done.row,
                tuple(done.items),
                done.hint,
                done.is_repeat,
                done.appearance,
            )
        )

    def _question(self, number: int, row: Row, written: str) -> None:
        above = self.open[-1]
        type_, list_name, with_other = split_type(written)
        kind = SELECTS.get(type_) or KINDS.get(written.lower()) or "unasked"
        if written.lower() in FILLED_BY_THE_APP and not self._texts(row, "label"):
            kind = "hidden"
        if kind == "unasked" and not is_known_type(type_):
            self._say("unknown_type", "survey", number, "type", written)
            return
        name = self._name(number, row)
        path = f"{above.path}/{name}" if above.path else name
        choices = self._choices(number, list_name) if type_ in SELECTS else ()
        if with_other and not any(choice.role == "other" for choice in choices):
            choices += (Choice("other", {}, "other"),)
        question = Question(
            path=path,
            name=name,
            type=written,
            kind=kind,
            label=self._texts(row, "label"),
            row=number,
            hint=self._texts(row, "hint"),
            required=self._required(number, row),
            required_message=self._texts(row, "required_message"),
            relevant=above.relevant + some(self._expression(number, row, "relevant")),
            constraint=self._expression(number, row, "constraint"),
            constraint_message=self._texts(row, "constraint_message"),
            calculation=self._expression(number, row, "calculation"),
            choice_filter=self._expression(number, row, "choice_filter"),
            choices=choices,
            list_name=list_name,
            default=row.get("default", ""),
            appearance=row.get("appearance", ""),
            fills=row.get("parcours_field", ""),
            repeat=above.repeat,
        )
        self._remark(question)
        above.items.append(question)
        if with_other:
            above.items.append(_other(question))

    def _remark(self, question: Question) -> None:
        if question.kind == "unasked":
            self._say("not_asked", "survey", question.row, "type", question.type, is_remark=True)
        elif question.is_asked and not question.label and not question.hint:
            self._say("no_label", "survey", question.row, "label", question.name)

    def _name(self, number: int, row: Row) -> str:
        name = row.get("name", "")
        if not name:
            self._say("no_name", "survey", number, "name")
            return f"row{number}"
        if not NAME.fullmatch(name):
            self._say("bad_name", "survey", number, "name", name)
        return name

    def _choices(self, number: int, list_name: str) -> tuple[Choice, ...]:
        if list_name.startswith("${") or "." in list_name:
            return ()  # choices taken from answers, or from a file: only a field app asks these
        if list_name not in self.lists:
            self._say("no_list", "survey", number, "type", list_name)
        return self.lists.get(list_name, ())

    def _required(self, number: int, row: Row) -> Expression | None:
        said = row.get("required", "").strip().lower()
        if said in NO:
            return None
        return read("true()") if said in YES else self._expression(number, row, "required")

    def _expression(self, number: int, row: Row, column: str) -> Expression | None:
        source = row.get(column, "").strip()
        if not source:
            return None
        try:
            return read(source)
        except NotUnderstood as error:
            self._say("expression", "survey", number, column, error.detail)
            return None


@dataclass
class _Open:
    """A group whose end has not come yet; the first is the form itself."""

    name: str = ""
    path: str = ""
    row: int = FIRST_ROW
    is_repeat: bool = False
    repeat: str = ""
    relevant: tuple[Expression, ...] = ()
    label: Any = None
    hint: Any = None
    appearance: str = ""

    def __post_init__(self) -> None:
        self.items: list[Question | Group] = []


def _other(question: Question) -> Question:
    """The text that goes with "other", as pyxform adds it."""
    return replace(
        question,
        path=f"{question.path}_other",
        name=f"{question.name}_other",
        type="text",
        kind="text",
        label={},
        hint={},
        required=None,
        relevant=(*question.relevant, read(f"selected(${{{question.name}}}, 'other')")),
        constraint=None,
        choices=(),
        list_name="",
        choice_filter=None,
        default="",
        fills="",
    )
