"""The complete answers of a wave as columns: what the engines count. Those withdrawn or not finished are left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from parcours.engines.questionnaire.form import Form, Group, Kind, Question, Texts
from parcours.engines.tabulation import Column, multiple, number, rows_of, single, text
from parcours.survey.choices import State
from parcours.survey.models import Response, Version, Wave

CHOSEN: tuple[Kind, ...] = ("one", "many", "acknowledge")
NUMBERS: tuple[Kind, ...] = ("integer", "decimal")
OPEN: tuple[Kind, ...] = ("text",)


class Given(NamedTuple):
    """One complete response."""

    pk: int
    organisation: int | None
    respondent: str
    version: int
    answers: Mapping[str, Any]
    states: Mapping[str, Any]


class Place(NamedTuple):
    """Where an answer stands: whose it is, by number, and in which row of a repeat."""

    owner: int
    row: int | None


class Answered(NamedTuple):
    """The state and the value of one answer."""

    state: str
    value: Any


@dataclass(frozen=True, eq=False)
class Columns:
    """The complete responses of a wave and the questions of all versions that they answered, by path."""

    form: Form
    given: tuple[Given, ...]
    questions: Mapping[str, Question]
    repeats: Mapping[str, Group]
    known: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, wave: Wave, *others: Wave) -> "Columns":
        """Those of a wave; with `others`, as if they had been one."""
        rows = Response.objects.filter(wave__in=[wave, *others]).complete().order_by("pk")
        fields = ("pk", "organisation", "respondent", "version", "answers", "states")
        given = tuple(Given(*row) for row in rows.values_list(*fields))
        older = {one.version for one in given} - {wave.version_id}
        versions = [wave.version, *Version.objects.filter(pk__in=older).order_by("-number")]
        questions = merged(version.form for version in versions)
        known = {
            version.pk: frozenset(
                one.path for one in version.form.questions() if one.is_asked and one.kind == questions[one.path].kind
            )
            for version in versions
        }
        repeats = {group.path: group for version in reversed(versions) for group in version.form.repeats()}
        return cls(wave.form, given, questions, repeats, known)

    def __len__(self) -> int:
        return len(self.given)

    def respondents(self) -> list[object]:
        """Who answered, so that another wave's can be found; an answer without either is nobody else's."""
        return [one.organisation or one.respondent or ("response", one.pk) for one in self.given]

    def places(self, question: Question) -> list[Place]:
        """One for each respondent; of a repeat, one for each row."""
        if not question.repeat:
            return [Place(owner, None) for owner in range(len(self.given))]
        return [
            Place(owner, row)
            for owner, one in enumerate(self.given)
            for row in range(len(one.states.get(question.repeat) or ()))
        ]

    def answers(self, question: Question) -> list[Answered]:
        """In the order of `places`; a version that did not ask it, or asked it otherwise, did not show it."""
        hidden = Answered(State.HIDDEN.value, None)
        path, repeat, key = question.path, question.repeat, question.key
        if not repeat:
            return [
                Answered(one.states.get(path, "h"), one.answers.get(path))
                if path in self.known[one.version]
                else hidden
                for one in self.given
            ]
        found = []
        for owner, row in self.places(question):
            one = self.given[owner]
            if row is None or path not in self.known[one.version]:
                found.append(hidden)
                continue
            told = one.answers.get(repeat) or []
            found.append(
                Answered(one.states[repeat][row].get(key, "h"), told[row].get(key) if row < len(told) else None)
            )
        return found

    def column(self, path: str) -> Column:
        """The answers to one question as the engines read them. Raises KeyError for a path that is not asked."""
        question = self.questions[path]
        made = _column(question, self.answers(question))
        if question.repeat:
            return rows_of(made, [place.owner for place in self.places(question)], question.repeat)
        return made


def labels(question: Question, column: Column) -> dict[str, Texts]:
    """What can be chosen, as codes with their labels; without "none of these" and "don't know", which are states.

    A code that no version offers (a correction by hand, say) is shown as it is rather than lost.
    """
    said = {choice.name: choice.label for choice in question.choices}
    return {code: said.get(code, {}) for code in column.choices}


def merged(forms: Iterable[Form]) -> dict[str, Question]:
    """The questions that are asked in any of the forms, worded as in the first; its choices, then those of others."""
    found: dict[str, Question] = {}
    for question in (one for form in forms for one in form.questions() if one.is_asked):
        first = found.setdefault(question.path, question)
        names = {choice.name for choice in first.choices}
        more = tuple(choice for choice in question.choices if choice.name not in names)
        if more and first.kind == question.kind:
            found[question.path] = replace(first, choices=first.choices + more)
    return found


def _column(question: Question, answers: Sequence[Answered]) -> Column:
    match question.kind:
        case "one" | "acknowledge":
            return _single(question, answers)
        case "many":
            return _multiple(question, answers)
        case "integer" | "decimal":
            return _number(question, answers)
    return text(question.path, _states(answers), [None if said is None else str(said) for _state, said in answers])


def _states(answers: Sequence[Answered]) -> list[str]:
    return [state for state, _value in answers]


def _single(question: Question, answers: Sequence[Answered]) -> Column:
    values = [str(value) if state == "a" and value else None for state, value in answers]
    return single(question.path, _told(answers, values), values, _offered(question, values))


def _multiple(question: Question, answers: Sequence[Answered]) -> Column:
    alone = question.of_role("none") | question.of_role("unknown")
    values = [[tick for tick in value or () if tick not in alone] if state == "a" else [] for state, value in answers]
    return multiple(question.path, _told(answers, values), values, _offered(question, chain.from_iterable(values)))


def _offered(question: Question, given: Iterable[str | None]) -> list[str]:
    names = dict.fromkeys(choice.name for choice in question.choices if choice.role not in ("none", "unknown"))
    return [*names, *sorted({code for code in given if code} - names.keys())]


def _number(question: Question, answers: Sequence[Answered]) -> Column:
    values = [value if isinstance(value, int | float) else None for _state, value in answers]
    return number(question.path, _told(answers, [value is not None for value in values]), values)


def _told(answers: Sequence[Answered], values: Sequence[Any]) -> list[str]:
    """The states; an answer that holds nothing was not given."""
    return ["u" if state == "a" and not value else state for (state, _raw), value in zip(answers, values, strict=True)]
