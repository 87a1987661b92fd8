"""Doors on a map: points among the communes around them, with a scale; drawn here, from what we know ourselves.

A territory that wants streets names a tile server (setting PARCOURS_TILE_URL): its pictures lie under the map.
Mercator's projection, since tiles use it; over a few kilometres it is true to angles and lengths.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asinh, atan, cos, degrees, floor, hypot, log2, pi, radians, sinh, tan

from parcours.geo.models import Area
from parcours.geo.shapes import path_of, rings_of

WIDTH, HEIGHT = 600.0, 400.0
LEAST_KM = 11.0  # from west to east: less would show nothing that one knows
MARGIN = 1.25
EARTH_KM = 40_075.0
TILE = 256.0
REACH_LON, REACH_LAT = 0.08, 0.06  # a commune whose middle is this far outside may still reach in
# A name nearer to the edge would be cut off, or written over the scale.
ROOM_X, ROOM_Y = 55.0, 16.0
# A name this near to a door would be hidden under its pin.
NEAR_X, NEAR_Y, STEP_ASIDE = 70.0, 30.0, 34.0
# What a name takes on a phone, where it is drawn largest: a letter's width, the height of its line, and how far it is
# below its dot.
LETTER, LINE, BELOW_DOT = 12.0, 26.0, 18.0

Flat = tuple[float, float]


@dataclass(frozen=True)
class Door:
    """A point to show, with its number in the list beside the map and its words."""

    lon: float
    lat: float
    title: str
    number: int = 1
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Name:
    """A commune's name at its middle."""

    text: str
    x: float
    y: float
    has_dot: bool

    @property
    def half(self) -> float:
        """Half of its length."""
        return len(self.text) * LETTER / 2

    def meets(self, other: "Name") -> bool:
        """Whether the two would be written over each other."""
        line, its_line = (one.y + (BELOW_DOT if one.has_dot else 0) for one in (self, other))
        return abs(self.x - other.x) < self.half + other.half and abs(line - its_line) < LINE


@dataclass(frozen=True)
class Tile:
    """A picture of a tile server, where it lies."""

    href: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class DoorMap:
    """A map ready to be drawn; `km` is the length of one kilometre."""

    doors: list[Door]
    names: list[Name]
    outlines: list[str]
    tiles: list[Tile]
    km: float

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"


def door_map(doors: Sequence[Door], *, language: str, tile_url: str = "") -> DoorMap | None:
    """The doors among the communes around; None without doors. One query. `tile_url` holds {z}, {x} and {y}."""
    if not doors:
        return None
    frame = _Frame(doors)
    areas = list(_around(doors))
    names = frame.names(areas, language)
    outlines = ["".join(path_of([frame.flat(*point) for point in ring]) for ring in rings_of(area.outline))
                for area in areas if area.outline]  # fmt: skip
    return DoorMap(frame.doors, names, outlines, list(frame.tiles(tile_url)) if tile_url else [], frame.km)


def _around(doors: Sequence[Door]) -> Sequence[Area]:
    lons, lats = [door.lon for door in doors], [door.lat for door in doors]
    return (
        Area.objects.at_level("commune")
        .filter(
            lon__range=(min(lons) - REACH_LON, max(lons) + REACH_LON),
            lat__range=(min(lats) - REACH_LAT, max(lats) + REACH_LAT),
        )
        .in_reading_order()
    )


def _world(lon: float, lat: float) -> Flat:
    """The point on a world of one by one, north up."""
    return (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2


class _Frame:
    """The piece of the world that is shown, and how it is laid on the picture."""

    def __init__(self, doors: Sequence[Door]) -> None:
        flat = [_world(door.lon, door.lat) for door in doors]
        west, east = min(x for x, _y in flat), max(x for x, _y in flat)
        north, south = min(y for _x, y in flat), max(y for _x, y in flat)
        middle = degrees(atan(sinh(pi * (1 - (north + south)))))
        a_km = 1 / (EARTH_KM * max(cos(radians(middle)), 0.01))
        self._size = max(LEAST_KM * a_km, (east - west) * MARGIN, (south - north) * MARGIN * WIDTH / HEIGHT)
        self._left = (west + east - self._size) / 2
        self._top = (north + south - self._size * HEIGHT / WIDTH) / 2
        self.km = a_km * WIDTH / self._size
        self.doors = [
            Door(door.lon, door.lat, door.title, door.number, *self._laid(*point))
            for door, point in zip(doors, flat, strict=True)
        ]

    def flat(self, lon: float, lat: float) -> Flat:
        return self._laid(*_world(lon, lat))

    def _laid(self, x: float, y: float) -> Flat:
        scale = WIDTH / self._size
        return round((x - self._left) * scale, 1), round((y - self._top) * scale, 1)

    def names(self, areas: Sequence[Area], language: str) -> list[Name]:
        """Those for which there is room, the nearest to a door first: one that meets another is left out."""
        kept: list[Name] = []
        found = [name for area in areas if (name := self._name(area, language))]
        for name in sorted(found, key=lambda one: min(hypot(door.x - one.x, door.y - one.y) for door in self.doors)):
            if not any(name.meets(other) for other in kept):
                kept.append(name)
        return kept

    def _name(self, area: Area, language: str) -> Name | None:
        """The area's name where there is room for it around its middle, aside from the pins."""
        x, y = self.flat(area.lon or 0, area.lat or 0)
        hidden = any(abs(door.x - x) < NEAR_X and abs(door.y - y) < NEAR_Y for door in self.doors)
        name = Name(area.name_in(language), x, y + STEP_ASIDE if hidden else y, has_dot=not area.outline and not hidden)
        room = max(ROOM_X, name.half)
        return name if room < x < WIDTH - room and ROOM_Y < y < HEIGHT - 3 * ROOM_Y else None

    def tiles(self, url: str) -> Iterator[Tile]:
        """The pictures that cover the map, at the zoom whose pixels are nearest to ours."""
        zoom = min(max(round(log2(WIDTH / (self._size * TILE))), 0), 19)
        count = 2**zoom
        size = WIDTH / (self._size * count)
        columns, rows = (
            range(floor(start * count), floor((start + length) * count) + 1)
            for start, length in ((self._left, self._size), (self._top, self._size * HEIGHT / WIDTH))
        )
        for column in columns:
            for row in rows:
                x, y = self._laid(column / count, row / count)
                yield Tile(url.format(z=zoom, x=column % count, y=row), x, y, round(size + 0.5, 1))
