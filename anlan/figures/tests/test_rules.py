"""Periods, rounding and comparison, against the figures of the source reports."""

from datetime import UTC, date, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.figures.rules import (
    BadPeriod,
    Period,
    compare,
    parse_period,
    percent,
    round_to,
)

BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "start", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024H1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024H2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024Q2", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-W26", date(2024, 6, 24), date(2024, 6, 30)),
        ("2024-06-24", date(2024, 6, 24), date(2024, 6, 24)),
        ("2024-01..08", date(2024, 1, 1), date(2024, 8, 31)),
        ("2019..2021-06", date(2019, 1, 1), date(2021, 6, 30)),
        ("..2022-10-31", None, date(2022, 10, 31)),
    ],
)
def test_every_form_of_a_period_is_read(text, start, last):
    period = parse_period(text)
    assert (period.start, period.last) == (start, last)


@pytest.mark.parametrize(
    "text", ["", "2024H3", "2024-13", "24", "2024Q5", "2024-W60", "今年", "2024-08..01", "2024-6"]
)
def test_what_is_no_period_is_refused_with_the_forms_there_are(text):
    with pytest.raises(BadPeriod, match="可写作"):
        parse_period(text)


def test_the_last_day_of_a_period_belongs_to_it_in_beijing_time():
    begin, end = parse_period("2024H1").instants(BEIJING)
    assert begin.astimezone(UTC).isoformat() == "2023-12-31T16:00:00+00:00"
    assert end.astimezone(UTC).isoformat() == "2024-06-30T16:00:00+00:00"


def test_february_of_a_leap_year_is_compared_with_the_whole_february_before():
    assert parse_period("2024-02").year_before().last == date(2023, 2, 28)
    assert parse_period("2025-02").year_before().last == date(2024, 2, 29)


def test_a_half_year_still_running_is_compared_with_the_same_days_of_last_year():
    so_far = parse_period("2024H1").until(date(2024, 6, 12))
    assert so_far.year_before() == Period("2024H1 上年同期", date(2023, 1, 1), date(2023, 6, 12))


def test_report_003_2254_and_2249_give_99_78_not_the_printed_99_60():
    assert percent(224900, 225400) == Decimal("99.78")


def test_nothing_of_nothing_has_no_rate():
    assert percent(0, 0) is None


def test_a_tie_goes_to_the_even_digit():
    assert round_to(Fraction(1, 8), 2) == Decimal("0.12")
    assert round_to(Fraction(3, 8), 2) == Decimal("0.38")
    assert percent(1, 800) == Decimal("0.12")


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_rounding_is_never_off_by_more_than_half_a_unit(part, whole):
    exact = Fraction(part * 100, whole)
    assert abs(Fraction(percent(part, whole)) - exact) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "base", "words"),
    [
        (6, 11, "同比下降45.45%"),
        (5, 7, "同比下降28.57%"),
        (1, 5, "同比下降80%"),
        (3, 3, "与上年同期持平"),
        (4, 0, "上年同期为0,增加4起"),
        (12, 10, "同比上升20%"),
    ],
)
def test_changes_are_worded_as_the_reports_word_them(value, base, words):
    assert compare(Decimal(value), Decimal(base), is_rate=False, unit="起").words == words


def test_rates_differ_by_points_and_never_by_per_cent():
    change = compare(Decimal("99.60"), Decimal("98.10"), is_rate=True, unit="%")
    assert change.words == "同比提高1.5个百分点"
    assert change.in_percent is None


def test_a_missing_base_is_said_and_not_taken_for_zero():
    assert compare(Decimal(3), None, is_rate=False, unit="起").words == "上年同期无数据"


def test_a_time_grows_longer_or_shorter():
    assert compare(Decimal("4.8"), Decimal("6"), is_rate=False, unit="天").words == "同比缩短20%"
