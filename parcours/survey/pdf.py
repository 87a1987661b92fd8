"""The tables of a wave as tagged PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from parcours.kit.documents import render_pdf
from parcours.survey.models import Wave
from parcours.survey.readable import Cell, Readable, notes, response_rate

TEMPLATE = Path(__file__).parent / "typst" / "results.typ"


def results_pdf(wave: Wave, tables: Sequence[Readable], *, language: str) -> bytes:
    with translation.override(language):
        data = {
            "title": wave.title,
            "notes": notes(wave),
            "rate": [
                {"text": one.formatted(), "label": str(one.label), "citation": one.citation()}
                for one in response_rate(wave)
            ],
            "tables": [_table(table) for table in tables],
        }
    return render_pdf(TEMPLATE, data, language)


def _table(table: Readable) -> dict[str, Any]:
    headings = (
        ["", *table.headings(), _("together")] if table.is_crossed else [_("answer"), _("n"), _("% of the base"), ""]
    )
    return {
        "title": table.title,
        "base": table.base,
        "headings": headings,
        "crossed": table.is_crossed,
        "rows": [_row(table, line.label, line.cells) for line in table.lines],
        "beside": [[one.label, one.text] for one in (*table.beside, *table.measures)],
        "remarks": list(table.remarks),
    }


def _row(table: Readable, label: str, cells: Sequence[Cell]) -> dict[str, Any]:
    if table.is_crossed:
        return {"cells": [label, *(cell.text for cell in cells)], "percent": None}
    [cell] = cells
    return {"cells": [label, cell.number, cell.share], "percent": cell.percent}
