"""{{ text|prose }}: prose as HTML, from a plain text or from a text in several languages."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from parcours.kit.prose import to_html

register = template.Library()


@register.filter
def prose(value: Any) -> SafeString:
    """The text with its marks and figures. A text in several languages says when it is not in the reader's."""
    shown = getattr(value, "shown", None)
    if shown is None:
        return to_html(str(value or ""))
    text = to_html(shown.text)
    if shown.is_fallback:
        text = format_html('<div lang="{}" dir="{}">{}</div>', shown.language, shown.direction, text)
    if not shown.remark or not shown.text:
        return text
    return format_html('<div class="other-language">{}<p class="remark">{}</p></div>', text, shown.remark)
