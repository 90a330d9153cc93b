"""The background of the house (后台): seals, delivers, sweeps and does long work, until stopped."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from anlan.kernel import clock, delivery, jobs, pulse, sealing

from . import every, when
from .catalogues import keep_fresh

BATCH = 5000  # entries sealed in one transaction
BEAT_EVERY = 5.0  # seconds
AFTER_TROUBLE = 2.0  # seconds
STOPPED_WITHIN = 15.0  # seconds for what is being done

_log = logging.getLogger("anlan.worker")


@dataclass
class Part:
    """One loop in a thread of its own: a round, again and again; no fault ever ends it."""

    name: str
    round: Callable[[], object]
    pause: float  # seconds between rounds, unless the bell rings
    rest: float = 0.0  # seconds between rounds even when it rings: many small batches cost more
    bell: threading.Event = field(default_factory=threading.Event)
    seen_at: datetime | None = None
    trouble: str = ""

    def run(self, stop: threading.Event) -> None:
        """Go round until told to stop."""
        self.seen_at = clock.now()  # begun: trouble at the first round must show as well
        while not stop.is_set():
            try:
                self.round()
            except Exception as fault:  # the database may be gone: try until it is back
                _log.exception("%s failed and will be tried again", self.name)
                self.trouble = f"{type(fault).__name__}: {fault}"
                connection.close()
                stop.wait(AFTER_TROUBLE)
                continue
            self.seen_at, self.trouble = clock.now(), ""
            stop.wait(self.rest)
            self.bell.wait(self.pause)
            self.bell.clear()
        connection.close()


def run(stop: threading.Event) -> None:
    """Do all that announcements, time and deferred jobs ask for, until `stop` is set."""
    sealer = Part("sealer", _seal, pause=0.7, rest=0.2)
    messenger = Part("delivery", _deliver, pause=1.0)
    sweeper = Part("sweeps", _sweep, pause=1.0)
    bells = (sealer.bell, messenger.bell)
    listener = Part("bell", lambda: _listen(stop, listener, bells), pause=0.0)
    labourer = Part("jobs", lambda: asyncio.run(_labour(stop, labourer)), pause=0.0)
    parts = (sealer, messenger, sweeper, listener, labourer)
    threads = [
        threading.Thread(target=part.run, args=[stop], name=part.name, daemon=True)
        for part in parts
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(BEAT_EVERY):
        _beat(parts)
    for part in parts:
        part.bell.set()
    for thread in threads:
        thread.join(STOPPED_WITHIN)
    connection.close()


# --- rounds -----------------------------------------------------------------------------------


def _seal() -> None:
    while sealing.seal(at=clock.now(), limit=BATCH) == BATCH:
        pass


def _deliver() -> None:
    delivery.deliver(when.HEARD, at=clock.now())


def _sweep() -> None:
    keep_fresh()
    every.sweep_due(at=clock.now())


def _listen(stop: threading.Event, part: Part, bells: tuple[threading.Event, ...]) -> None:
    """Wake the others when something was announced; they look once a second anyway."""
    connection.ensure_connection()
    line = connection.connection
    line.execute(f"LISTEN {delivery.CHANNEL}")
    while not stop.is_set():
        part.seen_at = clock.now()
        if list(line.notifies(timeout=0.5, stop_after=1)):
            for bell in bells:
                bell.set()
            stop.wait(0.05)  # what rings meanwhile is heard all at once


async def _labour(stop: threading.Event, part: Part) -> None:
    work = asyncio.create_task(jobs.work_until_cancelled())
    while not stop.is_set() and not work.done():
        part.seen_at = clock.now()
        await asyncio.wait([work], timeout=0.5)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


def _beat(parts: tuple[Part, ...]) -> None:
    try:
        for part in parts:
            if part.seen_at:
                pulse.beat(part.name, at=part.seen_at, trouble=part.trouble)
    except Exception:  # without a database there is no sign of life to leave
        _log.exception("no heartbeat could be written")
        connection.close()
