"""The same thing stated twice: in the opening and in the body (前后一致)."""

import re
from collections.abc import Iterator, Sequence

from .finding import Figure
from .passages import Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check

_SIGNS = re.compile("[\U000f0000-\U0010fffd]")
_FILLERS = re.compile(
    r"今年以来|上半年|全年|其中|累计|合计|共计|总计|共|已|均|约|达到?|了|为|有|是|各类|:|“|”|、$|^[和及并]"
)
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、是]|\d{1,2}[.、])")
_CASUALTY = re.compile(
    r"^(?:造成|共?致)?(?:人员)?(死亡|受伤|失踪|重伤|轻伤|直接经济损失)(?:人数|失踪)?$"
)
_ACCIDENT = re.compile(r"事故|火灾|灾害|事件")
_PLACE = re.compile(
    r"^(?:全[国省市区县州镇]|我[省市区县局]|辖区(?:内)?|[\u4e00-\u9fff]{1,3}[市区县])"
)
LONG = 6  # words enough to be sure that the same is meant
SHORTEST = 5  # a shorter phrase names too many different things: 检查企业, 发现隐患


def checks(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """Every figure that is said a second time, in the same words and for the same period."""
    first: dict[tuple[str, str], tuple[Figure, str]] = {}
    for sentence in sentences:
        for figure in sentence.figures:
            name, place = _name(sentence, figure)
            if len(name) < SHORTEST or not is_count(sentence, figure):
                continue
            key = (name, figure.kind)
            known = first.setdefault(key, (figure, place))
            if known[0] is not figure:
                yield from _again(known[0], figure, name, same_place=known[1] == place != "")


def _name(sentence: Sentence, figure: Figure) -> tuple[str, str]:
    """What is counted, in words that must be the same; and the place it is said of."""
    own = _bare(sentence.clause_before(figure))
    casualty = _CASUALTY.match(own)
    if casualty:
        for other in reversed(sentence.figures[: sentence.figures.index(figure)]):
            event = _bare(sentence.clause_before(other))
            if _ACCIDENT.search(event) and not _CASUALTY.match(event):
                own = f"{event}{casualty[1]}"
                break
            if other.kind in ("起", "宗"):
                return "", ""  # 煤矿企业发生2起、死亡61人: not those of all accidents
        else:
            return "", ""
    if not own and figure.after:
        own = figure.after
    place = _PLACE.match(own)
    return own[place.end() :] if place else own, place[0] if place else ""


def _bare(text: str) -> str:
    return _FILLERS.sub("", _SIGNS.sub("", _NUMBERING.sub("", text)))


def _again(earlier: Figure, later: Figure, name: str, *, same_place: bool) -> Iterator[Check]:
    """Equal is well. Unlike is a contradiction only in the same place and the same period."""
    if not _same_period(earlier, later):
        return
    if earlier.number.value == later.number.value:
        why = f"前文也写作{earlier.text},前后一致。"
        yield check(Kind.REPEAT, Verdict.OK, later, (earlier,), why, earlier.text)
        return
    if earlier.stretch.meets(later.stretch) or not (earlier.number.firm and later.number.firm):
        return
    accident = same_place and _ACCIDENT.search(name)
    if not accident and _slipped(earlier, later) and len(name) >= LONG:
        why = f"前文写{earlier.text},这里写{later.text},只差一个数位,是否笔误?"
        yield check(Kind.REPEAT, Verdict.QUESTION, later, (earlier,), why, earlier.text)
        return
    if not accident:
        return  # the same words are used of each section's own inspections
    verdict = Verdict.MISMATCH if _period_said(earlier, later) else Verdict.QUESTION
    why = f"同一件事前文写{earlier.text},这里写{later.text},前后不一致,请核对。"
    yield check(Kind.REPEAT, verdict, later, (earlier,), why, earlier.text)


def _slipped(one: Figure, other: Figure) -> bool:
    """5236 and 5263: the same digits in another order, or all but one of four and more."""
    a, b = str(one.number.written), str(other.number.written)
    if len(a) != len(b) or len(a) < 4 or one.number.scale != other.number.scale:
        return False
    unlike = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    swapped = len(unlike) == 2 and unlike[0] == unlike[1][::-1]
    return swapped or (len(unlike) == 1 and a[:2] == b[:2])


def _same_period(one: Figure, other: Figure) -> bool:
    return one.period is None or other.period is None or one.period.key == other.period.key


def _period_said(one: Figure, other: Figure) -> bool:
    return one.period is not None and other.period is not None
