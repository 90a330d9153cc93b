"""The background runs for real: threads, its own database, the machine's clock."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import OperationalError, connection

from anlan.kernel import clock, delivery, outbox, sealing, trail
from anlan.kernel.models import Announcement, Heartbeat, TrailUnsealed
from anlan.kernel.refs import Ref
from anlan.wiring import when, worker

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
LOOPS = {"sealer", "delivery", "sweeps", "bell", "jobs"}


@dataclass(frozen=True)
class SirenSounded:
    siren_id: int


@contextmanager
def running() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def soon(holds: Callable[[], bool], within: float = 15.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_it_seals_delivers_sweeps_and_stops(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []

    def hears(event: object, *, at: datetime) -> None:
        heard.append(event)

    monkeypatch.setitem(when.HEARD, SirenSounded, (hears,))
    monkeypatch.setattr(worker, "BEAT_EVERY", 0.2)
    with running():
        assert soon(lambda: Heartbeat.objects.filter(pk="bell").exists())
        begun = time.monotonic()
        trail.write(Ref("matters.matter", 7), "report", by=None, at=clock.now())
        outbox.announce(SirenSounded(3))
        assert soon(lambda: heard == [SirenSounded(3)], within=1.0)
        assert soon(lambda: not TrailUnsealed.objects.exists(), within=2.0)
        assert time.monotonic() - begun < 2.5
        assert soon(lambda: set(Heartbeat.objects.values_list("part", flat=True)) >= LOOPS)
        assert soon(lambda: Heartbeat.objects.filter(pk="kernel.take_up_abandoned").exists())
    assert sealing.verify().links == 1
    outbox.announce(SirenSounded(4))
    assert not soon(lambda: len(heard) > 1, within=1.2)


def test_it_outlives_a_database_that_drops_every_connection(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.1)
    monkeypatch.setitem(when.HEARD, SirenSounded, ())
    with running():
        assert soon(lambda: Heartbeat.objects.filter(pk="kernel.forget_delivered").exists())
        given = connection.get_connection_params()
        login = {key: given[key] for key in ("host", "port", "user", "password")}
        connection.close()
        with psycopg.connect(**login, dbname="postgres", autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [own_database],
            )
        trail.write(Ref("matters.matter", 7), "report", by=None, at=clock.now())
        outbox.announce(SirenSounded(3))
        assert soon(lambda: not TrailUnsealed.objects.exists())
        assert soon(lambda: not Announcement.objects.filter(delivered_at=None).exists())


def test_a_loop_that_fails_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.01)
    stop, rounds = threading.Event(), []

    def unlucky() -> None:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise OperationalError("数据库不在")
        if len(rounds) == 5:
            stop.set()

    part = worker.Part("sealer", unlucky, pause=0.01)
    with clock.moved(NOON):
        part.run(stop)
    assert len(rounds) == 5
    assert (part.seen_at, part.trouble) == (NOON, "")


def test_a_loop_that_never_worked_still_tells_the_doctor(db: None) -> None:
    stop = threading.Event()

    def broken() -> None:
        stop.set()
        raise OperationalError("磁盘已满")

    part = worker.Part("sealer", broken, pause=0.01)
    with clock.moved(NOON):
        thread = threading.Thread(target=part.run, args=[stop])
        thread.start()
        thread.join(10)
    worker._beat((part,))
    beat = Heartbeat.objects.get(pk="sealer")
    assert (beat.seen_at, beat.note) == (NOON, "OperationalError: 磁盘已满")


def test_what_it_listens_to_is_what_the_database_rings(own_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'anlan_ring'")
        assert f"'{delivery.CHANNEL}'" in cursor.fetchone()[0]
