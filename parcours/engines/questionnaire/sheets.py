"""The sheets of an XLSForm as they were written: what is kept, edited and exported, column by column and row by row."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import csv_to_dict, md_to_dict, xls_to_dict, xlsx_to_dict
from pyxform.xls2xform import convert
from xlrd import XLRDError

# In this order they are written; others are not part of an XLSForm and are not kept.
SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
FIRST_ROW = 2  # below the headers, as a spreadsheet counts
READERS = {".xlsx": xlsx_to_dict, ".xls": xls_to_dict, ".csv": csv_to_dict, ".md": md_to_dict}

FAILURES = (PyXFormError, InvalidFileException, BadZipFile, XLRDError, LookupError, TypeError, ValueError, OSError)

Row = dict[str, str]


class UnreadableForm(ValueError):
    """The file is no form that can be read. `code`: "format" (`detail` is its ending), "unreadable" (`detail` is what
    the reader says), "no_survey" (there is no sheet of that name).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Sheets:
    """Each sheet's columns in order, and its rows; an empty row keeps its place, so that row numbers stay true."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, **sheets: list[Row]) -> "Sheets":
        """Sheets from rows alone, in the order in which columns appear."""
        columns = {name: list(dict.fromkeys(key for row in rows for key in row)) for name, rows in sheets.items()}
        return cls(columns, sheets)

    @classmethod
    def stored(cls, value: dict[str, Any]) -> "Sheets":
        return cls(value["columns"], value["rows"])

    def to_store(self) -> dict[str, Any]:
        """As JSON holds it: {"columns": {sheet: [name, …]}, "rows": {sheet: [{column: text}, …]}}."""
        return {"columns": self.columns, "rows": self.rows}

    def numbered(self, sheet: str) -> Iterable[tuple[int, Row]]:
        """Rows that say something, each with its number in the spreadsheet."""
        for number, row in enumerate(self.rows.get(sheet, []), FIRST_ROW):
            if any(row.values()):
                yield number, row

    @property
    def settings(self) -> Row:
        return next((row for _number, row in self.numbered("settings")), {})


def read_sheets(content: bytes, filename: str) -> Sheets:
    """The sheets of a workbook (XLSX, XLS, or the CSV and Markdown that pyxform reads). Raises UnreadableForm."""
    suffix = PurePath(filename).suffix.lower()
    if suffix not in READERS:
        raise UnreadableForm("format", suffix)
    try:
        found = READERS[suffix](io.BytesIO(content))
    except (
        PyXFormError,
        InvalidFileException,
        BadZipFile,
        XLRDError,
        LookupError,
        TypeError,
        ValueError,
        OSError,
    ) as error:
        raise UnreadableForm("unreadable", str(error)) from error
    columns, rows = {}, {}
    for sheet in SHEETS:
        if header := found.get(f"{sheet}_header"):
            columns[sheet] = [name for name in header[0] if name]
            rows[sheet] = [_texts(row) for row in found.get(sheet) or []]
    if "survey" not in columns:
        raise UnreadableForm("no_survey")
    return Sheets(columns, rows)


def _texts(row: dict[str, Any]) -> Row:
    return {name: str(value).strip() for name, value in row.items() if name and value not in (None, "")}


def write_sheets(sheets: Sheets) -> bytes:
    """An XLSX workbook that Kobo, ODK and this program read."""
    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    for name in SHEETS:
        if name not in sheets.columns:
            continue
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        page.append(sheets.columns[name])
        for cell in page[1]:
            cell.font = Font(bold=True)
        for row in sheets.rows.get(name, []):
            page.append([row.get(column) for column in sheets.columns[name]])
        for line in page.iter_rows(min_row=FIRST_ROW):
            for cell in line:
                cell.data_type = "s" if cell.value is not None else "n"  # a text that begins with "=" is no formula
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_xform(sheets: Sheets) -> str:
    """The form as the XML that ODK's programs take; of a form without errors."""
    return str(convert(xlsform=write_sheets(sheets), file_type=".xlsx").xform)
