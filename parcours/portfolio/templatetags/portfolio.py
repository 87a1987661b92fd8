"""What the portfolio's pages show in two languages, and its pictograms."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from parcours.portfolio import pictures, side
from parcours.translations.languages import text_direction

register = template.Library()


@register.simple_tag
def two(label: Any, language: str) -> SafeString:
    """A label in the page's language and, beside it, in the other."""
    return side.two(label, language)


@register.simple_tag
def said(text: str, translation: str = "", language: str = "fr") -> SafeString:
    """What a person wrote, and the same in the other language below it."""
    shown = format_html('<span lang="{}" dir="{}">{}</span>', language, text_direction(language), text) if text else ""
    if not translation or translation == text:
        return SafeString(shown)
    beside = format_html('<span class="beside" lang="fr" dir="ltr">{}</span>', translation)
    return format_html("{} {}", shown, beside) if shown else beside


@register.simple_tag
def picture(name: str, size: int = 48) -> SafeString:
    return pictures.picture(name, size)


@register.filter
def in_set(value: str, of: Any) -> bool:
    return value in of
