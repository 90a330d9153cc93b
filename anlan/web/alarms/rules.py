"""Rules in words, as whoever answers for them reads them (监测规则)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anlan.watch.models import families, properties
from anlan.watch.models.streams import Stream
from anlan.watch.rules import GRADES, LEVELS, Episode, WatchRule, durations, label_of

KINDS = {
    "threshold": "超过限值",
    "level": "超过特征水位",
    "accumulation": "累计量",
    "rate": "变化速率",
    "slope_rate": "位移速率",
    "tangent": "切线角",
    "silent": "失联",
    "several": "多条规则联合",
}
TIMES = {"window": "时间窗", "lasting": "持续", "hold": "回落保持", "gap": "中断"}


@dataclass(frozen=True)
class Told:
    """A rule for people: what of, which grades from when, how long."""

    rule: WatchRule
    kind: str
    family: str
    observed: str
    grades: list[tuple[int, str, str]]
    terms: list[str]


@dataclass(frozen=True)
class Would:
    """An alarm that would have been."""

    stream: str
    grade: int
    label: str
    raised_at: datetime
    over_at: datetime | None
    lasted: str
    value: str
    limit: str


def told(rule: WatchRule) -> Told:
    known = properties()
    observed = known[rule.observed].label if rule.observed in known else rule.observed
    family = families().get(rule.family)
    grades = [(int(grade), grade.label, _limit(rule, grade.name)) for grade in GRADES]
    return Told(
        rule=rule,
        kind=KINDS[rule.kind],
        family=family.label if family else rule.family,
        observed=observed,
        grades=[each for each in grades if each[2]],
        terms=_terms(rule),
    )


def _limit(rule: WatchRule, grade: str) -> str:
    unit = label_of(rule.unit)
    if rule.grades and grade in rule.grades:
        sign = "≤" if rule.direction == "below" else "≥"
        return f"{sign} {rule.grades[grade]:g}{unit}"
    if rule.levels and grade in rule.levels:
        return LEVELS[rule.levels[grade]]
    if rule.when and grade in rule.when:
        return rule.when[grade]
    some = [one for one in rule.amounts if one.grade == grade]
    return " 或 ".join(f"{durations.words(one.window)} {one.at_least:g}{unit}" for one in some)


def _terms(rule: WatchRule) -> list[str]:
    found = []
    for name, words in (
        ("window", "时间窗"),
        ("lasting", "持续"),
        ("hold", "回落保持"),
        ("gap", "中断"),
    ):
        length = durations.microseconds(getattr(rule, name))
        if length:
            found.append(f"{words} {durations.words(length)}")
    if rule.hysteresis:
        found.append(f"回差 {rule.hysteresis:g}{label_of(rule.unit)}")
    return found


def episode(each: Episode, named: dict[int, Stream], places: dict[int, str]) -> Would:
    """As a row of the table; one over several streams is told by its place."""
    row = named.get(each.stream)
    raised, over = _moment(each.raised_at), _moment(each.over_at) if each.over_at else None
    return Would(
        stream=f"{row.station.name} · {row.name}"
        if row
        else f"{places.get(each.place, '')} 多个测点".strip(),
        grade=int(each.grade),
        label=each.grade.label,
        raised_at=raised,
        over_at=over,
        lasted=durations.words((each.over_at or each.raised_at) - each.raised_at) if over else "",
        value=f"{each.value:g}",
        limit=f"{each.limit:g}",
    )


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
