"""Sentences of work reports that led an auditor astray, and errors not to be missed."""

import pytest

from anlan.figures.rules.audit import Kind, Verdict, audit, passages

QUIET = [
    "全县生产总值达到1.08万亿元,其中规上工业增加值2307.6亿元。",
    "本镇在全市考核中的排名由第19位上升到第7位,位次由19位上升到7位。",
    "新增造林48万亩、其中山地绿化13万亩,修复草场217万亩。",
    "新建村道2.4万米、建成步道1.5万米,和美村庄建成率达到65%。",
    "改造小区225个,抓好两个民生小事,垃圾回收利用率达43%。",
    "发现隐患400处,其中重大隐患12处,已整改390处,重大隐患整改率91.7%。",
    "从今年11月1日到明年1月31日,开展为期三个月的攻坚。",
    "增开班车16班次。其中,去程7班次,返程9班次,期间总数达到88班次。",
    "公司去年收入5.9亿元,同比增长51%;利润为1.3亿元,同比增长87%。",
    "5日加开4趟,分别是8时、9时、10时和11时,共4次;6日加开6次。",
    "森林火情35起,同比增长250%,2起成灾火灾均已查明。",
    "发现问题526个,其中当场整改412个,限期整改114个,已全部整改完毕,整改率100%。",
    "发现一般隐患1200条,整改1180条;重大隐患8条,整改7条,整改率分别为98.33%和87.5%。",
    "检查检验机构30家,其中专门指导12家,抽检合格率98%,超计划8个百分点。",
    "计划检查180家,实际检查207家,完成率115%。",
    "每10名学员有4人评优。其中,外地学员招收2655人。",
    "省级以上园区68个。收入50万元以上的村占比达68%,总产值3420万元。",
    "7月1日至7月31日,平均气温30度,强降雨持续3天。",
    "用水从350吨降到210吨,下降四成。全年近三成企业参与。",
    "打造6个品牌。有效专利比2020年增长58.1%。",
    "全县7个镇、3个街道共排查1256处。",
    "下达指令书46份,其中二级企业18份、三级企业8份。",
    "接报信息32条,其中自然灾害类6条,事故灾难类15条,公共卫生类8条,社会安全类3条。",
    "共接警195.6万起,其中,执勤(9.6万起)及其他(10.5万起)占总数的10.3%。",
    "现有国有应急队伍12支、社会救援力量8支,共20支。",
]

FOUND = [  # (the sentence, what is stated wrongly, what it should be)
    ("一般隐患1200条,整改1180条;重大隐患8条,整改7条,整改率分别为97.5%和87.5%。", "97.5%", "98.33%"),
    ("应到120人,实到115人,到会率98%。", "98%", "95.83%"),
    ("计划检查180家,实际检查207家,完成率130%。", "130%", "115.00%"),
    ("抽查50家,其中12家不合格,不合格率60%。", "60%", "24.00%"),
    ("抽查50家,合格38家,不合格14家。", "50家", "52家"),
    ("检查房屋8650栋,发现隐患326栋,已整治308栋,整治率97.5%。", "97.5%", "94.48%"),
    ("完成投资3.65亿元,占年度计划3.20亿元的104%。", "104%", "114.06%"),
    ("共发生事故45起。道路运输27起,占事故总数的65%。", "65%", "60.00%"),
    ("共发生事故25起,其中道路12起和工矿8起,分别占48%和30%。", "30%", "32.00%"),
    ("办理时限由20个工作日压缩至8个工作日,压缩65%。", "65%", "60.00%"),
    ("火警由上年的1200起降至1020起,下降9%。", "9%", "15.00%"),
    ("用水从350吨降到210吨,下降七成。", "七成", "40.00%"),
    ("参训由1000人增加到3000人,翻了一番。", "一番", "3.00倍"),
    ("接报1200起,去年同期600起,是去年同期的2.5倍。", "2.5倍", "2.00倍"),
    ("事故11起、死亡9人,同比增加3起、上升27.27%。", "27.27%", "37.50%"),
    ("事故10起,死亡8人。与上年同期相比,起数减少3起,下降25.08%。", "25.08%", "23.08%"),
    ("事故11起,死亡11人;2022年同期14起,13人,分别下降21.4%、25.4%。", "25.4%", "15.38%"),
    ("投入1200万元,其中中央700万元,省级资金400万元,市级资金600万元。", "1200万元", "1700万元"),
    ("达标326家,其中二级28家、三级308家。", "326家", "336家"),
    ("立案128起,其中一般程序96起、简易程序42起。", "128起", "138起"),
    ("全市120处场所中已完成更新108处,完成率80%。", "80%", "90.00%"),
    ("今年1至6月检查580家次,去年同期检查520家次,同比增长15.5%。", "15.5%", "11.54%"),
    ("行动从3月1日开始,6月8日结束,历时120天。", "120天", "100天"),
    ("启动响应8次,其中Ⅳ级5次、Ⅲ级3次、Ⅱ级1次。", "8次", "9次"),
    ("隐患点128处,其中滑坡96处、崩塌38处、泥石流9处。", "128处", "143处"),
    ("共有35个乡镇(街道),其中乡8个、镇22个、街道6个。", "35个", "36个"),
    ("共接警136起(火灾36起,抢险救援56起,社会救助64起)。", "136起", "156起"),
    ("2023年7月28日至8月2日,平均降雨量326毫米,历时9天。", "9天", "6天"),
    ("7月28日8时至8月2日8时,历时128小时。", "128小时", "120.0小时"),
]


@pytest.mark.parametrize("sentence", QUIET)
def test_what_is_right_is_neither_contradicted_nor_asked_about(sentence):
    found = audit(sentence)
    assert found.of(Verdict.MISMATCH) + found.of(Verdict.QUESTION) == []


@pytest.mark.parametrize(("sentence", "stated", "right"), FOUND)
def test_what_is_wrong_is_found_with_what_it_should_be(sentence, stated, right):
    wrong = audit(sentence).of(Verdict.MISMATCH)
    assert [(each.stated, each.recomputed) for each in wrong] == [(stated, right)]


def test_a_number_with_two_swapped_digits_is_asked_about():
    text = "全市共排查整治安全隐患5236条。\n\n二、全市共排查整治安全隐患{}条。"
    assert audit(text.format(5236)).of(Verdict.QUESTION) == []
    [asked] = audit(text.format(5263)).of(Verdict.QUESTION)
    assert (asked.kind, asked.stated) == (Kind.REPEAT, "5263条")


def test_whole_points_that_only_rounding_explains_are_asked_about():
    [check] = [c for c in audit("投保率由78%提升至92%,提升15个百分点。").checks]
    assert check.verdict == "question"


@pytest.mark.parametrize(
    "sentence",
    [
        "发现隐患300条,已整改340条,整改率100%。",
        "危化32家、矿山18家,共60家。",
        "下拨560万元,其中中央资金300万元、省级资金200万元、市级资金10万元。",
    ],
)
def test_what_hardly_adds_up_is_asked_about(sentence):
    found = audit(sentence)
    assert len(found.of(Verdict.QUESTION)) == 1
    assert found.of(Verdict.MISMATCH) == []


def test_the_number_of_an_item_is_no_part_of_its_year():
    found = audit("工作如下:\n5.2025年,一辆三轮车侧翻。\n6.前三季度发生4起。")
    assert [each.text for each in found.figures] == ["4起"]


def test_no_rate_of_what_was_done_is_above_a_hundred():
    [check] = audit("全县重大隐患整改率102%。").checks
    assert check.verdict == "question"


def test_a_sentence_that_never_ends_is_read_in_portions():
    skeleton = "其中道路三起、" * 4000
    portions = list(passages.sentences(skeleton, (), ()))
    assert "".join(each.skeleton for each in portions) == skeleton
    assert max(len(each.skeleton) for each in portions) <= passages.LONGEST
