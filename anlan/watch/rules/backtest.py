"""What a rule would have raised in the past (历史回测): tried before it goes live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .grades import Change, Grade, What
from .joining import Condition
from .judge import Judge
from .kinds import WatchRule
from .streams import Columns, Streams

BATCH = 50_000


@dataclass(frozen=True)
class Episode:
    """One alarm that would have been (回测告警): when it rose and fell, how grave it got."""

    rule: str
    stream: int
    place: int
    grade: Grade
    raised_at: int
    over_at: int | None
    value: float
    limit: float


def tried(
    rules: Sequence[WatchRule],
    streams: Streams,
    points: Columns,
    *,
    conditions: Mapping[str, Mapping[Grade, Condition]] | None = None,
) -> list[Episode]:
    """The alarms these rules would have raised over stored points, in the order they rose."""
    judge = Judge(rules, streams, conditions=conditions)
    order = np.lexsort((points.stream, points.at))
    changes: list[Change] = []
    for begin in range(0, len(order), BATCH):
        changes += judge.judge(points.take(order[begin : begin + BATCH]))
    return episodes(change for change in changes if not change.early)


def episodes(changes: Iterable[Change]) -> list[Episode]:
    """Changes told as alarms: each from its raising to its end."""
    going_on: dict[tuple[str, int, int], Episode] = {}
    over: list[Episode] = []
    for change in changes:
        key = (change.rule, change.stream, change.place)
        if change.what is What.RAISED:
            going_on[key] = Episode(*key, change.grade, change.at, None, change.value, change.limit)
        elif key in going_on:
            was = going_on.pop(key)
            if change.what is What.CLEARED:
                over.append(_ended(was, change))
            else:
                going_on[key] = _graded(was, change)
    return sorted([*over, *going_on.values()], key=lambda each: (each.raised_at, each.rule))


def _ended(was: Episode, change: Change) -> Episode:
    return Episode(
        was.rule, was.stream, was.place, was.grade, was.raised_at, change.at, was.value, was.limit
    )


def _graded(was: Episode, change: Change) -> Episode:
    if change.grade <= was.grade:
        return was
    return Episode(
        was.rule, was.stream, was.place, change.grade, was.raised_at, None, change.value,
        change.limit,
    )  # fmt: skip
