"""Two languages side by side: French, which people here read, and the person's own.

Where the site does not speak the person's language, fixed words of `words.yaml` stand in; else the label is alone.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from parcours.translations.languages import text_direction

WORDS = Path(__file__).parent / "words.yaml"


@lru_cache(maxsize=1)
def fixed_words() -> dict[str, dict[str, str]]:
    """Language to English words to the same in that language; machine drafts."""
    return yaml.safe_load(WORDS.read_text(encoding="utf-8")) or {}


def other_language(language: str) -> str:
    """The language to show beside the page's own: the person's, or French where the page is in theirs."""
    active = get_language() or settings.LANGUAGE_CODE
    return language if active == settings.LANGUAGE_CODE else settings.LANGUAGE_CODE


def in_other(label: Any, language: str) -> tuple[str, str]:
    """The label in the other language, and which one that is; "" where nobody has said it."""
    code = other_language(language)
    if code in dict(settings.LANGUAGES):
        with override(code):
            return str(label), code
    with override("en"):
        return fixed_words().get(code, {}).get(str(label), ""), code


def two(label: Any, language: str) -> SafeString:
    """Both, the page's own first."""
    here = str(label)
    beside, code = in_other(label, language)
    if not beside or beside == here:
        return format_html("{}", here)
    span = '{} <span class="beside" lang="{}" dir="{}">{}</span>'
    return format_html(span, here, code, text_direction(code), beside)
