"""What the page of one alarm shows: why it was raised, the points, what was done about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anlan.matters.access import visible_to as matters_visible_to
from anlan.matters.models import Matter
from anlan.watch import actions
from anlan.watch.access import warnings_visible_to
from anlan.watch.models import Alarm, AlarmPart, Warning, watch_rules
from anlan.watch.models.reading import series
from anlan.watch.rules import Grade, durations, factor, label_of

from ..deeds import Line, history_of
from ..ledgers.asker import Asker
from .chart import Chart, chart_of

LABELS = {"reason": "原因", "outcome": "处置结果", "until": "静默到", "was": "原等级",
          "grade": "等级", "matter": "任务", "rule": "规则"}  # fmt: skip
OF_TIME = {"grade": "等级变化", "clear": "恢复平稳"}  # what no person does
OF_GRADES = (LABELS["was"], LABELS["grade"])
MOST_CHARTS = 6
BEFORE = timedelta(hours=3)
LONGEST = timedelta(days=40)


@dataclass(frozen=True)
class Part:
    """One part with the words that explain it, and its points."""

    part: AlarmPart
    why: str
    clause: str
    lasted: str
    chart: Chart | None


@dataclass(frozen=True)
class Page:
    """Everything on the page of one alarm."""

    parts: list[Part]
    lines: list[Line]
    matter: Matter | None
    warnings: list[Warning]
    lasted: str


def page_of(alarm: Alarm, asker: Asker) -> Page:
    """Gather the page as this person may see it."""
    rows = alarm.parts.select_related("stream__station").order_by("-grade", "-worst", "raised_at")
    seen = matters_visible_to(asker.scope).filter(pk=alarm.matter_id or 0)
    return Page(
        parts=[_part(row, number, asker.at) for number, row in enumerate(rows[:40])],
        lines=[_spoken(line) for line in history_of(alarm, actions, LABELS)],
        matter=seen.first(),
        warnings=list(warnings_visible_to(asker.scope).filter(alarm=alarm).order_by("pk")),
        lasted=_lasted(alarm.since, alarm.over_at or asker.at),
    )


def _spoken(line: Line) -> Line:
    """What time did, and the grades, in words: 等级变化 原等级 警示."""
    grades = {str(int(grade)): grade.label for grade in Grade}
    said = [
        (name, grades.get(words, words) if name in OF_GRADES else words)
        for name, words in line.said
    ]
    return replace(line, deed=OF_TIME.get(line.entry.verb, line.deed), said=said)


def _part(row: AlarmPart, number: int, at: datetime) -> Part:
    chart = _chart(row, at) if number < MOST_CHARTS and row.stream else None
    clause = str(row.said.get("clause") or "")
    return Part(row, why(row), clause, _lasted(row.since, row.over_at or at), chart)


def why(row: AlarmPart) -> str:
    """In a sentence: what was measured, against what, over how long."""
    kind, unit = str(row.said.get("kind")), label_of(str(row.said.get("unit", "")))
    over = f"{durations.words(row.window_s * 1_000_000)}内" if row.window_s else ""
    value, limit = f"{row.value:g}{unit}", f"{row.limit:g}{unit}"
    if kind == "several":
        return "几条规则同时成立：" + "、".join(_labels(row))
    if kind == "silent":
        return f"已 {value}没有数据，超过 {limit}就算失联"
    if kind == "accumulation":
        return f"{over}累计 {value}，限值 {limit}"
    less = row.said.get("direction") == "below"
    verb = "上涨" if kind == "rate" else ""
    word = "低于" if less else "达到或超过"
    if row.over_at is not None:
        most = f"最{'低' if less else '高'} {row.peak:g}{unit}"
        return f"{over}{verb}曾{word}限值，{most}，现已回落到 {value}"
    return f"{over}{verb} {value}，{word}限值 {limit}"


def _labels(row: AlarmPart) -> list[str]:
    known = watch_rules()
    of = row.said.get("of")
    keys = of if isinstance(of, list) else []
    return [known[key].label if key in known else str(key) for key in keys]


def _chart(row: AlarmPart, at: datetime) -> Chart | None:
    stream = row.stream
    if stream is None:
        return None
    until = min(row.over_at or at, at) + timedelta(minutes=30)
    since = max(row.since - BEFORE - timedelta(seconds=row.window_s), until - LONGEST)
    points = series([stream.pk], since, until).columns
    return chart_of(
        points,
        since=since,
        until=until,
        limits=_limits(row, stream.unit),
        spans=[(row.raised_at, row.over_at or at)],
        unit=label_of(stream.unit),
    )


def _limits(row: AlarmPart, unit: str) -> list[tuple[float, str]]:
    """The rule's limits in the stream's unit, where they are of the same thing as its values."""
    rule = watch_rules().get(row.rule)
    if rule is None or rule.kind not in ("threshold", "level"):
        return []
    if rule.kind == "level" and row.stream and rule.levels:
        own = row.stream.thresholds
        return [(float(own[name]), Grade[grade].label)
                for grade, name in rule.levels.items() if own.get(name)]  # fmt: skip
    times = factor(rule.unit, unit) or 1.0
    return [(limit * times, Grade[grade].label) for grade, limit in (rule.grades or {}).items()]


def _lasted(since: datetime, until: datetime) -> str:
    return durations.words(round((until - since).total_seconds()) * 1_000_000)
