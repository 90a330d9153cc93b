"""What the trail costs, and how long it takes to prove it: `anlan bench trail`.

Thirty-two clients take matters and hand them on, in rounds that change between writing the trail
and leaving it out; the background of the house runs all the while, sealer included. Then a trail
of `size` entries is sealed and verified.
"""

import multiprocessing
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connection, connections, transaction

from anlan.demo.district import Clock, District
from anlan.kernel import outbox, sealing, trail
from anlan.kernel.models import TrailEntry, TrailUnsealed
from anlan.matters.events import MatterTaken
from anlan.matters.flow import FLOW, Stage
from anlan.matters.models import Matter
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person
from anlan.wiring import worker
from anlan.wiring.now import now

PROCESSES, THREADS = 4, 8  # 32 clients
ROUNDS = 8  # of each kind
SMALL = 100_000  # entries: below, it is only a try

_fork = multiprocessing.get_context("fork")


# --- the deed -----------------------------------------------------------------------------------


@transaction.atomic
def _move(matter: Matter, by: Person, scope: Scope, *, with_trail: bool) -> None:
    """One deed with its five beats, or with four: take a matter, or hand it on when it is taken.

    The scope is made beforehand, as the web does once per request: with its reads inside, the
    trail would look cheaper than it is.
    """
    at = now()
    scope.may("matters.take", path=matter.area_path, sector=matter.sector)
    verb = "take" if matter.stage == Stage.DISPATCHED else "reassign"
    FLOW.move(matter, verb, at=at)
    if with_trail:
        trail.write(matter, verb, by=by, at=at, reason="属地调整", before=matter.owner_id)
    outbox.announce(MatterTaken(matter.pk))


# --- clients --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Round:
    """What all clients do at the same time; instants are of the machine's monotonic clock."""

    with_trail: bool
    begin: float
    end: float


def _client(matter_id: int, person_id: int, ask: _Round, done: list[int]) -> None:
    matter, person = Matter.objects.get(pk=matter_id), Person.objects.get(pk=person_id)
    scope, count = scope_of(person, at=now()), 0
    time.sleep(max(0.0, ask.begin - time.monotonic()))
    while time.monotonic() < ask.end:
        _move(matter, person, scope, with_trail=ask.with_trail)
        count += 1
    done.append(count)
    connection.close()


def _clients(pipe: Connection, matters: list[int], person_id: int) -> None:
    """A process with some of the clients in it."""
    while ask := pipe.recv():
        done: list[int] = []
        threads = [
            threading.Thread(target=_client, args=[matter, person_id, ask, done])
            for matter in matters
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if len(done) < len(matters):
            raise RuntimeError("a client failed: see its fault above")
        pipe.send(sum(done))


def _background() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run(stop)


class Crowd:
    """All clients, and the background of the house, each in processes of their own."""

    def __init__(self, matters: list[int], person_id: int) -> None:
        connections.close_all()  # a child must not share ours
        self.pipes: list[Connection] = []
        self.processes: list[BaseProcess] = [_fork.Process(target=_background)]
        for number in range(PROCESSES):
            ours, theirs = _fork.Pipe()
            mine = matters[number * THREADS : (number + 1) * THREADS]
            self.pipes.append(ours)
            self.processes.append(_fork.Process(target=_clients, args=[theirs, mine, person_id]))
        for process in self.processes:
            process.start()

    def go(self, *, seconds: float, with_trail: bool) -> float:
        """Deeds per second of one round."""
        begin = time.monotonic() + 1.0  # until then everyone is connected
        for pipe in self.pipes:
            pipe.send(_Round(with_trail, begin, begin + seconds))
        return float(sum(pipe.recv() for pipe in self.pipes)) / seconds

    def leave(self) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        self.processes[0].terminate()
        for process in self.processes:
            process.join()


def _matters(district: District) -> list[int]:
    """One dispatched hazard for each client."""
    at = now()
    place = {"area": district.taiping, "area_path": district.taiping.path}
    return [
        Matter.objects.create(
            number=f"YH{number:06}",
            kind="hazard",
            title="安全出口被堵",
            stage=Stage.DISPATCHED,
            source=Matter.Source.GRID,
            sector="fire",
            owner=district.taiping_station_post,
            checker=district.taiping_leader_post,
            found_at=at,
            dispatched_at=at,
            due_at=at + timedelta(days=15),
            search=f"YH{number:06} 安全出口被堵",
            **place,
        ).pk
        for number in range(PROCESSES * THREADS)
    ]


@contextmanager
def _crowd() -> Iterator[Crowd]:
    district = District(Clock(now()))
    crowd = Crowd(_matters(district), district.zhao_taiping_station.pk)
    try:
        yield crowd
    finally:
        crowd.leave()


def throughput(*, seconds: float) -> dict[str, Any]:
    """Deeds per second with and without the trail, in rounds by turns."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    backlog: list[float] = []
    with _crowd() as crowd:
        crowd.go(seconds=seconds / 2, with_trail=True)  # to warm up
        for number in range(2 * ROUNDS):
            # on, off, off, on: neither kind profits from going first
            with_trail = number % 4 in (0, 3)
            rates[with_trail].append(crowd.go(seconds=seconds, with_trail=with_trail))
            if with_trail:
                backlog.append(_until_sealed())
    with_it, without = statistics.mean(rates[True]), statistics.mean(rates[False])
    return {
        "clients": PROCESSES * THREADS,
        "with_trail_tx_per_s": round(with_it),
        "without_trail_tx_per_s": round(without),
        "ratio": round(with_it / without, 3),
        "with_trail_rounds": [round(rate) for rate in rates[True]],
        "without_trail_rounds": [round(rate) for rate in rates[False]],
        "sealed_after_s": round(max(backlog), 2),
    }


def _until_sealed() -> float:
    begin = time.monotonic()
    while TrailUnsealed.objects.exists():
        time.sleep(0.01)
    return time.monotonic() - begin


# --- proof ----------------------------------------------------------------------------------------

_HISTORY = """
INSERT INTO kernel_trailentry
  (subject_kind, subject_id, verb, person_id, post_id, actor, office, at, note)
SELECT 'matters.matter', n / 5, (ARRAY['report','dispatch','take','submit','accept'])[1 + n %% 5],
  n %% 9400, n %% 700, '赵站长', '太平街道应急管理站', now() - n * interval '10 s',
  jsonb_build_object('reason', '安全出口被堵,现场督促整改', 'due', '2024-06-27', 'round', n %% 3)
FROM generate_series(1, %s) AS n
"""


def proof(*, size: int) -> dict[str, Any]:
    """Entries sealed and verified per second, over a trail of this size."""
    missing = max(0, size - TrailEntry.objects.count())
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [missing])
        cursor.execute("ANALYZE kernel_trailentry")
    begin, at = time.monotonic(), now()
    while sealing.seal(at=at):
        pass
    sealed = time.monotonic()
    verdict = sealing.verify()
    verified = time.monotonic()
    if not verdict.ok or verdict.unsealed:
        raise RuntimeError(verdict.words)
    return {
        "entries": verdict.links,
        "sealed_per_s": round(missing / (sealed - begin)),
        "verify_s": round(verified - sealed, 1),
        "verified_per_s": round(verdict.links / (verified - sealed)),
    }


def run(*, size: int = 1_000_000) -> dict[str, Any]:
    """The whole bench; `size` is the length of the trail that is verified."""
    seconds = 3.0 if size >= SMALL else 1.0
    return {**throughput(seconds=seconds), **proof(size=size)}
