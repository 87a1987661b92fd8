"""`{% load open_data %}`: what a page tells machines."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parcours.api.formats import label, schemaorg, to_json
from parcours.directory.models import Organisation, Service
from parcours.kit.punctuation import listed

register = template.Library()
# As Django's json_script: nothing in the data can end the element.
ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def json_ld(context: template.Context, target: Service | Organisation) -> SafeString:
    """The service or organisation in schema.org's words: a block of data that no browser runs, for `extra_head`."""
    root = context["request"].build_absolute_uri("/").rstrip("/")
    write = schemaorg.service if isinstance(target, Service) else schemaorg.organisation
    data = to_json(write(target, root)).decode().translate(ESCAPED)  # type: ignore[operator]
    return format_html('<script type="application/ld+json">{}</script>', SafeString(data))


@register.filter
def towns(service: Service) -> str:
    """The communes where it is given, each once."""
    return listed(dict.fromkeys(at.place.town for at in service.at.all() if at.place.town))


@register.filter
def spoken(service: Service) -> str:
    """The languages in which one is received, in the reader's."""
    language = get_language() or "fr"
    return listed(dict.fromkeys(label("languages", row.code, language) for row in service.languages.all()))
