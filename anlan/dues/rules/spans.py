"""The periods in which something is owed (应做周期): weeks, months, quarters, or once by a date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Span:
    """One period: what is done from `first` to `last` counts for it; `due` is the last day in time.

    Of what is owed every week `due` is its Sunday; of what is owed by a date, things done after
    the date still count for it, as late.
    """

    first: date
    due: date
    last: date
    label: str
    owed: bool = True  # outside of its season nothing is

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def past(self, today: date, share: int = 100) -> int:
        """How much of the time until `due` is over on a day, in parts of `share`."""
        if today > self.due:
            return share
        whole = (self.due - self.first).days + 1
        return max(0, (today - self.first).days + 1) * share // whole


def month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY


def begin_of(every: str, day: date) -> date:
    """The first day of the period that a day lies in."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    if every == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if every == "half":
        return date(day.year, 1 if day.month <= 6 else 7, 1)
    if every == "year":
        return date(day.year, 1, 1)
    return day


def end_of(every: str, first: date) -> date:
    """The last day of the period that begins on `first`."""
    if every == "week":
        return first + timedelta(days=6)
    if every == "month":
        return month_end(first)
    if every == "quarter":
        return month_end(first.replace(month=first.month + 2))
    if every == "half":
        return month_end(first.replace(month=first.month + 5))
    if every == "year":
        return date(first.year, 12, 31)
    return first


def label_of(every: str, first: date) -> str:
    """As a column's head says it: 06-24周, 6月, 2024年二季度, 2024年上半年, 2024年."""
    if every == "week":
        return f"{first:%m-%d}周"
    if every == "month":
        return f"{first.month}月"
    if every == "quarter":
        return f"{first.year}年{QUARTERS[(first.month - 1) // 3]}季度"
    if every == "half":
        return f"{first.year}年{'上' if first.month == 1 else '下'}半年"
    if every == "year":
        return f"{first.year}年"
    return f"{first:%m-%d}"


def said(day: date) -> str:
    """A day of each year as people say it: 4月15日."""
    return f"{day.month}月{day.day}日"


def heads_of(spans: Sequence[Span]) -> list[str]:
    """The labels side by side; where two years meet, each year is named where it begins."""
    several = len({span.first.year for span in spans}) > 1
    heads, before = [], 0
    for span in spans:
        year = span.first.year
        named = several and year != before and str(year) not in span.label
        heads.append(f"{year}年{span.label}" if named else span.label)
        before = year
    return heads


def periods(every: str, since: date, until: date) -> Iterator[tuple[date, date]]:
    """First and last day of every period that touches the days from `since` to `until`."""
    first = begin_of(every, since)
    while first <= until:
        last = end_of(every, first)
        yield first, last
        first = last + DAY


def day_in(year: int, month_and_day: str) -> date:
    """06-30 of a year; the 29th of February is the 28th where there is none."""
    month, day = (int(part) for part in month_and_day.split("-"))
    return min(date(year, month, 1) + timedelta(days=day - 1), month_end(date(year, month, 1)))


def in_season(season: str, first: date, last: date) -> bool:
    """Whether the whole period lies in the months of 04-15..10-15; over the turn of a year too."""
    if not season:
        return True
    begins, ends = season.split("..")
    if begins <= ends:
        return begins <= f"{first:%m-%d}" and f"{last:%m-%d}" <= ends and first.year == last.year
    return all(f"{day:%m-%d}" >= begins or f"{day:%m-%d}" <= ends for day in (first, last))
