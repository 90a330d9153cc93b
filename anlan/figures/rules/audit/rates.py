"""Rates: 整改率99.60%, 参训率、合格率分别为98%和96%, 完成全年任务的60% (率)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from .finding import Figure
from .numbers import Stretch
from .passages import FIGURE, Sentence
from .quotients import LINK, ahead_of, best, is_count, reading
from .verdicts import Check, Kind, Verdict, agrees, check

_RATE = re.compile(
    rf"([\u4e00-\u9fff]{{2,12}}率)(?:、[\u4e00-\u9fff]{{2,8}}率|[和及][^,]{{2,8}}率)*{LINK}$"
)
_OF_PLAN = re.compile(rf"完成[^,;()]{{0,12}}(?:任务|计划|目标|指标)数?量?(?P<plan>{FIGURE})的$")
_PROGRESS = re.compile(
    r"完成了?(?P<of>[^,;()]{0,16}?)(?:任务|计划|目标|指标|(?P<works>工程|进度))数?量?的$"
)
_BARE_PLAN = re.compile(
    r"[全本]?年度?|年初|既定|下达|[省市县区]|上级|目标|任务|计划|总|的|工作|各项|预定"
)
# Rates that are not a part of the figures around them.
_OTHER_RATES = re.compile(
    r"死亡率|伤亡率|发生率|增长率|下降率|压缩率|压减率|出生率|利率|税率|汇率|速率|频率|概率|功率|效率|贡献率|同比"
)
NEAR = 120  # characters that the names of rates listed together may take
MOST_PAIRED = 12  # counts that a rate without a word of its own is tried on
Reading = tuple[Figure, tuple[Figure, ...]]  # a part, and what makes up its whole
_OWED = re.compile(r"应(?!急)|需|须|计划|目标|任务|拟|总")
_DONE = re.compile(r"已|实|完成|其中")
_FOUND = re.compile(r"发现|排查|查出|检查出|摸排|受理|接报|交办|登记")
_DUE = re.compile(r"应(?!急)|需|须|计划|目标|任务")
_AFTER_TASKS = re.compile(r"^[^,]{0,10}(?:任务|指标|计划数)")
_SPENDING = re.compile(r"(?:执行|支出|拨付|使用)率$")
_BUDGET, _OUTLAY = re.compile(r"预算|安排|下达|到位"), re.compile(r"支出|执行|拨付|使用")
_TASKS = re.compile(r"^[^\d,]{0,10}(?:任务|指标|计划数)")
_DID = re.compile(r"^,?(?:其中)?(?:已|实|完成)")
_PROBLEM = re.compile(r"隐患|问题|风险|违法|违规")
_AT_MOST_ALL = re.compile(
    r"整改|合格|(?<!拨备)覆盖|办结|销号|参训|持证|普及|入户|到位|闭环|满意|通过|知晓|参保|在线"
)
_DEGREE = re.compile(
    r"重大|一般|较大|当场|复查|逾期|自查|挂牌|省级|市级|县级|国家级|镇级|村级|企业|部门|上年|往年|平均"
)
_GENERIC = re.compile(
    r"隐患|问题|风险|安全|生产|工作|任务|总体|整体|综合|累计|目前|实际|各类|全部|及时|按期|按时|全[省市区县镇年]"
    r"|其中|已|均|完成|实现|达到?|共|的|总|年度|数|当年|有"
)
_UP_TO_NEXT = re.compile(r"\d|中(?=已|有|,|完成)")
_ORDERED = re.compile(r"责令|限期|要求|提出|下达|列入|交办|拟")  # to be done yet
_AT_ONCE = re.compile(r"当场|现场|立即|即时|立行|当日|当天|督促")  # done of some, others follow
_TIMELY = re.compile(r"按时|提前|按期|及时|如期|当场|现场|立即|当日|限时")
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
        elif progress := _PROGRESS.search(ahead):
            yield _progress(sentence, stated, progress)
        elif rate and not _OTHER_RATES.search(rate[1]):
            yield _rate(sentence, stated, rate, before)


# --- rates --------------------------------------------------------------------------------------


def _turn(sentence: Sentence, stated: Figure) -> tuple[int, int]:
    """Which of the percentages listed together it is, and of how many: 分别为98%和96%."""
    at = sentence.at(stated)
    ahead = re.search(rf"(?:{FIGURE}(?:[、,和及]|以及)*)*$", sentence.skeleton[:at])
    behind = re.match(rf"(?:(?:[、,和及]|以及)+{FIGURE})*", sentence.skeleton[at + 1 :])
    turn = len(re.findall(FIGURE, ahead[0] if ahead else ""))
    return turn, turn + 1 + len(re.findall(FIGURE, behind[0] if behind else ""))


def _name_of(rate: re.Match[str], turn: int) -> tuple[str, bool]:
    """参训率、合格率分别为98%和96%: each rate in its turn, and whether it has a name of its own."""
    names: list[str] = re.findall(r"[\u4e00-\u9fff]{2,8}率", rate[0])
    if len(names) < 2 or turn >= len(names):
        return rate[1], turn == 0
    return re.sub(r"^(?:以及|和|及(?!格|时))", "", names[turn]), True


def _window(sentence: Sentence, stated: Figure) -> list[Figure]:
    """Counts that the rate can be of: since the rate before it, and its own parentheses."""
    at = sentence.at(stated)
    start = 0
    for other in sentence.figures:
        place = sentence.at(other)
        if (
            place < at
            and other.is_percent
            and _RATE.search(sentence.skeleton[max(0, place - NEAR) : place])
        ):
            start = place + 1
    found = sentence.figures_in(start, at)
    inside = re.match(r"\([^()]*\)", sentence.skeleton[at + 1 :])
    if inside:
        found += sentence.figures_in(at + 1, at + 1 + inside.end())
    if not any(is_count(sentence, f) for f in found):
        found = sentence.figures_in(at + 1, len(sentence.skeleton))  # told after the rate
    return [f for f in found if is_count(sentence, f)]


def _stem(name: str) -> str:
    """What was done, of the name of a rate: 隐患整改率 → 整改, 不合格率 → 不合格."""
    bare = re.sub(r"(?:到位|及时|按期|按时)?率$", "", name)
    return bare[-3:] if bare[-3:-2] in ("不", "未") else bare[-2:]


def _rate(
    sentence: Sentence, stated: Figure, rate: re.Match[str], before: Sentence | None
) -> Check:
    turn, of = _turn(sentence, stated)
    name, own = _name_of(rate, turn)
    if of > 1 and len(re.findall("率", rate[0])) == 1:
        return _in_turn(sentence, stated, name, (turn, of))
    window = _window(sentence, stated)
    pairs, certain = _readings(sentence, stated, name, window, before)
    if not pairs or not own:
        return _unknown(stated, name, window)
    answer = best(Kind.RATE, stated, pairs, certain=certain, name=name)
    wrong = answer.verdict in (Verdict.MISMATCH, Verdict.QUESTION)
    together = _together(sentence, stated, name, window) if wrong else None
    if together:
        return together
    if wrong and (
        _of_something_else(sentence, name, pairs[-1]) or _only_in_part(sentence, name, pairs)
    ):
        return _unknown(stated, name, window)
    return answer


def _unknown(stated: Figure, name: str, parts: Sequence[Figure]) -> Check:
    if stated.number.value > 100 and _AT_MOST_ALL.search(name):
        why = f"{name}不会超过100%,请核对{stated.text}。"
        return check(Kind.RATE, Verdict.QUESTION, stated, parts, why)
    why = f"文中没有给出算{name}所需的两个数,无法核对{stated.text}。"
    return check(Kind.RATE, Verdict.CANNOT, stated, parts, why)


def _readings(
    sentence: Sentence, stated: Figure, name: str, window: list[Figure], before: Sentence | None
) -> tuple[list[Reading], bool]:
    """What the rate may be computed from, and whether it must be."""
    stem = _stem(name)
    done = [f for f in window if did(sentence, f, stem)]
    for part in reversed(done):
        pairs = [(part, whole) for whole in _wholes(sentence, part, window, done)]
        if pairs:
            alone = sum(f.kind == part.kind for f in done) == 1
            nearest = _found_by(sentence, part, pairs) if alone else []
            return nearest or pairs, bool(nearest) or (len(pairs) == 1 and alone)
    more = _more_than_found(sentence, done, window)
    if more:
        return more, False
    if done and before and stem in sentence.label(done[-1]):
        pairs, certain = _from_before(before, done[-1])
        if pairs:
            return pairs[:1] if certain else _fitting(stated, pairs), certain
    owed = _owed_and_done(sentence, window) or _spent(sentence, name, window)
    if owed:
        return owed, True
    named = [*_by_role(sentence, window), *_any_that_fits(sentence, stated, window)]
    return _fitting(stated, named) or _among(sentence, stated, window), False


def _fitting(stated: Figure, pairs: Sequence[Reading]) -> list[Reading]:
    return [(p, w) for p, w in pairs if reading(stated, p, w[0]) is Verdict.OK]


def _together(
    sentence: Sentence, stated: Figure, name: str, window: Sequence[Figure]
) -> Check | None:
    """发现526个,当场整改412个,限期整改114个,整改率100%: what was done is told in parts."""
    stem = _stem(name)
    done = [
        f
        for f in window
        if f.kind == window[0].kind
        and (did(sentence, f, stem) or re.search(rf"限期{stem}$", sentence.label(f)))
    ]
    if len(done) < 2 or window[0] in done:
        return None
    added, whole = sum((f.number.value for f in done), Fraction(0)), window[0].number.value
    if not whole or not agrees(stated, Stretch(added * 100 / whole, added * 100 / whole)):
        return None
    words = "+".join(f.text for f in done)
    why = f"({words})÷{window[0].text}与所写{stated.text}相符。"
    return check(Kind.RATE, Verdict.OK, stated, (*done, window[0]), why, stated.text)


def _in_turn(sentence: Sentence, stated: Figure, name: str, place: tuple[int, int]) -> Check:
    """一般隐患1200条,整改1180条;重大隐患8条,整改7条,整改率分别为98.33%和87.5%."""
    turn, of = place
    at = sentence.at(stated)
    counts = [f for f in sentence.figures_in(0, at) if is_count(sentence, f)]
    done = [f for f in counts if did(sentence, f, _stem(name))]
    pairs = []
    for part in done:
        ahead = [f for f in counts if f.start < part.start and f not in done]
        if ahead and ahead[-1].kind == part.kind:
            pairs.append((part, (ahead[-1],)))
    if len(done) != of or len({w[0].start for _, w in pairs}) != of:
        return _unknown(stated, name, ())
    return best(Kind.RATE, stated, [pairs[turn]], certain=True, name=name)


def did(sentence: Sentence, figure: Figure, stem: str) -> bool:
    """已整改290条, or 290条已整改; but 39处能整改的隐患 only may be."""
    before = sentence.clause_before(figure)
    if _NOT_DONE.search(before) or (_OWED.search(before) and not _DONE.search(before)):
        return False
    if _ORDERED.search(sentence.label(figure).partition(stem)[0]):
        return False
    said = rf"(?<![不未]){stem}"
    behind = rf"(?:已|均|全部|完成|实现|通过)[^,的]{{0,6}}{said}|^{stem}(?![的率书单项类])"
    after = _UP_TO_NEXT.split(figure.after, maxsplit=1)[0]  # 120处场所中已完成108处
    return re.search(said, before) is not None or re.search(behind, after) is not None


def _wholes(
    sentence: Sentence, part: Figure, window: Sequence[Figure], done: Sequence[Figure]
) -> list[tuple[Figure, ...]]:
    """What the part can be a part of: one figure of its unit, or the sum of a listing."""
    kin = [f for f in window if f not in done and f.kind == part.kind]
    like = [f for f in kin if f.start < part.start] or kin
    alone: list[tuple[Figure, ...]] = [(f,) for f in like if f.stretch.high >= part.stretch.low]
    together = len(like) > 1 and not any(
        "其中" in sentence.between(a, b) for a, b in pairwise(like)
    )
    together = together and sum(f.stretch.high for f in like) >= part.stretch.low
    if together and (not alone or _end_alike(sentence, like)):
        alone.append(tuple(like))
    return alone


def _end_alike(sentence: Sentence, figures: Sequence[Figure]) -> bool:
    return len({(sentence.label(f) or f.after)[-2:] for f in figures}) == 1


def _found_by(sentence: Sentence, part: Figure, pairs: Sequence[Reading]) -> list[Reading]:
    """检查房屋8650栋,发现隐患326栋,已整治308栋: of what was found, told right before it."""
    for one, whole in pairs:
        if len(whole) == 1 and whole[0].start < part.start:
            between = sentence.figures_in(sentence.at(whole[0]) + 1, sentence.at(part))
            told = _FOUND.search(sentence.label(whole[0])) and _PROBLEM.search(
                sentence.label(whole[0]) + whole[0].after
            )
            if told and not between and all(len(w) == 1 for _, w in pairs):
                return [(one, whole)]
    return []


def _more_than_found(
    sentence: Sentence, done: Sequence[Figure], window: Sequence[Figure]
) -> list[Reading]:
    """发现隐患300条,已整改340条: more was put right than was found."""
    for part in done[-1:]:
        ahead = [f for f in window if f.start < part.start and f.kind == part.kind]
        if len(ahead) == 1 and _FOUND.search(sentence.label(ahead[0])):
            return [(part, (ahead[0],))]
    return []


def _from_before(before: Sentence, part: Figure) -> tuple[list[Reading], bool]:
    """共发现隐患1200处。已整改1150处,整改率95.8%: the whole stands in the sentence before."""
    like = [
        f
        for f in before.figures
        if f.kind == part.kind and is_count(before, f) and f.stretch.high >= part.stretch.low
    ]
    certain = len(like) == 1 and _FOUND.search(before.clause_before(like[0])) is not None
    return [(part, (whole,)) for whole in reversed(like)], certain


def _owed_and_done(sentence: Sentence, window: Sequence[Figure]) -> list[Reading]:
    """应到120人,实到115人,到会率…: what was owed and what was done, told right before the rate."""
    if len(window) < 2:
        return []
    whole, part = window[-2:]
    owed, did_it = sentence.label(whole), sentence.label(part)
    apart = sentence.between(whole, part).count(",") + sentence.between(whole, part).count(";")
    due = _DUE.search(owed) or _TASKS.search(whole.after)
    did_it = did_it or re.split(FIGURE, sentence.clause_before(part))[-1]
    if whole.kind == part.kind and due and _DID.search(_AFTER_TASKS.sub("", did_it)) and apart < 2:
        return [(part, (whole,))]
    return []


def _spent(sentence: Sentence, name: str, window: Sequence[Figure]) -> list[Reading]:
    """预算1860万元,支出1785.6万元,预算执行率96%."""
    if len(window) != 2 or not _SPENDING.search(name):
        return []
    budget, spent = window
    told = _BUDGET.search(sentence.label(budget)) and _OUTLAY.search(sentence.label(spent))
    return [(spent, (budget,))] if told and budget.kind == spent.kind else []


def _by_role(sentence: Sentence, window: Sequence[Figure]) -> list[Reading]:
    """Where the name of the rate is in neither phrase: who owes it, and who did it."""
    pairs: list[Reading] = []
    for whole, part in combinations(window[-MOST_PAIRED:], 2):
        before = sentence.clause_before(part)
        if whole.kind != part.kind or part.stretch.low > whole.stretch.high:
            continue
        if _DONE.search(before) and not _NOT_DONE.search(before):
            pairs.append((part, (whole,)))
    return pairs[-2:]


def _any_that_fits(sentence: Sentence, stated: Figure, window: Sequence[Figure]) -> list[Reading]:
    """预算1000万元,支出960万元,执行率96%: nothing says which are the parts, but two of them fit."""
    counts = [f for f in sentence.figures_in(0, sentence.at(stated)) if is_count(sentence, f)]
    for part in reversed(window[-MOST_PAIRED:]):
        for whole in reversed(counts[-MOST_PAIRED:]):
            like = whole.kind == part.kind and whole.number.value > part.number.value
            if like and reading(stated, part, whole) is Verdict.OK:
                return [(part, (whole,))]
    return []


def _among(sentence: Sentence, stated: Figure, window: Sequence[Figure]) -> list[Reading]:
    """1236家企业中,有1180家完成创建,达标率…: the rate of the clause right before it."""
    if len(window) < 2:
        return []
    whole, part = window[-2:]
    close = sentence.skeleton[sentence.at(part) : sentence.at(stated)].count(",") < 2
    said = re.search(r"(?<![理改行治查])中,?(?:已?有|已|共有)?$", sentence.between(whole, part))
    fits_in = whole.kind == part.kind and part.stretch.low <= whole.stretch.high
    return [(part, (whole,))] if said and close and fits_in else []


def _of_something_else(sentence: Sentence, name: str, pair: Reading) -> bool:
    """Whether the rate names what neither figure names: 重大隐患整改率 behind 隐患已整改290处."""
    part, whole = pair
    told = "".join(sentence.clause_before(f) + f.after for f in (part, *whole))
    if any(word not in told for word in _DEGREE.findall(name)):
        return True
    stem = _stem(name)
    subject = _GENERIC.sub("", name.removesuffix("率").replace(stem, ""))
    object_of_part = _GENERIC.sub("", (sentence.label(part) + part.after).replace(stem, ""))
    shared = any(one + other in told for one, other in pairwise(subject))
    return len(subject) > 1 and len(object_of_part) > 1 and not shared


def _only_in_part(sentence: Sentence, name: str, pairs: Sequence[Reading]) -> bool:
    """现场整改280处 are not all that was put right; 办结310件 not all of it 按时."""
    for part, _ in pairs:
        told = sentence.label(part) + part.after
        if any(word not in name for word in _TIMELY.findall(sentence.label(part))):
            return True
        at_once = _AT_ONCE.search(told)
        if at_once and at_once[0] not in name:
            return True
        if any(word not in told for word in _TIMELY.findall(name)):
            return True
    return False


# --- progress -----------------------------------------------------------------------------------


def _progress(sentence: Sentence, stated: Figure, said: re.Match[str]) -> Check:
    window = [f for f in sentence.figures if is_count(sentence, f)]
    plans = [
        f for f in window if re.search(r"任务|计划|目标|指标", sentence.clause_before(f) + f.after)
    ]
    done = [f for f in window if f not in plans and _DONE.search(sentence.clause_before(f))]
    pairs = [(d, (p,)) for p in plans[-1:] for d in done[-1:] if p.kind == d.kind]
    of = _BARE_PLAN.sub("", said["of"])
    if said["works"] or (pairs and of not in sentence.clause_before(pairs[0][1][0])):
        # 完成总工程量、重点任务的60%: not of the money, nor of the visits told before
        pairs = []
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
