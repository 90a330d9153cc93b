"""What an alarm says, in sentences (告警原话): for who is told of it, and for a warning's draft."""

from collections.abc import Sequence
from datetime import datetime

from anlan.kernel.trail import LOCAL

from .. import rules
from .alarms import Alarm, AlarmPart, watch_rules
from .observations import Latest

FRESH = ("threshold", "level")  # kinds whose newest value says the same as the one that raised it


def sentences_of(alarm: Alarm, *, most: int = 5) -> str:
    """Its gravest parts: where, when, how much, and how much is too much."""
    rows = alarm.parts.select_related("stream__station", "stream__latest", "area")
    parts = list(rows.order_by("-grade", "-worst", "raised_at", "pk"))
    going_on = [part for part in parts if part.over_at is None] or parts
    told = [_measured(part) for part in going_on[:most]]
    places = [one.place for one in told]  # the gravest place first, each place together
    told = sorted(told, key=lambda one: places.index(one.place))
    more = len(going_on) - len(told)
    return rules.sentences(told) + (f"另有{more}处超限。" if more else "")


def _measured(part: AlarmPart) -> rules.Measured:
    said = part.said
    value, at = _newest(part) if part.over_at is None else (part.peak, part.raised_at)
    return rules.Measured(
        at=at.astimezone(LOCAL),
        place=str(said.get("station") or part.area.name),
        of=str(said.get("observed") or (part.stream.spec.label if part.stream else "")),
        kind=str(said.get("kind")),
        unit=str(said.get("unit", "")),
        value=value,
        limit=part.limit,
        limit_is=_limit_is(part),
        window_s=part.window_s,
        below=said.get("direction") == "below",
        once=part.over_at is not None,
        says=f"{said.get('label', '')}（{'、'.join(_labels(said.get('of')))}同时成立）",
    )


def _newest(part: AlarmPart) -> tuple[float, datetime]:
    """What was measured last, where that is as grave; else what raised it, and when that was."""
    value, at = part.value, part.valued_at or part.raised_at
    newest: Latest | None = getattr(part.stream, "latest", None) if part.stream else None
    if part.said.get("kind") not in FRESH or newest is None or newest.value is None:
        return value, at
    times = rules.factor(part.stream.unit, str(part.said.get("unit"))) if part.stream else None
    if times is None or newest.flag or newest.at <= at:
        return value, at
    below = part.said.get("direction") == "below"
    now = newest.value * times
    grave = now <= part.limit if below else now >= part.limit
    return (now, newest.at) if grave else (value, at)


def _limit_is(part: AlarmPart) -> str:
    """保证水位, where the limit is a station's own level; else only that it is one."""
    known = watch_rules().get(part.rule)
    rule_says = {str(grade): str(name) for grade, name in ((known and known.levels) or {}).items()}
    levels: dict[str, str] = part.said.get("levels") or rule_says
    grade = part.worst if part.over_at is not None else part.grade
    return rules.LEVELS.get(levels.get(rules.Grade(grade).name, ""), "限值")


def _labels(keys: object) -> Sequence[str]:
    known = watch_rules()
    named = keys if isinstance(keys, list) else []
    return [known[key].label if key in known else str(key) for key in named]
