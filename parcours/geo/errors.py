"""What can be wrong with a file about places, said to the person who brought it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """`where` is a row or a feature ("row 3", "feature 12"), `field` a column or property; both may be empty."""

    text: str
    where: str = ""
    field: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        return f"{place}: {self.text}" if place else self.text


class GeoError(ValueError):
    """A file about places cannot be used; `problems` says why, all of them at once. Nothing was saved."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def row(number: int) -> str:
    return _("row %(number)d") % {"number": number}


def feature(number: int) -> str:
    return _("feature %(number)d") % {"number": number}


def wrong(text: str, where: str = "", field: str = "") -> GeoError:
    return GeoError([Problem(text, where, field)])
