import io
import zipfile
from datetime import date, datetime

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from parcours.kit import spreadsheets
from parcours.kit.spreadsheets import Row, UnreadableFile, read_table, write_csv, write_xlsx

HARD = ["", "=1+1", "'=1+1", "''@x", "-5", "+33 1", "@home", "\tx", "'quoted'", "007", "a\nb", 'say "no"', "a;b,c\td"]
HARD += ["مرحبا بكم", "Дім", "👩‍👧‍👦", " spaced ", "_x0041_", "#N/A", "TRUE", "2018-02-28", "1e5", "<b>&amp;</b>"]
TEXT = st.one_of(st.sampled_from(HARD), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
NAMES = ["Nom", "Adresse; ville", "Note, libre"]


def read(data: bytes, name: str = "table") -> list[Row]:
    return list(read_table(io.BytesIO(data), name).rows)


def workbook(*rows: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3).filter(any), max_size=5))
def test_what_is_written_as_csv_is_read_again(rows):
    table = read_table(io.BytesIO(b"".join(write_csv(NAMES, rows))), "t.csv")
    assert table.headers == tuple(NAMES)
    assert [list(row.cells.values()) for row in table.rows] == rows


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=3, max_size=3).filter(any), max_size=5))
def test_what_is_written_as_xlsx_is_read_again(rows):
    table = read_table(write_xlsx(NAMES, rows, "Data: 2018?", ["Source: the plan"]), "t.xlsx")
    assert table.headers == tuple(NAMES)
    assert [list(row.cells.values()) for row in table.rows] == rows


def test_every_kind_of_cell_survives_xlsx():
    cells = [date(2018, 2, 28), datetime.fromisoformat("2018-02-28T10:30"), 62, 27.5, True, "007"]
    table = read_table(write_xlsx([*"abcdef"], [cells], "t"), "t.xlsx")
    assert [list(row.cells.values()) for row in table.rows] == [cells]


def test_csv_writes_dates_and_numbers_plainly():
    assert b"".join(write_csv(["a", "b", "c"], [[date(2018, 2, 28), -1.5, None]])) == (
        b'\xef\xbb\xbf"a","b","c"\r\n"2018-02-28","-1.5",""\r\n'
    )


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_written_text_can_be_run_as_a_formula(text):
    assert f'"\'{text}"'.encode() in b"".join(write_csv(["a"], [[text]]))
    cell = load_workbook(write_xlsx(["a"], [[text]], "t")).active["A2"]
    assert (cell.data_type, cell.value) == ("s", "'" + text)


def test_a_header_cannot_be_run_as_a_formula():
    assert load_workbook(write_xlsx(["=1+1"], [], "t")).active["A1"].data_type == "s"


def test_notes_are_on_a_sheet_of_their_own():
    with override("en"):
        book = load_workbook(write_xlsx(["a"], [["b"]], "Data", ["Invented rows", "=1"]))
    assert book.sheetnames == ["Data", "Notes"]
    assert [row[0].value for row in book["Notes"]] == ["Invented rows", "'=1"]


def test_formulas_are_flagged():
    assert read(workbook(["a", "b"], ["x", "=1+1"])) == [Row(2, {"a": "x", "b": "=1+1"}, {"b"})]
    assert read(b"a,b\nx,=1+1\n") == [Row(2, {"a": "x", "b": "=1+1"}, {"b"})]
    assert read(b"a,b\n-5,'=1+1\n") == [Row(2, {"a": "-5", "b": "=1+1"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_delimiter_are_recognised(delimiter, encoding):
    lines = [["Nom", "Créé le, environ"], ["Hébergement l’été", "12,5"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    table = read_table(io.BytesIO(text.encode(encoding)), "t.csv")
    assert (table.headers, table.encoding) == (("Nom", "Créé le, environ"), encoding)
    assert list(table.rows) == [Row(2, {"Nom": "Hébergement l’été", "Créé le, environ": "12,5"})]


def test_commas_in_unquoted_cells_do_not_hide_the_semicolons():
    assert read(b"nom;lieu\nA, B;C, D\nE;F\n")[0].cells == {"nom": "A, B", "lieu": "C, D"}


def test_one_column_is_a_table():
    assert read(b"nom\nA\nB\n") == [Row(2, {"nom": "A"}), Row(3, {"nom": "B"})]


@pytest.mark.parametrize(
    "data", [b"\n\na,b,\n\n1\n,,\n2,3\n", workbook([], [], ["a", "b", None], [], [1], [None], [2, 3])]
)
def test_empty_rows_are_left_out_and_keep_their_number(data):
    assert [(row.number, [str(cell) for cell in row.cells.values()]) for row in read(data)] == [
        (5, ["1", ""]),
        (7, ["2", "3"]),
    ]


def test_a_column_without_name_is_called_by_its_letter():
    assert read(b"a,,c\n1,2,3\n") == [Row(2, {"a": "1", "B": "2", "c": "3"})]


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7", "“f.xlsx” is a PDF: export the table it shows as XLSX or CSV from the program it was made with."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "“f.xlsx” is an old or a protected Excel file: open it, remove its password and save it as .xlsx.",
        ),
        (b"\x89PNG\r\n", "“f.xlsx” is a picture: a table must be in an XLSX or CSV file."),
        (zipped("content.xml"), "“f.xlsx” is an OpenDocument table: open it and save it as .xlsx or .csv."),
        (
            zipped("word/document.xml"),
            "“f.xlsx” is a text document: copy its table into a spreadsheet and save it as .xlsx.",
        ),
        (zipped("a.csv"), "“f.xlsx” is an archive: unpack it and send the table in it."),
        (b"PK\x03\x04xx", "“f.xlsx” is damaged: open it in a spreadsheet program and save it again as .xlsx."),
        (zipped("xl/workbook.xml"), "“XLSX” is damaged: open it in a spreadsheet program and save it again as .xlsx."),
        (
            b"<!DOCTYPE html><p>",
            "“f.xlsx” is a web page or XML: open it in a spreadsheet program and save it as .xlsx.",
        ),
        (b"a\0b", "“f.xlsx” is no table we know: send an XLSX or CSV file."),
        (b" \n", "“f.xlsx” is empty."),
        (b"", "“f.xlsx” is empty."),
        (b",,\n", "The table is empty."),
        (workbook(), "The table is empty."),
        (b"a,b,a\n", "Two columns are called “a”: rename one."),
        (b"a\x81\xff\n", "The file's letters cannot be read: save it as “CSV UTF-8” or as .xlsx."),
        (b"a,b\n1,2,3\n", "Row 2 has a cell beyond the last named column: name its column or empty the cell."),
        (b",".join(b"c%d" % n for n in range(201)), "The table has more than 200 columns."),
        (workbook([f"c{n}" for n in range(201)]), "The table has more than 200 columns."),
        (
            b'a\n"' + b"x" * 140_000 + b'"\n',
            "Line 2 of the file cannot be read: a cell is too long or a quotation mark is missing.",
        ),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_way_to_mend_it(data, message):
    with override("en"), pytest.raises(UnreadableFile) as error:
        read(data, "f.xlsx")
    assert str(error.value) == message


@pytest.mark.parametrize("data", [b"a\n1\n2\n3\n4\n", workbook(["a"], [1], [2], [3], [4])])
def test_too_many_rows_are_refused(data, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 4)
    assert len(read(data)) == 4
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 3)
    with override("en"), pytest.raises(UnreadableFile, match="more than 3 rows"):
        read(data)


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as entry:
        for _ in range(201):
            entry.write(bytes(1_000_000))
    with override("en"), pytest.raises(UnreadableFile, match="far larger than it looks"):
        read(file.getvalue())


def test_a_large_file_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MAX_BYTES", 1_000_000)
    with override("en"), pytest.raises(UnreadableFile, match="larger than 1 MB"):
        read(b"a\n" * 500_001)


def test_a_row_far_below_does_not_make_the_reader_walk_for_ever():
    book, file = Workbook(), io.BytesIO()
    book.active["A1"], book.active["A1048576"] = "a", 1
    book.save(file)
    with override("en"), pytest.raises(UnreadableFile, match="more than 200000 rows"):
        read(file.getvalue())
