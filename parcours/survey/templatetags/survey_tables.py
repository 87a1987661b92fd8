"""What the survey's tables need on a page: `{% load survey_tables %}`."""

from django import template
from django.utils.translation import gettext as _

from parcours.engines.agreement import CodeAgreement
from parcours.kit.charts import Bar
from parcours.kit.figures import NO_VALUE, PERCENT, format_number
from parcours.survey.codebook import Entry
from parcours.survey.compared import Row
from parcours.survey.readable import Cell, Line, Readable, Words, withheld

register = template.Library()


@register.filter
def bars(table: Readable) -> list[Bar]:
    """A bar for each row; a withheld one has none."""
    return [Bar(line.label, line.total.percent, line.total.text) for line in table.lines]


@register.filter
def under(line: Line, table: Readable) -> list[tuple[str, Cell]]:
    """The cells of a row, each with the heading of its column."""
    return list(zip([*table.headings(), _("together")], line.cells, strict=True))


@register.filter
def points(row: Row) -> str:
    """The difference of two shares, with its sign."""
    if row.points is None:
        is_withheld = any(cell and cell.is_withheld for cell in (row.before, row.after))
        return withheld() if is_withheld else NO_VALUE
    sign = "+" if row.points > 0 else ""
    return _("%(points)s points") % {"points": sign + format_number(row.points, 1)}


@register.filter
def coefficient(value: float | None) -> str:
    """Kappa or alpha; a dash where it is not defined."""
    return NO_VALUE if value is None else format_number(value, 2)


@register.filter
def agreed(one: CodeAgreement) -> str:
    """How many answers both coded alike, with how many both coded."""
    share = NO_VALUE if one.percent is None else format_number(one.percent, unit=PERCENT)
    return _("%(n)s of %(base)s, %(share)s") % {"n": one.agreed, "base": one.base, "share": share}


@register.filter
def asked(entry: Entry, words: Words) -> str:
    return words.said(entry.question.label, entry.question.path)


@register.filter
def offered(entry: Entry, words: Words) -> list[tuple[str, str]]:
    return [(choice.name, words.said(choice.label, choice.name)) for choice in entry.choices]
