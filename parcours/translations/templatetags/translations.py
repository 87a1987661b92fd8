"""`{% load translations %}`: texts in several languages on a page."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext

from parcours.kit.icons import icon as draw_icon
from parcours.translations.choices import TranslationState
from parcours.translations.languages import in_language_name
from parcours.translations.sections import translated_fields
from parcours.translations.texts import Shown, Translated

register = template.Library()


@register.filter
def in_language(value: Translated | Shown, language: str) -> Shown | str:
    """`{{ action.title|in_language:"en" }}`: the text as a reader of that language sees it."""
    return value.in_language(language) if isinstance(value, Translated) else value


@register.filter
def paragraphs(value: Translated | Shown) -> SafeString:
    """A long text in `<p>` elements, with its remark after the last one."""
    shown = value.shown if isinstance(value, Translated) else value
    body = SafeString(linebreaks(shown.text, autoescape=True)) if shown else SafeString("")
    return shown.as_html(body, tag="div")


@register.simple_tag
def translation_note(*things: Any) -> SafeString:
    """Once on a page: that some of these texts are in another language, or translated by a machine.

    Takes texts, objects with texts, lists of either. Where the note stands, the style sheet may hide the remark of each
    text from the eye (`:has(.translation-note) .remark`), not from a screen reader.
    """
    shown = [text.shown for thing in things for text in _texts(thing) if text]
    notes = []
    if fallbacks := [
        code for code, _name in settings.LANGUAGES if any(s.is_fallback and s.language == code for s in shown)
    ]:
        languages = get_text_list([in_language_name(code) for code in fallbacks], gettext("and"))
        notes.append(
            gettext("Part of this page is shown %(in_languages)s because it is not yet translated.")
            % {"in_languages": languages}
        )
    own = [text for text in shown if not text.is_fallback]
    if any(text.state == TranslationState.DRAFT for text in own):
        notes.append(gettext("Part of this page is a draft translation that nobody has reviewed yet."))
    if any(text.state == TranslationState.OUTDATED for text in own):
        notes.append(gettext("Part of this page is the translation of an older text."))
    if not notes:
        return SafeString("")
    return format_html(
        '<div class="notice notice-info translation-note" role="note">{}<div><p>{}</p></div></div>',
        draw_icon("languages"),
        " ".join(notes),
    )


def _texts(thing: Any) -> Iterator[Translated]:
    """Every text in it."""
    if isinstance(thing, Translated):
        yield thing
    elif isinstance(thing, Model):
        yield from (getattr(thing, field.name) for field in translated_fields(type(thing)))
    elif isinstance(thing, dict):
        yield from (text for part in thing.values() for text in _texts(part))
    elif hasattr(thing, "__iter__") and not isinstance(thing, str):
        yield from (text for part in thing for text in _texts(part))
