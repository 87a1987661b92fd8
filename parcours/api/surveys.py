"""The tables of surveys, as the API tells them: from the one source that the page reads too."""

from django.db.models import QuerySet
from django.utils.translation import override
from ninja import Field, Schema

from parcours.api.shapes import Language
from parcours.directory.records import Values
from parcours.survey.models import Wave
from parcours.survey.readable import Beside, Readable, notes, readable
from parcours.survey.tables import results_of


class SurveyOut(Schema):
    key: str
    title: str
    opens_on: str
    closes_on: str
    is_invented: bool


class ColumnOut(Schema):
    code: str | None = Field(description="A choice of the form; null for all columns together")
    label: str
    base: int | None = Field(description="Of how many the shares in this column are; null is withheld")


class CellOut(Schema):
    n: int | None = Field(description="null is withheld")
    base: int | None
    percent: float | None = Field(description="null is withheld, or there is nobody to be a share of")


class LineOut(Schema):
    code: str = Field(description="A choice of the form; a state begins with “@”")
    label: str
    cells: list[CellOut] = Field(description="In the order of the columns")


class BesideOut(Schema):
    code: str
    label: str
    value: float | None = Field(description="null is withheld")


class TableOut(Schema):
    key: str
    question: str = Field(description="The path of the question; of two that are crossed")
    kind: str
    title: str
    of_whom: str
    columns: list[ColumnOut]
    lines: list[LineOut]
    beside: list[BesideOut] = Field(description="What the base leaves out, and measures of numbers")
    remarks: list[str]


class TablesOut(SurveyOut):
    smallest_count_shown: int
    notes: list[str]
    tables: list[TableOut]


def waves() -> QuerySet[Wave]:
    return Wave.objects.public().select_related("version")


def survey(wave: Wave) -> Values:
    return {
        "key": wave.key,
        "title": wave.title,
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": wave.closes_on.isoformat(),
        "is_invented": wave.is_invented,
    }


def tables(wave: Wave, language: Language) -> Values:
    with override(language.value):
        found = [_table(one) for one in readable(results_of(wave))]
        return {**survey(wave), "smallest_count_shown": wave.threshold, "notes": notes(wave), "tables": found}


def _table(one: Readable) -> Values:
    heads = [*one.columns, (None, "")]
    return {
        "key": one.key,
        "question": one.path,
        "kind": one.kind,
        "title": one.title,
        "of_whom": one.base,
        "columns": [
            {"code": code, "label": label, "base": base} for (code, label), base in zip(heads, one.bases, strict=True)
        ],
        "lines": [
            {
                "code": line.code,
                "label": line.label,
                "cells": [{"n": cell.n, "base": cell.base, "percent": cell.percent} for cell in line.cells],
            }
            for line in one.lines
        ],
        "beside": [_beside(beside) for beside in (*one.beside, *one.measures)],
        "remarks": list(one.remarks),
    }


def _beside(one: Beside) -> Values:
    return {"code": one.code, "label": one.label, "value": one.value}
