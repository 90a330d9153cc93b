"""A condition in a catalogue is judged when it is loaded, and answers or refuses when asked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel.errors import Refused
from anlan.kernel.expressions import ExpressionError, compile_expression


class Grade(Enum):
    ORDINARY = "一般"
    MAJOR = "重大"


CONTEXT: dict[str, type] = {
    "grade": Grade,
    "overdue_days": int,
    "rate": Decimal,
    "sectors": list,
    "found_on": date,
    "due_at": datetime,
    "left": timedelta,
    "code": str,
    "urgent": bool,
    "facts": dict,
}
VALUES: dict[str, Any] = {
    "grade": Grade.MAJOR,
    "overdue_days": 5,
    "rate": Decimal("0.85"),
    "sectors": ("粉尘", "消防"),
    "found_on": date(2026, 2, 14),
    "due_at": datetime(2026, 3, 9, 1, tzinfo=UTC),
    "left": timedelta(hours=30),
    "code": "331081001",
    "urgent": False,
    "facts": {"depth": 0.6, "level": Grade.ORDINARY},
}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("grade == '重大' && overdue_days > 3", True),
        ("grade == '一般' || urgent", False),
        ("rate >= 0.85", True),
        ("overdue_days >= 4.5", True),  # whole and decimal may be compared
        ("double(overdue_days) * 0.5", 2.5),
        ("'消防' in sectors && size(sectors) == 2", True),
        ("sectors.exists(each, each.startsWith('粉'))", True),
        ("sectors.map(each, length(each))", [2, 2]),
        ("code.matches('^331081')", True),
        ("found_on < date('2026-02-15') && found_on >= date('2026-02-14')", True),
        ("days_between(found_on, due_at)", 23),
        ("left > duration('24h')", True),
        ("due_at - duration('24h') < timestamp('2026-03-08T01:00:01Z')", True),
        ("max(overdue_days, 9) + abs(-1) + min(1, 2)", 11),
        ("facts.depth > 0.5 && facts.level == '一般'", True),
        ("has(facts.speed) ? facts.speed : 0.0", 0.0),
        ("'grade_x && nosuch(1)' == code", False),  # a text is not looked into
    ],
)
def test_what_a_district_may_write(text: str, answer: Any) -> None:
    assert compile_expression(text, CONTEXT).evaluate(**VALUES) == answer


@pytest.mark.parametrize(
    ("text", "position", "words", "mend"),
    [
        ("overdue_day > 3", (1, 1), "没有「overdue_day」这个名称", "是不是「overdue_days」"),
        ("urgent &&\n  grad == '重大'", (2, 3), "「grad」", "是不是「grade」"),
        ("'grad' == grad", (1, 11), "「grad」", "grade"),  # not the one inside the quotes
        ("sectors.exist(each, each == code)", (1, 9), "「exist」这个函数", "是不是「exists」"),
        ("day_between(found_on, due_at) > 3", (1, 1), "函数", "是不是「days_between」"),
        ("grade = '重大'", (1, 7), "写法不对", "=="),
        ("(overdue_days > 3", (1, 18), "写法不对", "括号"),
        ("urgent and code == ''", (1, 8), "写法不对", "&&"),
        ("", (1, 1), "写法不对", ""),
        ("overdue_days > '3'", (1, 1), "类型对不上", "引号"),
        ("overdue_days * 0.5", (1, 1), "overdue_days 是整数", "double("),
        ("rate == 0.85 && code > 3", (1, 1), "类型对不上", ""),
        ("'a' * 3", (1, 1), "类型对不上", ""),
        ("urgent || " * 300 + "urgent", (1, 1), "太长", "拆"),
        ("(" * 1500 + "urgent" + ")" * 400, (1, 1), "写法不对", ""),
    ],
)
def test_what_is_refused_when_it_is_loaded(
    text: str, position: tuple[int, int], words: str, mend: str
) -> None:
    if words == "类型对不上" and "&&" in text:
        text = text.replace("rate == 0.85 && ", "rate == 1.5 && ")  # so that the right side counts
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, CONTEXT)
    error = caught.value
    assert words in error.words
    assert mend in error.mend
    if len(text) < 1000:
        assert (error.line, error.column) == position


@pytest.mark.parametrize(
    ("text", "changes", "words"),
    [
        ("overdue_days > 3", {"overdue_days": None}, "「overdue_days」没有值"),
        ("10 / overdue_days > 3", {"overdue_days": 0}, "除数为零"),
        ("facts.speed > 3", {}, "没有「speed」这一项"),
        ("sectors[5] == ''", {}, "算不出来"),
        ("int(code) > 3", {"code": "三"}, "算不出来"),
        ("date(code) > found_on", {"code": "昨天"}, "算不出来"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_not_taken_for_no(
    text: str, changes: dict[str, Any], words: str
) -> None:
    expression = compile_expression(text, CONTEXT)
    with pytest.raises(Refused) as caught:
        expression.evaluate(**VALUES | changes)
    assert words in caught.value.words
    assert text in caught.value.words


def test_a_condition_answers_yes_or_no_and_nothing_else() -> None:
    assert compile_expression("overdue_days > 3", CONTEXT).holds(**VALUES) is True
    with pytest.raises(Refused, match="不是“是”或“否”"):
        compile_expression("overdue_days + 3", CONTEXT).holds(**VALUES)


def test_a_value_left_out_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match="overdue_days"):
        compile_expression("overdue_days > 3", CONTEXT).evaluate(grade=Grade.MAJOR)


def test_it_says_which_names_it_needs() -> None:
    expression = compile_expression("sectors.all(code, code != '') && overdue_days > 3", CONTEXT)
    assert expression.names == {"sectors", "overdue_days"}


def test_two_of_the_same_text_are_the_same() -> None:
    assert compile_expression("urgent", CONTEXT) == compile_expression("urgent", CONTEXT)


@given(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40))
def test_it_reckons_as_python_does(left: int, right: int) -> None:
    expression = compile_expression("max(a, b) - min(a, b) == abs(a - b)", {"a": int, "b": int})
    assert expression.holds(a=left, b=right)


@given(st.text(max_size=40))
def test_no_text_brings_anything_but_an_expression_or_a_refusal(text: str) -> None:
    try:
        used = compile_expression(text, CONTEXT).names
    except ExpressionError:
        used = frozenset()
    assert used <= CONTEXT.keys()
