"""Totals, listings, durations, compound numbers: what is right beside its wrong twin."""

import pytest

from anlan.figures.rules.audit import Verdict, audit

QUIET = [
    # what stands in parentheses or behind 其中 is a part of a part
    "县级队伍12支(其中民兵8支)、镇级30支,合计42支。",
    "死亡5人,受伤12人,其中重伤3人,合计伤亡17人。",
    "死亡5人,受伤12人,其中重伤3人,轻伤9人,合计伤亡17人。",
    "共检查企业50家,责令停产3家、关闭2家,合计5家。",
    "发现隐患300条,已整改280条,未整改20条,共计300条。",
    # a semicolon, 另外 and the next deed end the listing
    "全市共发生生产安全事故45起、死亡38人,其中道路运输事故27起、死亡25人,"
    "工矿商贸事故12起、死亡10人;发生火灾1256起、死亡3人。",
    "全市共发生生产安全事故45起、死亡38人,其中道路运输事故27起、死亡25人,"
    "工矿商贸事故12起、死亡10人;发生火灾36起、死亡3人。",
    "全市共发生事故45起,其中道路27起、工矿12起,另外发生火灾36起。",
    # some days of a stretch
    "7月1日至7月20日,我区强降雨持续5天。",
    "7月1日至8月15日,连续20天超过35℃。",
    "6月1日至6月30日,共15天出现暴雨。",
    "3月1日至6月30日,各镇分别开展为期5天的轮训。",
    "2024年3月至6月,开展专项行动,历时三个月。",
    "重大隐患12处,整改12处,整改率100%;一般隐患320处,已整改300处,剩余20处正在整改。",
    "共有物流企业45家。检查企业1200家。",
    "全市共有工业企业450家。排查企业1200家。",
]

FINE = [
    ("7月25日至29日,全区强降雨历时5天。", "5天"),
    ("6月10日—14日,为期5天。", "5天"),
    ("6月10-14日,举办培训班,为期5天。", "5天"),
    ("6月5日8时至6日20时,历时36小时。", "36小时"),
    ("2024年3月至6月,在全区开展为期四个月的专项行动。", "四个月"),
    ("全市共有企业120家,其中:危化30家;工贸50家;其他40家。", "120家"),
    (
        "全区共发生事故37起,死亡30人。其中,道路交通事故11起,死亡11人;工商贸事故3起,死亡2人;"
        "建筑施工事故15起,死亡12人;其他行业事故8起,死亡5人;未发生火灾。",
        "30人",
    ),
]

FOUND = [  # (the sentence, what is stated wrongly, what it should be)
    ("县级队伍12支(其中民兵8支)、镇级30支,合计50支。", "50支", "42支"),
    ("死亡5人,受伤12人,其中重伤3人,合计伤亡18人。", "18人", "17人"),
    ("共检查企业50家,责令停产3家、关闭2家,合计6家。", "6家", "5家"),
    (
        "全市共发生生产安全事故45起、死亡38人,其中道路运输事故27起、死亡25人,"
        "工矿商贸事故22起、死亡10人;发生火灾36起、死亡3人。",
        "45起",
        "49起",
    ),
    ("全市共有企业120家,其中:危化30家;工贸50家;其他45家。", "120家", "125家"),
    (
        "全区共发生事故37起,死亡30人。其中,道路交通事故11起,死亡11人;工商贸事故3起,死亡2人;"
        "建筑施工事故15起,死亡14人;其他行业事故8起,死亡5人;未发生火灾。",
        "30人",
        "32人",
    ),
    ("7月25日至29日,全区强降雨历时7天。", "7天", "5天"),
    ("6月10日—14日,为期3天。", "3天", "5天"),
    ("6月1日至6月30日,共15天。", "15天", "30天"),
    ("6月5日8时至6日20时,历时30小时。", "30小时", "36.0小时"),
    ("投入3万5千元,其中市级2万元、县级2万5千元。", "3万5千元", "4.5万元"),
]

ASKED = [
    ("发现隐患320处,整改率100%,其中20处正在整改。", "100%"),
    ("全区共有各类生产经营单位450家。检查企业1200家。", "1200家"),
    ("辖区内登记在册企业450家。排查企业1200家。", "1200家"),
]

READ = [
    ("培训3万5千人,投入1亿2千万元,惠及1万2千余家", ["3万5千人", "1亿2千万元", "1万2千余家"]),
    ("筹集3万2000元,转移2亿3000万元", ["3万2000元", "2亿3000万元"]),
    ("检查企业\t85\t120家", ["120家"]),
    ("道路\t27\t300%", ["300%"]),
    ("举报电话为12350。联系电话为0576-86208110。邮编为317500。", []),
    ("亿元GDP死亡率为0.021,万人火灾发生率为1.2", ["0.021", "1.2"]),
    ("7月25日至29日、6月10日—14日上午,30日8时", []),
    ("2024年06月14日。二〇二四年六月十四日。二○二四年度", []),
    ("历时5日", ["5日"]),
]


@pytest.mark.parametrize("sentence", QUIET)
def test_what_is_right_is_neither_contradicted_nor_asked_about(sentence):
    found = audit(sentence)
    assert found.of(Verdict.MISMATCH) + found.of(Verdict.QUESTION) == []


@pytest.mark.parametrize(("sentence", "stated"), FINE)
def test_what_adds_up_is_said_to_add_up(sentence, stated):
    found = audit(sentence)
    assert found.of(Verdict.MISMATCH) + found.of(Verdict.QUESTION) == []
    assert stated in {each.stated for each in found.of(Verdict.OK)}


@pytest.mark.parametrize(("sentence", "stated", "right"), FOUND)
def test_the_wrong_twin_is_found(sentence, stated, right):
    wrong = audit(sentence).of(Verdict.MISMATCH)
    assert [(each.stated, each.recomputed) for each in wrong] == [(stated, right)]


@pytest.mark.parametrize(("sentence", "stated"), ASKED)
def test_what_cannot_both_be_right_is_asked(sentence, stated):
    found = audit(sentence)
    assert [each.stated for each in found.of(Verdict.QUESTION)] == [stated]
    assert found.of(Verdict.MISMATCH) == []


@pytest.mark.parametrize(("text", "figures"), READ)
def test_which_figures_are_read(text, figures):
    found = audit(text).figures
    assert [each.text for each in found] == figures


def test_a_page_number_between_blank_lines_does_not_break_the_sentence():
    text = "各级各部门认真贯彻落实决策部署共发现隐 \n\n - 3 - \n\n患300条,已整改290条,整改率99%。"
    [wrong] = audit(text).of(Verdict.MISMATCH)
    assert text[wrong.start : wrong.end] == wrong.stated == "99%"


@pytest.mark.parametrize("piece", ["万", "亿", "\n", "比2022年3起"])
def test_a_text_of_one_piece_over_and_over_is_read_to_its_end(piece):
    assert audit(piece * 8000).text == piece * 8000
