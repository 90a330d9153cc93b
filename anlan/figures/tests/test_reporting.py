"""How a report says numbers: a template read, phrases made, sentences edited. No database."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.figures.rules import parse_period, reporting
from anlan.figures.rules.reporting import Ask, Known, Part, TemplateError, Told, phrases
from anlan.formats import official
from anlan.formats.official import Run

D = Decimal
AREAS = {"area": "区域", "sector": "重点领域"}
KNOWN = {
    "accidents": Known("accidents", "事故起数", "起", False, AREAS),
    "deaths": Known("deaths", "死亡人数", "人", False, AREAS),
    "injured": Known("injured", "受伤人数", "人", False, AREAS),
    "found": Known("found", "发现隐患", "条", False, AREAS),
    "rate": Known("rate", "整改率", "%", True, AREAS),
    "days": Known("days", "办结天数", "天", False, AREAS),
}


def told(key: str, value: object, base: object = None, parts: tuple = ()) -> Told:
    given = tuple(Part(k, k, None if v is None else D(v), f"{key}|area|{k}") for k, v in parts)
    number = None if value is None else D(str(value))
    return Told(KNOWN[key], number, None if base is None else D(str(base)), ref=key, parts=given)


LUOHU = {
    Ask("accidents"): told("accidents", 6, 11),
    Ask("deaths"): told("deaths", 5, 7),
    Ask("injured"): told("injured", 1, 5),
}


def written(text: str, answers: Mapping[Ask, Told]) -> tuple[official.Block, ...]:
    def judge(condition: str, values: Mapping[str, float]) -> bool:
        return bool(eval(condition, {"__builtins__": {}}, dict(values)))

    facts = dict.fromkeys(("期间", "地区", "全域", "截至", "年", "单位", "下期"), "甲")
    lines = reporting.read(text, KNOWN)
    assert reporting.needs(lines) <= set(answers), reporting.needs(lines) - set(answers)
    return reporting.write(lines, reporting.Frame(facts, judge, "全市", answers))


def words(blocks: tuple[official.Block, ...]) -> list[str]:
    return [official.plain(b.lead) + official.plain(b.runs) for b in blocks]  # type: ignore[union-attr]


def test_the_sentence_of_luohu_comes_back_to_the_digit():
    text = (
        "发生生产安全事故{事故起数}，死亡{死亡人数}，受伤{受伤人数}，"
        "{同比分别:事故起数、死亡人数、受伤人数}。"
    )
    assert words(written(text, LUOHU)) == [
        "发生生产安全事故6起，死亡5人，受伤1人，同比分别下降45.45%、28.57%和80%。"
    ]


@pytest.mark.parametrize(
    ("value", "base", "said"),
    [
        (6, 11, "同比下降45.45%"),
        (11, 6, "同比上升83.33%"),
        (5, 5, "与上年同期持平"),
        (3, 0, "上年同期为0，增加3起"),
        (3, None, "上年同期无数据"),
        (None, 3, "无数据"),
        (0, 0, "与上年同期持平"),
    ],
)
def test_a_change_has_words_for_every_base(value, base, said):
    pair = (None if value is None else D(value), None if base is None else D(base))
    assert phrases.change_words(*pair, "起") == said


def test_a_rate_moves_by_points_and_a_duration_grows_longer():
    assert phrases.change_words(D("99.6"), D("98.4"), "%", is_rate=True) == "同比提高1.2个百分点"
    assert phrases.change_words(D(9), D(12), "天") == "同比缩短25%"
    against = phrases.change_words(D(9), D(12), "条", against="环比")
    assert against == "环比下降25%"


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (((6, 11), (8, 7)), "同比分别下降45.45%和上升14.29%"),
        (((5, 5), (7, 7)), "均与上年同期持平"),
        (((0, 0), (7, 7), (0, 0)), "均与上年同期持平"),
        (((6, 11), (7, 7)), "同比分别下降45.45%和持平"),
        (((6, 11), (2, 0)), "同比分别下降45.45%和增加2起（上年同期为0）"),
    ],
)
def test_several_changes_in_one_breath(pairs, said):
    given = [(D(value), D(base), "起") for value, base in pairs]
    assert phrases.respectively(given) == said


def test_a_paragraph_that_has_nothing_to_say_is_left_out_and_numbers_close_up():
    text = "一、总体\n【如果 死亡人数 > 9】（一）严峻。\n【否则】（一）平稳。\n（二）其他。\n二、空"
    assert words(written(text, LUOHU)) == ["一、总体", "（一）平稳。", "（二）其他。"]
    missing = {**LUOHU, Ask("deaths"): told("deaths", None)}
    assert words(written("【如果 死亡人数 < 9】好\n【否则】缺数", missing)) == ["缺数"]


PARTS = (("泽国镇", 120), ("太平街道", 98), ("大溪镇", 98), ("箬横镇", 3))


def test_a_breakdown_adds_up_and_ranks_the_same_every_time():
    ask = Ask("found", by="area")
    answers = {ask: told("found", 319, 300, PARTS), Ask("found"): told("found", 319, 300)}
    [table] = written("【表 各地】发现隐患 按区域", answers)
    assert isinstance(table, official.Table)
    cells = [[official.plain(cell.runs) for cell in row] for row in table.rows]
    assert cells[0] == ["全市", "319"]
    assert sum(int(row[1]) for row in cells[1:]) == 319
    said = words(
        written("多的有{其中:发现隐患 按区域 前3}，少的是{最低:发现隐患 按区域}。", answers)
    )
    assert said == ["多的有泽国镇120条、大溪镇98条、太平街道98条，少的是箬横镇（3条）。"]


def test_all_who_share_a_place_are_named_and_each_opens_its_rows():
    ask = Ask("rate", by="area")
    tied = (("泽国镇", "68.75"), ("坞根镇", "68.75"), ("大溪镇", "90"))
    [block] = written("最低的是{最低:整改率 按区域}。", {ask: told("rate", "80", None, tied)})
    assert official.plain(block.runs) == "最低的是坞根镇（68.75%）、泽国镇（68.75%）。"
    assert [run.ref for run in block.runs if run.ref] == ["rate|area|坞根镇", "rate|area|泽国镇"]
    [table] = written("【排名 各地】整改率 按区域", {ask: told("rate", "80", None, tied)})
    assert [official.plain(row[0].runs) for row in table.rows] == ["1", "2", "2"]
    many = tuple((f"第{n}镇", "100") for n in range(1, 9))
    [block] = written("最高的是{最高:整改率 按区域}。", {ask: told("rate", "100", None, many)})
    assert official.plain(block.runs).endswith("第5镇（100.00%）等8个并列。")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("发现{发现隐患}，转办整改率{整改率}，督办{事故起数}。", ["发现9条，督办6起。"]),
        ("发现{发现隐患}；整改率{整改率}，{整改率.同比}。其他照旧。", ["发现9条。其他照旧。"]),
        ("整改率{整改率}；督办{事故起数}。", ["督办6起。"]),
        ("整改率{整改率}。", []),
        ("发现{发现隐患}（其中整改率{整改率}，完成{事故起数}）。",
         ["发现9条（其中整改率无数据，完成6起）。"]),
    ],
)  # fmt: skip
def test_half_a_sentence_without_data_is_left_out(text, said):
    answers = {**LUOHU, Ask("found"): told("found", 9, 9), Ask("rate"): told("rate", None)}
    assert words(written(text, answers)) == said


def test_a_table_that_nobody_has_filled_in_is_left_out():
    ask = Ask("found", by="sector")
    for parts, tables in (((("未填写", 9),), 0), ((("未填写", 9), ("消防", 2)), 1)):
        answers = {ask: told("found", 9, 9, parts)}
        assert len(written("【表 各领域】发现隐患 按重点领域", answers)) == tables


def test_a_computed_number_carries_what_opens_its_rows():
    [block] = written("共{事故起数}。", LUOHU)
    assert [run for run in block.runs if run.ref] == [Run("6起", ref="accidents")]


@pytest.mark.parametrize(
    ("text", "line", "what", "mend"),
    [
        ("好\n共{发现隐患数}", 2, "没有指标", "发现隐患"),
        ("{整改率.同笔}", 1, "认不出", "同比"),
        ("{发现隐患@去年}", 1, "认不出统计期", "累计"),
        ("【表 各地】发现隐患 按天气", 1, "不能按", "区域"),
        ("共{发现隐患", 1, "花括号", "对应"),
        ("【否则】没有", 1, "没有【如果】", "之后"),
        ("【图 各地】发现隐患", 1, "按什么分", "按月"),
        ("{占比:发现隐患}", 1, "部分/整体", "占比"),
        ("【如果】好", 1, "没有指标", "死亡人数"),
    ],
)
def test_a_template_that_is_wrong_says_the_line_and_the_mend(text, line, what, mend):
    with pytest.raises(TemplateError, match=what) as wrong:
        reporting.read(text, KNOWN)
    assert wrong.value.line == line
    assert mend in wrong.value.mend


# --- edited by a clerk ----------------------------------------------------------------------------

COMPUTED = (
    Run("发现隐患"),
    Run("225条", "found"),
    Run("，整改率"),
    Run("99.11%", "rate"),
    Run("。"),
)


def test_words_may_change_and_the_numbers_still_open_their_rows():
    new = reporting.rewritten(COMPUTED, "上半年，全市发现隐患225条，其整改率为99.11%。")
    assert [(run.text, run.ref) for run in new if run.ref] == [
        ("225条", "found"),
        ("99.11%", "rate"),
    ]
    assert not reporting.numbers_by_hand(new)


def test_a_number_typed_over_keeps_its_rows_and_says_that_it_was_typed():
    new = reporting.rewritten(COMPUTED, "发现隐患230条，整改率99.11%，另有7处。")
    assert [(r.text, r.ref) for r in reporting.numbers_by_hand(new)] == [
        ("230", "found"),
        ("7", ""),
    ]
    assert official.plain(new) == "发现隐患230条，整改率99.11%，另有7处。"


@given(st.text("发现0123456789.%，条", max_size=40))
def test_whatever_is_typed_is_what_stands_there(typed):
    """No edit loses a letter, and no new digit passes for a computed one."""
    new = reporting.rewritten(COMPUTED, typed)
    assert official.plain(new) == typed
    computed = "".join(run.text for run in new if run.ref and not run.by_hand)
    assert all(digit in "225条99.11%" for digit in computed)


# --- spans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "before", "to_date", "spoken", "then"),
    [
        ("2024-06", "2024-05", "2024-01-01..2024-06-30", "2024年6月", "7月"),
        ("2024-01", "2023-12", "2024-01", "2024年1月", "2月"),
        ("2024H1", "2023-07-01..2023-12-31", "2024-01-01..2024-06-30", "2024年上半年", "下半年"),
        ("2024", "2023-01-01..2023-12-31", "2024-01-01..2024-12-31", "2024年", "2025年"),
        ("2024-W26", "2024-06-17..2024-06-23", "2024-01-01..2024-06-30", "2024年第26周", "下周"),
        ("2024-01..08", "2023-05-01..2023-12-31", "2024-01-01..2024-08-31", "2024年1—8月",
         "下一阶段"),
    ],
)  # fmt: skip
def test_the_spans_that_a_report_speaks_of(text, before, to_date, spoken, then):
    period = parse_period(text)
    for name, wanted in (("上期", before), ("累计", to_date)):
        span = reporting.span_of(name, period)
        assert span.text == wanted
        assert parse_period(span.text) == span, "its text can be read again"
    assert (reporting.spoken(period), reporting.following(period)) == (spoken, then)
    months = [month for _, month in reporting.months_of(period)]
    assert (months[0].start, months[-1].last) == (period.start, period.last)
