"""Where an answer stands in a response: on a page, or in one row of a page that repeats. Pure."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from parcours.engines.questionnaire.answers import Answers
from parcours.engines.questionnaire.form import Form, Page, Question


@dataclass(frozen=True)
class Place:
    """What is shown and saved at once; `row` counts the rows of a repeat from 0, and is None for all else."""

    page: Page
    row: int | None = None

    def questions(self) -> Iterator[Question]:
        """Those that are asked here: none on the list of a repeat's rows."""
        return (one for one in self.page.questions() if one.is_asked and self.page.is_repeat == (self.row is not None))

    @property
    def repeat(self) -> str:
        return self.page.group.path if self.page.group and self.page.is_repeat else ""

    def stands(self, answers: Answers) -> Answers:
        """What is kept here, by `Question.key`."""
        if self.row is not None:
            rows = rows_of(answers, self.page)
            return dict(rows[self.row]) if self.row < len(rows) else {}
        return {one.key: answers[one.key] for one in self.questions() if one.key in answers}

    def over(self, answers: Answers, typed: Answers) -> Answers:
        """What would stand here once this is typed; None takes an answer away."""
        return {key: value for key, value in (self.stands(answers) | typed).items() if value is not None}

    def put(self, answers: Answers, typed: Answers) -> Answers:
        """The answers once this is typed here. A row beyond the last becomes the last; an empty one is taken out."""
        here = self.over(answers, typed)
        if self.row is None:
            return {key: value for key, value in answers.items() if key not in typed} | here
        rows = rows_of(answers, self.page)
        rows[self.row : self.row + 1] = [here] if here else []
        return answers | {self.repeat: rows}

    def without(self, answers: Answers) -> Answers:
        """The answers without this row."""
        rows = [row for number, row in enumerate(rows_of(answers, self.page)) if number != self.row]
        return answers | {self.repeat: rows}


def place_of(form: Form, key: str, row: int | None = None) -> Place | None:
    """The place of an address; rows are only those of repeats."""
    page = next((one for one in form.pages() if one.key == key), None)
    return Place(page, row) if page and (row is None or page.is_repeat) else None


def rows_of(answers: Answers, page: Page) -> list[Answers]:
    return list(answers.get(page.group.path) or []) if page.group and page.is_repeat else []


def stamp(values: Answers) -> str:
    """A mark that changes with the values: a page carries that of what it was made from."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
