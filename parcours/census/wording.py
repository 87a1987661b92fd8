"""A record's values in words, for previews: what a field holds, short enough for a line."""

from functools import lru_cache
from typing import Any

from parcours.directory.records import Field
from parcours.directory.vocabulary import SCHEMES, vocabulary
from parcours.kit.punctuation import listed
from parcours.translations.texts import Translated

LONGEST = 300


def said(field: Field, value: Any, language: str) -> str:
    """The value as its reader understands it; empty for none."""
    if value in (None, "", []):
        return ""
    return _said(field, value, language)[:LONGEST]


def _said(field: Field, value: Any, language: str) -> str:
    if field.kind == "text":
        versions = Translated.parse(value).versions
        return " / ".join(version.text for _code, version in sorted(versions.items()))
    if field.kind == "rows":
        return " | ".join(listed(_part(part) for part in row.values()) for row in value)
    if not field.scheme and not isinstance(value, list):
        return str(value)
    codes = value if isinstance(value, list) else [value]
    return listed(_label(field.scheme, str(code), language) for code in codes)


def _part(part: Any) -> str:
    return "+".join(map(str, part)) if isinstance(part, list) else str(part)


@lru_cache(4096)
def _label(scheme: str, code: str, language: str) -> str:
    term = vocabulary(scheme).get(code) if scheme in SCHEMES else None
    return term.labels.in_language(language).text if term else code
