"""Which source wins for each field of a record, and what the others say: pure rules over `SourceRecord` rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parcours.directory.models import SourceRecord

Ranks = Mapping[tuple[int, str], int]
"""The territory's own ranks, by source and field (`Precedence`); elsewhere `Source.rank` counts."""


@dataclass(frozen=True)
class Said:
    """What one source says of one field; `on` is ISO 8601, "" when unknown; `by` is "" when nobody confirmed it."""

    record: "SourceRecord"
    value: Any
    on: str
    by: str


def said_of(field: str, records: Iterable["SourceRecord"], ranks: Ranks) -> list[Said]:
    """Everything that used sources say of a field, the winner first.

    The lowest rank wins; among equals the latest word; then the row that came first, so that it never depends on order.
    """
    told = [_said(field, record) for record in records if record.source.is_used and field in record.values]

    def rank(said: Said) -> int:
        return ranks.get((said.record.source_id, field), said.record.source.rank)

    # sorted from the least to the most important, since sorting is stable
    told.sort(key=lambda said: said.record.pk or 0)
    told.sort(key=lambda said: said.on, reverse=True)
    return sorted(told, key=rank)


def _said(field: str, record: "SourceRecord") -> Said:
    confirmed = record.confirmed.get(field, {})
    written = record.observed_on.isoformat() if record.observed_on else ""
    return Said(record, record.values[field], max(written, confirmed.get("on", "")), confirmed.get("by", ""))


def winners(records: Iterable["SourceRecord"], ranks: Ranks) -> dict[str, Said]:
    """The winner of each field that a used source speaks of."""
    records = list(records)
    fields = {field for record in records if record.source.is_used for field in record.values}
    return {field: said_of(field, records, ranks)[0] for field in sorted(fields)}
