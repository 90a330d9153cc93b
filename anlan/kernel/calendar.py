"""Working days as the State Council's yearly notice has them, 调休 included (工作日历).

How a term is counted:

- The day on which it starts does not count, counting begins with the next day
  (民法典第二百零一条: 开始的当日不计入，自下一日开始计算).
- "Working days" leaves out Saturdays, Sundays and holidays, and counts the Saturdays and Sundays
  that the notice makes working days (行政处罚法第八十五条: 指工作日，不含法定节假日).
- The term ends at the clock time at which it began, on the n-th day: what is dispatched at 16:40
  with three working days is due at 16:40 on the third. So a term is equally long for everyone and
  nothing climbs to a superior at midnight. Where the law grants the whole last day
  (民法典第二百零三条: 截止时间为二十四时), the caller takes `end_of_day` of the result.
- What starts on a day off keeps its clock time: dispatched on Saturday at 09:00 with one working
  day, it is due on Monday at 09:00.

Days are days of Beijing time, whatever zone the moment is stored in; the answer comes in the zone
of the question. A year whose notice is not known is refused: a guessed deadline is worse than none.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chinese_calendar import constants

from . import catalogues
from .errors import Refused

BEIJING = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
# 全国年节及纪念日放假办法第二条: what every yearly notice arranges, and what the library calls it.
_STATUTORY = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-autumn Festival",
    "国庆": "National Day",
}


class UnknownYear(Refused):
    """The holiday notice of this year is not known to the system (放假安排未公布)."""

    def __init__(self, year: int, known: frozenset[int]) -> None:
        span = f"{min(known)}—{max(known)} 年" if known else "任何一年都没有"
        super().__init__(
            f"{year} 年的放假安排尚未公布或尚未录入，不能计算工作日（已知：{span}）",
            mend=f"国务院办公厅通知公布后，在配置 holidays.yaml 中补上 {year} 年，或升级系统；"
            "也可以改用自然日",
        )
        self.year = year


@dataclass(frozen=True)
class Holiday:
    """One holiday of a notice, as the notice states it (假期)."""

    name: str
    first: date
    last: date
    make_up: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.name}的结束日期 {self.last} 早于开始日期 {self.first}")
        for day in self.make_up:
            if self.first <= day <= self.last:
                raise ValueError(f"{self.name}的上班日 {day} 落在假期里面")
            if day.weekday() < 5:
                raise ValueError(f"{self.name}的上班日 {day} 本来就不是周六、周日")

    @property
    def statutory(self) -> frozenset[str]:
        """Which of the yearly holidays it arranges; two at once are named 国庆节、中秋节."""
        names = {word.strip().removesuffix("节") for word in self.name.split("、")}
        return frozenset(names | {f"{name}节" for name in names}) & _STATUTORY.keys()

    def days(self) -> list[date]:
        return [self.first + _DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Notice:
    """The holiday notice of one year (放假安排通知)."""

    key: str
    holidays: tuple[Holiday, ...]
    notice: str = ""

    def __post_init__(self) -> None:
        if not (self.key.isascii() and self.key.isdigit() and len(self.key) == 4):
            raise ValueError("不是四位年份")
        for holiday in self.holidays:
            # New Year may begin in the December before
            for day in (holiday.first, holiday.last, *holiday.make_up):
                if day.year not in (self.year, self.year - 1):
                    raise ValueError(f"年的{holiday.name}写了别的年份的日期 {day}")
        arranged = {name for holiday in self.holidays for name in holiday.statutory}
        if self.year not in published().years and (left := _STATUTORY.keys() - arranged):
            # Half a year typed in would make working days of the rest of its holidays.
            raise ValueError(
                f"年的通知没有录全，还缺：{'、'.join(n for n in _STATUTORY if n in left)}"
            )

    @property
    def year(self) -> int:
        return int(self.key)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are working days, for the years whose notice is known (工作日历)."""

    years: frozenset[int]
    off: frozenset[date]  # holidays, on whatever weekday
    worked: frozenset[date]  # Saturdays and Sundays that are working days

    def is_working_day(self, day: date) -> bool:
        if isinstance(day, datetime):
            raise TypeError("a moment is not a day: whose time zone would it be?")
        if day.year not in self.years:
            raise UnknownYear(day.year, self.years)
        if day in self.worked:
            return True
        return day.weekday() < 5 and day not in self.off

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """The same clock time on the n-th working day after `at`, or before it when `days` < 0."""
        local = _in_beijing(at)
        day, step = local.date(), _DAY if days > 0 else -_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working_day(day):
                day += step
        return _same_zone(datetime.combine(day, local.timetz()), at)

    def add_natural_days(self, at: datetime, days: int) -> datetime:
        """The same clock time n calendar days after `at`; needs no notice."""
        return _same_zone(_in_beijing(at) + _DAY * days, at)

    def end_of_day(self, at: datetime) -> datetime:
        """The last second of the day of `at` in Beijing: what 二十四时 means for a deadline."""
        return _same_zone(datetime.combine(_in_beijing(at).date(), time(23, 59, 59), BEIJING), at)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days lie after the day of `start`, up to and with the day of `end`."""
        first, last = _in_beijing(start).date(), _in_beijing(end).date()
        if last < first:
            return -self.working_days_between(end, start)
        span = (last - first).days
        return sum(self.is_working_day(first + _DAY * n) for n in range(1, span + 1))

    def with_notices(self, notices: list[Notice]) -> "WorkCalendar":
        """This calendar where the given notices have the last word.

        A statutory holiday that a notice arranges is arranged by it alone; one of any other name,
        such as 春节延长, is added to what there is.
        """
        off, worked = set(self.off), set(self.worked)
        for notice in notices:
            replaced = _arranged(notice)
            off -= replaced
            worked -= replaced
        for holiday in (each for notice in notices for each in notice.holidays):
            off.update(holiday.days())
            worked.difference_update(holiday.days())
            worked.update(holiday.make_up)
        years = self.years | {notice.year for notice in notices}
        return WorkCalendar(years, frozenset(off), frozenset(worked))


def load() -> WorkCalendar:
    """The published notices, and what the site's holidays.yaml adds to them (读取工作日历)."""
    notices = catalogues.load("holidays", Notice)
    return _with(tuple(notices.values()))


@lru_cache(maxsize=4)
def _with(notices: tuple[Notice, ...]) -> WorkCalendar:
    return published().with_notices(list(notices))


@lru_cache(maxsize=1)
def published() -> WorkCalendar:
    """The notices that chinese-calendar carries."""
    off, worked = frozenset(constants.holidays), frozenset(constants.workdays)
    years = range(min(off).year, max(off).year + 1)
    return WorkCalendar(frozenset(years), off - worked, worked)


def _arranged(notice: Notice) -> set[date]:
    """The days of the published notice of that year for the holidays that this one arranges."""
    names = {_STATUTORY[name] for holiday in notice.holidays for name in holiday.statutory}
    told = (*constants.holidays.items(), *constants.workdays.items())
    return {
        day
        for day, name in told
        # New Year may begin in the December before.
        if name in names
        and (day + 31 * _DAY if name == "New Year's Day" else day).year == notice.year
    }


def outlook(at: datetime) -> tuple[str, str]:
    """Which years can be counted in, and what there is to do about it; "" where there is nothing.

    The State Council announces a year in the November before: a wish until then, a fault in
    December.
    """
    today, known = _in_beijing(at), load().years
    year, mend = today.year, "请在配置 holidays.yaml 中补上 {} 年。"
    if year not in known:
        return f"不知道 {year} 年的放假安排", mend.format(year)
    if year + 1 not in known:
        words = f"已知 {year} 年；{year + 1} 年待国务院办公厅公布后录入"
        return words, mend.format(year + 1) if today.month == 12 else ""
    return f"已知 {year}、{year + 1} 年", ""


def _in_beijing(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(BEIJING)


def _same_zone(moment: datetime, like: datetime) -> datetime:
    return moment.astimezone(like.tzinfo)
