"""Who answers for what: the chain down to the household, and names that no longer hold."""

from datetime import date

import pytest
from django.db.models import Exists

from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people import actions, sweeps
from anlan.people.models import Area, Body, Charge, areas_lacking, charge_kinds, things_held
from anlan.people.rules import charges as rules
from anlan.people.rules.charges import ChargeKind
from anlan.people.rules.facts import ChargeFacts

TODAY = date(2024, 6, 12)
BEGIN = date(2020, 1, 1)


@pytest.fixture
def give(by_section):
    """The section makes somebody answer."""

    def given(kind, area, holder, **more):
        facts = ChargeFacts(kind, since=BEGIN)
        return actions.give_charge(facts, area=area, holder=holder, **more, **by_section)

    return given


# --- the catalogue ----------------------------------------------------------------------------


def test_the_shipped_kinds_form_chains_that_end():
    assert rules.chain_faults(charge_kinds()) == []
    household, steps = charge_kinds()["village_cadre_household"], []
    while household.above:
        household = charge_kinds()[household.above]
        steps.append(household.label)
    assert steps == ["镇领导包村", "市领导包镇"]


def test_kinds_that_hang_in_the_air_or_in_a_circle_are_named():
    def kind(key, above):
        return ChargeKind(key, key, ("TOWN",), above=above)

    faults = rules.chain_faults(
        {"a": kind("a", "b"), "b": kind("b", "a"), "c": kind("c", "nobody")}
    )
    assert faults == ["a 的上级链绕成了圈", "b 的上级链绕成了圈", "c 的上一级 nobody 不在目录里"]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{label: 甲, levels: []}", "哪一级区域"),
        ("{label: 甲, levels: [TOWN], grid: FLOOD}", "没有 GRID"),
        ("{label: 甲, levels: [TOWN], required: yes, items: [slope]}", "只能写一个"),
        ("{label: 甲, levels: [TOWN], confirm_by: 13-40}", "不是“月-日”"),
        ("{label: 甲, levels: [STREET]}", "STREET"),
    ],
)
def test_a_wrong_kind_is_refused_with_its_line(block, said):
    with pytest.raises(catalogues.CatalogueError, match=said) as refused:
        catalogues.parse(f"# 责任类型\nnew_kind: {block}\n", ChargeKind, file="charge_kinds.yaml")
    assert refused.value.line == 2


# --- give and end -----------------------------------------------------------------------------


def test_each_household_resolves_upward_to_a_leader_of_the_city(district, give):
    leader = give("city_leader_town", district.zeguo, district.zhou_chief)
    town = give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    cadre = give("village_cadre_household", district.village_muyu, district.sun_grid7)
    assert cadre.above == town
    assert town.above == leader
    assert leader.above is None
    assert cadre.upward() == [town, leader]
    assert set(Charge.objects.around(district.grid7.path)) == {cadre, town, leader}
    assert set(Charge.objects.around(district.zeguo.path)) == {leader}


def test_a_chain_that_was_entered_from_below_closes_when_the_leader_is_named(district, give):
    town = give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    assert town.above is None
    leader = give("city_leader_town", district.zeguo, district.zhou_chief)
    other_town = give("city_leader_town", district.taiping, district.zhou_chief)
    town.refresh_from_db()
    assert town.above == leader != other_town


def test_the_next_leader_takes_over_the_villages_of_the_last(district, give, by_section):
    leader = give("city_leader_town", district.zeguo, district.zhou_chief)
    town = give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    actions.end_charge(leader, on=TODAY, reason="分工调整", **by_section)
    heir = give("city_leader_town", district.zeguo, district.chen_section)
    town.refresh_from_db()
    assert town.above == heir


def test_a_new_charge_counts_as_confirmed_and_carries_what_its_kind_says(district, give, told):
    charge = give("city_leader_town", district.zeguo, district.zhou_chief)
    assert (charge.confirmed_on, charge.public) == (TODAY, True)
    assert "防汛防台" in charge.duty
    assert str(charge) == "泽国镇 市领导包镇"
    assert told("ChargeGiven") == [{"charge_id": charge.pk}]
    entry = trail.entries_of(charge).get()
    assert entry.note["holder"] == f"people.person:{district.zhou_chief.pk}"


@pytest.mark.parametrize(
    ("kind", "area", "holder", "said"),
    [
        ("nothing", "zeguo", "zhou_chief", "没有责任类型"),
        ("city_leader_town", "village_muyu", "zhou_chief", "只用于镇（街道）"),
        ("flood_grid", "grid7", "sun_grid7", "不用于这一类网格"),
        ("grid_worker", "grid7", "sun_grid7", "要落实到岗位"),
        ("city_leader_town", "zeguo", "zeguo_leader_post", "要落实到个人"),
        ("hazard_source_principal", "village_muyu", "ye_manager", "要落实到具体对象"),
    ],
)
def test_a_charge_that_does_not_fit_is_refused(district, give, kind, area, holder, said):
    with pytest.raises(Invalid, match=said):
        give(kind, getattr(district, area), getattr(district, holder))


def test_nobody_answers_who_has_left_nor_for_a_village_that_is_gone(district, give, by_section):
    actions.leave(district.lin_zeguo_leader, on=TODAY, reason="调任", **by_section)
    with pytest.raises(NotAllowed, match="离职"):
        give("city_leader_town", district.zeguo, district.lin_zeguo_leader)
    Area.objects.filter(pk=district.village_muyu.pk).update(valid_to=TODAY)
    district.village_muyu.refresh_from_db()
    with pytest.raises(NotAllowed, match="撤并"):
        give("town_leader_village", district.village_muyu, district.zeguo_leader_post)


def test_the_head_of_a_village_group_is_one_person_at_a_time(district, give, by_section):
    first = give("community_group", district.village_muyu, district.sun_grid7)
    with pytest.raises(NotAllowed, match="现为孙国强"):
        give("community_group", district.village_muyu, district.wu_bystander)
    actions.end_charge(first, on=TODAY, reason="换届", **by_section)
    facts = ChargeFacts("community_group", since=TODAY)
    actions.give_charge(
        facts, area=district.village_muyu, holder=district.wu_bystander, **by_section
    )


def test_three_persons_answer_for_a_major_hazard_source(district, give):
    # Any registered thing will do: this room does not know items.
    tank = Ref.of(district.cold_chain)
    chain = [
        give(f"hazard_source_{part}", district.village_muyu, holder, target=tank)
        for part, holder in (
            ("principal", district.ye_manager),
            ("technical", district.xu_safety),
            ("operating", district.cold_chain_safety_post),
        )
    ]
    assert [charge.above for charge in chain] == [None, chain[0], chain[1]]
    held = things_held(
        charge_kinds()["hazard_source_principal"], day=TODAY, target_kind="people.body"
    )
    assert list(Body.objects.filter(Exists(held))) == [district.cold_chain]


def test_a_thing_that_does_not_exist_cannot_be_answered_for(district, give):
    with pytest.raises(Invalid, match="没有找到对象"):
        give(
            "hazard_source_principal",
            district.village_muyu,
            district.ye_manager,
            target=Ref("people.body", 10**9),
        )


def test_a_charge_ends_once_and_not_before_it_began(district, give, by_section, told):
    charge = give("leader_contact", district.zeguo, district.zhou_chief)
    with pytest.raises(Invalid, match="早于开始日期"):
        actions.end_charge(charge, on=date(2019, 1, 1), reason="?", **by_section)
    actions.end_charge(charge, on=TODAY, reason="分工调整", **by_section)
    assert told("ChargeEnded") == [{"charge_id": charge.pk}]
    with pytest.raises(NotAllowed, match="已经解除（陈静，2024-06-12 16:00）"):
        actions.end_charge(charge, on=TODAY, reason="再次", **by_section)


# --- confirm ----------------------------------------------------------------------------------


def test_a_round_asks_everyone_and_who_does_not_answer_is_stale(
    district, clock, give, by_section, told
):
    muyu = give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    dongmen = give("town_leader_village", district.village_dongmen, district.taiping_leader_post)
    asked = actions.open_confirmation_round(
        kind="town_leader_village",
        area=district.wenling,
        confirm_by=date(2024, 6, 20),
        **by_section,
    )
    assert asked == 2
    assert told("ConfirmationRoundOpened")[0]["charges"] == 2

    actions.confirm_charge(muyu, by=district.lin_zeguo_leader, at=clock.forward(days=3))
    clock.forward(days=6)
    assert sweeps.mark_stale(at=clock.now()) == 1
    assert sweeps.mark_stale(at=clock.now()) == 0, "told once"

    dongmen.refresh_from_db()
    assert dongmen.stale_reason == Charge.Staleness.UNCONFIRMED
    stale = Charge.objects.stale_on(date(2024, 6, 21))
    assert [(charge, charge.staleness) for charge in stale] == [(dongmen, "UNCONFIRMED")]
    assert told("ChargeWentStale") == [{"charge_id": dongmen.pk}]

    actions.confirm_charge(dongmen, by=district.wang_taiping_leader, at=clock.now())
    dongmen.refresh_from_db()
    assert (dongmen.stale_since, dongmen.confirmed_by) == (None, district.wang_taiping_leader)
    assert not Charge.objects.stale_on(date(2024, 6, 22)).exists()


def test_the_last_day_of_a_round_is_not_yet_late(district, give, by_section):
    give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    actions.open_confirmation_round(
        kind="town_leader_village", area=district.zeguo, confirm_by=TODAY, **by_section
    )
    assert not Charge.objects.stale_on(TODAY).exists()
    assert Charge.objects.stale_on(date(2024, 6, 13)).count() == 1


def test_a_round_is_not_opened_for_yesterday(district, by_section):
    with pytest.raises(Invalid, match="已经过去"):
        actions.open_confirmation_round(
            kind="flood_grid", area=district.wenling, confirm_by=date(2024, 6, 11), **by_section
        )


def test_a_name_that_is_gone_cannot_be_confirmed_away(district, give, clock, by_section):
    charge = give("grid_worker", district.grid7, district.grid7_post)
    actions.release(district.sun_grid7, post=district.grid7_post, on=TODAY, **by_section)
    with pytest.raises(NotAllowed, match="岗位空缺，不能确认"):
        actions.confirm_charge(charge, by=district.huang_zeguo_station, at=clock.now())


def test_the_holder_and_the_station_confirm_and_nobody_else(district, give, clock):
    charge = give("grid_worker", district.grid7, district.grid7_post)
    for person in (district.sun_grid7, district.huang_zeguo_station, district.chen_section):
        actions.confirm_charge(charge, by=person, at=clock.now())
    for person in (district.zhao_taiping_station, district.xu_safety, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.confirm_charge(charge, by=person, at=clock.now())


def test_many_are_confirmed_together_or_not_at_all(district, give, clock):
    mine = give("grid_worker", district.grid7, district.grid7_post)
    theirs = give("grid_worker", district.grid3, district.grid3_post)
    Charge.objects.update(confirmed_on=None)
    with pytest.raises(Forbidden):
        actions.confirm_charges([mine, theirs], by=district.huang_zeguo_station, at=clock.now())
    assert not Charge.objects.exclude(confirmed_on=None).exists()
    assert trail.verbs_of(mine) == ["give_charge"]
    assert actions.confirm_charges([mine, theirs], by=district.chen_section, at=clock.now()) == 2


# --- gaps and staleness -----------------------------------------------------------------------


def test_towns_without_a_leader_are_listed_and_the_pseudo_town_is_not(district, give):
    kind = charge_kinds()["city_leader_town"]
    assert set(areas_lacking(kind, day=TODAY)) == {district.taiping, district.zeguo}
    give("city_leader_town", district.zeguo, district.zhou_chief)
    assert list(areas_lacking(kind, day=TODAY)) == [district.taiping]
    assert not areas_lacking(kind, day=TODAY, path=district.zeguo.path).exists()


def test_a_leader_who_left_leaves_a_gap(district, give, by_section):
    kind = charge_kinds()["city_leader_town"]
    give("city_leader_town", district.zeguo, district.zhou_chief)
    actions.leave(district.zhou_chief, on=TODAY, reason="退休", **by_section)
    assert district.zeguo in areas_lacking(kind, day=TODAY)
    assert district.zeguo not in areas_lacking(kind, day=date(2024, 6, 11)), "yesterday he answered"


def test_only_grids_of_the_right_kind_are_missed(district):
    workers, floods = charge_kinds()["grid_worker"], charge_kinds()["flood_grid"]
    assert set(areas_lacking(workers, day=TODAY)) == {district.grid3, district.grid7}
    assert not areas_lacking(floods, day=TODAY).exists()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [("person", "LEFT"), ("post", "EMPTY"), ("area", "CLOSED")],
)
def test_each_way_to_go_stale_is_named(district, give, wrong, reason):
    if wrong == "person":
        charge = give("leader_contact", district.zeguo, district.zhou_chief)
        type(district.zhou_chief).objects.filter(pk=district.zhou_chief.pk).update(left_on=TODAY)
    elif wrong == "post":
        charge = give("leader_contact", district.zeguo, district.zhou_chief)
        post = district.zeguo_leader_post
        Charge.objects.filter(pk=charge.pk).update(person=None, post=post)
        type(post).objects.filter(pk=post.pk).update(valid_to=TODAY)
    else:
        charge = give("leader_contact", district.zeguo, district.zhou_chief)
        Area.objects.filter(pk=district.zeguo.pk).update(valid_to=TODAY)
    assert not Charge.objects.stale_on(date(2024, 6, 11)).exists()
    stale = Charge.objects.stale_on(TODAY).get()
    assert (stale, stale.staleness) == (charge, reason)


# --- the yearly season ------------------------------------------------------------------------


def test_before_the_flood_season_the_round_opens_by_itself_and_once(
    district, give, clock, by_section
):
    charge = give("town_leader_village", district.village_muyu, district.zeguo_leader_post)
    assert sweeps.open_due_rounds(at=clock.now()) == 0, "June: next April is far away"

    clock.forward(days=265)  # 2025-03-04: within 45 days before 04-15
    assert sweeps.open_due_rounds(at=clock.now()) == 1
    assert sweeps.open_due_rounds(at=clock.now()) == 0
    charge.refresh_from_db()
    assert (charge.confirm_by, charge.confirmed_on) == (date(2025, 4, 15), None)

    late = actions.give_charge(
        ChargeFacts("town_leader_village", since=BEGIN),
        area=district.village_dongmen,
        holder=district.taiping_leader_post,
        by=district.chen_section,
        at=clock.now(),
    )
    assert sweeps.open_due_rounds(at=clock.now()) == 0
    late.refresh_from_db()
    assert late.confirm_by is None, "named within the season: that was a confirmation"


@pytest.mark.parametrize(
    ("today", "meant"),
    [
        (date(2024, 4, 15), date(2024, 4, 15)),
        (date(2024, 4, 16), date(2025, 4, 15)),
        (date(2024, 1, 1), date(2024, 4, 15)),
    ],
)
def test_the_next_day_of_confirmation(today, meant):
    assert rules.next_confirm_day("04-15", today=today) == meant


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((date(2024, 1, 1), None), (date(2024, 6, 1), None), True),
        ((date(2024, 1, 1), date(2024, 6, 1)), (date(2024, 6, 1), None), False),
        ((date(2024, 1, 1), date(2024, 6, 2)), (date(2024, 6, 1), date(2024, 7, 1)), True),
    ],
)
def test_spans_that_share_a_day_overlap(one, other, meet):
    assert rules.overlaps(*one, *other) is meet
    assert rules.overlaps(*other, *one) is meet


# --- who may ----------------------------------------------------------------------------------


def test_a_station_names_people_in_its_own_town(district, clock):
    doing = {"by": district.huang_zeguo_station, "at": clock.now()}
    facts = ChargeFacts("grid_worker", since=BEGIN)
    given = actions.give_charge(facts, area=district.grid7, holder=district.grid7_post, **doing)
    with pytest.raises(Forbidden):
        actions.give_charge(facts, area=district.grid3, holder=district.grid3_post, **doing)
    for person in (district.zhao_taiping_station, district.ye_manager, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.end_charge(given, on=TODAY, reason="?", by=person, at=clock.now())
        with pytest.raises(Forbidden):
            actions.open_confirmation_round(
                kind="grid_worker",
                area=district.zeguo,
                confirm_by=date(2024, 7, 1),
                by=person,
                at=clock.now(),
            )
