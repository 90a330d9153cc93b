"""The processes of `anlan up`: web, worker, gateways, live, ingest, judge."""

import ctypes
import os
import signal
import sys
import threading


def main(arguments: list[str]) -> None:
    """Become one part of the site until asked to stop."""
    _end_with_parent()
    if arguments[0] == "web":
        host, port, workers = arguments[1:]
        serve(host, int(port), int(workers))
    elif arguments[0] == "live":
        host, port = arguments[1:]
        stream(host, int(port))
    elif arguments[0] == "gateways":
        send()
    elif arguments[0] == "ingest":
        take_in()
    elif arguments[0] == "judge":
        judge()
    else:
        work()


def serve(host: str, port: int, workers: int) -> None:
    """The web: sync Django, so WSGI with threads (ASGI was three to five times slower)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "anlan.web.wsgi:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,  # as many as the pool has connections
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
    ).serve()


def stream(host: str, port: int) -> None:
    """What changes, told to open pages: few words to many who wait, so ASGI and one process."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "anlan.web.live.serving:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=3,  # streams never end by themselves
        log_level=LogLevels.error,
    ).serve()


def work() -> None:
    """Everything that time does: the seal of the trail, announcements, sweeps, queued jobs."""
    import django

    django.setup()
    from anlan.wiring import worker

    worker.run(_until_asked())


def send() -> None:
    """The lines to the outside: messages and calls, and what is heard of them."""
    import django

    django.setup()
    from anlan.gateways import running

    running.run(_until_asked())


def take_in() -> None:
    """What devices send over MQTT, stored."""
    import django

    django.setup()
    from anlan.gateways import mqtt

    mqtt.run(_until_asked())


def judge() -> None:
    """What was stored, judged."""
    import django

    django.setup()
    from anlan.wiring import judge as judging

    judging.run(_until_asked())


def _until_asked() -> threading.Event:
    """Set when the process is asked to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _end_with_parent() -> None:
    """Linux tells us when the supervisor was killed: no process of the site outlives it."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)
    if os.getppid() != int(os.environ["ANLAN_SUPERVISOR"]):
        sys.exit(1)  # it died before we could ask


if __name__ == "__main__":
    main(sys.argv[1:])
