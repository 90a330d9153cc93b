# ruff: noqa: E501 (the tables of faults are wide so that they can be read)
"""What is owed: one block of catalogues/dues.yaml; matrix, lists and ladder follow (应做)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from .spans import DAY, Span, day_in, in_season, label_of, periods, said

Across = Literal["district", "towns", "villages", "departments", "firms", "items"]
Every = Literal["", "day", "week", "month", "quarter", "half", "year"]
Counts = Literal["records", "visited", "items", "charges", "matters"]
By = Literal["place", "organiser", "visited"]
State = Literal["", "confirmed", "fresh", "valid", "reaches", "is"]
ACROSS: dict[str, str] = {
    "district": "全市（区、县）",
    "towns": "各镇（街道）",
    "villages": "各村（社区）",
    "departments": "各部门",
    "firms": "各企业",
    "items": "各对象",
}
EVERY: dict[str, str] = {
    "": "限期",
    "day": "每日",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
}
MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
SEASON = re.compile(rf"{MONTH_AND_DAY.pattern}\.\.{MONTH_AND_DAY.pattern}")
COUNTED = "counts."
SUMMED = "sum."
TIMES = ("次", "场", "场次", "期", "轮", "份", "条", "件", "宗")
UNITS: dict[str, tuple[str, ...]] = {
    "records": TIMES,
    "visits": ("家次",),
    "bodies": ("家",),
    "items": ("处", "个", "家", "支", "座", "所", "艘", "部", "套", "栋"),
    "person_times": ("人次",),
}
OF_WHAT: dict[str, tuple[str, ...]] = {
    "visited": (*UNITS["items"],),
    "items": (*UNITS["items"],),
    "charges": ("人", "项"),
    "matters": ("件", "条", "处", "项"),
}


@dataclass(frozen=True)
class Due:
    """One thing that is owed again and again, or by a date (应做事项).

    `across` are the rows of its matrix, `counts` where the doing is looked up, `least` how many
    are owed in each period: an expression over the row. Where the things themselves are told off
    (`visited`, `items`, `charges`, `matters`) all of them are owed, or `share` percent of them.
    """

    key: str
    label: str
    group: str
    clause: str  # in whose words it is owed
    across: Across
    counts: Counts
    unit: str
    source: str = ""  # the report or paper it is from
    kinds: tuple[str, ...] = ()  # of records, charges, matters or papers
    items: str = ""  # the kind of item
    where: Mapping[str, str] = field(default_factory=dict)  # attributes of the items
    take: str = "records"  # records visits bodies items person_times counts.X sum.X
    by: By = "place"  # whose row a record belongs to
    details: Mapping[str, str] = field(default_factory=dict)  # of the records
    state: State = ""  # of items: what each of them must be
    attribute: str = ""  # of that state
    value: str = ""
    least: str = ""
    share: Decimal = Decimal(100)
    every: Every = ""
    due: str = ""  # 06-30 of each year, or 2024-06-30 once
    opens: str = "01-01"  # from which day on things count for the date
    days: int = 0  # grace after a period; days to settle a matter
    season: str = ""  # 04-15..10-15
    since: date = date(2000, 1, 1)
    until: date | None = None
    sector: str = ""
    owed_if: str = ""  # expression over the row
    answers: Literal["own", "bureau"] = "own"  # whom the ladder climbs
    named: bool = False  # may carry a list of whom or what is planned
    ladder: str = ""

    def __post_init__(self) -> None:
        self._judge_time()
        self._judge_source()
        self._judge_unit()

    def _judge_time(self) -> None:
        yearly = bool(MONTH_AND_DAY.fullmatch(self.due))
        # fmt: off
        _refuse(
            (not self.every and not self.due, "这项应做没有期限：请写 every（每周、每月…）或 due（如 06-30）"),
            (self.every and self.due, "every 与 due 只写一项：周期性的写 every，限期的写 due"),
            (self.until and self.until < self.since, f"until {self.until} 早于 since {self.since}：这项应做从未有效"),
            (self.due and not yearly and not _is_day(self.due), f"due「{self.due}」应写作 06-30（每年）或 2024-06-30（一次）"),
            (not MONTH_AND_DAY.fullmatch(self.opens), f"opens「{self.opens}」应写作 01-01"),
            (yearly and self.opens > self.due, f"opens {self.opens} 晚于 due {self.due}：起算日应在期限之前"),
            (self.season and not SEASON.fullmatch(self.season), f"season「{self.season}」应写作 04-15..10-15"),
            (self.days < 0, "days 不能为负"),
        )
        # fmt: on

    def _judge_source(self) -> None:
        least, items = bool(self.least), self.counts == "items"
        # fmt: off
        _refuse(
            (self.counts == "records" and not least, "按次数考核的要写 least：每期至少多少"),
            (self.counts in ("visited", "items") and not self.items, "按对象考核的要写 items：哪一类对象"),
            (not items and not self.kinds, "请写 kinds：数哪些种类"),
            (items and least != self.take.startswith(SUMMED), "对象的合计写 take: sum.项目 和 least；逐个达标的写 state"),
            (items and not least and not self.state, "请写 state：confirmed、fresh、valid、reaches 或 is"),
            (self.state not in ("", "confirmed") and not self.attribute, f"state: {self.state} 要写 attribute：看哪一项"),
            (self.state in ("reaches", "is") and not self.value, f"state: {self.state} 要写 value：达到多少、是什么"),
            (not 0 < self.share <= 100, "share 是百分数，大于 0，至多 100"),
            (self.across == "items" and not (self.counts == "records" and self.items), "across: items 时写 counts: records 和 items：一个对象一行"),
            (self.across == "departments" and self.by == "place", "across: departments 时写 by: organiser：部门没有各自的区域"),
            (self.across == "firms" and (self.by == "place" or self.counts != "records"), "across: firms 时写 counts: records 和 by: visited 或 organiser"),
            (self.named and self.take not in ("bodies", "items"), "有计划名单的写 take: bodies（单位）或 items（对象）"),
        )
        # fmt: on

    def _judge_unit(self) -> None:
        if self.take.startswith((COUNTED, SUMMED)):
            return  # the unit stands in the other catalogue
        known = UNITS if self.counts == "records" else OF_WHAT
        name = self.take if self.counts == "records" else self.counts
        if name not in known:
            wanted = f"{'、'.join(UNITS)}、{COUNTED}计数项"
            raise ValueError(f"take「{self.take}」不认识，可用：{wanted}")
        if self.unit not in known[name]:
            fits = "、".join(known[name])
            raise ValueError(f"单位「{self.unit}」与所数的不符：这里数的是{fits}")

    @cached_property
    def is_state(self) -> bool:
        """Whether only today's state is known, and not how it was in periods gone by."""
        return self.counts in ("items", "charges")

    @cached_property
    def is_told_off(self) -> bool:
        """Whether the things themselves are told off: then the missing ones have names."""
        return self.counts in ("visited", "charges", "matters") or (
            self.counts == "items" and not self.least
        )

    @property
    def rhythm(self) -> str:
        """每周, 每季度; 每年6月30日前; 2024年6月30日前."""
        if self.every:
            return EVERY[self.every]
        if _is_day(self.due):
            day = date.fromisoformat(self.due)
            return f"{day.year}年{said(day)}前"
        return f"每年{said(day_in(2024, self.due))}前"

    @property
    def amount(self) -> str:
        """至少1次, 全部, 60%: how much of it."""
        if self.least:
            return f"≥{self.least}{self.unit}" if self.least.isdigit() else f"按{self.least}"
        return "全部" if self.share == 100 else f"{self.share.normalize():f}%"

    def spans(self, since: date, until: date) -> tuple[Span, ...]:
        """Its periods that touch the days from `since` to `until`, oldest first; only whole ones
        within its validity."""
        found = self._every(since, until) if self.every else self._by_dates(since, until)
        return tuple(
            span
            for span in found
            if span.first >= self.since and (self.until is None or span.due <= self.until)
        )

    def _every(self, since: date, until: date) -> list[Span]:
        grace = timedelta(days=self.days)
        return [
            Span(first, last + grace, last, label_of(self.every, first),
                 in_season(self.season, first, last))
            for first, last in periods(self.every, since, until)
        ]  # fmt: skip

    def _by_dates(self, since: date, until: date) -> list[Span]:
        if _is_day(self.due):
            day = date.fromisoformat(self.due)
            first = max(day_in(day.year, self.opens), self.since)
            if day < first:
                first = date(day.year, 1, 1)
            last = date(day.year, 12, 31)
            found = [Span(first, day, last, f"{day.year}年{said(day)}前")]
        else:
            found = []
            for year in range(since.year - 1, until.year + 1):
                first, day = day_in(year, self.opens), day_in(year, self.due)
                last = day_in(year + 1, self.opens) - DAY
                found.append(Span(first, day, last, f"{year}年{said(day)}前"))
        return [span for span in found if span.first <= until and span.last >= since]


def _refuse(*faults: tuple[object, str]) -> None:
    """Raise the first fault that applies; the reader of catalogues adds file and line."""
    for applies, words in faults:
        if applies:
            raise ValueError(words)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


@dataclass(frozen=True)
class Rung:
    """One rung of a ladder (督促措施): when it is reached, and what it is made of.

    `when` is an expression over `late_days` (since the first period missed), `in_a_row` (periods
    missed one after another) and `since_last` (days since the rung below was taken; -1: never).
    """

    key: str
    label: str
    when: str
    paper: str = ""  # kind of paper; empty for a word inside the system
    matter: str = ""  # kind of matter that it opens, where it must be closed
    reply_days: int = 0


@dataclass(frozen=True)
class Ladder:
    """A ladder (督促阶梯): 提醒 → 督办单 → 通报 → 约谈 → 挂牌 → 问责, lowest rung first."""

    key: str
    label: str
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        keys = [rung.key for rung in self.rungs]
        if not keys:
            raise ValueError("督促阶梯至少要有一级")
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"督促措施「{'、'.join(sorted(twice))}」重复出现")
        for rung in self.rungs:
            if rung.matter and not rung.paper:
                raise ValueError(f"「{rung.label}」要办结的措施须有文书：请写 paper")
            if rung.paper and rung.reply_days <= 0:
                raise ValueError(f"「{rung.label}」的文书要写 reply_days：几天内回复")

    def rung(self, key: str) -> Rung | None:
        return next((rung for rung in self.rungs if rung.key == key), None)
