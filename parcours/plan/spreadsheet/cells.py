"""How lists are written in one cell of a spreadsheet, and read back: partners, milestones, budget, indicators, links.

One line of a list is one text. A line that comes back as it was written keeps all that its text does not say: other
languages and their states, section, the mark of what was invented.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_noop

from parcours.geo.rules import fold
from parcours.imports.rules import Problem
from parcours.kit.dates import UnreadableDate, parse
from parcours.plan.choices import LineKind, LinkKind, PartnerRole
from parcours.translations.fields import Translated

Record = dict[str, Any]
Resolve = Callable[[str, str], str]

CHOICE_LANGUAGES = ("fr", "en")
MAX_AMOUNT = Decimal(10) ** 10

UNREADABLE_DATE = gettext_noop(
    "“%(value)s” cannot be read as a date: write it with the day first (28/02/2018), or as 2018-02-28, "
    "February 2018 or 2018."
)
NOT_A_DAY = gettext_noop("“%(value)s” must be a whole date here, with its day: 2018-02-28.")
NOT_A_CHOICE = gettext_noop("“%(value)s” is not one of: %(choices)s.")
NOT_AN_AMOUNT = gettext_noop("“%(value)s” is not an amount: write it as 12000 or 12000.50, without a minus sign.")
UNREADABLE_LINE = gettext_noop("“%(value)s” cannot be read: write it as “%(example)s”.")
TWICE = gettext_noop("“%(value)s” stands twice in this cell: keep one.")
TOO_LONG = gettext_noop("This text is longer than %(limit)d characters: shorten it.")


class CellError(Exception):
    """A cell, or a line of it, that cannot be taken: a msgid and its values."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text, values)
        self.text, self.values = text, values

    def problem(self, column: str) -> Problem:
        return Problem(column, self.text, self.values)


def choice(choices: type[models.TextChoices], value: str) -> str:
    """A choice by its key or its name in a language of the interface."""
    wanted = fold(value)
    for key, label in choices.choices:
        names = {fold(key), fold(key.replace("_", " "))}
        for language in CHOICE_LANGUAGES:
            with translation.override(language):
                names.add(fold(str(label)))
        if wanted in names:
            return str(key)
    raise CellError(NOT_A_CHOICE, value=value, choices=", ".join(choices.values))


def day(value: str) -> str:
    """A whole date as ISO 8601 writes it."""
    try:
        read = parse(value)
    except UnreadableDate as error:
        raise CellError(UNREADABLE_DATE, value=value) from error
    if read.precision != "day":
        raise CellError(NOT_A_DAY, value=value)
    return str(read)


def amount(value: str) -> str:
    """A number with two decimals, as the database writes it; a comma may stand for the point."""
    plain = re.sub(r"\s", "", value).replace(",", ".")
    try:
        number = Decimal(plain).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise CellError(NOT_AN_AMOUNT, value=value) from error
    if not 0 <= number < MAX_AMOUNT:
        raise CellError(NOT_AN_AMOUNT, value=value)
    return f"{number:.2f}"


def within(value: str, limit: int) -> str:
    """The text, if it is no longer than that."""
    if len(value) > limit:
        raise CellError(TOO_LONG, limit=limit)
    return value


def _flat(stored: Record) -> str:
    """The source text of a `Translated`, on one line, without the marks that part a line's pieces."""
    return re.sub(r"\s+", " ", re.sub(r"[|\[\]]", "/", Translated.parse(stored).source_text)).strip()


def _short(number: str) -> str:
    """ "12000.00" as "12000"."""
    return number.removesuffix(".00")


def _pieces(line: str) -> tuple[list[str], dict[str, str]]:
    """The pieces of "a | b | name=c | flag": the plain ones, and the named ones."""
    plain, named = [], {}
    for piece in (piece.strip() for piece in line.split("|")):
        name, sign, value = piece.partition("=")
        if sign and re.fullmatch(r"[a-z]+", name.strip()):
            named[name.strip()] = value.strip()
        elif piece:
            plain.append(piece)
    return plain, named


def _text(text: str, source: str) -> Record:
    return Translated.of({source: text}, source=source).stored()


@dataclass(frozen=True)
class Lines:
    """How the lines of one list are written.

    `read` gets a line's text, the language of new texts and what finds references (`find("organisation", name)` gives a
    key). `once` names what may not stand twice.
    """

    separator: str
    example: str
    write: Callable[[Record], str]
    read: Callable[[str, str, Resolve], Record]
    once: tuple[str, ...] = ()

    def cell(self, records: list[Record]) -> str:
        return self.separator.join(self.write(record) for record in records)

    def split(self, cell: str) -> list[str]:
        marks = r"[;\n]" if self.separator == "; " else r"\n"
        return [line.strip() for line in re.split(marks, cell.replace("\r\n", "\n")) if line.strip()]

    def parse(self, cell: str, before: list[Record], source: str, find: Resolve) -> list[Record]:
        """The records of a cell; `before` itself when the cell says the same. Raises CellError."""
        kept = [(self.write(record), record) for record in before]
        records = [self._line(line, kept, source, find) for line in self.split(cell)]
        self._refuse_doubles(records)
        return before if _as_set(records) == _as_set(before) else records

    def _line(self, line: str, kept: list[tuple[str, Record]], source: str, find: Resolve) -> Record:
        for position, (text, record) in enumerate(kept):
            if text == line:
                del kept[position]
                return record
        return self.read(line, source, find)

    def _refuse_doubles(self, records: list[Record]) -> None:
        seen = set()
        for record in records if self.once else []:
            key = tuple(record[name] for name in self.once)
            if key in seen:
                raise CellError(TWICE, value=self.write(record))
            seen.add(key)


def _as_set(records: list[Record]) -> list[str]:
    """Records without their order."""
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def _write_partner(record: Record) -> str:
    return f"{record['organisation']} ({record['role']})"


def _read_partner(line: str, source: str, find: Resolve) -> Record:
    found = re.fullmatch(r"(.+?)\s*\(([^()]*)\)", line)
    name, role = line, PartnerRole.PARTNER.value
    if found:
        try:
            name, role = found[1], choice(PartnerRole, found[2])
        except CellError:
            # brackets that are part of the name
            name = line
    return {"organisation": find("organisation", name), "role": role, "section": "", "is_invented": False}


MILESTONE = "2026-05-01 First meeting [done 2026-05-03]"


def _write_milestone(record: Record) -> str:
    done = f" [done {record['done_on']}]" if record["done_on"] else ""
    return f"{record['due_on']} {_flat(record['title'])}{done}"


def _read_milestone(line: str, source: str, find: Resolve) -> Record:
    found = re.fullmatch(r"(\S+)\s+([^\[\]]+?)\s*(?:\[\s*(?:done|fait)\s+([^\[\]]+)\])?", line)
    if not found:
        raise CellError(UNREADABLE_LINE, value=line, example=MILESTONE)
    return {
        "title": _text(found[2], source),
        "due_on": day(found[1]),
        "done_on": day(found[3]) if found[3] else "",
        "is_invented": False,
    }


BUDGET = "cost 12000 EUR | Rooms | period=2018 | source=key | secured | note=…"


def _write_budget(record: Record) -> str:
    parts = [f"{record['kind']} {_short(record['amount'])} {record['currency']}", _flat(record["label"])]
    parts += [f"period={record['period']}"] if record["period"] else []
    parts += [f"source={record['funding_source']}"] if record["funding_source"] else []
    parts += ["secured"] if record["is_secured"] else []
    parts += [f"note={_flat(record['note'])}"] if Translated.parse(record["note"]) else []
    return " | ".join(parts)


def _read_budget(line: str, source: str, find: Resolve) -> Record:
    plain, named = _pieces(line)
    head = re.fullmatch(r"([^\d+]+?)\s+([-+\d][\d\s.,]*?)\s*([A-Z]{3}|€)?", plain[0]) if plain else None
    if head is None or len(plain) not in (2, 3) or set(named) - {"period", "source", "note"}:
        raise CellError(UNREADABLE_LINE, value=line, example=BUDGET)
    secured = [fold(piece) in ("secured", "acquis") for piece in plain[2:]]
    if not all(secured):
        raise CellError(UNREADABLE_LINE, value=line, example=BUDGET)
    kind = choice(LineKind, head[1])
    if named.get("source") and kind != LineKind.FUNDING:
        raise CellError(gettext_noop("Only a line of kind “funding” names a source of money: “%(value)s”."), value=line)
    return {
        "kind": kind,
        "label": _text(plain[1], source),
        "amount": amount(head[2]),
        "currency": {"€": "EUR"}.get(head[3], head[3] or "EUR"),
        "period": within(named.get("period", ""), 20),
        "funding_source": find("funding_source", named["source"]) if named.get("source") else "",
        "is_secured": bool(secured),
        "note": _text(named.get("note", ""), source),
        "section": "",
        "is_invented": False,
    }


INDICATOR = "People trained | unit=people | baseline=0 on 2018-01-01 | target=40 on 2018-12-31"


def _write_indicator(record: Record) -> str:
    parts = [_flat(record["name"]), f"unit={record['unit']}"]
    for name in ("baseline", "target"):
        if record[name]:
            on = f" on {record[f'{name}_on']}" if record[f"{name}_on"] else ""
            parts.append(f"{name}={_short(record[name])}{on}")
    return " | ".join(parts)


def _read_indicator(line: str, source: str, find: Resolve) -> Record:
    plain, named = _pieces(line)
    if len(plain) != 1 or not named.get("unit") or set(named) - {"unit", "baseline", "target"}:
        raise CellError(UNREADABLE_LINE, value=line, example=INDICATOR)
    record: Record = {"name": _text(plain[0], source), "unit": within(named["unit"], 40), "is_invented": False}
    for name in ("baseline", "target"):
        value, _sign, on = named.get(name, "").partition(" on ")
        record[name] = amount(value) if value else ""
        record[f"{name}_on"] = day(on.strip()) if on else ""
    return record


def _write_link(record: Record) -> str:
    return f"{record['kind']} {record['target']}"


def _read_link(line: str, source: str, find: Resolve) -> Record:
    kind, _space, target = line.rpartition(" ")
    if not kind:
        raise CellError(UNREADABLE_LINE, value=line, example="related A1.02")
    return {"kind": choice(LinkKind, kind), "target": find("action", target)}


PARTNERS = "forim (partner); afd (funder)"

LINES: Mapping[str, Lines] = {
    "partners": Lines("; ", PARTNERS, _write_partner, _read_partner, ("organisation", "role")),
    "milestones": Lines("\n", MILESTONE, _write_milestone, _read_milestone),
    "budget_lines": Lines("\n", BUDGET, _write_budget, _read_budget),
    "indicators": Lines("\n", INDICATOR, _write_indicator, _read_indicator),
    "links": Lines("; ", "related A1.02; merged_into A1.03", _write_link, _read_link, ("kind", "target")),
}
