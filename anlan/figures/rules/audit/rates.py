"""Rates: 整改率99.60%, 参训率、合格率分别为98%和96%, 完成全年任务的60% (率)."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from .finding import Figure
from .passages import FIGURE, Sentence
from .quotients import LINK, ahead_of, best, is_count, reading
from .verdicts import Check, Kind, Verdict, check

_RATE = re.compile(
    rf"([\u4e00-\u9fff]{{2,12}}率)(?:、[\u4e00-\u9fff]{{2,8}}率|[和及][^,]{{2,8}}率)*{LINK}$"
)
_OF_PLAN = re.compile(rf"完成[^,;()]{{0,12}}(?:任务|计划|目标|指标)数?量?(?P<plan>{FIGURE})的$")
_PROGRESS = re.compile(
    r"完成了?(?:全?年度?|年初|既定|下达)?[^,;()]{0,12}(?:任务|计划|目标|指标|工程)数?量?的$"
)
# Rates that are not a part of the figures around them.
_OTHER_RATES = re.compile(
    r"死亡率|伤亡率|发生率|增长率|下降率|出生率|利率|税率|汇率|速率|频率|概率|功率|效率|贡献率|同比"
)
_OWED = re.compile(r"应|需|须|计划|目标|任务|拟|总")
_DONE = re.compile(r"已|实|完成|其中")
_FOUND = re.compile(r"发现|排查|查出|检查出|摸排|受理|接报|交办|登记")
_NOT_DONE = re.compile(r"未|正在|尚|剩余|其余|没有|待")


def checks(sentence: Sentence, before: Sentence | None = None) -> Iterator[Check]:
    """Every rate and progress that the sentence states (率、进度)."""
    for stated in sentence.figures:
        if not stated.is_percent:
            continue
        ahead = ahead_of(sentence, stated)
        rate = _RATE.search(ahead)
        of_plan = _OF_PLAN.search(sentence.skeleton[: sentence.at(stated)])
        if of_plan:
            yield _of_plan(sentence, stated, sentence.figure(of_plan["plan"]))
        elif _PROGRESS.search(ahead):
            yield _progress(sentence, stated)
        elif rate and not _OTHER_RATES.search(rate[1]):
            yield _rate(sentence, stated, _name_of(sentence, stated, rate), before)


# --- rates --------------------------------------------------------------------------------------


def _name_of(sentence: Sentence, stated: Figure, rate: re.Match[str]) -> str:
    """参训率、合格率分别为98%和96%: each rate in its turn."""
    names: list[str] = re.findall(r"[\u4e00-\u9fff]{2,8}率", rate[0])
    ahead = sentence.skeleton[: sentence.at(stated)]
    listed = re.search(rf"(?:{FIGURE}(?:[、,和及]|以及)*)*$", ahead)
    turn = len(re.findall(FIGURE, listed[0] if listed else ""))
    if len(names) < 2 or turn >= len(names):
        return rate[1]
    return re.sub(r"^(?:以及|和|及(?!格|时))", "", names[turn])


def _window(sentence: Sentence, stated: Figure) -> list[Figure]:
    """Counts that the rate can be of: since the rate before it, and its own parentheses."""
    at = sentence.at(stated)
    start = 0
    for other in sentence.figures:
        place = sentence.at(other)
        if place < at and other.is_percent and _RATE.search(sentence.skeleton[:place]):
            start = place + 1
    found = sentence.figures_in(start, at)
    inside = re.match(r"\([^()]*\)", sentence.skeleton[at + 1 :])
    if inside:
        found += sentence.figures_in(at + 1, at + 1 + inside.end())
    if not any(is_count(sentence, f) for f in found):
        found = sentence.figures_in(at + 1, len(sentence.skeleton))  # told after the rate
    return [f for f in found if is_count(sentence, f)]


def _stems(name: str) -> list[str]:
    """What was done, of the name of a rate: 隐患整改率 → 整改."""
    bare = re.sub(r"(?:到位|及时|按期|按时)?率$", "", name)
    return [bare[-2:]] if len(bare) >= 2 else []


def _from_before(
    before: Sentence, part: Figure
) -> tuple[list[tuple[Figure, tuple[Figure, ...]]], bool]:
    """共发现隐患1200处。已整改1150处,整改率95.8%: the whole stands in the sentence before."""
    like = [
        f
        for f in before.figures
        if f.kind == part.kind and is_count(before, f) and f.stretch.high >= part.stretch.low
    ]
    certain = len(like) == 1 and _FOUND.search(before.clause_before(like[0])) is not None
    return [(part, (whole,)) for whole in like[-1:]], certain


def _rate(sentence: Sentence, stated: Figure, name: str, before: Sentence | None) -> Check:
    window = _window(sentence, stated)
    done = [f for f in window if _did(sentence, f, _stems(name))]
    pairs: list[tuple[Figure, tuple[Figure, ...]]] = []
    certain = False
    for part in reversed(done):
        pairs = [(part, whole) for whole in _wholes(part, window)]
        if pairs:
            certain = len(pairs) == 1 and sum(f.kind == part.kind for f in done) == 1
            break
    if not pairs and done and before and _stems(name)[0] in sentence.label(done[-1]):
        pairs, certain = _from_before(before, done[-1])
    if not pairs:
        pairs, certain = _by_role(sentence, window), False
    if not pairs:
        pairs = _any_that_fits(sentence, stated, window)
    if not pairs:
        why = f"文中没有给出算{name}所需的两个数,无法核对{stated.text}。"
        return check(Kind.RATE, Verdict.CANNOT, stated, window, why)
    return best(Kind.RATE, stated, pairs, certain=certain, name=name)


def _did(sentence: Sentence, figure: Figure, stems: Sequence[str]) -> bool:
    """已整改290条, or 290条已整改; but 39处能整改的隐患 only may be."""
    before = sentence.clause_before(figure)
    if _NOT_DONE.search(before) or (_OWED.search(before) and not _DONE.search(before)):
        return False
    behind = r"(?:已|均|全部|完成|实现|通过)[^,的]{0,6}STEM|^STEM(?![的率书单项类])"
    return any(
        stem in before or re.search(behind.replace("STEM", stem), figure.after) for stem in stems
    )


def _wholes(part: Figure, window: Sequence[Figure]) -> list[tuple[Figure, ...]]:
    """What the part can be a part of: one figure of its unit, or the sum of a listing."""
    like = [f for f in window if f is not part and f.kind == part.kind and f.start < part.start]
    like = like or [f for f in window if f is not part and f.kind == part.kind]
    alone: list[tuple[Figure, ...]] = [(f,) for f in like if f.stretch.high >= part.stretch.low]
    if alone or len(like) < 2:
        return alone
    together = sum(f.stretch.high for f in like)
    return [tuple(like)] if together >= part.stretch.low else []


def _by_role(
    sentence: Sentence, window: Sequence[Figure]
) -> list[tuple[Figure, tuple[Figure, ...]]]:
    """Where the name of the rate is in neither phrase: who owes it, and who did it."""
    pairs: list[tuple[Figure, tuple[Figure, ...]]] = []
    for whole, part in combinations(window, 2):
        before = sentence.clause_before(part)
        if whole.kind != part.kind or part.stretch.low > whole.stretch.high:
            continue
        if _DONE.search(before) and not _NOT_DONE.search(before):
            pairs.append((part, (whole,)))
    return pairs[-2:]


def _any_that_fits(
    sentence: Sentence, stated: Figure, window: Sequence[Figure]
) -> list[tuple[Figure, tuple[Figure, ...]]]:
    """预算1000万元,支出960万元,执行率96%: nothing says which are the parts, but two of them fit."""
    ahead = [f for f in sentence.figures_in(0, sentence.at(stated)) if is_count(sentence, f)]
    for part in reversed(window):
        for whole in reversed(ahead):
            like = whole.kind == part.kind and whole.number.value > part.number.value
            if like and reading(stated, part, whole) is Verdict.OK:
                return [(part, (whole,))]
    return []


# --- progress -----------------------------------------------------------------------------------


def _progress(sentence: Sentence, stated: Figure) -> Check:
    window = [f for f in sentence.figures if is_count(sentence, f)]
    plans = [
        f for f in window if re.search(r"任务|计划|目标|指标", sentence.clause_before(f) + f.after)
    ]
    done = [f for f in window if f not in plans and _DONE.search(sentence.clause_before(f))]
    pairs = [(d, (p,)) for p in plans[-1:] for d in done[-1:] if p.kind == d.kind]
    if not pairs:
        why = f"文中没有同时给出任务数和完成数,无法核对{stated.text}。"
        return check(Kind.RATE, Verdict.CANNOT, stated, (), why)
    certain = len(plans) == 1 and len(done) == 1
    return best(Kind.RATE, stated, pairs, certain=certain, name="完成进度")


def _of_plan(sentence: Sentence, stated: Figure, plan: Figure) -> Check:
    """共15个,完成全年任务数20个的75%: the plan is named beside the share."""
    ahead = sentence.figures_in(0, sentence.at(plan))
    done = [f for f in ahead if f.kind == plan.kind and is_count(sentence, f)]
    if not done:
        why = f"文中没有给出完成数,无法核对{stated.text}。"
        return check(Kind.RATE, Verdict.CANNOT, stated, (plan,), why)
    pairs = [(done[-1], (plan,))]
    return best(Kind.RATE, stated, pairs, certain=len(done) == 1, name="完成进度")
