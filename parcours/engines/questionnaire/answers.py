"""What somebody answered, judged by the form: what was to be asked, what is missing or wrong, each answer's state.

Answers are JSON by path: {"you/name": "Kokoya", "you/axes": ["rights"], "actions": [{"title": "…", "people": 12}]}.
Days are "2026-11-26", times "14:30"; a repeat is a list of rows, one for each thing told.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from parcours.engines.questionnaire.expressions import Nodes, Ticks, Value, text
from parcours.engines.questionnaire.form import Choice, Form, Question, Texts

Answers = dict[str, Any]
LONGEST = 5000  # characters of a text
MOST_ROWS = 100  # of a repeat
HIDDEN, UNANSWERED, NONE, UNKNOWN, ANSWERED = "h", "u", "n", "d", "a"
INTEGER = re.compile(r"[-+]?\d{1,15}")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer. `code`: "required", "constraint", "not_an_integer", "not_a_number", "not_a_day",
    "not_a_time", "not_a_choice", "alone" (none of these or don't know beside other choices), "too_long".

    `row` counts the rows of a repeat from 0; `message` is the form's own, where it has one.
    """

    path: str
    row: int | None
    code: str
    message: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """`states` has the shape of the answers: a letter for each question, a list of rows for each repeat."""

    states: dict[str, Any]
    faults: list[Fault]
    computed: Answers

    def is_shown(self, question: Question, row: int | None = None) -> bool:
        return self.state(question, row) != HIDDEN

    def state(self, question: Question, row: int | None = None) -> str:
        if question.repeat:
            rows = self.states.get(question.repeat, [])
            return str(rows[row].get(question.key, HIDDEN)) if row is not None and row < len(rows) else HIDDEN
        return str(self.states.get(question.path, HIDDEN))


def clean(question: Question, raw: Any) -> tuple[Any, str]:
    """A typed-in text (of a multiple choice a list) as an answer, None for none, and the fault's code or ""."""
    if question.kind == "many":
        ticked = list(dict.fromkeys(one for one in raw or [] if one))
        return _many(question, ticked)
    said = str(raw if raw is not None else "").strip()
    if not said:
        return None, ""
    match question.kind:
        case "integer":
            plain = re.sub(r"[\s\u00a0\u202f]", "", said)
            return (int(plain), "") if INTEGER.fullmatch(plain) else (said, "not_an_integer")
        case "decimal":
            return _decimal(said)
        case "date":
            return _read(date.fromisoformat, said, "not_a_day")
        case "time":
            return _read(time.fromisoformat, said, "not_a_time")
        case "one":
            return (said, "") if question.choice(said) else (said, "not_a_choice")
        case "acknowledge":
            return "OK", ""
    return (said, "too_long") if len(said) > LONGEST else (said, "")


def _many(question: Question, ticked: list[str]) -> tuple[Any, str]:
    if any(question.choice(one) is None for one in ticked):
        return ticked, "not_a_choice"
    alone = question.of_role("none") | question.of_role("unknown")
    return (ticked, "alone") if len(ticked) > 1 and alone & set(ticked) else (ticked or None, "")


def _decimal(said: str) -> tuple[Any, str]:
    try:
        known = float(Decimal(re.sub(r"[\s\u00a0\u202f]", "", said).replace(",", ".")))
    except InvalidOperation:
        return said, "not_a_number"
    return (known, "") if math.isfinite(known) and abs(known) < 1e15 else (said, "not_a_number")


def _read(reader: Any, said: str, fault: str) -> tuple[str, str]:
    try:
        return reader(said).isoformat()[:10], ""
    except ValueError:
        return said, fault


def judge(form: Form, answers: Answers, *, today: date, seen: set[str] | None = None) -> Judgement:
    """Judge the answers; `seen` are the keys of the pages that were shown (None: all): elsewhere nothing is missing."""
    return _Judge(form, answers, today).judge(seen)


class _Judge:
    """One form, one set of answers; relevance and calculations are worked out once, when first asked for."""

    def __init__(self, form: Form, answers: Answers, today: date) -> None:
        self.form, self.answers, self.today = form, answers, today
        self.questions = list(form.questions())
        self.named: dict[str, list[Question]] = {}
        for question in self.questions:
            self.named.setdefault(question.name, []).append(question)
        self.repeats = {group.name: group for group in form.repeats()}
        self.relevance: dict[tuple[str, int | None], bool | None] = {}
        self.values: dict[tuple[str, int | None], Value | None] = {}

    def judge(self, seen: set[str] | None) -> Judgement:
        states: dict[str, Any] = {}
        faults: list[Fault] = []
        computed: Answers = {}
        shown = {
            question.path
            for page in self.form.pages()
            if seen is None or page.key in seen
            for question in page.questions()
        }
        for group in self.form.repeats():
            rows = self._rows(group.path)
            states[group.path] = [{} for _row in rows]
        for question in self.questions:
            if question.kind in ("calculate", "hidden"):
                self._put(computed, question)
                continue
            if not question.is_asked:
                continue
            for row in self._places(question):
                state = self._state(question, row) if question.path in shown else HIDDEN
                (states if row is None else states[question.repeat][row])[question.key] = state
                if state != HIDDEN and (fault := self._fault(question, row, state)):
                    faults.append(fault)
        return Judgement(states, faults, computed)

    def _rows(self, repeat: str) -> list[Answers]:
        return list(self.answers.get(repeat) or [])

    def _places(self, question: Question) -> Iterator[int | None]:
        yield from range(len(self._rows(question.repeat))) if question.repeat else [None]

    def _put(self, computed: Answers, question: Question) -> None:
        for row in self._places(question):
            value = text(self.value(question, row))
            if row is None:
                computed[question.path] = value
            else:
                computed.setdefault(question.repeat, [{} for _row in self._rows(question.repeat)])[row][
                    question.key
                ] = value

    def raw(self, question: Question, row: int | None) -> Any:
        if not question.repeat:
            return self.answers.get(question.path)
        rows = self._rows(question.repeat)
        return rows[row].get(question.key) if row is not None and row < len(rows) else None

    def is_relevant(self, question: Question, row: int | None) -> bool:
        place = (question.path, row)
        if place not in self.relevance:
            self.relevance[place] = None  # being worked out: a circle counts as shown
            scope = _Scope(self, question, row)
            self.relevance[place] = all(expression.holds(scope) for expression in question.relevant)
        return self.relevance[place] is not False

    def value(self, question: Question, row: int | None) -> Value:
        """The answer as expressions see it: empty where the question is not asked."""
        place = (question.path, row)
        if place not in self.values:
            self.values[place] = ""
            self.values[place] = self._value(question, row) if self.is_relevant(question, row) else ""
        found = self.values[place]
        return "" if found is None else found

    def _value(self, question: Question, row: int | None) -> Value:
        if question.calculation and question.kind in ("calculate", "hidden"):
            return question.calculation.run(_Scope(self, question, row))
        raw = self.raw(question, row)
        if raw is None:
            return question.default if question.kind == "hidden" else ""
        if question.kind == "many":
            return Ticks(raw)
        if question.kind == "date" and isinstance(raw, str):
            try:
                return date.fromisoformat(raw)
            except ValueError:
                return raw
        return float(raw) if isinstance(raw, int | float) else str(raw)

    def _state(self, question: Question, row: int | None) -> str:
        if not self.is_relevant(question, row):
            return HIDDEN
        raw = self.raw(question, row)
        if raw in (None, "", []):
            return UNANSWERED
        ticked = set(raw) if isinstance(raw, list) else {raw} if question.choices else set()
        if ticked and ticked <= question.of_role("none"):
            return NONE
        return UNKNOWN if ticked and ticked <= question.of_role("unknown") else ANSWERED

    def _fault(self, question: Question, row: int | None, state: str) -> Fault | None:
        scope = _Scope(self, question, row)
        if state == UNANSWERED:
            if question.required and question.required.holds(scope):
                return Fault(question.path, row, "required", question.required_message)
            return None
        _value, code = clean(question, self.raw(question, row))
        if code:
            return Fault(question.path, row, code)
        if question.choice_filter and not self._offered(question, row):
            return Fault(question.path, row, "not_a_choice")
        if question.constraint and not question.constraint.holds(scope):
            return Fault(question.path, row, "constraint", question.constraint_message)
        return None

    def _offered(self, question: Question, row: int | None) -> bool:
        raw = self.raw(question, row)
        offered = {choice.name for choice in offered_choices(self, question, row)}
        return offered.issuperset(raw if isinstance(raw, list) else [raw])


class Sight:
    """What is to be shown to somebody who has answered so much, whether or not it was shown before."""

    def __init__(self, form: Form, answers: Answers, *, today: date) -> None:
        self._judge = _Judge(form, answers, today)

    def shows(self, question: Question, row: int | None = None) -> bool:
        """Whether it is relevant; of a note too."""
        return self._judge.is_relevant(question, row)

    def choices(self, question: Question, row: int | None = None) -> list[Choice]:
        """The choices that are offered here, after the form's choice filter."""
        return offered_choices(self._judge, question, row)

    def named(self, name: str, question: Question, row: int | None = None) -> str:
        """What stands for `${name}` in a text of this question; of a choice its name."""
        return text(_Scope(self._judge, question, row).answer(name))


def offered_choices(judge: _Judge, question: Question, row: int | None) -> list[Choice]:
    if not question.choice_filter:
        return list(question.choices)
    scopes = ((choice, _Scope(judge, question, row, choice.cells)) for choice in question.choices)
    return [choice for choice, scope in scopes if question.choice_filter.holds(scope)]


@dataclass(frozen=True)
class _Scope:
    """Names as one question sees them, in its row of a repeat."""

    judge: _Judge
    question: Question
    row: int | None
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.judge.today

    def answer(self, name: str) -> Value:
        if group := self.judge.repeats.get(name):
            return Nodes(["1"] * len(self.judge._rows(group.path)))
        known = self.judge.named.get(name, [])
        beside = [one for one in known if one.repeat == self.question.repeat] or known
        if not beside:
            return ""
        target = beside[0]
        if not target.repeat:
            return self.judge.value(target, None)
        if target.repeat == self.question.repeat:
            return self.judge.value(target, self.row)
        return Nodes(self.judge.value(target, row) for row in self.judge._places(target))

    def current(self) -> Value:
        return self.judge.value(self.question, self.row)

    def column(self, name: str) -> str:
        return self.cells.get(name, "")
