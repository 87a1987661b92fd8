"""How a fact stands in a listing's vector: beside words, as a lexeme that no text can hold ("language=ti").

A text and any number of filters are then one look into one index. What nobody said is a fact too ("language=?"), so
that a filter can keep it and rank it below what is known to fit.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

UNKNOWN = "?"
LONGEST = 200
NOT_IN_CODES = re.compile(r"['\\\s]+")
LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "C2")


@lru_cache(maxsize=8192)
def fact(scheme: str, code: str) -> str:
    return f"{scheme}={NOT_IN_CODES.sub('', code)}"[:LONGEST]


def own_fact(told: str) -> str:
    """The fact that a service names this itself, not only something under it: "theme=sante" as "=theme=sante"."""
    return f"={told}"[:LONGEST]


def facts(scheme: str, codes: Iterable[str]) -> list[str]:
    """One fact for each code; that nothing is known where there is none."""
    return [fact(scheme, code) for code in codes] or [fact(scheme, UNKNOWN)]


def level_rank(level: str) -> int | None:
    """0 for A0 to 6 for C2; None for none."""
    return LEVELS.index(level) if level in LEVELS else None


def vector(lexemes: Iterable[str]) -> str:
    """The lexemes as PostgreSQL reads a `tsvector`."""
    plain = "' '".join(lexemes)
    return f"'{plain}'" if plain else ""


def quoted(lexeme: str) -> str:
    """A lexeme within a `tsquery`: words have letters and digits only, and facts no marks to escape."""
    return f"'{lexeme[:LONGEST]}'"


def any_of(parts: Iterable[str]) -> str:
    """A `tsquery` that wants one of these; "" for none."""
    return _joined(" | ", parts)


def all_of(parts: Iterable[str]) -> str:
    """A `tsquery` that wants all of these; "" for none."""
    return _joined(" & ", parts)


def _joined(mark: str, parts: Iterable[str]) -> str:
    kept = list(dict.fromkeys(filter(None, parts)))
    return kept[0] if len(kept) == 1 else f"({mark.join(kept)})" if kept else ""
