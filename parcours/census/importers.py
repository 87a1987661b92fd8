"""The census's files, as `parcours.imports` calls for them: lists of organisations, lists of services."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.census.actions.imports import apply_rows, put_source, undo_rows
from parcours.census.formats import Raw, Reading, datainclusion, hsds, tables
from parcours.census.formats.columns import COLUMNS, propose
from parcours.census.formats.hsds_tables import written_out
from parcours.census.formats.streams import begins_like_json, keys_of, objects
from parcours.census.incoming import Comparison, Options
from parcours.directory.choices import RecordKind
from parcours.directory.models import Source
from parcours.imports.models import Batch
from parcours.imports.queries import BatchRowQuerySet
from parcours.imports.registry import ColumnHelp, Importer, Text
from parcours.imports.rules import FilePlan, Report, Sent
from parcours.kit.spreadsheets import Table, UnreadableFile, write_xlsx

TABLE, DATA_INCLUSION, DATA_INCLUSION_TABLE, HSDS = "table", "data-inclusion", "data-inclusion-table", "hsds"
FORMATS = {
    TABLE: _("a table"),
    DATA_INCLUSION: "data·inclusion v1",
    DATA_INCLUSION_TABLE: _("data·inclusion v1, as a table"),
    HSDS: "HSDS 3",
}


class DirectoryImporter(Importer):
    """Records of the directory, for coordinators. A JSON file may hold organisations and services at once."""

    permission = "directory.moderate"
    accept = ".xlsx,.csv,.json,.ndjson,.zip"
    takes_any_list = True
    record: RecordKind
    page: str

    def columns(self) -> list[ColumnHelp]:
        return [ColumnHelp(column.name, column.label, column.help) for column in COLUMNS[self.record]]

    def template(self) -> IO[bytes]:
        columns = COLUMNS[self.record]
        notes = [f"{column.name} — {column.label}. {column.help}" for column in columns]
        return write_xlsx([column.name for column in columns], [], str(self.label), notes)

    def result_url(self) -> str:
        return reverse(self.page)

    def details_url(self, batch: Batch) -> str:
        return reverse("census:reading", args=[batch.pk])

    def look(self, sent: Sent) -> dict[str, Any]:
        """The file's format and headers, and how the last file with these was read."""
        sent = replace(sent, file=written_out(sent.file))
        if begins_like_json(sent.file):
            keys = keys_of(sent.file)
            found: dict[str, Any] = {"format": _json_format(sent.file, keys), "headers": [], "lists": keys}
        else:
            table = sent.table()
            is_standard = datainclusion.is_datainclusion(table.headers)
            found = {"format": DATA_INCLUSION_TABLE if is_standard else TABLE, "headers": list(table.headers)}
            if not is_standard:
                found["columns"] = propose(self.record, table.headers, tables.samples_of(table))
        earlier = Batch.objects.read_like(kind=self.kind, options=found).first()
        return found | earlier.options | {"lists": found.get("lists", [])} if earlier else found

    def read(self, sent: Sent, *, on: date) -> FilePlan:
        sent = replace(sent, file=written_out(sent.file))
        comparison = Comparison(self._reading(sent), Options.of(sent.options), on)
        return FilePlan(comparison.notices, comparison.plans())

    def _reading(self, sent: Sent) -> Reading:
        kind = sent.options["format"]
        if kind == DATA_INCLUSION:
            return datainclusion.read(sent.file, sent.options["lists"])
        if kind == HSDS:
            return hsds.read(sent.file, sent.options["lists"])
        table = sent.table()
        if kind == DATA_INCLUSION_TABLE:
            return _standard_table(table)
        return tables.read(table, self.record, sent.options["columns"])

    def apply(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        source = put_source(**batch.options["source"])
        apply_rows(rows=rows, source=source, report=report)

    def undo(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        source = Source.objects.get(key=batch.options["source"]["key"])
        undo_rows(rows=rows, source=source, report=report)


class OrganisationsImporter(DirectoryImporter):
    kind = "organisations"
    label: Text = _("Import organisations")
    intro: Text = _(
        "A list of organisations, however its columns are called, or a file of data·inclusion or HSDS. "
        "What each source says of an organisation is kept apart: a list never overwrites what its owner confirmed."
    )
    record = RecordKind.ORGANISATION
    page = "directory:organisations"


class ServicesImporter(DirectoryImporter):
    kind = "services"
    label: Text = _("Import services")
    intro: Text = _(
        "A list of services with the organisations that give them, however its columns are called, or a file of "
        "data·inclusion or HSDS. What each source says is kept apart."
    )
    record = RecordKind.SERVICE
    page = "census:sources"


def _json_format(file: IO[bytes], keys: list[str]) -> str:
    """Which of the standards the first object of the file follows. Raises UnreadableFile."""
    for key in keys:
        for _number, found in islice(objects(file, key), 1):
            if datainclusion.is_datainclusion(found):
                return DATA_INCLUSION
            if "id" in found and found.keys() & {"name", "service_id", "location_type"}:
                return HSDS
    raise UnreadableFile(
        gettext("This JSON file is neither data·inclusion v1 nor HSDS 3: its objects have neither’s fields.")
    )


def _standard_table(table: Table) -> Reading:
    reading = Reading(iter(()))

    def rows() -> Iterator[Raw]:
        for row in table.rows:
            told = {header: cell if isinstance(cell, float) else str(cell) for header, cell in row.cells.items()}
            yield datainclusion.read_one(row.number, told, reading.unread)

    reading.rows = rows()
    return reading
