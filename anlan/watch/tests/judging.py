"""Gauges and points for the tests of the judge: minutes and metres, not microseconds."""

from typing import Any

import numpy as np

from anlan.watch.rules import Columns, Judge, Streams, WatchRule

BEGIN = 1_718_000_000_000_000  # 2024-06-10 06:13:20 UTC
MINUTE = 60_000_000


def gauges(many: int = 1, *, unit: str = "m", late: int = 0, **levels: float) -> Streams:
    return Streams(
        keys=np.arange(many, dtype=np.int64) + 101,
        properties=["p"] * many,
        units=[unit] * many,
        places=np.full(many, 7, np.int64),
        stations=[f"s{each}" for each in range(many)],
        levels={name: np.full(many, value) for name, value in levels.items()},
        lateness=np.full(many, late * MINUTE, np.int64),
    )


def rule(kind: str = "threshold", **given: Any) -> WatchRule:
    facts: dict[str, Any] = {"key": "r", "label": "试", "kind": kind, "family": "river",
                             "observed": "p", "unit": "m"}  # fmt: skip
    return WatchRule(**(facts | given))


def points(*minutes_and_values: tuple[float, float], stream: int = 0) -> Columns:
    at = [BEGIN + round(minute * MINUTE) for minute, _ in minutes_and_values]
    return Columns.of([stream] * len(at), at, [value for _, value in minutes_and_values])


def said(judge: Judge, given: Columns) -> list[tuple[str, str, float]]:
    """What became of it, how grave, and at which minute."""
    return [(str(c.what), c.grade.name, (c.at - BEGIN) / MINUTE) for c in judge.judge(given)]
