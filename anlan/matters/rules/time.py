"""Limits become due dates, due dates become lights (期限与灯)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from .kinds import Span

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Calendar(Protocol):
    """What rules need to know of days."""

    def add_working_days(self, at: datetime, days: int) -> datetime: ...

    def add_natural_days(self, at: datetime, days: int) -> datetime: ...


def due(span: Span, at: datetime, calendar: Calendar) -> datetime:
    """When a turn that begins at `at` has run out."""
    if span.hours:
        return at + timedelta(hours=span.hours)
    if span.working_days:
        return calendar.add_working_days(at, span.working_days)
    return calendar.add_natural_days(at, span.days)


@dataclass(frozen=True)
class Light:
    """How a deadline stands: a key for the colour, a word and the time left, never colour alone."""

    key: Literal["normal", "soon", "overdue"]
    word: str  # 正常 临期 逾期
    words: str  # 还剩3天, 逾期2天
    due_at: datetime


def warning_window(turn: Span, warn: Span) -> timedelta:
    """How long before its end a turn is 临期: never more than a quarter of a short turn."""
    return min(warn.about, turn.about / 4)


def light(due_at: datetime, at: datetime, *, window: timedelta) -> Light:
    """The light of a deadline; on the very instant it is overdue, as the sweep sees it."""
    words = time_left(due_at, at)
    if due_at <= at:
        return Light("overdue", "逾期", words, due_at)
    if due_at - at <= window:
        return Light("soon", "临期", words, due_at)
    return Light("normal", "正常", words, due_at)


def time_left(due_at: datetime, at: datetime) -> str:
    """还剩3天, 还剩5小时, 逾期2天: whole units, never rounded up to look better."""
    if due_at <= at:
        return f"逾期{_length(at - due_at)}"
    return f"还剩{_length(due_at - at)}"


def _length(span: timedelta) -> str:
    if span >= DAY:
        return f"{span // DAY}天"
    if span >= HOUR:
        return f"{span // HOUR}小时"
    return f"{max(span // MINUTE, 1)}分钟"
