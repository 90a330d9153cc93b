"""The judge's process (研判进程): judges what was stored as soon as it is, until told to stop."""

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import Error, connection

from anlan.kernel import catalogues, clock, pulse
from anlan.kernel.errors import Refused
from anlan.watch.actions import BELL, Feed, JudgeBench
from anlan.watch.models import watch_rules

from .catalogues import keep_fresh

NAME = "judge"
LOOKS_EVERY = 0.5  # seconds without a bell
REST = 0.02  # between rounds, that a burst is judged together
STALE_AFTER = timedelta(seconds=10)  # by then other rules, streams and works count
BEAT_EVERY = timedelta(seconds=5)
AFTER_TROUBLE = 1.0
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CATALOGUES = ("watch_rules", "watch_families")
_HOLD = "SELECT pg_try_advisory_lock(hashtext('anlan.judge'))"

_log = logging.getLogger("anlan.judge")


def run(stop: threading.Event) -> None:
    """Judge until told to stop; one process at a time, whatever dies begins again."""
    while not stop.is_set():
        try:
            _judge(stop)
        except Error as fault:
            _log.warning("the database is away: %s", fault)
            connection.close()
        except Exception as fault:  # it must be said, and the rest of the site must go on
            _log.exception("nothing is judged")
            _tell(str(fault) if isinstance(fault, Refused) else f"未能研判：{fault!r}")
        stop.wait(AFTER_TROUBLE)
    connection.close()


def _judge(stop: threading.Event) -> None:
    while not _alone():
        if stop.wait(LOOKS_EVERY):
            return
    with connection.wrap_database_errors:
        connection.connection.execute(f"LISTEN {BELL}")
    Feed().empty()
    sitting = _Sitting()
    while not stop.is_set():
        done = sitting.bench.round(at=clock.now())
        sitting.look_up(at=clock.now())
        if done.points:
            time.sleep(REST)
        else:
            _wait()
    sitting.bench.put_away([], at=clock.now())


@dataclass
class _Sitting:
    """A judge at work, and what it looks at besides the points."""

    bench: JudgeBench = field(init=False)
    looked: datetime = field(init=False)
    beaten: datetime = LONG_AGO

    def __post_init__(self) -> None:
        keep_fresh()
        self._open(clock.now())

    def _open(self, at: datetime) -> None:
        self.looked = at
        self.bench = JudgeBench(list(watch_rules().values()))
        self.bench.open(at=at)

    def look_up(self, *, at: datetime) -> None:
        """Leave a sign of life; take other rules and streams into account."""
        if at - self.beaten > BEAT_EVERY:
            # With a mistake in the rules, those of before go on judging, and it is said.
            wrong = [str(each) for each in catalogues.troubles() if each.name in CATALOGUES]
            pulse.beat(NAME, at=at, trouble="；".join([*wrong, *self.bench.judge.clashes[:3]]))
            self.beaten = at
        if at - self.looked > STALE_AFTER:
            self.looked = at
            keep_fresh()
            if list(watch_rules().values()) != self.bench.rules or self.bench.is_stale(at=at):
                self.bench.put_away([], at=at)
                self._open(at)


def _alone() -> bool:
    """One judge at a time: a lock of the session, which whoever dies lets go of."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD)
        (alone,) = cursor.fetchone()
    return bool(alone)


def _wait() -> None:
    """Until something was stored."""
    with connection.wrap_database_errors:
        list(connection.connection.notifies(timeout=LOOKS_EVERY, stop_after=1))


def _tell(trouble: str) -> None:
    try:
        pulse.beat(NAME, at=clock.now(), trouble=trouble)
    except Error:
        connection.close()
