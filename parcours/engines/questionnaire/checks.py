"""What is wrong with a form, and the checks that need all its rows at once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from parcours.engines.questionnaire.expressions import Expression
from parcours.engines.questionnaire.form import Group, Question, groups_in, walk


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form, where, and with which word.

    `code` is one of "no_sheet", "no_column", "no_type", "no_name", "bad_name", "name_twice", "unknown_type", "no_list",
    "choice_name", "choice_twice", "bad_role", "expression", "unknown_reference", "circle", "not_closed",
    "nothing_open", "nothing_asked", "no_label", "not_asked", "repeat_in_repeat" or "pyxform" (`detail` is then
    pyxform's own sentence). A remark does not keep a form from being asked.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    detail: str = ""
    is_remark: bool = False


def check(items: tuple[Question | Group, ...]) -> list[Problem]:
    """Names used twice, names asked for that are nowhere, relevance that goes round in a circle, and nothing to ask."""
    questions = list(walk(items))
    everything: list[Question | Group] = [*questions, *groups_in(items)]
    found = [*_twice(everything), *_unknown(questions, {one.name for one in everything})]
    for question in _circles(questions):
        column = "relevant" if question.relevant else "calculation"
        found.append(Problem("circle", "survey", question.row, column, question.name))
    if questions and not any(question.is_asked for question in questions):
        found.append(Problem("nothing_asked", "survey"))
    return found


def some(expression: Expression | None) -> tuple[Expression, ...]:
    return (expression,) if expression else ()


def _twice(everything: list[Question | Group]) -> Iterator[Problem]:
    for path, times in Counter(one.path for one in everything).items():
        if times > 1:
            last = max((one for one in everything if one.path == path), key=lambda one: one.row)
            yield Problem("name_twice", "survey", last.row, "name", last.name)


def _unknown(questions: list[Question], names: set[str]) -> Iterator[Problem]:
    for question in questions:
        for column, expression in _expressions(question):
            for name in sorted(expression.names - names):
                yield Problem("unknown_reference", "survey", question.row, column, name)


def _expressions(question: Question) -> list[tuple[str, Expression]]:
    named = ("constraint", "required", "calculation", "choice_filter")
    found = [(name, getattr(question, name)) for name in named]
    return [("relevant", one) for one in question.relevant] + [(name, one) for name, one in found if one]


def _circles(questions: list[Question]) -> list[Question]:
    """Questions whose being asked, or whose computed value, depends on themselves."""
    needs: dict[str, set[str]] = {}
    for question in questions:
        deciding = [*question.relevant, *some(question.calculation)]
        needs.setdefault(question.name, set()).update(name for one in deciding for name in one.names)
    return [question for question in questions if question.name in _reached(question.name, needs)]


def _reached(name: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(needs.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += needs.get(one, ())
    return reached
