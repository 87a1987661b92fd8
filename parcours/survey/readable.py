"""The protected tables in words, in the reader's language: what page, CSV, XLSX, JSON and PDF all write.

Nothing here reads an answer. A hidden number is None and is called withheld; a share never comes without its numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from parcours.engines.questionnaire.form import Texts, said
from parcours.engines.suppression import EVERYONE, LEFT_OUT, TICKS
from parcours.engines.tabulation import TOTAL
from parcours.kit.figures import NO_VALUE, PERCENT, Figure, format_number
from parcours.kit.punctuation import colon
from parcours.survey.choices import Progress
from parcours.survey.models import Ask, Response, Wave
from parcours.survey.tables import ANY, CrossTable, QuestionTable, Results

# How many decimals a number keeps that people gave, and a share.
DECIMALS = 1
STATES = {
    "@none": _("none of these"),
    "@unanswered": _("shown, not answered"),
    "@not_shown": _("not shown"),
    "@dont_know": _("does not know"),
}


def withheld() -> str:
    return gettext("withheld")


@dataclass(frozen=True)
class Cell:
    """`n` of `base`, None where it is withheld."""

    n: int | None
    base: int | None

    @property
    def percent(self) -> float | None:
        """None where a number is withheld, or nobody could be a share of anything."""
        return 100 * self.n / self.base if self.n is not None and self.base else None

    @property
    def is_withheld(self) -> bool:
        return self.n is None or self.base is None

    @property
    def number(self) -> str:
        return withheld() if self.n is None else format_number(self.n)

    @property
    def share(self) -> str:
        if self.is_withheld:
            return withheld()
        return NO_VALUE if self.percent is None else format_number(self.percent, DECIMALS, unit=PERCENT)

    @property
    def text(self) -> str:
        return self.number if self.is_withheld else f"{self.number} · {self.share}"


@dataclass(frozen=True)
class Line:
    """A row: its code in the form, what it is called, and its cells, the last one over all columns."""

    code: str
    label: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> Cell:
        return self.cells[-1]


@dataclass(frozen=True)
class Beside:
    """A number that stands beside a table: a state outside its base, everyone, or a measure of numbers."""

    code: str
    label: str
    value: float | None
    decimals: int = 0

    @property
    def text(self) -> str:
        return withheld() if self.value is None else format_number(self.value, self.decimals)


@dataclass(frozen=True)
class Readable:
    """A table: `base` says of whom the shares are; `beside` is what stands outside its base, `measures` of numbers.

    `columns` are codes and labels, empty for one question; a share in a cross-table is of its column.
    """

    key: str
    path: str
    kind: str
    title: str
    base: str
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...] = ()
    bases: tuple[int | None, ...] = ()
    beside: tuple[Beside, ...] = ()
    measures: tuple[Beside, ...] = ()
    remarks: tuple[str, ...] = ()
    is_of_repeat: bool = False

    @property
    def is_crossed(self) -> bool:
        return bool(self.columns)

    @property
    def withheld(self) -> int:
        """How many of its numbers are."""
        numbers = [*self.bases, *(cell.n for line in self.lines for cell in line.cells)]
        return [*numbers, *(one.value for one in (*self.beside, *self.measures))].count(None)

    def headings(self) -> list[str]:
        return [label for _code, label in self.columns]


class Words:
    """What a form calls things, in the active language, else in its own."""

    def __init__(self, default: str) -> None:
        self.language = (get_language() or "fr").partition("-")[0]
        self.default = default

    def said(self, texts: Texts, otherwise: str = "") -> str:
        return said(texts, self.language, self.default) or otherwise

    def question(self, one: QuestionTable) -> str:
        """What is asked; in a repeat, what it is asked of comes first."""
        label = self.said(one.label, one.path)
        return f"{self.said(one.repeat)}{colon()}{label}" if one.repeat else label

    def row(self, one: QuestionTable, code: str) -> str:
        if code in STATES:
            return str(STATES[code])
        edges = dict(zip(one.codes, one.edges, strict=True)) if one.edges else {}
        if code in edges:
            low, high = (format_number(edge, 0 if edge == int(edge) else DECIMALS) for edge in edges[code])
            return gettext("from %(low)s to under %(high)s") % {"low": low, "high": high}
        return self.said(one.codes.get(code, {}), code)


def readable(results: Results) -> list[Readable]:
    """Every table of the wave, in the order of the form, then the crossings."""
    words = Words(results.language)
    return [
        *(_question(words, one) for one in results.tables),
        *(_crossing(words, one) for one in results.crossings),
    ]


def _question(words: Words, one: QuestionTable) -> Readable:
    table = one.table
    base = table.count()
    return Readable(
        one.key,
        one.path,
        one.kind,
        words.question(one),
        base_in_words(words, one, base),
        tuple(Line(code, words.row(one, code), (Cell(table.count(code), base),)) for code in _rows(one)),
        bases=(base,),
        beside=tuple(_beside(one)),
        measures=tuple(_measures(one)),
        remarks=tuple(_remarks(one)),
        is_of_repeat=bool(one.table.layout.unit),
    )


def _rows(one: QuestionTable) -> list[str]:
    """The rows that say something: "none of these" only where somebody said it, and none where all say the same."""
    return [code for code in one.table.rows if code != ANY and (code != "@none" or one.table.count(code) != 0)]


def base_in_words(words: Words, one: QuestionTable, base: int | None) -> str:
    """Of whom the shares are: "of the 61 who answered"."""
    if one.is_withheld:
        return gettext("Withheld: it is asked only after answers of which too few were given.")
    if base is None:
        return gettext("Of those who answered; how many is withheld.")
    if one.repeat:
        return gettext("Of the %(n)s entries of “%(what)s” in which it was answered.") % {
            "n": format_number(base),
            "what": words.said(one.repeat),
        }
    if one.kind == "coded":
        return ngettext("Of the %(n)s answer that was coded.", "Of the %(n)s answers that were coded.", base) % {
            "n": format_number(base)
        }
    return ngettext("Of the %(n)s who answered.", "Of the %(n)s who answered.", base) % {"n": format_number(base)}


def _beside(one: QuestionTable) -> Iterator[Beside]:
    for code in one.table.layout.outside:
        is_uncoded = (one.kind, code) == ("coded", "@dont_know")
        label = gettext("answered, not coded yet") if is_uncoded else str(STATES[code])
        yield Beside(code, label, one.table.count(code))
    label = gettext("all entries") if one.repeat else gettext("all complete answers")
    yield Beside(EVERYONE, label, one.table.count(EVERYONE))


def _measures(one: QuestionTable) -> Iterator[Beside]:
    if one.measures is None or not one.edges:
        return
    first, third = one.measures.quartiles or (None, None)
    yield Beside("@mean", gettext("mean"), one.measures.mean, DECIMALS)
    yield Beside("@quartile_1", gettext("first quartile"), first, DECIMALS)
    yield Beside("@median", gettext("median"), one.measures.median, DECIMALS)
    yield Beside("@quartile_3", gettext("third quartile"), third, DECIMALS)


def _remarks(one: QuestionTable) -> Iterator[str]:
    table = one.table
    if one.kind in ("many", "coded"):
        ticks, base = table.count(TICKS), table.count()
        none = table.count("@none")
        is_more = ticks is not None and base is not None and ticks > base
        several = gettext("Several answers could be given: the shares add up to more than 100 %.")
        if not is_more:
            several = gettext("Several answers could be given: the shares need not add up to 100 %.")
        yield several
        if ticks is not None and base is not None and none is not None and base > none:
            yield gettext("%(ticks)s ticks in all, %(each)s for each of the %(n)s who ticked something.") % {
                "ticks": format_number(ticks),
                "each": format_number(ticks / (base - none), 2),
                "n": format_number(base - none),
            }
    if one.kind == "text":
        yield gettext("In people’s own words: shown here once the answers are coded.")


def _crossing(words: Words, one: CrossTable) -> Readable:
    table, row, column = one.table, one.row, one.column
    columns = [code for code in table.columns if code != "@none" or table.count(TOTAL, code) != 0]
    rows = [code for code in table.rows if code != "@none" or table.count(code) != 0]
    bases = tuple(table.count(TOTAL, code) for code in (*columns, TOTAL))
    lines = tuple(
        Line(
            code,
            words.row(row, code),
            tuple(Cell(table.count(code, at), base) for at, base in zip((*columns, TOTAL), bases, strict=True)),
        )
        for code in rows
    )
    n = bases[-1]
    base = (
        gettext("Of those who answered both; how many is withheld.")
        if n is None
        else gettext("Of the %(n)s who answered both; each share is of its column.") % {"n": format_number(n)}
    )
    several = [gettext("Several answers could be given: the shares of a column need not add up to 100 %.")]
    return Readable(
        one.key,
        f"{row.path} × {column.path}",
        "crossed",
        gettext("%(row)s, by: %(column)s") % {"row": words.question(row), "column": words.question(column)},
        base,
        lines,
        tuple((code, words.row(column, code)) for code in columns),
        bases,
        (Beside(LEFT_OUT, gettext("not counted here: answered at most one of the two"), table.count(LEFT_OUT)),),
        remarks=tuple(several if table.layout.kind == "multiple" else ()),
    )


# What holds for the whole wave


def response_rate(wave: Wave) -> list[Figure]:
    """Whom the wave asked and how far they came; each share with its base."""
    asked = Ask.objects.filter(wave=wave).count()
    to_the_end, by_link = Q(progress=Progress.COMPLETE), Q(ask__isnull=False)
    came = Response.objects.filter(wave=wave).aggregate(
        begun=Count("pk", filter=by_link & ~Q(progress=Progress.WITHDRAWN)),
        ended=Count("pk", filter=by_link & to_the_end),
        all=Count("pk", filter=to_the_end),
    )
    key, source, label = f"survey.{wave.key}.response", wave.title, gettext("organisations asked")
    figures = [Figure.count(f"{key}.asked", gettext("Organisations asked"), asked, source=source)]
    if asked:
        figures += [
            Figure.share(f"{key}.{name}", words, n=came[name], base=asked, base_label=label, source=source)
            for name, words in (("begun", gettext("began to answer")), ("ended", gettext("answered to the end")))
        ]
    return [*figures, Figure.count(f"{key}.all", gettext("Complete answers"), came["all"], source=source)]


def notes(wave: Wave) -> list[str]:
    """What a reader must know of every table."""
    said = [
        *([wave.remarks.text] if wave.remarks else []),
        gettext(
            "All actors were asked, not a sample: there is no sampling error. Those who did not answer are unknown."
        ),
        gettext("Each table says of whom its shares are. Who was not asked, or did not answer, is counted beside it."),
        gettext(
            "Numbers from 1 to %(most)d are withheld, and others with which one could compute them. 0 means nobody."
        )
        % {"most": wave.threshold - 1}
        if wave.threshold > 1
        else gettext("No number is withheld."),
    ]
    if wave.is_invented:
        said.append(gettext("These answers are made up for the demonstration."))
    return said
