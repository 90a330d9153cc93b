"""Deadlines in working days, against dates worked out by hand from the State Council's notices.

国庆节、中秋节 2025: 10-01 to 10-08 off, Sunday 09-28 and Saturday 10-11 at work.
春节 2026: 02-15 to 02-23 off, the Saturdays 02-14 and 02-28 at work.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel import calendar, catalogues

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICIAL = calendar.published()


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-09-26", True),
        ("2025-09-27", False),  # an ordinary Saturday
        ("2025-09-28", True),  # Sunday, at work for the eight days to come
        ("2025-10-01", False),
        ("2025-10-08", False),  # a Wednesday
        ("2025-10-09", True),
        ("2025-10-11", True),  # Saturday, at work
        ("2025-10-12", False),
        ("2026-02-14", True),  # Saturday, at work
        ("2026-02-15", False),
        ("2026-02-23", False),  # a Monday
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday, at work
        ("2026-03-01", False),
    ],
)
def test_the_days_around_the_two_long_holidays(day: str, works: bool) -> None:
    assert OFFICIAL.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # 28 29 30 · 9 10 11 · 13–17 · 20 21 22 23
        ("2025-09-26 16:40", 15, "2025-10-23 16:40"),
        # 11 12 13 14(Sat) · 24–28(Sat) · 2–6 · 9
        ("2026-02-10 09:00", 15, "2026-03-09 09:00"),
        ("2025-09-30 17:59", 1, "2025-10-09 17:59"),
        ("2026-02-13 08:30", 1, "2026-02-14 08:30"),  # the next day is a Saturday at work
        ("2025-09-27 09:00", 1, "2025-09-28 09:00"),  # found on a day off
        ("2025-10-03 03:00", 1, "2025-10-09 03:00"),  # found in the middle of the holiday
        ("2026-10-09 10:00", 1, "2026-10-10 10:00"),
    ],
)
def test_a_term_in_working_days_ends_at_the_same_clock_time(
    start: str, days: int, due: str
) -> None:
    assert OFFICIAL.add_working_days(beijing(start), days) == beijing(due)


def test_days_are_days_of_beijing_though_stored_in_utc() -> None:
    # 23:30 UTC on Tuesday is Wednesday 07:30 in Beijing
    at = datetime(2025, 9, 30, 23, 30, tzinfo=UTC)
    due = OFFICIAL.add_working_days(at, 1)
    assert due == beijing("2025-10-09 07:30")
    assert due.tzinfo is UTC


def test_counting_backwards_for_what_must_be_done_before_a_day() -> None:
    assert OFFICIAL.add_working_days(beijing("2025-10-10 09:00"), -5) == beijing("2025-09-26 09:00")


def test_natural_days_go_through_the_holiday_and_into_unknown_years() -> None:
    assert OFFICIAL.add_natural_days(beijing("2025-09-26 16:40"), 15) == beijing("2025-10-11 16:40")
    assert OFFICIAL.add_natural_days(beijing("2090-01-01 00:00"), 1) == beijing("2090-01-02 00:00")


def test_where_the_law_grants_the_whole_last_day() -> None:
    at = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    assert OFFICIAL.end_of_day(at) == beijing("2026-03-09 23:59:59")


def test_a_year_not_announced_is_refused_and_says_how_to_go_on() -> None:
    with pytest.raises(calendar.UnknownYear) as refused:
        OFFICIAL.add_working_days(beijing("2026-12-25 09:00"), 15)
    assert refused.value.year == 2027
    assert "2027 年的放假安排尚未公布" in refused.value.words
    assert "2004—2026" in refused.value.words
    assert "holidays.yaml" in refused.value.mend


def test_a_moment_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICIAL.add_working_days(datetime(2026, 3, 9), 1)  # noqa: DTZ001
    with pytest.raises(TypeError):
        OFFICIAL.is_working_day(beijing("2026-03-09 09:00"))


NOTICE_2027 = """
"2027":
  notice: 样例，并非真实通知
  holidays:
    - {name: 元旦, first: 2027-01-01, last: 2027-01-03, make_up: [2026-12-26]}
    - {name: 春节, first: 2027-02-05, last: 2027-02-12, make_up: [2027-02-14]}
    - {name: 清明节, first: 2027-04-03, last: 2027-04-05}
    - {name: 劳动节, first: 2027-05-01, last: 2027-05-05, make_up: [2027-05-08]}
    - {name: 端午节, first: 2027-06-09, last: 2027-06-09}
    - {name: 国庆节、中秋节, first: 2027-10-01, last: 2027-10-07}
"""


def test_a_site_enters_the_notice_of_the_new_year_itself() -> None:
    notices = catalogues.parse(NOTICE_2027, calendar.Notice, file="holidays.yaml")
    ours = OFFICIAL.with_notices(list(notices.values()))
    assert not ours.is_working_day(date(2027, 2, 8))
    assert ours.is_working_day(date(2027, 2, 14))
    assert ours.is_working_day(date(2026, 12, 26))
    # 26(Sat) 28 29 30 31 · 4–8 · 11–15: and 2028 is still nobody's guess
    assert ours.add_working_days(beijing("2026-12-25 09:00"), 15) == beijing("2027-01-15 09:00")
    with pytest.raises(calendar.UnknownYear):
        ours.is_working_day(date(2028, 1, 4))


def test_a_later_notice_overrules_the_first() -> None:
    longer = """
"2020":
  notice: 延长假期的样例
  holidays: [{name: 春节延长, first: 2020-02-01, last: 2020-02-09}]
"""
    assert OFFICIAL.is_working_day(date(2020, 2, 7))
    notices = catalogues.parse(longer, calendar.Notice, file="holidays.yaml")
    assert not OFFICIAL.with_notices(list(notices.values())).is_working_day(date(2020, 2, 7))


def test_a_notice_that_shortens_a_holiday_has_the_last_word() -> None:
    shorter = """
"2025":
  notice: 改动假期的样例
  holidays: [{name: 劳动节, first: 2025-05-01, last: 2025-05-03, make_up: []}]
"""
    notices = catalogues.parse(shorter, calendar.Notice, file="holidays.yaml")
    ours = OFFICIAL.with_notices(list(notices.values()))
    assert ours.is_working_day(date(2025, 5, 5))  # a Monday that the first notice gave away
    assert not ours.is_working_day(date(2025, 4, 27))  # and the Sunday that paid for it
    assert not ours.is_working_day(date(2025, 10, 8))  # the other holidays stay


def test_a_year_of_which_half_is_typed_in_is_refused() -> None:
    only = '"2027": {holidays: [{name: 元旦, first: 2027-01-01, last: 2027-01-03}]}'
    with pytest.raises(catalogues.CatalogueError, match="没有录全，还缺：春节、清明"):
        catalogues.parse(only, calendar.Notice, file="holidays.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"27": {holidays: []}', "不是四位年份"),
        ('"2027": {holidays: [{name: 元旦, first: 2027-01-03, last: 2027-01-01}]}', "早于开始日期"),
        (
            '"2027": {holidays: [{name: 元旦, first: 2027-01-01, last: 2027-01-03, '
            "make_up: [2027-01-04]}]}",
            "本来就不是周六、周日",
        ),
        ('"2027": {holidays: [{name: 元旦, first: 2029-01-01, last: 2029-01-03}]}', "别的年份"),
        ('"2027": {holidays: [{name: 元旦, first: 元月一日, last: 2027-01-03}]}', "应当是日期"),
    ],
)
def test_a_notice_that_was_mistyped_is_named(text: str, words: str) -> None:
    with pytest.raises(catalogues.CatalogueError, match=words) as refused:
        catalogues.parse(text, calendar.Notice, file="holidays.yaml")
    assert "holidays.yaml 第 1 行" in refused.value.words


def test_the_shipped_file_adds_nothing_and_loads() -> None:
    assert calendar.load() == OFFICIAL


days = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2025, 12, 31),  # noqa: DTZ001
).map(lambda naive: naive.replace(tzinfo=BEIJING))


@given(at=days, n=st.integers(1, 60))
def test_adding_n_lands_on_a_working_day_with_n_of_them_on_the_way(at: datetime, n: int) -> None:
    due = OFFICIAL.add_working_days(at, n)
    assert OFFICIAL.is_working_day(due.date())
    assert due.timetz() == at.timetz()
    assert OFFICIAL.working_days_between(at, due) == n


@given(at=days, n=st.integers(1, 30), m=st.integers(1, 30))
def test_a_term_in_two_parts_is_as_long_as_in_one(at: datetime, n: int, m: int) -> None:
    once = OFFICIAL.add_working_days(at, n + m)
    assert OFFICIAL.add_working_days(OFFICIAL.add_working_days(at, n), m) == once


@given(at=days)
def test_working_days_never_run_faster_than_the_sun(at: datetime) -> None:
    assert OFFICIAL.add_working_days(at, 5) - at >= timedelta(days=5)
