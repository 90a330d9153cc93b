"""What a rule would have raised in the past (历史回测): tried before it goes live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .durations import SECOND
from .grades import Change, Grade, What
from .joining import Condition
from .judge import Judge
from .kinds import WatchRule
from .quality import UNFIT
from .silence import limits_of, meant_by, ranks_of
from .streams import Columns, Streams
from .units import UNITS

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
    until: int | None = None,
) -> list[Episode]:
    """The alarms these rules would have raised over stored points, in the order they rose.

    `until` is when history ends: who said nothing up to then had fallen silent.
    """
    judge = Judge(rules, streams, conditions=conditions, unfit=int(UNFIT))
    order = np.lexsort((points.stream, points.at))
    changes: list[Change] = []
    for begin in range(0, len(order), BATCH):
        changes += judge.judge(points.take(order[begin : begin + BATCH]))
    found = episodes(change for change in changes if not change.early)
    if until is not None:
        heard = points.take(order).take((points.flag[order] & UNFIT) == 0)
        silent = [rule for rule in rules if rule.kind == "silent" and rule.on]
        found += [each for rule in silent for each in _silences(rule, streams, heard, until)]
        found.sort(key=lambda each: (each.raised_at, each.rule))
    return found


def _silences(rule: WatchRule, streams: Streams, points: Columns, until: int) -> list[Episode]:
    """Where nothing came for too long: from when that was so up to the next point."""
    limits, ranks = limits_of(rule), ranks_of(rule)
    per = UNITS[rule.unit].factor * SECOND
    found = []
    for stream in np.flatnonzero(meant_by(rule, streams)).tolist():
        at = points.at[points.stream == stream]
        quiet = np.diff(at, append=max(until, int(at.max(initial=0))))
        for place in np.flatnonzero(quiet >= limits[0]).tolist():
            reached = int((quiet[place] >= limits).sum()) - 1
            over = int(at[place + 1]) if place + 1 < len(at) else None
            value, limit = round(float(quiet[place]) / per, 2), float(limits[reached]) / per
            found.append(
                Episode(
                    rule.key, int(streams.keys[stream]), int(streams.places[stream]),
                    Grade(int(ranks[reached])), int(at[place] + limits[0]), over, value, limit,
                )
            )  # fmt: skip
    return found


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
