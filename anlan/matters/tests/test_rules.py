"""Decisions alone: values in, values out, no district needed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel import calendar
from anlan.matters import rules
from anlan.matters.rules import Clause, Line, Route, Seat, Span

BEIJING = ZoneInfo("Asia/Shanghai")
AT = datetime(2024, 6, 12, 8, 0, tzinfo=UTC)
DAYS = timedelta(days=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


# --- due dates ------------------------------------------------------------------------------------


def test_fifteen_natural_days_from_dispatch():
    assert rules.due(Span(days=15), AT, calendar.load()) == AT + 15 * DAYS


def test_hours_need_no_calendar():
    assert rules.due(Span(hours=24), AT, calendar.load()) == AT + DAYS


@pytest.mark.parametrize(
    ("dispatched", "due"),
    [
        # 国庆节 2025: 1–8 October off, Sunday 28 September and Saturday 11 October worked.
        ("2025-09-25T10:00", "2025-10-22T10:00"),
        # 春节 2026: 15–23 February off, Saturdays 14 and 28 February worked.
        ("2026-02-09T16:40", "2026-03-06T16:40"),
    ],
)
def test_fifteen_working_days_across_the_long_holidays(dispatched, due):
    assert rules.due(Span(working_days=15), moment(dispatched), calendar.load()) == moment(due)


def test_a_year_whose_holidays_are_not_announced_is_refused():
    with pytest.raises(calendar.UnknownYear, match="2035"):
        rules.due(Span(working_days=15), moment("2035-02-01T09:00"), calendar.load())


@pytest.mark.parametrize("wrong", [{}, {"hours": 1, "days": 1}, {"days": -3}])
def test_a_span_says_one_thing(wrong):
    with pytest.raises(ValueError, match="只写一项"):
        Span(**wrong)


def test_spans_speak_as_officers_do():
    spans = (Span(hours=24), Span(days=15), Span(working_days=15))
    assert [span.words for span in spans] == ["24小时", "15日", "15个工作日"]


# --- lights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "key", "words"),
    [
        (timedelta(days=9, hours=5), "normal", "还剩9天"),
        (timedelta(days=3), "soon", "还剩3天"),
        (timedelta(hours=5, minutes=59), "soon", "还剩5小时"),
        (timedelta(minutes=25), "soon", "还剩25分钟"),
        (timedelta(0), "overdue", "逾期1分钟"),
        (-timedelta(hours=2), "overdue", "逾期2小时"),
        (-timedelta(days=2, hours=23), "overdue", "逾期2天"),
    ],
)
def test_the_light_of_a_deadline(left, key, words):
    light = rules.light(AT + left, AT, window=3 * DAYS)
    assert (light.key, light.words) == (key, words)
    assert light.word == {"normal": "正常", "soon": "临期", "overdue": "逾期"}[key]


def test_a_short_turn_is_not_soon_from_its_first_minute():
    window = rules.warning_window(Span(hours=24), Span(days=3))
    assert window == timedelta(hours=6)
    assert rules.light(AT + timedelta(hours=23), AT, window=window).key == "normal"


@given(st.integers(-(10**7), 10**7))
def test_never_rounded_up_to_look_better(seconds):
    words = rules.time_left(AT + timedelta(seconds=seconds), AT)
    assert words.startswith("还剩" if seconds > 0 else "逾期")
    unit = {"天": 86400, "小": 3600, "分": 60}
    number = int("".join(c for c in words if c.isdigit()))
    length = unit[words.lstrip("还剩逾期0123456789")[0]]
    assert number * length <= max(abs(seconds), 60) < (number + 1) * length


# --- plan, grade, handling ------------------------------------------------------------------------


def test_the_missing_lists_are_named_in_words():
    wanted = ("responsibility", "measure", "funds", "deadline", "contingency")
    gaps = rules.plan_gaps(wanted, {"responsibility": "徐文", "measure": "  ", "deadline": "x"})
    assert rules.plan_words(gaps) == "措施、资金、预案"


MAJOR = Clause("c", "标准", "第七条", "液氨充装", "MAJOR", "chemical", verified=False)


@pytest.mark.parametrize(
    ("clause", "asked", "stands"),
    [
        (MAJOR, "", "MAJOR"),
        (MAJOR, "MAJOR", "MAJOR"),
        (MAJOR, "GENERAL", None),  # the clause decides
        (None, "MAJOR", None),  # 重大 needs a clause
        (None, "GENERAL", "GENERAL"),
        (None, "", ""),
    ],
)
def test_the_grade_comes_from_the_clause(clause, asked, stands):
    assert rules.grade_by(clause, asked) == stands


@pytest.mark.parametrize(
    ("grade", "risk", "firm", "whose"),
    [
        ("MAJOR", "", True, "DEPARTMENT"),
        ("GENERAL", "MAJOR", True, "DEPARTMENT"),
        ("GENERAL", "LARGER", True, "TOWN"),
        ("GENERAL", "LOW", True, "SELF"),
        ("GENERAL", "", False, "TOWN"),
    ],
)
def test_classified_handling(grade, risk, firm, whose):
    assert rules.handling_of(grade=grade, risk=risk, firm_known=firm) == whose


def test_a_chip_has_a_word_and_a_place():
    with pytest.raises(ValueError, match="chip"):
        Clause("c", "法", "一", "字", "GENERAL", "fire", verified=True, often=3)


# --- routing --------------------------------------------------------------------------------------


def test_the_first_rule_that_holds_decides():
    routes = [Route(key, key, key, ("station@area",)) for key in ("never", "first", "second")]
    assert rules.first_match(routes, lambda route: route.when != "never") == routes[1]
    assert rules.first_match(routes, lambda route: False) is None


@pytest.mark.parametrize("wrong", ["station", "station@moon", "@area"])
def test_a_seat_says_role_and_place(wrong):
    with pytest.raises(ValueError, match="角色@位置"):
        Seat.parse(wrong)


def test_paths_from_here_upwards():
    assert rules.here_and_above("/a/b/c/") == ["/a/b/c/", "/a/b/", "/a/"]


# --- chat -----------------------------------------------------------------------------------------


def test_text_for_a_chat_group():
    text = rules.chat_lines(
        [
            Line(
                "YH2024-000001",
                "阀门无检测报告",
                "牧屿 泽海冷链",
                "整改中",
                "徐文岗",
                "逾期2天",
                "重大",
            ),
            Line("YH2024-000002", "安全出口被堵", "迎辉3号网格", "已销号", "", ""),
        ],
        heading="本周督办",
    )
    assert text.splitlines() == [
        "本周督办",
        "1. 【重大·逾期2天】阀门无检测报告｜牧屿 泽海冷链｜整改中：徐文岗｜YH2024-000001",
        "2. 安全出口被堵｜迎辉3号网格｜已销号｜YH2024-000002",
        "共2件，其中逾期1件。",
    ]
    assert rules.chat_lines([], heading="无") == "无"
