"""`{% load directory %}`: organisations on public pages."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parcours.directory.models import Organisation

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
