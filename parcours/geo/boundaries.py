"""Official boundaries from a file: read, matched with areas by code, made light with shared borders kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from shapely import from_wkb, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from topojson import Topology

from .errors import GeoError, Problem, feature, wrong
from .geopackage import is_geopackage, read_geopackage

Json = dict[str, Any]
Progress = Callable[[int, int], None]

MAX_BYTES = 60_000
DECIMALS = 5  # one metre on the ground
CODE_FIELDS = (
    "code", "insee", "insee_com", "code_insee", "codeinsee", "insee_commune", "code_commune", "com", "depcom", "codgeo",
    "cod_ine", "codigo_ine", "codigoine", "natcode", "oktmo", "ags", "istat", "pro_com", "siren", "code_siren", "id",
)  # fmt: skip


@dataclass(frozen=True)
class Feature:
    """One feature of a file, numbered from 1. `shape` is a GeoJSON geometry, WKB bytes or None."""

    number: int
    properties: Mapping[str, Any]
    shape: Json | bytes | None


@dataclass(frozen=True)
class Outlines:
    """What an import would do: simplified geometries by area id, and the codes that do not meet."""

    matched: dict[int, Json]
    code_field: str
    unmatched_codes: list[str] = field(default_factory=list)
    areas_without: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """Bytes of all geometries as JSON."""
        return sum(len(_dump(geometry)) for geometry in self.matched.values())


def read_outlines(
    *,
    path: Path,
    codes: Mapping[str, int],
    code_field: str = "",
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
) -> Outlines:
    """The outlines that a GeoJSON or GeoPackage file holds for the areas `codes` (code → area id).

    Features of other codes are counted, not read. Raises GeoError naming feature and field; reads only.
    """
    features = list(_features(path))
    if not features:
        raise wrong(_("the file has no features"))
    name = code_field or guess_code_field(features, codes)
    shapes: dict[str, Polygon | MultiPolygon] = {}
    problems: list[Problem] = []
    unmatched: list[str] = []
    for done, each in enumerate(features, start=1):
        code = _code(each, name, problems)
        if code in codes:
            _collect(each, code, name, shapes, problems)
        elif code:
            unmatched.append(code)
        if progress:
            progress(done, len(features))
    if problems:
        raise GeoError(problems)
    if not shapes:
        raise _no_code_known(features)
    light = lighten(shapes, max_bytes=max_bytes)
    return Outlines(
        {codes[code]: geometry for code, geometry in light.items()},
        name,
        sorted(unmatched),
        sorted(codes.keys() - shapes.keys()),
    )


def guess_code_field(features: Iterable[Feature], codes: Mapping[str, int]) -> str:
    """The property that holds a known code most often; among equals, the one with a usual name."""
    hits = Counter(name for each in features for name, value in each.properties.items() if _text(value) in codes)
    if not hits:
        raise _no_code_known(features)
    usual = {name: rank for rank, name in enumerate(CODE_FIELDS)}
    return min(hits, key=lambda name: (-hits[name], usual.get(name.lower(), len(usual)), name))


def lighten(shapes: Mapping[str, Polygon | MultiPolygon], *, max_bytes: int = MAX_BYTES) -> dict[str, Json]:
    """GeoJSON geometries of at most `max_bytes` in all, simplified as one net so that neighbours keep one border.

    Raises GeoError when no simplification that keeps every area is light enough.
    """
    codes = sorted(shapes)
    net = Topology([shapes[code] for code in codes], prequantize=1_000_000, topology=True)
    west, south, east, north = MultiPolygon([part for code in codes for part in _polygons(shapes[code])]).bounds
    step = max(east - west, north - south) / 20_000
    for tolerance in [0.0, *(step * 1.5**power for power in range(16))]:
        geometries = _geometries(net.toposimplify(tolerance) if tolerance else net)
        if any(not shape(geometry).area for geometry in geometries):
            break
        if sum(len(_dump(geometry)) for geometry in geometries) <= max_bytes:
            return dict(zip(codes, geometries, strict=True))
    text = _("the outlines cannot be made lighter than %(limit)d kB without losing an area")
    raise wrong(text % {"limit": max_bytes // 1000})


def _features(path: Path) -> Iterator[Feature]:
    if not path.is_file():
        raise wrong(_("there is no file %(path)s") % {"path": path})
    if is_geopackage(path):
        for number, (properties, wkb) in enumerate(read_geopackage(path), start=1):
            yield Feature(number, properties, wkb)
        return
    yield from _geojson_features(path)


def _geojson_features(path: Path) -> Iterator[Feature]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise wrong(_("this file is neither GeoJSON nor GeoPackage")) from error
    members = content.get("features") if isinstance(content, dict) else None
    if not isinstance(members, list):
        raise wrong(_("this JSON file is not a GeoJSON collection of features"), field="features")
    system = str(content.get("crs", ""))
    if system and not any(known in system for known in ("CRS84", "4326")):
        raise wrong(_("the coordinates are not in WGS84: convert the file to EPSG:4326 first"), field="crs")
    for number, member in enumerate(members, start=1):
        if not isinstance(member, dict) or not isinstance(member.get("properties") or {}, dict):
            raise wrong(_("this is not a GeoJSON feature"), feature(number))
        yield Feature(number, member.get("properties") or {}, member.get("geometry"))


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _code(each: Feature, name: str, problems: list[Problem]) -> str:
    if name not in each.properties:
        problems.append(Problem(_("this property is missing"), feature(each.number), name))
    return _text(each.properties.get(name))


def _collect(
    each: Feature, code: str, name: str, shapes: dict[str, Polygon | MultiPolygon], problems: list[Problem]
) -> None:
    if code in shapes:
        problems.append(Problem(_("the code %(code)s is there twice") % {"code": code}, feature(each.number), name))
        return
    try:
        shapes[code] = _surface(each)
    except GeoError as error:
        problems += error.problems


def _surface(each: Feature) -> Polygon | MultiPolygon:
    """The feature's polygon or polygons, in degrees."""
    where = feature(each.number)
    if not each.shape:
        raise wrong(_("there is no outline"), where, "geometry")
    try:
        read = from_wkb(each.shape) if isinstance(each.shape, bytes) else shape(each.shape)
        parts = _polygons(read if read.is_valid else make_valid(read))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise wrong(_("the outline cannot be read"), where, "geometry") from error
    if not parts:
        message = _("an outline is a Polygon or a MultiPolygon, not a %(kind)s")
        raise wrong(message % {"kind": read.geom_type}, where, "geometry")
    surface = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    west, south, east, north = surface.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        raise wrong(_("the coordinates are not longitude and latitude (WGS84)"), where, "geometry")
    return surface


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    if isinstance(geometry, Polygon):
        return [geometry] if geometry.area else []
    return [part for member in getattr(geometry, "geoms", ()) for part in _polygons(member)]


def _geometries(net: Topology) -> list[Json]:
    return [_rounded(member["geometry"]) for member in json.loads(net.to_geojson())["features"]]


def _rounded(geometry: Json) -> Json:
    def rounded(value: Any) -> Any:
        return round(value, DECIMALS) if isinstance(value, int | float) else [rounded(each) for each in value]

    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}


def _dump(geometry: Json) -> str:
    return json.dumps(geometry, separators=(",", ":"))


def _no_code_known(features: Iterable[Feature]) -> GeoError:
    names = sorted({name for each in features for name in each.properties})
    text = _("no feature has the code of an area; its properties are: %(names)s")
    return wrong(text % {"names": ", ".join(names) or "–"})
