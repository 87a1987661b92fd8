"""Plane geometry of a map: hexagons, rings as SVG paths, where a name fits inside a ring. Units are the map's own."""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any

from parcours.engines.tiles import Hex, hexagon_points

Point = tuple[float, float]
Ring = Sequence[Point]
Json = dict[str, Any]

TILE_WIDTH = 52.0
TILE_RADIUS = TILE_WIDTH / sqrt(3)
GAP = 2.0
CORNERS = hexagon_points(Hex(0, 0), TILE_RADIUS - GAP / 2)


def hexagon(x: float, y: float) -> str:
    """A hexagon standing on a corner, as an SVG path."""
    return path_of([(x + dx, y + dy) for dx, dy in CORNERS])


def path_of(ring: Ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z"


def rings_of(outline: Json | None) -> list[list[list[float]]]:
    """All rings of a GeoJSON Polygon or MultiPolygon, outer and inner."""
    if not outline:
        return []
    polygons = [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def surface(ring: Ring) -> float:
    """Signed area of a closed ring."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _sides(ring)) / 2


def centroid(ring: Ring) -> Point:
    whole = surface(ring)
    if not whole:
        return ring[0]
    weights = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in _sides(ring)]
    x = sum((a[0] + b[0]) * weight for a, b, weight in weights) / (6 * whole)
    y = sum((a[1] + b[1]) * weight for a, b, weight in weights) / (6 * whole)
    return x, y


def room_in(ring: Ring) -> tuple[Point, float]:
    """The middle of the widest stretch inside a ring at the height of its centroid, and the stretch's width."""
    _x, y = centroid(ring)
    crossings = sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in _sides(ring) if (a[1] > y) != (b[1] > y)
    )
    stretches = list(zip(crossings[::2], crossings[1::2], strict=False)) or [(ring[0][0], ring[0][0])]
    left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return ((left + right) / 2, y), right - left


def _sides(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)
