"""Durations between two dates: 6月1日至6月30日,历时30天; 2019年至2021年三年 (历时)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain

from .finding import Figure
from .numbers import plain
from .passages import FIGURE, WHEN, Sentence
from .periods import Period
from .verdicts import Check, Kind, Verdict, check

_SHORTEST: dict[str, Fraction | int] = {"小时": Fraction(1, 24), "个月": 31, "月": 31, "年": 366}
_LASTED = re.compile(
    rf"[从自]?(?P<from>{WHEN})(?P<between>[^,;:()\U000f0000-\U0010fffd]{{0,10}})"
    rf",?(?:[-~至到]|起至)(?P<to>{WHEN})"
    rf"(?:[^;\U000f0000-\U0010fffd]{{0,14}}?(?:历时|为期|持续|奋战)|[,(]*(?:共计?|合计|连续|前后)"
    rf"|,[^;\U00100000-\U0010fffd]{{0,40}},(?:历时|为期))"
    rf"(?:了|达|约|共)?(?P<lasted>{FIGURE})"
)
# 6月10日-14日,为期5天; 3月至6月,历时四个月: both ends in one expression
_SPANNED = re.compile(
    rf"(?P<one>{WHEN})(?P<between>[^;\U000f0000-\U0010fffd]{{0,14}}?(?:历时|为期|持续|奋战)|[,(]*(?:共计?|合计|连续|前后)"
    rf"|,[^;\U00100000-\U0010fffd]{{0,40}},(?:历时|为期))(?:了|达|约|共)?(?P<lasted>{FIGURE})"
)
_EACH = re.compile(r"每|各|分别|轮流|平均|最[长短]|累计|期间")  # not of the whole stretch
_BEGAN = re.compile(
    rf"[从自于]?(?P<from>{WHEN})(?:正式)?(?:开始|启动|起),?(?:至|到|于)?(?P<to>{WHEN})(?:全面|圆满|正式)?"
    rf"(?:结束|完成|止),?(?:历时|为期|共)(?P<lasted>{FIGURE})"
)
_WITHIN = re.compile(
    rf"(?P<one>{WHEN})(?P<gap>[^;\U000f0000-\U0010fffd]{{0,10}}?)(?:历时|为期|持续|共计?|连续)"
    rf"(?:了|达|约|共)?(?P<lasted>{FIGURE})"
)


def checks(sentence: Sentence) -> Iterator[Check]:
    """Every duration whose first and last day are said (历时)."""
    told: set[int] = set()
    for found in chain(*(form.finditer(sentence.skeleton) for form in (_LASTED, _BEGAN))):
        stated = sentence.figure(found["lasted"])
        first, last = sentence.period(found["from"]), sentence.period(found["to"])
        told.add(stated.start)
        if _is_of_it(sentence, found, "to", stated):
            yield from _lasted(stated, first, last, firmly=_firmly(sentence, found, "to", stated))
    for found in _SPANNED.finditer(sentence.skeleton):
        stated, whole = sentence.figure(found["lasted"]), sentence.period(found["one"])
        if re.search(r"[-~至到]\d+[日月]", whole.text) and stated.start not in told:
            told.add(stated.start)
            if _is_of_it(sentence, found, "one", stated):
                firmly = _firmly(sentence, found, "one", stated)
                yield from _lasted(stated, whole, whole, firmly=firmly)
    for found in _WITHIN.finditer(sentence.skeleton):
        stated, whole = sentence.figure(found["lasted"]), sentence.period(found["one"])
        if stated.start not in told and stated.unit == "年" and not whole.open_end:
            yield from _years(stated, whole.first, whole.last)


def _is_of_it(sentence: Sentence, found: re.Match[str], last: str, stated: Figure) -> bool:
    """Whether it is the stretch that lasted so long, and not each of several things in it."""
    said = sentence.skeleton[found.end(last) : found.start("lasted")]
    return not _EACH.search(said.rsplit(",", 1)[-1])


def _firmly(sentence: Sentence, found: re.Match[str], last: str, stated: Figure) -> bool:
    """历时 says how long it took; 共15天出现暴雨 and 强降雨持续5天 are some days of the stretch."""
    said = sentence.skeleton[found.end(last) : found.start("lasted")]
    behind = sentence.skeleton[found.end("lasted") :][:1]
    if re.search("历时|前后", said):
        return True
    if "为期" in said:
        return behind != "的" or len(said) < 4
    return re.fullmatch(r"[,(]*(?:共计?|合计)", said) is not None and behind in ",;)。、"


def _lasted(stated: Figure, one: Period, other: Period, *, firmly: bool) -> Iterator[Check]:
    """What the two ends make of it."""
    first, last = one.first, other.last
    if first is None or last is None:
        return
    if last < first and "年" not in other.text:
        last = _moved(last, last.year + 1)
    if last < first:
        why = f"{one.text}至{other.text}先后颠倒,请核对日期。"
        yield check(Kind.DURATION, Verdict.QUESTION, stated, (), why)
        return
    yield from _between(stated, (one, other), (first, last), firmly=firmly)


def _between(
    stated: Figure, ends: tuple[Period, Period], days: tuple[date, date], *, firmly: bool
) -> Iterator[Check]:
    (one, other), (first, last) = ends, days
    of_days = one is other or (one.first == one.last and other.first == other.last)
    if stated.unit in ("天", "日") and of_days and one.text[-1] != "月":
        leap = "年" not in one.text + other.text and first <= date(first.year, 2, 28) < last
        yield from _days(stated, first, last, firmly=firmly, leap=leap)
    elif not firmly and stated.number.value * _SHORTEST.get(stated.kind, 1) < (last - first).days:
        return
    elif stated.kind == "小时" and one is not other:
        yield from _hours(stated, one, other, last)
    elif stated.unit == "年":
        yield from _years(stated, first, last)
    elif stated.unit in ("个月", "月") and (
        one is not other or stated.number.value != last.month - first.month
    ):
        yield from _months(stated, first, last)  # 3月至6月 may be called three months


def _hours(stated: Figure, one: Period, other: Period, last: date) -> Iterator[Check]:
    """7月28日8时至8月2日8时,历时120小时."""
    if one.minutes is None or other.minutes is None or one.first is None or one.first != one.last:
        return
    minutes = (last - one.first).days * 24 * 60 + other.minutes - one.minutes
    hours = Fraction(minutes, 60)
    agrees = abs(stated.number.value - hours) < 1 or not stated.number.firm
    verdict = Verdict.OK if agrees else Verdict.MISMATCH
    tail = "相符" if agrees else "不符,请核对"
    why = f"{one.text}至{other.text}是{plain(hours, 1)}小时,与所写{stated.text}{tail}。"
    yield check(Kind.DURATION, verdict, stated, (), why, f"{plain(hours, 1)}小时")


def _months(stated: Figure, first: date, last: date) -> Iterator[Check]:
    """Only from the first of a month to the last of one: else a month is a manner of speaking."""
    if first.day != 1 or (last + timedelta(days=1)).day != 1 or not stated.number.firm:
        return
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    agrees = stated.number.value == months
    verdict = Verdict.OK if agrees else Verdict.MISMATCH
    tail = "相符" if agrees else "不符,请核对"
    why = f"{first.month}月至{last.month}月是{months}个月,与所写{stated.text}{tail}。"
    yield check(Kind.DURATION, verdict, stated, (), why, f"{months}个月")


def _moved(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _days(stated: Figure, first: date, last: date, *, firmly: bool, leap: bool) -> Iterator[Check]:
    """Both ends counted or one of them; without a year, a 29 February may lie between."""
    gap = (last - first).days
    if leap and stated.number.value == gap + 2:
        gap += 1
    shown = f"{gap + 1}天"
    span = f"{first.month}月{first.day}日至{last.month}月{last.day}日"
    if stated.number.value in (gap, gap + 1):
        why = f"{span}首尾都算是{gap + 1}天,与所写{stated.text}相符。"
        yield check(Kind.DURATION, Verdict.OK, stated, (), why, shown)
    elif firmly or stated.number.value > gap + 1:
        verdict = Verdict.MISMATCH if stated.number.firm and firmly else Verdict.QUESTION
        why = f"{span}首尾都算是{gap + 1}天,与所写{stated.text}不符,请核对。"
        yield check(Kind.DURATION, verdict, stated, (), why, shown)


def _years(stated: Figure, first: date | None, last: date | None) -> Iterator[Check]:
    if first is None or last is None or not stated.number.whole:
        return
    years = last.year - first.year + 1
    if years < 2:
        return
    span = f"{first.year}年至{last.year}年"
    if stated.number.value in (years, years - 1):
        why = f"{span}是{years}年,与所写{stated.text}相符。"
        yield check(Kind.DURATION, Verdict.OK, stated, (), why, f"{years}年")
        return
    verdict = Verdict.QUESTION
    why = f"{span}是{years}年,与所写{stated.text}对不上,请确认。"
    yield check(Kind.DURATION, verdict, stated, (), why, f"{years}年")
