"""What sources say is written down, and the record follows: every change of the directory goes through here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from parcours.directory.actions.organisations import save_organisation
from parcours.directory.actions.services import save_service
from parcours.directory.choices import SourceKind
from parcours.directory.models import Organisation, Precedence, Service, Source, SourceRecord
from parcours.directory.provenance import Ranks, winners
from parcours.directory.records import Values, fields_of, kind_of, read_values
from parcours.translations.texts import Translated

Target = TypeVar("Target", Service, Organisation)
# Those who write by hand rank before every file; between them the latest word wins.
HAND_RANK = 10
HAND = {
    SourceKind.OFFICE: ("office", {"fr": "Bureau du territoire", "en": "The territory’s office"}),
    SourceKind.OWNER: ("owner", {"fr": "L’organisation elle-même", "en": "The organisation itself"}),
}


class ChangedMeanwhile(Exception):
    """Somebody changed the record since the version that this change was made from; `record` is what stands now."""

    def __init__(self, record: Service | Organisation) -> None:
        super().__init__(record.pk)
        self.record = record


def hand_source(kind: SourceKind) -> Source:
    """The source of what the office or an owner writes by hand."""
    key, title = HAND[kind]
    source, _created = Source.objects.get_or_create(
        key=key, defaults={"kind": kind, "title": Translated.of(title), "rank": HAND_RANK}
    )
    return source


@transaction.atomic
def put_record(
    *,
    target: Target,
    source: Source,
    values: Values,
    external_id: str = "",
    observed_on: date | None = None,
) -> Target:
    """Note what a source says of a record, in place of what it said before, and let the record follow.

    `external_id` is the source's own identifier; without it the record's key stands for it.
    """
    keep_what_stands(target)
    SourceRecord.objects.update_or_create(
        source=source,
        kind=kind_of(target),
        external_id=external_id or target.key,
        defaults={kind_of(target).value: target, "values": values, "observed_on": observed_on},
    )
    return settle(target=target)


@transaction.atomic
def change_by_hand(
    *,
    target: Target,
    values: Values,
    by: SourceKind,
    at: datetime,
    base_version: int | None = None,
    external_id: str = "",
) -> Target:
    """Note what the office or the owner says of some fields (`None` empties one); the others stay as they are.

    With `external_id` these words are kept apart, so that they can be taken back. Raises ChangedMeanwhile when the
    record is no longer at `base_version`, and ValidationError.
    """
    locked = lock(target)
    if base_version is not None and locked.version != base_version:
        raise ChangedMeanwhile(locked)
    keep_what_stands(locked)
    record = _record_of(locked, hand_source(by), external_id or locked.key)
    record.values = {**record.values, **values}
    record.confirmed = {**record.confirmed, **_words(values, by, at)}
    record.observed_on = timezone.localdate(at)
    record.save()
    return settle(target=locked)


@transaction.atomic
def confirm(*, target: Target, by: SourceKind, at: datetime, fields: list[str] | None = None) -> Target:
    """Note that somebody said these fields (all that have a value, by default) are still true."""
    locked = lock(target)
    keep_what_stands(locked)
    values = read_values(locked)
    said = {name: values[name] for name in fields or values if name in values}
    return change_by_hand(target=locked, values=said, by=by, at=at)


@transaction.atomic
def settle(*, target: Target, even_unused: bool = False) -> Target:
    """Let the record follow what its used sources say; where none says anything of a field, it is emptied.

    A record of which no used source says anything keeps what it has, or `even_unused` follows the others. Raises
    ValidationError.
    """
    locked = lock(target)
    records = list(locked.source_records.select_related("source"))
    ranks = ranks_of(records)
    values = follow(locked, records, ranks)
    if not values and even_unused:
        for record in records:
            record.source.is_used = True  # here only: nothing of it is saved
        values = follow(locked, records, ranks)
    if not values:
        return locked
    save: Any = save_service if isinstance(locked, Service) else save_organisation
    saved: Target = save(**{kind_of(locked).value: locked}, values=values)
    return saved


def follow(target: Service | Organisation, records: list[SourceRecord], ranks: Ranks) -> Values:
    """The values that these records give it, none if no used source says anything; its dates and version follow."""
    won = winners(records, ranks)
    if not won:
        return {}
    values = {field.name: won[field.name].value if field.name in won else None for field in fields_of(target)}
    required = {"name", "kind"} & {name for name, value in values.items() if not value}
    target.observed_on = max((record.observed_on for record in records if record.observed_on), default=None)
    target.confirmed_on = _last_confirmation(records)
    target.version += 1
    return {name: value for name, value in values.items() if name not in required}


def lock(target: Target) -> Target:
    """The row as it stands now, locked until the transaction ends."""
    model = type(target)
    # no_key: others may point at the row meanwhile, else two changes of an organisation and its service could deadlock
    locked: Target = model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=target.pk)
    return locked


def ranks_of(records: list[SourceRecord]) -> Ranks:
    """The territory's ranks for the sources of these records."""
    sources = {record.source_id for record in records}
    rows = Precedence.objects.filter(source__in=sources)
    return {(row.source_id, row.field): row.rank for row in rows}


def _record_of(target: Service | Organisation, source: Source, external_id: str) -> SourceRecord:
    record, _created = SourceRecord.objects.get_or_create(
        source=source, kind=kind_of(target), external_id=external_id, defaults={kind_of(target).value: target}
    )
    return record


def keep_what_stands(target: Service | Organisation) -> SourceRecord | None:
    """Before the first source speaks of a record that was made without one, what it holds becomes its own source's."""
    if target.source_records.exists():
        return None
    source = target.source or hand_source(SourceKind.OFFICE)
    return SourceRecord.objects.create(
        source=source,
        kind=kind_of(target),
        external_id=target.key,
        values=read_values(target),
        observed_on=target.observed_on,
        **{kind_of(target).value: target},
    )


def _words(values: Mapping[str, Any], by: SourceKind, at: datetime) -> dict[str, dict[str, str]]:
    return {name: {"on": at.isoformat(timespec="seconds"), "by": by.value} for name in values}


def _last_confirmation(records: list[SourceRecord]) -> date | None:
    said = [word["on"] for record in records for word in record.confirmed.values()]
    return timezone.localdate(datetime.fromisoformat(max(said))) if said else None
