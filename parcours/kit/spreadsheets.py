"""Tables in and out: CSV and XLSX, recognised by what a file contains and never by its name alone.

A cell whose text begins like a formula is written with an apostrophe before it, so that no spreadsheet program runs it,
and the reader takes exactly that apostrophe away: what is exported and read again is the same.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

Cell = str | int | float | bool | date | datetime

MAX_BYTES = 20_000_000
MAX_UNCOMPRESSED_BYTES = 200_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the media type of a workbook
MAX_XLSX_TEXT = 32_767
XLSX_LAST_ROW = 1_048_576
DELIMITERS = ",;\t"
SNIFFED_ROWS = 20

BEGINS_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# Characters that XML cannot hold.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadableFile(Exception):
    """The file is not a table we can read; the message says, in the active language, what it is and how to mend it."""


@dataclass(frozen=True)
class Row:
    """A row: its number as a spreadsheet shows it, its cells by header (empty ones are ""), the headers of formulas."""

    number: int
    cells: dict[str, Cell]
    formulas: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Table:
    """A table being read. `rows` may raise UnreadableFile and can be walked once; `encoding` is None for XLSX."""

    headers: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str | None = None


def read_table(file: IO[bytes], filename: str) -> Table:
    """Read the first visible sheet of a CSV or XLSX file; its first row that is not empty names the columns."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            gettext("The file is larger than %(limit)d MB: split it in several files.") % {"limit": MAX_BYTES // 10**6}
        )
    _refuse_other_kinds(data, filename)
    if data.startswith(b"PK"):
        return _table(_xlsx_rows(data), None)
    text, encoding = _decode(data)
    return _table(_csv_rows(text), encoding)


SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    """Raise UnreadableFile when the content is known to be something else than a table."""
    kind = next((kind for signature, kind in SIGNATURES if data.startswith(signature)), "")
    if not kind and data.startswith(b"PK"):
        kind = _kind_of_zip(data)
    if not kind and re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|svg)", data[:200], re.IGNORECASE):
        kind = "web page"
    if not kind and b"\0" in data[:4096] and not data.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        kind = "unknown"
    if not kind and not data.strip(b"\xef\xbb\xbf \r\n\t"):
        kind = "empty"
    if kind:
        raise UnreadableFile(_how_to_mend(kind) % {"name": filename})


def _how_to_mend(kind: str) -> str:
    return {
        "pdf": gettext(
            "“%(name)s” is a PDF: export the table it shows as XLSX or CSV from the program it was made with."
        ),
        "xls": gettext(
            "“%(name)s” is an old or a protected Excel file: open it, remove its password and save it as .xlsx."
        ),
        "image": gettext("“%(name)s” is a picture: a table must be in an XLSX or CSV file."),
        "archive": gettext("“%(name)s” is an archive: unpack it and send the table in it."),
        "ods": gettext("“%(name)s” is an OpenDocument table: open it and save it as .xlsx or .csv."),
        "document": gettext("“%(name)s” is a text document: copy its table into a spreadsheet and save it as .xlsx."),
        "web page": gettext("“%(name)s” is a web page or XML: open it in a spreadsheet program and save it as .xlsx."),
        "too large": gettext(
            "“%(name)s” is far larger than it looks once unpacked: save only the sheet with the table."
        ),
        "damaged": gettext("“%(name)s” is damaged: open it in a spreadsheet program and save it again as .xlsx."),
        "empty": gettext("“%(name)s” is empty."),
        "unknown": gettext("“%(name)s” is no table we know: send an XLSX or CSV file."),
    }[kind]


def _kind_of_zip(data: bytes) -> str:
    """What else than a workbook of sane size a zip is; empty for a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return "damaged"
    if "xl/workbook.xml" in names:
        return "too large" if size > MAX_UNCOMPRESSED_BYTES else ""
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    return "ods" if "content.xml" in names else "archive"


RawRow = tuple[int, list[Cell], set[int]]


def _table(raw: Iterator[RawRow], encoding: str | None) -> Table:
    """Take the headers from the first row that is not empty, and leave the rest to be read."""
    for _number, cells, _formulas in raw:
        if any(cell != "" for cell in cells):
            headers = _headers(cells)
            return Table(headers, _rows(headers, raw), encoding)
    raise UnreadableFile(gettext("The table is empty."))


def _headers(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of the columns; one without a name is called after its letter."""
    names = [str(cell).strip() for cell in cells]
    while not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(gettext("The table has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
    headers = tuple(name or get_column_letter(position) for position, name in enumerate(names, start=1))
    for name in headers:
        if headers.count(name) > 1:
            raise UnreadableFile(gettext("Two columns are called “%(name)s”: rename one.") % {"name": name})
    return headers


def _rows(headers: tuple[str, ...], raw: Iterator[RawRow]) -> Iterator[Row]:
    for number, cells, formulas in raw:
        if any(cell != "" for cell in cells[len(headers) :]):
            raise UnreadableFile(
                gettext("Row %(row)d has a cell beyond the last named column: name its column or empty the cell.")
                % {"row": number}
            )
        if any(cell != "" for cell in cells):
            if number > MAX_ROWS + 1:
                raise UnreadableFile(gettext("The table has more than %(limit)d rows.") % {"limit": MAX_ROWS})
            padded = [*cells, *[""] * (len(headers) - len(cells))]
            yield Row(number, dict(zip(headers, padded, strict=False)), {headers[position] for position in formulas})


def _decode(data: bytes) -> tuple[str, str]:
    """The text of a CSV file and the encoding it was in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(gettext("The file's letters cannot be read: save it as “CSV UTF-8” or as .xlsx."))


def _csv_rows(text: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for number, cells in enumerate(reader, start=1):
            formulas = {position for position, cell in enumerate(cells) if re.match(r"=.", cell)}
            yield number, [_bare(cell) for cell in cells], formulas
    except csv.Error as error:
        raise UnreadableFile(
            gettext("Line %(line)d of the file cannot be read: a cell is too long or a quotation mark is missing.")
            % {"line": reader.line_num}
        ) from error


def _delimiter(text: str) -> str:
    """The mark between cells that gives most of the first rows as many cells as the headers have."""

    def score(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            widths = [len(cells) for cells, _ in zip(reader, range(SNIFFED_ROWS), strict=False) if cells]
        except csv.Error:
            return (0, 0)
        if not widths or widths[0] == 1:
            return (0, 1)
        return (widths.count(widths[0]), widths[0])

    return max(DELIMITERS, key=score)


def _xlsx_rows(data: bytes) -> Iterator[RawRow]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            return
        sheets[0].reset_dimensions()
        for number, cells in zip(range(1, XLSX_LAST_ROW + 1), sheets[0].iter_rows(), strict=False):
            formulas = {position for position, cell in enumerate(cells) if cell.data_type == "f"}
            yield number, [_xlsx_value(cell) for cell in cells], formulas
        book.close()
    except (InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile(_how_to_mend("damaged") % {"name": "XLSX"}) from error


def _xlsx_value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value if cell.data_type == "f" else _bare(value)
    if isinstance(value, datetime):
        is_day = value.time() == time() and "h" not in cell.number_format.lower()
        return value.date() if is_day else value
    return value if isinstance(value, int | float | date) else str(value)


def _guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program might run."""
    return "'" + text if BEGINS_LIKE_A_FORMULA.match(text) else text


def _bare(text: str) -> str:
    """The text without the apostrophe that `_guarded` put."""
    return text[1:] if text.startswith("'") and BEGINS_LIKE_A_FORMULA.match(text) else text


def _csv_text(value: object) -> str:
    """As CSV holds it: dates as ISO 8601, nothing for None, numbers with a point."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value)
    return _guarded(CONTROLS.sub("", str(value)))


def write_csv(headers: Sequence[object], rows: Iterable[Sequence[object]], *, delimiter: str = ",") -> Iterator[bytes]:
    """The table as UTF-8 CSV, row by row, for a streaming answer, marked so that spreadsheets know its encoding."""
    yield b"\xef\xbb\xbf"
    for row in chain([headers], rows):
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerow([_csv_text(value) for value in row])
        yield line.getvalue().encode()


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written. Headers, if there are any, stay in sight; `width` is that of each column, else theirs."""

    title: str
    headers: Sequence[object]
    rows: Iterable[Sequence[object]]
    width: int = 0


def write_xlsx(
    headers: Sequence[object], rows: Iterable[Sequence[object]], sheet_title: str, notes: Sequence[object] = ()
) -> IO[bytes]:
    """The table as a workbook; `notes` (source, period, method) go on a second sheet."""
    about = [Sheet(gettext("Notes"), [], ([str(note)] for note in notes), 100)] if notes else []
    return write_workbook([Sheet(sheet_title, headers, rows), *about])


def write_workbook(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The sheets as a workbook, ready to be read from its start.

    Line ends in cells become "\\n"; text beyond 32,767 characters, the format's limit, is cut and ends in "…".
    """
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", one.title)[:31] or "1")
        if one.headers:
            sheet.freeze_panes = "A2"
        for position, header in enumerate(one.headers or [""], start=1):
            width = one.width or min(60, max(12, len(str(header)) + 2))
            sheet.column_dimensions[get_column_letter(position)].width = width
        if one.headers:
            sheet.append([_bold(sheet, header) for header in one.headers])
        for row in one.rows:
            sheet.append([_xlsx_cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _bold(sheet: Any, header: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _xlsx_cell(str(header)))
    cell.font = Font(bold=True)
    return cell


def _xlsx_cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return value
    text = _guarded(CONTROLS.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= MAX_XLSX_TEXT else text[: MAX_XLSX_TEXT - 1] + "…"
