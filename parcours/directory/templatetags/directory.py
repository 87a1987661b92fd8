"""`{% load directory %}`: organisations on public pages."""

from typing import Any

from django import template
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parcours.directory.models import Organisation
from parcours.directory.wording import shown_phone
from parcours.translations.texts import Shown

register = template.Library()


@register.simple_tag
def organisation_link(organisation: Organisation) -> SafeString:
    """An organisation's name and page, or only that there is one when it has not agreed to be named.

    One that was merged into another is told by the other's name.
    """
    while organisation.merged_into:
        organisation = organisation.merged_into
    if not organisation.may_be_named:
        return format_html("{}", _("an organisation that is not named here"))
    return format_html('<a href="{}">{}</a>', organisation.get_absolute_url(), organisation.name)


@register.filter
def with_links(line: str) -> SafeString:
    """A line of a fact: a text in another language says so, a web or mail address leads there."""
    body = urlize(line, nofollow=True, autoescape=True)
    return line.as_html(SafeString(body)) if isinstance(line, Shown) else SafeString(body)


@register.filter
def as_phone(number: str) -> str:
    """`{{ service.phone|as_phone }}`: a number as one dials it."""
    return shown_phone(number)


@register.filter
def known(facts: list[Any], name: str) -> Any:
    """`{{ page.facts|known:"where" }}`: the fact of this name, None when nothing is said of it."""
    return next((fact for fact in facts if fact.name == name), None)
