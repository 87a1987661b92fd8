"""The expressions of XLSForm (relevance, constraint, calculation, choice filter), read once and evaluated often.

The language is XPath 1.0 as ODK understands it, without paths: `${name}`, `.`, operators and the functions below. Dates
compare as days, an empty answer is no number, a repeat's answers are a list (https://docs.getodk.org/form-operators-functions/).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

EPOCH = date(1970, 1, 1)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Ticks(tuple[str, ...]):
    """The choices ticked in one question; as a text they are joined by spaces."""

    __slots__ = ()


class Nodes(list[Any]):
    """The answers to one question in all rows of a repeat."""


Value = str | float | bool | date | Ticks | Nodes


class Scope(Protocol):
    """Where an expression looks for what it names."""

    @property
    def today(self) -> date: ...

    def answer(self, name: str) -> Value:
        """The answer that `${name}` stands for here; "" for none."""

    def current(self) -> Value:
        """The answer that is being judged: `.`"""

    def column(self, name: str) -> str:
        """The cell of the choice that is being judged: a bare name in a choice filter."""


class NotUnderstood(ValueError):
    """The text is no expression, or uses what is not offered here; `detail` is the word or place it stumbles on."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class Expression:
    """A text that was understood, and the names of the questions it asks for."""

    source: str
    names: frozenset[str]
    run: Callable[[Scope], Value]

    def holds(self, scope: Scope) -> bool:
        return truth(self.run(scope))


def text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Ticks():
            return " ".join(value)
        case Nodes():
            return text(value[0]) if value else ""
        case float():
            return "NaN" if math.isnan(value) else f"{value:.0f}" if value == int(value) else repr(value)
        case date():
            return value.isoformat()
    return value


def number(value: Value) -> float:
    """A number; a day as days since 1970; NaN for what is neither."""
    match value:
        case bool() | float():
            return float(value)
        case date():
            return float((value - EPOCH).days)
    said = text(value).strip()
    if ISO_DAY.fullmatch(said):
        return float((date.fromisoformat(said) - EPOCH).days)
    try:
        return float(said)
    except ValueError:
        return math.nan


def truth(value: Value) -> bool:
    match value:
        case bool():
            return value
        case float():
            return bool(value) and not math.isnan(value)
        case date():
            return True
    return len(value) > 0


ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compare(operator: str, left: Value, right: Value) -> bool:
    """As XPath 1.0 does; of a list, whether any of its answers compares so."""
    if isinstance(left, Nodes):
        return any(compare(operator, one, right) for one in left)
    if isinstance(right, Nodes):
        return any(compare(operator, left, one) for one in right)
    if operator in ORDER:
        return ORDER[operator](number(left), number(right))
    if isinstance(left, bool) or isinstance(right, bool):
        same = truth(left) == truth(right)
    elif isinstance(left, float | date) or isinstance(right, float | date):
        same = number(left) == number(right)
    else:
        same = text(left) == text(right)
    return same if operator == "=" else not same


def _ticks(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, Ticks) else tuple(text(value).split())


def _numbers(values: tuple[Value, ...]) -> list[float]:
    flat = [one for value in values for one in (value if isinstance(value, Nodes) else [value])]
    return [number(one) for one in flat if text(one) != ""]


def _count(*values: Value) -> float:
    return float(sum(len(value) if isinstance(value, Nodes) else 1 for value in values))


def _count_non_empty(*values: Value) -> float:
    return float(len([1 for value in values for one in (value if isinstance(value, Nodes) else [value]) if text(one)]))


def _substring(value: Value, start: Value, end: Value = "") -> str:
    said, first = text(value), int(number(start))
    return said[first:] if end == "" else said[first : int(number(end))]


def _round(value: Value, places: Value = 0.0) -> float:
    factor = 10 ** int(number(places))
    known = number(value)
    return known if math.isnan(known) else math.floor(known * factor + 0.5) / factor


def _day(value: Value) -> Value:
    said = text(value)[:10]
    return date.fromisoformat(said) if ISO_DAY.fullmatch(said) else ""


def _format_date(value: Value, form: Value) -> str:
    day = _day(value)
    return day.strftime(text(form).replace("%n", "%m").replace("%e", "%d")) if isinstance(day, date) else ""


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "true": lambda: True,
    "false": lambda: False,
    "not": lambda value: not truth(value),
    "boolean": truth,
    "if": lambda test, then, otherwise: then if truth(test) else otherwise,
    "coalesce": lambda first, second: first if text(first) != "" else second,
    "selected": lambda value, choice: text(choice) in _ticks(value),
    "selected-at": lambda value, place: dict(enumerate(_ticks(value))).get(int(number(place)), ""),
    "count-selected": lambda value: float(len(_ticks(value))),
    "string-length": lambda value: float(len(text(value))),
    "normalize-space": lambda value: " ".join(text(value).split()),
    "string": text,
    "concat": lambda *values: "".join(text(value) for value in values),
    "contains": lambda value, part: text(part) in text(value),
    "starts-with": lambda value, part: text(value).startswith(text(part)),
    "ends-with": lambda value, part: text(value).endswith(text(part)),
    "substr": _substring,
    "lower-case": lambda value: text(value).lower(),
    "upper-case": lambda value: text(value).upper(),
    "number": number,
    "int": lambda value: float(math.trunc(number(value))) if not math.isnan(number(value)) else math.nan,
    "round": _round,
    "abs": lambda value: abs(number(value)),
    "count": _count,
    "count-non-empty": _count_non_empty,
    "sum": lambda *values: float(sum(_numbers(values))),
    "min": lambda *values: min(_numbers(values), default=math.nan),
    "max": lambda *values: max(_numbers(values), default=math.nan),
    "date": _day,
    "format-date": _format_date,
    "once": lambda value: value,
}
# how many values each takes where Python's own signature does not say it
NEEDS_SCOPE = {"today", "now"}

GRAMMAR = r"""
?start: either
?either: both | either "or" both -> either
?both: equality | both "and" equality -> both
?equality: relation | equality EQUAL relation -> compare
?relation: sum | relation ORDER sum -> compare
?sum: product | sum "+" product -> add | sum "-" product -> subtract
?product: unary | product "*" unary -> multiply | product "div" unary -> divide | product "mod" unary -> modulo
?unary: atom | "-" unary -> minus
?atom: NUMBER -> number | STRING -> literal | REFERENCE -> reference | "." -> here
     | NAME "(" [either ("," either)*] ")" -> call | NAME -> column | "(" either ")"
EQUAL: "=" | "!="
ORDER: "<=" | ">=" | "<" | ">"
NUMBER.2: /\d+(\.\d+)?|\.\d+/
STRING: /"[^"]*"|'[^']*'/
REFERENCE: /\$\{\s*[\w.\-]+\s*\}/
NAME: /[^\W\d][\w.\-]*(:[^\W\d][\w.\-]*)?/
%ignore /\s+/
"""
Run = Callable[[Scope], Value]


@v_args(inline=True)
class _Compile(Transformer[Token, Run]):
    """Each part of an expression becomes a function of the scope."""

    def either(self, left: Run, right: Run) -> Run:
        return lambda scope: truth(left(scope)) or truth(right(scope))

    def both(self, left: Run, right: Run) -> Run:
        return lambda scope: truth(left(scope)) and truth(right(scope))

    def compare(self, left: Run, operator: Token, right: Run) -> Run:
        return lambda scope: compare(str(operator), left(scope), right(scope))

    def add(self, left: Run, right: Run) -> Run:
        return lambda scope: number(left(scope)) + number(right(scope))

    def subtract(self, left: Run, right: Run) -> Run:
        return lambda scope: number(left(scope)) - number(right(scope))

    def multiply(self, left: Run, right: Run) -> Run:
        return lambda scope: number(left(scope)) * number(right(scope))

    def divide(self, left: Run, right: Run) -> Run:
        return lambda scope: number(left(scope)) / below if (below := number(right(scope))) else math.nan

    def modulo(self, left: Run, right: Run) -> Run:
        return lambda scope: math.fmod(number(left(scope)), below) if (below := number(right(scope))) else math.nan

    def minus(self, value: Run) -> Run:
        return lambda scope: -number(value(scope))

    def number(self, token: Token) -> Run:
        known = float(token)
        return lambda scope: known

    def literal(self, token: Token) -> Run:
        said = str(token)[1:-1]
        return lambda scope: said

    def reference(self, token: Token) -> Run:
        name = str(token)[2:-1].strip()
        return lambda scope: scope.answer(name)

    def here(self) -> Run:
        return lambda scope: scope.current()

    def column(self, token: Token) -> Run:
        name = str(token)
        return lambda scope: scope.column(name)

    def call(self, token: Token, *given: Run | None) -> Run:
        name, values = str(token), [one for one in given if one is not None]
        if name in NEEDS_SCOPE:
            return lambda scope: scope.today
        if name == "regex":
            return _matcher(values)
        if (function := FUNCTIONS.get(name)) is None:
            raise NotUnderstood(f"{name}()")
        _try(name, function, len(values))
        return lambda scope: function(*(value(scope) for value in values))


def _matcher(values: list[Run]) -> Run:
    if len(values) != 2:
        raise NotUnderstood("regex()")
    return lambda scope: bool(_pattern(text(values[1](scope))).search(text(values[0](scope))[:5000]))


@lru_cache(maxsize=500)
def _pattern(said: str) -> re.Pattern[str]:
    """A pattern that is none matches nothing: forms are checked when they are read."""
    try:
        return re.compile(said)
    except re.error:
        return re.compile(r"(?!)")


def _try(name: str, function: Callable[..., Value], count: int) -> None:
    """Refuse a call with too few or too many values, when it is read and not when it is run."""
    try:
        function(*[""] * count)
    except TypeError:
        raise NotUnderstood(f"{name}()") from None
    except ValueError:
        pass


PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=5000)
def read(source: str) -> Expression:
    """Understand an expression. Raises NotUnderstood."""
    try:
        tree = PARSER.parse(source)
        tokens = tree.scan_values(lambda one: isinstance(one, Token) and one.type == "REFERENCE")
        names = {str(token)[2:-1].strip() for token in tokens}
        return Expression(source, frozenset(names), _Compile().transform(tree))
    except LarkError as error:
        if isinstance(cause := error.__context__, NotUnderstood) or isinstance(cause := error, NotUnderstood):
            raise NotUnderstood(cause.detail) from None
        place = getattr(error, "pos_in_stream", None)
        raise NotUnderstood(source[place : place + 20] if place is not None else source[-20:]) from None
