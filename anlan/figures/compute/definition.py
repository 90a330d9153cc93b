"""What a figure is: one entry of catalogues/figures.yaml, judged by itself (指标)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from anlan.figures.rules import BadPeriod, formulas, parse_period, streaks
from anlan.figures.sources import BODIES, SOURCES, STANDING, VISITS, Source
from anlan.kernel.catalogues import nearest
from anlan.kernel.errors import Invalid

Kind = Literal[
    "count", "sum", "distinct", "duration", "rate", "share", "ratio", "yoy", "period_on_period",
    "points", "rank", "progress", "streak", "formula", "coverage",
]  # fmt: skip
COUNTED = ("count", "sum", "distinct", "duration")  # from rows; the others from other figures
ADDITIVE = ("count", "sum")  # whose parts add up to them
PARTS_OF_A_HUNDRED = ("rate", "share", "progress", "coverage")
POINTS = ("百分点", "个百分点")

# What each kind must say, and what it may say besides.
_MUST: dict[str, tuple[str, ...]] = {
    "count": ("source", "moment"),
    "sum": ("source", "moment", "of"),
    "distinct": ("source", "moment", "of"),
    "duration": ("source", "moment", "since"),
    "rate": ("part", "whole"),
    "share": ("part", "whole"),
    "ratio": ("part", "whole"),
    "yoy": ("figure",),
    "period_on_period": ("figure",),
    "points": ("figure",),
    "rank": ("figure", "best"),
    "progress": ("figure",),
    "streak": ("figure", "step", "holds", "at_most"),
    "formula": ("formula",),
    "coverage": ("due", "figure"),
}
_OF_ROWS = ("state", "kinds", "where")
_MAY: dict[str, tuple[str, ...]] = {
    "count": ("of", *_OF_ROWS),
    "sum": _OF_ROWS,
    "distinct": _OF_ROWS,
    "duration": ("statistic", *_OF_ROWS),
    "progress": ("goal", "goals", "goal_figure", "period"),
    "formula": ("places",),
    "ratio": ("places",),
}
_ALWAYS = ("key", "label", "unit", "kind", "scope", "clause", "group", "places")


@dataclass(frozen=True)
class Figure:
    """One definition (指标): what is counted, when it counts, and what it is called.

    `of` is what of the rows is counted or added: nothing for the rows themselves, `visits` (家次),
    `bodies` (家, distinct), `person_times`, or a number such as `counts.trained` of records and
    `attributes.capacity` of items. Derived kinds name other figures in `part` and `whole`,
    `figure`, `goal_figure` or `formula`.
    """

    key: str
    label: str
    unit: str
    kind: Kind
    scope: str
    clause: str
    group: str = ""  # under which heading it is listed
    source: str = ""
    moment: str = ""
    state: str = ""
    kinds: tuple[str, ...] = ()  # of records, items, charges; empty for all
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of: str = ""
    since: str = ""
    statistic: Literal["", "median", "mean", "p95"] = ""
    part: str = ""
    whole: str = ""
    figure: str = ""
    due: str = ""  # of catalogues/dues.yaml: how much of it was met; `figure` opens what was done
    best: Literal["", "high", "low"] = ""
    goal: Decimal | None = None
    goals: Mapping[str, Decimal] = field(default_factory=dict)  # by area code
    goal_figure: str = ""
    period: str = ""  # of a target: the year or season it is set for, or each year anew
    step: Literal["", "month", "quarter", "year"] = ""
    holds: str = ""  # condition (CEL) over value and before
    at_most: int = 0  # how many steps a streak is followed back
    formula: str = ""
    places: int = 2

    def __post_init__(self) -> None:
        self._says_what_its_kind_needs()
        if self.kind in COUNTED:
            self._suits_its_source(self._source())
        if self.kind in (*PARTS_OF_A_HUNDRED, "yoy", "period_on_period") and self.unit != "%":
            raise ValueError(f"「{self.label}」算出的是百分数,unit 要写 %,写的是「{self.unit}」")
        if self.kind == "points" and self.unit not in POINTS:
            raise ValueError(
                f"「{self.label}」算出的是百分点,unit 要写百分点,不能写「{self.unit}」"
            )
        if self.kind == "progress":
            self._has_one_goal()
        if self.kind == "streak":
            self._ends()
        if self.formula:
            formulas.parsed(self.formula)

    @property
    def operands(self) -> tuple[str, ...]:
        """The figures it is worked out from, in the order in which it names them."""
        named = (self.part, self.whole, self.figure, self.goal_figure)
        from_formula = formulas.names_in(self.formula) if self.formula else ()
        return tuple(dict.fromkeys([*filter(None, named), *from_formula]))

    def entry(self) -> dict[str, Any]:
        """What its entry says, as plain JSON: what a frozen figure keeps of its definition."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: _plain(value) for name, value in said.items() if value not in ("", (), None)}

    def _source(self) -> Source:
        if self.source not in SOURCES:
            raise _unknown("source", f"数据来源“{self.source}”不存在", self.source, SOURCES)
        return SOURCES[self.source]

    def _says_what_its_kind_needs(self) -> None:
        said = {
            name
            for name, field_ in self.__dataclass_fields__.items()
            if getattr(self, name) not in ("", (), {}, None, 0)
        } - set(_ALWAYS)
        must = set(_MUST[self.kind])
        if self.kind in ("sum", "distinct") and "of" not in said:
            what = "bodies(家)等" if self.kind == "distinct" else "person_times 或 counts.计数项"
            words = "求和指标" if self.kind == "sum" else "去重指标"
            raise ValueError(f"{words}要写 kind: {self.kind} 和 of: {what}")
        if missing := must - said:
            raise ValueError(f"kind: {self.kind} 的指标要写明 {'、'.join(sorted(missing))}")
        if strange := said - must - set(_MAY.get(self.kind, ())):
            raise ValueError(f"kind: {self.kind} 的指标不能写 {'、'.join(sorted(strange))}")

    def _suits_its_source(self, source: Source) -> None:
        moments = (*source.moments, *([STANDING] if source.standing or source.states else []))
        if self.moment not in moments:
            raise _unknown("moment", f"moment“{self.moment}”不能用", self.moment, moments)
        if self.moment == STANDING and not (source.standing or self.state):
            raise _unknown("moment", "moment: standing 还要写 state", "", source.states)
        if self.state and self.state not in source.states:
            raise _unknown("state", f"state“{self.state}”不能用", self.state, source.states)
        if self.since and self.since not in source.moments:
            raise _unknown("since", f"since“{self.since}”不能用", self.since, source.moments)
        self._asks_for_columns(source)
        if self.of:
            self._measures(source)

    def _asks_for_columns(self, source: Source) -> None:
        if self.kind == "duration" and (self.moment == STANDING or self.unit not in SPANS):
            raise ValueError("时长指标的 moment 是结束的时点,unit 写“天”“小时”或“分钟”")
        for column, values in self.where.items():
            if column.endswith(">=") and not (len(values) == 1 and values[0].isdigit()):
                raise ValueError(f"where 中的“{column}”要写一个整数,如 [10]")
            if column.partition(".")[0] not in source.columns:
                raise _unknown("where", f"where 中的“{column}”不能用", column, source.columns)

    def _measures(self, source: Source) -> None:
        measure = source.measure(self.of)
        known = (*source.measures, *(f"{column}.计数项" for column in source.numbers))
        if measure is None:
            raise ValueError(f"of“{self.of}”不认识,可用:{'、'.join(known)}")
        if measure.way != self.kind:
            hint = {BODIES: "家(去重)写 kind: distinct", VISITS: "家次写 kind: count"}
            mend = hint.get(self.of, f"of: {self.of} 要写 kind: {measure.way}")
            raise ValueError(f"{mend},写的是 kind: {self.kind};求和、计数、去重不能混用")
        if measure.units and self.unit not in measure.units:
            raise ValueError(
                f"单位不一致:of: {self.of} 的单位是{'或'.join(measure.units)},写的是「{self.unit}」"
            )
        column, _, key = self.of.partition(".")
        if key:
            self._number_exists(source, column, key)

    def _number_exists(self, source: Source, column: str, key: str) -> None:
        numbers = source.numbers[column](self.kinds)
        if key not in numbers:
            raise _unknown("of", f"计数项“{key}”在所列种类中不存在", key, numbers)

    def _has_one_goal(self) -> None:
        said = [self.goal is not None, bool(self.goals), bool(self.goal_figure)]
        if sum(said) != 1:
            raise ValueError("完成率要写明目标:goal、goals(按区划)、goal_figure 三者之一")
        if any(goal <= 0 for goal in (self.goal, *self.goals.values()) if goal is not None):
            raise ValueError("目标要大于0")
        if self.period and self.period != EACH_YEAR:
            _closed_period(self.period)

    def _ends(self) -> None:
        if self.at_most < 1:
            raise ValueError("at_most 要写明最多向前追溯多少期,否则统计期没有尽头")
        if self.unit != streaks.STEPS[self.step]:
            raise ValueError(
                f"单位不一致:step: {self.step} 的单位是“{streaks.STEPS[self.step]}”,"
                f"写的是「{self.unit}」"
            )


def _unknown(field: str, words: str, value: str, known: Iterable[str]) -> Invalid:
    return Invalid(words, mend=nearest(value, known), field=field)


EACH_YEAR = "year"
SPANS = {"天": 86400, "小时": 3600, "分钟": 60}


def _closed_period(text: str) -> None:
    """Refuse a period that never begins or never ends."""
    try:
        period = parse_period(text)
    except BadPeriod as wrong:
        ends = "统计期没有尽头:" if text.endswith("..") else ""
        raise ValueError(f"{ends}{wrong}") from wrong
    if period.start is None:
        raise ValueError(f"目标的统计期“{text}”要有起止日期")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value
