"""Two people press the same button in the same second: a real database, real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from anlan.demo.district import Clock, District
from anlan.kernel import trail
from anlan.kernel.errors import NotAllowed, Refused
from anlan.kernel.models import Announcement
from anlan.matters import actions
from anlan.matters.actions import Order
from anlan.matters.flow import Stage
from anlan.matters.models import Matter, Rectification

from .story import PLAN, Story, refreshed


@pytest.fixture
def story(own_database: str, own_files) -> Story:
    clock = Clock(datetime(2024, 6, 12, 8, 0, tzinfo=UTC))
    return Story(District(clock), clock)


def at_once(*presses: Callable[[], object]) -> list[Refused | None]:
    """All press together, each on a connection of its own; what each was told."""
    gate = Barrier(len(presses))

    def press(deed: Callable[[], object]) -> Refused | None:
        try:
            connection.ensure_connection()
            gate.wait(10)
            deed()
        except Refused as no:
            return no
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(presses)) as hands:
        return list(hands.map(press, presses))


def test_two_at_the_same_station_dispatch_the_same_hazard(story):
    district = story.district
    exit_blocked = story.found("安全出口被堵", area=district.grid3, body=None, by=district.li_grid3)
    order = Order(plan=PLAN, grade="GENERAL")

    def dispatch(by):
        own_copy = refreshed(exit_blocked)
        return lambda: actions.dispatch(own_copy, order=order, by=by, at=story.now)

    names = {"赵敏": district.zhao_taiping_station, "钱伟": district.qian_taiping_deputy}
    told = dict(zip(names, at_once(*map(dispatch, names.values())), strict=True))

    (first,) = (name for name, no in told.items() if no is None)
    (refused,) = (no for no in told.values() if no is not None)
    assert isinstance(refused, NotAllowed)
    assert f"{first}已于2024-06-12 16:00交办" in refused.words
    assert "待接办" in refused.words
    assert refused.mend
    # One deed, one trace, one announcement; of the loser nothing at all.
    assert trail.verbs_of(exit_blocked) == ["report", "dispatch"]
    assert trail.entries_of(exit_blocked).last().actor == first
    assert Announcement.objects.filter(event__endswith="MatterDispatched").count() == 1


def test_one_accepts_while_the_other_refuses(story):
    """Two of the station look at the same photo and think differently; one answer stands."""
    district = story.district
    valve = story.submitted()
    district.appoint(district.qian_taiping_deputy, district.zeguo_station_post)
    mine, other = refreshed(valve), refreshed(valve)
    told = at_once(
        lambda: actions.accept(
            mine, opinion="已消除", by=district.huang_zeguo_station, at=story.now
        ),
        lambda: actions.refuse(
            other, reason="照片看不清", by=district.qian_taiping_deputy, at=story.now
        ),
    )
    assert sum(no is None for no in told) == 1
    (refused,) = (no for no in told if no is not None)
    valve, done = refreshed(valve), Rectification.objects.get(matter=valve)
    if valve.stage == Stage.CLOSED:
        assert done.verdict == "ACCEPTED"
        assert "黄磊已于" in refused.words
        assert "核查销号" in refused.words
    else:
        assert (valve.stage, done.verdict) == (Stage.RECTIFYING, "REFUSED")
        assert "钱伟已于" in refused.words
        assert "核查退回" in refused.words


def test_eight_phones_take_the_same_matter_and_one_has_it(story):
    district = story.district
    valve = story.dispatched()
    copies = [refreshed(valve) for _ in range(8)]

    def take(copy: Matter) -> Callable[[], None]:
        return lambda: actions.take(copy, by=district.xu_safety, at=story.now)

    told = at_once(*map(take, copies))
    assert sum(no is None for no in told) == 1
    assert trail.verbs_of(valve).count("take") == 1


def test_a_phone_that_sends_the_same_report_twice_at_once_makes_one(story):
    """The signal came back while the thumb was on the button: the same report, twice."""
    district = story.district

    def send() -> Matter:
        return story.found("消防通道堆物", by=district.sun_grid7, origin="phone:7f3a-0001")

    told = at_once(send, send, send)
    assert Matter.objects.filter(origin="phone:7f3a-0001").count() == 1
    assert not [no for no in told if no is not None], "whoever sent it again is told it arrived"
