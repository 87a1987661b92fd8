"""The readable tables as files: one long table (CSV), and a workbook with one sheet a table."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext

from parcours.kit.spreadsheets import Sheet, write_csv, write_workbook
from parcours.survey.codebook import sheets as codebook_sheets
from parcours.survey.models import Wave
from parcours.survey.readable import Cell, Readable, notes, withheld

# One row a number. Keys, since programs read them; `n` and `percent` say "withheld" where they are.
HEADERS = (
    "table",
    "question",
    "title",
    "row",
    "row_label",
    "column",
    "column_label",
    "n",
    "base",
    "percent",
    "of_whom",
)
BASE = "(base)"


def results_csv(tables: Sequence[Readable]) -> Iterator[bytes]:
    return write_csv(HEADERS, (row for table in tables for row in long_rows(table)))


def long_rows(table: Readable) -> Iterator[list[object]]:
    """Each number of a table: its bases, its cells, what stands beside it."""
    start = [table.key, table.path, table.title]
    columns = [*((_code(code), label) for code, label in table.columns), ("", "")]
    for (column, label), base in zip(columns, table.bases, strict=True):
        yield [*start, BASE, gettext("base"), column, label, _said(base), _said(base), None, table.base]
    for line in table.lines:
        for (column, label), cell in zip(columns, line.cells, strict=True):
            numbers = [_said(cell.n), _said(cell.base), _percent(cell)]
            yield [*start, _code(line.code), line.label, column, label, *numbers, table.base]
    for one in (*table.beside, *table.measures):
        yield [*start, _code(one.code), one.label, "", "", _said(one.value), None, None, ""]


def _code(code: str) -> str:
    """A state or a measure as no choice is written, and no spreadsheet program takes for a formula."""
    return f"({code[1:]})" if code.startswith("@") else code


def _said(value: float | None) -> object:
    return withheld() if value is None else value


def _percent(cell: Cell) -> object:
    """In full: a file is computed with."""
    return withheld() if cell.is_withheld else cell.percent


def results_xlsx(wave: Wave, tables: Sequence[Readable]) -> IO[bytes]:
    """Notes first, then one sheet a table, then the codebook."""
    about = Sheet(gettext("Notes"), [], ([text] for text in (wave.title, *notes(wave))), 100)
    pages = [
        Sheet(f"{number} {table.key}", _headings(table), _wide_rows(table))
        for number, table in enumerate(tables, start=1)
    ]
    return write_workbook([about, *pages, *codebook_sheets(wave)])


def _headings(table: Readable) -> list[str]:
    if not table.is_crossed:
        return [table.title, gettext("n"), gettext("base"), gettext("% of the base")]
    columns = [*(label for _code, label in table.columns), gettext("together")]
    return [table.title, *(heading for label in columns for heading in (label, f"{label} (%)"))]


def _wide_rows(table: Readable) -> Iterator[list[object]]:
    if table.is_crossed:
        yield [gettext("base"), *(value for base in table.bases for value in (_said(base), None))]
    else:
        yield [gettext("base"), _said(table.bases[0]), _said(table.bases[0])]
    for line in table.lines:
        if table.is_crossed:
            yield [line.label, *(value for cell in line.cells for value in (_said(cell.n), _percent(cell)))]
        else:
            yield [line.label, _said(line.total.n), _said(line.total.base), _percent(line.total)]
    for one in (*table.beside, *table.measures):
        yield [one.label, _said(one.value)]
    for text in (table.base, *table.remarks):
        yield [text]
