"""Whatever the numbers: consistent sentences are never contradicted, disturbed ones always are."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anlan.figures.rules.audit import Kind, Verdict, audit

FEW = settings(max_examples=60, deadline=None)
ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])
UNITS = st.sampled_from(["条", "处", "项", "个"])
DEEDS = st.sampled_from(["整改", "办结", "销号"])
LEADS = st.sampled_from(["", "今年以来,", "2024年上半年,全区", "(二)各级各部门"])
PLACES = st.integers(0, 2)


def percent(part: int, whole: int, places: int, rounding: str = ROUND_HALF_UP) -> str:
    exact = Decimal(part) * 100 / Decimal(whole)
    return f"{exact.quantize(Decimal(1).scaleb(-places), rounding=rounding):f}%"


def mismatches(text: str) -> list[str]:
    return [each.stated for each in audit(text).of(Verdict.MISMATCH)]


@st.composite
def whole_and_part(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(20, 99_999))
    return whole, draw(st.integers(whole // 2, whole - 1))


@st.composite
def rate_sentences(draw: st.DrawFn) -> tuple[str, int, int, int]:
    """A rate with its parts; the rate itself still to be filled in."""
    whole, part = draw(whole_and_part())
    unit, deed = draw(UNITS), draw(DEEDS)
    shape = draw(
        st.sampled_from(
            [
                "{lead}共排查隐患{whole}{unit},已{deed}{part}{unit},{deed}率{{}}。",
                "{lead}发现隐患{whole}{unit},其中已{deed}{part}{unit},隐患{deed}率达到{{}}。",
                "{lead}发现问题{whole}{unit}、{deed}{part}{unit},{deed}率为{{}}。",
            ]
        )
    )
    text = shape.format(lead=draw(LEADS), whole=whole, part=part, unit=unit, deed=deed)
    return text, part, whole, draw(PLACES)


@FEW
@given(rate_sentences(), ROUNDINGS)
def test_a_rate_of_its_own_parts_is_never_contradicted(sentence, rounding):
    text, part, whole, places = sentence
    stated = percent(part, whole, places, rounding)
    assume(stated not in ("100%", "100.0%", "100.00%"))  # not quite all: that is asked about
    found = audit(text.format(stated))
    assert [c.verdict for c in found.checks if c.kind is Kind.RATE] == [Verdict.OK]
    assert found.of(Verdict.MISMATCH) == []


@FEW
@given(rate_sentences(), st.integers(2, 400))
def test_a_rate_that_is_off_is_contradicted(sentence, off):
    text, part, whole, places = sentence
    right = Decimal(percent(part, whole, places)[:-1])
    wrong = right - off * Decimal(1).scaleb(-places)
    assume(0 < wrong < 100)
    assert mismatches(text.format(f"{wrong:f}%")) == [f"{wrong:f}%"]


@FEW
@given(st.lists(st.integers(1, 4000), min_size=2, max_size=5), st.booleans(), st.integers(-9, 9))
def test_a_total_is_contradicted_exactly_when_it_is_not_the_sum(parts, chinese_comma, off):
    names = ["县级", "镇级", "村级", "企业", "学校"]
    listed = "、".join(f"{name}{n}家" for name, n in zip(names, parts, strict=False))
    total = sum(parts) + off
    assume(total > 0 and total not in parts)  # one of them told again is no total
    text = f"{listed},合计{total}家。"
    text = text.replace(",", "，") if chinese_comma else text
    assert (mismatches(text) == [f"{total}家"]) is (off != 0)


@FEW
@given(st.integers(1, 3000), st.integers(1, 3000), PLACES, ROUNDINGS)
def test_a_change_against_a_stated_base_is_right_or_contradicted(base, now, places, rounding):
    assume(base != now)
    way = "下降" if now < base else "上升"
    stated = percent(abs(now - base), base, places, rounding)
    text = f"全县共发生事故{now}起,去年同期{base}起,同比{way}{{}}。"
    assert mismatches(text.format(stated)) == []
    wrong = f"{Decimal(stated[:-1]) + 3:f}%"
    assert mismatches(text.format(wrong)) == [wrong]
    turned = text.replace(way, "上升" if way == "下降" else "下降")
    assert mismatches(turned.format(stated)) == [stated]


@FEW
@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 90)), min_size=1, max_size=3), ROUNDINGS
)
def test_percentages_of_whole_bases_explain_themselves(pairs, rounding):
    """事故6起、死亡5人,同比分别下降45.45%、28.57%: there were 11 and 7."""
    names = (("事故", "起"), ("死亡", "人"), ("受伤", "人"))
    falling = [(min(pair), max(pair)) for pair in pairs]
    assume(all(now < base for now, base in falling))
    told = "、".join(
        f"{name}{now}{unit}" for (name, unit), (now, _) in zip(names, falling, strict=False)
    )
    percents = "、".join(percent(base - now, base, 2, rounding) for now, base in falling)
    found = audit(f"全区共发生{told},同比分别下降{percents}。")
    assert found.of(Verdict.MISMATCH) == []
    assert found.of(Verdict.QUESTION) == []
    assert [c.verdict for c in found.checks if c.kind is Kind.YEAR_ON_YEAR] == ["ok"] * len(pairs)


@FEW
@given(
    st.text(
        alphabet="发现隐患整改率同比下降其中合计占共起人条处家%、,。;()(1234567890.万亿年月日至 \n",
        max_size=200,
    )
)
def test_no_text_breaks_the_audit_and_offsets_always_hold(text):
    found = audit(text)
    for figure in found.figures:
        assert text[figure.start : figure.end] == figure.text
    for each in found.checks:
        assert text[each.start : each.end] == each.stated
        assert each.why


@FEW
@given(rate_sentences(), st.integers(10, 60))
def test_where_a_page_breaks_its_lines_changes_nothing(sentence, at):
    text, part, whole, places = sentence
    stated = percent(part, whole, places)
    assume(not stated.startswith("100"))
    plain = "为深入贯彻落实上级决策部署,坚持人民至上、生命至上," + text.format(stated)
    broken = plain[: at + 20] + "\n" + plain[at + 20 :]
    assert [c.verdict for c in audit(broken).checks] == [c.verdict for c in audit(plain).checks]


@pytest.mark.parametrize("simplified", ["共发现隐患三百条,已整改二百九十条,整改率96.67%。"])
def test_traditional_characters_say_the_same(simplified):
    traditional = "共發現隱患三百條,已整改二百九十條,整改率96.67%。"
    one, other = audit(simplified), audit(traditional)
    assert [c.verdict for c in one.checks] == [c.verdict for c in other.checks]
    assert [f.text for f in other.figures] == ["三百條", "二百九十條", "96.67%"]
