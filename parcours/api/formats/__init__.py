"""What others read, one format a module. Each writes plain rows from the records' public values, as a stream.

What a format cannot say is left out; what it asks for and a record lacks is counted and listed in its `Report`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from parcours.directory.records import Values
from parcours.directory.vocabulary import vocabulary
from parcours.translations.texts import Translated

# Records are read so many at a time, and memory does not grow with their number.
AT_A_TIME = 500
LISTED = 1000
INVENTED = "donnée inventée pour la démonstration"


@dataclass(frozen=True)
class Site:
    """Who publishes: the site's address and the code of its territory."""

    root: str
    territory: str

    def source(self, *, is_invented: bool) -> str:
        """How others name us as the producer; what was made up has a producer of its own, so that every row says it."""
        return f"parcours-{self.territory}{'-invente' if is_invented else ''}"


@dataclass
class Report:
    """What an export left out: how often for each reason, and the first records by name."""

    written: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    records: list[dict[str, str]] = field(default_factory=list)

    def note(self, identifier: str, why: str) -> None:
        self.left_out[why] += 1
        if len(self.records) < LISTED:
            self.records.append({"id": identifier, "why": why})

    def as_dict(self) -> dict[str, Any]:
        return {"written": self.written, "left_out": dict(sorted(self.left_out.items())), "records": self.records}


def plain(values: Values, name: str, language: str = settings.LANGUAGE_CODE) -> str:
    """A text in one language, else in the one it was written in; "" when there is none."""
    return Translated.parse(values.get(name)).in_language(language).text


def label(scheme: str, code: str, language: str = settings.LANGUAGE_CODE) -> str:
    """What a code is called; the code itself when it is not known (any more)."""
    term = vocabulary(scheme).get(code)
    return term.labels.in_language(language).text if term else code


def said(row: Values) -> Values:
    """The row without what it does not say."""
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def json_list(rows: Iterable[Values]) -> Iterator[bytes]:
    """A JSON list, a line for each row."""
    yield b"["
    for number, row in enumerate(rows):
        yield b",\n" * bool(number) + to_json(row)
    yield b"]\n"


def to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()
