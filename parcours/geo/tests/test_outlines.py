import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from shapely.geometry import LineString, box, mapping, shape
from shapely.ops import unary_union

from parcours.geo.actions import import_outlines, load_areas, outlines_for
from parcours.geo.boundaries import MAX_BYTES, lighten
from parcours.geo.errors import GeoError
from parcours.geo.models import Area

from .places import REAL_OUTLINES, commune, load_val_de_marne, three_squares, write_geojson, write_geopackage

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    load_areas(rows=[commune(code, code.upper()) for code in "abc"])


def bring(path, source="Survey", **options):
    return import_outlines(outlines=outlines_for(path=path, **options), source=source)


def outlines():
    return {area.code: shape(area.outline) for area in Area.objects.exclude(outline=None)}


def test_the_real_outlines_of_val_de_marne_are_imported_once():
    load_val_de_marne()
    found = outlines_for(path=REAL_OUTLINES)
    assert (len(found.matched), found.code_field, found.unmatched_codes, found.areas_without) == (
        47,
        "code",
        [],
        ["75056"],
    )
    assert found.weight <= MAX_BYTES
    assert import_outlines(outlines=found, source="IGN 2018") == 47
    assert bring(REAL_OUTLINES, "IGN 2018") == 0
    original = unary_union([shape(each["geometry"]) for each in json.loads(REAL_OUTLINES.read_text())["features"]])
    assert original.symmetric_difference(unary_union(list(outlines().values()))).area < original.area / 1000


def test_simplified_neighbours_keep_one_border():
    members = json.loads(REAL_OUTLINES.read_text())["features"]
    shapes = {each["properties"]["code"]: shape(each["geometry"]) for each in members}
    light = {code: shape(geometry) for code, geometry in lighten(shapes, max_bytes=16_000).items()}
    assert sum(len(json.dumps(mapping(each), separators=(",", ":"))) for each in light.values()) <= 16_000
    whole = unary_union(list(light.values()))
    assert sum(each.area for each in light.values()) == pytest.approx(whole.area, rel=2e-4)


def test_outlines_that_cannot_be_that_light_are_refused():
    with pytest.raises(GeoError) as refusal:
        lighten(three_squares(), max_bytes=10)
    assert str(refusal.value) == "the outlines cannot be made lighter than 0 kB without losing an area"


@pytest.mark.parametrize("envelope", [True, False])
def test_a_geopackage_is_read(three, tmp_path, envelope):
    assert bring(write_geopackage(tmp_path / "a.gpkg", three_squares(), envelope=envelope)) == 3
    moved = {code: each.symmetric_difference(three_squares()[code]).area for code, each in outlines().items()}
    assert moved == {code: pytest.approx(0, abs=1e-6) for code in "abc"}


def test_a_geopackage_in_lambert_93_is_refused_with_what_to_do(three, tmp_path):
    with pytest.raises(GeoError) as refusal:
        bring(write_geopackage(tmp_path / "a.gpkg", three_squares(), srs=2154))
    message = "layer commune is in EPSG:2154: convert the file to EPSG:4326 (WGS84) first"
    assert str(refusal.value) == f"geom: {message}"


def test_a_broken_geopackage_is_refused(three, tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(GeoError):
        bring(tmp_path / "a.gpkg")


def test_codes_that_do_not_meet_are_told_before_anything_is_saved(three, tmp_path):
    squares = three_squares()
    file = write_geojson(
        tmp_path / "a.json", [({"INSEE_COM": code}, mapping(squares[each])) for code, each in (("a", "a"), ("z", "b"))]
    )
    found = outlines_for(path=file)
    assert (found.code_field, found.unmatched_codes, found.areas_without) == ("INSEE_COM", ["z"], ["b", "c"])
    assert outlines() == {}


SQUARE = mapping(three_squares()["a"])
METRES = mapping(box(652_000, 6_862_000, 652_100, 6_862_100))
NO_RING = {"type": "Polygon", "coordinates": "x"}


@pytest.mark.parametrize(
    ("features", "more", "message"),
    [
        ([], {}, "the file has no features"),
        ([({"code": "a"}, None)], {}, "feature 1, geometry: there is no outline"),
        ([({"code": "a"}, SQUARE), ({"code": "a"}, SQUARE)], {}, "feature 2, code: the code a is there twice"),
        ([({"code": "a"}, SQUARE), ({"name": "B"}, SQUARE)], {}, "feature 2, code: this property is missing"),
        ([({"name": "A", "id": "z"}, SQUARE)], {}, "no feature has the code of an area; its properties are: id, name"),
        (
            [({"code": "a"}, mapping(LineString([(2, 48), (3, 48)])))],
            {},
            "feature 1, geometry: an outline is a Polygon or a MultiPolygon, not a LineString",
        ),
        ([({"code": "a"}, NO_RING)], {}, "feature 1, geometry: the outline cannot be read"),
        (
            [({"code": "a"}, METRES)],
            {},
            "feature 1, geometry: the coordinates are not longitude and latitude (WGS84)",
        ),
        (
            [({"code": "a"}, SQUARE)],
            {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}},
            "crs: the coordinates are not in WGS84: convert the file to EPSG:4326 first",
        ),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_feature_and_field(three, tmp_path, features, more, message):
    with pytest.raises(GeoError) as refusal:
        bring(write_geojson(tmp_path / "a.json", features, **more))
    assert str(refusal.value) == message
    assert outlines() == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n", "this file is neither GeoJSON nor GeoPackage"),
        (b"code;nom\n94001;Ablon", "this file is neither GeoJSON nor GeoPackage"),
        (b"[1, 2]", "features: this JSON file is not a GeoJSON collection of features"),
        (b'{"features": [3]}', "feature 1: this is not a GeoJSON feature"),
    ],
)
def test_another_kind_of_file_is_refused(three, tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(GeoError) as refusal:
        bring(tmp_path / "a")
    assert str(refusal.value) == message


def test_a_code_of_two_systems_asks_which_one(tmp_path):
    Area.objects.create(level="commune", code_system="ine-municipio", code="a", name="A", slug="a-1")
    load_areas(rows=[commune("a", "A")])
    file = write_geojson(tmp_path / "a.json", [({"code": "a"}, SQUARE)])
    with pytest.raises(GeoError) as refusal:
        bring(file)
    assert str(refusal.value) == "code a belongs to several code systems: say which one"
    assert bring(file, code_system="test") == 1
    assert Area.objects.exclude(outline=None).get().code_system == "test"


def test_outlines_without_a_source_are_refused(three, tmp_path):
    with pytest.raises(GeoError) as refusal:
        bring(write_geojson(tmp_path / "a.json", [({"code": "a"}, SQUARE)]), source=" ")
    assert str(refusal.value) == "say where the outlines come from"


def test_the_command_previews_then_imports(three, tmp_path, capsys):
    file = write_geojson(
        tmp_path / "a.json", [({"ref": code}, mapping(each)) for code, each in three_squares().items()]
    )
    call_command("import_outlines", file, "--preview")
    assert capsys.readouterr().out == "3 areas found by “ref”; the outlines weigh 0 kB\n"
    assert outlines() == {}
    call_command("import_outlines", file, "--code-field", "ref")
    assert capsys.readouterr().out.endswith("3 outlines changed\n")
    assert set(Area.objects.values_list("outline_source", flat=True)) == {"a.json"}


def test_the_command_says_what_is_wrong(three, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("import_outlines", tmp_path / "nothing.json")
    assert str(refusal.value) == f"there is no file {tmp_path / 'nothing.json'}"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield
