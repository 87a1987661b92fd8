"""Which listings answer a question: few enough to be ranked one by one, however many there are."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from django.contrib.postgres.search import SearchQuery
from django.db import connection, models

from parcours.directory.cells import Box, cells_in
from parcours.directory.choices import WITHHELD, ServiceState
from parcours.directory.facts import any_of, quoted
from parcours.engines.words import fold

if TYPE_CHECKING:
    from parcours.directory.models import Listing  # noqa: F401 (named in strings)

Pieces = Iterator[tuple[str, list[Any]]]
TABLE = "directory_listing"
# How many rows are read for one that is ranked. Of more than these the first are taken, whichever they are: a question
# that so many services answer needs a place, or another word.
READ = 5


class ListingQuerySet(models.QuerySet["Listing"]):
    def public(self) -> Self:
        """Of services that everyone may read; only these are listed, so this is for tests and repairs."""
        return self.filter(service__state=ServiceState.PUBLISHED, service__merged_into=None).exclude(
            service__organisation__consent__in=WITHHELD
        )

    def named(self, word: str) -> Self:
        """Of services that bear this word in their name or their organisation's."""
        return self.filter(head=SearchQuery(quoted(fold(word)), search_type="raw", config="simple"))


class Wanted(NamedTuple):
    """One thing that is asked for: `tsquery` by `tsquery` how well names hold it that answer it, best first.

    A text says it outright by its `words`; a name also by one of its `facts`.
    """

    levels: Sequence[tuple[str, float]]
    words: str
    facts: str


@dataclass(frozen=True)
class Ask:
    """A question as the index reads it.

    `words` (a `tsquery`) is sought in the names of services or in all that they say, and asks at least for what is
    wanted under the numbers `sure`; `facts` are few among services and sought beside it, `kept` are many and looked at
    row by row. `fits` are facts that rank: by name, a `tsquery` that fits and one that fits everyone. Limits keep what
    is not known.
    """

    on: date
    words: str = ""
    column: Literal["head", "body"] = "head"
    wanted: Sequence[Wanted] = ()
    sure: Collection[int] = ()
    facts: str = ""
    kept: str = ""
    fits: Sequence[tuple[str, str, str]] = ()
    middle: tuple[float, float] | None = None
    box: Box | None = None
    age: int | None = None
    level: tuple[int, int] | None = None
    minutes: str = ""
    is_free: bool = False
    is_accessible: bool = False
    has_places: bool = False
    limit: int = 200


class Row(NamedTuple):
    """A listing as ranking reads it. `named` and `told` say of each thing that is wanted how well the service's names
    and its words hold it, from 0 to 1; `fits`, in the order of the question, 2 for what fits, 1 for what fits everyone,
    0 for what is not known."""

    pk: int
    service: int
    lon: float | None
    lat: float | None
    quality: float
    said_on: date | None
    due_on: date | None
    has_places: bool | None
    hours: str
    named: tuple[float, ...]
    told: tuple[float, ...]
    fits: tuple[int, ...]


def candidates(ask: Ask) -> list[Row]:
    """The listings that may answer: nearest first where the question has a middle, else the most complete first."""
    where, values = _both([*_sought(ask), *_limits(ask)], " AND ")
    order, order_values = "quality DESC, id", []
    found = f"{TABLE} WHERE {where or 'true'}"
    if ask.words or ask.facts:
        found = f"(SELECT * FROM {found} LIMIT {ask.limit * READ}) AS found"  # noqa: S608
    if ask.middle:
        order, order_values = "point(lon, lat) <-> point(%s, %s), id", [*ask.middle]
    source = f"SELECT * FROM {found} ORDER BY {order} LIMIT %s"  # noqa: S608
    return _rows(ask, source, [*values, *order_values, ask.limit])


HAS_PLACES = "CASE WHEN full_until < %s THEN NULL ELSE has_places END"
COLUMNS = f"id, service_id, lon, lat, quality, said_on, due_on, {HAS_PLACES}, hours"
OWN_COLUMNS = 9


def _rows(ask: Ask, source: str, parameters: list[Any]) -> list[Row]:
    """The rows of a source with what ranks them."""
    named = list(_named(ask))
    told = list(_told(ask)) if ask.column == "body" else []
    shown, values = _both([*named, *told, *_fits(ask)])
    columns = ", ".join(filter(None, [COLUMNS, shown]))
    # every value is a parameter; what is written in stands in this file
    statement = f"SELECT {columns} FROM ({source}) AS listing"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [ask.on, *values, *parameters])
        return [_row(row, len(named), len(told)) for row in cursor.fetchall()]


def _row(values: tuple[Any, ...], wanted: int, told: int) -> Row:
    own, named = values[:OWN_COLUMNS], values[OWN_COLUMNS:][:wanted]
    said, fits = values[OWN_COLUMNS + wanted :][:told], values[OWN_COLUMNS + wanted + told :]
    outright = tuple(1.0 if says else held for says, held in zip(said, named, strict=True)) if told else named
    return Row(*own, named, outright, fits)


def fit_names(ask: Ask) -> list[str]:
    """What `Row.fits` says, in order."""
    asked = {"level": ask.level, "minutes": ask.minutes, "free": ask.is_free, "accessible": ask.is_accessible}
    own = [name for name, value in asked.items() if value]
    return [*(name for name, _fits, _everyone in ask.fits), *own, *(["places"] if ask.has_places else [])]


def _fits(ask: Ask) -> Pieces:
    for _name, fits, everyone in ask.fits:
        yield "CASE WHEN facts @@ %s::tsquery THEN 2 WHEN facts @@ %s::tsquery THEN 1 ELSE 0 END", [fits, everyone]
    if ask.level:
        yield "CASE WHEN coalesce(french_min, french_max) IS NULL THEN 0 ELSE 2 END", []
    if ask.minutes:
        yield "CASE WHEN week IS NULL THEN 0 ELSE 2 END", []
    if ask.is_free:
        yield "CASE WHEN is_free THEN 2 ELSE 0 END", []
    if ask.is_accessible:
        yield "CASE WHEN is_accessible THEN 2 ELSE 0 END", []
    if ask.has_places:
        yield "CASE WHEN has_places THEN 2 ELSE 0 END", []


def _sought(ask: Ask) -> Pieces:
    """What the words' index and the places' find."""
    if ask.words:
        yield f"{ask.column} @@ %s::tsquery", [ask.words]
    if ask.facts:
        yield "facts @@ %s::tsquery", [ask.facts]
    if ask.box:
        west, south, east, north = ask.box
        cells = any_of(map(quoted, cells_in(ask.box))) if ask.words or ask.facts else ""
        if cells:
            # one look into the words' index; the squares hold a little more than the box
            yield "facts @@ %s::tsquery", [cells]
            yield "lon BETWEEN %s AND %s AND lat BETWEEN %s AND %s", [west, east, south, north]
        else:
            yield "point(lon, lat) <@ box(point(%s, %s), point(%s, %s))", [east, north, west, south]


def _limits(ask: Ask) -> Pieces:
    """What is looked at row by row."""
    if ask.kept:
        yield "(facts @@ %s::tsquery) IS TRUE", [ask.kept]
    if ask.age is not None:
        yield "(age_min IS NULL OR age_min <= %s) AND (age_max IS NULL OR age_max >= %s)", [ask.age, ask.age]
    if ask.level:
        low, high = ask.level
        yield "(french_min IS NULL OR french_min <= %s) AND (french_max IS NULL OR french_max >= %s)", [high, low]
    if ask.minutes:
        yield "(week IS NULL OR week && %s::int4multirange)", [ask.minutes]
    if ask.is_free:
        yield "is_free IS NOT FALSE", []
    if ask.is_accessible:
        yield "is_accessible IS NOT FALSE", []
    if ask.has_places:
        yield "(has_places IS NOT FALSE OR full_until < %s)", [ask.on]


def _named(ask: Ask) -> Pieces:
    """How well a service's names hold each thing that is wanted, from 0 to 1."""
    for wanted in ask.wanted:
        cases = " ".join(f"WHEN head @@ %s::tsquery THEN {held:.2f}::float" for _query, held in wanted.levels)
        yield f"CASE {cases} ELSE 0 END", [query for query, _held in wanted.levels]


def _told(ask: Ask) -> Pieces:
    """Whether all that a service says holds each thing outright; its long text is read where nothing else tells."""
    for number, wanted in enumerate(ask.wanted):
        if not wanted.words:
            yield "false", []
        elif number not in ask.sure:
            yield "body @@ %s::tsquery", [wanted.words]
        elif wanted.facts:
            # found without the facts, it was found by the words
            yield "CASE WHEN head @@ %s::tsquery THEN body @@ %s::tsquery ELSE true END", [wanted.facts, wanted.words]
        else:
            yield "true", []


def _both(pieces: Iterable[tuple[str, list[Any]]], between: str = ", ") -> tuple[str, list[Any]]:
    texts, values = [], []
    for text, more in pieces:
        texts.append(text)
        values += more
    return between.join(texts), values
