"""Hexagons for areas, in their right places to each other: the engine's layout, asked for areas."""

from collections.abc import Sequence

from parcours.engines.tiles import Hex, Point, layout

from .models import Area


def tiles_of(areas: Sequence[Area]) -> dict[int, Hex]:
    """Column and row of each area that has coordinates, by id; odd rows stand half a tile to the right."""
    keys = {f"{area.code_system}:{area.code}": area for area in areas}
    places = [Point(key, a.lon, a.lat) for key, a in keys.items() if a.lon is not None and a.lat is not None]
    return {keys[key].pk: tile for key, tile in layout(places).items()}


def stored_or_new(areas: Sequence[Area]) -> dict[int, Hex]:
    """The tiles stored when the areas were loaded; a new layout when areas of several loads would share a tile."""
    stored = {
        area.pk: Hex(area.tile_col, area.tile_row)
        for area in areas
        if area.tile_col is not None and area.tile_row is not None
    }
    placeable = [area for area in areas if area.pk in stored or area.lon is not None]
    if len(stored) == len(placeable) == len(set(stored.values())):
        return stored
    return tiles_of(areas)
