"""The verbs of places: load areas, lay out their tiles, import their outlines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .boundaries import Outlines, Progress, read_outlines
from .choices import AreaLevel
from .errors import GeoError, Problem, row, wrong
from .models import Area
from .records import AreaRow
from .rules import fold, slug_for
from .tiles import tiles_of


@dataclass(frozen=True)
class Loaded:
    """How many areas a load made, changed and found as they should be."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@transaction.atomic
def load_areas(*, rows: Sequence[AreaRow]) -> Loaded:
    """Make the areas of `rows` exist as told, and lay out the tiles of the communes among them.

    Areas that no row names stay as they are, and so do outlines. Running it again changes nothing.
    Raises GeoError: a key twice, a parent or grouping that is neither in `rows` nor known, a circle of parents.
    """
    known = {f"{area.code_system}:{area.code}": area for area in Area.objects.all()}
    created = changed = 0
    for each in _parents_first(rows, known):
        area = known.get(each.key)
        is_new, area = area is None, area or Area(code_system=each.code_system, code=each.code)
        path = area.path
        if _write(area, _values(each, known.get(each.parent))) or is_new:
            area.save()
            _move_descendants(area, path, list(known.values()))
            created, changed = created + is_new, changed + (not is_new)
        known[each.key] = area
    _write_groupings(rows, known)
    _lay_out([known[each.key] for each in rows])
    return Loaded(created, changed, len(rows) - created - changed)


def outlines_for(
    *,
    path: Path,
    level: AreaLevel = AreaLevel.COMMUNE,
    code_system: str = "",
    code_field: str = "",
    progress: Progress | None = None,
) -> Outlines:
    """What importing a GeoJSON or GeoPackage file would do to areas of one level. Saves nothing; raises GeoError."""
    areas = Area.objects.at_level(level)
    areas = areas.filter(code_system=code_system) if code_system else areas
    codes: dict[str, int] = {}
    for code, pk in areas.order_by("code").values_list("code", "pk"):
        if codes.setdefault(code, pk) != pk:
            raise wrong(_("code %(code)s belongs to several code systems: say which one") % {"code": code})
    return read_outlines(path=path, codes=codes, code_field=code_field, progress=progress)


@transaction.atomic
def import_outlines(*, outlines: Outlines, source: str) -> int:
    """Give the areas of `outlines` their boundary and say where it comes from; returns how many areas changed."""
    if not source.strip():
        raise wrong(_("say where the outlines come from"))
    changed = 0
    for area in Area.objects.filter(pk__in=outlines.matched).select_for_update().in_reading_order():
        if _write(area, {"outline": outlines.matched[area.pk], "outline_source": source.strip()}):
            area.save(update_fields=["outline", "outline_source"])
            changed += 1
    return changed


def _parents_first(rows: Sequence[AreaRow], known: dict[str, Area]) -> list[AreaRow]:
    """The rows so that each comes after its parent."""
    by_key: dict[str, AreaRow] = {}
    problems = []
    for each in rows:
        if each.key in by_key:
            problems.append(Problem(_("%(key)s is there twice") % {"key": each.key}, row(each.number), "code"))
        by_key[each.key] = each
    for each in rows:
        named = [("parent", each.parent)] + [("groupings", key) for key in each.groupings]
        for field, key in named:
            if key and (key == each.key or (key not in by_key and key not in known)):
                text = _("no other area is called “%(key)s”") % {"key": key}
                problems.append(Problem(text, row(each.number), field))
    if problems:
        raise GeoError(problems)
    return sorted(rows, key=lambda each: _depth(each, by_key))


def _depth(each: AreaRow, by_key: dict[str, AreaRow]) -> int:
    depth, seen, above = 0, {each.key}, by_key.get(each.parent)
    while above is not None:
        if above.key in seen:
            raise wrong(_("this area lies in itself"), row(each.number), "parent")
        seen.add(above.key)
        depth, above = depth + 1, by_key.get(above.parent)
    return depth


def _values(each: AreaRow, parent: Area | None) -> dict[str, Any]:
    if parent and f"/{each.key}/" in f"/{parent.path}":
        raise wrong(_("this area lies in itself"), row(each.number), "parent")
    names = {fold(name) for name in (each.name, *each.names.values())}
    slug = slug_for(name=each.name, names=each.names, code_system=each.code_system, code=each.code)
    return {
        "level": each.level,
        "parent": parent,
        "name": each.name,
        "names": each.names,
        "slug": slug,
        "path": f"{parent.path if parent else ''}{each.key}/",
        "sort_key": fold(each.name),
        "search_names": sorted(names - {""}),
        "lon": each.lon,
        "lat": each.lat,
        "population": each.population,
        "population_year": each.population_year,
        "population_source": each.population_source,
    }


def _write(area: Area, values: dict[str, Any]) -> bool:
    """Set the fields; whether any of them was different."""
    different = {name: value for name, value in values.items() if getattr(area, name) != value}
    for name, value in different.items():
        setattr(area, name, value)
    return bool(different)


def _move_descendants(area: Area, old_path: str, known: Sequence[Area]) -> None:
    """What lies below an area goes with it when it gets another parent."""
    if not old_path or area.path == old_path:
        return
    below = [each for each in known if each != area and each.path.startswith(old_path)]
    for each in below:
        each.path = area.path + each.path.removeprefix(old_path)
    Area.objects.bulk_update(below, ["path"])


def _write_groupings(rows: Sequence[AreaRow], known: dict[str, Area]) -> None:
    links = Area.groupings.through
    wanted = {(known[each.key].pk, known[key].pk) for each in rows for key in each.groupings}
    mine = [known[each.key].pk for each in rows]
    there = set(links.objects.filter(from_area__in=mine).values_list("from_area_id", "to_area_id"))
    for member, body in there - wanted:
        links.objects.filter(from_area=member, to_area=body).delete()
    new = sorted(wanted - there)
    links.objects.bulk_create([links(from_area_id=member, to_area_id=body) for member, body in new])


def _lay_out(areas: Sequence[Area]) -> None:
    """Store the hexagon of each commune; communes of one parent are laid out together."""
    groups: dict[int | None, list[Area]] = defaultdict(list)
    for area in areas:
        if area.level == AreaLevel.COMMUNE and area.lon is not None and area.lat is not None:
            groups[area.parent_id].append(area)
    for group in groups.values():
        group.sort(key=lambda area: (area.code_system, area.code))
        tiles = tiles_of(group)
        moved = [
            area for area in group if _write(area, dict(zip(("tile_col", "tile_row"), tiles[area.pk], strict=True)))
        ]
        Area.objects.bulk_update(moved, ["tile_col", "tile_row"])
