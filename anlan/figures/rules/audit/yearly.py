"""Yearly growth between two years: 由2016年的9.6亿元增加到2021年的20.7亿元,年均增长16.6% (年均)."""

import re
from collections.abc import Iterator
from fractions import Fraction

from .finding import POINTS, Figure
from .numbers import plain
from .passages import FIGURE, WHEN, Sentence
from .verdicts import Check, Kind, Verdict, check

LONGEST = 30  # years
_WAY = r"(?:增加|增长|提高|上升|提升|扩大|减少|下降|降低|增|升|降|减)"
_SINCE = re.compile(
    rf"[由从](?P<then>{WHEN})的?(?P<base>{FIGURE})[^,;()\U000f0000-\U0010fffd]{{0,4}}?{_WAY}(?:到了?|至|为)"
    rf"(?P<lately>{WHEN})的?(?P<now>{FIGURE})[,、(]?年均(?:复合)?(?P<way>{_WAY}|递增|递减|增速|增幅)"
    rf"(?:率|为|达到?|约)*(?P<by>{FIGURE})"
)


def checks(sentence: Sentence) -> Iterator[Check]:
    """Every yearly growth between two stated years (年均增长)."""
    for found in _SINCE.finditer(sentence.skeleton):
        base, now, by = (sentence.figure(found[name]) for name in ("base", "now", "by"))
        then, lately = (sentence.period(found[name]).first for name in ("then", "lately"))
        years = lately.year - then.year if then and lately else 0
        if not 1 < years <= LONGEST or base.kind != now.kind or base.stretch.low <= 0:
            continue
        falls = found["way"] in ("减少", "下降", "降低", "降", "减", "递减")
        if by.is_percent and not base.is_percent:
            yield _compounded(by, now, base, (years, -1 if falls else 1))
        elif by.kind in (POINTS, now.kind) and (by.kind == POINTS) == base.is_percent:
            yield _on_average(by, now, base, years)


def _compounded(by: Figure, now: Figure, base: Figure, over: tuple[int, int]) -> Check:
    """Each year as much in per cent of the year before."""
    years, sign = over
    half = by.number.step / 2
    rates = sorted(sign * (by.number.value + shift) / 100 for shift in (-half, half))
    low, high = (end * (1 + rate) ** years for end, rate in _ends(base, rates))
    ratio = now.number.value / base.number.value
    shown = f"{abs(float(ratio) ** (1 / years) - 1) * 100:.{max(by.number.decimals, 2)}f}%"
    agrees = low <= now.stretch.high and now.stretch.low <= high
    simple = abs(ratio - 1) * 100 / years
    divided = abs(simple - by.number.value) <= by.number.step
    firm = all(each.number.firm for each in (by, now, base))
    verdict = Verdict.OK if agrees else Verdict.MISMATCH
    if not agrees and (divided or not firm):
        verdict = Verdict.QUESTION
    tail = "相符" if agrees else "不符"
    if not agrees and divided:
        tail = "不同,像是总增幅除以年数"
    why = f"{base.text}到{now.text},{years}年年均{shown},与所写{by.text}{tail}。"
    return check(Kind.YEAR_ON_YEAR, verdict, by, (now, base), why, shown)


def _ends(base: Figure, rates: list[Fraction]) -> Iterator[tuple[Fraction, Fraction]]:
    yield base.stretch.low, rates[0]
    yield base.stretch.high, rates[1]


def _on_average(by: Figure, now: Figure, base: Figure, years: int) -> Check:
    """Each year as many."""
    gap = abs(now.number.value - base.number.value) / years
    room = by.number.step / 2 + (now.number.step + base.number.step) / 2 / years
    agrees = abs(gap - by.number.value) <= room
    shown = f"{plain(gap / by.number.scale, max(by.number.decimals, 2))}{by.whole_unit}"
    tail = "相符" if agrees else "不符,请核对"
    why = f"{base.text}到{now.text},{years}年年均{shown},与所写{by.text}{tail}。"
    verdict = Verdict.OK if agrees else Verdict.QUESTION
    return check(Kind.DIFFERENCE, verdict, by, (now, base), why, shown)
