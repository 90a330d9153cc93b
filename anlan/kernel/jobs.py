"""Long work in the background (后台任务): exports, backups, imports.

Jobs are rows of the same database: one deferred within a deed exists exactly when the deed was
committed. Deadlines are never jobs, they are columns that sweeps look at. A job may run twice,
when its worker died over it, and must bear it.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import async_to_sync
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app as _app
from procrastinate.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")

SILENT_FOR = 60  # seconds without a sign of life: then a worker counts as dead
app: App = _app

# A full disk or a lost connection mends itself within minutes; a mistake does not.
_RETRY = RetryStrategy(max_attempts=3, exponential_wait=10)


def task(work: Callable[P, R]) -> Task[P, R, P]:
    """Let a function be done later: `export.defer(account=3, at=at.isoformat())`.

    Its arguments must be plain JSON values; it must live in a module that wiring imports.
    """
    name = f"{work.__module__}.{work.__qualname__}"
    return app.task(name=name, queue="long", retry=_RETRY)(work)


def take_up_abandoned() -> int:
    """Give jobs of workers that died back to the queue (接续中断任务); how many."""
    return async_to_sync(_take_up_abandoned)()


async def _take_up_abandoned() -> int:
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR))
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)


async def work_until_cancelled() -> None:
    """Do queued jobs, one after another, until the surrounding task is cancelled."""
    connector: Any = app.connector  # of Django; it knows the one that workers need
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(
            name="anlan",
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
        )
