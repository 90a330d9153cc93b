"""What citizens tell: taken up as a hazard, or answered, and never forgotten in between."""

from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.models import Announcement, TrailEntry
from anlan.matters import actions, sweeps
from anlan.matters.actions import Contact, Order
from anlan.matters.flow import Stage
from anlan.matters.models import Matter

from .story import LISTS, Phase, photo, refreshed

DAY = timedelta(days=1)


@pytest.fixture
def told(story, district, clock):
    """A citizen rings: it smells of ammonia at the cold store."""
    finding = story.leak(kind="public_report", source="PUBLIC", title="冷库附近有刺鼻气味")
    shown = [photo(clock.now(), Phase.FOUND)]
    return actions.report(finding, evidence=shown, by=district.huang_zeguo_station, at=clock.now())


def adopted(district, told, clock):
    return actions.adopt(told, by=district.huang_zeguo_station, at=clock.now())


def test_a_report_becomes_a_hazard_and_stands_under_its_clock(story, district, clock, told):
    hazard = adopted(district, told, clock)
    assert (hazard.kind, hazard.parent, hazard.source) == ("hazard", told, "PUBLIC")
    assert (hazard.number[:2], told.number[:2]) == ("YH", "JB")
    assert hazard.all_evidence().count() == 1  # the citizen's photo
    assert (told.stage, told.due_at) == (Stage.ADOPTED, hazard.due_at)

    order = Order(plan=LISTS, grade="GENERAL")
    actions.dispatch(hazard, order=order, by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).due_at == hazard.due_at
    actions.take(hazard, by=district.xu_safety, at=clock.now())
    assert refreshed(told).due_at == hazard.deadline

    with pytest.raises(NotAllowed, match="还没有销号"):
        actions.answer(told, reply="已处理", by=district.huang_zeguo_station, at=clock.now())
    clock.forward(days=2)
    story.submit(hazard)
    actions.accept(hazard, opinion="属实", by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).due_at == clock.now() + 3 * DAY  # its own clock, for the reply
    actions.answer(told, reply="已更换阀门", by=district.huang_zeguo_station, at=clock.now())
    told = refreshed(told)
    assert (told.stage, told.closed_at) == (Stage.CLOSED, clock.now())
    assert told.details["reply"] == "已更换阀门"
    assert trail.verbs_of(told) == ["report", "adopt", "answer"]


def test_while_the_hazard_is_in_hand_its_report_does_not_climb(story, district, clock, told):
    hazard = adopted(district, told, clock)
    clock.forward(days=1)
    assert sweeps.escalate_overdue(at=clock.now()) == 1  # the hazard alone
    assert refreshed(told).owner == district.zeguo_station_post
    assert refreshed(told).due_at == refreshed(hazard).due_at


def test_a_reply_that_is_not_given_climbs(story, district, clock, told):
    hazard = adopted(district, told, clock)
    actions.void(hazard, reason="查无异味", by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).due_at == clock.now() + 3 * DAY
    clock.forward(days=3)
    assert sweeps.escalate_overdue(at=clock.now()) == 1
    assert refreshed(told).owner == district.zeguo_leader_post
    told = refreshed(told)
    actions.answer(told, reply="查无异味", by=district.lin_zeguo_leader, at=clock.now())
    assert told.stage == Stage.CLOSED


def test_the_report_follows_its_hazard_into_another(story, district, clock, told):
    hazard, known = adopted(district, told, clock), story.dispatched()
    actions.take(known, by=district.xu_safety, at=clock.now())
    actions.merge(hazard, into=known, by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).due_at == known.due_at
    assert not told.hazard_at_rest()
    story.submit(known)
    actions.accept(known, opinion="属实", by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).due_at == clock.now() + 3 * DAY
    assert told.hazard_at_rest()


def test_what_is_no_hazard_is_answered_straight_away(story, district, clock, told):
    actions.answer(told, reply="系清洗剂气味", by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).stage == Stage.CLOSED


def test_everyone_who_told_the_same_hears_the_reply(story, district, clock, told):
    finding = story.leak(kind="public_report", source="PUBLIC", title="冷库难闻")
    station = district.huang_zeguo_station
    again = actions.report(finding, by=station, at=clock.now())
    actions.merge(again, into=told, by=station, at=clock.now())
    actions.answer(told, reply="已处理", by=station, at=clock.now())
    event = Announcement.objects.get(event__endswith="ReportAnswered")
    assert event.payload == {"matter_id": told.pk, "merged_ids": [again.pk]}


def test_adopted_with_what_the_station_saw_itself(story, district, clock, told):
    seen = story.leak(title="氨泵轴封泄漏", clause="chemical_2017.7")
    hazard = actions.adopt(told, finding=seen, by=district.huang_zeguo_station, at=clock.now())
    assert (hazard.title, hazard.grade, hazard.source) == ("氨泵轴封泄漏", "MAJOR", "PUBLIC")
    assert hazard.owner == district.section_post


def test_a_report_is_not_dispatched_like_a_hazard(story, district, clock, told):
    with pytest.raises(NotAllowed, match="群众举报没有“交办”"):
        actions.dispatch(
            told, order=Order(plan=LISTS), by=district.huang_zeguo_station, at=clock.now()
        )


def test_who_told_it_is_kept_encrypted_and_shown_for_a_reason(story, district, clock):
    """王建国 wants to know what became of it; the page shows 王**, the station may ring him."""
    caller = Contact("王建国", "13857601234")
    finding = story.leak(kind="public_report", source="PUBLIC", contact=caller)
    told = actions.report(finding, by=district.huang_zeguo_station, at=clock.now())
    assert refreshed(told).details["contact"] == "王** 138****1234"
    for table in (Matter, TrailEntry):
        assert "建国" not in str(list(table.objects.values()))
    who = {"by": district.huang_zeguo_station, "at": clock.now()}
    assert actions.reveal_contact(refreshed(told), reason="回访核实", **who) == caller
    assert trail.entries_of(told).last().note["reason"] == "回访核实"
    with pytest.raises(Invalid, match="事由"):
        actions.reveal_contact(refreshed(told), reason=" ", **who)


def test_a_number_that_is_none_is_refused_before_anything_is_kept(story, district, clock):
    finding = story.leak(kind="public_report", source="PUBLIC", contact=Contact("王建国", "一二三"))
    with pytest.raises(Invalid, match="号码|电话"):
        actions.report(finding, by=district.huang_zeguo_station, at=clock.now())
    assert not Matter.objects.exists()


def test_an_anonymous_report_has_nobody_to_show(story, district, clock, told):
    with pytest.raises(Invalid, match="没有登记来电人"):
        actions.reveal_contact(
            refreshed(told), reason="回访", by=district.huang_zeguo_station, at=clock.now()
        )
