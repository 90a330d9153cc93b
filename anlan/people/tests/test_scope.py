"""Who sees what: downward all of one's sector, upward only whom to ring, sideways nothing."""

from datetime import date, timedelta

import pytest

from anlan.kernel.errors import Forbidden
from anlan.people import access, actions
from anlan.people.access import ALL, Reach, Scope, scope_of, widest
from anlan.people.models import Area, Body, Charge, Person, Post
from anlan.people.rules.facts import BodyFacts, ChargeFacts

BEGIN = date(2020, 1, 1)


@pytest.fixture
def reach_of(district, clock):
    """The scope of one of the cast, now."""

    def of(name):
        return scope_of(getattr(district, name), at=clock.now())

    return of


def reach(path, *sectors, deeds=("see",)):
    return Reach(path, frozenset(sectors or [ALL]), frozenset(deeds))


# --- reach ------------------------------------------------------------------------------------


def test_a_scope_costs_three_queries(district, clock, django_assert_max_num_queries):
    access.roles()
    with django_assert_max_num_queries(3):
        scope_of(district.zhao_taiping_station, at=clock.now())


def test_a_reach_that_another_one_holds_is_left_out():
    town, village = "/331081000000/331081100000/", "/331081000000/331081100000/331081100024/"
    assert widest([reach(village), reach(town)]) == [reach(town)]
    assert widest([reach(town), reach(town)]) == [reach(town)]
    assert widest([reach(town, "fire"), reach(town, "fire", "gas")]) == [reach(town, "fire", "gas")]
    assert widest([reach(village), reach(town, "fire")]) == [reach(town, "fire"), reach(village)]
    assert widest([reach(town, "fire"), reach(town)]) == [reach(town)]


def test_a_neighbour_whose_code_begins_alike_is_no_child():
    assert not reach("/331081000000/").covers("/3310810000001/")
    assert reach("/331081000000/").covers("/331081000000/331081100000/")


def test_a_department_reaches_the_whole_district_in_its_own_sectors(district, reach_of):
    fire = reach_of("luo_fire")
    assert fire.may("matters.report", path=district.grid7.path, sector="fire")
    assert not fire.may("matters.report", path=district.grid7.path, sector="gas")
    assert not fire.may("matters.report", path=district.grid7.path, sector="")
    assert fire.may("see", path=district.grid7.path), "an area has no sector"


def test_each_level_reaches_its_own_ground(district, reach_of):
    grid, station, chief = (
        reach_of("li_grid3"),
        reach_of("zhao_taiping_station"),
        reach_of("zhou_chief"),
    )
    for scope, sees in (
        (grid, "grid3"),
        (station, "grid3 taiping"),
        (chief, "grid3 taiping zeguo"),
    ):
        for name in ("grid3", "taiping", "zeguo"):
            path = getattr(district, name).path
            assert scope.may("see", path=path, sector="fire") is (name in sees)


def test_a_firm_reaches_no_area_but_its_own_things(district, reach_of):
    scope = reach_of("xu_safety")
    assert scope.reaches == ()
    assert scope.bodies == {district.cold_chain.pk}
    assert "matters.report" in scope.own_deeds
    assert scope.may_anywhere("matters.report")
    assert not scope.may_anywhere("matters.dispatch")


def test_somebody_without_a_post_reaches_nothing(reach_of):
    scope = reach_of("wu_bystander")
    assert (scope.reaches, scope.posts, scope.bodies) == ((), frozenset(), frozenset())
    assert not Area.objects.filter(scope.places(path="path", sector="")).exists()


def test_a_charge_lets_see_and_nothing_more(district, clock, by_section):
    facts = ChargeFacts("leader_contact", since=BEGIN)
    actions.give_charge(facts, area=district.zeguo, holder=district.wu_bystander, **by_section)
    scope = scope_of(district.wu_bystander, at=clock.now())
    assert scope.may("see", path=district.village_muyu.path, sector="fire")
    assert not scope.may("matters.report", path=district.village_muyu.path, sector="fire")


def test_tomorrows_post_gives_no_right_today(district, clock, by_section):
    tomorrow = date(2024, 6, 13)
    actions.appoint(district.wu_bystander, post=district.grid7_post, since=tomorrow, **by_section)
    assert not scope_of(district.wu_bystander, at=clock.now()).posts
    assert scope_of(district.wu_bystander, at=clock.now() + timedelta(days=1)).posts


def test_midnight_is_midnight_in_beijing(district, clock, by_section):
    tomorrow = date(2024, 6, 13)
    actions.appoint(district.wu_bystander, post=district.grid7_post, since=tomorrow, **by_section)
    late = clock.now().replace(hour=15, minute=59)
    assert not scope_of(district.wu_bystander, at=late).posts
    assert scope_of(district.wu_bystander, at=late + timedelta(minutes=1)).posts


def test_the_nearest_post_gives_the_right(district, clock, by_section):
    actions.appoint(
        district.zhao_taiping_station, post=district.grid3_post, since=BEGIN, **by_section
    )
    scope = scope_of(district.zhao_taiping_station, at=clock.now())
    assert scope.post_for("matters.report", path=district.grid3.path) == district.grid3_post.pk
    station = district.taiping_station_post.pk
    assert scope.post_for("matters.report", path=district.taiping.path) == station
    assert scope.post_for("matters.report", path=district.zeguo.path) is None


def test_a_role_that_the_catalogue_lost_gives_no_deed(district):
    assert access.deeds_of(["no_such_role"]) == frozenset()
    assert "see" in access.deeds_of(["station"])


def test_sight_is_a_deed_that_a_role_must_give():
    blind = Scope(1, (reach("/331081000000/", deeds=("matters.report",)),), *[frozenset()] * 4)
    assert not blind.may("see", path="/331081000000/")
    assert str(blind.places()) == str(Scope(1, (), *[frozenset()] * 4).places())


def test_check_says_whom_to_ask(district, clock):
    path = district.zeguo.path
    with pytest.raises(Forbidden) as refused:
        access.check(district.li_grid3, "people.add_grid", path=path, at=clock.now())
    assert "联系本级管理员" in refused.value.mend
    scope = access.check(district.ma_admin, "people.add_grid", path=path, at=clock.now())
    assert scope.person_id == district.ma_admin.pk


# --- rows -------------------------------------------------------------------------------------


def test_areas_down_from_ones_own_and_the_way_up_to_it(district, reach_of):
    areas = access.areas_visible_to(reach_of("huang_zeguo_station"))
    assert set(areas) == {district.wenling, district.zeguo, district.village_muyu, district.grid7}
    assert set(access.areas_visible_to(reach_of("xu_safety"))) == {
        district.wenling,
        district.zeguo,
        district.village_muyu,
    }
    assert not access.areas_visible_to(reach_of("wu_bystander")).exists()


def test_a_department_sees_the_firms_of_its_sectors_and_those_nobody_classified(
    district, reach_of, by_section
):
    facts = BodyFacts("新开小店", "ENTERPRISE")
    new = actions.register_body(facts, area=district.village_muyu, **by_section)
    gas = actions.register_body(
        BodyFacts("某燃气站", "ENTERPRISE", sectors=("gas", "fire")),
        area=district.village_muyu,
        **by_section,
    )
    firms = access.bodies_visible_to(reach_of("luo_fire")).filter(kind="ENTERPRISE")
    assert set(firms) == {new, gas}
    assert district.cold_chain in access.bodies_visible_to(reach_of("chen_section"))


def test_a_firm_sees_itself_and_the_offices_it_may_ring(district, reach_of):
    bodies = access.bodies_visible_to(reach_of("xu_safety"))
    assert district.cold_chain in bodies
    assert district.zeguo_town in bodies
    assert district.bureau in bodies
    assert district.foundry not in bodies
    assert district.taiping_street not in bodies


def test_people_are_seen_downward_and_upward_but_not_next_door(district, reach_of):
    seen = set(access.persons_visible_to(reach_of("li_grid3")))
    assert {district.li_grid3, district.zhao_taiping_station, district.zhou_chief} <= seen
    assert district.huang_zeguo_station not in seen
    assert district.xu_safety not in seen
    assert district.jin_foundry not in seen, "the foundry is in the village, outside the grid"
    assert district.jin_foundry in access.persons_visible_to(reach_of("zhao_taiping_station"))


def test_nobody_is_listed_twice_for_holding_two_posts(district, clock, by_section):
    actions.appoint(district.sun_grid7, post=district.grid3_post, since=BEGIN, **by_section)
    scope = scope_of(district.chen_section, at=clock.now())
    seen = list(access.persons_visible_to(scope))
    assert len(seen) == len(set(seen)) == Person.objects.count()


def test_people_without_unit_are_seen_by_the_district_and_themselves(district, reach_of):
    wu = district.wu_bystander
    assert wu in access.persons_visible_to(reach_of("ma_admin"))
    assert wu in access.persons_visible_to(reach_of("wu_bystander"))
    assert wu not in access.persons_visible_to(reach_of("huang_zeguo_station"))
    assert access.place_of(wu) == district.wenling.path


def test_posts_of_ones_own_firm_and_the_offices_above(district, reach_of):
    posts = set(access.posts_visible_to(reach_of("xu_safety")))
    assert district.cold_chain_manager_post in posts
    assert district.zeguo_station_post in posts
    assert district.foundry_safety_post not in posts
    assert district.taiping_station_post not in posts


def test_charges_are_seen_at_home_above_and_where_they_are_published(
    district, reach_of, by_section
):
    def given(kind, area, holder):
        facts = ChargeFacts(kind, since=BEGIN)
        return actions.give_charge(facts, area=area, holder=holder, **by_section)

    own = given("grid_worker", district.grid7, district.grid7_post)
    above = given("leader_contact", district.zeguo, district.zhou_chief)
    next_door = given("grid_worker", district.grid3, district.grid3_post)
    published = given("city_leader_town", district.taiping, district.zhou_chief)
    assert set(access.charges_visible_to(reach_of("sun_grid7"))) == {own, above, published}
    assert set(access.charges_visible_to(reach_of("chen_section"))) == set(Charge.objects.all())
    assert next_door in access.charges_visible_to(reach_of("li_grid3"))
    assert set(access.charges_visible_to(reach_of("wu_bystander"))) == {published}


def test_may_is_asked_with_the_thing(district, reach_of):
    station = reach_of("huang_zeguo_station")
    assert access.may(station, "add_grid", district.village_muyu)
    assert not access.may(station, "add_grid", district.village_dongmen)
    assert access.may(station, "change_person", district.sun_grid7)
    assert not access.may(station, "change_person", district.li_grid3)
    assert not access.may(station, "abolish_post", district.grid7_post)


# --- search -----------------------------------------------------------------------------------


def test_areas_bodies_and_people_are_found_as_people_type_them(district, by_section):
    facts = BodyFacts("温岭市泽国金鑫机械有限公司", "ENTERPRISE", credit_code="91110000600037341L")
    firm = actions.register_body(facts, area=district.village_muyu, **by_section)
    for typed in ("金鑫", "金鑫 机械", "wlszgjx", "91110000600037341l"):
        assert list(Body.objects.matching(typed)) == [firm], typed
    assert not Body.objects.matching("金鑫 铸造").exists()
    assert list(Area.objects.matching("331081100024")) == [district.village_muyu, district.grid7]
    assert list(Area.objects.matching("泽国")) == [district.zeguo]
    assert list(Person.objects.matching("孙国 泽国")) == [district.sun_grid7]
    assert Post.objects.under(district.zeguo.path).count() == 5
