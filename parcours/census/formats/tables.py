"""Tables, CSV or XLSX: our own templates and anybody's lists, by the columns that a person named."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
GIVEN_BY = "organisation."


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
    called = _called(columns)
    for row in table.rows:
        yield _raw(RecordKind.ORGANISATION, row, columns, called)


def _services(table: Table, columns: Mapping[str, Column]) -> Iterator[Raw]:
    own = {header: column for header, column in columns.items() if not column.path.startswith(GIVEN_BY)}
    given_by = {
        header: replace(column, path=column.path.removeprefix(GIVEN_BY))
        for header, column in columns.items()
        if header not in own
    }
    of_organisation = _called(given_by)
    of_service = _called(own) | {"organisation": of_organisation.get("name", "")}
    seen: set[str] = set()
    for row in table.rows:
        organisation = _raw(RecordKind.ORGANISATION, row, given_by, of_organisation)
        parent = organisation.external_id or "|".join(str(row.cells[header]).strip() for header in given_by).strip("|")
        organisation.external_id, organisation.is_mentioned = parent, True
        if parent and parent not in seen:
            seen.add(parent)
            yield organisation
        service = _raw(RecordKind.SERVICE, row, own, of_service)
        service.parent = parent
        yield service


def _called(columns: Mapping[str, Column]) -> dict[str, str]:
    """How the table calls each field and key of a record."""
    paths = {column.path.partition("@")[0]: header for header, column in reversed(columns.items())}
    called = {path.partition(".")[0]: header for path, header in reversed(paths.items())} | paths
    # an organisation's commune is that of its address
    return called | ({"area": paths["places.area"]} if "places.area" in paths else {})


def _raw(kind: RecordKind, row: Row, columns: Mapping[str, Column], called: dict[str, str]) -> Raw:
    raw = Raw(row.number, kind, "", {}, columns=called)
    for header, column in columns.items():
        if header in row.formulas:
            raw.problems.append(Problem(header, FORMULA))
        elif row.cells[header] != "":
            _put(raw, column.path, row.cells[header])
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
