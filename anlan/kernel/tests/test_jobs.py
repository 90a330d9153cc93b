"""Long work is deferred with its deed, done later, and taken up again when its worker died."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from anlan.kernel import jobs

done: list[str] = []


@jobs.task
def export_ledger(*, town: str) -> None:
    if town == "坏表":
        raise ValueError("表格损坏")
    done.append(town)


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> None:
    done.clear()


@contextlib.contextmanager
def a_worker() -> Iterator[None]:
    stop = threading.Event()

    async def work() -> None:
        task = asyncio.create_task(jobs.work_until_cancelled())
        while not stop.is_set():
            await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def soon(holds: "object") -> bool:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if callable(holds) and holds():
            return True
        time.sleep(0.05)
    return False


def test_a_deferred_job_is_done_and_leaves_nothing_behind(own_database: str) -> None:
    with a_worker():
        export_ledger.defer(town="泽国镇")
        assert soon(lambda: done == ["泽国镇"])
        assert soon(lambda: not ProcrastinateJob.objects.exists())


def test_a_job_exists_exactly_when_its_deed_was_committed(own_database: str) -> None:
    with contextlib.suppress(RuntimeError), transaction.atomic():
        export_ledger.defer(town="泽国镇")
        raise RuntimeError("停电")
    assert not ProcrastinateJob.objects.exists()


def test_a_job_that_fails_waits_for_another_try(own_database: str) -> None:
    with a_worker():
        export_ledger.defer(town="坏表")
        assert soon(lambda: ProcrastinateJob.objects.filter(status="todo", attempts=1).exists())


def test_a_job_whose_worker_died_is_taken_up_again(own_database: str) -> None:
    job = export_ledger.defer(town="泽国镇")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
    assert jobs.take_up_abandoned() == 1
    assert jobs.take_up_abandoned() == 0
    with a_worker():
        assert soon(lambda: done == ["泽国镇"])


def test_its_name_says_where_it_lives() -> None:
    assert export_ledger.name == f"{__name__}.export_ledger"
