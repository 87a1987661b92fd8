"""What the records of a file would do to the directory, row by row; nothing is saved here.

Identity is the source and its own identifier of a record. A record that the source never told joins the organisation
that has its SIRET or RNA, else it is new. The same file twice changes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from parcours.census.formats import Raw, Reading
from parcours.census.formats.kinds import kind_of
from parcours.census.wording import said
from parcours.directory.actions.services import place_key, record_key
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.cleaning import Known, clean
from parcours.directory.models import Identifier, Organisation, Relation, Service, SourceRecord
from parcours.directory.records import FIELDS, Values
from parcours.engines.words import fold
from parcours.imports.choices import Op
from parcours.imports.rules import Problem, RowPlan, Shown
from parcours.kit.dates import UnreadableDate, parse
from parcours.translations.texts import Translated

ROWS_AT_ONCE = 1000
LONGEST_ID = 200

NEEDED = _("This is needed.")
NO_ORGANISATION = _("No row of this file and no earlier one is the organisation that gives it (“%(id)s”).")
ORGANISATION_IN_ERROR = _("Its organisation, in row %(row)d, is in error.")
TWICE = _("Rows %(first)d and %(second)d have the same identifier, “%(id)s”: one row for each record.")
NUMBER_TWICE = _("Rows %(first)d and %(second)d have the same %(scheme)s, %(value)s: one of them must be another.")
NUMBER_TAKEN = _("%(scheme)s %(value)s is held by another organisation here, “%(name)s”.")
CYCLE = _("These organisations are part of one another, in a circle: rows %(rows)s.")
NO_PARENTS = _("Organisations that others are part of are not here, and this is left out: %(ids)s.")
TOO_LONG_AN_ID = _("This identifier is longer than %(limit)d characters.")
NOT_A_DATE = _("“%(value)s” is no date of the past: write it as 2026-11-25 or 25/11/2026.")
CLOSED = _("This service is closed here: it stays closed.")
UNREAD = _("These have no place in the directory and are left out: %(columns)s.")
GONE = _("%(count)d records of this source are not in the file. They stay as they are.")
GONE_CLOSED = _("%(count)d records of this source are not in the file. Their services are marked as closed.")


@dataclass
class Options:
    """How a file is to be read, as the batch keeps it."""

    source: dict[str, str]
    observed_on: str = ""
    is_full: bool = False
    closes_gone: bool = False

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Options":
        return cls(
            options.get("source", {}), options.get("observed_on", ""),
            options.get("is_full", False), options.get("closes_gone", False),
        )  # fmt: skip


@dataclass
class _Row:
    """A record of the file once cleaned."""

    raw: Raw
    values: Values
    observed_on: str
    problems: list[Problem]
    warnings: list[Problem]
    stands: SourceRecord | None = None
    joins: Organisation | None = None
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        name = self.values.get("name", "")
        return Translated.parse(name).source_text if isinstance(name, dict) else name

    def fail(self, column: str, text: str, **values: Any) -> None:
        """Note what is wrong with a column, unless something is already, or the record is wrong as a whole."""
        named = self.raw.columns.get(column, column)
        if not {named, ""} & {one.column for one in self.problems}:
            self.problems.append(Problem(named, text, values))


class Comparison:
    """The records of one file beside what stands here."""

    def __init__(self, reading: Reading, options: Options, on: date) -> None:
        self.reading, self.options, self.on = reading, options, on
        self.source_key = options.source.get("key", "")
        self.known = Known()
        self.language = get_language() or "fr"
        self.notices: list[Problem] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.failed: set[str] = set()
        self.numbers: dict[tuple[str, str], int] = {}
        self.part_of: dict[str, str] = {}
        self.standing_parents: set[str] = set()
        self.related: set[int] = set()

    def plans(self) -> Iterator[RowPlan]:
        """Every row, then what is gone from the source's list; notices are complete at the end."""
        while chunk := list(islice(self.reading.rows, ROWS_AT_ONCE)):
            rows = [self._cleaned(raw) for raw in chunk]
            self._look_up(rows)
            yield from map(self._plan, rows)
        if self.options.is_full:
            yield from self._gone()
        self._tell_parents()
        if self.reading.unread:
            self.notices.append(Problem("", UNREAD, {"columns": ", ".join(sorted(self.reading.unread))}))

    # Each record by itself

    def _cleaned(self, raw: Raw) -> _Row:
        values, errors, warnings = clean(raw.kind, raw.values, self.known)
        told: list[Problem] = []
        for error in (Problem(_column(raw, one.column), one.text, one.values) for one in errors):
            # one cell may be two fields: its fault is told once
            told += [error] if error not in told else []
        columns = {one.column for one in told}
        row = _Row(
            raw,
            values,
            self.options.observed_on,
            [*told, *(one for one in raw.problems if one.column not in columns)],
            [*(Problem(_column(raw, one.column), one.text, one.values) for one in warnings), *raw.warnings],
        )
        if not values.get("name"):
            row.fail("name", NEEDED)
        if raw.observed_on not in (None, ""):
            row.observed_on = self._day(row, raw.observed_on)
        raw.external_id = raw.external_id or _digest(row)
        if len(raw.external_id) > LONGEST_ID:
            row.fail("id", TOO_LONG_AN_ID, limit=LONGEST_ID)
        return row

    def _day(self, row: _Row, value: Any) -> str:
        try:
            read = parse(value)
        except (UnreadableDate, TypeError):
            read = None
        if read is None or read.date > self.on:
            row.fail("observed_on", NOT_A_DATE, value=str(value)[:40])
            return ""
        return read.date.isoformat()

    # Beside what stands

    def _look_up(self, rows: list[_Row]) -> None:
        for kind in RecordKind:
            of_kind = [row for row in rows if row.raw.kind == kind]
            told = self._records(kind, [row.raw.external_id for row in of_kind])
            for row in of_kind:
                row.stands = told.get(row.raw.external_id)
        holders = self._holders(rows)
        for row in rows:
            if row.raw.kind == RecordKind.ORGANISATION:
                self._join(row, holders)
        self._join_by_name(rows)
        parents = [row.raw.parent for row in rows if row.raw.parent]
        self.standing_parents = set(self._records(RecordKind.ORGANISATION, parents))
        stand = [row.stands.organisation_id for row in rows if row.raw.parent and row.stands]
        if any(stand):
            related = Relation.objects.filter(source__key=self.source_key, origin__in=stand)
            self.related = set(related.values_list("origin", flat=True))

    def _records(self, kind: RecordKind, ids: list[str]) -> dict[str, SourceRecord]:
        if not ids:
            return {}
        records = SourceRecord.objects.filter(source__key=self.source_key, kind=kind, external_id__in=ids)
        return {record.external_id: record for record in records.select_related(kind.value)}

    def _holders(self, rows: list[_Row]) -> dict[tuple[str, str], Organisation]:
        """The organisations that have these numbers in registers."""
        values = {one["value"] for row in rows for one in row.values.get("identifiers") or []}
        found = Identifier.objects.filter(value__in=values).select_related("organisation") if values else []
        return {(one.scheme, one.value): one.organisation for one in found}

    def _join(self, row: _Row, holders: dict[tuple[str, str], Organisation]) -> None:
        """The organisation that has the row's number; an error when it is another than the one the source told of."""
        own = row.stands.organisation if row.stands else None
        for one in row.values.get("identifiers") or []:
            holder = holders.get((one["scheme"], one["value"]))
            if holder is None or holder == own:
                continue
            if own or (row.joins and row.joins != holder):
                row.fail(
                    "identifiers", NUMBER_TAKEN, scheme=one["scheme"].upper(), value=one["value"], name=holder.name
                )
            else:
                row.joins = holder

    def _join_by_name(self, rows: list[_Row]) -> None:
        """An organisation that a list of services only mentions may be the one of this very name."""
        asked = [row for row in rows if row.raw.is_mentioned and not (row.stands or row.joins) and row.name]
        if not asked:
            return
        found: dict[str, list[Organisation]] = {}
        for organisation in Organisation.objects.kept().filter(sort_key__in={_sort_key(row) for row in asked}):
            found.setdefault(organisation.sort_key, []).append(organisation)
        for row in asked:
            namesakes = found.get(_sort_key(row), [])
            row.joins = namesakes[0] if len(namesakes) == 1 else None

    # What it does

    def _plan(self, row: _Row) -> RowPlan:
        raw = row.raw
        self._once(row)
        if raw.kind == RecordKind.ORGANISATION:
            self._check_part_of(row)
        else:
            self._check_giver(row)
        if row.problems and raw.kind == RecordKind.ORGANISATION:
            self.failed.add(raw.external_id)
        target = (row.stands and getattr(row.stands, raw.kind.value)) or row.joins
        plan = RowPlan(
            raw.number,
            self._op(row, target),
            target.key if target else record_key(row.name, self.source_key, raw.external_id),
            str(target) if target and not row.name else row.name,
            problems=row.problems,
            warnings=row.warnings,
        )
        if row.problems:
            return plan
        plan.before = {"values": row.stands.values, "observed_on": _iso(row.stands.observed_on)} if row.stands else {}
        plan.after = {
            "kind": raw.kind.value, "external_id": raw.external_id, "values": row.values,
            "observed_on": row.observed_on, "parent": raw.parent,
        }  # fmt: skip
        plan.memo = {"target": target.pk if target else 0, **row.memo}
        if not target:
            plan.memo |= (
                {"kind": kind_of(row.values).value}
                if raw.kind == RecordKind.ORGANISATION
                else {"state": raw.state.value}
            )
        if isinstance(target, Service) and target.state == ServiceState.CLOSED:
            plan.warnings.append(Problem("", CLOSED))
        plan.shown = list(self._shown(row)) if plan.op != Op.SAME else []
        return plan

    def _op(self, row: _Row, target: Any) -> Op:
        if target is None:
            return Op.CREATE
        stands = row.stands
        if stands and (stands.values, _iso(stands.observed_on)) == (row.values, row.observed_on):
            return Op.SAME if not row.memo.get("relates") else Op.CHANGE
        return Op.CHANGE

    def _once(self, row: _Row) -> None:
        """Each record and each number in a register once in the file."""
        raw = row.raw
        first = self.seen.setdefault((raw.kind, raw.external_id), raw.number)
        if first != raw.number:
            row.fail("id", TWICE, first=first, second=raw.number, id=raw.external_id)
        for one in row.values.get("identifiers") or []:
            key = (one["scheme"], one["value"])
            if (first := self.numbers.setdefault(key, raw.number)) != raw.number:
                row.fail(
                    "identifiers", NUMBER_TWICE, first=first, second=raw.number, scheme=key[0].upper(), value=key[1]
                )

    def _check_giver(self, row: _Row) -> None:
        parent = row.raw.parent
        number = self.seen.get((RecordKind.ORGANISATION, parent))
        if not parent or (number is None and parent not in self.standing_parents):
            row.fail("organisation", NO_ORGANISATION, id=parent)
        elif number is not None and parent in self.failed:
            row.fail("organisation", ORGANISATION_IN_ERROR, row=number)

    def _check_part_of(self, row: _Row) -> None:
        own, above = row.raw.external_id, row.raw.parent
        if not above:
            return
        self.part_of[own] = above
        circle = [own]
        while above in self.part_of and above not in circle:
            circle.append(above)
            above = self.part_of[above]
        if above == own:
            numbers = sorted({self.seen[RecordKind.ORGANISATION, one] for one in circle})
            row.fail("parent", CYCLE, rows=", ".join(map(str, numbers)))
        elif row.stands is None or row.stands.organisation_id not in self.related:
            row.memo["relates"] = True

    def _shown(self, row: _Row) -> Iterator[Shown]:
        before, after = row.stands.values if row.stands else {}, row.values
        for each in FIELDS[row.raw.kind]:
            name = each.name
            if before.get(name) != after.get(name):
                old, new = (said(each, values.get(name), self.language) for values in (before, after))
                yield Shown(row.raw.columns.get(name) or str(each.label), old, new)
        written = _iso(row.stands.observed_on) if row.stands else ""
        if written != row.observed_on:
            yield Shown(gettext("written on"), written, row.observed_on)

    def _tell_parents(self) -> None:
        above = {one for one in self.part_of.values() if (RecordKind.ORGANISATION, one) not in self.seen}
        if missing := sorted(above - set(self._records(RecordKind.ORGANISATION, list(above)))):
            self.notices.append(Problem("", NO_PARENTS, {"ids": ", ".join(missing[:10])}))

    # What the source no longer tells

    def _gone(self) -> Iterator[RowPlan]:
        kinds = {kind for kind, _id in self.seen}
        records = SourceRecord.objects.filter(source__key=self.source_key, kind__in=kinds).select_related("service")
        count = 0
        for record in records.defer("values", "confirmed").iterator(chunk_size=ROWS_AT_ONCE):
            if (record.kind, record.external_id) in self.seen:
                continue
            count += 1
            service = record.service
            if self.options.closes_gone and service and service.state == ServiceState.PUBLISHED:
                yield _closing(record, service)
        if count:
            self.notices.append(Problem("", GONE_CLOSED if self.options.closes_gone else GONE, {"count": count}))


def _closing(record: SourceRecord, service: Service) -> RowPlan:
    state = Shown(gettext("state"), str(service.get_state_display()), str(ServiceState.CLOSED.label))
    after = {"kind": record.kind, "external_id": record.external_id, "closes": True}
    return RowPlan(
        0, Op.CHANGE, service.key, service.name.text, after=after, shown=[state], memo={"target": service.pk}
    )


def _column(raw: Raw, column: str) -> str:
    """How the file calls the place that a problem is about."""
    return raw.columns.get(column) or raw.columns.get(column.partition(".")[0]) or column


def _digest(row: _Row) -> str:
    """What stands for an identifier where a list has none: the record's name, address and number."""
    numbers = sorted(one["value"] for one in row.values.get("identifiers") or [])
    places = [place_key(place) for place in (row.values.get("places") or [])[:1]]
    parts: Iterable[str] = [row.raw.parent, fold(row.name), *places, *numbers]
    return "row-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _sort_key(row: _Row) -> str:
    return fold(row.name)[:200]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
