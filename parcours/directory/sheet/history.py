"""What happened to a service, out of the rows that the database's triggers write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from parcours.accounts.queries import Change, Event
from parcours.directory.choices import RecordKind, ServiceState, SourceKind
from parcours.directory.records import BY_NAME, stored_value
from parcours.directory.wording import Areas, area_keys, worded
from parcours.kit.worddiff import Piece, diff

FIELDS = BY_NAME[RecordKind.SERVICE]
# What follows from a change, or says no more than that there was one.
SILENT = frozenset({"version", "changed_at", "observed_on", "confirmed_on"})


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


def lines_of(events: Sequence[Event], areas: Areas) -> list[Line]:
    """The history, newest first, without what only followed from something else."""
    lines = [_line(event, areas) for event in events]
    return [line for line in lines if line.is_new or line.changes]


def areas_in(events: Sequence[Event]) -> list[str]:
    """The areas that these changes name, by key."""
    changes = [change for event in events for change in event.changes if change.field.name == "catchment"]
    return area_keys({"catchment": [*change.before, *change.after]} for change in changes)


def _line(event: Event, areas: Areas) -> Line:
    said: Mapping[str, Any] = event.context
    changes = [(_label(change), _pieces(change, areas)) for change in event.changes if change.field.name not in SILENT]
    rows = [FIELDS[name].label for name in said.get("fields", ()) if name in FIELDS and FIELDS[name].kind == "rows"]
    hand = str(SourceKind(said["hand"]).label) if said.get("hand") else ""
    changes += [(label, []) for label in rows if event.what == "update"]
    return Line(event.at, event.who, event.what == "insert", hand, said.get("reason", ""), changes)


def _label(change: Change) -> str | Promise:
    return FIELDS[change.field.name].label if change.field.name in FIELDS else change.label


def _pieces(change: Change, areas: Areas) -> list[Piece]:
    name = change.field.name
    if name == "state":
        return diff(str(ServiceState(change.before).label), str(ServiceState(change.after).label))
    if name not in FIELDS:
        return []
    before, after = (worded(FIELDS[name], stored_value(value), areas=areas) for value in (change.before, change.after))
    return diff(before, after)
