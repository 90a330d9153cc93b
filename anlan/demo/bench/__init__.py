"""Benchmarks: each a function of its name that returns what `anlan bench NAME` prints."""

from typing import Any


def pages(*, size: int = 1_000_000) -> dict[str, Any]:
    """Whole pages over a ledger of `size` matters."""
    from .pages import measure

    return measure(size=size)


def import_(*, size: int = 10_000) -> dict[str, Any]:
    """An Excel table of `size` rows: read, checked, stored."""
    from .imports import run

    return run(size=size)


def trail(*, size: int = 1_000_000) -> dict[str, Any]:
    """What the trail costs, and how long verifying `size` entries takes."""
    from .trail import run

    return run(size=size)


def ingest(*, size: int = 10_000, seconds: float = 60) -> dict[str, Any]:
    """`size` streams with a rule each: stored in batches and over MQTT, and how soon an alarm."""
    from .ingest.run import run

    return run(size=size, seconds=seconds)


def peers(*, size: int = 10_000, seconds: float = 60) -> dict[str, Any]:
    """The same points to Anlan, Zabbix 6 and Prometheus, which have to be installed."""
    from .peers.run import run

    return run(size=size, seconds=seconds)


def map_(*, size: int = 10_000) -> dict[str, Any]:
    """Newest value and state of `size` stations, as the map asks for them."""
    from .latest import run

    return run(size=size)


def callup(*, size: int = 10_000) -> dict[str, Any]:
    """`size` people called up: handed over, and how soon they answer."""
    from .callup import run

    return run(size=size)


def figures(*, size: int = 1_000_000) -> dict[str, Any]:
    """The whole annual report and single figures over `size` matters, and records besides."""
    from .figures import measure

    return measure(size=size)
