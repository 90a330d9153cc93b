"""The processes that `anlan up` starts: `python -m anlan.cli.processes web|worker`."""

import asyncio
import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable

log = logging.getLogger("anlan")

SEAL_EVERY = 0.5  # seconds: an entry of the trail is chained within one second
ROUND_EVERY = 1.0  # seconds between two looks at what is due


def main(arguments: list[str]) -> None:
    """Become one part of the site until asked to stop."""
    _end_with_parent()
    if arguments[0] == "web":
        host, port, workers = arguments[1:]
        serve(host, int(port), int(workers))
    else:
        work()


def serve(host: str, port: int, workers: int) -> None:
    """The web: sync Django, so WSGI with threads (ASGI was three to five times slower)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "django.core.wsgi:get_wsgi_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=6,  # as many as the pool has connections
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def work() -> None:
    """Everything that time does: queued jobs, the seal of the trail, sweeps by their period."""
    import django

    django.setup()
    from anlan.wiring import every

    stop = threading.Event()
    loops = [
        threading.Thread(target=_loop, args=(stop, ROUND_EVERY, every.round), name="sweeps"),
        threading.Thread(target=_loop, args=(stop, SEAL_EVERY, every.seal), name="sealer"),
    ]
    for loop in loops:
        loop.start()
    try:
        asyncio.run(_jobs())
    finally:
        stop.set()
        for loop in loops:
            loop.join()


def _loop(stop: threading.Event, period: float, deed: Callable[[], object]) -> None:
    """One failure is logged and tried again: the clock of a district does not stop for it."""
    from django.db import close_old_connections, connection

    while not stop.wait(period):
        try:
            deed()
        except Exception:
            log.exception("%s: will be tried again", threading.current_thread().name)
            close_old_connections()
            stop.wait(2)
    connection.close()


async def _jobs() -> None:
    from anlan.kernel.jobs import app

    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        await worker_app.run_worker_async(install_signal_handlers=True, listen_notify=True)


def _end_with_parent() -> None:
    """Linux tells us when the supervisor was killed: no process of the site outlives it."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)
    if os.getppid() != int(os.environ["ANLAN_SUPERVISOR"]):
        sys.exit(1)  # it died before we could ask


if __name__ == "__main__":
    main(sys.argv[1:])
