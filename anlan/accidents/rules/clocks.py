"""Statutory clocks (时限): which run for an accident, from when, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from .grading import EXTREME, at_least
from .window import last_day

Begins = Literal["known", "reported", "happened", "submitted", "replied", "after"]


@dataclass(frozen=True)
class ClockRule:
    """One clock of the catalogue: who owes what to whom, since when, until when, by which clause.

    `begins` names the instant it starts from; `after` the clock whose meeting starts it. `least`
    is the grade from which on it runs, `scopes` the scopes it runs for (empty: all of them).
    """

    key: str
    label: str
    who: str
    clause: str
    begins: Begins
    to: str = ""
    after: str = ""
    hours: int = 0
    days: int = 0
    extreme_days: int = 0  # instead of `days` for 特别重大
    years: int = 0
    least: Literal["", "GENERAL", "LARGER", "MAJOR", "EXTREME"] = ""
    scopes: tuple[str, ...] = ()
    repeats: bool = False  # met, the next one starts, until the accident is verified
    window: bool = False  # ends by itself: casualties may change until then
    extends: int = 0  # most days by which it may be extended with approval
    by_hand: bool = True  # met by a button of its own, else by the deed it waits for

    def __post_init__(self) -> None:
        spans = [bool(self.hours), bool(self.days), bool(self.years), self.window]
        if sum(spans) != 1:
            raise ValueError("hours、days、years、window 要写明其中一个")
        if (self.begins == "after") != bool(self.after):
            raise ValueError("begins: after 要用 after 写明接在哪个时限之后")

    def applies(self, *, scope: str, grade: str) -> bool:
        """Whether it runs for accidents of this scope and (feared) grade."""
        return (not self.scopes or scope in self.scopes) and at_least(grade, self.least)

    def last_day(self, start: date, *, grade: str, window_days: int) -> date | None:
        """The last day of a clock that counts days; None for one that counts hours."""
        if self.hours:
            return None
        if self.years:
            return _years_on(start, self.years)
        if self.window:
            return last_day(start, window_days)
        days = self.extreme_days if grade == EXTREME and self.extreme_days else self.days
        return last_day(start, days)

    def due_by_hours(self, start: datetime) -> datetime:
        """The last instant of a clock that counts hours; met at that instant it is met in time."""
        return start + timedelta(hours=self.hours)

    @property
    def span_words(self) -> str:
        """1小时, 60日, 1年."""
        if self.window:
            return "30日（道路交通、火灾7日）"
        if self.hours:
            return f"{self.hours}小时"
        return f"{self.days}日" if self.days else f"{self.years}年"


def too_long(days: int, *, already: int, most: int) -> bool:
    """Whether an extension goes beyond what may be approved in all."""
    return days <= 0 or already + days > most


def late_words(due: datetime, met: datetime) -> str:
    """超时37分钟, 超时2天: by how much it was met too late; nothing where it was in time."""
    over = met - due
    if over <= timedelta(0):
        return ""
    if over >= timedelta(days=1):
        return f"超时{over // timedelta(days=1)}天"
    if over >= timedelta(hours=1):
        minutes = over % timedelta(hours=1) // timedelta(minutes=1)
        return f"超时{over // timedelta(hours=1)}小时{f'{minutes}分钟' if minutes else ''}"
    return f"超时{max(over // timedelta(minutes=1), 1)}分钟"


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
