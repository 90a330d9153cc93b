"""发现 – 上报 – 流转交办 – 办结反馈 – 闭环: how a hazard goes through the hands of the district."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters import access, actions
from anlan.matters.actions import Order, Shown
from anlan.matters.flow import Stage
from anlan.matters.models import InterimControl, Matter, Rectification

from .story import AMMONIA, FIVE, LISTS, Phase, announced, photo, refreshed

DAY = timedelta(days=1)


def test_from_a_phone_to_closed(story, district, clock):
    leak = story.reported()
    assert (leak.stage, leak.owner) == (Stage.REPORTED, district.zeguo_station_post)
    assert leak.due_at == clock.now() + DAY
    assert leak.number.startswith("YH2024-")

    clock.forward(hours=3)
    order = Order(plan=LISTS, grade="GENERAL")
    actions.dispatch(leak, order=order, by=district.huang_zeguo_station, at=clock.now())
    dispatched = clock.now()
    assert (leak.owner, leak.checker) == (
        district.cold_chain_safety_post,
        district.zeguo_station_post,
    )
    assert leak.due_at == dispatched + DAY  # to take it
    assert leak.deadline == dispatched + 15 * DAY  # to rectify it

    clock.forward(hours=5)
    actions.take(leak, by=district.xu_safety, at=clock.now())
    assert leak.due_at == dispatched + 15 * DAY

    clock.forward(days=2)
    story.submit(leak)
    assert (leak.stage, leak.due_at) == (Stage.SUBMITTED, clock.now() + 3 * DAY)
    actions.refuse(leak, reason="没有检测报告", by=district.huang_zeguo_station, at=clock.now())
    assert (leak.stage, leak.due_at) == (Stage.RECTIFYING, dispatched + 15 * DAY)

    clock.forward(days=1)
    story.submit(leak)
    actions.accept(leak, opinion="报告齐全", by=district.huang_zeguo_station, at=clock.now())

    leak = refreshed(leak)
    assert (leak.stage, leak.due_at, leak.closed_at) == (Stage.CLOSED, None, clock.now())
    assert trail.verbs_of(leak) == [
        *("report", "dispatch", "take", "submit", "refuse", "submit", "accept")
    ]
    assert [r.verdict for r in leak.rectifications.order_by("round")] == ["REFUSED", "ACCEPTED"]
    assert announced() == [
        *("MatterReported", "MatterDispatched", "MatterTaken", "MatterSubmitted"),
        *("MatterRefused", "MatterSubmitted", "MatterClosed"),
    ]


def test_the_trail_names_person_and_post(story, district):
    leak = story.taken()
    entry = trail.entries_of(leak).get(verb="take")
    assert (entry.actor, entry.office) == ("徐文", "泽海冷链安全管理员")


def test_evidence_hangs_where_it_was_shown(story, district, clock):
    found = photo(clock.now(), Phase.FOUND)
    leak = actions.report(story.leak(), evidence=[found], by=district.sun_grid7, at=clock.now())
    assert list(leak.evidence.values_list("phase", "by__name")) == [("FOUND", "孙国强")]
    actions.attach(leak, evidence=[photo(clock.now(), n=2)], by=district.sun_grid7, at=clock.now())
    assert leak.evidence.count() == 2
    with pytest.raises(Invalid, match="文件"):
        actions.attach(leak, evidence=[], by=district.sun_grid7, at=clock.now())


# --- beginnings -----------------------------------------------------------------------------------


def test_a_draft_is_its_writers_alone(story, district, clock):
    note = actions.draft(story.leak(), by=district.sun_grid7, at=clock.now())
    assert note.stage == Stage.DRAFT
    assert note in access.visible_to(story.scope(district.sun_grid7))
    assert note not in access.visible_to(story.scope(district.huang_zeguo_station))
    with pytest.raises(Forbidden):
        actions.report(note, by=district.huang_zeguo_station, at=clock.now())

    better = story.leak(title="液氨阀门锈蚀", lon=121.34, lat=28.49)
    actions.edit(note, finding=better, by=district.sun_grid7, at=clock.now())
    actions.report(note, by=district.sun_grid7, at=clock.now())
    note = refreshed(note)
    assert (note.title, note.stage) == ("液氨阀门锈蚀", Stage.REPORTED)
    assert Matter.objects.containing("锈蚀").get() == note


def test_a_draft_thrown_away_leaves_only_its_trail(story, district, clock):
    note = actions.draft(story.leak(), by=district.sun_grid7, at=clock.now())
    actions.attach(note, evidence=[photo(clock.now())], by=district.sun_grid7, at=clock.now())
    before = trail.entries_of(note)
    actions.discard(note, by=district.sun_grid7, at=clock.now())
    assert not Matter.objects.exists()
    assert before.count() == 3


def test_what_was_reported_cannot_be_thrown_away(story, district, clock):
    leak = story.reported()
    with pytest.raises(NotAllowed, match="待交办"):
        actions.discard(leak, by=district.sun_grid7, at=clock.now())


def test_a_phone_that_sends_twice_makes_one_matter(story, district, clock):
    finding = story.leak(origin="phone:7f3a")
    first = actions.report(finding, by=district.sun_grid7, at=clock.now())
    again = actions.report(finding, by=district.sun_grid7, at=clock.forward(hours=6))
    assert again == first
    assert trail.verbs_of(first) == ["report"]


def test_entered_for_somebody_else_keeps_both_names(story, district, clock):
    leak = actions.report(
        story.leak(),
        on_behalf_of=district.sun_grid7,
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    entry = trail.entries_of(leak).get()
    assert (leak.opener, leak.on_behalf_of) == (district.huang_zeguo_station, district.sun_grid7)
    assert (entry.actor, entry.on_behalf_of_id) == ("黄磊", district.sun_grid7.pk)
    assert leak in access.visible_to(story.scope(district.sun_grid7))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "  "}, "标题"),
        ({"title": "长" * 121}, "121字"),
        ({"source": "HEARSAY"}, "来源"),
        ({"sector": "amonia"}, "amonia.*ammonia"),
        ({"kind": "hazzard"}, "hazzard.*hazard"),
        ({"clause": "chemical.99"}, "判定条款"),
        ({"grade": "MAJOR"}, "等级"),
        ({"lon": 121.3}, "经度"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_mend(story, district, clock, wrong, words):
    with pytest.raises(Invalid, match=words) as refusal:
        actions.report(story.leak(**wrong), by=district.sun_grid7, at=clock.now())
    assert refusal.value.mend
    assert refusal.value.field
    assert not Matter.objects.exists()


def test_nothing_is_found_tomorrow(story, district, clock):
    with pytest.raises(Invalid, match="晚于现在"):
        actions.report(
            story.leak(found_at=clock.now() + DAY), by=district.sun_grid7, at=clock.now()
        )


def test_the_clause_fills_in_grade_and_sector(story, district, clock):
    leak = actions.report(story.leak(clause=AMMONIA), by=district.sun_grid7, at=clock.now())
    assert (leak.grade, leak.sector) == ("MAJOR", "ammonia_refrigeration")


def test_a_grid_worker_reports_danger_wherever_it_is(story, district, clock):
    far = story.blocked_exit()
    seen = actions.report(far, by=district.sun_grid7, at=clock.now())
    assert seen.owner == district.taiping_station_post
    assert seen in access.visible_to(story.scope(district.sun_grid7))


def test_a_firm_reports_only_its_own(story, district, clock):
    own = story.leak(source="ENTERPRISE")
    leak = actions.report(own, by=district.xu_safety, at=clock.now())
    assert leak.owner == district.cold_chain_manager_post
    with pytest.raises(Forbidden, match="本企业"):
        actions.report(story.leak(body=district.foundry), by=district.xu_safety, at=clock.now())


def test_whoever_holds_no_post_reports_nothing_here(story, district, clock):
    with pytest.raises(Forbidden, match="没有登记隐患的权限"):
        actions.report(story.leak(), by=district.wu_bystander, at=clock.now())


# --- found and mended in one visit ----------------------------------------------------------------


def mended(story, *, by, finding=None, phases=(Phase.BEFORE, Phase.AFTER)):
    shown = [photo(story.now, phase, n) for n, phase in enumerate(phases)]
    what = finding or story.blocked_exit()
    return actions.rectify_now(what, words="已清理", evidence=shown, by=by, at=story.now)


def test_mended_on_the_spot_still_waits_for_another_to_look(story, district, clock):
    cleared = mended(story, by=district.li_grid3)
    assert (cleared.stage, cleared.grade) == (Stage.SUBMITTED, "GENERAL")
    assert (cleared.owner, cleared.checker) == (district.grid3_post, district.taiping_station_post)
    with pytest.raises(Forbidden):
        actions.accept(cleared, opinion="好", by=district.li_grid3, at=clock.now())
    actions.accept(cleared, opinion="属实", by=district.zhao_taiping_station, at=clock.now())
    assert refreshed(cleared).closed_at == clock.now()


def test_the_station_that_mended_it_itself_is_checked_from_above(story, district):
    cleared = mended(story, by=district.zhao_taiping_station)
    assert cleared.checker == district.taiping_leader_post


@pytest.mark.parametrize("phases", [(), (Phase.BEFORE,), (Phase.AFTER,)])
def test_both_pictures_are_needed(story, district, phases):
    with pytest.raises(Invalid, match="整改前、整改后"):
        mended(story, by=district.li_grid3, phases=phases)


def test_the_picture_of_the_report_counts_as_the_one_before(story, district, clock):
    found = [photo(clock.now(), Phase.FOUND)]
    exit_ = actions.report(
        story.blocked_exit(), evidence=found, by=district.li_grid3, at=clock.now()
    )
    mended(story, by=district.li_grid3, finding=exit_, phases=(Phase.AFTER,))
    assert refreshed(exit_).stage == Stage.SUBMITTED


def test_a_major_hazard_is_not_mended_in_passing(story, district):
    with pytest.raises(Invalid, match="重大隐患不适用"):
        mended(story, by=district.sun_grid7, finding=story.leak(clause=AMMONIA))


# --- dispatch -------------------------------------------------------------------------------------


def dispatch(story, matter, *, by=None, **order):
    by = by or story.district.huang_zeguo_station
    actions.dispatch(matter, order=Order(**order), by=by, at=story.now)


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
