"""The sentences for what `engines.questionnaire` finds, in the reader's language: where it is, and how to mend it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.engines.questionnaire.checks import Problem
from parcours.engines.questionnaire.sheets import READERS, UnreadableForm
from parcours.kit.punctuation import listed
from parcours.survey.told import WRONG, worded_problem

PROBLEMS = {
    "no_sheet": gettext_lazy("The sheet “survey” has no rows: write a question on each."),
    "no_column": gettext_lazy("The sheet “survey” has no column “%(column)s”: its first row names the columns."),
    "no_type": gettext_lazy("A question has no type: write text, integer, select_one…"),
    "no_name": gettext_lazy("A question has no name: give it a short one, without spaces."),
    "bad_name": gettext_lazy(
        "“%(detail)s” cannot be a name: begin with a letter, then use letters, digits, hyphens and underscores."
    ),
    "name_twice": gettext_lazy("The name “%(detail)s” is used twice in the same group: change one of them."),
    "unknown_type": gettext_lazy("The type “%(detail)s” is not known: is it text, integer, select_one, note…?"),
    "no_list": gettext_lazy("The list of choices “%(detail)s” is missing: add its rows to the sheet “choices”."),
    "choice_name": gettext_lazy("A choice needs a list_name and a name without spaces."),
    "choice_twice": gettext_lazy("The choice “%(detail)s” stands twice in its list: take one away."),
    "bad_role": gettext_lazy("“%(detail)s” is no role of a choice: write none, unknown or other, or leave it empty."),
    "expression": gettext_lazy("Not understood from “%(detail)s” on: look at the quotes, brackets and functions."),
    "unknown_reference": gettext_lazy("There is no question named “%(detail)s”: look at the spelling."),
    "circle": gettext_lazy("“%(detail)s” is asked depending on itself, in a circle: change one of the conditions."),
    "not_closed": gettext_lazy("The group “%(detail)s” is never closed: add a row “end group” or “end repeat”."),
    "nothing_open": gettext_lazy("“%(detail)s” closes a group that is not open: take it away."),
    "nothing_asked": gettext_lazy("Nothing in this form can be asked on a page."),
    "no_label": gettext_lazy("The question “%(detail)s” has no label: what would people read?"),
    "not_asked": gettext_lazy("“%(detail)s” is asked by a field app only (ODK, Kobo): it is kept, and left out here."),
    "repeat_in_repeat": gettext_lazy("“%(detail)s” is a repeat inside a repeat: only a field app asks it."),
    "pyxform": "%(detail)s",
}  # fmt: skip
UNREADABLE = {
    "format": gettext_lazy("A form is an %(formats)s file, and this one is not."),
    "unreadable": gettext_lazy("This file cannot be read as a form. The reader says: %(detail)s"),
    "no_survey": gettext_lazy("This workbook has no sheet called “survey”."),
}


@dataclass(frozen=True)
class Said:
    """A problem in words: where it is ("sheet survey, row 12, column relevant"), and what is wrong."""

    place: str
    text: str

    @classmethod
    def of(cls, problem: Problem) -> "Said":
        if problem.code in WRONG:
            return cls(place_text(problem), str(worded_problem(problem)))
        text = str(PROBLEMS[problem.code]) % {"detail": problem.detail, "column": problem.column}
        return cls(place_text(problem), text)


def place_text(problem: Problem) -> str:
    """Empty for the form as a whole."""
    parts = [
        problem.sheet and _("sheet %(name)s") % {"name": problem.sheet},
        problem.row and _("row %(number)s") % {"number": problem.row},
        problem.column and _("column %(name)s") % {"name": problem.column},
    ]
    return listed([part for part in parts if part])


def unreadable_text(error: UnreadableForm) -> str:
    formats = listed([suffix.removeprefix(".").upper() for suffix in READERS])
    return str(UNREADABLE[error.code]) % {"detail": error.detail, "formats": formats}
