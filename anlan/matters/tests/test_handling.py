"""From dispatch to closed: plan, deadline, hands, interim control, merging."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed, Refused
from anlan.matters import actions
from anlan.matters.actions import Order, Shown
from anlan.matters.flow import Stage
from anlan.matters.models import InterimControl, Matter, Rectification

from .story import AMMONIA, FIVE, LISTS, Phase, photo, refreshed

DAY = timedelta(days=1)


# --- dispatch -------------------------------------------------------------------------------------


def dispatch(story, matter, *, by=None, **order):
    by = by or story.district.huang_zeguo_station
    actions.dispatch(matter, order=Order(**order), by=by, at=story.now)


def test_before_the_dispatch_firm_and_place_are_corrected_and_both_stay_in_the_trail(
    story, district, clock
):
    found = story.reported(story.leak(body=None, place="老街5号 泽海"))
    by = district.huang_zeguo_station
    with pytest.raises(Invalid, match="都没有改"):
        actions.correct_place(found, body=None, place="老街5号 泽海", by=by, at=clock.now())
    actions.correct_place(found, body=district.cold_chain, place="老街5号", by=by, at=clock.now())
    found.refresh_from_db()
    assert (found.body, found.place) == (district.cold_chain, "老街5号")
    note = trail.entries_of(found).get(verb="correct_place").note
    assert (note["was_at"], note["is_at"]) == (
        "无单位 老街5号 泽海", f"{district.cold_chain} 老街5号",
    )  # fmt: skip
    assert district.cold_chain.name in found.search


def test_nothing_is_released_without_its_three_lists(story):
    leak = story.reported()
    with pytest.raises(Invalid, match="一般隐患的清单不全，还缺：责任、措施") as refusal:
        dispatch(story, leak, grade="GENERAL")
    assert refusal.value.field == "responsibility"
    assert refreshed(leak).stage == Stage.REPORTED


def test_a_major_hazard_needs_all_five(story, district, clock):
    leak = actions.report(story.leak(clause=AMMONIA), by=district.sun_grid7, at=clock.now())
    assert leak.owner == district.section_post
    with pytest.raises(Invalid, match="五落实不全，还缺：资金、预案"):
        dispatch(story, leak, by=district.chen_section, plan=LISTS)
    dispatch(story, leak, by=district.chen_section, plan=FIVE)
    assert leak.owner == district.cold_chain_manager_post
    assert leak.details["handling"] == "DEPARTMENT"


def test_a_hazard_is_graded_before_it_is_released(story):
    with pytest.raises(Invalid, match="先定级"):
        dispatch(story, story.reported(), plan=LISTS)


def test_major_without_a_clause_is_refused(story):
    with pytest.raises(Invalid, match="判定条款"):
        dispatch(story, story.reported(), plan=FIVE, grade="MAJOR")


def test_the_rectifying_post_does_not_check_itself(story, district):
    safety = district.cold_chain_safety_post
    with pytest.raises(Invalid, match="不能就是整改岗位"):
        dispatch(story, story.reported(), plan=LISTS, grade="GENERAL", owner=safety, checker=safety)


def test_a_firm_does_not_check(story, district):
    manager = district.cold_chain_manager_post
    with pytest.raises(Invalid, match="没有核查职责"):
        dispatch(story, story.reported(), plan=LISTS, grade="GENERAL", checker=manager)


def test_the_database_refuses_one_post_for_both(story, district):
    leak = story.dispatched()
    with pytest.raises(IntegrityError, match="checked_by_another_post"), transaction.atomic():
        Matter.objects.filter(pk=leak.pk).update(checker=leak.owner)


def test_the_deadline_may_be_shorter_but_not_longer(story, clock):
    leak = story.reported()
    late = {"plan": LISTS, "grade": "GENERAL", "deadline": clock.now() + 16 * DAY}
    with pytest.raises(Invalid, match="15日"):
        dispatch(story, leak, **late)
    with pytest.raises(Invalid, match="已经过去"):
        dispatch(story, leak, **{**late, "deadline": clock.now()})
    dispatch(story, leak, **{**late, "deadline": clock.now() + timedelta(hours=6)})
    assert leak.due_at == clock.now() + timedelta(hours=6)  # nobody may sit on it longer than that


def test_nothing_is_given_to_an_empty_seat(story, district, clock):
    district.xu_safety.tenures.update(until=clock.now().date())
    with pytest.raises(Invalid, match="无人任职"):
        dispatch(
            story,
            story.reported(),
            plan=LISTS,
            grade="GENERAL",
            owner=district.cold_chain_safety_post,
        )


# --- in hand --------------------------------------------------------------------------------------


def test_not_mine_goes_back_to_whoever_sent_it(story, district, clock):
    leak = story.dispatched()
    actions.send_back(leak, reason="属园区物业", by=district.xu_safety, at=clock.now())
    assert (leak.stage, leak.owner, leak.checker) == (
        Stage.REPORTED,
        district.zeguo_station_post,
        None,
    )
    clock.forward(days=1)
    dispatch(story, leak, plan=LISTS, owner=district.cold_chain_manager_post)
    assert leak.deadline == clock.now() + 15 * DAY


def test_reassigning_gains_no_time(story, district, clock):
    leak = story.taken()
    deadline = leak.deadline
    clock.forward(days=10)
    actions.reassign(
        leak,
        owner=district.cold_chain_manager_post,
        reason="安全员离岗",
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert (leak.stage, leak.owner) == (Stage.DISPATCHED, district.cold_chain_manager_post)
    actions.take(leak, by=district.ye_manager, at=clock.now())
    assert leak.due_at == deadline


def test_reassigned_to_the_checker_finds_another_checker(story, district, clock):
    leak = story.taken()
    actions.reassign(
        leak,
        owner=district.zeguo_station_post,
        reason="企业已停产",
        by=district.lin_zeguo_leader,
        at=clock.now(),
    )
    assert (leak.owner, leak.checker) == (district.zeguo_station_post, district.section_post)


def test_interim_control_is_a_state_of_its_own_and_never_counts_as_done(story, district, clock):
    leak = story.taken()
    due_at = leak.due_at
    actions.control(leak, measure="停用并加装喷淋", by=district.xu_safety, at=clock.now())
    assert (leak.stage, leak.due_at) == (Stage.CONTROLLED, due_at)
    assert not Rectification.objects.exists()
    held = InterimControl.objects.get()
    clock.forward(days=3)
    story.submit(leak)
    held.refresh_from_db()
    assert held.ended_at == clock.now()


def test_words_and_pictures_are_needed_to_say_it_is_done(story, district, clock):
    leak = story.taken()
    with pytest.raises(Invalid, match="佐证"):
        actions.submit(leak, words="好了", evidence=[], by=district.xu_safety, at=clock.now())
    with pytest.raises(Invalid, match="整改情况"):
        actions.submit(
            leak, words=" ", evidence=[photo(clock.now())], by=district.xu_safety, at=clock.now()
        )


def test_a_slow_check_costs_the_rectifier_nothing(story, district, clock):
    leak = story.submitted()
    clock.forward(days=20)
    actions.refuse(leak, reason="漏氨", by=district.huang_zeguo_station, at=clock.now())
    assert leak.due_at == clock.now() + 3 * DAY


def test_the_danger_came_back(story, district, clock):
    leak = story.closed()
    clock.forward(days=30)
    actions.reopen(leak, reason="又漏", by=district.huang_zeguo_station, at=clock.now())
    leak = refreshed(leak)
    assert (leak.stage, leak.closed_at, leak.due_at) == (
        Stage.RECTIFYING,
        None,
        clock.now() + 15 * DAY,
    )
    story.submit(leak)
    assert leak.rectifications.count() == 2


def test_struck_out_with_a_reason(story, district, clock):
    leak = story.reported()
    with pytest.raises(Invalid, match="作废理由"):
        actions.void(leak, reason="", by=district.huang_zeguo_station, at=clock.now())
    actions.void(leak, reason="重复测试", by=district.huang_zeguo_station, at=clock.now())
    assert (leak.stage, leak.due_at) == (Stage.VOID, None)


def test_upgraded_later_needs_the_five_then(story, district, clock):
    leak = story.taken()
    with pytest.raises(Invalid, match="五落实不全"):
        actions.grade_matter(leak, clause=AMMONIA, by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(leak).grade == "GENERAL"
    rest = {"funds": "企业自筹8万元", "contingency": "管道泄漏现场处置方案"}
    actions.grade_matter(
        leak, clause=AMMONIA, plan=rest, by=district.huang_zeguo_station, at=clock.now()
    )
    leak = refreshed(leak)
    assert (leak.grade, leak.stage) == ("MAJOR", Stage.RECTIFYING)
    assert rest.items() <= leak.plan.items()


def test_graded_before_dispatch(story, district, clock):
    leak = story.reported()
    actions.grade_matter(leak, clause=AMMONIA, by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(leak).grade == "MAJOR"
    with pytest.raises(Invalid, match="没有选择等级"):
        actions.grade_matter(leak, by=district.huang_zeguo_station, at=clock.now())


def test_a_task_has_no_grade_and_needs_a_right_to_be_set(story, district, clock):
    task = story.blocked_exit(kind="task", title="八月底前完成餐饮燃气整治", source="DEPARTMENT")
    with pytest.raises(Forbidden, match="登记任务"):
        actions.report(task, by=district.li_grid3, at=clock.now())
    set_ = actions.report(task, by=district.chen_section, at=clock.now())
    assert (set_.owner, set_.number[:2]) == (district.section_post, "RW")
    with pytest.raises(NotAllowed, match="任务没有"):
        actions.grade_matter(set_, grade="GENERAL", by=district.chen_section, at=clock.now())


# --- merging --------------------------------------------------------------------------------------


def test_the_same_leak_reported_twice_becomes_one(story, district, clock):
    first, second, third = story.reported(), story.reported(), story.reported()
    shown = [photo(clock.now(), Phase.FOUND)]
    actions.attach(third, evidence=shown, by=district.sun_grid7, at=clock.now())
    station = district.huang_zeguo_station
    actions.merge(third, into=second, reason="同一阀门", by=station, at=clock.now())
    actions.merge(second, into=first, by=station, at=clock.now())
    assert (third.stage, third.due_at) == (Stage.MERGED, None)
    # No chains: both lead straight to the one that is left, and so does the evidence.
    assert set(first.merged.values_list("matter", flat=True)) == {second.pk, third.pk}
    assert first.all_evidence().count() == 1
    assert trail.verbs_of(first) == ["report", "merge"]


def test_nothing_is_merged_into_what_is_gone_or_unseen(story, district, clock):
    leak, gone = story.reported(), story.reported()
    station = district.huang_zeguo_station
    actions.void(gone, reason="误报", by=station, at=clock.now())
    with pytest.raises(NotAllowed, match="已作废"):
        actions.merge(leak, into=gone, by=station, at=clock.now())
    elsewhere = story.reported(story.blocked_exit(), by=district.li_grid3)
    for wrong in (leak, elsewhere):
        with pytest.raises(Invalid, match="同类事项"):
            actions.merge(leak, into=wrong, by=station, at=clock.now())


def test_the_light_and_the_line_of_a_matter(story, clock):
    leak = story.taken()
    clock.forward(days=17)
    assert leak.light(clock.now()).words == "逾期2天"
    line = leak.line(clock.now())
    assert (line.stage, line.owner, line.grade) == ("整改中", "泽海冷链安全管理员", "一般")
    assert Shown(photo(clock.now()).file).phase == Phase.OTHER


def test_found_among_the_overdue(story, clock):
    leak = story.taken()
    assert not Matter.objects.overdue(clock.now()).exists()
    assert Matter.objects.soon(clock.now(), clock.now() + 15 * DAY).get() == leak
    assert Matter.objects.overdue(clock.now() + 15 * DAY).get() == leak


# --- working days ---------------------------------------------------------------------------------


@pytest.fixture
def in_working_days(tmp_path, settings):
    """A district that counts the fifteen days as working days."""
    text = (catalogues.shipped_folder() / "matter_kinds.yaml").read_text(encoding="utf-8")
    text = text.replace("to_rectify: {days: 15}", "to_rectify: {working_days: 15}")
    (tmp_path / "matter_kinds.yaml").write_text(text, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path


def test_fifteen_working_days_across_the_national_holidays(story, clock, in_working_days):
    clock.to(datetime(2025, 9, 25, 2, 0, tzinfo=UTC))
    leak = story.dispatched()
    assert leak.deadline == datetime(2025, 10, 22, 2, 0, tzinfo=UTC)


def test_a_year_not_announced_is_refused_and_nothing_happened(story, clock, in_working_days):
    clock.to(datetime(2035, 3, 1, 2, 0, tzinfo=UTC))
    leak = story.reported()
    with pytest.raises(Refused, match="2035 年的放假安排") as refusal:
        dispatch(story, leak, plan=LISTS, grade="GENERAL")
    assert "holidays.yaml" in refusal.value.mend
    assert refreshed(leak).stage == Stage.REPORTED
