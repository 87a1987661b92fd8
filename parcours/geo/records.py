"""The areas file of a territory: one CSV row an area. Columns are described in README.md."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from .choices import AreaLevel
from .errors import GeoError, Problem, row, wrong

REQUIRED = ("level", "code_system", "code", "name", "parent")
OPTIONAL = (
    "groupings",
    "lon",
    "lat",
    "coordinates_source",
    "population",
    "population_year",
    "population_source",
)
NAME_PREFIX = "name_"


@dataclass(frozen=True)
class AreaRow:
    """One area as a file tells it. `parent` and `groupings` are keys: "insee-departement:94". `number` is the line."""

    level: str
    code_system: str
    code: str
    name: str
    parent: str = ""
    groupings: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None
    coordinates_source: str = ""
    population: int | None = None
    population_year: int | None = None
    population_source: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        return f"{self.code_system}:{self.code}"


def read_rows(path: Path) -> list[AreaRow]:
    """The rows of an areas CSV (UTF-8). Raises GeoError with every problem found."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            columns, lines = table.fieldnames or [], list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise wrong(_("this is not a readable CSV file in UTF-8 (%(error)s)") % {"error": error}) from error
    if missing := [name for name in REQUIRED if name not in columns]:
        raise GeoError([Problem(_("this column is missing"), field=name) for name in missing])
    problems: list[Problem] = []
    rows = [_row(number, line, problems) for number, line in enumerate(lines, start=2)]
    if problems:
        raise GeoError(problems)
    return rows


def write_rows(path: Path, rows: Iterable[AreaRow]) -> None:
    """Write an areas CSV that `read_rows` reads back to the same rows."""
    rows = list(rows)
    languages = sorted({language for each in rows for language in each.names})
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*REQUIRED, *OPTIONAL, *(NAME_PREFIX + language for language in languages)])
        for each in rows:
            plain = [getattr(each, name) for name in (*REQUIRED, *OPTIONAL)]
            plain[len(REQUIRED)] = " ".join(each.groupings)
            cells = ["" if cell is None else cell for cell in plain]
            table.writerow([*cells, *(each.names.get(language, "") for language in languages)])


def _row(number: int, line: dict[str, str | None], problems: list[Problem]) -> AreaRow:
    cell = {name: (value or "").strip() for name, value in line.items() if name and isinstance(value, str | None)}

    def number_in(name: str, kind: type[int] | type[float], low: float, high: float) -> float | None:
        text = cell.get(name, "")
        try:
            value = kind(text) if text else None
        except ValueError:
            value = high + 1
        if value is None or low <= value <= high:
            return value
        message = _("“%(text)s” is not a number between %(low)s and %(high)s")
        problems.append(Problem(message % {"text": text, "low": low, "high": high}, row(number), name))
        return None

    problems.extend(
        Problem(_("this cell is empty"), row(number), name)
        for name in ("level", "code_system", "code", "name")
        if not cell.get(name)
    )
    if cell.get("level") and cell["level"] not in AreaLevel.values:
        message = _("“%(text)s” is not one of: %(known)s")
        known = {"text": cell["level"], "known": ", ".join(AreaLevel.values)}
        problems.append(Problem(message % known, row(number), "level"))
    lon, lat = number_in("lon", float, -180, 180), number_in("lat", float, -90, 90)
    population = number_in("population", int, 0, 2_000_000_000)
    year = number_in("population_year", int, 1700, 2200)
    if (lon is None) != (lat is None):
        problems.append(Problem(_("longitude and latitude go together"), row(number), "lon"))
    if population is not None and (year is None or not cell.get("population_source")):
        problems.append(Problem(_("a population needs its year and its source"), row(number), "population"))
    return AreaRow(
        *(cell[name] for name in REQUIRED),
        groupings=tuple(cell.get("groupings", "").split()),
        names={
            name.removeprefix(NAME_PREFIX): text for name, text in cell.items() if name.startswith(NAME_PREFIX) and text
        },
        lon=lon,
        lat=lat,
        coordinates_source=cell.get("coordinates_source", ""),
        population=None if population is None else int(population),
        population_year=None if year is None else int(year),
        population_source=cell.get("population_source", ""),
        number=number,
    )
