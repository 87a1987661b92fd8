"""What a form says and what was answered, in the words of one language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.engines.questionnaire.answers import Answers, Fault, Sight
from parcours.engines.questionnaire.form import Choice, Form, Group, Page, Question, said
from parcours.kit.dates import PartialDate, UnreadableDate, parse
from parcours.kit.punctuation import comma

REFERENCE = re.compile(r"\$\{\s*([\w.\-]+)\s*\}")
FAULTS: dict[str, str | Promise] = {
    "required": gettext_lazy("Please answer this question."),
    "constraint": gettext_lazy("This answer does not fit: please check it."),
    "not_an_integer": gettext_lazy("Write a whole number, for example 12."),
    "not_a_number": gettext_lazy("Write a number, for example 12.5."),
    "not_a_day": gettext_lazy("Write a day, for example 2026-11-26."),
    "not_a_time": gettext_lazy("Write a time, for example 14:30."),
    "not_a_choice": gettext_lazy("Choose one of the answers that are offered."),
    "alone": gettext_lazy("“None” and “don’t know” stand alone: untick them, or all the others."),
    "too_long": gettext_lazy("This is longer than 5,000 characters: please shorten it. It is not kept like this."),
}


@dataclass(frozen=True)
class Said:
    """One question and its answer in words; "" for none."""

    label: str
    text: str


@dataclass(frozen=True)
class Row:
    """One thing told in a repeat; its number from 0."""

    number: int
    title: str
    facts: list[Said]
    faults: list[str]


@dataclass(frozen=True)
class Section:
    """A page read again: its answers, or its rows; `faults` are sentences that name their question."""

    key: str
    title: str
    facts: list[Said]
    rows: list[Row]
    faults: list[str]
    is_seen: bool


@dataclass(frozen=True)
class Wording:
    """A form in one language, beside what was answered: labels may name answers."""

    form: Form
    language: str
    sight: Sight

    def say(self, texts: dict[str, str]) -> str:
        return said(texts, self.language, self.form.default_language)

    def label(self, question: Question, row: int | None = None) -> str:
        label = self.say(question.label) or self.say(question.hint)
        if not label:
            return _("Something else: what?") if question.path.endswith("_other") else question.name
        return self.filled(label, question, row)

    def hint(self, question: Question, row: int | None = None) -> str:
        return self.filled(self.say(question.hint), question, row) if question.label else ""

    def filled(self, text: str, question: Question, row: int | None) -> str:
        """The text with answers in the place of `${name}`."""
        return REFERENCE.sub(lambda found: self._answer(found[1], question, row), text)

    def _answer(self, name: str, question: Question, row: int | None) -> str:
        raw = self.sight.named(name, question, row)
        of = next((one for one in self.form.questions() if one.name == name and one.choices), None)
        return self.answer(of, raw.split()) if of and raw else raw or "…"

    def choice(self, choice: Choice) -> str:
        return self.say(choice.label) or (_("Other") if choice.role == "other" else choice.name)

    def answer(self, question: Question, value: Any) -> str:
        """An answer in words; "" for none."""
        if value in (None, "", []):
            return ""
        if question.choices:
            names: Sequence[str] = value if isinstance(value, list) else [value]
            found = [(name, question.choice(name)) for name in names]
            return comma().join(self.choice(choice) if choice else name for name, choice in found)
        if question.kind == "acknowledge":
            return _("yes")
        if question.kind == "date":
            try:
                return PartialDate(parse(str(value)).date).formatted()
            except UnreadableDate:
                return str(value)
        return str(value)

    def fault(self, fault: Fault) -> str:
        return self.say(fault.message) or str(FAULTS[fault.code])

    def title(self, page: Page) -> str:
        number = self.form.pages().index(page) + 1
        return self.say(page.label) or _("Page %(number)d") % {"number": number}

    def row_title(self, page: Page, answers: Answers, row: int) -> str:
        """What one recognises a row by: its first text."""
        facts = self._facts(page.items, answers, row)
        return next((one.text for one in facts if one.text), _("no name yet"))

    def section(self, page: Page, answers: Answers, faults: list[Fault], *, is_seen: bool) -> Section:
        rows = answers.get(page.group.path) or [] if page.group and page.is_repeat else []
        told = {question.path: question for question in page.questions()}
        wrong = [(one, self._fault(told[one.path], one)) for one in faults if one.path in told]
        return Section(
            page.key,
            self.title(page),
            [] if page.is_repeat else self._facts(page.items, answers, None),
            [
                Row(
                    number,
                    self.row_title(page, row, number),
                    self._facts(page.items, row, number),
                    [text for one, text in wrong if one.row == number],
                )
                for number, row in enumerate(rows)
            ],
            [text for one, text in wrong if one.row is None],
            is_seen,
        )

    def _fault(self, question: Question, fault: Fault) -> str:
        return f"{self.label(question, fault.row)} – {self.fault(fault)}"

    def _facts(self, items: tuple[Question | Group, ...], answers: Answers, row: int | None) -> list[Said]:
        found: list[Said] = []
        for item in items:
            if isinstance(item, Group):
                found += self._facts(item.items, answers, row)
            elif item.is_asked and self.sight.shows(item, row):
                found.append(Said(self.label(item, row), self.answer(item, answers.get(item.key))))
        return found
