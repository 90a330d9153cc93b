"""What one sentence says of another: items under their whole, shares of a total told before."""

import pytest

from anlan.figures.rules.audit import Kind, Verdict, audit

ITEMS = """上半年,全县共发生生产安全事故{whole}起、死亡{dead}人,同比减少3起、2人。
1.道路运输事故12起、死亡9人,同比减少2起、1人。
2.工矿商贸事故5起、死亡4人。
3.建筑施工事故3起、死亡2人;未发生较大事故。
4.其他行业事故2起,无人员死亡。
"""

SHARES = """全年共接报火灾400起,死亡16人。与上年相比,起数上升2.0%。
一、从场所看
住宅火灾180起,死亡12人,起数占总数的45%,亡人数占总数的75%。
厂房火灾60起,占火灾总数的{factory}。
二、从原因看
电气火灾140起,占总数的35%;用火不慎80起,占比20%。
"""


def _of(text, verdict):
    return [(check.stated, check.recomputed) for check in audit(text).of(verdict)]


def test_numbered_items_that_make_up_their_whole_are_said_to():
    report = audit(ITEMS.format(whole=22, dead=15))
    sums = [check for check in report.checks if check.kind is Kind.SUM]
    assert [(check.stated, check.verdict) for check in sums] == [
        ("22起", Verdict.OK),
        ("15人", Verdict.OK),
    ]


@pytest.mark.parametrize(
    ("whole", "dead", "wrong"),
    [(23, 15, ("23起", "22起")), (22, 14, ("14人", "15人"))],
)
def test_a_whole_that_its_items_do_not_make_up_is_contradicted(whole, dead, wrong):
    assert _of(ITEMS.format(whole=whole, dead=dead), Verdict.MISMATCH) == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        # measures of one campaign each: no parts of the accidents told before them
        "全年发生事故9起,死亡3人。\n1.开展检查,发生险情2起。\n2.组织演练。\n3.处置火警40起。\n4.接报警情7起。",
        # towns as examples, not all of them
        "全年发生火灾120起。\n1.甲镇发生火灾12起。\n2.乙镇发生火灾10起。\n3.丙镇发生火灾9起。",
        # an item that does not name its injured may have had some
        "共发生事故6起、受伤5人。\n1.道路事故3起、受伤3人。\n2.火灾2起、受伤1人。\n3.工矿事故1起。",
    ],
)
def test_items_of_something_else_are_no_parts(text):
    assert _of(text, Verdict.MISMATCH) + _of(text, Verdict.QUESTION) == []


def test_a_share_of_the_total_in_the_opening_is_recomputed():
    report = audit(SHARES.format(factory="15%"))
    assert not report.of(Verdict.MISMATCH)
    assert not report.of(Verdict.QUESTION)
    fine = {check.stated for check in report.of(Verdict.OK) if check.kind is Kind.SHARE}
    assert fine >= {"45%", "15%", "35%", "20%"}


def test_a_share_that_is_off_where_the_others_are_of_the_same_total_is_contradicted():
    assert _of(SHARES.format(factory="18%"), Verdict.MISMATCH) == [("18%", "15.00%")]


def test_a_share_of_what_is_not_in_the_text_is_left_alone():
    text = SHARES.format(factory="15%") + "较大火灾3起,占较大火灾总数的60%。"
    assert "60%" not in [stated for stated, _ in _of(text, Verdict.MISMATCH)]


QUIET = [
    "支出700亿元,比上年增长19.9%;其中低保资金由上年46亿元增加到92亿元。",
    "总值达到39.8万亿元,年均增长11.2%,收入从3.16万亿元增加到8.31万亿元。",
    "销售额五百亿元,比上年增加三十亿元,增长百分之六点五。",
    "小麦12.5万吨,增长1.1%;油料14.5万吨,其中油菜籽11.1万吨,增长1.0%;蔬菜49.9万吨。",
    "农作物受灾81万亩,其中成灾62万亩、绝收43万亩。",
    "总产值69.93亿元,增加值37.90亿元。其中,种植业9.18亿元;渔业60.75亿元。",
    "受理180万件,办结150万件,正在办理中30万件,超期率0.01%。",
    "派单601件,按时结案597件,超时4件,结案率100%。",
    "发现隐患10734处。\n百日攻坚行动中,全县共出动2218人次,排查一般隐患2688处。",
    "内设机构从4 0 个减少到2 9 个。",
    "事故28起,死亡19人、受伤12人。其中道路17起、死亡11人,占总数的60.71%和57.89%。",
    "65起火灾中,农村34起,城市29起,其他区域2起。",
    "转移1.26万人,集中安置3480人、分散安置9120人。",
    "今年一季度全市事故45起。前三季度全市事故132起。",
]

FOUND = [  # (the sentence, what is stated wrongly, what it should be)
    ("事故42起、死亡45人,同比起数减少3起,人数减少6人,分别下降8.7%、11.8%。", "8.7%", "6.67%"),
    (
        "事故38起、死亡41人,比去年同期起数减少12起、人数减少24人,同比分别下降24%和38.9%。",
        "38.9%",
        "36.92%",
    ),
    ("行政职权396项。其中行政处罚360项,行政许可9项,行政检查15项,其他10项。", "396项", "394项"),
    ("转移24.9万人。其中,甲县启动响应,转移26.5万人;乙县转移1.8万人。", "24.9万人", "28.3万人"),
    ("较年初新增5支,由12支增至16支。", "5支", "4支"),
    ("开放避灾点124个,占全县总数(158个)的88.5%。", "88.5%", "78.48%"),
    ("6起较大火灾中,城市5起,农村2起。", "6起", "7起"),
    ("受理工单2917件,已处理完毕2449件,正在办理568件。", "2917件", "3017件"),
    ("办理时限由20个工作日压缩至6个工作日,压缩率60%。", "60%", "70.00%"),
    ("粮食81.3万吨,其中夏粮14.8万吨,同比增长1.4%;秋粮65.5万吨。", "81.3万吨", "80.3万吨"),
    ("降雨量508毫米,较常年同期402毫米偏多36.4%。", "36.4%", "26.37%"),
]


@pytest.mark.parametrize("sentence", QUIET)
def test_what_is_right_is_neither_contradicted_nor_asked_about(sentence):
    assert _of(sentence, Verdict.MISMATCH) + _of(sentence, Verdict.QUESTION) == []


@pytest.mark.parametrize(("sentence", "stated", "right"), FOUND)
def test_what_is_wrong_is_found_with_what_it_should_be(sentence, stated, right):
    assert _of(sentence, Verdict.MISMATCH) == [(stated, right)]


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("排查隐患13654处,完成整改13724处,其余已落实管控。", "13724处"),
        ("转移1.26万人,集中安置3480人、分散安置9820人。", "1.26万人"),
        ("事故8起(3起道路,死亡2人;1起轻工,死亡1人;3起工矿(冶金),死亡3人)。", "8起"),
        ("特大事故21起,造成323人死亡;与去年同期相比,事故起数减少11起,下降44.4%。", "44.4%"),
        ("编制2191名,其中市级编制521名,区级编制1570名。", "2191名"),
    ],
)
def test_what_hardly_adds_up_is_asked_about(sentence, stated):
    assert [each for each, _ in _of(sentence, Verdict.QUESTION)] == [stated]
    assert _of(sentence, Verdict.MISMATCH) == []


def test_a_total_that_spoils_all_its_shares_is_told_once():
    text = "受理诉求2844件。其中,咨询1246件,占63.7%;求助567件,占29.0%;其他142件,占7.3%。"
    assert _of(text, Verdict.MISMATCH) == [("2844件", "1955件")]


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [("10%", Verdict.OK), ("15%", Verdict.MISMATCH), ("12.2%", Verdict.QUESTION)],
)
def test_yearly_growth_is_that_of_the_two_years(stated, verdict):
    text = f"财政收入由2018年的10亿元增加到2023年的16.1亿元,年均增长{stated}。"
    [check] = [each for each in audit(text).checks if each.stated == stated]
    assert check.verdict is verdict


def test_rain_is_compared_with_the_long_years():
    text = "全县平均降雨量508mm,比历年同期的402毫米偏多{}。"
    assert _of(text.format("106mm"), Verdict.MISMATCH) == []
    assert _of(text.format("206mm"), Verdict.MISMATCH) == [("206mm", "106mm")]
