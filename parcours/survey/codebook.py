"""What the answers of a wave are: each question with its words, choices and codes, and what its states mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext

from parcours.engines.questionnaire.form import Choice, Form, Question
from parcours.kit.spreadsheets import Sheet, write_csv, write_workbook
from parcours.survey.choices import State
from parcours.survey.models import Wave

QUESTION = ("path", "type", "repeat", "required", "condition", "constraint", "fills")
CHOICE = ("path", "code", "role")


@dataclass(frozen=True)
class Entry:
    """A question of the codebook, with its choices."""

    question: Question
    conditions: str

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.question.choices


def entries(form: Form) -> list[Entry]:
    """Every question that is asked, in order; its conditions are those of its groups too."""
    return [
        Entry(question, " and ".join(f"({one.source})" for one in question.relevant))
        for question in form.questions()
        if question.is_asked
    ]


def _languages(form: Form) -> dict[str, str]:
    """Codes and headers of the languages that the form is written in."""
    return {code: f"label::{name}" if code else "label" for code, name in (form.languages or {"": ""}).items()}


def _question_row(form: Form, entry: Entry) -> list[object]:
    asked = entry.question
    required, constraint = (one.source if one else "" for one in (asked.required, asked.constraint))
    labels = [asked.label.get(code, asked.label.get("", "")) for code in _languages(form)]
    return [asked.path, asked.type, asked.repeat, required, entry.conditions, constraint, asked.fills, *labels]


def _choice_rows(form: Form) -> Iterator[list[object]]:
    for entry in entries(form):
        for choice in entry.choices:
            labels = [choice.label.get(code, choice.label.get("", "")) for code in _languages(form)]
            yield [entry.question.path, choice.name, choice.role, *labels]


def state_rows() -> list[tuple[str, str]]:
    """What the letters mean that stand beside the answers."""
    return [(value, str(label)) for value, label in State.choices]


def about(wave: Wave) -> list[list[str]]:
    version = wave.version
    return [
        [gettext("Wave"), wave.title],
        [gettext("Questionnaire"), version.questionnaire.title],
        [gettext("Version"), str(version.number)],
        [gettext("Asked"), f"{wave.opens_on.isoformat()} – {wave.closes_on.isoformat()}"],
    ]


def sheets(wave: Wave) -> list[Sheet]:
    form = wave.form
    labels = list(_languages(form).values())
    return [
        Sheet(gettext("Codebook"), [*QUESTION, *labels], [_question_row(form, entry) for entry in entries(form)]),
        Sheet(gettext("Codebook: choices"), [*CHOICE, *labels], list(_choice_rows(form))),
        Sheet(gettext("Codebook: states"), ("code", "label"), [*state_rows(), ("", ""), *about(wave)]),
    ]


def codebook_xlsx(wave: Wave) -> IO[bytes]:
    return write_workbook(sheets(wave))


def codebook_csv(wave: Wave) -> Iterator[bytes]:
    """One table: each question, followed by its choices."""
    form = wave.form
    headers = ("version", *QUESTION, "code", "role", *_languages(form).values())
    return write_csv(headers, _all_rows(wave, form))


def _all_rows(wave: Wave, form: Form) -> Iterator[list[object]]:
    number, width = wave.version.number, len(QUESTION)
    for entry in entries(form):
        row = _question_row(form, entry)
        yield [number, *row[:width], "", "", *row[width:]]
        for choice in entry.choices:
            labels = [choice.label.get(code, choice.label.get("", "")) for code in _languages(form)]
            yield [number, entry.question.path, *[""] * (width - 1), choice.name, choice.role, *labels]
