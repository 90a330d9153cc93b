"""What was announced is heard once, whatever happens to the one who delivers it."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from anlan.kernel import delivery, outbox
from anlan.kernel.models import Announcement, Heartbeat

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class HazardClosed:
    hazard_id: int


@dataclass(frozen=True)
class AreaMoved:
    area_id: int
    into_id: int | None = None


class Desk:
    """Somebody who hears, remembers, and may be out of order."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.broken: Exception | None = None

    def __call__(self, event: object, *, at: datetime) -> None:
        if self.broken:
            raise self.broken
        self.heard.append(event)


def waiting() -> int:
    return Announcement.objects.filter(delivered_at__isnull=True).count()


def test_events_are_heard_in_their_order_and_once(db: None) -> None:
    desk = Desk()
    for number in (1, 2, 3):
        outbox.announce(HazardClosed(number))
    assert delivery.deliver({HazardClosed: (desk,)}, at=NOON) == 3
    assert delivery.deliver({HazardClosed: (desk,)}, at=NOON) == 0
    assert desk.heard == [HazardClosed(1), HazardClosed(2), HazardClosed(3)]
    assert set(Announcement.objects.values_list("delivered_at", flat=True)) == {NOON}


def test_everyone_who_hears_it_is_told(db: None) -> None:
    station, bureau = Desk(), Desk()
    outbox.announce(AreaMoved(3, into_id=4))
    delivery.deliver({AreaMoved: (station, bureau)}, at=NOON)
    assert station.heard == bureau.heard == [AreaMoved(3, into_id=4)]


def test_what_nobody_hears_is_passed_over(db: None) -> None:
    outbox.announce(AreaMoved(3))
    assert delivery.deliver({AreaMoved: ()}, at=NOON) == 0
    assert waiting() == 0


def test_a_deed_that_fails_announces_nothing(db: None) -> None:
    @transaction.atomic
    def closes_but_power_fails() -> None:
        outbox.announce(HazardClosed(1))
        raise RuntimeError("停电")

    with pytest.raises(RuntimeError):
        closes_but_power_fails()
    assert not Announcement.objects.exists()


def test_only_events_can_be_announced(db: None) -> None:
    for wrong in ("closed", HazardClosed, 7):
        with pytest.raises(TypeError, match="is no event"):
            outbox.announce(wrong)


# --- trouble --------------------------------------------------------------------------------------


def test_what_fails_is_tried_again_later_and_holds_nobody_up(db: None) -> None:
    station, bureau = Desk(), Desk()
    station.broken = ValueError("街道的桌子坏了")
    hearers = {HazardClosed: (station,), AreaMoved: (bureau,)}
    outbox.announce(HazardClosed(1))
    outbox.announce(AreaMoved(3))
    delivery.deliver(hearers, at=NOON)
    assert bureau.heard == [AreaMoved(3)]
    (failed,) = delivery.troubled()
    assert (failed.attempts, failed.retry_at) == (1, NOON + delivery.PAUSES[0])
    assert "街道的桌子坏了" in failed.trouble

    station.broken = None
    just_before = NOON + delivery.PAUSES[0] - timedelta(seconds=1)
    assert delivery.deliver(hearers, at=just_before) == 0
    assert delivery.deliver(hearers, at=NOON + delivery.PAUSES[0]) == 1
    assert station.heard == [HazardClosed(1)]
    assert not delivery.troubled().exists()
    assert Announcement.objects.get(pk=failed.pk).trouble == ""


def test_what_never_works_is_parked_and_can_be_resumed(db: None) -> None:
    station = Desk()
    station.broken = ValueError("街道的桌子坏了")
    outbox.announce(HazardClosed(1))
    at = NOON
    for pause in (*delivery.PAUSES, timedelta(0)):
        assert delivery.deliver({HazardClosed: (station,)}, at=at) == 1
        at += pause
    (parked,) = delivery.parked()
    assert parked.attempts == len(delivery.PAUSES) + 1
    assert "街道的桌子坏了" in parked.trouble
    assert delivery.deliver({HazardClosed: (station,)}, at=at + timedelta(days=9)) == 0

    station.broken = None
    assert delivery.resume() == 1
    assert delivery.deliver({HazardClosed: (station,)}, at=at) == 1
    assert station.heard == [HazardClosed(1)]
    assert not delivery.parked().exists()


def test_a_handler_that_fails_takes_back_what_it_and_the_others_wrote(db: None) -> None:
    station = Desk()
    station.broken = ValueError("坏了")

    def writes(event: HazardClosed, *, at: datetime) -> None:
        Heartbeat.objects.create(part="heard", seen_at=at)

    outbox.announce(HazardClosed(1))
    delivery.deliver({HazardClosed: (writes, station)}, at=NOON)
    assert not Heartbeat.objects.exists()
    assert delivery.troubled().count() == 1


def test_a_fault_of_the_database_is_trouble_too(db: None) -> None:
    Heartbeat.objects.create(part="heard", seen_at=NOON)

    def collides(event: HazardClosed, *, at: datetime) -> None:
        Heartbeat.objects.create(part="heard", seen_at=at)

    outbox.announce(HazardClosed(1))
    delivery.deliver({HazardClosed: (collides,)}, at=NOON)
    assert IntegrityError.__name__ in delivery.troubled().get().trouble


@pytest.mark.parametrize("payload", [{"hazard_id": 1}, {"number": 1}])
def test_an_event_this_version_does_not_know_waits_and_is_not_lost(
    db: None, payload: dict[str, int]
) -> None:
    name = outbox.name_of(HazardClosed) if "number" in payload else "anlan.gone.events.Gone"
    Announcement.objects.create(event=name, payload=payload)
    delivery.deliver({HazardClosed: (Desk(),)}, at=NOON)
    assert waiting() == 1
    assert delivery.troubled().count() == 1


def test_old_deliveries_are_dropped_and_nothing_else(db: None) -> None:
    for number in (1, 2, 3):
        outbox.announce(HazardClosed(number))
    rows = list(Announcement.objects.order_by("id"))
    Announcement.objects.filter(pk=rows[0].pk).update(delivered_at=NOON - timedelta(days=91))
    Announcement.objects.filter(pk=rows[1].pk).update(delivered_at=NOON - timedelta(days=89))
    assert delivery.forget_delivered(at=NOON) == 1
    assert set(Announcement.objects.values_list("pk", flat=True)) == {rows[1].pk, rows[2].pk}


# --- many workers, and killed ones ----------------------------------------------------------------


def test_two_workers_never_deliver_the_same_twice(own_database: str) -> None:
    desks = (Desk(), Desk())
    for number in range(60):
        outbox.announce(HazardClosed(number))

    def work(desk: Desk) -> Callable[[], None]:
        def deliver() -> None:
            delivery.deliver({HazardClosed: (desk,)}, at=NOON)
            connection.close()

        return deliver

    threads = [threading.Thread(target=work(desk)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    heard = [event for desk in desks for event in desk.heard]
    assert len(heard) == 60
    assert set(heard) == {HazardClosed(number) for number in range(60)}
    assert waiting() == 0


def test_a_worker_killed_amid_a_delivery_loses_nothing(own_database: str) -> None:
    outbox.announce(HazardClosed(1))
    connection.close()  # the child must not share it
    child = os.fork()
    if child == 0:

        def dies(event: HazardClosed, *, at: datetime) -> None:
            Heartbeat.objects.create(part="half", seen_at=at)
            os.kill(os.getpid(), signal.SIGKILL)

        delivery.deliver({HazardClosed: (dies,)}, at=NOON)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    desk = Desk()
    # The server may need a moment to notice, and to let go of the row.
    until = time.monotonic() + 10
    while not desk.heard and time.monotonic() < until:
        delivery.deliver({HazardClosed: (desk,)}, at=NOON)
    assert desk.heard == [HazardClosed(1)]
    assert not Heartbeat.objects.exists()


# --- the bell -------------------------------------------------------------------------------------


def listener() -> psycopg.Connection[tuple[object, ...]]:
    params = connection.get_connection_params()
    wanted = {key: params[key] for key in ("host", "port", "user", "password", "dbname")}
    line = psycopg.connect(**wanted, autocommit=True)
    line.execute(f"LISTEN {delivery.CHANNEL}")
    return line


def test_an_announcement_rings_when_it_is_committed(own_database: str) -> None:
    with listener() as line:
        with transaction.atomic():
            outbox.announce(HazardClosed(1))
            assert not list(line.notifies(timeout=0.2))
        assert len(list(line.notifies(timeout=5, stop_after=1))) == 1


def test_one_rings_for_all_who_announce_at_the_same_time(own_database: str) -> None:
    announced, may_commit = threading.Event(), threading.Event()

    def slow_town() -> None:
        with transaction.atomic():
            outbox.announce(HazardClosed(1))
            announced.set()
            may_commit.wait(10)
        connection.close()

    with listener() as line:
        thread = threading.Thread(target=slow_town)
        thread.start()
        assert announced.wait(10)
        outbox.announce(HazardClosed(2))  # finds the rope taken: commits at once, and silently
        assert not list(line.notifies(timeout=0.2))
        may_commit.set()
        thread.join()
        assert list(line.notifies(timeout=5, stop_after=1))
    assert waiting() == 2
