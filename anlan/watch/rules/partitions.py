"""Which table a day's observations lie in (分区): a table a day now, a month or a year long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
RECENT = 40  # days back that have a table each, when they are written as they happen
AHEAD = 3  # tables made before they are needed


@dataclass(frozen=True, order=True)
class Span:
    """From one day up to, not including, another (UTC)."""

    start: date
    end: date

    @property
    def name(self) -> str:
        """The table's name: watch_observation_20240612, _202406, _2024 or from_to."""
        first, days = self.start, (self.end - self.start).days
        if days == 1:
            return f"watch_observation_{first:%Y%m%d}"
        return f"watch_observation_{first:%Y%m%d}_{self.end:%Y%m%d}"

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


def of_day(day: date) -> Span:
    return Span(day, day + DAY)


def fitting(day: date, existing: Iterable[Span], *, today: date) -> Span:
    """The table to make for a day that has none: as wide as age and neighbours allow.

    History of years comes in by file: a table for each of its days would be a thousand of them.
    """
    taken, recent = list(existing), today - timedelta(days=RECENT)
    for wide in (_year(day), _month(day)):
        if wide.end <= recent and not any(wide.meets(other) for other in taken):
            return wide
    return of_day(day)


def ahead(existing: Iterable[Span], *, today: date) -> list[Span]:
    """The tables that must be there before midnight and are not."""
    taken = list(existing)
    days = [today + timedelta(days=number) for number in range(-1, AHEAD + 1)]
    return [of_day(day) for day in days if not any(span.holds(day) for span in taken)]


def _month(day: date) -> Span:
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=32)).replace(day=1))


def _year(day: date) -> Span:
    return Span(date(day.year, 1, 1), date(day.year + 1, 1, 1))
