"""The schematic map: all lies within what it belongs to, nothing overlaps, always the same."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from anlan.people.rules import outlines
from anlan.people.rules.outlines import Plot, divide, lay_out

CENTRE = {"lon": 121.45, "lat": 28.37}
HAIR = 1e-6  # of a degree: a hand's breadth of rounding


def shape(outline):
    return Polygon(outline.ring)


def villages(town, size):
    return tuple(Plot(f"331081{town:03}{village + 1:03}") for village in range(size))


def districts():
    towns = st.lists(st.integers(1, 12), min_size=1, max_size=12)
    return towns.map(
        lambda sizes: Plot(
            "331081000000",
            within=tuple(
                Plot(f"331081{town:03}000", size, villages(town, size))
                for town, size in enumerate(sizes, start=1)
            ),
        )
    )


@settings(deadline=None, max_examples=30)  # other work shares these cores
@given(districts(), st.floats(20, 20000))
def test_children_fill_their_parent_and_share_it_fairly(root, square_km):
    drawn = lay_out(root, square_km=square_km, **CENTRE)
    for parent in (root, *root.within):
        pieces = [shape(drawn[child.code]) for child in parent.within]
        whole = shape(drawn[parent.code])
        assert sum(piece.area for piece in pieces) == pytest.approx(whole.area, rel=1e-3)
        for child, piece in zip(parent.within, pieces, strict=True):
            assert piece.is_valid
            assert whole.buffer(HAIR).contains(piece)
            share = child.share / sum(each.share for each in parent.within)
            assert piece.area / whole.area == pytest.approx(share, rel=0.02)


def test_the_district_has_its_true_size_around_its_middle():
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    west, south, east, north = drawn.box
    wide, high = (east - west) * 111.32 * 0.88, (north - south) * 111.32
    assert wide * high * 3.1416 / 4 == pytest.approx(926, rel=0.02)
    assert (drawn.lon, drawn.lat) == pytest.approx((121.45, 28.37), abs=1e-6)


def test_the_same_codes_always_give_the_same_map():
    root = Plot("331081000000", within=(Plot("331081001000"), Plot("331081100000", 2.0)))
    assert lay_out(root, square_km=926, **CENTRE) == lay_out(root, square_km=926, **CENTRE)


def test_a_village_is_cut_into_grids_that_lie_within_it():
    village = [(121.3, 28.4), (121.32, 28.4), (121.33, 28.41), (121.31, 28.42), (121.3, 28.4)]
    plots = [Plot(f"331081100024{n:03}") for n in range(1, 8)]
    grids = divide(village, plots)
    assert list(grids) == [plot.code for plot in plots]
    for grid in grids.values():
        assert Polygon(village).buffer(HAIR).contains(shape(grid))
        assert shape(grid).contains(Point(grid.lon, grid.lat))
    assert sum(shape(grid).area for grid in grids.values()) == pytest.approx(
        Polygon(village).area, rel=1e-4
    )


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_every_place_found_for_two_numbers_lies_inside(along, across):
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    lon, lat = drawn.place(along, across)
    assert shape(drawn).buffer(1e-6).contains(Point(lon, lat))


def test_places_are_spread_and_not_heaped():
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    places = [drawn.place(n / 20, 0.5) for n in range(20)]
    assert all(one != other for one, other in pairwise(places))


def test_communities_of_a_towns_centre_are_drawn_smaller_than_villages():
    assert outlines.share_of("331081100024") < outlines.share_of("331081100224")


def test_geojson_closes_its_ring():
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    ring = drawn.geojson()["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == outlines.CORNERS + 1
