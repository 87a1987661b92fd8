import math
import random
import time
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from parcours.engines.tiles import Hex, Point, hexagon_points, kept_neighbours, layout, natural_neighbours, view_box

COORDINATE = st.floats(-60, 60, allow_nan=False).map(lambda degrees: round(degrees, 3))
PLACES = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=25).map(
    lambda pairs: [Point(f"p{number}", x, y) for number, (x, y) in enumerate(pairs)]
)


# Middles of the 47 communes of Val-de-Marne: INSEE code, longitude, latitude. From the outlines of IGN's Admin Express
# COG 2018 (Licence Ouverte), simplified in github.com/gregoiredavid/france-geojson.
COMMUNES = """
94001 2.422 48.725, 94002 2.421 48.796, 94003 2.334 48.805, 94004 2.525 48.747, 94011 2.488 48.773,
94015 2.523 48.839, 94016 2.332 48.792, 94017 2.517 48.817, 94018 2.407 48.823, 94019 2.542 48.798,
94021 2.353 48.767, 94022 2.417 48.764, 94028 2.455 48.784, 94033 2.474 48.851, 94034 2.326 48.757,
94037 2.344 48.813, 94038 2.338 48.776, 94041 2.388 48.812, 94042 2.471 48.82, 94043 2.356 48.809,
94044 2.489 48.745, 94046 2.438 48.806, 94047 2.548 48.706, 94048 2.555 48.74, 94052 2.482 48.837,
94053 2.555 48.774, 94054 2.395 48.743, 94055 2.54 48.786, 94056 2.561 48.697, 94058 2.504 48.842,
94059 2.576 48.806, 94060 2.584 48.777, 94065 2.353 48.75, 94067 2.419 48.841, 94068 2.494 48.799,
94069 2.438 48.818, 94070 2.576 48.735, 94071 2.533 48.766, 94073 2.386 48.761, 94074 2.461 48.753,
94075 2.531 48.721, 94076 2.36 48.792, 94077 2.411 48.732, 94078 2.449 48.742, 94079 2.545 48.826,
94080 2.438 48.848, 94081 2.394 48.788
"""


@pytest.fixture(scope="module")
def towns() -> list[Point]:
    rows = [row.split() for row in COMMUNES.split(",")]
    return [Point(code, float(x), float(y)) for code, x, y in rows]


def is_one_piece_without_holes(tiles: dict[str, Hex]) -> bool:
    """Counted by Euler's formula on the triangles of touching cells: one piece without holes has V - E + F = 1."""
    cells = set(tiles.values())
    edges = sum(near in cells for cell in cells for near in cell.neighbours()) // 2
    corners = sum(
        near in cells and after in cells
        for cell in cells
        for near, after in zip(cell.neighbours(), cell.neighbours()[1:] + cell.neighbours()[:1], strict=True)
    )
    reached, border = set(), {min(cells)}
    while border:
        reached |= border
        border = {near for cell in border for near in cell.neighbours() if near in cells} - reached
    return reached == cells and len(cells) - edges + corners // 3 == 1


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_every_place_has_a_cell_of_its_own_in_one_piece_without_holes(places):
    tiles = layout(places)
    assert tiles.keys() == {place.key for place in places}
    assert len(set(tiles.values())) == len(places)
    assert (min(cell.col for cell in tiles.values()), min(cell.row for cell in tiles.values())) == (0, 0)
    assert is_one_piece_without_holes(tiles)


@settings(max_examples=20, deadline=None)
@given(PLACES, st.randoms())
def test_the_order_of_the_places_does_not_matter(places, chance):
    shuffled = list(places)
    chance.shuffle(shuffled)
    assert layout(shuffled) == layout(places)


@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_places_at_the_same_spot_are_told_apart(count):
    tiles = layout([Point(str(number), 2.4, 48.8) for number in range(count)])
    assert len(set(tiles.values())) == count
    assert is_one_piece_without_holes(tiles)


def test_places_in_a_line_make_a_line():
    assert layout([Point(str(number), number / 10, 48.8) for number in range(5)]) == {
        str(number): Hex(number, 0) for number in range(5)
    }


def test_no_place_no_map():
    assert layout([]) == {}


def test_two_places_of_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        layout([Point("a", 0, 0), Point("a", 1, 1)])


def test_north_stays_north_and_east_stays_east(towns):
    tiles = layout(towns)
    assert len(towns) == 47
    north = spearmanr([town.y for town in towns], [-tiles[town.key].row for town in towns]).statistic
    east = spearmanr(
        [town.x for town in towns], [tiles[town.key].col + tiles[town.key].row % 2 / 2 for town in towns]
    ).statistic
    assert north > 0.9
    assert east > 0.9


def test_most_neighbours_still_touch(towns):
    kept, total = kept_neighbours(layout(towns), natural_neighbours(towns))
    assert kept / total > 0.8, f"{kept} of {total} neighbours touch"


def test_given_neighbours_are_brought_together():
    chance = random.Random(94)
    places = [Point(f"{number:02}", chance.uniform(2, 3), chance.uniform(48, 49)) for number in range(30)]
    pairs = sorted(combinations(places, 2), key=lambda pair: math.dist(pair[0][1:], pair[1][1:]))
    borders = [(one.key, other.key) for one, other in pairs[:60]]
    told, untold = kept_neighbours(layout(places, borders), borders), kept_neighbours(layout(places, []), borders)
    assert told > untold


@pytest.mark.parametrize(("count", "seconds"), [(47, 1), (400, 15)])
def test_a_map_is_made_in_time(count, seconds):
    chance = random.Random(94)
    places = [Point(str(number), chance.uniform(2, 3), chance.uniform(48, 49)) for number in range(count)]
    start = time.process_time()
    tiles = layout(places)
    assert time.process_time() - start < seconds
    assert is_one_piece_without_holes(tiles)


def test_neighbours_are_those_with_nobody_between():
    line = [Point("a", 0, 0), Point("b", 1, 0), Point("c", 2, 0)]
    assert natural_neighbours(line) == [("a", "b"), ("b", "c")]


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_the_six_neighbours_are_one_step_away(col, row):
    cell = Hex(col, row)
    assert len(set(cell.neighbours())) == 6
    assert [cell.distance(near) for near in cell.neighbours()] == [1] * 6
    assert [cell in near.neighbours() for near in cell.neighbours()] == [True] * 6
    two_away = Counter(cell.distance(far) for near in cell.neighbours() for far in near.neighbours())
    assert two_away == {0: 6, 1: 12, 2: 18}


def test_hexagons_touch_and_the_drawing_shows_them_all():
    first, second = hexagon_points(Hex(0, 0), 10), hexagon_points(Hex(1, 0), 10)
    assert first == [(0, -10), (8.66, -5), (8.66, 5), (0, 10), (-8.66, 5), (-8.66, -5)]
    assert {(8.66, -5), (8.66, 5)} <= set(second)
    assert view_box([Hex(0, 0), Hex(1, 0)], 10, margin=1) == (-9.66, -11, 36.64, 22)
    assert view_box([], 10) == (0, 0, 0, 0)
