"""Doors on a map: where they are among the communes around, at a true scale, with or without a tile server."""

from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from parcours.geo.choices import AreaLevel
from parcours.geo.models import Area
from parcours.geo.points import HEIGHT, WIDTH, Door, _Frame, door_map

VITRY = Door(2.3928, 48.7875, "1 rue Verte")


def commune(name: str, lon: float, lat: float, **values) -> Area:
    slug = name.lower()
    return Area.objects.create(
        level=AreaLevel.COMMUNE, code_system="insee-commune", code=slug, name=name, slug=slug, lon=lon, lat=lat,
        path=f"insee-commune:{slug}/", sort_key=slug, search_names=[slug], **values,
    )  # fmt: skip


# a busy machine draws slowly: that is no fault of the map
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(Door, lon=st.floats(-179, 179), lat=st.floats(-80, 80), title=st.just("")), min_size=1, max_size=5
    )
)
def test_every_door_is_in_the_picture_and_north_is_up(doors):
    drawn = _Frame(doors).doors
    assert all(0 <= door.x <= WIDTH and 0 <= door.y <= HEIGHT for door in drawn)
    for one, other in pairwise(drawn):
        assert (one.lat - other.lat) * (one.y - other.y) <= 0
        assert (one.lon - other.lon) * (one.x - other.x) >= 0


def test_a_kilometre_is_as_long_as_the_scale_says():
    north = Door(VITRY.lon, VITRY.lat + 1 / 111.3, "", 2)
    frame = _Frame([VITRY, north])
    south_y, north_y = (door.y for door in frame.doors)
    assert south_y - north_y == pytest.approx(frame.km, rel=0.01)


@pytest.mark.django_db
def test_of_two_names_that_would_be_written_over_each_other_the_nearer_to_a_door_stays():
    commune("Le Kremlin-Bicêtre", 2.36, 48.81)
    commune("Ivry-sur-Seine", 2.385, 48.811)
    commune("Orly", 2.40, 48.77)
    drawn = door_map([VITRY], language="fr")
    assert drawn is not None
    assert [name.text for name in drawn.names] == ["Orly", "Ivry-sur-Seine"]


@pytest.mark.django_db
def test_the_communes_around_are_named_and_a_name_is_not_hidden_under_a_door():
    commune("Vitry", 2.393, 48.787)
    commune("Villejuif", 2.36, 48.793)
    commune("Lyon", 4.83, 45.76)
    drawn = door_map([VITRY], language="fr")
    assert drawn is not None
    names = {name.text: name for name in drawn.names}
    assert set(names) == {"Vitry", "Villejuif"}
    assert abs(names["Vitry"].y - drawn.doors[0].y) >= 30
    assert not names["Vitry"].has_dot
    assert names["Villejuif"].has_dot


@pytest.mark.django_db
def test_outlines_are_drawn_where_they_are_known():
    square = {"type": "Polygon", "coordinates": [[[2.38, 48.78], [2.41, 48.78], [2.41, 48.8], [2.38, 48.78]]]}
    commune("Vitry", 2.393, 48.787, outline=square, outline_source="test")
    drawn = door_map([VITRY], language="fr")
    assert drawn is not None
    assert len(drawn.outlines) == 1


@pytest.mark.django_db
def test_nothing_is_asked_of_anyone_without_a_tile_server(settings):
    settings.PARCOURS_TILE_CREDIT = ""
    drawn = door_map([VITRY], language="fr")
    page = render_to_string("geo/doors.html", {"map": drawn, "label": "Carte", "credit": ""})
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.django_db
def test_tiles_cover_the_picture_and_come_from_the_server_that_was_named():
    drawn = door_map([VITRY], language="fr", tile_url="https://tiles.example.org/{z}/{x}/{y}.png")
    assert drawn is not None
    assert {urlsplit(tile.href).netloc for tile in drawn.tiles} == {"tiles.example.org"}
    assert min(tile.x for tile in drawn.tiles) <= 0
    assert max(tile.x + tile.size for tile in drawn.tiles) >= WIDTH
    assert min(tile.y for tile in drawn.tiles) <= 0
    assert max(tile.y + tile.size for tile in drawn.tiles) >= HEIGHT
    assert len(drawn.tiles) <= 20


@pytest.mark.django_db
def test_no_door_no_map():
    assert door_map([], language="fr") is None
