"""What an answer tells of the respondent, its actions and its partners: the facts that questions fill.

A question of the form names its fact in the column `parcours_field`; docs/questionnaires.md lists them all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from parcours.directory.choices import OrganisationKind, RecordKind
from parcours.directory.cleaning import Known, clean
from parcours.directory.records import ORGANISATION, Values
from parcours.engines.questionnaire.answers import ANSWERED
from parcours.engines.questionnaire.checks import Problem as FormProblem
from parcours.engines.questionnaire.form import Form, Question, said
from parcours.imports.rules import Problem
from parcours.survey.choices import TieKind
from parcours.survey.models import Response
from parcours.survey.receivers import RECEIVERS, Told
from parcours.translations.texts import Translated

Labels = Mapping[str, str | Promise]

RESPONDENT, PARTNER = "organisation", "partner"
NUMBERS = {"identifiers.siret": _("SIRET number"), "identifiers.rna": _("RNA number")}
DOOR = {
    "places.address": _("address"),
    "places.address_more": _("building, floor, entrance"),
    "places.postcode": _("postcode"),
}
OF_RESPONDENT: Labels = {field.name: field.label for field in ORGANISATION if field.kind != "rows"} | NUMBERS | DOOR
OF_PARTNER: Labels = {
    **{name: OF_RESPONDENT[name] for name in ("name", "area", "phone", "email", "website")},
    "tie": _("what it is to you"),
    "organisation": _("organisation of the directory"),
}
# What can be told in one question outside a repeat: one name a line, or one tick each.
LISTED = ("partner.name", "partner.organisation")
# Facts whose choices are ours: others could not be taken.
CLOSED = {"organisation.kind": OrganisationKind, "partner.tie": TieKind}
WRONG = {
    "field_unknown": gettext_noop("“%(detail)s” is no fact that the register knows."),
    "field_not_asked": gettext_noop("“%(detail)s” is filled by what is not a question."),
    "field_in_repeat": gettext_noop("“%(detail)s” is told once: its question cannot stand in a repeat."),
    "field_outside_repeat": gettext_noop("“%(detail)s” is told of each of several: its question stands in a repeat."),
    "field_choices": gettext_noop(
        "“%(detail)s” cannot be filled by these choices; the names that it knows: %(known)s."
    ),
}


def known_facts() -> dict[str, Labels]:
    """By subject, every fact that an answer can tell and what it is called."""
    others = {subject: receiver.fields for subject, receiver in RECEIVERS.items()}
    return {RESPONDENT: OF_RESPONDENT, PARTNER: OF_PARTNER, **others}


def check_fields(form: Form) -> list[FormProblem]:
    """What keeps the questions from filling the facts that they name, by the codes of `WRONG`."""
    return [
        FormProblem(code, "survey", question.row, "parcours_field", question.fills)
        for question in form.questions()
        if question.fills and (code := _wrong(question))
    ]


def worded_problem(problem: FormProblem) -> Problem:
    """The sentence of a problem that `check_fields` found."""
    known = CLOSED.get(problem.detail)
    values = {"detail": problem.detail, "known": ", ".join(known.values) if known else ""}
    return Problem(problem.column, WRONG[problem.code], values)


def _wrong(question: Question) -> str:
    subject, _dot, fact = question.fills.partition(".")
    if fact not in known_facts().get(subject, {}):
        return "field_unknown"
    if not question.is_asked:
        return "field_not_asked"
    if subject == RESPONDENT and question.repeat:
        return "field_in_repeat"
    if subject != RESPONDENT and not question.repeat and question.fills not in LISTED:
        return "field_outside_repeat"
    closed = CLOSED.get(question.fills)
    names = {_code(choice.name) for choice in question.choices if not choice.role}
    return "field_choices" if closed and (not question.choices or not names <= {*closed.values}) else ""


def respondent_told(response: Response) -> Told:
    """What the respondent tells of itself."""
    found = Told("", {}, {})
    for question in _filling(response.version.form, RESPONDENT):
        _tell(found, question, response.answers, response.states, response.language)
    return found


def things_told(response: Response) -> dict[str, list[Told]]:
    """By subject, what it tells of others, in the order of the answers."""
    form = response.version.form
    return {subject: [*_told_of(response, form, subject)] for subject in known_facts() if subject != RESPONDENT}


def respondent_values(told: Told, *, language: str, known: Known) -> tuple[Values, list[Problem]]:
    """The respondent's facts in the shape of `directory.records`, and what of them cannot be taken."""
    return _cleaned(told, language, known)


def partner_values(told: Told, *, known: Known) -> tuple[Values, list[Problem]]:
    """A partner's facts in the shape of `directory.records`, and what of them cannot be taken."""
    facts = {name: value for name, value in told.facts.items() if name not in ("tie", "organisation")}
    return _cleaned(Told(told.place, facts, told.words), "", known)


def ties_told(told: Told) -> list[TieKind]:
    """What the partner is to the respondent; it works with it where nothing else is said."""
    names = told.facts.get("tie") or []
    codes = [_code(name) for name in ([names] if isinstance(names, str) else names)]
    return [TieKind(code) for code in codes if code in TieKind.values] or [TieKind.WORKS_WITH]


def _filling(form: Form, subject: str) -> list[Question]:
    return [question for question in form.questions() if question.fills.startswith(f"{subject}.")]


def _told_of(response: Response, form: Form, subject: str) -> Iterator[Told]:
    by_repeat: dict[str, list[Question]] = defaultdict(list)
    for question in _filling(form, subject):
        by_repeat[question.repeat].append(question)
    for question in by_repeat.pop("", []):
        yield from _listed(question, response)
    for repeat, questions in by_repeat.items():
        states = response.states.get(repeat) or []
        for number, row in enumerate(response.answers.get(repeat) or []):
            found = Told(f"{repeat.replace('/', '.')}.{number}", {}, {})
            for question in questions:
                _tell(found, question, row, states[number] if number < len(states) else {}, response.language)
            if found.facts:
                yield found


def _listed(question: Question, response: Response) -> Iterator[Told]:
    """What one question tells of several: each line of a text, or each tick."""
    whole = Told("", {}, {})
    _tell(whole, question, response.answers, response.states, response.language)
    for fact, value in whole.facts.items():
        each = value if isinstance(value, list) else [line.strip() for line in value.splitlines()]
        for number, one in enumerate(filter(None, each)):
            place = f"{question.path.replace('/', '.')}.{number}"
            yield Told(place, {fact: one}, {fact: _words(question, one, response.language)})


def _tell(
    found: Told, question: Question, answers: Mapping[str, Any], states: Mapping[str, Any], language: str
) -> None:
    """Note what one answer tells; of two questions for one fact, the first that was answered counts."""
    fact = question.fills.partition(".")[2]
    if fact in found.facts or states.get(question.key) != ANSWERED:
        return
    value = answers.get(question.key)
    if question.choices:
        taken = [name for name in ([value] if isinstance(value, str) else value) if _is_plain(question, name)]
        value = taken if question.kind == "many" else next(iter(taken), None)
    if value not in (None, "", []):
        found.facts[fact] = value
        found.words[fact] = _words(question, value, language)


def _is_plain(question: Question, name: str) -> bool:
    """Whether it is a choice that says what it says: neither none of these, nor don't know, nor other."""
    choice = question.choice(name)
    return choice is not None and not choice.role


def _words(question: Question, value: Any, language: str) -> str:
    labels = [
        said(choice.label, language, "") if (choice := question.choice(name)) else str(name)
        for name in (value if isinstance(value, list) else [value])
    ]
    return "; ".join(labels)


def _code(name: str) -> str:
    """A choice's name as our codes are written: XLSForm names that came from a spreadsheet have underscores."""
    return name.replace("_", "-")


def _cleaned(told: Told, language: str, known: Known) -> tuple[Values, list[Problem]]:
    """By the names of choices, or else by their labels: forms from elsewhere have names of their own."""
    values, problems = _taken(told.facts, language, known)
    if again := {
        name: told.words[name] for problem in problems if (name := problem.column.split(".")[-1]) in told.words
    }:
        more, problems = _taken({**told.facts, **again}, language, known)
        values |= more
    return values, problems


def _taken(facts: Mapping[str, Any], language: str, known: Known) -> tuple[Values, list[Problem]]:
    values, errors, warnings = clean(RecordKind.ORGANISATION, _raw(facts, language), known)
    return values, [*errors, *(one for one in warnings if one.column not in values)]


def _raw(facts: Mapping[str, Any], language: str) -> Values:
    raw: Values = {name: value for name, value in facts.items() if name not in {*NUMBERS, *DOOR}}
    if "description" in raw:
        raw["description"] = Translated.of({language: raw["description"]}, source=language).stored()
    if "kind" in raw:
        raw["kind"] = _code(raw["kind"])
    if numbers := [name for name in NUMBERS if name in facts]:
        raw["identifiers"] = [{"scheme": name.partition(".")[2], "value": facts[name]} for name in numbers]
    if door := {name.partition(".")[2]: facts[name] for name in DOOR if name in facts}:
        raw["places"] = [{**door, **({"area": facts["area"]} if "area" in facts else {})}]
    return raw
