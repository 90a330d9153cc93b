"""What people write into cells, and what it means."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats import spreadsheet as s


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  护栏缺失\u3000", "护栏缺失"),
        ("\u00a0１３８５７６ＡＢ\u200b", "138576AB"),
        ("文昌路３号（东侧）", "文昌路3号（东侧）"),  # Chinese punctuation is meant
        ("   ", None),
        ("", None),
        (3.0, 3),
        (3.5, 3.5),
        (True, True),
        (None, None),
    ],
)
def test_what_nobody_meant_is_taken_away(value: s.Value, cleaned: s.Value) -> None:
    assert s.clean(value) == cleaned
    assert type(s.clean(value)) is type(cleaned)


MARCH_9 = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("read", "value", "meant"),
    [
        (s.as_date, "2026-03-09", MARCH_9),
        (s.as_date, "2026/3/9", MARCH_9),
        (s.as_date, "2026.3.9", MARCH_9),
        (s.as_date, "2026年3月9日", MARCH_9),
        (s.as_date, "２０２６年３月９日", MARCH_9),
        (s.as_date, "2026年3月9号", MARCH_9),
        (s.as_date, "2026 年 3 月 9 日（星期一）", MARCH_9),
        (s.as_date, "20260309", MARCH_9),
        (s.as_date, 20260309, MARCH_9),
        (s.as_date, 46090, MARCH_9),  # the cell lost its format
        (s.as_date, 46090.0, MARCH_9),
        (s.as_date, datetime(2026, 3, 9, 14, 30), MARCH_9),  # noqa: DTZ001
        (s.as_date, "2026-03-09 14:30:00", MARCH_9),
        (s.as_date, " ", None),
        (s.as_moment, "2026-03-09 14:30", datetime(2026, 3, 9, 6, 30, tzinfo=UTC)),
        (s.as_moment, "2026-03-09T14:30:05", datetime(2026, 3, 9, 6, 30, 5, tzinfo=UTC)),
        (s.as_moment, "2026年3月9日 下午2时30分", datetime(2026, 3, 9, 6, 30, tzinfo=UTC)),
        (s.as_moment, "2026年3月9日8点", datetime(2026, 3, 9, 0, tzinfo=UTC)),
        (s.as_moment, 46090.604166666664, datetime(2026, 3, 9, 6, 30, tzinfo=UTC)),
        (s.as_moment, MARCH_9, datetime(2026, 3, 8, 16, tzinfo=UTC)),
        (s.as_number, "1,234.5", 1234.5),
        (s.as_number, "１２", 12),
        (s.as_number, "3.5万", 35000),
        (s.as_number, "85%", 0.85),
        (s.as_number, "-0.10", -0.1),
        (s.as_number, 7, 7),
        (s.as_number, None, None),
        (s.as_integer, "15", 15),
        (s.as_integer, 15.0, 15),
        (s.as_yes_no, "是", True),
        (s.as_yes_no, "√", True),
        (s.as_yes_no, "无", False),
        (s.as_yes_no, 0, False),
        (s.as_yes_no, None, None),
        (s.as_text, 331081001000, "331081001000"),
        (s.as_text, 331081001000.0, "331081001000"),
        (s.as_text, 2.50, "2.5"),
        (s.as_text, True, "是"),
        (s.as_text, time(8, 30), "08:30"),
        (s.as_text, None, ""),
    ],
)
def test_what_is_meant(read: Callable[[s.Value], Any], value: s.Value, meant: Any) -> None:
    assert read(s.clean(value)) == meant
    assert read(value) == meant or isinstance(value, float)


@pytest.mark.parametrize(
    ("read", "value", "words", "mend"),
    [
        (s.as_date, "3月9日", "「3月9日」不是日期", "年月日都要有"),
        (s.as_date, "2026年3月", "不是日期", "2026-03-09"),
        (s.as_date, "2026-02-30", "「2026-02-30」不是日期", "2026-03-09"),
        (s.as_date, "尽快", "「尽快」不是日期", ""),
        (s.as_date, 15, "「15」不是日期", ""),
        (s.as_date, True, "「是」不是日期", ""),
        (s.as_moment, "2026-03-09 25:00", "不是日期", ""),
        (s.as_moment, "2026-03-09 14:30 左右", "不是日期", ""),
        (s.as_number, "约15", "「约15」不是数字", "单位写在表头"),
        (s.as_number, "15天", "不是数字", "单位写在表头"),
        (s.as_number, MARCH_9, "「2026-03-09」不是数字", ""),
        (s.as_integer, "1.5", "「1.5」不是整数", "整数"),
        (s.as_yes_no, "也许", "看不出是或否", "“是”或“否”"),
        (s.as_text, 331081199001011000, "超过 15 位", "文本格式"),
    ],
)
def test_what_is_wrong_is_repeated_with_a_mend(
    read: Callable[[s.Value], Any], value: s.Value, words: str, mend: str
) -> None:
    with pytest.raises(s.CellError) as caught:
        read(value)
    assert words in caught.value.words
    assert mend in caught.value.mend


def test_one_of_a_list() -> None:
    grades = ["低", "一般", "较大", "重大"]
    assert s.as_choice(" 重 大 ", grades) == "重大"
    assert s.as_choice(None, grades) is None
    with pytest.raises(s.CellError) as caught:
        s.as_choice("重大隐患", grades)
    assert "是不是「重大」" in caught.value.mend
    assert "低、一般、较大、重大" in caught.value.mend


@given(st.dates(date(1955, 1, 1), date(2100, 1, 1)))
def test_a_day_is_read_in_every_way_it_is_written(day: date) -> None:
    counted = (day - date(1899, 12, 30)).days
    ways = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        counted,
    ]
    assert {s.as_date(way) for way in ways} == {day}


anything = st.one_of(
    st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes()
)


@given(anything)
def test_no_cell_brings_anything_but_its_type_or_a_cell_error(value: Any) -> None:
    for read, wanted in (
        (s.as_date, date),
        (s.as_moment, datetime),
        (s.as_number, int | float),
        (s.as_integer, int),
        (s.as_yes_no, bool),
        (s.as_text, str),
    ):
        try:
            result = read(value)
        except s.CellError:
            continue
        assert result is None or isinstance(result, wanted)
