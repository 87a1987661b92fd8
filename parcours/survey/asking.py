"""A form as somebody meets it, in one language, and what changed between two versions of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parcours.engines.questionnaire.form import Choice, Form, Page, Question, said


@dataclass(frozen=True)
class ShownQuestion:
    """A question in one language, for those who read a form and do not answer it."""

    question: Question
    label: str
    hint: str
    choices: list[str]
    depends_on: list[str]
    constraint: str


@dataclass(frozen=True)
class ShownPage:
    label: str
    is_repeat: bool
    questions: list[ShownQuestion]


@dataclass(frozen=True)
class Changed:
    """Questions by their path: those that came, went, and read otherwise or are asked otherwise."""

    added: list[str]
    removed: list[str]
    changed: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def question_label(question: Question, language: str, default: str) -> str:
    """What is read; the text beside “other” and a question without label have words of their own."""
    fallback = _("Which other?") if question.name.endswith("_other") else question.name
    return said(question.label, language, default) or fallback


def choice_label(choice: Choice, language: str, default: str) -> str:
    return said(choice.label, language, default) or (_("other") if choice.role == "other" else choice.name)


def shown_pages(form: Form, language: str) -> list[ShownPage]:
    """Every page of the form, with its conditions spelt out as they are written."""
    return [
        ShownPage(
            said(page.label, language, form.default_language), page.is_repeat, list(_questions(form, page, language))
        )
        for page in form.pages()
    ]


def _questions(form: Form, page: Page, language: str) -> Iterator[ShownQuestion]:
    for question in page.questions():
        if question.kind not in ("hidden", "calculate"):
            yield ShownQuestion(
                question,
                question_label(question, language, form.default_language),
                said(question.hint, language, form.default_language),
                [choice_label(choice, language, form.default_language) for choice in question.choices],
                [condition.source for condition in question.relevant],
                question.constraint.source if question.constraint else "",
            )


def questions_changed(before: Form, after: Form) -> Changed:
    """What a new version asks otherwise. The same path is the same question: answers of two waves compare by it."""
    old = {question.path: question for question in before.questions()}
    new = {question.path: question for question in after.questions()}
    both = [path for path in new if path in old]
    return Changed(
        [path for path in new if path not in old],
        [path for path in old if path not in new],
        [path for path in both if _asked(old[path]) != _asked(new[path])],
    )


def _asked(question: Question) -> tuple[object, ...]:
    conditions = [*question.relevant, question.constraint, question.required, question.calculation]
    sources = tuple(condition.source for condition in conditions if condition)
    choices = tuple((choice.name, tuple(sorted(choice.label.items()))) for choice in question.choices)
    return question.type, tuple(sorted(question.label.items())), tuple(sorted(question.hint.items())), choices, sources
