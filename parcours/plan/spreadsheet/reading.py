"""What the rows of a table of actions would do to the plan. Queries: a constant number, however many rows."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext, gettext_noop

from parcours.geo.rules import fold
from parcours.imports.choices import Op
from parcours.imports.rules import Problem, RowPlan, Shown
from parcours.kit.dates import UnreadableDate, parse
from parcours.kit.spreadsheets import Cell, Row, Table, UnreadableFile
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Action, Plan
from parcours.plan.records import BY_NAME, Field, Record
from parcours.plan.rules import NEXT_STAGES
from parcours.plan.spreadsheet.cells import LINES, UNREADABLE_DATE, CellError, choice, within
from parcours.plan.spreadsheet.export import TEXT_KINDS, cell
from parcours.plan.spreadsheet.headers import Mapped, map_headers
from parcours.plan.spreadsheet.names import KIND_OF, Names, references
from parcours.translations.exports import read as read_texts
from parcours.translations.fields import Translated

FORMULA = gettext_noop("This cell holds a formula: give its value instead (copy, then paste as values).")
AMBIGUOUS = gettext_noop("“%(value)s” is read as %(read)s, the day first. If that is wrong, write it as 2018-02-28.")
NO_TITLE = gettext_noop("The title is missing.")
BAD_CODE = gettext_noop("“%(value)s” cannot be a code: 20 letters, digits, points, hyphens at most.")
CODE_TWICE = gettext_noop("The code “%(value)s” stands in row %(other)d already: one row for each action.")
TITLE_TWICE = gettext_noop(
    "The title “%(value)s” stands in row %(other)d already. Give each its code, or take one away."
)
SEVERAL_TITLES = gettext_noop("Several actions have this title: %(codes)s. Write the code of the one you mean.")
KNOWN_BY_TITLE = gettext_noop("No code, but an action has this very title: %(code)s is taken for it.")
END_BEFORE_START = gettext_noop("The end, %(end)s, is before the start, %(start)s.")
NO_REASON = gettext_noop("A status set by hand needs a reason (column “override_reason”).")
NO_STOP_REASON = gettext_noop("Say why the action stops (column “stop_reason_fr”).")
NO_SUCH_STEP = gettext_noop("An action cannot go from “%(old)s” to “%(new)s”. Possible: %(next)s.")
NOT_YES_OR_NO = gettext_noop("“%(value)s” is neither yes nor no.")

YES = frozenset({"yes", "oui", "true", "vrai", "1", "x", "y", "o"})
NO = frozenset({"no", "non", "false", "faux", "0", "n"})
CHOICES: dict[str, type[models.TextChoices]] = {"stage": Stage, "status_override": Status}
# An empty cell leaves these as they are: they always have a value.
NEVER_EMPTY = frozenset({"stage", "is_public", "is_invented"})
LIMITS = {"section": 40, "override_reason": 300}


def as_text(value: Cell) -> str:
    """A cell as somebody typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value).strip()


@dataclass
class Reading:
    """What is found out about one row."""

    row: Row
    action: Action | None = None
    values: Record = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class Reader:
    """Compares the rows of a table with the plan."""

    def __init__(self, plan: Plan, table: Table) -> None:
        self.mapped: Mapped = map_headers(table.headers)
        self.rows = list(table.rows)
        if not self.rows:
            raise UnreadableFile(gettext("The table has headers but no rows."))
        self.plan = plan
        self.source = plan.title.source
        self.actions = {action.code: action for action in plan.actions.whole()}
        self.titles: dict[str, list[Action]] = defaultdict(list)
        for action in self.actions.values():
            for version in action.title.versions.values():
                self.titles[fold(version.text)].append(action)
        self.names = references(plan) | {"action": self._codes()}
        self.communes = self.names["areas"].labels
        self.columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for header, column in self.mapped.columns.items():
            self.columns[column.field].append((header, column.name))
        self.seen_codes: dict[str, int] = {}
        self.seen_titles: dict[str, int] = {}

    def _codes(self) -> Names:
        """Actions that links may name: those of the plan and those of the file."""
        header = self.mapped.header("code")
        names = Names()
        for code in [*self.actions, *(as_text(row.cells.get(header, "")) for row in self.rows)]:
            if code:
                names.add(code, code, [])
        return names

    def plans(self) -> Iterator[RowPlan]:
        for row in self.rows:
            yield self.plan_row(row)

    def plan_row(self, row: Row) -> RowPlan:
        reading = Reading(row)
        reading.problems += [Problem(header, FORMULA) for header in self.mapped.columns if header in row.formulas]
        code = as_text(row.cells.get(self.mapped.header("code"), ""))
        self._find(reading, code)
        for name in BY_NAME:
            if name in self.columns:
                self._read(reading, BY_NAME[name])
        before = {name: BY_NAME[name].read(reading.action) for name in reading.values} if reading.action else {}
        changes = {name: value for name, value in reading.values.items() if self._differs(before.get(name), value)}
        self._check(reading, changes)
        return self._planned(reading, code, {name: before[name] for name in changes if name in before}, changes)

    def _find(self, reading: Reading, code: str) -> None:
        """Which action the row is: by its code, else by its title; none for a new one."""
        header = self.mapped.header("code")
        title = self._title(reading.row)
        if code:
            if not re.fullmatch(r"[\w.\-]{1,20}", code):
                reading.problems.append(Problem(header, BAD_CODE, {"value": code}))
            if (other := self.seen_codes.setdefault(code, reading.row.number)) != reading.row.number:
                reading.problems.append(Problem(header, CODE_TWICE, {"value": code, "other": other}))
            reading.action = self.actions.get(code)
            return
        if not title:
            return
        if (other := self.seen_titles.setdefault(fold(title), reading.row.number)) != reading.row.number:
            reading.problems.append(Problem("", TITLE_TWICE, {"value": title, "other": other}))
        found = {action.code: action for action in self.titles.get(fold(title), [])}
        if len(found) > 1:
            reading.problems.append(Problem("", SEVERAL_TITLES, {"codes": ", ".join(sorted(found))}))
        elif found:
            (reading.action,) = found.values()
            reading.warnings.append(Problem("", KNOWN_BY_TITLE, {"code": reading.action.code}))

    def _title(self, row: Row) -> str:
        texts = (as_text(row.cells[header]) for header, _name in self.columns.get("title", []))
        return next((text for text in texts if text), "")

    def _read(self, reading: Reading, known: Field) -> None:
        """Read a field's cells into `values`, or say what is wrong with them."""
        header, _name = self.columns[known.name][0]
        if any(one in reading.row.formulas for one, _name in self.columns[known.name]):
            return
        if known.name in NEVER_EMPTY and reading.row.cells[header] == "":
            return
        try:
            reading.values[known.name] = self._value(reading, known, header)
        except CellError as error:
            reading.problems.append(error.problem(header))

    def _value(self, reading: Reading, known: Field, header: str) -> Any:
        name, value = known.name, reading.row.cells[header]
        text = as_text(value)
        if known.kind in TEXT_KINDS:
            return self._texts(reading, name)
        if known.kind == "date":
            return self._date(reading, header, value)
        if known.kind == "flag":
            return self._flag(text)
        if name in CHOICES:
            return choice(CHOICES[name], text) if text else ""
        if known.kind == "one":
            return self.names[KIND_OF[name]].find(text) if text else ""
        if known.kind == "many":
            return self._many(name, text)
        if name in LINES:
            before = known.read(reading.action) if reading.action else []
            return LINES[name].parse(text, before, self.source, lambda kind, given: self.names[kind].find(given))
        return within(text, LIMITS.get(name, 300))

    def _texts(self, reading: Reading, name: str) -> Record:
        given = {column: as_text(reading.row.cells[header]) for header, column in self.columns[name]}
        before = getattr(reading.action, name) if reading.action else None
        languages = [column.removeprefix(f"{name}_") for column in given]
        read = read_texts(given, name, languages, before=before, source=self.source)
        return before.stored() if before is not None and not before and not read else read.stored()

    def _date(self, reading: Reading, header: str, value: Cell) -> str:
        if value == "":
            return ""
        try:
            read = parse(value)
        except UnreadableDate as error:
            raise CellError(UNREADABLE_DATE, value=as_text(value)) from error
        if read.ambiguous:
            reading.warnings.append(Problem(header, AMBIGUOUS, {"value": as_text(value), "read": str(read)}))
        return str(read)

    @staticmethod
    def _flag(text: str) -> bool:
        if fold(text) in YES:
            return True
        if fold(text) in NO:
            return False
        raise CellError(NOT_YES_OR_NO, value=text)

    def _many(self, name: str, text: str) -> list[str]:
        parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
        return sorted({self.names[KIND_OF[name]].find(part) for part in parts})

    @staticmethod
    def _differs(before: Any, value: Any) -> bool:
        """Whether a value is new. For a new action: whether it says anything."""
        if before is None:
            return bool(Translated.parse(value)) if isinstance(value, dict) else bool(value)
        return bool(before != value)

    def _check(self, reading: Reading, changes: Record) -> None:
        """What several values say together."""
        action = reading.action

        def now(name: str) -> Any:
            return changes[name] if name in changes else BY_NAME[name].read(action) if action else None

        def wrong(name: str, text: str, **values: Any) -> None:
            header = self.columns[name][0][0] if name in self.columns else ""
            reading.problems.append(Problem(header, text, values))

        if not Translated.parse(now("title")):
            wrong("title", NO_TITLE)
        start, end = now("starts_on"), now("ends_on")
        if start and end and parse(end).last < parse(start).date:
            wrong("ends_on", END_BEFORE_START, start=start, end=end)
        if now("status_override") and not now("override_reason"):
            wrong("status_override", NO_REASON)
        if action and "stage" in changes and changes["stage"] not in NEXT_STAGES[action.stage]:
            possible = ", ".join(sorted(NEXT_STAGES[action.stage]))
            wrong("stage", NO_SUCH_STEP, old=action.stage, new=changes["stage"], next=possible)
        if changes.get("stage") == Stage.STOPPED and not Translated.parse(now("stop_reason")):
            wrong("stage", NO_STOP_REASON)

    def _planned(self, reading: Reading, code: str, before: Record, changes: Record) -> RowPlan:
        action = reading.action
        op = Op.CREATE if action is None else Op.CHANGE if changes else Op.SAME
        keeps = op != Op.SAME and not reading.problems
        return RowPlan(
            number=reading.row.number,
            op=op,
            key=action.code if action else code,
            label=self._title(reading.row) or (action.title.text if action else ""),
            before=before if keeps else {},
            after=changes if keeps else {},
            shown=list(self._shown(before, changes)) if keeps else [],
            problems=reading.problems,
            warnings=reading.warnings,
            memo=self._memo(action, changes) if keeps else {},
        )

    def _memo(self, action: Action | None, changes: Record) -> dict[str, Any]:
        memo: dict[str, Any] = {"plan": self.plan.pk}
        if action is not None:
            memo["version"] = action.version
            memo["invented_fields"] = [name for name in action.invented_fields if name in changes]
        return memo

    def _shown(self, before: Record, changes: Record) -> Iterator[Shown]:
        for name, value in changes.items():
            if BY_NAME[name].kind in TEXT_KINDS:
                old, new = Translated.parse(before.get(name)), Translated.parse(value)
                for header, column in self.columns[name]:
                    language = column.removeprefix(f"{name}_")
                    if old.text_in(language) != new.text_in(language):
                        yield Shown(header, old.text_in(language), new.text_in(language))
            else:
                kind, header = BY_NAME[name].kind, self.columns[name][0][0]
                was = str(cell(name, kind, before[name], self.communes)) if name in before else ""
                yield Shown(header, was, str(cell(name, kind, value, self.communes)))
