"""The tables of a wave as everyone may see them: one source for page, files, API and prose.

All tables that are published of a wave are protected in one call, so that none betrays another; what is asked again is
taken from the cache, under a key that changes with every answer, code and crossing.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Max, Sum

from parcours.engines.questionnaire.form import Question, Texts
from parcours.engines.suppression import EVERYONE, Protected, ProtectedNumbers, protect, protect_numbers
from parcours.engines.tabulation import STATES, Column, Numbers, OneWay, TwoWay, numbers, one_way, two_way
from parcours.survey.choices import Progress
from parcours.survey.coding_reading import coded, readings
from parcours.survey.columns import NUMBERS, OPEN, Columns, labels
from parcours.survey.models import Code, Coding, Response, Wave

# Rows of a question whose answers have no codes: how many gave one.
ANY = "any"
QUOTED = re.compile(r"""['"]([^'"]*)['"]""")
CROSSED = {"one", "many", "coded"}
KEPT = 24 * 60 * 60  # seconds
Made = TypeVar("Made")


class Crossed(NamedTuple):
    """The paths of two questions that are crossed."""

    row: str
    column: str


@dataclass(frozen=True)
class QuestionTable:
    """One question: `codes` are its rows with their labels; `kind` that of the question, or "coded".

    `is_withheld`: nothing is told of it, since it is asked only after answers that are withheld.
    """

    path: str
    kind: str
    label: Texts
    repeat: Texts
    codes: dict[str, Texts]
    table: Protected
    edges: tuple[tuple[float, float], ...] = ()
    measures: ProtectedNumbers | None = None
    is_withheld: bool = False

    @property
    def key(self) -> str:
        return dotted(self.path)


@dataclass(frozen=True)
class CrossTable:
    row: QuestionTable
    column: QuestionTable
    table: Protected

    @property
    def key(self) -> str:
        return f"{self.row.key}.x.{self.column.key}"


@dataclass(frozen=True)
class Results:
    """What is published of a wave's `complete` answers; `language` is the form's own."""

    complete: int
    language: str
    tables: tuple[QuestionTable, ...]
    crossings: tuple[CrossTable, ...]

    def everything(self) -> list[Protected]:
        """Every table that a reader can get: what an audit must be given."""
        return [one.table for one in (*self.tables, *self.crossings)]


def dotted(path: str) -> str:
    """A question's path as addresses and the keys of figures write it."""
    return path.replace("/", ".")


def results_of(wave: Wave, *, also: Crossed | None = None) -> Results:
    """The protected tables of a wave, with the crossings that its coordinator published; never older than its answers.

    `also` is a crossing that is being tried: only for those who may read every answer, since crossings asked for one
    after another would tell what each hides.
    """
    published = [Crossed(*pair) for pair in wave.crossings.values_list("row", "column")]
    crossings = [*published, *([also] if also and also not in published else [])]
    return cached(
        f"survey:tables:{wave.pk}",
        (fingerprint(wave), crossings),
        lambda: tabulated(wave, Columns.of(wave), crossings),
    )


def cached(name: str, said: object, make: Callable[[], Made]) -> Made:
    """What was made when the same was `said`, else made anew."""
    key = f"{name}:{hashlib.sha256(repr(said).encode()).hexdigest()}"
    found: Made | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT)
    return found


def fingerprint(wave: Wave) -> tuple[Any, ...]:
    """Whatever changes a table of the wave changes this."""
    complete = Response.objects.filter(wave=wave, progress=Progress.COMPLETE)
    codes = Code.objects.filter(questionnaire=wave.version.questionnaire_id)
    codings = Coding.objects.filter(response__wave=wave)
    return (
        wave.version_id,
        wave.threshold,
        *complete.aggregate(Count("pk"), Max("saved_at"), Sum("revision"), Sum("pk"), Sum("organisation")).values(),
        *codings.aggregate(Count("pk"), Max("coded_at")).values(),
        *codes.order_by("pk").values_list("pk", "label", "order"),
    )


@dataclass(frozen=True)
class _Plain:
    """A question counted, before protection."""

    question: Question
    column: Column
    kind: str
    codes: dict[str, Texts]
    numbers: Numbers | None = None
    edges: tuple[tuple[float, float], ...] = ()


def tabulated(wave: Wave, columns: Columns, crossings: Sequence[Crossed] = (), *, k: int = 0) -> Results:
    """The tables of these columns, where no count under `k` can be read; without it, under the wave's own threshold."""
    k = k or wave.threshold
    plain = {one.question.path: one for one in _plain(wave, columns, k)}
    pairs = [pair for pair in crossings if _can_cross(plain.get(pair.row), plain.get(pair.column))]
    counted: list[OneWay | TwoWay] = [one_way(one.column) for one in plain.values()]
    counted += [two_way(plain[pair.row].column, plain[pair.column].column) for pair in pairs]
    hidden = protect(*counted, k=k)
    told: dict[str, QuestionTable] = {}
    for one, table in zip(plain.values(), hidden, strict=False):
        is_withheld = _betrays(one.question, table, told)
        told[one.question.path] = _told(columns, one, table, k, is_withheld=is_withheld)
    crossed = []
    for pair, table in zip(pairs, hidden[len(plain) :], strict=True):
        row, column = told[pair.row], told[pair.column]
        is_told = not (row.is_withheld or column.is_withheld)
        crossed.append(CrossTable(row, column, table if is_told else _nothing_of(table)))
    return Results(len(columns), columns.form.default_language, tuple(told.values()), tuple(crossed))


def _told(columns: Columns, one: _Plain, table: Protected, k: int, *, is_withheld: bool) -> QuestionTable:
    return QuestionTable(
        one.question.path,
        one.kind,
        question_label(columns, one.question),
        columns.repeats[one.question.repeat].label if one.question.repeat else {},
        one.codes,
        _nothing_of(table) if is_withheld else table,
        one.edges,
        None if is_withheld else _measures(one, table, k),
        is_withheld,
    )


def _betrays(question: Question, table: Protected, told: Mapping[str, QuestionTable]) -> bool:
    """Whether a question's condition, which everybody may read in the codebook, tells a number that is withheld.

    Who was asked are those who gave the answers that lead to the question: if how many gave them is withheld, so is
    all of the question; and if it is told, then hiding how many were not asked hides nothing. A condition that names
    no choice is taken to need every answer of the question that it names.
    """
    if question.relevant and table.count(STATES["h"]) is None:
        return True
    for condition in question.relevant:
        said = set(QUOTED.findall(condition.source))
        for one in told.values():
            if one.path.rpartition("/")[2] in condition.names:
                hidden = {code for code in one.table.rows if one.table.count(code) is None}
                if hidden and (hidden & said or not said & set(one.codes)):
                    return True
    return False


def _nothing_of(table: Protected) -> Protected:
    """The table without a number, but how many there are in all, which every table tells."""
    everyone = table.layout.key(EVERYONE)
    shown = {key: n for key, n in table.shown.items() if key == everyone}
    return replace(table, shown=shown, hidden=table.hidden | (table.shown.keys() - shown.keys()))


def question_label(columns: Columns, question: Question) -> Texts:
    """What is asked; the text beside "other" has no label of its own."""
    if not question.label and (asked := columns.questions.get(question.path.removesuffix("_other"))):
        return {language: f"{label} (+)" for language, label in asked.label.items()}
    return question.label


def _plain(wave: Wave, columns: Columns, k: int) -> Iterator[_Plain]:
    read = readings(wave)
    books: dict[str, list[Code]] = {}
    for code in Code.objects.filter(questionnaire=wave.version.questionnaire_id):
        books.setdefault(code.question, []).append(code)
    for path, question in columns.questions.items():
        if question.fills and question.kind in OPEN:
            continue  # a name or a phone: a fact for the register, not an opinion to be counted
        column = columns.column(path)
        if question.kind in NUMBERS:
            yield _number(question, column, k)
        elif question.kind in OPEN and read.get(path) and books.get(path):
            codes = books[path]
            made = coded(columns, question, read[path], codes)
            yield _Plain(question, made, "coded", {str(code.pk): {"": code.label} for code in codes})
        elif column.kind == "text":
            given = _of_groups(column, np.where(column.is_in("a"), 0, -1), (ANY,))
            yield _Plain(question, given, question.kind, {ANY: {}})
        else:
            yield _Plain(question, column, question.kind, labels(question, column))


def _number(question: Question, column: Column, k: int) -> _Plain:
    """Numbers in bins; too few of them in one, so that its edges tell nobody's number."""
    found = numbers(column)
    givers = len(column) if column.owners is None else len(np.unique(column.owners[column.is_in("a")]))
    edges = tuple((one.low, one.high) for one in found.bins) if min(found.n, givers) >= k else ()
    names = tuple(f"{low:g}–{high:g}" for low, high in edges) or (ANY,)
    at = np.searchsorted([low for low, _high in edges], column.picked, side="right") - 1 if edges else 0
    made = _of_groups(column, np.where(column.is_in("a"), at, -1), names)
    return _Plain(question, made, question.kind, {name: {} for name in names}, found, edges)


def _of_groups(column: Column, picked: Any, names: tuple[str, ...]) -> Column:
    """A question that is no choice as one, by the group of each answer (-1 for none)."""
    return replace(column, kind="single", picked=picked, choices=names, texts=())


def _measures(one: _Plain, table: Protected, k: int) -> ProtectedNumbers | None:
    """Mean and quartiles; not of a repeat, whose numbers may come from few."""
    if one.numbers is None or one.question.repeat:
        return None
    return replace(protect_numbers(one.numbers, k=k), bins=table)


def _can_cross(row: _Plain | None, column: _Plain | None) -> bool:
    if row is None or column is None or not {row.kind, column.kind} <= CROSSED:
        return False
    return column.column.kind == "single" and row.column.unit == column.column.unit
