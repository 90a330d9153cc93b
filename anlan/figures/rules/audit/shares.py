"""Shares: 占比88.78%, 占事故总数的48%, 分别占60%、26.67%和13.33% (占比)."""

import re
from collections.abc import Iterator, Sequence

from .finding import Figure
from .numbers import Stretch
from .passages import FIGURE, Sentence
from .quotients import LINK, ahead_of, best, is_count, reading
from .verdicts import Check, Kind, Verdict, agrees, check
from .wholes import Orphan, same_loss

_SHARE = re.compile(
    rf"(?:占(?!比)(?:到|了|据)?(?P<of>[^,;:()占]{{0,20}}?)(?:的(?:比例|比重|份额)?)?"
    rf"|(?P<bare>占比|比重|比例))(?:\([^()]*\))?{LINK}$"
)
_OF_SAID = re.compile(rf"占[^,;:()\U000f0000-\U000ffffd]{{0,16}}\(?(?P<whole>{FIGURE})\)?的$")
_OF = re.compile(r"占[^,;:()\U000f0000-\U000ffffd]{0,16}$")  # 占总投资12亿元的: a whole itself
_PLANNED = re.compile(r"计划|任务|目标|指标")
_OF_PLAN = re.compile(r"预算|计划|任务|目标|指标")
_TOGETHER = re.compile(r"合计|共计|总计|两者|三者|两项|三项")
_SCOPE = re.compile(r"全[国省市区县州旗镇乡]")
_AGAIN = re.compile(r"其中|[故患业灾员者案数]中")
_ALL = re.compile(r"总|全部|所有|合计|全[国省市区县年镇]")


def checks(sentence: Sentence, before: Sentence | None = None) -> Iterator[Check | Orphan]:
    """Every share that the sentence states; an orphan where its total is not near (占比)."""
    for stated in sentence.figures:
        if stated.is_percent:
            of_said = _OF_SAID.search(sentence.skeleton[: sentence.at(stated)])
            if of_said:
                yield from _of_said(sentence, stated, of_said)
                continue
            found = _SHARE.search(ahead_of(sentence, stated))
            if found:
                yield from _share(sentence, stated, found, before)


def _of_said(sentence: Sentence, stated: Figure, found: re.Match[str]) -> Iterator[Check]:
    """完成投资3.5亿元,占年度计划3.2亿元的109.4%: the whole is named beside the share."""
    whole = sentence.figure(found["whole"])
    ahead = [
        f
        for f in sentence.figures_in(0, found.start())
        if is_count(sentence, f) and not _OF.search(sentence.skeleton[: sentence.at(f)])
    ]
    if not ahead or ahead[-1].kind != whole.kind:
        why = f"没有找到占{whole.text}的{stated.text}的数量,无法核对。"
        yield check(Kind.SHARE, Verdict.CANNOT, stated, (whole,), why)
        return
    near = sentence.between(ahead[-1], whole).count(",") < 2
    yield best(Kind.SHARE, stated, [(ahead[-1], (whole,))], certain=near, name="占比")


def _share(
    sentence: Sentence, stated: Figure, found: re.Match[str], before: Sentence | None
) -> Iterator[Check | Orphan]:
    of = (found["of"] or "").strip("的")
    part, sure = _sharer(sentence, stated, found.start())
    if part is None:
        why = f"没有找到占比{stated.text}所对应的数量,无法核对。"
        yield check(Kind.SHARE, Verdict.CANNOT, stated, (), why)
        return
    wholes, certain = _totals(sentence, stated, part, of)
    if not sure:
        wholes = [w for w in wholes if reading(stated, part, w) is Verdict.OK]
    if not wholes and before is not None:
        wholes, certain = (
            _told_before(before, part, of) if of else _told_of_all(sentence, before, stated, part)
        )
    if not wholes:
        yield Orphan(stated, part, of, sure)
        return
    both = None if "分别" in sentence.between(part, stated) else _joined(sentence, part)
    if both is not None and len(wholes) == 1:
        added, whole = both.number.value + part.number.value, wholes[0].number.value
        share = Stretch(added * 100 / whole, added * 100 / whole)
        if agrees(stated, share):
            why = f"({both.text}+{part.text})÷{wholes[0].text}与所写{stated.text}相符。"
            yield check(Kind.SHARE, Verdict.OK, stated, (both, part, *wholes), why, stated.text)
            return
    certain = certain and both is None
    # 甲占预算数的97%,乙占预算数的83%: each of its own
    certain = certain and not (_OF_PLAN.search(of) and sentence.skeleton.count(f"占{of}") > 1)
    pairs = [(part, (whole,)) for whole in wholes]
    answer = best(Kind.SHARE, stated, pairs, certain=certain and len(pairs) == 1, name="占比")
    if answer.verdict in (Verdict.MISMATCH, Verdict.QUESTION):
        yield Orphan(stated, part, of, sure, answer, wholes[-1])
    else:
        yield answer


def _sharer(sentence: Sentence, stated: Figure, at: int) -> tuple[Figure | None, bool]:
    """The figure whose share is stated, and whether that is sure.

    The nearest count; in a list, the one in its turn; where a name stands between, the one named.
    """
    behind = sentence.skeleton[sentence.at(stated) + 1 :]
    rest = re.match(rf"(?:(?:[、,和及]|以及)+{FIGURE})*", behind)
    later = [f for f in map(sentence.figure, re.findall(FIGURE, rest[0] if rest else ""))]
    counts = [f for f in sentence.figures_in(0, at) if is_count(sentence, f)]
    place = 1 + sum(f.is_percent for f in later)
    if len(counts) < place:
        return None, False
    gap = sentence.skeleton[sentence.at(counts[-1]) + 1 : at]
    of = place + _percents_before(sentence, stated)
    kinds = {f.kind for f in counts[-of:]}
    in_turn = len(kinds) in (1, of) or "分别" in sentence.between(counts[-1], stated)
    if not (in_turn and _is_run(sentence, counts, of)):
        return None, False
    if gap.count(",") > 3 or _TOGETHER.search(gap):
        return None, False
    name = re.sub(r"^(?:其中|均|约|仅|只|分别|但|而)+", "", re.split("[,;]", gap)[-1])
    if not re.search("[,;]", gap) or not name:
        return counts[-place], True
    called = [f for f in counts if _goes_by(sentence, f, name)]
    return (called[-1], False) if called else (None, False)


def _percents_before(sentence: Sentence, stated: Figure) -> int:
    """So many percentages are listed right before this one."""
    head = sentence.skeleton[: sentence.at(stated)]
    listed = re.search(rf"(?:{FIGURE}(?:[、,和及]|以及)+)*$", head)
    return sum(
        f.is_percent for f in map(sentence.figure, re.findall(FIGURE, listed[0] if listed else ""))
    )


def _is_run(sentence: Sentence, counts: Sequence[Figure], of: int) -> bool:
    """As many counts as percentages: not three counts, of which two have a share."""
    if of < 2 or len(counts) <= of:
        return len(counts) >= of
    return not re.fullmatch(r"[、和及][^,;()]*", sentence.between(counts[-of - 1], counts[-of]))


def _goes_by(sentence: Sentence, figure: Figure, name: str) -> bool:
    if "起数" in name:
        return figure.kind == "起"
    words = sentence.label(figure) + figure.after[:4]
    return "亡" in words if "亡" in name else name[-2:] in words


def _totals(sentence: Sentence, stated: Figure, part: Figure, of: str) -> tuple[list[Figure], bool]:
    """What the share can be of, and whether that is certain."""
    ahead = sentence.figures_in(0, sentence.at(part))
    like = [
        f
        for f in ahead
        if f.kind == part.kind and f.stretch.high >= part.stretch.low and is_count(sentence, f)
        if same_loss(sentence, f, part)
    ]
    within = [f for f in like if _is_among(sentence, f, part)][-1:]
    like = [f for f in like if not (_is_sharer(sentence, f) or _are_listed(sentence, f, part))]
    named = [f for f in like + within if _is_named(sentence, f, of)] or [
        f
        for f in sentence.figures[sentence.figures.index(part) + 1 :]
        if f.kind == part.kind and _is_named(sentence, f, of) and _is_total(sentence, f, f)
    ]
    if named:
        planned = len(named) == 1 and _PLANNED.search(of) is not None
        return named[-1:], planned or _is_total(sentence, named[-1], part)
    totals = [f for f in like if _is_total(sentence, f, part)]
    scope = _SCOPE.search(of)
    if scope:
        like = [f for f in like if scope[0] in sentence.skeleton[: sentence.at(f)]]
        totals = [f for f in totals if f in like]
    if of and not _ALL.search(of):
        return [w for w in like if reading(stated, part, w) is Verdict.OK][-1:], False
    if within and within[0] not in totals:
        return [*totals[-1:], *within], False
    if totals:
        return totals[-1:], True
    return like[-2:], False


def _is_among(sentence: Sentence, sharer: Figure, part: Figure) -> bool:
    """其中道路60起,占50%,其中货车45起: of the 60, or of all of them."""
    between = sentence.between(sharer, part)
    return _is_sharer(sentence, sharer) and _AGAIN.search(between) is not None


def _joined(sentence: Sentence, part: Figure) -> Figure | None:
    """执勤(9.6万起)及其他(10.5万起)占总数的10.3%: the share of the two together."""
    ahead = [f for f in sentence.figures_in(0, sentence.at(part)) if f.kind == part.kind]
    if not ahead or not re.fullmatch(
        r"\)?(?:和|及|与|以及)[^,;、。]*", sentence.between(ahead[-1], part)
    ):
        return None
    return ahead[-1]


def _told_before(before: Sentence, part: Figure, of: str) -> tuple[list[Figure], bool]:
    """全市共发生事故45起。道路运输27起,占事故总数的60%: the total of the sentence before."""
    counts = [f for f in before.figures if is_count(before, f) and f.kind == part.kind]
    like = [f for f in counts if f.stretch.high >= part.stretch.low and _is_named(before, f, of)]
    if of in ("总数", "总量", "总起数", "全部"):
        like = counts
    said = (
        ("总" in of or of == "全部")
        and len(like) == 1
        and re.search("共|总|合计", before.clause_before(like[0]))
    )
    return (like, len(counts) == 1) if said else ([], False)


def _told_of_all(
    sentence: Sentence, before: Sentence, stated: Figure, part: Figure
) -> tuple[list[Figure], bool]:
    """共236起。电气95起,占40.3%;用火不慎62起,占26.3%: the other shares say of what they are."""
    counts = [f for f in before.figures if is_count(before, f) and f.kind == part.kind]
    if len(counts) != 1 or counts[0].stretch.high < part.stretch.low:
        return [], False
    fitting = 0
    for figure in sentence.figures:
        found = _SHARE.search(ahead_of(sentence, figure)) if figure.is_percent else None
        if found and not (found["of"] or "").strip("的"):
            other, sure = _sharer(sentence, figure, found.start())
            like = other is not None and sure and other.kind == part.kind
            fitting += bool(like and other and reading(figure, other, counts[0]) is Verdict.OK)
    fits = reading(stated, part, counts[0]) is Verdict.OK
    return (counts, fitting > 1) if fits or fitting > 1 else ([], False)


def _are_listed(sentence: Sentence, one: Figure, other: Figure) -> bool:
    """Members of one listing: 9起、4起、2起."""
    between = sentence.between(one, other) if one.start < other.start else "-"
    return re.fullmatch(rf"(?:[、和及]{FIGURE}?)+", between) is not None


def _is_sharer(sentence: Sentence, figure: Figure) -> bool:
    """A part itself: its own share follows."""
    behind = sentence.skeleton[sentence.at(figure) + 1 :]
    # 道路27起、25人,占比分别为…: both of them are.
    return (
        re.match(
            rf"(?:、[^,;、\U000f0000-\U0010fffd]{{0,6}}{FIGURE}){{0,3}}"
            r"[^;\U000f0000-\U0010fffd]{0,16}占",
            behind,
        )
        is not None
    )


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
