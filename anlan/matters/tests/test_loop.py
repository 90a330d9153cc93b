"""发现 – 上报 – 流转交办 – 办结反馈 – 闭环: how a hazard goes through the hands of the district."""

from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Invalid
from anlan.matters import actions
from anlan.matters.actions import Order
from anlan.matters.flow import Stage

from .story import LISTS, Phase, announced, photo, refreshed

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
