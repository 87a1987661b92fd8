"""Squares of the map: wherever a point lies within a box, one of the squares that cover the box holds it."""

from importlib import import_module

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.directory.cells import SIDE_BY_SIDE, SIZES, cells_at, cells_in
from parcours.directory.listing import TOLD_WELL, WELL
from parcours.directory.models import Listing
from parcours.directory.tests import factories as make

LONS, LATS = st.floats(-179, 179), st.floats(-80, 80)
SIDES, SHARES = st.floats(0.001, SIDE_BY_SIDE * SIZES[-1] - 0.001), st.floats(0, 1)


@settings(deadline=None)
@given(LONS, LATS, SIDES, SIDES, SHARES, SHARES)
def test_a_point_within_a_box_lies_in_one_of_its_squares(lon, lat, wide, high, right, up):
    box = (lon, lat, lon + wide, lat + high)
    assert set(cells_in(box)) & set(cells_at(lon + right * wide, lat + up * high))


@settings(deadline=None)
@given(LONS, LATS, SIDES, SIDES)
def test_a_box_is_covered_by_few_squares_of_one_size(lon, lat, wide, high):
    cells = cells_in((lon, lat, lon + wide, lat + high))
    assert 1 <= len(cells) <= (SIDE_BY_SIDE + 1) ** 2
    assert len({cell.split(":")[0] for cell in cells}) == 1


def test_a_box_wider_than_any_square_has_none():
    assert cells_in((-5, 41, 10, 51)) == []


@pytest.mark.django_db
@settings(max_examples=10, deadline=None)
@given(LONS, LATS, st.floats(0, 1))
def test_the_migration_says_of_a_listing_what_the_program_says(lon, lat, quality):
    service = make.service("Accueil")
    listing = Listing(service=service, head="", body="", facts="'day=?'", lon=lon, lat=lat, quality=quality)
    Listing.objects.all().delete()
    listing.save()
    with connection.cursor() as cursor:
        cursor.execute(import_module("parcours.directory.migrations.0005_nearness_in_words").FILL)
        cursor.execute("SELECT tsvector_to_array(facts) FROM directory_listing")
        (told,) = cursor.fetchone()
    assert set(told) == {"day=?", *cells_at(lon, lat), *([WELL] if quality >= TOLD_WELL else [])}
