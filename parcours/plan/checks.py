"""The figures of the plan held against each other, and the numbers of its prose that no figure backs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from parcours.engines import figurecheck
from parcours.kit.figures import format_number
from parcours.kit.unbound import Number, unbound_numbers
from parcours.plan.figures import printed_decimals
from parcours.plan.models import FigureCheck, Plan, QuotedFigure
from parcours.translations.fields import Translated, TranslatedField


@dataclass(frozen=True)
class Checked:
    """One relation between printed figures, with what the engine found."""

    check: FigureCheck
    figures: list[QuotedFigure]
    finding: figurecheck.Finding | None

    @property
    def verdict(self) -> str:
        """A class name and key of words: agrees, contradicts, unknown or observation."""
        if self.finding is None:
            return "observation"
        return {figurecheck.AGREES: "agrees", figurecheck.CONTRADICTS: "contradicts"}.get(
            self.finding.verdict, "unknown"
        )

    @property
    def message(self) -> str:
        """What was found, in the active language."""
        if self.finding is None:
            return ""
        params = {name: _shown(value) for name, value in self.finding.params.items()}
        return gettext(self.finding.message) % params


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return format_number(value, printed_decimals(value))
    return format_number(value) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Unbound:
    """A number in prose that is neither bound to a figure nor marked as quoted."""

    where: str
    language: str
    number: Number


@lru_cache(maxsize=4096)
def _numbers(text: str) -> tuple[Number, ...]:
    return tuple(unbound_numbers(text))


def unbound_in(label: str, text: Translated) -> Iterator[Unbound]:
    for language, version in text.versions.items():
        for number in _numbers(version.text):
            yield Unbound(label, language, number)


FRAME = (
    "principles", "objectives", "definitions", "axes", "themes", "challenges", "risks", "workshops", "communications",
    "funding_sources",
)  # fmt: skip


def unbound_in_plan(plan: Plan) -> list[Unbound]:
    """Every unbound number in the public texts of a plan; one query a kind of text."""
    return [*unbound_in_frame(plan), *unbound_in_rows(plan.actions.public())]


def unbound_in_frame(plan: Plan) -> list[Unbound]:
    """The same in all but the actions: in what does not grow as the plan lives."""
    return unbound_in_rows([plan, *(row for name in FRAME for row in getattr(plan, name).all())])


def unbound_in_rows(rows: Iterable[Any]) -> list[Unbound]:
    found: list[Unbound] = []
    for row in rows:
        for field in row._meta.get_fields():
            if isinstance(field, TranslatedField):
                found += unbound_in(
                    f"{row._meta.verbose_name} {getattr(row, 'key', '') or row}", getattr(row, field.name)
                )
    return found


def findings(plan: Plan) -> list[Checked]:
    """What holding the printed figures against each other shows; observations, which no rule states, have none."""
    figures = {figure.key: figure for figure in plan.quoted_figures.select_related("source")}
    statements = {key: _statement(figure) for key, figure in figures.items()}
    checked = []
    for check in plan.figure_checks.select_related("source"):
        used = [figures[key] for key in _keys(check.parameters) if key in figures]
        found = None
        if check.kind != "observation":
            found = figurecheck.check(figurecheck.Check(check.key, check.kind, check.parameters), statements)
        checked.append(Checked(check, used, found))
    return checked


def _statement(figure: QuotedFigure) -> figurecheck.Statement:
    return figurecheck.Statement(
        figure.key,
        figure.value,
        decimals=printed_decimals(figure.value),
        unit=figure.unit,
        more_than=figure.printed.startswith("more than"),
    )


def _keys(parameters: Any) -> Iterator[str]:
    if isinstance(parameters, str):
        yield parameters
    elif isinstance(parameters, dict | list):
        for value in parameters.values() if isinstance(parameters, dict) else parameters:
            yield from _keys(value)
