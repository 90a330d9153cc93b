"""The schematic map: all lies within what it belongs to, nothing overlaps, always the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, mapping, shape

from anlan.people.rules.outlines import Plot, divide, lay_out, place_within

CENTRE = {"lon": 121.45, "lat": 28.37}
HAIR = 1e-6  # of a degree: a hand's breadth of rounding
MUYU = mapping(Polygon([(121.3, 28.4), (121.32, 28.4), (121.33, 28.41), (121.31, 28.42)]))


def villages(town, size):
    return tuple(Plot(f"331081{town:03}{village + 1:03}") for village in range(size))


def districts():
    """A district with up to twelve towns, the first three of them streets."""
    towns = st.lists(st.integers(0, 12), min_size=1, max_size=12)
    return towns.map(
        lambda sizes: Plot(
            "331081000000",
            tuple(
                Plot(f"331081{town:03}000", villages(town, size))
                for size, town in zip(sizes, [1, 2, 3, *range(100, 109)], strict=False)
            ),
        )
    )


@settings(deadline=None, max_examples=30)  # other work shares these cores
@given(districts(), st.floats(20, 20000))
def test_children_fill_their_parent_and_lie_within(root, square_km):
    drawn = lay_out(root, square_km=square_km, **CENTRE)
    for parent in (root, *root.within):
        whole = drawn[parent.code].shape
        pieces = [drawn[child.code].shape for child in parent.within]
        for piece in pieces:
            assert piece.is_valid
            assert whole.buffer(HAIR).contains(piece)
        if pieces:
            assert sum(piece.area for piece in pieces) == pytest.approx(whole.area, rel=1e-3)


def test_villages_are_about_equal_and_each_point_lies_in_its_own():
    root = Plot("331081000000", tuple(Plot(f"331081{t:03}000", villages(t, 30)) for t in (1, 100)))
    drawn = lay_out(root, square_km=926, **CENTRE)
    grounds = [drawn[village.code] for town in root.within for village in town.within]
    sizes = [ground.shape.area for ground in grounds]
    assert max(sizes) < 3 * min(sizes)
    assert all(ground.shape.contains(Point(ground.lon, ground.lat)) for ground in grounds)


def test_streets_lie_in_the_middle_and_towns_around_them():
    towns = tuple(Plot(f"331081{t:03}000", villages(t, 8)) for t in (1, 2, 100, 101, 102, 103))
    drawn = lay_out(Plot("331081000000", towns), square_km=926, **CENTRE)
    middle = drawn["331081000000"].shape.centroid
    far = {town.code: drawn[town.code].shape.centroid.distance(middle) for town in towns}
    assert max(far["331081001000"], far["331081002000"]) < min(
        far[town.code] for town in towns if not town.is_street
    )


@pytest.mark.parametrize("square_km", [65, 926, 14200])
def test_the_district_has_its_true_size_around_its_middle(square_km):
    drawn = lay_out(Plot("331081000000"), square_km=square_km, **CENTRE)["331081000000"]
    kilometres = drawn.shape.area * 111.32 * 111.32 * 0.88
    assert kilometres == pytest.approx(square_km, rel=0.02)
    west, south, east, north = drawn.box
    assert west < 121.45 < east
    assert south < 28.37 < north


def test_the_same_codes_always_give_the_same_map():
    root = Plot("331081000000", (Plot("331081001000"), Plot("331081100000", villages(100, 3))))
    once, again = (lay_out(root, square_km=926, **CENTRE) for _ in range(2))
    assert {code: each.geojson() for code, each in once.items()} == {
        code: each.geojson() for code, each in again.items()
    }


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_village_is_cut_into_grids_that_lie_within_it(count):
    plots = [Plot(f"331081100024{n:03}") for n in range(1, count + 1)]
    grids = divide(MUYU, plots)
    assert list(grids) == [plot.code for plot in plots]
    for grid in grids.values():
        assert shape(MUYU).buffer(HAIR).contains(grid.shape)
        assert grid.shape.contains(Point(grid.lon, grid.lat))
    whole = sum(grid.shape.area for grid in grids.values())
    assert whole == pytest.approx(shape(MUYU).area, rel=1e-4)


@given(st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_every_place_found_for_two_numbers_lies_inside(along, across):
    assert shape(MUYU).buffer(HAIR).contains(Point(place_within(MUYU, along, across)))


def test_places_are_spread_and_not_heaped():
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    places = [drawn.place(n / 20, 0.5) for n in range(20)]
    assert len(set(places)) == 20
    west, _, east, _ = drawn.box
    assert max(lon for lon, _ in places) - min(lon for lon, _ in places) > (east - west) / 3


def test_geojson_closes_its_ring():
    drawn = lay_out(Plot("331081000000"), square_km=926, **CENTRE)["331081000000"]
    ring = drawn.geojson()["coordinates"][0]
    assert ring[0] == ring[-1]
