"""The one clock, and how a drill moves it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from anlan.kernel import clock
from anlan.wiring.now import now

PLUM_RAIN = datetime(2024, 6, 12, 8, 0, tzinfo=UTC)


def test_the_clock_reads_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_moved_clock_stands_still_and_the_web_reads_the_same_one() -> None:
    with clock.moved(PLUM_RAIN):
        assert clock.now() == now() == PLUM_RAIN
    assert clock.now() > PLUM_RAIN


def test_a_drill_runs_faster_than_life() -> None:
    with clock.moved(PLUM_RAIN, speed=3_600_000):
        first = clock.now()
        assert first >= PLUM_RAIN
        while clock.now() == first:
            pass
        assert clock.now() < PLUM_RAIN + timedelta(days=3650)


def test_an_inner_move_gives_way_to_the_outer_one() -> None:
    beijing = ZoneInfo("Asia/Shanghai")
    with clock.moved(PLUM_RAIN):
        with clock.moved(datetime(2024, 10, 1, tzinfo=beijing)):
            assert clock.now() == datetime(2024, 9, 30, 16, 0, tzinfo=UTC)
        assert clock.now() == PLUM_RAIN


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.moved(datetime(2024, 6, 12)):  # noqa: DTZ001
        pass
