"""The clerk hands in a report: what is wrong in it is found, and what is right is left alone."""

from pathlib import Path

import pytest

from anlan.figures.rules.audit import Kind, Verdict, audit

from .reports import REPORTS, Report

REAL = Path(__file__).parents[4] / "shared" / "mission" / "reports"
ONE_BY_ONE = [pytest.param(each, id=f"{n}-{each.style}") for n, each in enumerate(REPORTS)]


def stated(report: Report, verdict: Verdict) -> set[str]:
    return {each.stated for each in audit(report.text).of(verdict)}


@pytest.mark.parametrize("report", ONE_BY_ONE)
def test_every_contradiction_is_found_and_none_is_invented(report):
    assert stated(report, Verdict.MISMATCH) == set(report.mismatches)


@pytest.mark.parametrize("report", ONE_BY_ONE)
def test_what_must_be_asked_is_asked_and_nothing_else(report):
    assert stated(report, Verdict.QUESTION) == set(report.questions)


@pytest.mark.parametrize("report", [p for p in ONE_BY_ONE if p.values[0].fine])
def test_what_is_right_is_said_to_be_right(report):
    assert set(report.fine) <= stated(report, Verdict.OK)


@pytest.mark.parametrize("report", ONE_BY_ONE)
def test_offsets_count_the_characters_of_the_text_as_it_was_given(report):
    found = audit(report.text)
    assert found.text == report.text
    assert found.figures
    for figure in found.figures:
        assert report.text[figure.start : figure.end] == figure.text
    for each in found.checks:
        assert report.text[each.start : each.end] == each.stated


@pytest.mark.parametrize("report", ONE_BY_ONE)
def test_every_reason_is_a_sentence_for_a_clerk(report):
    for each in audit(report.text).checks:
        assert each.why.endswith(("。", "？"))
        assert not any(word in each.why for word in ("None", "Fraction", "Decimal"))


@pytest.mark.parametrize(
    ("sentence", "kind", "verdict", "recomputed"),
    [
        ("共排查隐患320处,已整改300处,整改率93.8%。", Kind.RATE, "ok", "93.75%"),
        ("共排查隐患320处,已整改300处,整改率95.6%。", Kind.RATE, "mismatch", "93.75%"),
        ("全区120家危化企业已有108家完成评估,占85%。", Kind.SHARE, "mismatch", "90.00%"),
        ("全县发生事故12起,去年同期15起,同比下降25%。", Kind.YEAR_ON_YEAR, "mismatch", "20.00%"),
        ("发生事故12起,较去年的15起下降20%。", Kind.YEAR_ON_YEAR, "ok", "20.00%"),
        ("发生事故6起,同比下降45.45%。", Kind.YEAR_ON_YEAR, "ok", "11起"),
        ("共发生9229起事故,同比下降26.2%。", Kind.YEAR_ON_YEAR, "cannot", ""),
        ("县级1家、镇级48家,合计50家。", Kind.SUM, "mismatch", "49家"),
        ("新增8支、撤销4支,净增4支。", Kind.DIFFERENCE, "ok", "4支"),
        ("自2023年6月1日至6月30日,为期31天。", Kind.DURATION, "mismatch", "30天"),
        ("发现隐患30处,其中重大隐患31处。", Kind.PART_WHOLE, "mismatch", "31处"),
    ],
)
def test_one_sentence_of_each_kind(sentence, kind, verdict, recomputed):
    found = [each for each in audit(sentence).checks if each.kind is kind]
    assert [(each.verdict, each.recomputed) for each in found] == [(verdict, recomputed)]


@pytest.mark.parametrize(
    ("closed", "stated", "verdict"),
    [  # 380 of 1600 are 23.75 %, 473 of 2000 are 23.65 %
        ("1600处,已整改380处", "23.8%", "ok"),
        ("1600处,已整改380处", "23.7%", "question"),  # cut off
        ("2000处,已整改473处", "23.7%", "ok"),  # 四舍五入
        ("2000处,已整改473处", "23.6%", "ok"),  # GB/T 8170: to the even digit
        ("2000处,已整改473处", "23.5%", "mismatch"),
    ],
)
def test_a_tie_may_be_rounded_up_or_to_the_even_digit(closed, stated, verdict):
    [check] = [c for c in audit(f"发现隐患{closed},整改率{stated}。").checks if c.kind == "rate"]
    assert check.verdict == verdict


def test_digits_cut_off_are_asked_about_and_no_contradiction():
    [check] = audit("发生事故37起,同比减少8起,下降17.77%。").checks
    assert check.verdict == "question"
    assert "截去" in check.why


def test_all_but_one_is_not_a_hundred_per_cent():
    [check] = [
        c for c in audit("发现隐患2000处,已整改1999处,整改率100%。").checks if c.kind == "rate"
    ]
    assert check.verdict == "question"


def test_about_as_many_is_never_a_contradiction():
    text = "培训4000余人,合格3000余人,合格率98%。出动约300人次,其中夜间近400人次。"
    assert audit(text).of(Verdict.MISMATCH) == []


def test_the_same_total_told_twice_must_be_the_same():
    opening = "2024年1-6月,全市共发生生产安全事故6起,死亡5人。\n"
    body = "二、事故情况。2024年1-6月,全市共发生生产安全事故{}起,形势平稳。"
    assert audit(opening + body.format(6)).of(Verdict.MISMATCH) == []
    [check] = audit(opening + body.format(7)).of(Verdict.MISMATCH)
    assert (check.kind, check.stated) == (Kind.REPEAT, "7起")


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("全区检查企业120家(危化30家、工贸50家、矿山40家)。", "ok"),
        ("全区检查企业120家(危化30家、工贸50家、矿山45家)。", "mismatch"),
        ("全区检查企业120家(东区30家、甲类50家、矿山45家)。", "question"),
        ("全区检查企业120家(危化3家、工贸5家)。", None),
        ("共发生事故25起,其中道路12起、工矿8起、火灾5起。", "ok"),
        ("共发生事故25起,其中道路12起、工矿8起、火灾4起。", "question"),
        ("共发生事故25起,其中道路12起、工矿8起、火灾6起。", "mismatch"),
        ("共发生事故25起,其中道路12起。", "ok"),
    ],
)
def test_a_listing_that_nearly_adds_up_is_asked_about(sentence, verdict):
    assert [each.verdict for each in audit(sentence).checks] == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    "sentence",
    [  # each was once taken for a contradiction
        "全年居民人均可支配收入43210元,其中城镇居民52310元,农村居民27850元。",
        "面雨量85.3毫米,其中最大站点210.5毫米。",
        "辖区16个乡镇。其中:12个镇、4个乡,288个村委会,8个居委会。",
        "全县共有企业500家,其中规上企业45家,占全市的8%。",
        "县城火灾5.5万起,占总数的30.8%;城市火灾3.8万起,占总数的21.3%。",
        "共扑救火灾17.4万起,抢险救援10.4万起,合计占总数的70.7%。",
        "2023年接处警情3250起,比2022年增加250起,增幅8.3%;其中火灾警情420起,比2022年减少30起。",
        "7月1日至7月31日,全市累计降雨日共12天。",
        "发现隐患72处,整治39处。对39处能现场整改的隐患即查即改,整改率达100%。",
        "接报火灾16.7万起、亡682人,起数占总数的30.3%,全国共死亡959人。",
        "今年以来,全区共检查生产经营单位300家次。今年以来,全区共检查生产经营单位120家次。",
        "发现隐患500处,已整改40处,其中重大隐患46处。",
    ],
)
def test_what_only_looks_like_a_contradiction_is_left_alone(sentence):
    assert audit(sentence).of(Verdict.MISMATCH) == []


# --- real reports, kept outside the house ---------------------------------------------------------

real = pytest.mark.skipif(not REAL.is_dir(), reason="the source reports are not on this machine")


def of(name: str):
    [path] = REAL.glob(f"{name}_*.txt")
    return audit(path.read_text(encoding="utf-8"))


@real
def test_the_rate_that_cannot_be_is_the_only_contradiction_of_three_reports():
    found = [each for name in ("000", "003", "004") for each in of(name).of(Verdict.MISMATCH)]
    assert [(each.kind, each.stated, each.recomputed) for each in found] == [
        (Kind.RATE, "99.60%", "99.78%")
    ]


@real
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("000", {"427.71 万元"}),
        ("003", {"100%", "642个"}),
        ("004", {"152530家"}),
    ],
)
def test_what_the_authors_must_be_asked(name, asked):
    assert {each.stated for each in of(name).of(Verdict.QUESTION)} == asked


@real
def test_a_whole_number_of_last_year_explains_each_percentage():
    explained = {each.stated: each.recomputed for each in of("000").of(Verdict.OK)}
    assert explained["45.45%"] == "11起"
    assert explained["28.57%"] == "7人"
    assert explained["80%"] == "5人"
