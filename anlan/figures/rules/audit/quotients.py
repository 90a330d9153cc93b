"""A part over a whole: the readings of one statement, and what comes of them (部分÷整体)."""

import re
from collections.abc import Sequence
from fractions import Fraction

from .finding import Figure
from .numbers import Stretch
from .passages import FIGURE, Sentence
from .verdicts import Check, Kind, Verdict, check, in_percent, is_cut, judge

LINK = r"(?:分别|均|都|已|也|实现|保持在|稳定在|为|达到?了?|约|是|高达|仅|:|了)*"
_NO_COUNTS = frozenset(
    ("%", "百分点", "毫米", "厘米", "分钟", "小时", "个月", "", *"倍年级类种天岁度‰℃米秒")
)
_MEAN = re.compile(r"平均|人均|户均|日均|月均|年均|每[^,;]{0,4}$|最[高大多低小少长]|得分|均值|中位")
_CHANGE = re.compile(
    r"(?:增加|减少|上升|下降|增长|提高|降低|新增|升|降|[多少](?:死亡|受伤|发生|亡|伤)?)了?$"
)


def ahead_of(sentence: Sentence, stated: Figure) -> str:
    """The skeleton up to a percentage, without the percentages listed before it."""
    ahead = sentence.skeleton[: sentence.at(stated)]
    return re.sub(rf"(?:{FIGURE}[、,和及]*(?:以及)?)+$", "", ahead)


def is_count(sentence: Sentence, figure: Figure) -> bool:
    """A count of its own: no percentage, no change, no figure of last year."""
    known = sentence.counts.get(figure.start)
    if known is None:
        known = sentence.counts[figure.start] = _is_count(sentence, figure)
    return known


def _is_count(sentence: Sentence, figure: Figure) -> bool:
    if figure.kind in _NO_COUNTS:
        return False
    if figure.number.about in ("以上", "以下", "以内", "以上的") and figure.after[:1] not in ("",):
        return False  # a threshold: 10人以上企业
    before = sentence.clause_before(figure)
    if _MEAN.search(sentence.label(figure)) or _MEAN.search(before[-6:]):
        return False
    changed = re.sub(rf"(?:{FIGURE}(?:[、和及]|以及))+$", "", before)  # 减少3起、2人
    return not (_CHANGE.search(changed) or sentence.is_base(figure))


def reading(stated: Figure, part: Figure, whole: Figure) -> Verdict:
    """What comes of one reading of a share."""
    return judge(stated, (part, whole), quotient)


def quotient(stretches: Sequence[Stretch]) -> Stretch | None:
    whole = stretches[1]
    for more in stretches[2:]:
        whole = whole + more
    found = stretches[0].over(whole)
    return found.times(100) if found else None


def best(
    kind: Kind,
    stated: Figure,
    pairs: Sequence[tuple[Figure, tuple[Figure, ...]]],
    *,
    certain: bool,
    name: str,
) -> Check:
    """ok if any reading fits; a mismatch only where there is one reading and it does not."""
    said: list[tuple[Verdict, Check]] = []
    for part, wholes in pairs:
        parts = (part, *wholes)
        verdict = judge(stated, parts, quotient)
        computed = quotient([each.stretch for each in parts])
        if computed is None:
            continue
        if (
            verdict is Verdict.OK
            and stated.number.value == 100
            and part.number.value < sum(w.number.value for w in wholes)
        ):
            verdict = Verdict.QUESTION
        if verdict is Verdict.MISMATCH and not certain:
            verdict = Verdict.QUESTION
        exact = part.number.value * 100 / sum(w.number.value for w in wholes)
        shown = in_percent(Stretch(exact, exact), max(stated.number.decimals, 2))
        why = _why(stated, (part, *wholes), (shown, exact), verdict, name)
        said.append((verdict, check(kind, verdict, stated, parts, why, shown)))
    if not said:
        why = f"分母可能为零,无法核对{stated.text}。"
        return check(kind, Verdict.CANNOT, stated, (), why)
    for verdict, answer in said:
        if verdict is Verdict.OK:
            return answer
    return said[-1][1]


def _why(
    stated: Figure,
    parts: Sequence[Figure],
    computed: tuple[str, Fraction],
    verdict: Verdict,
    name: str,
) -> str:
    (part, *wholes), (shown, exact) = parts, computed
    whole = wholes[0].text if len(wholes) == 1 else f"({'+'.join(w.text for w in wholes)})"
    sum_up = f"{part.text}÷{whole}={shown}"
    if verdict is Verdict.OK:
        return f"{sum_up},与所写{stated.text}相符。"
    if is_cut(stated, Stretch(exact, exact)):
        return f"{sum_up},所写{stated.text}像是直接截去了尾数,没有四舍五入。"
    if verdict is Verdict.MISMATCH:
        return f"{name}写为{stated.text},按文中数字{sum_up},两者不符,请核对其中哪一个写错了。"
    return f"{name}写为{stated.text},若按{sum_up}则不一致,请确认分子、分母的口径。"
