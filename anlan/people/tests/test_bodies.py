"""Bodies are registered once, committees have one chair, what is closed takes its posts along."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions
from anlan.people.models import Body, Membership, Tenure
from anlan.people.rules.facts import BodyFacts

FACTS = BodyFacts(
    name="温岭市泽国金鑫机械有限公司",
    kind="ENTERPRISE",
    credit_code="91110000600037341L",
    sectors=("combustible_dust",),
    phone="0576-86420000",
)
TODAY = date(2024, 6, 12)


@pytest.fixture
def committee(district, by_admin):
    """区安委会 under the bureau."""
    facts = BodyFacts("温岭市安全生产委员会", "COMMITTEE", short_name="市安委会", sectors=("*",))
    return actions.register_body(facts, area=district.wenling, **by_admin)


# --- bodies -----------------------------------------------------------------------------------


def test_a_station_registers_a_firm_of_its_town(district, clock):
    firm = actions.register_body(
        FACTS, area=district.village_muyu, by=district.huang_zeguo_station, at=clock.now()
    )
    assert firm.area_path == district.village_muyu.path
    assert firm.initials.startswith("wlszg")
    assert firm.valid_from == TODAY
    assert trail.verbs_of(firm) == ["register_body"]


def test_a_station_registers_nothing_in_the_next_town(district, clock):
    with pytest.raises(Forbidden):
        actions.register_body(
            FACTS, area=district.village_dongmen, by=district.huang_zeguo_station, at=clock.now()
        )


def test_the_same_licence_is_not_registered_twice(district, by_section):
    actions.register_body(FACTS, area=district.village_muyu, **by_section)
    twin = replace(FACTS, name="温岭金鑫机械厂")
    with pytest.raises(Invalid, match="已登记为温岭市泽国金鑫机械有限公司") as refused:
        actions.register_body(twin, area=district.village_dongmen, **by_section)
    assert refused.value.field == "credit_code"


def test_two_firms_of_one_name_in_one_village_need_their_codes(district, by_section):
    nameless = replace(FACTS, credit_code="")
    actions.register_body(nameless, area=district.village_muyu, **by_section)
    with pytest.raises(Invalid, match="同名"):
        actions.register_body(nameless, area=district.village_muyu, **by_section)
    actions.register_body(nameless, area=district.village_dongmen, **by_section)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"credit_code": "91110000600037341M"}, "credit_code"),
        ({"phone": "无"}, "phone"),
        ({"kind": "SHOP"}, "kind"),
        ({"lon": 121.3}, "lon"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(district, by_section, change, field):
    with pytest.raises(Invalid) as refused:
        actions.register_body(replace(FACTS, **change), area=district.village_muyu, **by_section)
    assert refused.value.field == field
    assert refused.value.mend


def test_a_firm_that_moves_is_found_in_its_new_village(district, by_section):
    firm = actions.register_body(FACTS, area=district.village_muyu, **by_section)
    actions.change_body(
        firm, replace(FACTS, name="金鑫机械股份"), area=district.village_dongmen, **by_section
    )
    firm.refresh_from_db()
    assert (firm.name, firm.area_path) == ("金鑫机械股份", district.village_dongmen.path)
    changed = trail.entries_of(firm).last().note["changed"]
    assert changed["name"] == "金鑫机械股份"
    assert "credit_code" not in changed, "only what changed is written down"


def test_a_closed_firm_loses_its_posts_and_their_holders(district, by_admin, told):
    actions.close_body(district.cold_chain, on=TODAY, reason="已注销营业执照", **by_admin)
    for post in (district.cold_chain_manager_post, district.cold_chain_safety_post):
        post.refresh_from_db()
        assert post.valid_to == TODAY
    assert not Tenure.objects.valid_on(TODAY).filter(person=district.xu_safety).exists()
    assert told("BodyClosed") == [{"body_id": district.cold_chain.pk}]
    with pytest.raises(NotAllowed, match="已经注销"):
        actions.close_body(district.cold_chain, on=TODAY, reason="再次", **by_admin)


def test_closing_needs_a_reason_and_a_day_that_has_come(district, by_admin):
    with pytest.raises(Invalid, match="注销原因"):
        actions.close_body(district.foundry, on=TODAY, reason=" ", **by_admin)
    with pytest.raises(Invalid, match="还没有到"):
        actions.close_body(district.foundry, on=date(2024, 7, 1), reason="搬迁", **by_admin)


def test_neither_station_nor_firm_closes_a_firm(district, clock):
    for person in (district.huang_zeguo_station, district.ye_manager, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.close_body(
                district.cold_chain, on=TODAY, reason="注销", by=person, at=clock.now()
            )
    assert Body.objects.get(pk=district.cold_chain.pk).valid_to is None


# --- committees -------------------------------------------------------------------------------


def test_a_committee_has_a_chair_members_and_an_office(district, committee, by_section):
    roles = Membership.Role
    seats = {
        roles.CHAIR: district.chief_post,
        roles.MEMBER: district.fire_brigade,
        roles.OFFICE: district.bureau,
    }
    for role, member in seats.items():
        actions.seat_member(committee, member=member, role=role, **by_section)

    committee.refresh_from_db()
    assert committee.office == district.bureau
    assert set(committee.seats.values_list("role", flat=True)) == set(seats)
    assert trail.verbs_of(committee) == ["register_body", *["seat_member"] * 3]


def test_there_is_one_chair_at_a_time(district, committee, by_section, by_admin):
    chair = actions.seat_member(committee, member=district.chief_post, role="CHAIR", **by_section)
    with pytest.raises(NotAllowed, match="已有主任：应急局分管局长"):
        actions.seat_member(committee, member=district.section_post, role="CHAIR", **by_section)
    actions.unseat_member(chair, on=TODAY, **by_admin)
    actions.seat_member(committee, member=district.section_post, role="CHAIR", **by_section)
    assert committee.seats.filter(role="CHAIR").count() == 2, "who chaired before stays on record"


def test_a_seat_is_taken_once_and_only_on_a_committee(district, committee, by_section):
    seat = {"member": district.fire_brigade, "role": "MEMBER", **by_section}
    actions.seat_member(committee, **seat)
    with pytest.raises(NotAllowed, match="已是市安委会的成员单位"):
        actions.seat_member(committee, **seat)
    with pytest.raises(Invalid, match="不是议事协调机构"):
        actions.seat_member(district.zeguo_town, **seat)
    with pytest.raises(Invalid, match="成员身份"):
        actions.seat_member(committee, **{**seat, "role": "GUEST"})


def test_a_seat_begins_on_the_day_of_the_decision_and_not_in_the_future(
    district, committee, by_section
):
    seat = {"member": district.fire_brigade, "role": "MEMBER", **by_section}
    with pytest.raises(Invalid, match="还没有到"):
        actions.seat_member(committee, since=TODAY + timedelta(days=1), **seat)
    decided = date(2024, 3, 1)
    assert actions.seat_member(committee, since=decided, **seat).valid_from == decided


def test_when_the_office_leaves_the_committee_has_none(district, committee, by_section, by_admin):
    seat = actions.seat_member(committee, member=district.bureau, role="OFFICE", **by_section)
    actions.unseat_member(seat, on=TODAY, **by_admin)
    committee.refresh_from_db()
    assert committee.office is None
    with pytest.raises(NotAllowed):
        actions.unseat_member(seat, on=TODAY, **by_admin)


def test_a_town_does_not_seat_the_districts_committee(district, committee, clock):
    for person in (district.lin_zeguo_leader, district.luo_fire, district.xu_safety):
        with pytest.raises(Forbidden):
            actions.seat_member(
                committee, member=district.zeguo_town, role="MEMBER", by=person, at=clock.now()
            )
