"""One hazard more, found and closed: what rises, by how much, and which rows the number opens."""

from decimal import Decimal

import pytest

from anlan.figures import compute
from anlan.figures.rules import parse_period
from anlan.matters import actions
from anlan.matters.models import Matter
from anlan.people.access import scope_of

JUNE = parse_period("2024-06")


def number(story, name, *, area=None, by=None) -> Decimal | None:
    scope = scope_of(by, at=story.now) if by else None
    area = area or story.district.wenling
    [found] = compute.compute([name], period=JUNE, area=area, scope=scope, at=story.now)
    return found.value


def opened(story, name, *, area=None, by=None) -> set[Matter]:
    scope = scope_of(by, at=story.now) if by else None
    area = area or story.district.wenling
    return set(compute.rows(name, period=JUNE, area=area, scope=scope, at=story.now))


@pytest.fixture
def a_month_behind_us(story):
    """Two closed, one in hand, one only held down: the numbers do not start at nothing."""
    story.closed()
    story.closed()
    held = story.taken()
    actions.control(held, measure="专人看守", by=story.district.xu_safety, at=story.now)
    story.taken()
    story.clock.forward(days=1)


def test_found_and_rectified_each_rise_by_one_and_open_to_this_row(
    story, district, clock, a_month_behind_us
):
    found, rectified = "hazards_found", "hazards_rectified"
    before = (number(story, found), number(story, rectified))
    assert before == (4, 2)

    valve = story.found("氨气报警器失灵")
    clock.forward(minutes=1)
    assert number(story, found) == before[0] + 1
    assert number(story, rectified) == before[1]
    assert valve in opened(story, found)

    story.submitted(story.taken(story.dispatched(valve)))
    clock.forward(hours=1)
    assert number(story, rectified) == before[1], "submitted is not rectified"

    story.closed(valve)
    clock.forward(minutes=1)
    assert (number(story, found), number(story, rectified)) == (before[0] + 1, before[1] + 1)
    for name in (found, rectified):
        rows = opened(story, name)
        assert valve in rows
        assert len(rows) == number(story, name)


def test_a_refused_rectification_and_interim_control_count_as_nothing_done(
    story, district, clock, a_month_behind_us
):
    before = number(story, "hazards_rectified")
    valve = story.submitted()
    actions.refuse(valve, reason="阀门未换", by=district.huang_zeguo_station, at=story.now)
    actions.control(valve, measure="停用该管段", by=district.xu_safety, at=story.now)
    clock.forward(minutes=1)
    assert number(story, "hazards_rectified") == before
    assert number(story, "hazards_under_control") == 2
    assert valve in opened(story, "hazards_under_control")


def test_it_is_counted_where_it_is_and_for_whom_it_is_there(story, district, clock):
    """泽国's number rises, 太平's does not; the other town's leader opens a list without it."""
    valve = story.closed()
    clock.forward(minutes=1)
    for name in ("hazards_found", "hazards_rectified"):
        assert number(story, name, area=district.zeguo) == 1
        assert number(story, name, area=district.taiping) == 0
        assert opened(story, name, by=district.lin_zeguo_leader) == {valve}
        assert opened(story, name, by=district.wang_taiping_leader) == set()


def test_the_parts_of_a_number_sum_to_it(story, a_month_behind_us):
    for by in ("source", "grade", "sector", "area"):
        parts = compute.breakdown(
            "hazards_found",
            by,
            period=JUNE,
            area=story.district.wenling,
            scope=None,
            at=story.now,
        )
        assert sum(part.value or 0 for part in parts) == number(story, "hazards_found")


def test_reopened_it_is_no_longer_rectified(story, district, clock):
    valve = story.closed()
    clock.forward(days=2)
    actions.reopen(valve, reason="阀门再次渗漏", by=district.huang_zeguo_station, at=story.now)
    clock.forward(minutes=1)
    assert number(story, "hazards_rectified") == 0
    assert number(story, "hazards_open") == 1
    assert opened(story, "hazards_open") == {valve}
