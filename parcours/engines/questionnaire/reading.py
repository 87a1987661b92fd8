"""From the sheets of an XLSForm to the form that is asked, with each error in its sheet, row and column."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, get_args

from pyxform.errors import PyXFormError
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2xform import convert

from parcours.engines.questionnaire.expressions import Expression, NotUnderstood, read
from parcours.engines.questionnaire.form import Choice, ChoiceRole, Form, Group, Kind, Question, Texts, walk
from parcours.engines.questionnaire.sheets import FIRST_ROW, Row, Sheets, write_sheets

NAME = re.compile(r"[^\W\d][\w.\-]*")
LANGUAGE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
LANGUAGE_NAMES = {"english": "en", "français": "fr", "french": "fr", "arabic": "ar", "العربية": "ar", "español": "es",
                  "spanish": "es", "russian": "ru", "русский": "ru", "українська": "uk", "ukrainian": "uk"}  # fmt: skip
# other spellings that XLSForm has known
COLUMNS = {"relevance": "relevant", "calculate": "calculation", "list name": "list_name", "value": "name",
           "constraint message": "constraint_message", "required message": "required_message", "caption": "label",
           "command": "type", "tag": "name", "choice filter": "choice_filter"}  # fmt: skip
KINDS: dict[str, Kind] = {
    "text": "text", "string": "text", "email": "text", "integer": "integer", "int": "integer", "decimal": "decimal", "date": "date",
    "time": "time", "note": "note", "acknowledge": "acknowledge", "trigger": "acknowledge", "calculate": "calculate", "hidden": "hidden",
}  # fmt: skip
FILLED_BY_THE_APP = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "email",
    "phonenumber",
    "audit",
    "simserial",
    "subscriberid",
}
SELECTS: dict[str, Kind] = {"select_one": "one", "select_multiple": "many", "rank": "unasked"}
SELECT_WORDS = {"select one from": "select_one", "select one": "select_one", "select1": "select_one",
                "select multiple from": "select_multiple", "select all that apply from": "select_multiple",
                "select multiple": "select_multiple", "select all that apply": "select_multiple"}  # fmt: skip
ROLES: dict[str, ChoiceRole] = {
    "none": "none", "none_of_these": "none", "aucun": "none", "aucune": "none", "dont_know": "unknown",
    "don_t_know": "unknown", "dk": "unknown", "nsp": "unknown", "ne_sait_pas": "unknown", "other": "other", "autre": "other",
}  # fmt: skip
YES = {"yes", "true", "true()", "1", "oui"}
NO = {"no", "false", "false()", "0", "non"}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form, where, and with which word.

    `code` is one of "no_sheet", "no_column", "no_type", "no_name", "bad_name", "name_twice", "unknown_type", "no_list", "choice_name",
    "choice_twice", "bad_role", "expression", "unknown_reference", "circle", "not_closed", "nothing_open", "nothing_asked", "no_label", "not_asked",
    "repeat_in_repeat" or "pyxform" (`detail` is then pyxform's own sentence). A remark does not keep a form from being asked.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    detail: str = ""
    is_remark: bool = False


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
    """Read all that can be read, and say all that is wrong at once; pyxform has the last word on a form without errors."""
    reader = _Reader(sheets)
    form = reader.form()
    problems = sorted(reader.problems, key=lambda one: (one.sheet != "survey", one.row or 0))
    if not any(not one.is_remark for one in problems):
        problems += _pyxform(sheets)
    return Reading(form, tuple(problems))


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


def languages_of(sheets: Sheets) -> dict[str, str]:
    """Codes of the languages in which the form is written, the default first: {"fr": "Français (fr)"}."""
    found = [name.split(":")[-1].strip() for sheet in ("survey", "choices") for name in sheets.columns.get(sheet, []) if ":" in name
             and name.split(":")[0].strip().lower() in ("label", "hint", "constraint_message", "required_message")]  # fmt: skip
    default = sheets.settings.get("default_language", "")
    ordered = sorted(dict.fromkeys(found), key=lambda name: name != default)
    return {language_code(name): name for name in ordered}


def language_code(name: str) -> str:
    """The code of a language as a form's author names it: "fr" of "Français (fr)"."""
    if match := LANGUAGE.search(name):
        return match[1].lower()
    return LANGUAGE_NAMES.get(name.strip().lower(), name.strip().lower())


class _Reader:
    """One pass over the rows, with the groups that are open."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.problems: list[Problem] = []
        self.languages = languages_of(sheets)
        self.lists = self._lists()
        self.open: list[_Open] = [_Open()]

    def form(self) -> Form:
        rows = [(number, _plain(row)) for number, row in self.sheets.numbered("survey")]
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
        self._check(items)
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
            row = _plain(row)
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
                role = ""
            lists.setdefault(list_name, []).append(Choice(name, self._texts(row, "label"), role, row))  # type: ignore[arg-type]
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
        type_, list_name, with_other = _select(written)
        kind = SELECTS.get(type_) or KINDS.get(written.lower()) or "unasked"
        if written.lower() in FILLED_BY_THE_APP and not self._texts(row, "label"):
            kind = "hidden"
        if kind == "unasked" and not _is_known(type_):
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
            relevant=above.relevant + _some(self._expression(number, row, "relevant")),
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

    def _check(self, items: tuple[Question | Group, ...]) -> None:
        """Names used twice, names asked for that are nowhere, and relevance that goes round in a circle."""
        questions = list(walk(items))
        everything = [*questions, *_all_groups(items)]
        for path, times in Counter(one.path for one in everything).items():
            if times > 1:
                last = max((one for one in everything if one.path == path), key=lambda one: one.row)
                self._say("name_twice", "survey", last.row, "name", last.name)
        names = {one.name for one in everything}
        for question in questions:
            for column, expression in _expressions(question):
                for name in sorted(expression.names - names):
                    self._say("unknown_reference", "survey", question.row, column, name)
        for question in _circles(questions):
            self._say(
                "circle", "survey", question.row, "relevant" if question.relevant else "calculation", question.name
            )
        if questions and not any(question.is_asked for question in questions):
            self._say("nothing_asked", "survey", None)


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


def _plain(row: Row) -> Row:
    """A row under the names that columns have today."""
    return {COLUMNS.get(name.lower(), name.lower() if ":" not in name else name): value for name, value in row.items()}


def _select(written: str) -> tuple[str, str, bool]:
    """The type, the list it chooses from, and whether something else may be written."""
    with_other = bool(re.search(r"\b(or[_ ]other|or specify other)$", written, re.IGNORECASE))
    words = re.sub(r"\s*\b(or[_ ]other|or specify other)$", "", written, flags=re.IGNORECASE)
    first, _space, rest = words.partition(" ")
    if first.lower() in SELECTS:
        return first.lower(), rest.strip(), with_other
    for spelling, type_ in SELECT_WORDS.items():
        if words.lower().startswith(spelling + " "):
            return type_, words[len(spelling) :].strip(), with_other
    return written.lower(), "", False


def _is_known(type_: str) -> bool:
    base = type_.split()[0] if type_ else ""
    return (
        type_ in QUESTION_TYPE_DICT or type_ in SELECTS or base.startswith(("select_", "csv-external", "xml-external"))
    )


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


def _some(expression: Expression | None) -> tuple[Expression, ...]:
    return (expression,) if expression else ()


def _all_groups(items: tuple[Question | Group, ...]) -> list[Group]:
    groups = [item for item in items if isinstance(item, Group)]
    return groups + [inner for group in groups for inner in _all_groups(group.items)]


def _expressions(question: Question) -> list[tuple[str, Expression]]:
    named = ("constraint", "required", "calculation", "choice_filter")
    found = [(name, getattr(question, name)) for name in named]
    return [("relevant", one) for one in question.relevant] + [(name, one) for name, one in found if one]


def _circles(questions: list[Question]) -> list[Question]:
    """Questions whose being asked, or whose computed value, depends on themselves."""
    needs: dict[str, set[str]] = {}
    for question in questions:
        deciding = [*question.relevant, *_some(question.calculation)]
        needs.setdefault(question.name, set()).update(name for one in deciding for name in one.names)
    return [question for question in questions if question.name in _reached(question.name, needs)]


def _reached(name: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(needs.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += needs.get(one, ())
    return reached
