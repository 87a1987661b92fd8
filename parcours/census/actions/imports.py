"""Doing what a file says, and taking it back: `census.incoming` says it, these verbs write it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import DO_NOTHING, Count, F, Value
from django.utils.translation import gettext

from parcours.directory.actions.many import (
    Draft,
    create_organisations,
    create_services,
    delete_many,
    put_records,
    set_state_many,
    settle_many,
)
from parcours.directory.actions.services import place_key
from parcours.directory.choices import RecordKind, RelationKind, ServiceState, SourceKind
from parcours.directory.models import (
    Contact,
    Identifier,
    Listing,
    Organisation,
    Place,
    Relation,
    Service,
    ServiceLanguage,
    ServicePlace,
    Source,
    SourceRecord,
)
from parcours.imports.choices import Op
from parcours.imports.models import BatchRow
from parcours.imports.queries import BatchRowQuerySet
from parcours.imports.rules import NotPossible, Obstacle, Report
from parcours.kit.bulk import analyse, remove
from parcours.translations.texts import Translated

ROWS_AT_ONCE = 1000
# What is removed with a record.
PARTS = {Contact, Identifier, Listing, Place, ServiceLanguage, ServicePlace, SourceRecord}
Rows = Sequence[BatchRow]


@transaction.atomic
def put_source(
    *, key: str, title: str, publisher: str = "", kind: str = SourceKind.LIST, year: int | None = None
) -> Source:
    """The source of this key, made when it is new; one that is known stays as it is."""
    values = {"title": Translated.of({"fr": title}), "publisher": publisher, "kind": kind, "year": year}
    source, _created = Source.objects.get_or_create(key=key, defaults=values)
    return source


@transaction.atomic
def apply_rows(*, rows: BatchRowQuerySet, source: Source, report: Report) -> None:
    """Write what the rows say: organisations, then the services they give, then who is part of whom.

    Raises NotPossible when what a row was compared with has changed since.
    """
    writing = _Writing(source, report)
    for kind in RecordKind:
        of_kind = rows.filter(after__kind=kind)
        for chunk in of_kind.in_chunks(ROWS_AT_ONCE):
            writing.apply(kind, chunk)
    writing.end()
    for chunk in rows.filter(memo__relates=True).in_chunks(ROWS_AT_ONCE):
        _relate(source, chunk)


@transaction.atomic
def undo_rows(*, rows: BatchRowQuerySet, source: Source, report: Report) -> None:
    """Take back what the rows wrote: services first, then organisations.

    What was created is removed, what was changed says again what it said. Raises NotPossible naming the rows that
    somebody changed or built upon since.
    """
    writing = _Writing(source, report)
    for chunk in rows.filter(memo__relates=True).in_chunks(ROWS_AT_ONCE):
        origins = _standing(source, RecordKind.ORGANISATION, [row.after["external_id"] for row in chunk])
        numbers = [record.organisation_id for record in origins.values()]
        Relation.objects.filter(source=source, origin__in=numbers, kind=RelationKind.PART_OF).delete()
    for kind in reversed(RecordKind):
        for chunk in rows.filter(after__kind=kind).in_chunks(ROWS_AT_ONCE):
            writing.undo(kind, chunk)
    writing.end()


class _Writing:
    """One pass over the rows of a batch: once a row is in the way nothing more is written, but all are looked at."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source, self.report = source, report
        self.done, self.analyse_at = 0, ROWS_AT_ONCE
        self.obstacles: list[Obstacle] = []

    def apply(self, kind: RecordKind, rows: Rows) -> None:
        told = [row for row in rows if not row.after.get("closes")]
        standing = _standing(self.source, kind, [row.after["external_id"] for row in told])
        self._hinder(told, lambda row: _changed_since(standing.get(row.after["external_id"]), row.before))
        self._hinder(told, _holders_of(told))
        if not self.obstacles:
            self._write(kind, told)
            closing = [row.memo["target"] for row in rows if row.after.get("closes")]
            set_state_many(services=closing, before=ServiceState.PUBLISHED, after=ServiceState.CLOSED)
        self._count(rows)
        if self.done >= self.analyse_at:
            # the tables grow within one transaction: nobody else sees it, and look-ups must not read all of them
            analyse(Organisation, Service, *sorted(PARTS, key=lambda part: part.__name__))
            self.analyse_at = self.done * 4

    def _write(self, kind: RecordKind, rows: Rows) -> None:
        created = [row for row in rows if row.op == Op.CREATE]
        changed = [row for row in rows if row.op == Op.CHANGE]
        if kind == RecordKind.ORGANISATION:
            create_organisations(source=self.source, drafts=[_draft(row) for row in created])
        elif created:
            givers = _standing(self.source, RecordKind.ORGANISATION, [row.after["parent"] for row in created])
            drafts = [
                _draft(row, giver=_target(givers[row.after["parent"]], RecordKind.ORGANISATION)) for row in created
            ]
            create_services(source=self.source, drafts=drafts)
        if changed:
            put_records(source=self.source, kind=kind, drafts=[_draft(row) for row in changed])

    def undo(self, kind: RecordKind, rows: Rows) -> None:
        told = [row for row in rows if not row.after.get("closes")]
        standing = _standing(self.source, kind, [row.after["external_id"] for row in told])
        self._hinder(told, lambda row: _changed_since(standing.get(row.after["external_id"]), row.after))
        created = [row for row in told if row.op == Op.CREATE]
        numbers = {row.pk: _target(standing.get(row.after["external_id"]), kind) for row in created}
        self._hinder(created, self._built_upon(kind, created, numbers))
        if not self.obstacles:
            givers = _givers(kind, standing.values())
            delete_many(kind=kind, numbers=list(numbers.values()))
            _say_again(self.source, kind, [row for row in told if row.op == Op.CHANGE], standing)
            closed = [row.memo["target"] for row in rows if row.after.get("closes")]
            set_state_many(services=closed, before=ServiceState.CLOSED, after=ServiceState.PUBLISHED)
            _leave_empty_places(givers, told)
        self._count(rows)

    def _built_upon(self, kind: RecordKind, rows: Rows, numbers: dict[int, int]) -> Callable[[BatchRow], str]:
        """Why a row's record, by the number of the row, cannot be removed any more."""
        states = {numbers[row.pk]: row.memo.get("state", "") for row in rows}
        state = F("state") if kind == RecordKind.SERVICE else Value("")
        found = (
            _model(kind).objects.filter(pk__in=states).order_by().annotate(told=Count("source_records"), is_now=state)
        )
        told = {pk: (count, now) for pk, count, now in found.values_list("pk", "told", "is_now")}
        # once something is in the way nothing is removed, and the services that came with an organisation are there
        held = _held(kind, list(states), but=self.source if self.obstacles else None)

        def reason(row: BatchRow) -> str:
            count, state = told.get(numbers[row.pk], (1, ""))
            if count > 1 or state != states.get(numbers[row.pk], ""):
                return gettext("Somebody changed or confirmed it since, or another source tells of it.")
            return gettext("Others have built upon it since.") if numbers[row.pk] in held else ""

        return reason

    def _hinder(self, rows: Rows, reason: Callable[[BatchRow], str]) -> None:
        self.obstacles += [
            Obstacle(row.number, f"{row.key} {row.label}".strip(), said) for row in rows if (said := reason(row))
        ]

    def _count(self, rows: Rows) -> None:
        self.done += len(rows)
        self.report(self.done)

    def end(self) -> None:
        """Raises NotPossible when rows were in the way."""
        if self.obstacles:
            raise NotPossible(self.obstacles)


def _standing(source: Source, kind: RecordKind, ids: Iterable[str]) -> dict[str, SourceRecord]:
    records = SourceRecord.objects.filter(source=source, kind=kind, external_id__in=set(ids))
    return {record.external_id: record for record in records.defer("confirmed").order_by()}


def _givers(kind: RecordKind, records: Iterable[SourceRecord]) -> set[int]:
    if kind != RecordKind.SERVICE:
        return set()
    services = Service.objects.filter(pk__in=[record.service_id for record in records])
    return set(services.values_list("organisation", flat=True))


def _target(record: SourceRecord | None, kind: RecordKind) -> int:
    return getattr(record, f"{kind}_id") if record else 0


def _draft(row: BatchRow, giver: int = 0) -> Draft:
    after = row.after
    return Draft(
        after["external_id"],
        after["values"],
        _day(after["observed_on"]),
        row.memo["target"],
        giver,
        row.memo.get("kind", ""),
        row.memo.get("state", ServiceState.PUBLISHED.value),
    )


def _changed_since(record: SourceRecord | None, seen: dict[str, Any]) -> str:
    """Whether what the source says is no longer what it was."""
    if not seen and record is None:
        return ""
    if record is None:
        return gettext("It is no longer here.")
    observed_on = record.observed_on.isoformat() if record.observed_on else ""
    if not seen or (record.values, observed_on) != (seen["values"], seen["observed_on"]):
        return gettext("Another import changed it since.")
    return ""


def _holders_of(rows: Rows) -> Callable[[BatchRow], str]:
    """Who took one of the numbers in registers since the preview."""
    values = [one["value"] for row in rows for one in row.after["values"].get("identifiers") or []]
    found = Identifier.objects.filter(value__in=values).values_list("scheme", "value", "organisation")
    holders = {(scheme, value): holder for scheme, value, holder in found}

    def reason(row: BatchRow) -> str:
        for one in row.after["values"].get("identifiers") or []:
            holder = holders.get((one["scheme"], one["value"]))
            if holder and holder != row.memo["target"]:
                return gettext("Another organisation has its number %(value)s now.") % {"value": one["value"]}
        return ""

    return reason


def _model(kind: RecordKind) -> Any:
    return Service if kind == RecordKind.SERVICE else Organisation


def _held(kind: RecordKind, numbers: list[int], but: Source | None) -> set[int]:
    """Those that something points at which is no part of them: a correction, a role, a service given since…

    Services that the source `but` tells of do not count.
    """
    held: set[int] = set()
    for relation in _model(kind)._meta.related_objects:
        if relation.related_model in PARTS or relation.on_delete is DO_NOTHING or relation.many_to_many:
            continue
        name = relation.field.name
        found = relation.related_model._base_manager.filter(**{f"{name}__in": numbers})
        if but and relation.related_model is Service:
            found = found.exclude(source_records__source=but)
        held |= set(found.values_list(name, flat=True))
    return held


def _say_again(source: Source, kind: RecordKind, rows: Rows, standing: dict[str, SourceRecord]) -> None:
    """What the source said before; where it had said nothing, its record goes and the others remain."""
    joined = [standing[row.after["external_id"]].pk for row in rows if not row.before]
    SourceRecord.objects.filter(pk__in=joined).delete()
    settle_many(kind=kind, targets=[row.memo["target"] for row in rows if not row.before])
    drafts = [
        Draft(row.after["external_id"], row.before["values"], _day(row.before["observed_on"]), row.memo["target"])
        for row in rows
        if row.before
    ]
    if drafts:
        put_records(source=source, kind=kind, drafts=drafts)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _leave_empty_places(givers: set[int], rows: Rows) -> None:
    """The addresses that the rows brought and where nothing is given any more."""
    keys = {place_key(place) for row in rows for place in row.after["values"].get("places") or []}
    if givers:
        remove(Place.objects.filter(organisation__in=givers, match_key__in=keys, gives=None, is_main=False))


def _relate(source: Source, rows: Rows) -> None:
    """Note which organisations are part of another that is here."""
    ids = [row.after[name] for row in rows for name in ("external_id", "parent")]
    standing = _standing(source, RecordKind.ORGANISATION, ids)
    Relation.objects.bulk_create(
        [
            Relation(
                origin_id=_target(standing[row.after["external_id"]], RecordKind.ORGANISATION),
                kind=RelationKind.PART_OF,
                target_id=_target(standing[row.after["parent"]], RecordKind.ORGANISATION),
                source=source,
            )
            for row in rows
            if row.after["parent"] in standing
        ],
        ignore_conflicts=True,
    )
