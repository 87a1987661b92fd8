"""The actions as a table, one row each: what is exported and imported again changes nothing.

Headers are keys that mean the same in every language; a text has one column per language ("title_fr", "title_en").
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.kit.dates import parse
from parcours.kit.spreadsheets import BEGINS_LIKE_A_FORMULA, CONTROLS, MAX_XLSX_TEXT, write_csv
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Action, Plan
from parcours.plan.queries import ActionQuerySet
from parcours.plan.records import FIELDS, Record, read_record
from parcours.plan.rules import completeness
from parcours.plan.spreadsheet.cells import LINES
from parcours.translations.exports import write as write_texts
from parcours.translations.fields import Translated
from parcours.translations.languages import in_language_name

Text = str | Promise

ALWAYS = ("fr", "en")
TEXT_KINDS = ("text", "longtext")
# Fields whose column is not called as they are.
HEADERS = {"areas": "communes", "budget_lines": "budget", "funding_sources": "funding", "is_invented": "invented"}
VALIDATED_ROWS = 20_000
INLINE_LIST = 255


@dataclass(frozen=True)
class Column:
    """A column. `field` is the record's field it holds; empty for what is only told (`status`, `completeness`…)."""

    name: str
    label: Text
    help: Text
    field: str = ""
    language: str = ""


HELP: dict[str, Text] = {
    "text": _("Text. An emptied cell empties the text; a translation that is not changed keeps its state."),
    "one": _("The key, or the exact name."),
    "many": _("Keys or exact names, with semicolons between them."),
    "date": _("2018-02-28, 28/02/2018, February 2018, or 2018. The day comes before the month."),
    "flag": _("yes or no; an empty cell changes nothing."),
    "plain": _("Text."),
    "stage": _("One of: idea, planned, under_way, done, stopped; an empty cell changes nothing."),
    "status_override": _("Empty, or one of: on_track, late, silent, blocked. Needs a reason in the next column."),
    "areas": _("Official codes or names of communes, with semicolons between them."),
    "lead": _("The organisation’s key, exact name or acronym."),
}
DERIVED = (
    Column("status", _("status"), _("For information, not imported: it follows from dates and news.")),
    Column(
        "completeness",
        _("completeness"),
        _("For information, not imported: how many of the things a good action says are said."),
    ),
    Column("lead_name", _("name of the lead"), _("For information, not imported.")),
    Column("source", _("source"), _("For information, not imported.")),
    Column(
        "invented_fields",
        _("invented values"),
        _("For information, not imported: the values made up for the demonstration."),
    ),
)
CODE = Column(
    "code",
    _("code"),
    _("Never change it: it says which action the row is. Empty for a new action: it gets one."),
    "code",
)


def columns(languages: Sequence[str]) -> list[Column]:
    """Every column, texts in these languages."""
    found = [CODE]
    for field in FIELDS:
        name = HEADERS.get(field.name, field.name)
        if field.kind in TEXT_KINDS:
            found += [
                Column(f"{name}_{code}", f"{field.label} ({in_language_name(code)})", HELP["text"], field.name, code)
                for code in languages
            ]
        else:
            found.append(Column(name, field.label, _help(field.name, field.kind), field.name))
    return [*found, *DERIVED]


def _help(name: str, kind: str) -> Text:
    if name in LINES:
        line = _("One line each.") if LINES[name].separator == "\n" else _("Semicolons between them.")
        return gettext("%(line)s Example: %(example)s") % {"line": line, "example": LINES[name].example}
    return HELP.get(name) or HELP.get(kind) or HELP["plain"]


def languages_of(actions: Iterable[Action]) -> list[str]:
    """French, English, and whatever other languages the actions are written in."""
    used = set()
    for action in actions:
        for field in FIELDS:
            if field.kind in TEXT_KINDS:
                used.update(getattr(action, field.name).versions)
    return [*ALWAYS, *(code for code, _name in settings.LANGUAGES if code in used and code not in ALWAYS)]


@dataclass(frozen=True)
class Export:
    """Actions as a table, without the organisations whose keys are `hidden`."""

    plan: Plan
    actions: list[Action]
    headers: list[Column]
    hidden: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, actions: ActionQuerySet, *, for_office: bool) -> "Export":
        """`actions` carry their status. Organisations not to be named in public stand only in the office's table."""
        rows = list(actions.whole())
        every = Organisation.objects.exclude(pk__in=Organisation.objects.public().values("pk"))
        hidden = frozenset() if for_office else frozenset(every.values_list("key", flat=True))
        return cls(plan, rows, columns(languages_of(rows)), hidden)

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(column.language for column in self.headers if column.language))

    def names(self) -> list[str]:
        return [column.name for column in self.headers]

    def rows(self) -> Iterator[list[object]]:
        communes = dict(
            Area.objects.filter(pk__in={area.pk for action in self.actions for area in action.areas.all()}).values_list(
                "code", "name"
            )
        )
        for action in self.actions:
            cells = record_cells(self._shown(read_record(action)), self.languages, communes)
            cells |= {"code": action.code, **self._derived(action)}
            yield [cells.get(name, "") for name in self.names()]

    def _shown(self, record: Record) -> Record:
        partners = [row for row in record["partners"] if row["organisation"] not in self.hidden]
        return {**record, "partners": partners, "lead": "" if record["lead"] in self.hidden else record["lead"]}

    def _derived(self, action: Action) -> dict[str, object]:
        measured = completeness(action)
        lead = action.lead
        return {
            "status": getattr(action, "status", ""),
            "completeness": f"{len(measured.met)}/{measured.total}",
            "lead_name": lead.name if lead and lead.key not in self.hidden else "",
            "source": action.source.key if action.source else "",
            "invented_fields": "; ".join(HEADERS.get(name, name) for name in action.invented_fields),
        }

    def csv(self) -> Iterator[bytes]:
        return write_csv(self.names(), self.rows())

    def xlsx(self, *, on: date) -> IO[bytes]:
        return _workbook(self, on=on)


def record_cells(record: Record, languages: Sequence[str], communes: dict[str, str]) -> dict[str, object]:
    """The cells of a record, whole or in part, by column; `communes` gives the name of a code."""
    cells: dict[str, object] = {}
    for field in FIELDS:
        if field.name in record:
            value, name = record[field.name], HEADERS.get(field.name, field.name)
            if field.kind in TEXT_KINDS:
                cells |= write_texts(Translated.parse(value), name, languages)
            else:
                cells[name] = cell(field.name, field.kind, value, communes)
    return cells


def cell(name: str, kind: str, value: Any, communes: dict[str, str]) -> object:
    """One value as its cell holds it."""
    if name in LINES:
        return LINES[name].cell(value)
    if name == "areas":
        return "; ".join(f"{communes[code]} ({code})" if code in communes else code for code in value)
    if kind == "many":
        return "; ".join(value)
    if kind == "flag":
        return "yes" if value else "no"
    if kind == "date" and len(value) == len("2018-02-28"):
        return parse(value).date
    return value


def _workbook(export: Export, *, on: date) -> IO[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Actions")[:31])
    sheet.freeze_panes = "C2"
    for position, column in enumerate(export.headers, start=1):
        wide = bool(column.language) or column.field in LINES
        sheet.column_dimensions[get_column_letter(position)].width = 40 if wide else max(12, len(column.name) + 2)
    sheet.data_validations = _validations(export)
    sheet.append([_header(sheet, column) for column in export.headers])
    for row in export.rows():
        sheet.append([_value(value) for value in row])
    _guide(book.create_sheet(gettext("Guide")[:31]), export, on=on)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _header(sheet: Any, column: Column) -> WriteOnlyCell:
    header = WriteOnlyCell(sheet, column.name)
    header.font = Font(bold=True)
    header.comment = Comment(f"{column.label}. {column.help}", "Parcours", height=120, width=320)
    return header


def _validations(export: Export) -> DataValidationList:
    """Lists to choose from, where they are short enough for the format."""
    lists = {
        "stage": Stage.values,
        "axis": [axis.key for axis in export.plan.axes.all()],
        "status_override": [
            status for status in Status.values if status not in (Status.IDEA, Status.DONE, Status.STOPPED)
        ],
        "is_public": ["yes", "no"],
        "invented": ["yes", "no"],
    }
    found = []
    for position, name in enumerate(export.names(), start=1):
        formula = f'"{",".join(lists[name])}"' if name in lists else ""
        if 2 < len(formula) <= INLINE_LIST:
            # names are accepted too: the list helps, it does not forbid
            validation = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=False)
            letter = get_column_letter(position)
            validation.add(f"{letter}2:{letter}{VALIDATED_ROWS}")
            found.append(validation)
    return DataValidationList(dataValidation=found)


def _guide(sheet: Any, export: Export, *, on: date) -> None:
    """What every column holds, what may stand in it, and where the table comes from."""
    for letter, width in zip("ABC", (28, 44, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    source = gettext("Source: %(plan)s, as it stood on %(day)s.") % {
        "plan": export.plan.title.text,
        "day": on.isoformat(),
    }
    marked = gettext(
        "Rows with “yes” in the column “invented”, and the values named in “invented_fields”, "
        "are made up for the demonstration."
    )
    sheet.append([_bold(sheet, gettext("Actions"))])
    sheet.append([_value(source)])
    sheet.append([_value(marked)])
    sheet.append([])
    sheet.append([_bold(sheet, text) for text in (gettext("Column"), gettext("Holds"), gettext("How to write it"))])
    for column in export.headers:
        sheet.append([column.name, _wrapped(sheet, column.label), _wrapped(sheet, column.help)])
    for title, rows in _vocabularies(export):
        sheet.append([])
        sheet.append([_bold(sheet, title)])
        for key, label in rows:
            sheet.append([_value(key), _value(label)])


def _vocabularies(export: Export) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    plan = export.plan
    yield "stage", [(key, str(label)) for key, label in Stage.choices]
    yield "axis", [(row.key, row.title.text) for row in plan.axes.all()]
    yield "theme", [(row.key, row.title.text) for row in plan.themes.all()]
    yield "challenges", [(row.key, row.title.text) for row in plan.challenges.all()]
    yield "publics", [(row.key, row.name.text) for row in plan.publics.all()]
    yield "funding", [(row.key, row.name.text) for row in plan.funding_sources.all()]
    communes = Area.objects.communes_of(plan.area).in_reading_order()
    yield "communes", list(communes.values_list("code", "name"))
    organisations = Organisation.objects.exclude(key__in=export.hidden)
    yield gettext("lead and partners"), list(organisations.values_list("key", "name"))


def _value(value: object) -> object:
    """A value as a cell of a workbook takes it; text that begins like a formula stays text."""
    if not isinstance(value, str):
        return value
    text = CONTROLS.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    text = "'" + text if BEGINS_LIKE_A_FORMULA.match(text) else text
    return text if len(text) <= MAX_XLSX_TEXT else text[: MAX_XLSX_TEXT - 1] + "…"


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _wrapped(sheet: Any, text: Text) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _value(str(text)))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
