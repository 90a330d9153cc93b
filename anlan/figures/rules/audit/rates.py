"""Rates and shares: 整改率99.60%, 占比88.78%, 完成全年任务的60% (率与占比)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from .finding import Figure
from .numbers import Stretch
from .passages import FIGURE, Sentence
from .verdicts import Check, Kind, Verdict, check, in_percent, is_cut, judge

_LINK = r"(?:分别|均|都|已|也|实现|保持在|稳定在|为|达到?了?|约|是|高达|仅|:|了)*"
_RATE = re.compile(
    rf"([\u4e00-\u9fff]{{2,12}}率)(?:、[\u4e00-\u9fff]{{2,8}}率|[和及][^,]{{2,8}}率)*{_LINK}$"
)
_SHARE = re.compile(
    rf"(?:占(?!比)(?:到|了|据)?(?P<of>[^,;:()占]{{0,20}}?)(?:的(?:比例|比重|份额)?)?"
    rf"|(?P<bare>占比|比重|比例))(?:\([^()]*\))?{_LINK}$"
)
_OF_PLAN = re.compile(rf"完成[^,;()]{{0,12}}(?:任务|计划|目标|指标)数?量?(?P<plan>{FIGURE})的$")
_PROGRESS = re.compile(
    r"完成了?(?:全?年度?|年初|既定|下达)?[^,;()]{0,12}(?:任务|计划|目标|指标|工程)数?量?的$"
)
# Rates that are not a part of the figures around them.
_OTHER_RATES = re.compile(
    r"死亡率|伤亡率|发生率|增长率|下降率|出生率|利率|税率|汇率|速率|频率|概率|功率|效率|贡献率|同比"
)
_NO_COUNTS = frozenset(
    ("%", "百分点", "毫米", "厘米", "分钟", "小时", "个月", "", *"倍年级类种天岁度‰℃米秒")
)
_MEAN = re.compile(r"平均|人均|户均|日均|月均|年均|每[^,;]{0,4}$|最[高大多低小少长]|得分|均值|中位")
_TOGETHER = re.compile(r"合计|共计|总计|两者|三者|两项|三项")
_OWED = re.compile(r"应|需|须|计划|目标|任务|拟|总")
_DONE = re.compile(r"已|实|完成|其中")
_FOUND = re.compile(r"发现|排查|查出|检查出|摸排|受理|接报|交办|登记")
_NOT_DONE = re.compile(r"未|正在|尚|剩余|其余|没有|待")
_CHANGE = re.compile(r"(?:增加|减少|上升|下降|增长|提高|降低|新增|多|少|升|降)了?$")
_SCOPE = re.compile(r"全[国省市区县州旗镇乡]")
_ALL = re.compile(r"总|全部|所有|合计|全[国省市区县年镇]")


def checks(sentence: Sentence, before: Sentence | None = None) -> Iterator[Check]:
    """Every rate and share that the sentence states (率、占比)."""
    for stated in sentence.figures:
        if not stated.is_percent:
            continue
        ahead = sentence.skeleton[: sentence.at(stated)]
        ahead = re.sub(rf"(?:{FIGURE}[、,和及]*(?:以及)?)+$", "", ahead)
        share, rate = _SHARE.search(ahead), _RATE.search(ahead)
        of_plan = _OF_PLAN.search(sentence.skeleton[: sentence.at(stated)])
        if of_plan:
            yield _of_plan(sentence, stated, sentence.figure(of_plan["plan"]))
        elif _PROGRESS.search(ahead):
            yield _progress(sentence, stated)
        elif share:
            yield from _share(sentence, stated, share)
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


def is_count(sentence: Sentence, figure: Figure) -> bool:
    """A count of its own: no percentage, no change, no figure of last year."""
    if figure.kind in _NO_COUNTS:
        return False
    if figure.number.about in ("以上", "以下", "以内", "以上的") and figure.after[:1] not in (
        "",
        "的",
    ):
        return False  # a threshold: 10人以上企业
    before = sentence.clause_before(figure)
    if _MEAN.search(sentence.label(figure)):
        return False
    return not (_CHANGE.search(before) or sentence.is_base(figure))


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
    if not pairs and done and before:
        pairs, certain = _from_before(before, done[-1])
    if not pairs:
        pairs, certain = _by_role(sentence, window), False
    if not pairs:
        pairs = _any_that_fits(sentence, stated, window)
    if not pairs:
        why = f"文中没有给出算{name}所需的两个数,无法核对{stated.text}。"
        return check(Kind.RATE, Verdict.CANNOT, stated, window, why)
    return _best(Kind.RATE, stated, pairs, certain=certain, name=name)


def _did(sentence: Sentence, figure: Figure, stems: Sequence[str]) -> bool:
    before = sentence.clause_before(figure)
    around = before + figure.after
    if _NOT_DONE.search(before) or (_OWED.search(before) and not _DONE.search(before)):
        return False
    return any(stem in around for stem in stems)


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
            if like and judge_share(stated, part, whole) is Verdict.OK:
                return [(part, (whole,))]
    return []


def _quotient(stretches: Sequence[Stretch]) -> Stretch | None:
    whole = stretches[1]
    for more in stretches[2:]:
        whole = whole + more
    found = stretches[0].over(whole)
    return found.times(100) if found else None


def _best(
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
        verdict = judge(stated, parts, _quotient)
        computed = _quotient([each.stretch for each in parts])
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
        shown = in_percent(computed, max(stated.number.decimals, 2))
        why = _why(stated, part, wholes, shown, verdict, name)
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
    part: Figure,
    wholes: Sequence[Figure],
    shown: str,
    verdict: Verdict,
    name: str,
) -> str:
    whole = wholes[0].text if len(wholes) == 1 else f"({'+'.join(w.text for w in wholes)})"
    sum_up = f"{part.text}÷{whole}={shown}"
    if verdict is Verdict.OK:
        return f"{sum_up},与所写{stated.text}相符。"
    if is_cut(stated, Stretch(Fraction(shown[:-1]), Fraction(shown[:-1]))):
        return f"{sum_up},所写{stated.text}像是直接截去了尾数,没有四舍五入。"
    if verdict is Verdict.MISMATCH:
        return f"{name}写为{stated.text},按文中数字{sum_up},两者不符,请核对其中哪一个写错了。"
    return f"{name}写为{stated.text},若按{sum_up}则不一致,请确认分子、分母的口径。"


# --- shares -------------------------------------------------------------------------------------


def _share(sentence: Sentence, stated: Figure, found: re.Match[str]) -> Iterator[Check]:
    of = (found["of"] or "").strip("的")
    part, sure = _sharer(sentence, stated, found.start())
    if part is None:
        why = f"没有找到占比{stated.text}所对应的数量,无法核对。"
        yield check(Kind.SHARE, Verdict.CANNOT, stated, (), why)
        return
    wholes, certain = _totals(sentence, stated, part, of)
    if not sure:
        wholes = [w for w in wholes if judge_share(stated, part, w) is Verdict.OK]
    if not wholes:
        why = f"文中没有给出作为分母的总数,无法核对{part.text}占{stated.text}。"
        yield check(Kind.SHARE, Verdict.CANNOT, stated, (part,), why)
        return
    pairs = [(part, (whole,)) for whole in wholes]
    yield _best(Kind.SHARE, stated, pairs, certain=certain and len(pairs) == 1, name="占比")


def _sharer(sentence: Sentence, stated: Figure, at: int) -> tuple[Figure | None, bool]:
    """The figure whose share is stated, and whether that is sure.

    The nearest count; in a list, the one in its turn; where a name stands between, the one named.
    """
    behind = sentence.skeleton[sentence.at(stated) + 1 :]
    rest = re.match(rf"(?:(?:[、,和及]|以及)+{FIGURE})*", behind)
    later = [f for f in map(sentence.figure, re.findall(FIGURE, rest[0] if rest else ""))]
    counts = [f for f in sentence.figures_in(0, at) if is_count(sentence, f)]
    place = 1 + sum(f.is_percent for f in later)
    if len(counts) < place or len({f.kind for f in counts[-place:]}) > 1:
        return None, False
    gap = sentence.skeleton[sentence.at(counts[-1]) + 1 : at]
    if gap.count(",") > 3 or _TOGETHER.search(gap):
        return None, False
    name = re.sub(r"^(?:其中|均|约|仅|只|分别|但|而)+", "", re.split("[,;]", gap)[-1])
    if not re.search("[,;]", gap) or not name:
        return counts[-place], True
    called = [f for f in counts if _goes_by(sentence, f, name)]
    return (called[-1], False) if called else (None, False)


def _goes_by(sentence: Sentence, figure: Figure, name: str) -> bool:
    if "起数" in name:
        return figure.kind == "起"
    words = sentence.label(figure)
    return "亡" in words if "亡" in name else name[-2:] in words


def judge_share(stated: Figure, part: Figure, whole: Figure) -> Verdict:
    """What comes of one reading of a share."""
    return judge(stated, (part, whole), _quotient)


def _totals(sentence: Sentence, stated: Figure, part: Figure, of: str) -> tuple[list[Figure], bool]:
    """What the share can be of, and whether that is certain."""
    ahead = sentence.figures_in(0, sentence.at(part))
    like = [
        f
        for f in ahead
        if f.kind == part.kind and f.stretch.high >= part.stretch.low and is_count(sentence, f)
    ]
    like = [f for f in like if not (_is_sharer(sentence, f) or _are_listed(sentence, f, part))]
    named = [f for f in like if _is_named(sentence, f, of)] or [
        f
        for f in sentence.figures[sentence.figures.index(part) + 1 :]
        if f.kind == part.kind and _is_named(sentence, f, of) and _is_total(sentence, f, f)
    ]
    if named:
        return named[-1:], _is_total(sentence, named[-1], part)
    totals = [f for f in like if _is_total(sentence, f, part)]
    scope = _SCOPE.search(of)
    if scope:
        like = [f for f in like if scope[0] in sentence.skeleton[: sentence.at(f)]]
        totals = [f for f in totals if f in like]
    if of and not _ALL.search(of):
        return [w for w in like if judge_share(stated, part, w) is Verdict.OK][-1:], False
    if totals:
        return totals[-1:], True
    return like[-2:], False


def _are_listed(sentence: Sentence, one: Figure, other: Figure) -> bool:
    """Members of one listing: 9起、4起、2起."""
    between = sentence.between(one, other) if one.start < other.start else "-"
    return re.fullmatch(rf"(?:[、和及]{FIGURE}?)+", between) is not None


def _is_sharer(sentence: Sentence, figure: Figure) -> bool:
    """A part itself: its own share follows."""
    behind = sentence.skeleton[sentence.at(figure) + 1 :]
    return re.match(r"[^;\U000f0000-\U0010fffd]{0,16}占", behind) is not None


def _is_named(sentence: Sentence, figure: Figure, of: str) -> bool:
    bare = re.sub(
        r"总数|总量|总起数|总人数|总户数|全部|全[国省市区县年镇]|总|起数|人数|数量|的|[起家个]数",
        "",
        of,
    )
    return len(bare) >= 2 and bare in sentence.clause_before(figure) + figure.after


def _is_total(sentence: Sentence, whole: Figure, part: Figure) -> bool:
    """Said to be the whole: 共…, or the part follows it with 其中."""
    return bool(
        re.search(r"共|总|合计|累计|全[市区县镇省]|现有|辖区", sentence.clause_before(whole))
        or "其中" in sentence.between(whole, part)
    )


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
    return _best(Kind.RATE, stated, pairs, certain=certain, name="完成进度")


def _of_plan(sentence: Sentence, stated: Figure, plan: Figure) -> Check:
    """共15个,完成全年任务数20个的75%: the plan is named beside the share."""
    ahead = sentence.figures_in(0, sentence.at(plan))
    done = [f for f in ahead if f.kind == plan.kind and is_count(sentence, f)]
    if not done:
        why = f"文中没有给出完成数,无法核对{stated.text}。"
        return check(Kind.RATE, Verdict.CANNOT, stated, (plan,), why)
    pairs = [(done[-1], (plan,))]
    return _best(Kind.RATE, stated, pairs, certain=len(done) == 1, name="完成进度")
