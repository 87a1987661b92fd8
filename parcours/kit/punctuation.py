"""The marks between words, with the spaces of the reader's language: French "a : b", Arabic "a، b"."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def colon() -> str:
    """Between a label and what it says."""
    return pgettext("between a label and what it says", ": ")


def comma() -> str:
    """Between the items of a list."""
    return pgettext("between the items of a list", ", ")


def semicolon() -> str:
    """Between the items of a list that hold commas themselves."""
    return pgettext("between the items of a list", "; ")


def listed(items: Iterable[object]) -> str:
    first, *others = [*map(str, items)] or [""]
    return comma().join([first, *others]) if others else first
