"""A `Translated` in a spreadsheet, a column per language ("title_fr"); what comes back unchanged changes nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from parcours.translations.fields import Translated
from parcours.translations.forms import plain_lines, same_text

MISSING = object()


def columns(field: str, languages: Iterable[str]) -> list[str]:
    """The names of the columns: one per language."""
    return [f"{field}_{language}" for language in languages]


def write(value: Translated, field: str, languages: Iterable[str]) -> dict[str, str]:
    """The cells by column; empty where a language has no version."""
    return {f"{field}_{language}": value.text_in(language) for language in languages}


def read(
    row: Mapping[str, Any],
    field: str,
    languages: Iterable[str],
    *,
    before: Translated | None = None,
    source: str = "fr",
) -> Translated:
    """The text after the row is read: an absent column leaves its version, an empty cell removes it.

    A changed source makes the versions that the row leaves as they were outdated; a changed version is reviewed; an
    emptied source removes every version. For a new text the source is `source`, else the first language with a text.
    """
    given = {
        language: plain_lines(str(cell if cell is not None else "")).strip()
        for language in languages
        if (cell := row.get(f"{field}_{language}", MISSING)) is not MISSING
    }
    if not before:
        return Translated.of(given, source=source)
    changed = {language: text for language, text in given.items() if not same_text(text, before.text_in(language))}
    if changed.get(before.source) == "":
        return Translated(before.source)
    value = before
    for language in sorted(changed, key=lambda code: code != before.source):
        value = value.with_version(language, changed[language])
    return value
