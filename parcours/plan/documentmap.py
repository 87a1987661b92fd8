"""The map of a document: a hexagon for each commune as the contents keep it, and how many actions name it."""

from collections import Counter
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parcours.geo.maps import AreaMap, tile_map
from parcours.geo.models import Area
from parcours.plan.snapshot import Contents, Data
from parcours.plan.wording import Reader

# Units of the drawing: a hexagon is 50 wide and 58 high.
STEP_X, STEP_Y, HALF_X, HALF_Y = 52, 45, 26, 30
DARKEST = 4


def places(contents: Contents) -> dict[str, Data]:
    """The areas that have a tile, by code."""
    return {code: data for code, data in contents.all("area").items() if data["tile"]}


def action_counts(contents: Contents) -> Counter[str]:
    """How many actions name each area, by code; areas that none names are left out."""
    return Counter({code: data["actions"] for code, data in contents.all("area").items() if data["actions"]})


def map_section(contents: Contents) -> dict[str, Any]:
    """{places: [{name, n, level, x, y}], width, height, alt}; empty when no place has a tile. `level` is 0 to 4."""
    tiles, counts, reader = places(contents), action_counts(contents), Reader(contents)
    if not tiles:
        return {}
    left = min(data["tile"][0] for data in tiles.values())
    top = min(data["tile"][1] for data in tiles.values())
    drawn: list[dict[str, Any]] = []
    for code, data in tiles.items():
        col, row = data["tile"]
        x = (col - left + (0.5 if row % 2 else 0)) * STEP_X + HALF_X
        n = counts[code]
        place = {"name": reader.name("area", code), "n": n, "level": min(n, DARKEST)}
        drawn.append(place | {"x": x, "y": (row - top) * STEP_Y + HALF_Y})
    width, height = (max(place[side] for place in drawn) + HALF_Y for side in ("x", "y"))
    return {
        "places": drawn,
        "width": width,
        "height": height,
        "alt": _alt(len(drawn), len(tiles.keys() & counts.keys())),
    }


def _alt(every: int, named: int) -> str:
    text = ngettext(
        "A hexagon for each of the %(all)d communes; actions name %(named)d of them.",
        "A hexagon for each of the %(all)d communes; actions name %(named)d of them.",
        named,
    )
    return text % {"all": every, "named": named}


def tile_drawing(contents: Contents) -> AreaMap:
    """The same map for a page, with its legend and its table."""
    tiles, counts = places(contents), action_counts(contents)
    codes = list(tiles)
    areas = [
        Area(
            pk=n,
            name=row["name"],
            names=row["names"],
            sort_key=f"{n:05}",
            tile_col=row["tile"][0],
            tile_row=row["tile"][1],
        )
        for n, row in enumerate(tiles.values())
    ]
    return tile_map(
        areas,
        lambda area: counts[codes[area.pk]],
        href_of=lambda area: "",
        language=get_language() or "",
        title=_("Actions that name each commune"),
        value_label=_("Actions"),
    )
