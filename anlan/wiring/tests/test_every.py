"""What time does: each sweep in its period, alone, and none in the way of another."""

import inspect
import threading
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

import anlan
from anlan.kernel import pulse
from anlan.kernel.models import Heartbeat
from anlan.wiring import every
from anlan.wiring.every import EVERY, Sweep

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Watch:
    """A sweep that remembers when it ran, and may fall over."""

    def __init__(self, name: str = "matters.escalate_overdue", period: timedelta = HOUR) -> None:
        self.ran: list[datetime] = []
        self.broken = False
        self.line = Sweep(period, name, self.sweep)

    def sweep(self, *, at: datetime) -> None:
        self.ran.append(at)
        if self.broken:
            raise ValueError("目录缺少一行")


def test_a_sweep_runs_once_in_its_period(db: None) -> None:
    watch = Watch()
    for minutes in (0, 1, 59, 60, 61, 119, 120):
        every.sweep_due(at=NOON + timedelta(minutes=minutes), table=(watch.line,))
    assert watch.ran == [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert pulse.last_beat("matters.escalate_overdue") == NOON + 2 * HOUR


def test_one_that_fails_stops_nobody_is_kept_for_the_doctor_and_soon_tried_again(
    db: None,
) -> None:
    broken, sound = Watch("matters.wake_lapsed"), Watch("registry.mark_stale")
    broken.broken = True
    table = (broken.line, sound.line)
    assert every.sweep_due(at=NOON, table=table) == ["matters.wake_lapsed", "registry.mark_stale"]
    assert sound.ran == [NOON]
    assert Heartbeat.objects.get(pk="matters.wake_lapsed").note == "ValueError: 目录缺少一行"
    broken.broken = False
    assert every.sweep_due(at=NOON + timedelta(seconds=59), table=table) == []
    assert every.sweep_due(at=NOON + timedelta(seconds=60), table=table) == ["matters.wake_lapsed"]
    assert Heartbeat.objects.get(pk="matters.wake_lapsed").note == ""


def test_a_clock_that_was_set_back_does_not_silence_a_sweep(db: None) -> None:
    watch = Watch()
    for at in (NOON, NOON - timedelta(days=30)):
        every.sweep_due(at=at, table=(watch.line,))
    assert watch.ran == [NOON, NOON - timedelta(days=30)]


def test_two_workers_do_not_sweep_the_same_at_once(own_database: str) -> None:
    inside, may_go_on = threading.Event(), threading.Event()

    def slow(*, at: datetime) -> None:
        inside.set()
        may_go_on.wait(10)

    table = (Sweep(HOUR, "matters.escalate_overdue", slow),)

    def first() -> None:
        every.sweep_due(at=NOON, table=table)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    assert every.sweep_due(at=NOON, table=table) == []
    may_go_on.set()
    thread.join()
    assert every.sweep_due(at=NOON + HOUR, table=table) == ["matters.escalate_overdue"]


@pytest.mark.parametrize("sweep", EVERY, ids=lambda sweep: sweep.name)
def test_every_sweep_of_the_house_may_run_twice_on_an_empty_district(
    db: None, sweep: Sweep
) -> None:
    for _ in range(2):
        every.sweep_due(at=NOON, table=(sweep,))
        sweep.work(at=NOON)
    beat = Heartbeat.objects.get(pk=sweep.name)
    assert (beat.seen_at, beat.note) == (NOON, "")


def sweeps_of_the_rooms() -> set[str]:
    """Every public function of every sweeps module, as `room.function`."""
    found = set()
    for path in Path(anlan.__file__).parent.glob("*/sweeps*"):
        module = import_module(f"anlan.{path.parent.name}.sweeps")
        for name, value in vars(module).items():
            ours = inspect.isfunction(value) and value.__module__.startswith(module.__name__)
            if ours and not name.startswith("_"):
                found.add(f"{path.parent.name}.{name}")
    return found


def test_every_sweep_of_every_room_stands_in_the_table() -> None:
    assert {sweep.name for sweep in EVERY if not sweep.name.startswith("kernel.")} == (
        sweeps_of_the_rooms()
    )


def test_no_sweep_stands_twice_in_the_table() -> None:
    assert len({sweep.name for sweep in EVERY}) == len(EVERY)
