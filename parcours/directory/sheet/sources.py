"""Where each fact of a record comes from: what every source says of it, the one that counts first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from parcours.directory.choices import RecordKind, SourceKind
from parcours.directory.provenance import Ranks, said_of
from parcours.directory.records import FIELDS, Field
from parcours.directory.wording import Areas, worded

if TYPE_CHECKING:
    from parcours.directory.models import Source, SourceRecord


@dataclass(frozen=True)
class Word:
    """What one source says of a field, in words; `on` and `by` are None and "" where nobody knows."""

    value: str
    source: "Source"
    on: date | None
    by: str


@dataclass(frozen=True)
class Origin:
    """One field: whose word counts, and what the others say."""

    label: str | Promise
    counts: Word
    others: tuple[Word, ...]


def origins_of(
    records: Iterable["SourceRecord"], ranks: Ranks, *, kind: RecordKind, areas: Areas, with_private: bool
) -> list[Origin]:
    """Every field that a used source speaks of, in the order of the record; private contacts only when asked for."""
    records = list(records)
    found = []
    for field in FIELDS[kind]:
        said = [
            Word(worded(field, value, areas=areas), one.record.source, _day(one.on), _by(one.by))
            for one in said_of(field.name, records, ranks)
            if (value := _shown(field, one.value, with_private=with_private)) is not HIDDEN
        ]
        if said:
            found.append(Origin(field.label, said[0], tuple(said[1:])))
    return found


HIDDEN = object()


def _shown(field: Field, value: Any, *, with_private: bool) -> Any:
    """The value without private contacts; HIDDEN where nothing is left of it."""
    if field.name != "contacts" or with_private or not value:
        return value
    return [row for row in value if is_public(row)] or HIDDEN


def is_public(contact: Mapping[str, Any]) -> bool:
    """A contact is for professionals unless somebody said that it is for everyone."""
    return contact.get("is_private") is False


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _by(kind: str) -> str:
    return str(SourceKind(kind).label) if kind else ""
