"""Tables of bulletins: what their rows and columns say of one another."""

import pytest

from anlan.figures.rules.audit import Verdict, audit
from anlan.formats.documents import read

BY_TRADE = """类别\t起数\t上年同期\t同比(%)\t死亡人数\t占比(%)
道路运输\t27\t30\t{change}\t25\t{share}
工矿商贸\t12\t10\t20.0\t10\t26.3
其他\t6\t5\t20.0\t3\t7.9
合计\t{total}\t45\t0.0\t38\t100
"""
BY_TOWN = """序号\t镇街\t检查企业(家次)\t发现隐患(条)\t整改(条)\t整改率
1\t太平街道\t85\t120\t118\t{rate}
2\t泽国镇\t120\t210\t205\t97.62%
\t合计\t{visits}\t330\t323\t97.88%
"""
TRUE = {"change": "-10.0", "share": "65.8", "total": "45", "rate": "98.33%", "visits": "205"}


def tables(**wrong: str) -> str:
    told = TRUE | wrong
    return f"6月份情况如下:\n{BY_TRADE.format(**told)}\n各镇街检查情况:\n{BY_TOWN.format(**told)}"


def wrong_ones(text: str) -> list[tuple[str, str]]:
    found = audit(text)
    assert found.of(Verdict.QUESTION) == []
    return [(each.stated, each.recomputed) for each in found.of(Verdict.MISMATCH)]


def test_a_table_that_is_right_is_recomputed_and_left_alone():
    found = audit(tables())
    assert found.of(Verdict.MISMATCH) + found.of(Verdict.QUESTION) == []
    said = [(each.kind, each.stated) for each in found.of(Verdict.OK)]
    assert {("yoy", "-10.0"), ("share", "65.8"), ("sum", "38"), ("rate", "98.33%")} <= set(said)


@pytest.mark.parametrize(
    ("cell", "stated", "right"),
    [
        ("change", "-12.0", "-10.00%"),
        ("share", "68.5", "65.79%"),
        ("rate", "97.33%", "98.33%"),
        ("visits", "215", "205"),
    ],
)
def test_one_cell_that_is_wrong_is_found(cell, stated, right):
    assert wrong_ones(tables(**{cell: stated})) == [(stated, right)]


def test_a_total_is_found_beside_totals_that_add_up():
    assert ("46", "45") in wrong_ones(tables(total="46"))


def test_cells_take_their_unit_from_the_heading_and_keep_their_place():
    text = tables()
    figures = audit(text).figures
    assert ("27", "起") in {(each.text, each.unit) for each in figures}
    assert ("205", "家次") in {(each.text, each.unit) for each in figures}
    assert all(text[each.start : each.end] == each.text for each in figures)


@pytest.mark.parametrize(
    "text",
    [
        # a part of a part, and shares of a larger whole: the table is not what it seems
        "地区\t起数\n道路运输\t27\n其中:货车\t12\n工矿\t10\n合计\t37\n",
        "地区\t起数\t占全省比重(%)\n甲县\t27\t2.1\n乙县\t13\t1.0\n合计\t40\t3.1\n",
        "地区\t降雨量(毫米)\t排名\n甲镇\t127.5\t1\n乙镇\t98.0\t2\n全县\t110.2\t\n",
        "姓名\t电话\t编号\n张三\t86208110\t1\n李四\t86208111\t2\n合计\t2\t3\n",
    ],
)
def test_what_only_looks_like_a_total_is_left_alone(text):
    assert wrong_ones(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "类别      起数   死亡\n道路运输   27     25\n工矿商贸   12     10\n合    计   39     36\n",
        "| 类别 | 起数 | 死亡 |\n|---|---|---|\n"
        "| 道路 | 27 | 25 |\n| 工矿 | 12 | 10 |\n| 合计 | 39 | 36 |\n",
    ],
)
def test_columns_may_be_set_apart_by_spaces_or_strokes(text):
    assert wrong_ones(text) == [("36", "35")]


def test_headings_that_span_columns_and_rows():
    page = (
        "<html><body><table><tr><th rowspan=2>行业</th><th colspan=2>6月</th></tr>"
        "<tr><th><p>起数</p></th><th><p>死亡人数</p></th></tr>"
        "<tr><td><p>道路</p></td><td><p>27</p></td><td><p>25</p></td></tr>"
        "<tr><td>工矿</td><td>12</td><td>10</td></tr>"
        "<tr><td>合 计</td><td>39</td><td>36</td></tr></table></body></html>"
    )
    text = read(page.encode())
    assert "道路\t27\t25" in text
    assert wrong_ones(text) == [("36", "35")]
