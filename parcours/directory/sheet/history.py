"""What happened to a record, out of the rows that the database's triggers write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from parcours.accounts.queries import Change, Event
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind, ServiceState, SourceKind
from parcours.directory.records import BY_NAME, Field, stored_value
from parcours.directory.wording import Areas, area_keys, worded
from parcours.geo.models import Area
from parcours.kit.worddiff import Piece, diff

# What follows from a change, or says no more than that there was one.
SILENT = frozenset({"version", "changed_at", "observed_on", "confirmed_on", "sort_key"})
Fields = Mapping[str, Field]


@dataclass(frozen=True)
class Line:
    """One moment: in whose name it was written (`hand`) and why, "" where nobody said; a field without pieces changed
    in a way that is kept nowhere else than in what its source says now.
    """

    at: datetime
    who: Any
    is_new: bool
    hand: str
    reason: str
    changes: list[tuple[str | Promise, list[Piece]]]


def lines_of(events: Sequence[Event], kind: RecordKind, areas: Areas) -> list[Line]:
    """The history, newest first, without what only followed from something else."""
    lines = [_line(event, BY_NAME[kind], areas) for event in events]
    return [line for line in lines if line.is_new or line.changes]


def areas_in(events: Sequence[Event]) -> Areas:
    """The areas that these changes name: by key those of a catchment, by number an organisation's own."""
    changes = [change for event in events for change in event.changes]
    values = {name: [v for one in changes if one.field.name == name for v in (one.before, one.after) if v]
              for name in ("catchment", "area")}  # fmt: skip
    by_key = areas_by_key(area_keys({"catchment": keys} for keys in values["catchment"]))
    by_number = Area.objects.in_bulk(values["area"]) if values["area"] else {}
    return {**by_key, **{str(number): area for number, area in by_number.items()}}


def _line(event: Event, fields: Fields, areas: Areas) -> Line:
    said: Mapping[str, Any] = event.context
    changes = [
        (_label(change, fields), _pieces(change, fields, areas))
        for change in event.changes
        if change.field.name not in SILENT
    ]
    rows = [fields[name].label for name in said.get("fields", ()) if name in fields and fields[name].kind == "rows"]
    hand = str(SourceKind(said["hand"]).label) if said.get("hand") else ""
    changes += [(label, []) for label in rows if event.what == "update"]
    return Line(event.at, event.who, event.what == "insert", hand, said.get("reason", ""), changes)


def _label(change: Change, fields: Fields) -> str | Promise:
    name = change.field.name
    return fields[name].label if name in fields else change.label


def _pieces(change: Change, fields: Fields, areas: Areas) -> list[Piece]:
    name = change.field.name
    if name == "state":
        return diff(str(ServiceState(change.before).label), str(ServiceState(change.after).label))
    if name not in fields:
        return []
    values = (change.before, change.after)
    if name == "area":
        values = tuple(str(number or "") for number in values)
    before, after = (worded(fields[name], stored_value(value), areas=areas) for value in values)
    return diff(before, after)
