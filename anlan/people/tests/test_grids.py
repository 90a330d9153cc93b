"""Grids lie in their village and apart from each other; borders are compared with their like."""

from datetime import date

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people import actions
from anlan.people.models import Area
from anlan.people.rules.facts import AreaFacts

BEGIN = date(2020, 1, 1)


def square(lon, lat, size=0.01):
    corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
    return {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}


@pytest.fixture
def muyu(district, by_admin):
    """The village 牧屿 as surveyed: a square of a hundredth of a degree."""
    actions.set_outline(district.village_muyu, outline=square(121.34, 28.48), **by_admin)
    return district.village_muyu


def facts(number, name="防汛网格"):
    return AreaFacts(f"331081100024F{number:02}", f"{name}{number}", since=BEGIN)


def test_a_flood_grid_is_drawn_within_its_village(muyu, by_section):
    grid = actions.add_grid(
        facts(1),
        parent=muyu,
        grid_kind="FLOOD",
        outline=square(121.341, 28.481, 0.004),
        **by_section,
    )
    assert grid.path == f"{muyu.path}331081100024F01/"
    assert grid.level == Area.Level.GRID
    assert list(Area.objects.all().around(121.343, 28.483)) == [grid, muyu]
    assert trail.verbs_of(grid) == ["add_grid"]


def test_a_grid_that_runs_out_of_its_village_is_told_how_much_and_where(muyu, by_section):
    with pytest.raises(Invalid, match="边界有 49.7% 落在牧屿街居委会之外") as refused:
        actions.add_grid(
            facts(1),
            parent=muyu,
            grid_kind="FLOOD",
            outline=square(121.348, 28.482, 0.004),
            **by_section,
        )
    assert refused.value.field == "outline"
    assert not Area.objects.filter(code="331081100024F01").exists()


def test_two_flood_grids_do_not_share_ground_but_a_risk_grid_may_lie_over_them(muyu, by_section):
    first = {"outline": square(121.341, 28.481, 0.004), "parent": muyu, **by_section}
    actions.add_grid(facts(1), grid_kind="FLOOD", **first)
    with pytest.raises(Invalid, match="与防汛网格1重叠 100%"):
        actions.add_grid(facts(2), grid_kind="FLOOD", **first)
    actions.add_grid(facts(3, "风险网格"), grid_kind="RISK", **first)


def test_neighbours_that_touch_do_not_overlap(muyu, by_section):
    for number, lon in ((1, 121.341), (2, 121.343)):
        actions.add_grid(
            facts(number),
            parent=muyu,
            grid_kind="FLOOD",
            outline=square(lon, 28.481, 0.002),
            **by_section,
        )
    assert Area.objects.filter(grid_kind="FLOOD").count() == 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("331081100024", "不是网格代码"),
        ("331081100024-1", "不是网格代码"),
        ("331081001003001", "不属于牧屿街居委会"),
        ("331081100024007", "已用于牧屿7号网格"),
    ],
)
def test_a_grid_code_goes_on_from_its_villages(district, by_section, code, said):
    with pytest.raises(Invalid, match=said) as refused:
        actions.add_grid(
            AreaFacts(code, "新网格", since=BEGIN),
            parent=district.village_muyu,
            grid_kind="GENERAL",
            **by_section,
        )
    assert refused.value.field == "code"


def test_a_grid_must_say_what_it_is_for(district, by_section):
    with pytest.raises(Invalid, match="没有选择网格类型"):
        actions.add_grid(facts(1), parent=district.village_muyu, grid_kind="", **by_section)


def test_what_is_no_polygon_is_refused_in_chinese(district, by_admin):
    bow = [[121.3, 28.4], [121.4, 28.5], [121.4, 28.4], [121.3, 28.5], [121.3, 28.4]]
    crossed = {"type": "Polygon", "coordinates": [bow]}
    for outline in ({"type": "Point", "coordinates": [121.3, 28.4]}, {"type": "?"}, crossed):
        with pytest.raises(Invalid):
            actions.set_outline(district.village_muyu, outline=outline, **by_admin)


def test_a_surveyed_village_must_go_on_holding_its_grids(muyu, by_admin, by_section):
    actions.add_grid(
        facts(1),
        parent=muyu,
        grid_kind="FLOOD",
        outline=square(121.341, 28.481, 0.004),
        **by_section,
    )
    with pytest.raises(Invalid, match="下级防汛网格1有一部分落在新边界之外"):
        actions.set_outline(muyu, outline=square(121.342, 28.481), **by_admin)


def test_a_surveyed_border_is_not_judged_by_a_sketch(district, by_admin):
    actions.set_outline(
        district.zeguo, outline=square(121.0, 28.0), source=actions.SCHEMATIC, **by_admin
    )
    actions.set_outline(district.village_muyu, outline=square(121.34, 28.48), **by_admin)
    district.village_muyu.refresh_from_db()
    assert district.village_muyu.outline_source == "本地勘界"


def test_a_town_station_draws_grids_at_home_and_not_next_door(district, clock):
    draw = {"grid_kind": "FLOOD", "by": district.huang_zeguo_station, "at": clock.now()}
    assert actions.add_grid(facts(1), parent=district.village_muyu, **draw)
    next_door = AreaFacts("331081001003F01", "迎辉防汛网格", since=BEGIN)
    with pytest.raises(Forbidden):
        actions.add_grid(next_door, parent=district.village_dongmen, **draw)


def test_a_grid_worker_and_a_firm_draw_no_borders(district, clock):
    for person in (district.sun_grid7, district.xu_safety, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.add_grid(
                facts(1),
                parent=district.village_muyu,
                grid_kind="FLOOD",
                by=person,
                at=clock.now(),
            )
        with pytest.raises(Forbidden):
            actions.set_outline(
                district.grid7, outline=square(121.3, 28.4), by=person, at=clock.now()
            )
