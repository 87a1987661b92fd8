"""Which listings answer a question: few enough to be ranked one by one, however many there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from django.contrib.postgres.search import SearchQuery
from django.db import connection, models

from parcours.directory.choices import WITHHELD, ServiceState
from parcours.directory.facts import quoted
from parcours.engines.words import fold

if TYPE_CHECKING:
    from parcours.directory.models import Listing  # noqa: F401 (named in strings)

Box = tuple[float, float, float, float]
Pieces = Iterator[tuple[str, list[Any]]]
TABLE = "directory_listing"
# How many rows are read for one that is ranked. Of more than these the first are taken, whichever they are: a question
# that so many services answer needs a place, or another word.
READ = 5
# How many of the nearest rows are looked at one by one before the words' index is asked: most often all that is near.
WINDOW = 1500


class ListingQuerySet(models.QuerySet["Listing"]):
    def public(self) -> Self:
        """Of services that everyone may read; only these are listed, so this is for tests and repairs."""
        return self.filter(service__state=ServiceState.PUBLISHED, service__merged_into=None).exclude(
            service__organisation__consent__in=WITHHELD
        )

    def named(self, word: str) -> Self:
        """Of services that bear this word in their name or their organisation's."""
        return self.filter(head=SearchQuery(quoted(fold(word)), search_type="raw", config="simple"))


# One thing that the words ask for: `tsquery` by `tsquery` how well it is held by what answers it, best first.
Wanted = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Ask:
    """A question as the index reads it.

    `words` (a `tsquery`) is sought in the names of services or in all that they say; `facts` are few among services and
    sought beside it, `kept` are many and looked at row by row. `fits` are facts that rank: by name, a `tsquery` that
    fits and one that fits everyone. Limits keep what is not known.
    """

    on: date
    words: str = ""
    column: Literal["head", "body"] = "head"
    wanted: Sequence[Wanted] = ()
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
    return [row for row, _rank in _rows(ask, source, [*values, *order_values, ask.limit])]


def nearest(ask: Ask) -> tuple[list[Row], bool]:
    """The nearest listings that answer, among the nearest of all; and whether these are all that are in the box."""
    where, values = _both([*_sought(ask), *_limits(ask)], " AND ")
    near = f"SELECT * FROM {TABLE} ORDER BY point(lon, lat) <-> point(%s, %s) LIMIT {WINDOW}"  # noqa: S608
    ranked = f"SELECT *, row_number() OVER () AS rank FROM ({near}) AS near"  # noqa: S608
    # the last of the window comes too, whatever it is: it says how far the window reaches
    source = f"SELECT *, ({where or 'true'}) AS is_found FROM ({ranked}) AS ranked"  # noqa: S608
    source = f"SELECT * FROM ({source}) AS told WHERE is_found OR rank = {WINDOW} ORDER BY rank LIMIT %s"  # noqa: S608
    found = _rows(ask, source, [*values, *(ask.middle or ()), ask.limit + 1], "CASE WHEN is_found THEN 0 ELSE rank END")
    rows = [row for row, rank in found if not rank][: ask.limit]
    last = found[-1][0] if found and found[-1][1] else None
    return rows, len(found) <= ask.limit and (last is None or _reaches(ask, last))


def _reaches(ask: Ask, last: Row) -> bool:
    """Whether a window that ends at this row holds all that is in the box."""
    if not ask.box or not ask.middle or last.lon is None or last.lat is None:
        return False
    (lon, lat), (west, south, east, north) = ask.middle, ask.box
    return hypot(last.lon - lon, last.lat - lat) >= max(east - west, north - south) / 2


HAS_PLACES = "CASE WHEN full_until < %s THEN NULL ELSE has_places END"
COLUMNS = f"id, service_id, lon, lat, quality, said_on, due_on, {HAS_PLACES}, hours"
OWN_COLUMNS = 9


def _rows(ask: Ask, source: str, parameters: list[Any], rank: str = "0") -> list[tuple[Row, int]]:
    """The rows of a source with what ranks them, and a number of the source's."""
    named = list(_held(ask, "head"))
    told = list(_held(ask, "body")) if ask.column == "body" else []
    shown, values = _both([*named, *told, *_fits(ask)])
    columns = ", ".join(filter(None, [rank, COLUMNS, shown]))
    # every value is a parameter; what is written in stands in this file
    statement = f"SELECT {columns} FROM ({source}) AS listing"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [ask.on, *values, *parameters])
        return [_row(row, len(named), len(told)) for row in cursor.fetchall()]


def _row(values: tuple[Any, ...], named: int, told: int) -> tuple[Row, int]:
    own, held, fits = values[1 : OWN_COLUMNS + 1], values[OWN_COLUMNS + 1 :], values[OWN_COLUMNS + 1 + named + told :]
    return Row(*own, held[:named], held[named : named + told] if told else held[:named], fits), values[0]


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


def _held(ask: Ask, column: str) -> Pieces:
    """How well a column holds each thing that is wanted, from 0 to 1."""
    for wanted in ask.wanted:
        cases = " ".join(f"WHEN {column} @@ %s::tsquery THEN {held:.2f}::float" for _query, held in wanted)
        yield f"CASE {cases} ELSE 0 END", [query for query, _held in wanted]


def _both(pieces: Iterable[tuple[str, list[Any]]], between: str = ", ") -> tuple[str, list[Any]]:
    texts, values = [], []
    for text, more in pieces:
        texts.append(text)
        values += more
    return between.join(texts), values
