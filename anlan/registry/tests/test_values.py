"""What officers really type into cells, and what becomes of it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registry.rules import Field, Problem, day_of, moment_of, reader_of


def read(raw, type="text", **limits):
    return reader_of(Field("value", "项目", type, **limits))(raw)


def refused(raw, type="text", **limits):
    with pytest.raises(Problem) as caught:
        read(raw, type, **limits)
    return caught.value


@pytest.mark.parametrize(
    "written",
    [
        "2024-06-12", "2024/6/12", "2024.6.12", "2024年6月12日", "20240612", "２０２４-０６-１２",
        "2024-06-12 08:30", 45455, 45455.0, date(2024, 6, 12), datetime(2024, 6, 12, 9, tzinfo=UTC),
    ],
)  # fmt: skip
def test_one_day_however_the_village_writes_it(written):
    assert day_of(written) == date(2024, 6, 12)


@pytest.mark.parametrize("written", ["2024-13-01", "2023-02-29", "昨天", "6月12日", "12", 7])
def test_what_is_no_day_is_refused_with_the_mend(written):
    problem = refused(written, "date")
    assert str(written) in problem.words
    assert problem.mend


def test_a_moment_without_zone_is_beijing_time():
    assert moment_of("2024-06-12 08:30") == datetime(2024, 6, 12, 0, 30, tzinfo=UTC)
    assert moment_of("2024-06-12 00:30:05Z") == datetime(2024, 6, 12, 0, 30, 5, tzinfo=UTC)
    assert moment_of(45455.5) == datetime(2024, 6, 12, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800000009", "13800000009"), (13800000009.0, "13800000009"),
        ("+86 138 0000 0009", "13800000009"), ("１３８００００００09", "13800000009"),
        ("0576-86120000", "0576-86120000"), ("86120000", "86120000"), ("119", "119"),
    ],
)  # fmt: skip
def test_telephones_as_excel_and_people_keep_them(written, kept):
    assert read(written, "phone") == kept


@pytest.mark.parametrize("written", ["1380000000", "138000000099", "李秀英", "13800000009/119"])
def test_a_wrong_telephone_is_refused_and_not_repeated(written):
    problem = refused(written, "phone")
    assert written not in problem.words, "a number in an error is a number in a log"


def test_numbers_come_with_commas_units_and_blanks():
    assert read("1,200", "number") == 1200
    assert read(" 12.5 吨", "number", unit="吨") == 12.5
    assert read(3.0, "number") == 3
    assert isinstance(read(3.0, "number"), int)


@pytest.mark.parametrize("written", ["约10", "", "12吨", "nan", True, float("inf")])
def test_what_is_no_number_is_refused(written):
    assert refused(written, "number").mend


def test_a_number_out_of_range_says_the_range():
    problem = refused(500, "number", least=Decimal(-180), most=Decimal(180))
    assert "500" in problem.words
    assert "-180到180" in problem.mend


def test_a_choice_takes_the_word_the_key_and_names_the_nearest():
    grades = {"低": "LOW", "较大": "LARGER", "重大": "MAJOR"}
    assert read("较大", "choice", choices=grades) == "LARGER"
    assert read(" larger ".strip(), "choice", choices=grades) == "LARGER"
    problem = refused("较大风险", "choice", choices=grades)
    assert "是不是“较大”" in problem.mend
    assert "低、较大、重大" in problem.mend


@pytest.mark.parametrize(
    ("written", "meant"), [("是", True), ("√", True), (1, True), ("无", False)]
)
def test_yes_and_no_in_many_words(written, meant):
    assert read(written, "yes_no") is meant


def test_maybe_is_neither():
    assert "大概" in refused("大概", "yes_no").words


def test_a_credit_code_is_checked_by_its_last_sign():
    assert read("91110000600037341L", "credit_code") == "91110000600037341L"
    assert "91110000600037341X" in refused("91110000600037341x", "credit_code").words


def test_a_text_loses_stray_blanks_and_is_not_cut_silently():
    assert read("  泽国镇 \n 牧屿街 ") == "泽国镇 牧屿街"
    assert read("一行\r\n二行 ", lines=True) == "一行\n二行"
    assert "201" in refused("长" * 201).words


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates()),
    st.sampled_from(["text", "number", "date", "moment", "yes_no", "phone", "credit_code"]),
)
def test_whatever_stands_in_a_cell_is_read_or_refused_never_a_crash(raw, type):
    told = False
    try:
        read(raw, type)
    except Problem as problem:
        told = bool(problem.words)
    else:
        told = True
    assert told
