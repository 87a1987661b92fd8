"""How the plan's values are written on a page: `{% load plan %}`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.geo.models import Area
from parcours.kit.dates import PartialDate
from parcours.kit.figures import NO_BREAK_SPACE, NO_VALUE, format_number
from parcours.kit.templatetags.components import meter, tag
from parcours.kit.worddiff import Piece, diff
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Action, BudgetLine, Change
from parcours.plan.records import BY_NAME
from parcours.plan.rules import completeness
from parcours.plan.units import period_in_words, section_in_words, unit_in_words
from parcours.plan.wording import in_words

register = template.Library()


@register.filter
def isolated(line: str) -> SafeString:
    """A line of parts, each kept in its own direction: a French name does not reorder the Arabic date beside it."""
    return format_html_join(" · ", "<bdi>{}</bdi>", ((part,) for part in line.split(" · ")))


register.filter(unit_in_words)
register.filter(period_in_words)
register.filter(section_in_words)


@register.simple_tag
def completeness_meter(action: Action) -> SafeString:
    """How well an action is described, and what its description lacks."""
    held = completeness(action)
    return meter(len(held.met), held.total, [c.label for c in held.lacking], _("Description"))


@register.simple_tag
def partial_date(day: date, precision: str) -> str:
    return PartialDate(day, precision).formatted()


@register.simple_tag
def area_name(area: Area) -> str:
    return area.name_in(get_language() or "")


@register.simple_tag
def number(value: Decimal | int | None) -> str:
    if value is None:
        return NO_VALUE
    whole = value == int(value)
    return format_number(value, 0 if whole else 2)


@register.simple_tag
def money(line: BudgetLine) -> str:
    return money_of(line.amount, line.currency)


@register.simple_tag
def money_of(amount: Decimal, currency: str = "EUR") -> str:
    decimals = 0 if amount == int(amount) else 2
    if currency == "EUR":
        return format_number(amount, decimals, unit="€")
    return f"{format_number(amount, decimals)}{NO_BREAK_SPACE}{currency}"


@register.simple_tag
def invented_field(action: Action, *names: str) -> SafeString:
    """The mark of a field that was made up for the demonstration in an action that was not."""
    return tag("invented") if set(names) & set(action.invented_fields) else SafeString("")


@register.simple_tag
def invented_status(action: Action) -> SafeString:
    """The mark of a status that follows from made-up fields of an action that was not made up itself."""
    return (
        SafeString("")
        if action.is_invented
        else invented_field(action, "stage", "starts_on", "ends_on", "blocked_reason")
    )


@register.simple_tag
def status_reason(action: Action) -> str:
    """Why the rule gives an action its status, in a sentence."""
    if action.status == Status.LATE:
        start = action.starts_on if action.stage == Stage.PLANNED else None
        days = [day for day in (action.next_due_on, action.ends_on, start) if day]
        return _("Late: it was due on %(day)s.") % {"day": PartialDate(min(days)).formatted()} if days else ""
    if action.status == Status.SILENT:
        return _("No news since %(day)s.") % {"day": PartialDate(action.last_news_on, "month").formatted()}
    return ""


@dataclass(frozen=True)
class ChangeRow:
    label: str
    parts: list[Piece]


@register.simple_tag
def change_rows(change: Change) -> list[ChangeRow]:
    """Each changed field with its words struck out and added."""
    language = get_language() or "fr"
    rows = []
    for name, after in change.after.items():
        if (field := BY_NAME.get(name)) is None:
            continue
        old = in_words(field, change.before.get(name), language)
        new = in_words(field, after, language)
        if old != new:
            rows.append(ChangeRow(str(field.label), diff(old, new)))
    return rows
