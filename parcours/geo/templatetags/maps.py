"""{% area_map map %}: an AreaMap as SVG, legend and table. {% door_map map label %}: doors on a map."""

from typing import Any

from django import template
from django.conf import settings

from parcours.geo.maps import AreaMap
from parcours.geo.points import DoorMap

register = template.Library()


@register.inclusion_tag("geo/map.html")
def area_map(drawn: AreaMap, name: str = "map", table_open: bool = False) -> dict[str, Any]:
    """`name` makes the ids of the map unique on its page; `table_open` shows the table without a click."""
    return {"map": drawn, "name": name, "table_open": table_open}


@register.inclusion_tag("geo/doors.html")
def door_map(drawn: DoorMap, label: str) -> dict[str, Any]:
    """`label` says in words what the picture shows."""
    return {"map": drawn, "label": label, "credit": settings.PARCOURS_TILE_CREDIT}
