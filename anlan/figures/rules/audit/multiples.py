"""Multiples: 由1000人增加到2000人,翻了一番; 1200起,是去年同期600起的2倍 (倍数、翻番)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .finding import TIMES, Figure
from .numbers import Stretch, plain
from .passages import FIGURE, WHEN, Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check, judge

LOOSELY = Fraction(1, 20)  # 翻一番 is said of 1.9 and of 2.1 times
ABOUT = Fraction(1, 2)  # 翻了一番多 of anything up to the next doubling
_DOUBLED = re.compile(
    rf"[由从][^,;:()\U000f0000-\U0010fffd]{{0,10}}(?:{WHEN})?[^,;:()\U000f0000-\U0010fffd]{{0,8}}(?P<base>{FIGURE})"
    rf"[^,;:()\U000f0000-\U0010fffd]{{0,8}}(?:到|至|为)[^,;:()\U000f0000-\U0010fffd]{{0,8}}(?P<now>{FIGURE})"
    rf"[^,;:()\U000f0000-\U0010fffd]{{0,8}},[^,;()\U000f0000-\U0010fffd]{{0,6}}翻了?(?P<times>{FIGURE})"
)
_AS_MANY = re.compile(
    rf"(?:是|为|达到?|相当于)(?:{WHEN}|去年|上年|上一年)(?:同期)?[^,;()\U000f0000-\U0010fffd]{{0,8}}?"
    rf"\(?(?P<base>{FIGURE})?\)?的(?P<times>{FIGURE})"
)
_DOUBLED_SINCE = re.compile(
    rf"[较比](?:{WHEN}|去年|上年|上一年)(?:同期)?[^,;()\U000f0000-\U0010fffd]{{0,8}}?"
    rf"\(?(?P<base>{FIGURE})\)?,?(?:实现|增长|增加|总体|接近|几乎)*翻了?(?P<times>{FIGURE})"
)


def checks(sentence: Sentence) -> Iterator[Check]:
    """Every multiple that the sentence states (倍数)."""
    for found in _DOUBLED_SINCE.finditer(sentence.skeleton):
        ahead = [f for f in sentence.figures_in(0, found.start()) if is_count(sentence, f)]
        base = sentence.figure(found["base"])
        if ahead and ahead[-1].kind == base.kind:
            yield from _doubled(sentence.figure(found["times"]), ahead[-1], base)
    for found in _DOUBLED.finditer(sentence.skeleton):
        yield from _doubled(*(sentence.figure(found[name]) for name in ("times", "now", "base")))
    for found in _AS_MANY.finditer(sentence.skeleton):
        yield from _as_many(sentence, found)


def _doubled(times: Figure, now: Figure, base: Figure) -> Iterator[Check]:
    if times.unit != "番" or now.kind != base.kind or base.number.value <= 0:
        return
    meant = Fraction(2) ** int(times.number.value)
    ratio = now.number.value / base.number.value
    firm = now.number.firm and base.number.firm and times.number.firm
    agrees = abs(ratio / meant - 1) <= (LOOSELY if firm else ABOUT)
    verdict = Verdict.OK if agrees else Verdict.MISMATCH
    shown = f"{plain(ratio, 2)}倍"
    tail = "相符" if agrees else f"翻{times.text}应是{plain(meant)}倍,请核对"
    why = f"从{base.text}到{now.text}是原来的{shown},{tail}。"
    yield check(Kind.YEAR_ON_YEAR, verdict, times, (now, base), why, shown)


def _as_many(sentence: Sentence, found: re.Match[str]) -> Iterator[Check]:
    times = sentence.figure(found["times"])
    counts = [f for f in sentence.figures_in(0, found.start()) if is_count(sentence, f)]
    if times.kind != TIMES or not counts:
        return
    now = counts[-1]
    told = [sentence.figure(found["base"])] if found["base"] else []
    bases = told or [f for f in sentence.figures if sentence.is_base(f) and f.kind == now.kind]
    if len(bases) != 1 or bases[0].kind != now.kind:
        why = f"文中没有给出{now.text}的对比数,无法核对{times.text}。"
        yield check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, times, (now,), why)
        return
    yield _multiple(times, now, bases[0])


def _multiple(times: Figure, now: Figure, base: Figure) -> Check:
    def recompute(parts: Sequence[Stretch]) -> Stretch | None:
        return parts[0].over(parts[1])

    verdict = judge(times, (now, base), recompute)
    ratio = now.number.value / base.number.value if base.number.value else Fraction(0)
    shown = f"{plain(ratio, max(times.number.decimals, 2))}倍"
    tail = "相符" if verdict is Verdict.OK else "不符,请核对"
    why = f"{now.text}÷{base.text}={shown},与所写{times.text}{tail}。"
    return check(Kind.YEAR_ON_YEAR, verdict, times, (now, base), why, shown)
