"""What time does by itself (定时扫描): a table of periods and sweeps.

Each sweep runs alone under a lock of the database, whoever and however many workers there are, and
is safe to run twice. One that fails is logged, kept for `anlan doctor`, and tried again within a
minute; it never stops the others.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection

from anlan.accidents import sweeps as accidents
from anlan.callup import sweeps as callup
from anlan.dues import sweeps as dues
from anlan.duty import sweeps as duty
from anlan.kernel import delivery, files, jobs, nonces, pulse
from anlan.kernel.models import Heartbeat
from anlan.matters import sweeps as matters
from anlan.papers import sweeps as papers
from anlan.people import sweeps as people
from anlan.registry import sweeps as registry
from anlan.watch import sweeps as watch

AFTER_TROUBLE = timedelta(minutes=1)

_log = logging.getLogger("anlan.sweeps")


class Work(Protocol):
    """A function of some room's sweeps."""

    def __call__(self, *, at: datetime) -> Any: ...


@dataclass(frozen=True)
class Sweep:
    """One line of the table."""

    period: timedelta
    name: str  # room and function: also the part that shows its heartbeat
    work: Work


def _take_up_abandoned(*, at: datetime) -> int:
    return jobs.take_up_abandoned()  # by the heartbeats of its workers, not by our clock


def _forget_unfinished(*, at: datetime) -> int:
    return files.forget_unfinished(at - DAY)  # no upload takes a day: what is older was cut off


SECOND = timedelta(seconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# fmt: off
EVERY = (
    Sweep(SECOND, "callup.call_on",                 callup.call_on),
    Sweep(5 * SECOND, "callup.release_leases",      callup.release_leases),
    Sweep(MINUTE, "callup.remind_of_approvals",     callup.remind_of_approvals),
    Sweep(MINUTE, "callup.end_notices",             callup.end_notices),
    Sweep(MINUTE, "matters.escalate_overdue",       matters.escalate_overdue),
    Sweep(MINUTE, "matters.supervise_overdue",      matters.supervise_overdue),
    Sweep(MINUTE, "matters.pass_up_supervision",    matters.pass_up_supervision),
    Sweep(MINUTE, "matters.wake_lapsed_extensions", matters.wake_lapsed_extensions),
    Sweep(MINUTE, "accidents.mark_missed",          accidents.mark_missed),
    Sweep(HOUR,   "accidents.fix_finals",           accidents.fix_finals),
    Sweep(MINUTE, "people.end_expired_grants",      people.end_expired_grants),
    Sweep(MINUTE, "duty.lapse_swaps",               duty.lapse_swaps),
    Sweep(MINUTE, "duty.mark_not_arrived",          duty.mark_not_arrived),
    Sweep(MINUTE, "duty.mark_not_taken",            duty.mark_not_taken),
    Sweep(5 * MINUTE, "duty.tell_uncovered",        duty.tell_uncovered),
    Sweep(5 * MINUTE, "papers.mark_late_replies",   papers.mark_late_replies),
    Sweep(HOUR,   "dues.climb_ladders",             dues.climb_ladders),
    Sweep(HOUR,   "people.mark_stale",              people.mark_stale),
    Sweep(HOUR,   "people.open_due_rounds",         people.open_due_rounds),
    Sweep(HOUR,   "registry.mark_stale",            registry.mark_stale),
    Sweep(MINUTE, "watch.sum_up",                   watch.sum_up),
    Sweep(MINUTE, "watch.mark_silent",              watch.mark_silent),
    Sweep(MINUTE, "watch.unsilence_alarms",         watch.unsilence_alarms),
    Sweep(MINUTE, "watch.expire_warnings",          watch.expire_warnings),
    Sweep(10 * MINUTE, "watch.index_parts",         watch.index_parts),
    Sweep(HOUR,   "watch.prepare_parts",            watch.prepare_parts),
    Sweep(DAY,    "watch.forget_old",               watch.forget_old),
    Sweep(MINUTE, "kernel.take_up_abandoned",       _take_up_abandoned),
    Sweep(DAY,    "kernel.forget_delivered",        delivery.forget_delivered),
    Sweep(DAY,    "kernel.forget_unfinished",       _forget_unfinished),
    Sweep(HOUR,   "kernel.forget_spent",            nonces.forget_spent),
)
# fmt: on


def sweep_due(*, at: datetime, table: tuple[Sweep, ...] = EVERY) -> list[str]:
    """Run every sweep whose period is over; the names of those that ran, well or not."""
    beats = Heartbeat.objects.in_bulk([sweep.name for sweep in table])
    due = [sweep for sweep in table if _is_due(sweep, beats.get(sweep.name), at)]
    return [sweep.name for sweep in due if _run(sweep, at)]


def _is_due(sweep: Sweep, beat: Heartbeat | None, at: datetime) -> bool:
    if beat is None or beat.seen_at > at:  # never run, or the clock was set back
        return True
    pause = min(sweep.period, AFTER_TROUBLE) if beat.note else sweep.period
    return at >= beat.seen_at + pause


def _run(sweep: Sweep, at: datetime) -> bool:
    with _alone(sweep.name) as alone:
        # Asked again under the lock: another worker may just have done it.
        if not alone or not _is_due(sweep, Heartbeat.objects.filter(pk=sweep.name).first(), at):
            return False
        trouble = ""
        try:
            sweep.work(at=at)
        except Exception as fault:  # the next sweep has nothing to do with it
            _log.exception("sweep %s failed", sweep.name)
            trouble = f"{type(fault).__name__}: {fault}"
        pulse.beat(sweep.name, at=at, trouble=trouble)
        return True


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """A lock of the session, since a sweep takes many transactions; freed if the worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('anlan.sweep'), hashtext(%s))", [name])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtext('anlan.sweep'), hashtext(%s))", [name]
                )
