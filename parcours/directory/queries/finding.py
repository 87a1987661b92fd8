"""Which listings answer a question: few enough to be ranked one by one, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
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
    """One thing that the words ask for, as `tsquery`: by its name, by something near it, by words told anywhere."""

    strong: str
    weak: str


@dataclass(frozen=True)
class Ask:
    """A question as the index reads it.

    `words` (a `tsquery`) is sought in the names of services or in all that they say, `facts` beside it. `fits` are
    facts that rank: by name, a `tsquery` that fits and one for what is not known. Limits keep what is not known.
    """

    on: date
    words: str = ""
    column: Literal["head", "body"] = "head"
    wanted: Sequence[Wanted] = ()
    facts: str = ""
    fits: Sequence[tuple[str, str, str]] = ()
    middle: tuple[float, float] | None = None
    box: Box | None = None
    age: int | None = None
    level: tuple[int, int] | None = None
    minutes: str = ""
    is_free: bool = False
    is_accessible: bool = False
    has_places: bool = False
    limit: int = 300


class Row(NamedTuple):
    """A listing as ranking reads it: `named` and `told` say how much of what is wanted its names and its words hold;
    `fits` hold 2 for what fits, 1 for what fits everyone, 0 for what is not known, in the order of the question."""

    pk: int
    service: int
    lon: float | None
    lat: float | None
    quality: float
    said_on: date | None
    due_on: date | None
    has_places: bool | None
    hours: str
    named: float
    told: float
    fits: tuple[int, ...]


def candidates(ask: Ask) -> list[Row]:
    """The listings that may answer, nearest first where the question has a middle, else the most complete first."""
    names = fit_names(ask)
    shown, shown_values = _both(_fits(ask))
    where, values = _both(_conditions(ask), " AND ")
    order, order_values = _order(ask)
    named, named_values = _share(ask, "head")
    told, told_values = _share(ask, "body") if ask.column == "body" else (named, named_values)
    # every value is a parameter; what is written in stands in this file
    statement = f"""
        SELECT id, service_id, lon, lat, quality, said_on, due_on, {HAS_PLACES}, hours, {named}, {told}
            {", " if shown else ""}{shown}
        FROM (SELECT * FROM {TABLE} {"WHERE" if where else ""} {where} ORDER BY {order} LIMIT %s) AS listing
    """  # noqa: S608
    parameters = [ask.on, *named_values, *told_values, *shown_values, *values, *order_values, ask.limit]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row(*row[: -len(names)], row[-len(names) :]) if names else Row(*row, ()) for row in cursor.fetchall()]


HAS_PLACES = "CASE WHEN full_until < %s THEN NULL ELSE has_places END"


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


def _conditions(ask: Ask) -> Pieces:
    if ask.words:
        yield f"{ask.column} @@ %s::tsquery", [ask.words]
    if ask.facts:
        yield "facts @@ %s::tsquery", [ask.facts]
    if ask.box:
        west, south, east, north = ask.box
        yield "point(lon, lat) <@ box(point(%s, %s), point(%s, %s))", [east, north, west, south]
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


def _order(ask: Ask) -> tuple[str, list[Any]]:
    """Nearest first: by the index where nothing else narrows, else by sorting what was found.

    Degrees of longitude are shorter than those of latitude: what is cut off at the limit lies far beyond the results
    that are shown, and ranking measures true distances.
    """
    if not ask.middle:
        return "quality DESC, id", []
    far = "point(lon, lat) <-> point(%s, %s)"
    return (f"({far}) + 0, id" if ask.words or ask.facts else f"{far}"), [*ask.middle]


def _share(ask: Ask, column: str) -> tuple[str, list[Any]]:
    """How much of what is wanted a column holds, from 0 to 1."""
    if not ask.wanted:
        return "1.0::float", []
    parts, values = [], []
    for strong, weak in ask.wanted:
        near = f" WHEN {column} @@ %s::tsquery THEN 0.6" if weak else ""
        parts.append(f"CASE WHEN {column} @@ %s::tsquery THEN 1.0{near} ELSE 0 END")
        values += [strong, weak] if weak else [strong]
    return f"(({' + '.join(parts)}) / {len(parts)})::float", values


def _both(pieces: Pieces, between: str = ", ") -> tuple[str, list[Any]]:
    texts, values = [], []
    for text, more in pieces:
        texts.append(text)
        values += more
    return between.join(texts), values
