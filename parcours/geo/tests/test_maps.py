import re

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from parcours.geo.actions import import_outlines, load_areas, outlines_for
from parcours.geo.labels import lines_of, short_names, width_of
from parcours.geo.maps import area_map, outline_map, tile_map
from parcours.geo.models import Area
from parcours.geo.templatetags.maps import area_map as drawn
from parcours.kit.figures import Figure

from .places import REAL_OUTLINES, commune, load_val_de_marne


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def href(area):
    return f"/{area.slug}/"


def html(picture):
    with override_settings(
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    ):
        return render_to_string("geo/map.html", drawn(picture, "m"))


def communes_in_a_row(count):
    rows = [commune(str(n), f"Commune{n}", lon=2 + n / 10, lat=48.0) for n in range(count)]
    load_areas(rows=rows)
    return Area.objects.in_reading_order()


def test_short_names_tell_neighbours_apart():
    names = [
        "Champigny-sur-Marne",
        "Villeneuve-le-Roi",
        "Villeneuve-Saint-Georges",
        "Le Perreux-sur-Marne",
        "Saint-Mandé",
    ]
    assert short_names([*names, "Saint-Maur-des-Fossés", "Bry-sur-Marne", "L'Haÿ-les-Roses", "Казань"]) == [
        "Champigny",
        "Villeneuve-le-Roi",
        "Villeneuve-St-Georges",
        "Le Perreux",
        "St-Mandé",
        "St-Maur",
        "Bry",
        "L'Haÿ",
        "Казань",
    ]


def test_a_name_in_another_script_is_as_long_as_the_official_one_needs():
    assert short_names(["سان مور ديه فوسيه", "باريس"], ["Saint-Maur-des-Fossés", "Paris"]) == ["سان مور", "باريس"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Champigny", ["Cham-", "pigny"]),
        ("Villecresnes", ["Ville-", "cresnes"]),
        ("Le Perreux", ["Le", "Perreux"]),
        ("Villeneuve-le-Roi", ["Ville-", "neuve-", "le-Roi"]),
        ("Orly", ["Orly"]),
        ("شامبيني", ["شامبيني"]),
    ],
)
def test_a_short_name_is_broken_at_words_and_syllables(name, lines):
    assert lines_of(name) == lines


@pytest.mark.django_db
def test_every_tile_of_val_de_marne_has_at_most_three_lines_that_fit():
    tiles = tile_map(Area.objects.communes_of(load_val_de_marne()).in_reading_order(), href_of=href)
    assert len(tiles.places) == 47
    assert max(len(place.labels) for place in tiles.places) == 3
    assert [
        label.text for place in tiles.places for label in place.labels if label.length and width_of(label.text) > 6
    ] == []


@pytest.mark.django_db
def test_north_is_up_and_east_is_right_whatever_the_language():
    areas = list(Area.objects.communes_of(load_val_de_marne()).in_reading_order())

    def corner(picture, code):
        place = next(place for place in picture.places if place.area.code == code)
        return tuple(float(number) for number in re.match(r"M([\d.]+) ([\d.]+)", place.path).groups())

    for language in ("fr", "ar"):
        tiles = tile_map(areas, href_of=href, language=language)
        assert corner(tiles, "94034")[0] < corner(tiles, "94060")[0]  # Fresnes is west of La Queue-en-Brie
        assert corner(tiles, "94033")[1] < corner(tiles, "94056")[1]  # Fontenay is north of Périgny
    assert html(tile_map(areas, href_of=href, language="ar")).count("شامبيني سور مارن") == 3


@pytest.mark.django_db
def test_values_become_classes_with_a_legend_and_a_table():
    areas = communes_in_a_row(4)
    values = {"0": 0, "1": 1, "2": 7, "3": None}
    picture = tile_map(areas, lambda area: values[area.code], href_of=href, title="Actions", value_label="Actions")
    assert [(place.css, place.title) for place in picture.places] == [
        ("v0", "Commune0: 0"),
        ("v1", "Commune1: 1"),
        ("v2", "Commune2: 7"),
        ("unknown", "Commune3: –"),
    ]
    assert [(band.css, band.text) for band in picture.legend] == [
        ("v0", "0"),
        ("v1", "1–6"),
        ("v2", "7 and more"),
        ("unknown", "not known"),
    ]
    assert re.findall(r'<td class="num">(.*?)</td>', html(picture)) == ["0", "1", "7", "–"]


@pytest.mark.django_db
def test_a_figure_is_shown_as_it_is_written_and_breaks_can_be_given():
    areas = communes_in_a_row(3)

    def share(area):
        return Figure.share("share", "Share", n=int(area.code), base=4)

    picture = tile_map(areas, share, href_of=href, breaks=[20, 40])
    assert [(place.css, place.value) for place in picture.places] == [("v0", "0.0%"), ("v1", "25.0%"), ("v2", "50.0%")]
    assert [band.text for band in picture.legend] == ["less than 20", "20–39", "40 and more"]


@pytest.mark.django_db
def test_a_map_without_values_only_leads_to_the_places():
    page = html(tile_map(communes_in_a_row(2), href_of=href, title="Where"))
    assert re.findall(r'<a class="plain" href="(.*?)" aria-label="(.*?)">', page) == [
        ("/commune0-0/", "Commune0"),
        ("/commune1-1/", "Commune1"),
    ]
    assert "map-legend" not in page
    assert "style=" not in page


@pytest.mark.django_db
def test_a_place_without_coordinates_is_in_the_table_only():
    load_areas(rows=[commune("a", "Here", lon=2.0, lat=48.0), commune("b", "Lost")])
    picture = tile_map(Area.objects.in_reading_order(), href_of=href)
    assert [place.name for place in picture.places] == ["Here"]
    assert [place.name for place in picture.rows] == ["Here", "Lost"]


@pytest.mark.django_db
def test_places_loaded_apart_never_share_a_tile():
    load_areas(rows=[commune("a", "A", lon=2.0, lat=48.0)])
    load_areas(rows=[commune("b", "B", lon=2.5, lat=48.0)])
    picture = tile_map(Area.objects.in_reading_order(), href_of=href)
    assert len({place.path for place in picture.places}) == 2


@pytest.mark.django_db
def test_a_map_of_nothing_shows_no_picture():
    assert "<svg" not in html(tile_map([], lambda _area: 1, href_of=href))


@pytest.mark.django_db
def test_the_true_outlines_are_drawn_when_all_are_there_and_the_page_stays_light():
    communes = Area.objects.communes_of(load_val_de_marne()).in_reading_order()
    assert area_map(communes, href_of=href).kind == "tiles"
    import_outlines(outlines=outlines_for(path=REAL_OUTLINES), source="IGN 2018")
    picture = area_map(communes.all(), lambda area: area.population, href_of=href, title="Population")
    assert (picture.kind, len(picture.places)) == ("outlines", 47)
    assert len(html(picture).encode()) < 50_000
    assert len(html(tile_map(communes, lambda area: area.population, href_of=href)).encode()) < 30_000


@pytest.mark.django_db
@pytest.mark.parametrize("draw", [tile_map, outline_map])
def test_a_map_asks_the_database_once_for_one_or_three_areas(django_assert_num_queries, draw):
    areas = communes_in_a_row(3)
    for count in (1, 3):
        with django_assert_num_queries(1):
            html(draw(areas[:count], lambda area: 1, href_of=href))
