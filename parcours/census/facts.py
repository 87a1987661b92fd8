"""Records in words: what an organisation confirms, and what a correction changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.census.actions.corrections import STATE, clashing, standing
from parcours.census.choices import CorrectionState
from parcours.census.models import Correction, UpdateRequest
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind, ServiceState, SourceKind
from parcours.directory.hours import describe
from parcours.directory.models import Organisation, SourceRecord
from parcours.directory.records import BY_NAME, FIELDS, Values, kind_of, read_values
from parcours.directory.wording import Areas, area_keys, hours_read, worded
from parcours.kit.worddiff import Piece, as_html, diff

# What changes most comes first and is read at a glance; the rest opens on demand.
FIRST = ("hours", "places", "phone", "email", "website", "capacity", "languages", "description")
WORDY = {
    kind: [field.name for field in fields if field.kind in ("text", "hours", "codes", "rows")]
    for kind, fields in FIELDS.items()
}


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One record as an organisation is asked about it, and the last change that it sent of it.

    `state`: "waiting", "confirmed", or for a change that nobody decided yet "changed" or "closed".
    """

    key: str
    name: str
    is_organisation: bool
    first: list[Fact]
    rest: list[Fact]
    state: str
    sent: list[Fact]
    correction: Correction | None


@dataclass(frozen=True)
class Row:
    """One proposed field: before and after, and what stands now when that is something else again."""

    name: str
    label: str
    difference: SafeString
    now: SafeString | str = ""


def sheets_of(request: UpdateRequest, targets: Sequence[Any]) -> list[Sheet]:
    """What is asked, and what was answered so far; a number of queries that does not grow with the services."""
    values = [read_values(target) for target in targets]
    corrections = list(request.corrections.order_by("proposed_at", "pk"))
    areas = areas_by_key(area_keys([*values, *(one.values for one in corrections)]))
    sent = {(one.kind, one.service_id or one.organisation_id): one for one in corrections}
    confirmed = _confirmed_since(request, targets)
    return [
        _sheet(target, stands, sent.get((kind_of(target), target.pk)), (kind_of(target), target.pk) in confirmed, areas)
        for target, stands in zip(targets, values, strict=True)
    ]


def facts_of(target: Any) -> list[Fact]:
    """Everything that a record says, in words."""
    values = read_values(target)
    areas = areas_by_key(area_keys([values]))
    return _facts(kind_of(target), values, BY_NAME[kind_of(target)], areas)


def rows_of(correction: Correction) -> list[Row]:
    """What a correction changes, word by word."""
    now = standing(correction.target) if correction.state == CorrectionState.OPEN else {}
    clash = clashing(correction, now) if now else {}
    areas = areas_by_key(area_keys([correction.before, correction.values, now]))
    kind = correction.kind

    def changed(name: str, after: Any) -> SafeString:
        return difference(kind, name, correction.before.get(name), after, areas)

    return [
        Row(name, label_of(kind, name), changed(name, after), changed(name, clash[name]) if name in clash else "")
        for name, after in correction.values.items()
    ]


def difference(kind: str, name: str, before: Any, after: Any, areas: Areas) -> SafeString:
    """What a field becomes, with what is removed and added."""
    old, new = (in_words(kind, name, value, areas) for value in (before, after))
    # half a phone number says nothing: only what is made of words is compared word by word
    whole = [Piece("removed", old), Piece("added", new)]
    return as_html(diff(old, new) if name in WORDY[kind] else [piece for piece in whole if piece.text])


def in_words(kind: str, name: str, value: Any, areas: Areas) -> str:
    """A field's value, "state" among them; "" for none."""
    if value in (None, "", [], {}):
        return ""
    if name == STATE:
        return str(ServiceState(value).label)
    if name == "hours" and (hours := hours_read(value)):
        return "\n".join(map(str, describe(hours, get_language() or "fr", on=timezone.localdate())))
    return worded(BY_NAME[kind][name], value, areas=areas)


def label_of(kind: str, name: str) -> str:
    return _("state") if name == STATE else str(BY_NAME[kind][name].label)


def _sheet(target: Any, stands: Values, sent: Correction | None, is_confirmed: bool, areas: Areas) -> Sheet:
    kind = kind_of(target)
    rest = [name for name in BY_NAME[kind] if name not in (*FIRST, "name", "contacts")]
    state = "confirmed" if is_confirmed else "waiting"
    if sent and sent.state == CorrectionState.OPEN:
        state = "closed" if sent.values.get(STATE) == ServiceState.CLOSED else "changed"
    return Sheet(
        key=target.key,
        name=str(target),
        is_organisation=isinstance(target, Organisation),
        first=_facts(kind, stands, FIRST, areas),
        rest=_facts(kind, stands, rest, areas),
        state=state,
        sent=_facts(kind, sent.values, [name for name in sent.values if name != STATE], areas) if sent else [],
        correction=sent,
    )


def _facts(kind: str, values: Values, names: Iterable[str], areas: Areas) -> list[Fact]:
    said = [name for name in names if values.get(name)]
    return [Fact(label_of(kind, name), in_words(kind, name, values[name], areas)) for name in said]


def _confirmed_since(request: UpdateRequest, targets: Sequence[Any]) -> set[tuple[str, int]]:
    """Which of the records the organisation confirmed since it was asked."""
    services = [target.pk for target in targets if kind_of(target) == RecordKind.SERVICE]
    records = SourceRecord.objects.filter(source__kind=SourceKind.OWNER)
    records = records.filter(service__in=services) | records.filter(organisation=request.organisation_id)
    since = request.sent_at
    return {
        (record.kind, record.service_id or record.organisation_id or 0)
        for record in records
        if since and any(datetime.fromisoformat(word["on"]) >= since for word in record.confirmed.values())
    }
