"""The periods a figure can be asked for, as they are written (DESIGN §7)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

HALF = {"H1": (1, 7), "H2": (7, 13)}
SPAN = re.compile(r"(\d{4})-(\d{2})\.\.(\d{2})")
MONTH = re.compile(r"(\d{4})-(\d{2})")
WEEK = re.compile(r"(\d{4})-W(\d{2})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadPeriod(ValueError):
    """The text names no period; says which forms there are."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"统计期“{text}”无法识别,可写作 2024、2024H1、2024Q2、2024-06、2024-W26、2024-06-24、"
            "2024-01..08、2019..2021-06 或 ..2022-10-31"
        )


class EndlessPeriod(ValueError):
    """A figure that compares periods was asked for one that never began."""

    def __init__(self, text: str) -> None:
        super().__init__(f"统计期“{text}”没有开始日期,没有“上一期”可比")


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both counted; without a start it is 截至 (up to and with)."""

    text: str
    start: date | None
    last: date

    def instants(self, zone: tzinfo) -> tuple[datetime | None, datetime]:
        """First instant in, first instant no longer in, in the zone of the district."""
        begin = datetime.combine(self.start, time.min, zone) if self.start else None
        return begin, datetime.combine(self.last + timedelta(days=1), time.min, zone)

    def year_before(self) -> "Period":
        """The same period of last year: the base of 同比."""
        return Period(
            text=f"{self.text} 上年同期",
            start=_a_year_earlier(self.start, self.start) if self.start else None,
            last=_a_year_earlier(self.last, self.start),
        )

    def previous(self) -> "Period":
        """The period right before, of the same kind or length: the base of 环比."""
        if self.start is None:
            raise EndlessPeriod(self.text)
        last = self.start - timedelta(days=1)
        months = _whole_months(self.start, self.last)
        if months:
            index = self.start.year * 12 + self.start.month - 1 - months
            start = date(index // 12, index % 12 + 1, 1)
        else:
            start = self.start - (self.last - self.start) - timedelta(days=1)
        return Period(f"{self.text} 上期", start, last)

    def until(self, day: date) -> "Period":
        """The part that has already passed on this day; like is compared with like."""
        return self if self.last <= day else Period(self.text, self.start, day)

    def words(self) -> str:
        """The period as a report writes it."""
        if self.start is None:
            return f"截至{self.last.year}年{self.last.month}月{self.last.day}日"
        if self.start == self.last:
            return f"{self.start.year}年{self.start.month}月{self.start.day}日"
        return (
            f"{self.start.year}年{self.start.month}月{self.start.day}日至"
            f"{self.last.year}年{self.last.month}月{self.last.day}日"
        )


def parse_period(text: str) -> Period:
    """Read a period in any of the forms of DESIGN §7; raise BadPeriod otherwise."""
    given = text.strip()
    try:
        return _parse(given)
    except (ValueError, KeyError, AttributeError) as trouble:
        raise BadPeriod(text) from trouble


def _parse(given: str) -> Period:
    if given.startswith(".."):
        return Period(given, None, _end_of(given[2:]))
    if span := SPAN.fullmatch(given):
        year, first, last = (int(part) for part in span.groups())
        return _ordered(given, date(year, first, 1), _month_end(year, last))
    if ".." in given:
        first_text, last_text = given.split("..")
        return _ordered(given, _start_of(first_text), _end_of(last_text))
    return _ordered(given, _start_of(given), _end_of(given))


def _ordered(text: str, start: date, last: date) -> Period:
    if last < start:
        raise ValueError(text)
    return Period(text, start, last)


def _start_of(text: str) -> date:
    return _bounds(text)[0]


def _end_of(text: str) -> date:
    return _bounds(text)[1]


def _bounds(text: str) -> tuple[date, date]:
    if DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return day, day
    if week := WEEK.fullmatch(text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return monday, monday + timedelta(days=6)
    if month := MONTH.fullmatch(text):
        year, number = int(month[1]), int(month[2])
        return date(year, number, 1), _month_end(year, number)
    year = int(text[:4])
    part = text[4:]
    if not part and len(text) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    if part in HALF:
        first, after = HALF[part]
        return date(year, first, 1), _month_end(year, after - 1)
    quarter = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}[part]
    return date(year, quarter, 1), _month_end(year, quarter + 2)


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    date(year, month, 1)  # refuse a thirteenth month before it wraps into the next year
    return following - timedelta(days=1)


def _whole_months(start: date, last: date) -> int:
    """How many whole months a period is; 0 where it is none."""
    if start.day != 1 or (last + timedelta(days=1)).day != 1:
        return 0
    return (last.year - start.year) * 12 + last.month - start.month + 1


def _a_year_earlier(day: date, start: date | None) -> date:
    """The same day a year ago; the end of February stays the end of February."""
    next_day = day + timedelta(days=1)
    ends_a_month = next_day.day == 1 and (start is None or start.day == 1)
    if ends_a_month:
        return _month_end(day.year - 1, day.month)
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
