"""Tables, CSV or XLSX: our own templates and anybody's lists, by the columns that a person named."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop as _

from parcours.census.formats import Raw, Reading
from parcours.census.formats.columns import Column, column_named
from parcours.directory.choices import RecordKind
from parcours.imports.rules import Problem
from parcours.kit.spreadsheets import Row, Table

SAMPLES = 30
FORMULA = _("This cell holds a formula: give its value instead (copy, then paste as values).")
Cells = dict[Column, Any]


def samples_of(table: Table) -> dict[str, list[Any]]:
    """The first cells of each column that hold something."""
    found: dict[str, list[Any]] = {header: [] for header in table.headers}
    for row in islice(table.rows, SAMPLES):
        for header, cell in row.cells.items():
            if cell != "":
                found[header].append(cell)
    return found


def read(table: Table, kind: RecordKind, chosen: Mapping[str, str]) -> Reading:
    """Each row as a record, and in a list of services the organisation that gives it, once.

    `chosen` gives for each header the name of its column, "" for one that is left out.
    """
    columns = {header: column for header in table.headers if (column := column_named(kind, chosen.get(header, "")))}
    rows = _services(table, columns) if kind == RecordKind.SERVICE else _organisations(table, columns)
    return Reading(rows, set(table.headers) - columns.keys())


def _organisations(table: Table, columns: Mapping[str, Column]) -> Iterator[Raw]:
    for row in table.rows:
        yield _raw(RecordKind.ORGANISATION, row, _cells(row, columns))


def _services(table: Table, columns: Mapping[str, Column]) -> Iterator[Raw]:
    seen: set[str] = set()
    for row in table.rows:
        cells = _cells(row, columns)
        own = {header: cell for header, cell in cells.items() if not cell[0].path.startswith("organisation.")}
        given_by = {
            header: (Column(column.name, column.path.removeprefix("organisation."), column.label), value)
            for header, (column, value) in cells.items()
            if header not in own
        }
        organisation = _raw(RecordKind.ORGANISATION, row, given_by)
        parent = organisation.external_id or "|".join(str(value).strip() for _column, value in given_by.values())
        organisation.external_id, organisation.is_mentioned = parent, True
        if parent and parent not in seen:
            seen.add(parent)
            yield organisation
        service = _raw(RecordKind.SERVICE, row, own)
        service.parent = parent
        service.columns["organisation"] = organisation.columns.get("name", "")
        yield service


def _cells(row: Row, columns: Mapping[str, Column]) -> dict[str, tuple[Column, Any]]:
    return {header: (column, row.cells[header]) for header, column in columns.items() if row.cells[header] != ""}


def _raw(kind: RecordKind, row: Row, cells: Mapping[str, tuple[Column, Any]]) -> Raw:
    raw = Raw(row.number, kind, "", {})
    for header, (column, value) in cells.items():
        if header in row.formulas:
            raw.problems.append(Problem(header, FORMULA))
        else:
            _put(raw, column.path, value)
        raw.columns[column.path.partition("@")[0]] = header
        raw.columns.setdefault(column.path.partition(".")[0].partition("@")[0], header)
    if kind == RecordKind.ORGANISATION and "places" in raw.values and "area" in raw.values["places"][0]:
        raw.values["area"] = raw.values["places"][0]["area"]
    return raw


def _put(raw: Raw, path: str, value: Any) -> None:
    """Put a cell where its path says: a field, a version of a text, or a key of the only row of a field."""
    name, _dot, key = path.partition(".")
    if path == "id":
        raw.external_id = str(value).strip()
    elif path == "observed_on":
        raw.observed_on = value
    elif name == "identifiers":
        raw.values.setdefault(name, []).append({"scheme": key, "value": value})
    elif key:
        raw.values.setdefault(name, [{}])[0][key] = value
    elif "@" in name:
        name, _at, language = name.partition("@")
        raw.values[name] = _versions(raw.values.get(name)) | {language: value}
    elif isinstance(raw.values.get(name), dict):
        raw.values[name] |= {"fr": value}
    else:
        raw.values[name] = value


def _versions(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {} if value is None else {"fr": value}
