"""Who may set it going: two persons, or an approval given beforehand, or one over the phone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from anlan.callup import access, actions, sweeps
from anlan.callup.models import Callup
from anlan.callup.models.profiles import profiles
from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people.access import scope_of


@pytest.fixture
def submitted(storm, grid_charge):
    callup = storm.drafted(storm.district.grid3)
    actions.submit(callup, by=storm.district.chen_section, at=storm.clock.now())
    return callup


@pytest.fixture
def approved_before(tmp_path, settings):
    """The district's own callup.yaml, with an approval by the head of the headquarters."""
    text = catalogues.path_of("callup").read_text(encoding="utf-8")
    mark = "  note: 未写预先批准"
    facts = "by: 防指指挥长, on: 2024-05-01, document: 温防指〔2024〕3号, until: 2024-10-31"
    given = f"  standing_approval: {{{facts}}}\n"
    (tmp_path / "callup.yaml").write_text(text.replace(mark, given + mark), encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    yield
    catalogues.reload()


def test_nobody_is_called_before_somebody_else_approved(storm, submitted):
    assert not submitted.called.exists()
    with pytest.raises(Forbidden, match="拟稿人不能批准"):
        actions.approve(submitted, by=storm.district.chen_section, at=storm.clock.now())
    assert actions.approve(submitted, by=storm.district.zhou_chief, at=storm.clock.now()) == 2
    assert trail.verbs_of(submitted) == ["draft", "submit", "approve"]


def test_who_drafted_does_not_approve_whatever_their_role(storm, grid_charge):
    wang = storm.district.wang_taiping_leader  # may draft and approve in the town
    callup = actions.draft(storm.brief(storm.district.grid3), by=wang, at=storm.clock.now())
    actions.submit(callup, by=wang, at=storm.clock.now())
    with pytest.raises(Forbidden, match="拟稿人不能批准自己的叫应"):
        actions.approve(callup, by=wang, at=storm.clock.now())
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Callup.objects.filter(pk=callup.pk).update(approver=wang)


def test_a_profile_approved_beforehand_starts_at_once(storm, grid_charge, approved_before):
    callup = storm.drafted(storm.district.grid3)
    assert actions.start(callup, by=storm.district.chen_section, at=storm.clock.now()) == 2
    assert callup.standing_approval.startswith("防指指挥长 2024-05-01 温防指〔2024〕3号")


def test_an_approval_that_ran_out_covers_nothing(storm, grid_charge, approved_before):
    storm.clock.forward(days=150)
    assert storm.clock.now().date() > date(2024, 10, 31)
    callup = storm.drafted(storm.district.grid3)
    with pytest.raises(NotAllowed, match="没有预先批准"):
        actions.start(callup, by=storm.district.chen_section, at=storm.clock.now())


def test_as_shipped_the_life_safety_profile_is_not_approved_beforehand(storm, grid_charge):
    callup = storm.drafted(storm.district.grid3)
    with pytest.raises(NotAllowed) as refused:
        actions.start(callup, by=storm.district.chen_section, at=storm.clock.now())
    assert "紧急启动" in refused.value.mend
    assert profiles()["life_safety"].standing_approval is None


def test_at_three_in_the_morning_nobody_picks_up_and_lives_wait_for_nobody(storm, grid_charge):
    where, clock, chen = storm.district, storm.clock, storm.district.chen_section
    callup = storm.drafted(where.grid3)
    actions.submit(callup, by=chen, at=clock.now())
    with pytest.raises(Invalid, match="理由"):
        actions.start_urgently(callup, reason=" ", by=chen, at=clock.now())
    begun, why = clock.now(), "坝体渗漏，分管领导电话未接"
    assert actions.start_urgently(callup, reason=why, by=chen, at=begun) == 2
    assert storm.send(), "the telephones ring at once"
    assert (callup.stage, callup.logged_by, callup.approver) == ("RUNNING", chen, None)
    assert callup.confirm_by == begun + timedelta(hours=24)
    entry = trail.entries_of(callup).last()
    assert (entry.verb, entry.person_id, entry.note["reason"]) == ("start_urgently", chen.pk, why)
    for forgotten in ({"confirm_by": None}, {"urgent_reason": ""}, {"logged_by": None}):
        with pytest.raises(IntegrityError, match="running_is_approved"), transaction.atomic():
            Callup.objects.filter(pk=callup.pk).update(**forgotten)


def test_whoever_started_it_on_their_own_word_does_not_confirm_it(storm, grid_charge):
    where, clock, wang = storm.district, storm.clock, storm.district.wang_taiping_leader
    callup = storm.drafted(where.grid3)
    actions.start_urgently(callup, reason="山体开裂", by=wang, at=clock.now())
    assert sweeps.remind_of_approvals(at=clock.forward(hours=25)) == 1
    for maker in (wang, where.chen_section):  # who may approve, and who drafted it
        with pytest.raises(Forbidden):
            actions.confirm_approval(callup, by=maker, at=clock.now())
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Callup.objects.filter(pk=callup.pk).update(approver=wang)
    actions.confirm_approval(callup, by=where.zhou_chief, at=clock.now())
    callup.refresh_from_db()
    assert (callup.approver, callup.approved_at) == (where.zhou_chief, clock.now())
    assert sweeps.remind_of_approvals(at=clock.forward(days=2)) == 0


def test_what_costs_no_lives_waits_for_an_approval(storm, grid_charge):
    callup = storm.drafted(storm.district.grid3, profile="ordinary")
    with pytest.raises(Forbidden, match="生命安全"):
        actions.start_urgently(
            callup, reason="着急", by=storm.district.chen_section, at=storm.clock.now()
        )


def test_at_three_in_the_morning_the_chief_approves_over_the_phone(storm, submitted):
    where, clock = storm.district, storm.clock
    actions.approve_by_phone(
        submitted, approver=where.zhou_chief, by=where.chen_section, at=clock.now()
    )
    assert (submitted.stage, submitted.approver, submitted.logged_by) == (
        "RUNNING",
        where.zhou_chief,
        where.chen_section,
    )
    entry = trail.entries_of(submitted).last()
    assert (entry.person_id, entry.on_behalf_of_id) == (where.chen_section.pk, where.zhou_chief.pk)
    clock.forward(hours=25)
    assert sweeps.remind_of_approvals(at=clock.now()) == 1
    assert sweeps.remind_of_approvals(at=clock.now()) == 0
    with pytest.raises(Forbidden):
        actions.confirm_approval(submitted, by=where.chen_section, at=clock.now())
    actions.confirm_approval(submitted, by=where.zhou_chief, at=clock.now())
    clock.forward(days=3)
    assert sweeps.remind_of_approvals(at=clock.now()) == 0


def test_an_approval_over_the_phone_needs_somebody_who_may_approve(storm, submitted):
    where = storm.district
    with pytest.raises(Forbidden):
        actions.approve_by_phone(
            submitted, approver=where.luo_fire, by=where.chen_section, at=storm.clock.now()
        )
    with pytest.raises(Invalid):
        actions.approve_by_phone(
            submitted, approver=where.chen_section, by=where.chen_section, at=storm.clock.now()
        )


def test_two_who_approve_at_once_start_it_once(storm, submitted):
    again = Callup.objects.get(pk=submitted.pk)
    actions.approve(submitted, by=storm.district.zhou_chief, at=storm.clock.now())
    with pytest.raises(NotAllowed, match="周建国已于"):
        actions.approve(again, by=storm.district.wang_taiping_leader, at=storm.clock.now())
    assert submitted.called.count() == 2


def test_135_cannot_even_be_drafted_until_it_is_filled_in(storm, grid_charge):
    with pytest.raises(NotAllowed, match="还没有填写"):
        storm.drafted(storm.district.grid3, profile="135")


def test_a_town_calls_its_own_people_and_no_others(storm, grid_charge):
    where, clock = storm.district, storm.clock
    actions.draft(storm.brief(where.taiping), by=where.zhao_taiping_station, at=clock.now())
    for area in (where.zeguo, where.wenling):
        with pytest.raises(Forbidden):
            actions.draft(storm.brief(area), by=where.zhao_taiping_station, at=clock.now())


def test_a_call_up_that_would_reach_nobody_is_refused(storm):
    callup = storm.drafted(storm.district.zeguo)
    actions.submit(callup, by=storm.district.chen_section, at=storm.clock.now())
    with pytest.raises(Invalid, match="没有可叫应的责任人"):
        actions.approve(callup, by=storm.district.zhou_chief, at=storm.clock.now())


def test_a_colour_the_hazard_does_not_have_is_refused(storm):
    with pytest.raises(Invalid, match="没有蓝色预警"):
        storm.drafted(storm.district.zeguo, hazard="heat", colour="BLUE")


def test_the_town_sees_the_districts_call_up_and_its_own_people_in_it(storm, grid_charge):
    where, now = storm.district, storm.clock.now()
    storm.charge("flood_grid", where.grid7, where.grid7_post)
    callup = storm.called(where.wenling)
    taiping, zeguo = (
        scope_of(p, at=now) for p in (where.zhao_taiping_station, where.lin_zeguo_leader)
    )
    assert callup in access.visible_to(taiping)
    assert {c.person for c in access.people_visible_to(taiping)} == {
        where.li_grid3,
        where.wang_taiping_leader,
    }
    assert {c.person for c in access.people_visible_to(zeguo)} == {where.sun_grid7}
    stranger = scope_of(where.wu_bystander, at=now)
    assert not access.visible_to(stranger).exists()
    firm = scope_of(where.xu_safety, at=now)
    assert not access.visible_to(firm).exists()


def test_a_draft_is_not_shown_to_the_towns_below(storm, grid_charge):
    where = storm.district
    callup = storm.drafted(where.wenling)
    town = scope_of(where.zhao_taiping_station, at=storm.clock.now())
    assert callup not in access.visible_to(town)
