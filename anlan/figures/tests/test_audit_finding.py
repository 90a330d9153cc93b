"""Which figures a clerk would underline, and which only look like one."""

from datetime import date
from decimal import Decimal

import pytest

from anlan.figures.rules.audit import audit
from anlan.figures.rules.audit import periods as when
from anlan.figures.rules.audit.normalise import normalise
from anlan.figures.rules.audit.numbers import chinese


def figures(text: str) -> list[tuple[str, Decimal, str]]:
    return [(f.text, f.number.written, f.whole_unit) for f in audit(text).figures]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("检查企业11049家次", [("11049家次", Decimal(11049), "家次")]),
        ("隐患22.54万条", [("22.54万条", Decimal("22.54"), "万条")]),
        ("罚款20.5万,关停5家", [("20.5万", Decimal("20.5"), "万元"), ("5家", Decimal(5), "家")]),
        ("保额13.19亿元", [("13.19亿元", Decimal("13.19"), "亿元")]),
        ("共死亡21 242 人", [("21 242 人", Decimal(21242), "人")]),
        ("事故12,070起", [("12,070起", Decimal(12070), "起")]),
        ("扩容床位2万余张", [("2万余张", Decimal(2), "万张")]),
        ("投入1800余万元", [("1800余万元", Decimal(1800), "万元")]),
        ("近600名信息员", [("近600名", Decimal(600), "名")]),
        ("提高2.3个百分点", [("2.3个百分点", Decimal("2.3"), "个百分点")]),
        ("达到百分之九十五点五", [("百分之九十五点五", Decimal("95.5"), "%")]),
        ("共三百二十个乡镇", [("三百二十个", Decimal(320), "个")]),
        ("两起事故", [("两起", Decimal(2), "起")]),
        ("装备2326件(台)", [("2326件(台)", Decimal(2326), "件(台)")]),
        ("8部门联合整治", [("8", Decimal(8), "")]),
        ("每周督查1-2个行业", [("1-2个", Decimal(1), "个")]),
        ("历时84天", [("84天", Decimal(84), "天")]),
    ],
)
def test_a_figure_with_its_value_and_unit(text, found):
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2024年6月14日下午",
        "完善“1+8+19”方案体系,落实“4353”工作范式",
        "依托“141”基层治理体系进入141平台",
        "第三十七次会议",
        "温应急[2024]9号",
        "浙岭渔69271船",
        "千方百计建院增床",
        "一是加强领导,二是强化责任",
        "信息化一期工程",
        "联系电话 0576-86208110",
        "“六问”抽查",
    ],
)
def test_what_only_looks_like_a_figure(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("更新642个村级防汛形势图", "村级防汛形势图"),
        ("其中已整改22.49万条,", "整改"),
        ("罚款 136.58 万元,", "罚款"),
        ("组织 55 个部门单位签订责任书", "部门单位"),
        ("98 家高危生产经营单位实现投保", "高危生产经营单位"),
    ],
)
def test_what_a_figure_counts(text, counts):
    [figure] = audit(text).figures
    assert figure.counts == counts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百二十", 320),
        ("一千零五", 1005),
        ("两万五千", 25000),
        ("十二", 12),
        ("二〇二三", 2023),
        ("一亿二千万", 120_000_000),
        ("三五", None),
        ("百十百", None),
    ],
)
def test_chinese_numbers(text, value):
    found = chinese(text)
    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022年1-10月", date(2022, 1, 1), date(2022, 10, 31)),
        ("2024年上半年", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024年第二季度", date(2024, 4, 1), date(2024, 6, 30)),
        ("2019-2021年", date(2019, 1, 1), date(2021, 12, 31)),
        ("2024年2月", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024年6月14日", date(2024, 6, 14), date(2024, 6, 14)),
        ("截至2024年10月底", date(2024, 10, 1), date(2024, 10, 31)),
        ("2024年13月", None, None),
    ],
)
def test_periods(text, first, last):
    found = when.find(f"{text},全市平稳")
    assert [(p.first, p.last) for p in found[:1]] == [(first, last)] or found == []


def test_last_year_is_that_before_the_report():
    [title, last] = when.find("2024年工作总结。去年同期11起")
    assert title.first == date(2024, 1, 1)
    assert (last.first, last.of_last_year) == (date(2023, 1, 1), True)


@pytest.mark.parametrize(
    ("copied", "clean"),
    [
        ("發生事故6 起,死亡 5 人", "发生事故6起,死亡5人"),
        ("共１２，３４５条（其中５条）", "共12,345条(其中5条)"),
        ("2 0 2 2 年", "2022年"),
        ("隐患 22 . 54 万条", "隐患22.54万条"),
        ("應(yīng)急管理", "应急管理"),
        (
            "全区认真贯彻落实各项工作部署要求共发现隐\n患三百条",
            "全区认真贯彻落实各项工作部署要求共发现隐患三百条",
        ),
        ("一、工作情况\n二、下步打算", "一、工作情况\n二、下步打算"),
        ("工作总结\n今年以来", "工作总结\n今年以来"),
    ],
)
def test_the_noise_of_copied_pages(copied, clean):
    assert normalise(copied).text == clean


def test_every_clean_character_knows_where_it_stood():
    copied = "發現 隱患\u200b３００ 條"
    clean = normalise(copied)
    assert clean.text == "发现隐患300条"
    start = clean.text.index("300条")
    assert copied[slice(*clean.back(start, start + 4))] == "３００ 條"
