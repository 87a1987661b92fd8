"""The contents of the plan and their differences in words, in the active language."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Source
from parcours.kit.dates import parse
from parcours.kit.figures import NO_BREAK_SPACE, Figure, UnknownFigure, format_number
from parcours.kit.prose import to_html, to_text, to_typst_blocks
from parcours.kit.punctuation import listed, semicolon
from parcours.kit.worddiff import Piece, diff
from parcours.plan import choices
from parcours.plan.diffs import FieldChange, ItemDifference, content
from parcours.plan.figures import quoted
from parcours.plan.models import QuotedFigure
from parcours.plan.records import BY_NAME, Field
from parcours.plan.snapshot import NOTHING, Contents, Data
from parcours.plan.units import period_in_words, unit_in_words
from parcours.translations.fields import Shown, Translated
from parcours.translations.languages import in_language_name

Text = str | Promise

# What each field of the frame is called; fields of actions have their label in `records`.
LABELS: dict[str, Text] = {
    "text": _("text"),
    "title": _("title"),
    "short_title": _("short title"),
    "summary": _("summary"),
    "introduction": _("introduction"),
    "adopted_on": _("adopted"),
    "silent_after_months": _("months without news before an action is silent"),
    "area": _("territory"),
    "term": _("term"),
    "authority": _("authority"),
    "remark": _("remark"),
    "order": _("order"),
    "description": _("description"),
    "letter": _("letter"),
    "name": _("name"),
    "is_priority": _("named as a priority"),
    "kind": _("kind"),
    "acronym": _("acronym"),
    "role": _("role"),
    "seats": _("members"),
    "axis": _("axis"),
    "aim": _("aim"),
    "held_on": _("held on"),
    "period": _("period"),
    "facilitators": _("facilitated by"),
    "actions": _("ideas and actions that came from it"),
    "level": _("level"),
    "funder": _("funder"),
    "ceiling_percent": _("highest share paid"),
    "mitigation": _("mitigation"),
    "likelihood": _("likelihood"),
    "impact": _("impact"),
    "is_rating_invented": _("rating invented for the demonstration"),
    "owner": _("watched by"),
    "channel": _("channel"),
    "scope": _("scope"),
    "number": _("number"),
    "criterion": _("criterion"),
    "is_invented": _("invented for the demonstration"),
}
KIND_LABELS: dict[str, Text] = {
    "plan": _("The plan"),
    "principle": _("Principle"),
    "objective": _("Objective"),
    "definition": _("Definition"),
    "axis": _("Axis"),
    "theme": _("Theme"),
    "challenge": _("Challenge"),
    "public": _("Public"),
    "body": _("Steering"),
    "workshop": _("Workshop"),
    "funding_source": _("Funding source"),
    "risk": _("Risk"),
    "communication": _("Communication"),
    "evaluation_question": _("Evaluation question"),
    "action": _("Action"),
}
# Which choices a coded value belongs to, by kind of item and field; lines of actions by field and column.
CODED: dict[tuple[str, str], type[models.TextChoices]] = {
    ("action", "stage"): choices.Stage,
    ("action", "status_override"): choices.Status,
    ("partners", "role"): choices.PartnerRole,
    ("budget_lines", "kind"): choices.LineKind,
    ("links", "kind"): choices.LinkKind,
    ("seats", "role"): choices.SeatRole,
    ("body", "kind"): choices.BodyKind,
    ("workshop", "kind"): choices.WorkshopKind,
    ("funding_source", "level"): choices.FundingLevel,
    ("communication", "scope"): choices.CommunicationScope,
    ("evaluation_question", "criterion"): choices.Criterion,
}
# Which kind of item a reference names, by field.
REFERENCES = {
    "axis": "axis",
    "theme": "theme",
    "challenges": "challenge",
    "publics": "public",
    "areas": "area",
    "lead": "organisation",
    "funder": "organisation",
    "owner": "organisation",
    "organisation": "organisation",
    "facilitators": "organisation",
    "funding_sources": "funding_source",
    "funding_source": "funding_source",
    "target": "action",
    "actions": "action",
}
NAMES = ("title", "name", "term", "channel", "text")
# Of a list that changed, the lines shown on each side.
LINES_SHOWN = 30


@dataclass(frozen=True)
class Passage:
    """Prose in the active language: HTML in a template, blocks for Typst; its figures as the contents keep them."""

    shown: Shown
    figures: Callable[[str], Figure]

    def __bool__(self) -> bool:
        return bool(self.shown.text)

    def __str__(self) -> SafeString:
        return self.__html__()

    def __html__(self) -> SafeString:
        text = to_html(self.shown.text, self.figures)
        if self.shown.is_fallback:
            text = format_html('<div lang="{}" dir="{}">{}</div>', self.shown.language, self.shown.direction, text)
        if not self.shown.remark or not self.shown.text:
            return text
        return format_html('<div class="other-language">{}<p class="remark">{}</p></div>', text, self.shown.remark)

    @property
    def plain(self) -> str:
        return to_text(self.shown.text, self.figures)

    def blocks(self) -> dict[str, Any]:
        """{"blocks": as `prose.to_typst_blocks`, "lang", "remark"}."""
        blocks = to_typst_blocks(self.shown.text, self.figures)
        return {"blocks": blocks, "lang": self.shown.language, "remark": self.shown.remark}


class Reader:
    """Reads contents in the active language: texts, names of what keys stand for, figures."""

    def __init__(self, contents: Contents, *others: Contents) -> None:
        """`others` name what `contents` no longer holds."""
        self.sources = (contents, *others)

    def text(self, stored: Data | None) -> Shown:
        return Translated.parse(stored).shown

    def passage(self, stored: Data | None) -> Passage:
        return Passage(self.text(stored), self.figure)

    def find(self, kind: str, key: str) -> Data | None:
        return next((data for source in self.sources if (data := source.named(kind, key)) is not None), None)

    def name(self, kind: str, key: str) -> str:
        """What a key stands for; the key itself when nothing here says."""
        data = self.find(kind, key)
        if not key or data is None:
            return key
        if kind == "organisation":
            return self.organisation_name(data)
        if kind == "area":
            language = get_language() or ""
            return str(data["names"].get(language) or data["names"].get(language.split("-")[0]) or data["name"])
        title = next((self.text(data[name]).text for name in NAMES if data.get(name)), key)
        return f"{key} {title}" if kind == "action" else title

    def organisation_name(self, data: Data) -> str:
        return Translated.parse(data["names"]).text_in(get_language() or "") or str(data["name"])

    def figure(self, key: str) -> Figure:
        """A figure as the contents keep it. Raises UnknownFigure."""
        if key not in self._figures:
            raise UnknownFigure(key)
        return self._figures[key]

    @cached_property
    def _figures(self) -> Mapping[str, Figure]:
        rows = [(key, data) for source in reversed(self.sources) for key, data in source.all("figure").items()]
        return {key: self._kept_figure(key, data) for key, data in rows}

    def _kept_figure(self, key: str, data: Data) -> Figure:
        source = self.find("source", data["source"])
        row = QuotedFigure(
            key=key,
            label=Translated.parse(data["label"]),
            value=Decimal(data["value"] or 0),
            source=Source(title=Translated.parse(source["title"])) if source else None,
            **{name: data[name] for name in ("printed", "n", "base", "unit", "period", "kind", "section")},
        )
        if data["quoted"]:
            return quoted(row)
        unit = unit_in_words(data["unit"])
        return Figure(key, row.label.text, row.value, unit, period_in_words(data["period"]), n=row.n, base=row.base)


def date_in_words(written: str) -> str:
    """ "2018-02" as a reader writes it; "" for none."""
    return parse(written).formatted() if written else ""


def money(amount: str, currency: str) -> str:
    value = Decimal(amount)
    decimals = 0 if value == value.to_integral() else 2
    if currency == "EUR":
        return format_number(value, decimals, unit="€")
    return f"{format_number(value, decimals)}{NO_BREAK_SPACE}{currency}"


@dataclass(frozen=True)
class ReadableChange:
    """One changed field in words. `pieces` for a text or a value; `lines` for lists: ("removed" | "added", words)."""

    label: Text
    pieces: tuple[Piece, ...] = ()
    lines: tuple[Piece, ...] = ()
    note: str = ""
    is_prose: bool = False


class ChangeReader:
    """Puts the changes of two contents in words."""

    def __init__(self, old: Contents, new: Contents) -> None:
        self.old, self.new = Reader(old, new), Reader(new, old)

    def changes(self, item: ItemDifference) -> list[ReadableChange]:
        return [self.change(item.kind, change) for change in item.changes]

    def change(self, kind: str, change: FieldChange) -> ReadableChange:
        label = BY_NAME[change.name].label if kind == "action" else LABELS.get(change.name, change.name)
        if _is_text(change.old) or _is_text(change.new):
            return self._text(label, change)
        if isinstance(change.old, list) or isinstance(change.new, list):
            return self._lines(label, change)
        was = value_in_words(self.old, kind, change.name, change.old)
        now = value_in_words(self.new, kind, change.name, change.new)
        pieces = [Piece("removed", was)] if was else []
        return ReadableChange(label, pieces=(*pieces, *([Piece("added", now)] if now else [])))

    def _text(self, label: Text, change: FieldChange) -> ReadableChange:
        language = get_language() or ""
        before, after = Translated.parse(change.old), Translated.parse(change.new)
        old, new = self.old.passage(change.old).plain, self.new.passage(change.new).plain
        others = [code for code in sorted({*before.versions, *after.versions} - {language})
                  if before.text_in(code) != after.text_in(code)]  # fmt: skip
        if old != new:
            return ReadableChange(label, pieces=tuple(diff(old, new)), is_prose=True)
        where = listed(in_language_name(code) for code in others)
        return ReadableChange(label, note=gettext("Changed %(languages)s.") % {"languages": where})

    def _lines(self, label: Text, change: FieldChange) -> ReadableChange:
        """Lines that only one side has, removed first; a line that stands twice counts twice."""
        removed, added = _only(change.old, change.new), _only(change.new, change.old)
        pieces = [Piece("removed", element_in_words(self.old, change.name, line)) for line in removed[:LINES_SHOWN]]
        pieces += [Piece("added", element_in_words(self.new, change.name, line)) for line in added[:LINES_SHOWN]]
        more = len(removed) + len(added) - len(pieces)
        note = gettext("The first are shown; %(n)d more changed.") % {"n": more} if more else ""
        return ReadableChange(label, lines=tuple(pieces), note=note)


def _only(lines: list[Any] | None, others: list[Any] | None) -> list[Any]:
    """The lines that the others lack, in their order; what does not change what is read makes no difference."""
    left = Counter(_said(line) for line in others or [])
    kept = []
    for line in lines or []:
        if left[_said(line)]:
            left[_said(line)] -= 1
        else:
            kept.append(line)
    return kept


def _said(line: Any) -> str:
    return json.dumps(content(line), sort_keys=True)


def in_words(field: Field, value: Any, language: str) -> str:
    """A field's value as a reader of this language reads it; "" for none.

    References are given by key: a history says what was written, whatever the thing is called today.
    """
    with override(language):
        if _is_text(value):
            return _KEYS.text(value).text
        if isinstance(value, list):
            return semicolon().join(element_in_words(_KEYS, field.name, line) for line in value)
        return value_in_words(_KEYS, "action", field.name, value)


def element_in_words(reader: Reader, name: str, line: Any) -> str:
    """One of a list of references or of lines."""
    if isinstance(line, dict):
        return line_in_words(reader, name, line)
    return reader.name(REFERENCES[name], str(line)) if name in REFERENCES else str(line)


def value_in_words(reader: Reader, kind: str, name: str, value: Any) -> str:
    """A value that is neither a text nor a list; "" for none."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if (kind, name) in CODED:
        return str(dict(CODED[kind, name].choices).get(value, value))
    if name in REFERENCES:
        return reader.name(REFERENCES[name], value)
    if name.endswith("_on"):
        return date_in_words(value)
    return str(value["name"]) if isinstance(value, dict) else str(value)


def line_in_words(reader: Reader, name: str, line: Data) -> str:
    """A partner, milestone, budget line, indicator, link or seat in one line."""
    parts = []
    for column in COLUMNS:
        value = line.get(column)
        if value in (None, "", False) or column in ("section", "source", "currency"):
            continue
        if _is_text(value):
            parts.append(reader.text(value).text)
        elif (name, column) in CODED:
            parts.append(str(dict(CODED[name, column].choices).get(value, value)))
        elif column in REFERENCES and name != "indicators":
            parts.append(reader.name(REFERENCES[column], value))
        elif column == "amount":
            parts.append(money(value, line["currency"]))
        elif column in LINE_LABELS:
            parts.append(f"{LINE_LABELS[column]} {_line_value(column, value)}".strip())
        elif column.endswith("_on"):
            parts.append(date_in_words(value))
        elif column in ("unit", "period"):
            parts.append(str(unit_in_words(value) if column == "unit" else period_in_words(value)))
        else:
            parts.append(str(value))
    return " · ".join(part for part in parts if part)


# The reading order of a line's columns: the database keeps none.
COLUMNS = (
    "organisation", "role", "kind", "title", "name", "label", "due_on", "done_on", "amount", "currency", "period",
    "funding_source", "unit", "baseline", "baseline_on", "target", "target_on", "is_secured", "note", "source",
    "section", "is_invented",
)  # fmt: skip


def _line_value(column: str, value: Any) -> str:
    if column.endswith("_on"):
        return date_in_words(value)
    if column in ("baseline", "target"):
        number = Decimal(value)
        return format_number(number, max(0, -int(number.normalize().as_tuple().exponent)))
    return "" if value is True else str(value)


LINE_LABELS: dict[str, Text] = {
    "due_on": _("due"),
    "done_on": _("done"),
    "baseline": _("from"),
    "target": _("target"),
    "is_secured": _("secured"),
    "is_invented": _("invented"),
}


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and "texts" in value


_KEYS = Reader(NOTHING)
