"""The judge's process (研判进程): judges what was stored as soon as it is, until told to stop."""

import logging
import threading
import time
from datetime import timedelta

from django.db import Error, connection

from anlan.kernel import clock, pulse
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
        except Refused as refusal:
            _log.error("the rules cannot be used: %s", refusal)
            _beat(str(refusal))
        stop.wait(AFTER_TROUBLE)
    connection.close()


def _judge(stop: threading.Event) -> None:
    while not _alone():
        if stop.wait(LOOKS_EVERY):
            return
    connection.connection.execute(f"LISTEN {BELL}")
    Feed().empty()
    bench = _opened()
    looked = beaten = clock.now()
    while not stop.is_set():
        done = bench.round(at=clock.now())
        at = clock.now()
        if at - beaten > BEAT_EVERY:
            _beat("；".join(bench.judge.clashes[:3]))
            beaten = at
        if at - looked > STALE_AFTER:
            looked = at
            if _changed(bench):
                bench.put_away([], at=at)
                bench = _opened()
        if done.points:
            time.sleep(REST)
        else:
            _wait()
    bench.put_away([], at=clock.now())


def _opened() -> JudgeBench:
    bench = JudgeBench(list(watch_rules().values()))
    bench.open(at=clock.now())
    return bench


def _changed(bench: JudgeBench) -> bool:
    keep_fresh()
    return list(watch_rules().values()) != bench.rules or bench.is_stale(at=clock.now())


def _alone() -> bool:
    """One judge at a time: a lock of the session, which whoever dies lets go of."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD)
        (alone,) = cursor.fetchone()
    return bool(alone)


def _wait() -> None:
    """Until something was stored."""
    list(connection.connection.notifies(timeout=LOOKS_EVERY, stop_after=1))


def _beat(trouble: str) -> None:
    try:
        pulse.beat(NAME, at=clock.now(), trouble=trouble)
    except Error:
        connection.close()
