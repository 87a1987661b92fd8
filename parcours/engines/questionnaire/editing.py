"""Changes to the sheets of a form, each giving new sheets: a group moves and goes with all that stands in it."""

from dataclasses import dataclass

from parcours.engines.questionnaire.sheets import Row, Sheets

BASE = {"survey": ["type", "name", "label"], "choices": ["list_name", "name", "label"]}


@dataclass(frozen=True)
class Line:
    """A row of the survey sheet as an editor shows it: how deep it stands, and the rows that go with it.

    `end` is the index after the last row of its group; for a question the next row.
    """

    index: int
    row: Row
    depth: int
    end: int
    is_group: bool


def lines(sheets: Sheets) -> list[Line]:
    """The rows that say something, but for those that only end a group."""
    found: list[Line] = []
    rows = sheets.rows.get("survey", [])
    depth = 0
    for index, row in enumerate(rows):
        if _opens(row):
            found.append(Line(index, row, depth, end_of(rows, index), True))
            depth += 1
        elif _closes(row):
            depth = max(0, depth - 1)
        elif any(row.values()):
            found.append(Line(index, row, depth, index + 1, False))
    return found


def end_of(rows: list[Row], index: int) -> int:
    """The index after the rows that go with this one; the end of the sheet for a group that is never closed."""
    if not _opens(rows[index]):
        return index + 1
    depth = 0
    for place in range(index, len(rows)):
        depth += _opens(rows[place]) - _closes(rows[place])
        if depth == 0:
            return place + 1
    return len(rows)


def put(sheets: Sheets, sheet: str, index: int, row: Row) -> Sheets:
    """Write over one row; columns that it needs are added."""
    rows = list(sheets.rows.get(sheet, []))
    rows[index] = row
    return _with(sheets, sheet, rows)


def insert(sheets: Sheets, after: int, row: Row) -> Sheets:
    """Add a question or a group (with its end) after a row of the survey sheet and all that goes with it; -1: first."""
    rows = list(sheets.rows.get("survey", []))
    place = end_of(rows, after) if 0 <= after < len(rows) else 0
    return _with(sheets, "survey", [*rows[:place], *_closed(row), *rows[place:]])


def insert_inside(sheets: Sheets, group: int, row: Row) -> Sheets:
    """Add a question as the first of a group."""
    rows = list(sheets.rows.get("survey", []))
    return _with(sheets, "survey", [*rows[: group + 1], *_closed(row), *rows[group + 1 :]])


def remove(sheets: Sheets, index: int) -> Sheets:
    """Take out a question, or a group with all that stands in it."""
    rows = list(sheets.rows.get("survey", []))
    return _with(sheets, "survey", [*rows[:index], *rows[end_of(rows, index) :]])


def move(sheets: Sheets, index: int, *, down: bool) -> Sheets:
    """Change places with the neighbour of the same depth; at the edge of its group it stays."""
    rows = list(sheets.rows.get("survey", []))
    beside = [line for line in lines(sheets) if line.depth == _depth(sheets, index)]
    place = next(number for number, line in enumerate(beside) if line.index == index)
    other = place + 1 if down else place - 1
    if not 0 <= other < len(beside):
        return sheets
    first, second = sorted((beside[place], beside[other]), key=lambda line: line.index)
    between = rows[first.end : second.index]
    if any(_opens(row) or _closes(row) for row in between):
        return sheets  # they stand in different groups
    moved = [*rows[second.index : second.end], *between, *rows[first.index : first.end]]
    return _with(sheets, "survey", [*rows[: first.index], *moved, *rows[second.end :]])


def choices_of(sheets: Sheets, list_name: str) -> list[Row]:
    return [row for row in sheets.rows.get("choices", []) if row.get("list_name") == list_name]


def list_names(sheets: Sheets) -> list[str]:
    names = (row.get("list_name", "") for row in sheets.rows.get("choices", []))
    return list(dict.fromkeys(name for name in names if name))


def put_choices(sheets: Sheets, list_name: str, choices: list[Row]) -> Sheets:
    """Write all choices of a list, where the list stood; an empty list goes."""
    rows = sheets.rows.get("choices", [])
    named = [{"list_name": list_name, **choice} for choice in choices]
    place = next((number for number, row in enumerate(rows) if row.get("list_name") == list_name), len(rows))
    before = [row for row in rows[:place] if row.get("list_name") != list_name]
    after = [row for row in rows[place:] if row.get("list_name") != list_name]
    return _with(sheets, "choices", [*before, *named, *after])


def put_settings(sheets: Sheets, values: Row) -> Sheets:
    """Change the form's own settings; others stay."""
    return _with(sheets, "settings", [{**sheets.settings, **values}])


def add_language(sheets: Sheets, name: str) -> Sheets:
    """Room for another language: "العربية (ar)"."""
    columns = {
        sheet: [*names, *({f"label::{name}"} - set(names) if sheet in BASE else ())]
        for sheet, names in sheets.columns.items()
    }
    return Sheets(columns, sheets.rows)


def _with(sheets: Sheets, sheet: str, rows: list[Row]) -> Sheets:
    known = sheets.columns.get(sheet) or list(BASE.get(sheet, []))
    new = [key for row in rows for key in row if key not in known]
    columns = {**sheets.columns, sheet: [*known, *dict.fromkeys(new)]}
    return Sheets(columns, {**sheets.rows, sheet: [{k: v for k, v in row.items() if v} for row in rows]})


def _depth(sheets: Sheets, index: int) -> int:
    return next((line.depth for line in lines(sheets) if line.index == index), 0)


def _closed(row: Row) -> list[Row]:
    return [row, {"type": row["type"].replace("begin", "end", 1)}] if _opens(row) else [row]


def _opens(row: Row) -> bool:
    return row.get("type", "").lower().replace("_", " ").startswith("begin ")


def _closes(row: Row) -> bool:
    return row.get("type", "").lower().replace("_", " ").startswith("end ")
