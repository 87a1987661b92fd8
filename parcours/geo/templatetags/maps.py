"""{% area_map map %}: an AreaMap as SVG, legend and table."""

from typing import Any

from django import template

from parcours.geo.maps import AreaMap

register = template.Library()


@register.inclusion_tag("geo/map.html")
def area_map(drawn: AreaMap, name: str = "map", table_open: bool = False) -> dict[str, Any]:
    """`name` makes the ids of the map unique on its page; `table_open` shows the table without a click."""
    return {"map": drawn, "name": name, "table_open": table_open}
