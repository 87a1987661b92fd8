import json

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from shapely.geometry import Point, shape

from parcours.geo.actions import Loaded, load_areas
from parcours.geo.errors import GeoError
from parcours.geo.models import Area
from parcours.geo.records import AreaRow, read_rows, write_rows

from .places import DATA, REAL_OUTLINES, VAL_DE_MARNE, commune, load_val_de_marne

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The messages compared here are the English ones."""
    with override("en"):
        yield


def names(areas):
    return [area.name for area in areas]


def test_val_de_marne_has_its_47_communes_and_their_cited_population():
    communes = Area.objects.communes_of(load_val_de_marne())
    assert communes.count() == 47
    assert sum(area.population for area in communes) == 1_426_929
    assert {(area.population_year, area.population_source) for area in communes} == {
        (2026, "INSEE COG 2026 (@etalab/decoupage-administratif 6.0.0)")
    }


def test_loading_again_changes_nothing():
    rows = read_rows(VAL_DE_MARNE)
    assert load_areas(rows=rows) == Loaded(created=55)
    before = list(Area.objects.order_by("pk").values())
    assert load_areas(rows=rows) == Loaded(unchanged=55)
    assert list(Area.objects.order_by("pk").values()) == before


def test_a_commune_lies_in_its_departement_and_belongs_to_its_inter_commune_bodies():
    load_val_de_marne()
    champigny = Area.objects.get(code="94017")
    assert names(Area.objects.ancestors_of(champigny)) == ["France", "Île-de-France", "Val-de-Marne"]
    assert names(champigny.groupings.in_reading_order()) == ["Métropole du Grand Paris", "Paris Est Marne et Bois"]
    bodies = ["Grand Paris Sud Est Avenir", "Grand-Orly Seine Bièvre", "Paris Est Marne et Bois"]
    counts = [Area.objects.communes_of(Area.objects.get(name=name)).count() for name in bodies]
    assert counts == [16, 18, 13]


def test_each_commune_stands_on_a_tile_of_its_own():
    communes = Area.objects.communes_of(load_val_de_marne())
    tiles = set(communes.values_list("tile_col", "tile_row"))
    assert len(tiles) == 47
    assert (None, None) not in tiles


def test_each_coordinate_of_the_pack_lies_in_its_commune():
    outlines = {
        each["properties"]["code"]: shape(each["geometry"])
        for each in json.loads(REAL_OUTLINES.read_text())["features"]
    }
    rows = {row.code: row for row in read_rows(VAL_DE_MARNE) if row.code in outlines}
    assert [code for code, row in rows.items() if not outlines[code].contains(Point(row.lon, row.lat))] == []


def test_reading_order_leaves_accents_aside():
    for number, name in enumerate(["Zoo", "Éa", "Eb", "L'Haÿ", "La Queue"]):
        load_areas(rows=[commune(str(number), name)])
    assert names(Area.objects.in_reading_order()) == ["Éa", "Eb", "L'Haÿ", "La Queue", "Zoo"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("94017", ["Champigny-sur-Marne"]),
        ("CHAMPIGNY SUR MARNE", ["Champigny-sur-Marne"]),
        ("champigny", ["Champigny-sur-Marne"]),
        ("Шампиньи-сюр-Марн", ["Champigny-sur-Marne"]),
        ("شامبيني سور مارن", ["Champigny-sur-Marne"]),
        ("l’hay les roses", ["L'Haÿ-les-Roses"]),
        ("Villeneuve", ["Villeneuve-le-Roi", "Villeneuve-Saint-Georges"]),
        ("Paris", ["Paris"]),
        ("Lyon", []),
        ("  ", []),
    ],
)
def test_an_area_is_found_by_code_name_or_name_in_another_script(text, found):
    load_val_de_marne()
    assert names(Area.objects.named(text).in_reading_order()) == found


def test_a_spanish_municipality_and_a_russian_city_fit_without_a_change_of_code():
    load_val_de_marne()
    load_areas(rows=read_rows(DATA / "elsewhere.csv"))
    valencia, kazan = Area.objects.get(code="46250"), Area.objects.get(code_system="oktmo", code="92701000")
    assert [valencia.slug, kazan.slug] == ["valencia-46250", "kazan-92701000"]
    assert [valencia.name_in("ar"), kazan.name_in("ar"), kazan.name_in("es"), kazan.name_in("en-gb")] == [
        "بلنسية",
        "قازان",
        "Казань",
        "Kazan",
    ]
    assert names(Area.objects.communes_of(Area.objects.get(code="RU"))) == ["Казань"]
    assert names(Area.objects.named("valence")) == ["València"]


def test_what_lies_below_an_area_moves_with_it():
    old, new = AreaRow("region", "test", "r1", "Old"), AreaRow("region", "test", "r2", "New")
    middle = AreaRow("departement", "test", "d", "Middle", parent="test:r1")
    load_areas(rows=[commune("c", "Commune", parent="test:d"), middle, old, new])
    load_areas(rows=[AreaRow("departement", "test", "d", "Middle", parent="test:r2")])
    assert Area.objects.get(code="c").path == "test:r2/test:d/test:c/"
    assert names(Area.objects.descendants_of(Area.objects.get(code="r1"))) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([commune("a", "A", parent="test:x", number=2)], "row 2, parent: no other area is called “test:x”"),
        ([commune("a", "A", groupings=("test:a",), number=2)], "row 2, groupings: no other area is called “test:a”"),
        ([commune("a", "A", number=2), commune("a", "B", number=3)], "row 3, code: test:a is there twice"),
        (
            [commune("a", "A", parent="test:b", number=2), commune("b", "B", parent="test:a", number=3)],
            "row 2, parent: this area lies in itself",
        ),
    ],
)
def test_a_wrong_tree_is_refused_and_nothing_is_saved(rows, message):
    with pytest.raises(GeoError) as refusal:
        load_areas(rows=[commune("good", "Good"), *rows])
    assert str(refusal.value) == message
    assert Area.objects.count() == 0


def test_an_area_cannot_come_to_lie_in_what_lies_in_it():
    load_areas(rows=[commune("a", "A"), commune("b", "B", parent="test:a")])
    with pytest.raises(GeoError) as refusal:
        load_areas(rows=[commune("a", "A", parent="test:b", number=2)])
    assert str(refusal.value) == "row 2, parent: this area lies in itself"


def test_an_areas_file_tells_all_its_problems_at_once(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text(
        "level,code_system,code,name,parent,lon,lat,population\n"
        "village,test,a,A,,,,\n"
        "commune,test,,B,,200,10,\n"
        "commune,test,c,C,,2,,many\n"
        "commune,test,d,D,,,,12\n",
        encoding="utf-8",
    )
    with pytest.raises(GeoError) as refusal:
        read_rows(file)
    assert [(problem.where, problem.field) for problem in refusal.value.problems] == [
        ("row 2", "level"),
        ("row 3", "code"),
        ("row 3", "lon"),
        ("row 3", "lon"),
        ("row 4", "population"),
        ("row 4", "lon"),
        ("row 5", "population"),
    ]


def test_a_missing_column_is_named(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("level,code,name\n", encoding="utf-8")
    with pytest.raises(GeoError) as refusal:
        read_rows(file)
    assert str(refusal.value) == "code_system: this column is missing\nparent: this column is missing"


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(GeoError):
        read_rows(file)


def test_an_areas_file_written_is_read_back_the_same(tmp_path):
    rows = read_rows(VAL_DE_MARNE)
    write_rows(tmp_path / "areas.csv", rows)
    assert read_rows(tmp_path / "areas.csv") == rows
    assert (tmp_path / "areas.csv").read_bytes() == VAL_DE_MARNE.read_bytes()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""},
        {"code_system": "INSEE commune"},
        {"level": "village"},
        {"lon": 181, "lat": 0},
        {"lon": 1},
        {"population": 5},
        {"outline": {"type": "Polygon", "coordinates": []}},
        {"tile_col": 1},
        {"path": "elsewhere/"},
        {"code": "first"},
    ],
)
def test_the_database_refuses_an_impossible_area(wrong):
    Area.objects.create(level="commune", code_system="test", code="first", name="First", slug="first")
    fields = {"level": "commune", "code_system": "test", "code": "b", "name": "B", "slug": "b"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(**fields)
