"""Maps drawn on the server: a hexagon for each area, or its true outline when a boundary file was loaded.

Both are the same value, `AreaMap`, which `geo/map.html` turns into SVG with a legend and a table.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.engines.tiles import centre
from parcours.kit.figures import NO_VALUE, Figure, Number, format_number

from .labels import lines_of, short_names, width_of
from .models import Area
from .shapes import TILE_RADIUS, TILE_WIDTH, Point, hexagon, path_of, rings_of, room_in, surface
from .tiles import stored_or_new

Value = Figure | Number | None
ValueOf = Callable[[Area], Value]
HrefOf = Callable[[Area], str]

BANDS = 5
OUTLINE_LETTERS = 12.0
LETTERS = 12.0  # size of the labels in the map's own units, as in map.css
LINE_HEIGHT = 12.5
INNER_WIDTH = 47.0
NARROW_WIDTH = 40.0  # of the first and last of three lines, where the hexagon narrows
OUTLINE_WIDTH = 720.0


@dataclass(frozen=True)
class Label:
    """One line of text on a tile, ready for SVG; `length` is the width to squeeze it into, "" when it fits."""

    text: str
    x: str
    y: str
    length: str


@dataclass(frozen=True)
class Place:
    """One area on the map: its drawing (SVG path), its words and its class ("v0"…"v5", "unknown", "plain")."""

    area: Area
    name: str
    href: str
    path: str
    css: str
    value: str
    labels: list[Label] = field(default_factory=list)

    @property
    def title(self) -> str:
        return _("%(label)s: %(value)s") % {"label": self.name, "value": self.value} if self.value else self.name


@dataclass(frozen=True)
class Band:
    """One entry of the legend: the class and the range of values that it stands for, in words."""

    css: str
    text: str


@dataclass(frozen=True)
class AreaMap:
    """A map ready to be drawn. `kind` is "tiles" or "outlines"; areas without a place are only in the table."""

    kind: str
    title: str
    value_label: str
    width: float
    height: float
    places: list[Place]
    elsewhere: list[Place]
    legend: list[Band]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"

    @property
    def rows(self) -> list[Place]:
        """All areas in reading order, for the table."""
        return sorted([*self.places, *self.elsewhere], key=lambda place: (place.area.sort_key, place.area.code))


def area_map(areas: Iterable[Area], value_of: ValueOf | None = None, **options: Any) -> AreaMap:
    """The outline map when every area has its outline, the tile map otherwise. Options as for `tile_map`."""
    areas = list(areas)
    draw = outline_map if areas and all(area.outline for area in areas) else tile_map
    return draw(areas, value_of, **options)


def tile_map(
    areas: Iterable[Area],
    value_of: ValueOf | None = None,
    *,
    href_of: HrefOf = Area.get_absolute_url,
    language: str = "",
    title: str = "",
    value_label: str = "",
    breaks: Sequence[Number] = (),
) -> AreaMap:
    """A hexagon for each area, north up and east right, at the tiles stored when the areas were loaded.

    `value_of` gives a Figure, a number or None (unknown); without it the map only leads to the areas. `breaks` are
    the least values of the classes v1, v2… (at most five); without them the values are cut into classes of like size.
    """
    areas = list(areas)
    tiles = stored_or_new(areas)
    corners = [centre(tile, TILE_RADIUS) for tile in tiles.values()]
    left, top = min((x for x, _y in corners), default=0.0), min((y for _x, y in corners), default=0.0)

    def middle(area: Area) -> Point:
        x, y = centre(tiles[area.pk], TILE_RADIUS)
        return x - left + TILE_WIDTH / 2, y - top + TILE_RADIUS

    pencil = _Pencil(areas, value_of, href_of, language, breaks)
    places = []
    for area, short in zip(areas, short_names(pencil.names, [area.name for area in areas]), strict=True):
        if area.pk in tiles:
            x, y = middle(area)
            places.append(pencil.place(area, hexagon(x, y), _labels(short, x, y)))
    width = max((x for x, _y in corners), default=left) - left + TILE_WIDTH
    height = max((y for _x, y in corners), default=top) - top + 2 * TILE_RADIUS
    elsewhere = [pencil.place(area) for area in areas if area.pk not in tiles]
    return AreaMap("tiles", title, value_label, round(width), round(height), places, elsewhere, pencil.legend)


def outline_map(
    areas: Iterable[Area],
    value_of: ValueOf | None = None,
    *,
    href_of: HrefOf = Area.get_absolute_url,
    language: str = "",
    title: str = "",
    value_label: str = "",
    breaks: Sequence[Number] = (),
) -> AreaMap:
    """The same map with each area's true outline, at the scale of the middle latitude."""
    areas = list(areas)
    drawn = [(area, rings_of(area.outline)) for area in areas if area.outline]
    points = [point for _area, rings in drawn for ring in rings for point in ring] or [(0.0, 0.0)]
    west, east = min(lon for lon, _lat in points), max(lon for lon, _lat in points)
    south, north = min(lat for _lon, lat in points), max(lat for _lon, lat in points)
    squeeze = cos(radians((south + north) / 2))
    scale = OUTLINE_WIDTH / max((east - west) * squeeze, north - south, 1e-9)

    def project(point: Sequence[float]) -> Point:
        return (point[0] - west) * squeeze * scale, (north - point[1]) * scale

    pencil = _Pencil(areas, value_of, href_of, language, breaks)
    short = dict(zip(areas, short_names(pencil.names, [area.name for area in areas]), strict=True))
    places = []
    for area, rings in drawn:
        plane = [[project(point) for point in ring] for ring in rings]
        label = _label_inside(short[area], max(plane, key=lambda ring: abs(surface(ring))))
        places.append(pencil.place(area, "".join(map(path_of, plane)), label))
    width, height = project((east, south))
    elsewhere = [pencil.place(area) for area in areas if not area.outline]
    return AreaMap("outlines", title, value_label, round(width), round(height), places, elsewhere, pencil.legend)


class _Pencil:
    """What every place of one map has in common: language, classes, links."""

    def __init__(
        self, areas: list[Area], value_of: ValueOf | None, href_of: HrefOf, language: str, breaks: Sequence[Number]
    ) -> None:
        language = language or get_language() or "en"
        self.names = [area.name_in(language) for area in areas]
        self._name = dict(zip((area.pk for area in areas), self.names, strict=True))
        self._href_of = href_of
        self._values = {area.pk: value_of(area) for area in areas} if value_of else None
        numbers = [number for value in (self._values or {}).values() if (number := _number(value)) is not None]
        self._breaks = list(breaks)[:BANDS] or _like_sizes(numbers)
        self._has_unknown = len(numbers) < len(self._values or ())
        self._has_less = any(number < self._breaks[0] for number in numbers) if self._breaks else bool(numbers)

    def place(self, area: Area, path: str = "", labels: list[Label] | None = None) -> Place:
        css, text = "plain", ""
        if self._values is not None:
            value = self._values[area.pk]
            css, text = self._class_of(_number(value)), _text(value)
        return Place(area, self._name[area.pk], self._href_of(area), path, css, text, labels or [])

    def _class_of(self, number: Number | None) -> str:
        if number is None:
            return "unknown"
        return f"v{sum(number >= least for least in self._breaks)}"

    @property
    def legend(self) -> list[Band]:
        if self._values is None:
            return []
        bands = [Band(f"v{n}", self._range(n)) for n in range(1, len(self._breaks) + 1)]
        if self._has_less:
            bands.insert(0, Band("v0", _less(self._breaks[0]) if self._breaks else format_number(0)))
        return [*bands, Band("unknown", _("not known"))] if self._has_unknown else bands

    def _range(self, n: int) -> str:
        low = self._breaks[n - 1]
        if n == len(self._breaks):
            return _("%(low)s and more") % {"low": _plain(low)}
        high = self._breaks[n]
        if _is_whole(low) and _is_whole(high):
            return _plain(low) if high - low == 1 else f"{_plain(low)}–{_plain(high - 1)}"
        return _("%(low)s to less than %(high)s") % {"low": _plain(low), "high": _plain(high)}


def _number(value: Value) -> Number | None:
    return value.value if isinstance(value, Figure) else value


def _text(value: Value) -> str:
    if value is None:
        return NO_VALUE
    return value.formatted() if isinstance(value, Figure) else _plain(value)


def _plain(number: Number) -> str:
    return format_number(number, 0 if _is_whole(number) else 1)


def _is_whole(number: Number) -> bool:
    return number == int(number)


def _less(number: Number) -> str:
    return format_number(0) if number == 1 else _("less than %(number)s") % {"number": _plain(number)}


def _like_sizes(numbers: Sequence[Number]) -> list[Number]:
    """Least values of up to five classes of positive values, each with about as many values as the others."""
    positive = sorted(number for number in numbers if number > 0)
    distinct = sorted(set(positive))
    if len(distinct) <= BANDS:
        return list(distinct)
    return sorted({positive[len(positive) * n // BANDS] for n in range(BANDS)})


def _labels(short: str, x: float, y: float) -> list[Label]:
    lines = lines_of(short)
    first = y - (len(lines) - 1) * LINE_HEIGHT / 2
    labels = []
    for number, line in enumerate(lines):
        room = NARROW_WIDTH if len(lines) == 3 and number != 1 else INNER_WIDTH
        squeezed = width_of(line) * LETTERS > room
        line_y = first + number * LINE_HEIGHT
        labels.append(Label(line, f"{x:.1f}", f"{line_y:.1f}", f"{room:g}" if squeezed else ""))
    return labels


def _label_inside(short: str, ring: Sequence[Point]) -> list[Label]:
    """The short name where the outline is wide enough for it; none where it would run over the neighbours."""
    (x, y), room = room_in(ring)
    return [Label(short, f"{x:.0f}", f"{y:.0f}", "")] if width_of(short) * OUTLINE_LETTERS <= room else []
