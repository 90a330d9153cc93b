"""What a clerk writes in the column 所在区域, and which place is meant by it."""

from datetime import date

import pytest

from anlan.people.models import Area, AreaAlias, Body
from anlan.registry import access
from anlan.registry.rules import Problem

DAY = date(2024, 6, 12)


@pytest.fixture
def two_of_one_name(district):
    """Two villages called 中心村, as there are in every district."""
    return [
        Area.objects.create(
            code=f"{town.code[:9]}901", name="中心村", level="VILLAGE", parent=town,
            path=f"{town.path}{town.code[:9]}901/",
        )
        for town in (district.taiping, district.zeguo)
    ]  # fmt: skip


def area(text, **limits):
    return access.find_areas([text], day=DAY, **limits)[text]


@pytest.mark.parametrize(
    "written",
    [
        "331081100024",
        "牧屿街居委会",
        "泽国镇牧屿街居委会",
        "温岭市泽国镇牧屿街居委会",
        "泽国镇/牧屿街居委会",
        "泽国镇 牧屿街居委会",
    ],
)
def test_one_village_in_many_spellings(district, written):
    assert area(written) == district.village_muyu


def test_short_codes_are_the_towns_and_the_district(district):
    assert area("331081") == district.wenling
    assert area("331081100") == district.zeguo
    assert area("331081100024007") == district.grid7


def test_a_name_that_two_villages_bear_is_not_guessed(two_of_one_name):
    problem = area("中心村")
    assert isinstance(problem, Problem)
    assert "太平街道中心村(331081001901)" in problem.words
    assert "泽国镇中心村" in problem.words


def test_the_town_before_it_or_the_clerks_own_town_settles_it(two_of_one_name, district):
    in_taiping, in_zeguo = two_of_one_name
    assert area("泽国镇中心村") == in_zeguo
    assert area("中心村", under=district.taiping.path) == in_taiping


def test_former_names_and_codes_still_find_it(district):
    AreaAlias.objects.create(area=district.zeguo, name="泽国区", code="331081199000")
    assert area("泽国区") == district.zeguo
    assert area("331081199000") == district.zeguo


def test_what_was_merged_away_is_not_found(district):
    Area.objects.filter(pk=district.village_muyu.pk).update(valid_to=date(2024, 1, 1))
    assert isinstance(area("牧屿街居委会"), Problem)


def test_many_names_cost_few_queries(district, django_assert_max_num_queries):
    names = [f"不存在{n}" for n in range(500)] + ["泽国镇", "331081001000"]
    with django_assert_max_num_queries(6):
        found = access.find_areas(names, day=DAY)
    assert len(found) == 502
    assert found["泽国镇"] == district.zeguo


def test_bodies_by_any_of_their_names_and_told_apart_by_place(district):
    found = access.find_bodies(["泽海冷链", "温岭市泽海冷链物流有限公司", "没有的厂"], day=DAY)
    assert found["泽海冷链"] == found["温岭市泽海冷链物流有限公司"] == district.cold_chain
    assert isinstance(found["没有的厂"], Problem)
    Body.objects.create(
        name="泽海冷链", kind="ENTERPRISE", area=district.taiping, area_path=district.taiping.path
    )
    problem = access.find_bodies(["泽海冷链"], day=DAY)["泽海冷链"]
    assert "对应2个" in problem.words
    assert "太平街道" in problem.words


def test_posts_and_persons_with_their_unit(district):
    posts = access.find_posts(["泽国镇/牧屿7号网格员", "消防大队/牧屿7号网格员"], day=DAY)
    assert posts["泽国镇/牧屿7号网格员"] == district.grid7_post
    assert isinstance(posts["消防大队/牧屿7号网格员"], Problem)
    persons = access.find_persons(["黄磊", "泽国镇/黄磊", "13800000008"], day=DAY)
    assert set(persons.values()) == {district.huang_zeguo_station}
