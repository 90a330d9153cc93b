"""The spans of time that a report speaks of, and their words (统计期表述)."""

import re
from datetime import date, timedelta

from ..periods import Period
from .asking import BEFORE, TO_DATE, YEAR_BEFORE

QUARTERS = "一二三四"
_YEAR, _HALF = re.compile(r"(\d{4})"), re.compile(r"(\d{4})H([12])")
_QUARTER, _WEEK = re.compile(r"(\d{4})Q([1-4])"), re.compile(r"(\d{4})-W(\d{2})")
_MONTH, _MONTHS = re.compile(r"(\d{4})-(\d{2})"), re.compile(r"(\d{4})-(\d{2})\.\.(\d{2})")
MOST_MONTHS = 36


def span_of(name: str, period: Period) -> Period:
    """累计 from New Year, 上期 of the same length before, 上年同期; anything else is itself."""
    if name == TO_DATE and period.start is not None:
        return _between(date(period.last.year, 1, 1), period.last)
    if name == BEFORE and period.start is not None:
        return _before(period, period.start)
    if name in (YEAR_BEFORE, BEFORE):
        before = period.year_before()
        if before.start is None:
            return Period(f"..{before.last.isoformat()}", None, before.last)
        return _between(before.start, before.last)
    return period


def months_of(period: Period) -> list[tuple[str, Period]]:
    """The months that a period touches, each cut to it, with their names."""
    begin = period.start or date(period.last.year, 1, 1)
    found: list[tuple[str, Period]] = []
    day = begin
    several = begin.year != period.last.year
    while day <= period.last and len(found) < MOST_MONTHS:
        end = min(_month_end(day), period.last)
        name = f"{day.year}年{day.month}月" if several else f"{day.month}月"
        found.append((name, _between(day, end)))
        day = end + timedelta(days=1)
    return found


def spoken(period: Period) -> str:
    """2024年上半年, 2024年1—8月, 2024年第26周: as a title says it; else its days."""
    text = period.text
    if found := _YEAR.fullmatch(text):
        return f"{found[1]}年"
    if found := _HALF.fullmatch(text):
        return f"{found[1]}年{'上' if found[2] == '1' else '下'}半年"
    if found := _QUARTER.fullmatch(text):
        return f"{found[1]}年第{QUARTERS[int(found[2]) - 1]}季度"
    if found := _MONTH.fullmatch(text):
        return f"{found[1]}年{int(found[2])}月"
    if found := _MONTHS.fullmatch(text):
        return f"{found[1]}年{int(found[2])}—{int(found[3])}月"
    if found := _WEEK.fullmatch(text):
        return f"{found[1]}年第{int(found[2])}周"
    return period.words()


def following(period: Period) -> str:
    """What comes next, as a plan says it: 下半年, 2025年, 7月, 下周, 下一阶段."""
    text, day = period.text, period.last + timedelta(days=1)
    if found := _HALF.fullmatch(text):
        return "下半年" if found[2] == "1" else f"{day.year}年"
    if _YEAR.fullmatch(text):
        return f"{day.year}年"
    if _QUARTER.fullmatch(text):
        return f"第{QUARTERS[(day.month - 1) // 3]}季度"
    if _MONTH.fullmatch(text):
        return f"{day.month}月"
    return "下周" if _WEEK.fullmatch(text) else "下一阶段"


def all_of(area: str) -> str:
    """全市 全区 全镇: the whole of an area, by the last word of its name."""
    for kind in ("街道", "社区", "新区", "网格", "市", "区", "县", "镇", "乡", "村"):
        if area.endswith(kind):
            return f"全{kind}"
    return "全域"


def _before(period: Period, start: date) -> Period:
    last = start - timedelta(days=1)
    whole = start.day == 1 and (period.last + timedelta(days=1)).day == 1
    if not whole:
        return _between(start - (period.last - start) - timedelta(days=1), last)
    months = (period.last.year - start.year) * 12 + period.last.month - start.month + 1
    counted = start.year * 12 + start.month - 1 - months
    return _between(date(counted // 12, counted % 12 + 1, 1), last)


def _between(start: date, last: date) -> Period:
    """A period whose text can be read again, and is short where it is a whole month."""
    if start.day == 1 and last == _month_end(start):
        return Period(f"{start.year}-{start.month:02d}", start, last)
    return Period(f"{start.isoformat()}..{last.isoformat()}", start, last)


def _month_end(day: date) -> date:
    following_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following_month - timedelta(days=1)
