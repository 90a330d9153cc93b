"""Posts stay, people come and go; nobody is rung who is no longer there."""

from dataclasses import replace
from datetime import date

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions
from anlan.people.access import scope_of
from anlan.people.models import Charge, Person, Post, Tenure
from anlan.people.rules.facts import ChargeFacts, PersonFacts, PostFacts

TODAY = date(2024, 6, 12)
BEGIN = date(2020, 1, 1)


# --- posts ------------------------------------------------------------------------------------


def test_a_new_post_stands_under_its_superior_with_its_roles(district, by_admin):
    post = actions.create_post(
        PostFacts("泽国镇值班室", roles=("hotline",), phone="0576-86420000"),
        body=district.zeguo_town,
        area=district.zeguo,
        superior=district.zeguo_leader_post,
        **by_admin,
    )
    assert post.area_path == district.zeguo.path
    assert post in district.zeguo_leader_post.inferiors.all()
    assert Post.objects.empty_on(TODAY).contains(post)


def test_a_post_is_not_created_twice_nor_with_a_role_nobody_knows(district, by_admin):
    where = {"body": district.zeguo_town, "area": district.zeguo, **by_admin}
    with pytest.raises(Invalid, match="已有岗位"):
        actions.create_post(PostFacts("泽国镇分管领导"), **where)
    with pytest.raises(Invalid, match="没有角色“boss”"):
        actions.create_post(PostFacts("镇长", roles=("boss",)), **where)


def test_a_post_cannot_become_its_own_superior_by_a_detour(district, by_admin):
    with pytest.raises(Invalid, match="绕成了圈"):
        actions.change_post(
            district.zeguo_leader_post,
            PostFacts("泽国镇分管领导", roles=("town_leader",)),
            superior=district.grid7_post,
            **by_admin,
        )


def test_a_changed_post_keeps_what_was_before_in_the_trail(district, by_admin):
    actions.change_post(
        district.zeguo_leader_post,
        PostFacts("泽国镇安全分管领导", roles=("town_leader",)),
        superior=district.section_post,
        **by_admin,
    )
    note = trail.entries_of(district.zeguo_leader_post).last().note
    assert note["changed"] == {"name": ["泽国镇分管领导", "泽国镇安全分管领导"]}


def test_who_stood_below_an_abolished_post_stands_below_its_superior(district, by_admin, told):
    actions.abolish_post(district.zeguo_station_post, on=TODAY, **by_admin)
    district.grid7_post.refresh_from_db()
    assert district.grid7_post.superior == district.zeguo_leader_post
    assert not scope_of(district.huang_zeguo_station, at=by_admin["at"]).reaches
    assert told("PostAbolished") == [{"post_id": district.zeguo_station_post.pk}]
    with pytest.raises(NotAllowed, match="已经撤销"):
        actions.abolish_post(district.zeguo_station_post, on=TODAY, **by_admin)


def test_posts_are_the_administrators_business(district, clock):
    facts = PostFacts("又一个岗位")
    for person in (district.chen_section, district.huang_zeguo_station, district.ye_manager):
        doing = {"by": person, "at": clock.now()}
        with pytest.raises(Forbidden):
            actions.create_post(facts, body=district.zeguo_town, area=district.zeguo, **doing)
        with pytest.raises(Forbidden):
            actions.change_post(district.grid7_post, facts, **doing)
        with pytest.raises(Forbidden):
            actions.abolish_post(district.grid7_post, on=TODAY, **doing)


# --- persons ----------------------------------------------------------------------------------


def test_a_second_sun_guoqiang_in_the_town_needs_a_remark(district, clock):
    doing = {"body": district.zeguo_town, "by": district.huang_zeguo_station, "at": clock.now()}
    with pytest.raises(Invalid, match="同名") as refused:
        actions.add_person(PersonFacts("孙国强", "13900000001"), **doing)
    assert refused.value.field == "remark"

    other = actions.add_person(PersonFacts("孙国强", "139 0000 0001", remark="农办"), **doing)

    assert other.phone == "13900000001"
    assert other.told_apart() == "孙国强（泽国镇，农办）"
    assert list(Person.objects.matching("sgq 泽国")) == [other]


def test_a_namesake_in_another_unit_needs_none(district, by_section):
    other = actions.add_person(PersonFacts("孙国强"), body=district.taiping_street, **by_section)
    assert other.told_apart() == "孙国强（太平街道）"


def test_the_trail_of_a_person_hides_the_phone_and_keeps_it_for_those_who_may(district, by_section):
    person = actions.add_person(
        PersonFacts("沈一鸣", "13900000002"), body=district.bureau, **by_section
    )
    actions.change_person(
        person, PersonFacts("沈一鸣", "13900000003"), body=district.bureau, **by_section
    )
    added, changed = trail.entries_of(person)
    assert "1390000" not in f"{added.note}{changed.note}"
    assert changed.personal


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (PersonFacts(""), "name"),
        (PersonFacts("王芳2"), "name"),
        (PersonFacts("王芬", "1390000000"), "phone"),
    ],
)
def test_what_is_no_name_and_no_number_is_refused(district, by_section, facts, field):
    with pytest.raises(Invalid) as refused:
        actions.add_person(facts, body=district.bureau, **by_section)
    assert refused.value.field == field


def test_a_person_is_moved_only_by_who_answers_for_both_units(district, clock, by_section):
    sun, facts = district.sun_grid7, PersonFacts("孙国强", "13800000010")
    with pytest.raises(Forbidden):
        actions.change_person(
            sun,
            facts,
            body=district.taiping_street,
            by=district.huang_zeguo_station,
            at=clock.now(),
        )
    sun.refresh_from_db()
    assert sun.body == district.zeguo_town
    actions.change_person(sun, facts, body=district.taiping_street, **by_section)


# --- appoint, release, leave --------------------------------------------------------------------


def test_a_person_holds_several_posts_and_reaches_with_each(district, by_section, told):
    actions.appoint(district.sun_grid7, post=district.grid3_post, since=TODAY, **by_section)
    scope = scope_of(district.sun_grid7, at=by_section["at"])
    assert scope.posts == {district.grid7_post.pk, district.grid3_post.pk}
    assert scope.may("matters.report", path=district.grid3.path, sector="fire")
    assert told("PersonAppointed")[0]["post_id"] == district.grid3_post.pk
    with pytest.raises(NotAllowed, match="已在岗位"):
        actions.appoint(district.sun_grid7, post=district.grid3_post, since=TODAY, **by_section)


def test_nobody_appoints_themselves(district, clock):
    with pytest.raises(Forbidden, match="不能给自己任职"):
        actions.appoint(
            district.huang_zeguo_station,
            post=district.zeguo_leader_post,
            since=TODAY,
            by=district.huang_zeguo_station,
            at=clock.now(),
        )


def test_a_station_appoints_in_its_own_town_only(district, clock):
    doing = {"since": TODAY, "by": district.huang_zeguo_station, "at": clock.now()}
    assert actions.appoint(district.wu_bystander, post=district.grid7_post, **doing)
    with pytest.raises(Forbidden):
        actions.appoint(district.wu_bystander, post=district.grid3_post, **doing)


def test_a_released_person_reaches_nothing_from_that_day(district, by_section, told):
    actions.release(district.sun_grid7, post=district.grid7_post, on=TODAY, **by_section)
    assert not scope_of(district.sun_grid7, at=by_section["at"]).reaches
    assert told("PersonReleased")
    with pytest.raises(NotAllowed, match="不在岗位"):
        actions.release(district.sun_grid7, post=district.grid7_post, on=TODAY, **by_section)


def test_a_grid_whose_worker_was_released_is_flagged_until_the_next_one_comes(
    district, by_section, told
):
    charge = actions.give_charge(
        ChargeFacts("grid_worker", since=BEGIN),
        area=district.grid7,
        holder=district.grid7_post,
        **by_section,
    )
    actions.release(district.sun_grid7, post=district.grid7_post, on=TODAY, **by_section)
    charge.refresh_from_db()
    assert (charge.stale_since, charge.stale_reason) == (TODAY, Charge.Staleness.EMPTY)
    assert told("ChargeWentStale") == [{"charge_id": charge.pk}]

    actions.appoint(district.wu_bystander, post=district.grid7_post, since=TODAY, **by_section)
    charge.refresh_from_db()
    assert (charge.stale_since, charge.stale_reason) == (None, "")


def test_who_leaves_loses_posts_charges_and_sign_in(district, by_section, told):
    lin = district.lin_zeguo_leader
    own = actions.give_charge(
        ChargeFacts("city_leader_town", since=BEGIN), area=district.zeguo, holder=lin, **by_section
    )
    of_post = actions.give_charge(
        ChargeFacts("town_leader_village", since=BEGIN),
        area=district.village_muyu,
        holder=district.zeguo_leader_post,
        **by_section,
    )

    actions.leave(lin, on=TODAY, reason="调任椒江区", **by_section)

    for charge in (own, of_post):
        charge.refresh_from_db()
    lin.account.refresh_from_db()
    assert own.until == TODAY
    assert of_post.until is None, "the village still has to be answered for"
    assert of_post.stale_reason == Charge.Staleness.EMPTY
    assert not Tenure.objects.valid_on(TODAY).filter(person=lin).exists()
    assert not lin.account.is_active
    assert told("PersonLeft") == [{"person_id": lin.pk}]
    with pytest.raises(NotAllowed, match="已登记离职"):
        actions.leave(lin, on=TODAY, reason="再次", **by_section)
    with pytest.raises(NotAllowed, match="离任"):
        actions.appoint(lin, post=district.grid7_post, since=TODAY, **by_section)


def test_the_second_holder_keeps_the_post_alive(district, by_section):
    charge = actions.give_charge(
        ChargeFacts("town_station", since=BEGIN),
        area=district.taiping,
        holder=district.taiping_station_post,
        **by_section,
    )
    actions.leave(district.zhao_taiping_station, on=TODAY, reason="退休", **by_section)
    charge.refresh_from_db()
    assert charge.stale_since is None, "钱伟 still answers"


def test_a_town_cannot_send_the_districts_people_away(district, clock):
    for by in (district.huang_zeguo_station, district.lin_zeguo_leader, district.ye_manager):
        with pytest.raises(Forbidden):
            actions.leave(district.luo_fire, on=TODAY, reason="?", by=by, at=clock.now())


# --- telephones -------------------------------------------------------------------------------


def test_a_phone_is_shown_by_right_and_the_look_is_written_down(district, clock):
    shown = actions.reveal_phone(
        district.sun_grid7,
        reason="隐患整改联系",
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert shown == "13800000010"
    entry = trail.entries_of(district.sun_grid7).get()
    assert (entry.verb, entry.person_id) == ("reveal_phone", district.huang_zeguo_station.pk)
    assert entry.note == {"reason": "隐患整改联系"}


def test_a_phone_is_not_shown_to_neighbours_nor_without_a_reason(district, clock):
    sun = district.sun_grid7
    for by in (district.zhao_taiping_station, district.li_grid3, district.xu_safety):
        with pytest.raises(Forbidden):
            actions.reveal_phone(sun, reason="联系", by=by, at=clock.now())
    with pytest.raises(Invalid, match="查看事由"):
        actions.reveal_phone(sun, reason=" ", by=district.chen_section, at=clock.now())
    assert not trail.entries_of(sun).exists()


def test_replaced_facts_do_not_lose_the_rest(district, by_section):
    facts = PersonFacts("沈一鸣", "13900000002", origin="oa:17")
    person = actions.add_person(facts, body=district.bureau, **by_section)
    actions.change_person(
        person, replace(facts, remark="执法队"), body=district.bureau, **by_section
    )
    person.refresh_from_db()
    assert (person.origin, person.remark, person.phone) == ("oa:17", "执法队", "13900000002")
