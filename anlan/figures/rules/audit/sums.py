"""Totals and their parts: 共22起(其中2019年7起;2020年9起), …合计253家, 已整改与未整改 (合计)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .divisions import are_halves, deny
from .finding import Figure
from .listings import (
    NEW_DEED,
    added_up,
    are_parts_apart,
    depth,
    directly,
    fitting,
    listing_behind,
    look_alike,
    names_of,
    of_its_sort,
    totals_before,
)
from .numbers import plain
from .passages import FIGURE, WHEN, Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check, fits

MOST_BEFORE = 240  # signs and characters that a listing before its total may take
MOST_PARTS = 24
NEARLY = 10  # three sorts that make more than nine tenths of a total were meant to make it up
_AMONG = re.compile(r"[,;:(。]*(?:其中|包括|包含|分为|分别(?:为|是)|(?<=\()含)[,:]?(?:包括|有)?")
_LISTED = re.compile(r"(?:分为|由|分别为|分别是|组成)")
_REST = re.compile(r"其[他它余]|剩余|余下")
_SAID = re.compile(r"合计|总计|共计|总共")
_NESTED = re.compile("成灾|绝收")
_INNER = re.compile(r"^(?:其中|含|包括|内有)")
_TOTAL = re.compile(
    rf"(?P<gap>[,、;]?(?:以上|三项|两项|{WHEN}|全[市区县省镇]|[\u4e00-\u9fff]{{0,4}})?)"
    rf"(?P<word>合计|共计|总计|总共|一共|共)(?:为|有|是|达|发生|完成)?[\u4e00-\u9fff]{{0,8}}?(?P<total>{FIGURE})"
)
_PARENTHESES = re.compile(
    rf"(?P<total>{FIGURE})[\u4e00-\u9fff]{{0,8}}\((?P<parts>(?:[^()]|\([^()]*\))*)\)"
)
_PERIODS = re.compile(
    rf"(?P<when>{WHEN}(?:[、,和及]{WHEN})+)分别[^,;\U000f0000-\U0010fffd]{{0,10}}(?P<parts>{FIGURE}(?:[、,和及]{FIGURE})+)"
    rf"[,;、](?:(?P<whole>{WHEN})|(?P<years>{FIGURE}))(?:全[市区县])?(?:累计|合计|共计|总计|共)[^,;\U000f0000-\U0010fffd]{{0,8}}(?P<total>{FIGURE})"
)
_NET = re.compile(rf"净(?:增加?|减少?)[^,;\U000f0000-\U0010fffd]{{0,10}}(?P<net>{FIGURE})")
_CAME = re.compile(r"(?<!净)(?:新增|新建|新成立|新组建|新注册|新设|增加|调入)")
_WENT = re.compile(r"撤销|减少|退出|注销|淘汰|关闭|关停|撤并|解散|调出|取缔")
_CLOSED = re.compile(
    r"(?:已|完成|全部)?(?:整改|办结|销号|闭环|完成|处置|治理|化解|结案|处理完毕|答复|反馈)"
)
_OPEN = re.compile(
    r"(?:正在|未|尚未|未能|限期|仍在)(?:完成|抓紧|跟进)?[\u4e00-\u9fff]{0,4}|剩余|其余|余下"
)
_FOUND = re.compile(
    r"抽查|抽检|检测|参加|发现|排查|查出|摸排|检查出|受理|接报|共有|上报|登记|交办|举报"
)


def checks(sentence: Sentence) -> Iterator[Check]:
    """Every total of the sentence whose parts are listed (合计、其中)."""
    told: set[int] = set()
    for answer in _all(sentence):
        if answer.start not in told:
            if not (answer.kind is Kind.PART_WHOLE and answer.verdict is Verdict.OK):
                told.add(answer.start)
            yield answer


def _in_parentheses(sentence: Sentence) -> Iterator[Check]:
    """120家(危化30家、工贸50家、矿山40家): without 其中 all are named, if they nearly add up."""
    for found in _PARENTHESES.finditer(sentence.skeleton):
        total = sentence.figure(found["total"])
        inside = sentence.figures_in(*found.span("parts"))
        if re.search("其中|含|包括|较|比|新增|另|同期|分为|占", found["parts"]) or len(inside) < 2:
            continue
        if (
            total.kind == "起"
            and inside[0].kind == "起"
            and {f.kind for f in inside} == {"起", "人"}
        ):
            inside = [f for f in inside if f.kind == "起"]  # 7起(3起道路,死亡2人;4起火灾)
        if {f.kind for f in inside} != {total.kind} or not is_count(sentence, total):
            continue
        added = added_up(inside)
        words, shown = "+".join(f.text for f in inside), _plainly(inside, total)
        off = abs(added.middle - total.number.value)
        over = added.low > total.stretch.high and are_parts_apart(sentence, inside)
        firm = all(f.number.firm for f in (total, *inside))
        if fits(total, added):
            why = f"{words}={shown},与{total.text}相符。"
            yield check(Kind.SUM, Verdict.OK, total, inside, why, shown)
        elif firm and (over or are_halves(names_of(sentence, inside))):
            why = f"括号里{words}={shown},与所写{total.text}不符,请核对。"
            yield check(Kind.SUM, Verdict.MISMATCH, total, inside, why, shown)
        elif off <= total.number.value / 4 and total.number.firm:
            why = f"括号里{words}={shown},与{total.text}不同,是否漏列或写错?"
            yield check(Kind.SUM, Verdict.QUESTION, total, inside, why, shown)


def _all(sentence: Sentence) -> Iterator[Check]:
    yield from _by_period(sentence)
    yield from _among(sentence)
    yield from _in_parentheses(sentence)
    yield from _totalled(sentence)
    yield from _complement(sentence)
    yield from _net(sentence)


# --- a total, then its parts ----------------------------------------------------------------------


def _among(sentence: Sentence) -> Iterator[Check]:
    for found in _AMONG.finditer(sentence.skeleton):
        listing = listing_behind(sentence, found)
        for totals in totals_before(sentence, found).values():
            like = of_its_sort(sentence, totals[0], listing)
            if like:
                total = fitting(totals, like)
                exhaustive = _is_exhaustive(sentence, found, like, total)
                yield _against(sentence, total, like, exhaustive=exhaustive)


def _is_exhaustive(
    sentence: Sentence, found: re.Match[str], parts: Sequence[Figure], total: Figure
) -> bool:
    """Whether the listing names everything: 分为…, …其他…, or years that fill the period."""
    last, names = sentence.clause_before(parts[-1]), names_of(sentence, parts)
    if len(parts) > 1 and (_LISTED.search(found[0]) or _REST.search(last + names[-1])):
        return True
    if are_halves(names):
        return True
    years = [f.period.first.year for f in parts if f.period and f.period.first]
    whole = total.period
    if len(years) != len(parts) or len(parts) < 2 or whole is None or whole.first is None:
        return False
    whole_last = whole.last.year if whole.last and not whole.open_end else max(years)
    wanted = list(range(whole.first.year, whole_last + 1))
    return sorted(years) == wanted


def _plainly(parts: Sequence[Figure], total: Figure) -> str:
    added = sum((part.number.value for part in parts), Fraction(0))
    return f"{plain(added / total.number.scale)}{total.whole_unit}"


def _against(
    sentence: Sentence, total: Figure, parts: Sequence[Figure], *, exhaustive: bool
) -> Check:
    firm = total.number.firm and all(part.number.firm for part in parts)
    added, shown = added_up(parts), _plainly(parts, total)
    words = "+".join(part.text for part in parts)
    kind = Kind.SUM if len(parts) > 1 else Kind.PART_WHOLE
    if len(parts) > 1 and fits(total, added):
        why = f"{words}={shown},与{total.text}相符。"
        return check(kind, Verdict.OK, total, parts, why, shown)
    if firm and not exhaustive and _hardly_short(sentence, total, parts):
        why = f"所列{words}={shown},比{total.text}少一点,是否漏列了一项?"
        return check(kind, Verdict.QUESTION, total, parts, why, shown)
    if added.high < total.stretch.low and not (exhaustive and firm):
        why = f"所列{words}不超过总数{total.text},说得通。"
        return check(Kind.PART_WHOLE, Verdict.OK, total, parts, why, shown)
    if len(parts) == 1 and added.low <= total.stretch.high:
        why = f"其中的{words}不超过总数{total.text},说得通。"
        return check(kind, Verdict.OK, total, parts, why, shown)
    return _beyond(sentence, total, parts, exhaustive=exhaustive and firm)


def _hardly_short(sentence: Sentence, total: Figure, parts: Sequence[Figure]) -> bool:
    """Whether the parts so nearly make up the total that they were meant to."""
    whole = total.number.value
    short = whole - sum((part.number.value for part in parts), Fraction(0))
    apart = are_parts_apart(sentence, parts)
    if len(parts) < 3:
        return len(parts) == 2 and apart and 0 < short * 2 * NEARLY <= whole
    alike = apart or look_alike(sentence, parts)
    return alike and 0 < short <= whole / (NEARLY - 2 if apart else NEARLY)


def _beyond(
    sentence: Sentence, total: Figure, parts: Sequence[Figure], *, exhaustive: bool
) -> Check:
    """The parts do not make up the total, or come to more than it."""
    added, shown = added_up(parts), _plainly(parts, total)
    words = "+".join(part.text for part in parts)
    kind = Kind.SUM if len(parts) > 1 else Kind.PART_WHOLE
    firm = total.number.firm and all(part.number.firm for part in parts)
    over = next((p for p in parts if p.stretch.low > total.stretch.high), None)
    elsewhere = "。" in sentence.between(total, parts[0])
    if over is not None and elsewhere and added.low > total.stretch.high * NEARLY:
        why = f"{words}比{total.text}大得多,未必是它的一部分,无法核对。"
        return check(Kind.PART_WHOLE, Verdict.CANNOT, total, parts, why, shown)
    if over is not None and firm and directly(sentence, total, parts[0]):
        why = f"{over.text}是{total.text}的一部分,却比总数还大,请核对。"
        return check(Kind.PART_WHOLE, Verdict.MISMATCH, total, parts, why, shown)
    certain = exhaustive or (firm and are_parts_apart(sentence, parts))
    nested = any(_NESTED.search(name) for name in names_of(sentence, parts))
    if nested or not (certain or look_alike(sentence, parts)):
        why = f"{words}={shown},比{total.text}多,各项可能有重叠,无法核对。"
        return check(kind, Verdict.CANNOT, total, parts, why, shown)
    verdict = Verdict.MISMATCH if certain else Verdict.QUESTION
    tail = "请核对" if certain else "如果各项没有重叠,就是多了,请确认"
    why = f"{words}={shown},与所写总数{total.text}不符,{tail}。"
    return check(kind, verdict, total, parts, why, shown)


# --- parts, then their total ----------------------------------------------------------------------


def _totalled(sentence: Sentence) -> Iterator[Check]:
    for found in _TOTAL.finditer(sentence.skeleton):
        for total in _said_together(sentence, found):
            run, sure = _run_before(sentence, total, found.start())
            if len(run) > 1 and is_count(sentence, total):
                yield from _total_of(sentence, total, (run, sure), found)


def _said_together(sentence: Sentence, found: re.Match[str]) -> list[Figure]:
    """共计21支685人, 合计39起、35人: each is a total of its own unit."""
    more = re.match(rf"(?:、?(?:死亡|受伤)?{FIGURE})*", sentence.skeleton[found.end() :])
    return sentence.figures_in(found.end() - 1, found.end() + (more.end() if more else 0))


def _total_of(
    sentence: Sentence, total: Figure, told: tuple[list[Figure], bool], found: re.Match[str]
) -> Iterator[Check]:
    run, sure = told
    parts = _adding_up(sentence, run, total)
    if parts:
        shown = _plainly(parts, total)
        why = f"{'+'.join(part.text for part in parts)}={shown},与{total.text}相符。"
        yield check(Kind.SUM, Verdict.OK, total, parts, why, shown)
        return
    parts = _no_larger(sentence, run, total)
    bare = sentence.skeleton[found.end("word") : found.start("total")]
    firm = sure and total.number.firm and all(part.number.firm for part in parts)
    loosely = found["word"] == "共"
    again = any(part.number.value == total.number.value for part in run)
    if not firm or again or len(parts) < 2 or NEW_DEED.search(bare):
        return
    if loosely and (bare or found["gap"] not in ",、"):
        return
    words, shown = "+".join(part.text for part in parts), _plainly(parts, total)
    why = f"{words}={shown},与所写{found['word']}{total.text}不符,请核对。"
    verdict = Verdict.QUESTION if loosely else Verdict.MISMATCH
    yield check(Kind.SUM, verdict, total, parts, why, shown)


def _starts(sentence: Sentence, run: Sequence[Figure]) -> list[int]:
    """Where a clause of the run begins: 、 holds a listing together."""
    commas = [i for i in range(1, len(run)) if "," in sentence.between(run[i - 1], run[i])]
    return [0, *commas]


def _adding_up(sentence: Sentence, run: Sequence[Figure], total: Figure) -> Sequence[Figure]:
    """检查企业50家,责令停产3家、关闭2家,合计5家: the last clauses that make up the total."""
    for start in _starts(sentence, run):
        if len(run) - start > 1 and fits(total, added_up(run[start:])):
            return run[start:]
    return ()


def _no_larger(sentence: Sentence, run: Sequence[Figure], total: Figure) -> Sequence[Figure]:
    """The last clauses of the run with nothing in them that is larger than their total."""
    for start in _starts(sentence, run):
        if all(part.stretch.low <= total.stretch.high for part in run[start:]):
            return run[start:]
    return run if len(_starts(sentence, run)) == 1 else ()


def _run_before(sentence: Sentence, total: Figure, at: int) -> tuple[list[Figure], bool]:
    """The listing right before the total: figures of its unit, one clause each; is it sure?

    What stands in parentheses or behind 其中 is a part of a part.
    """
    run: list[Figure] = []
    sure, last, others, own = True, total, 0, depth(sentence, total)
    for figure in reversed(sentence.figures_in(max(0, at - MOST_BEFORE), at)):
        if depth(sentence, figure) > own:
            continue
        if figure.kind != total.kind and is_count(sentence, figure):
            others += 1  # 1支85人,12支360人
            continue
        if not is_count(sentence, figure):
            break
        if _INNER.search(sentence.clause_before(figure)):
            sure = sure and last is total
        elif len(run) < MOST_PARTS and _goes_on(sentence, figure, last, run):
            run.append(figure)
            last = figure
        else:
            break
    return run[::-1], sure and others <= len(run)


def _goes_on(sentence: Sentence, figure: Figure, last: Figure, run: Sequence[Figure]) -> bool:
    """Whether the figure belongs to the listing that was followed back so far."""
    if run and _SAID.search(sentence.label(figure)):
        return False  # 甲3家、乙2家,合计5家: that was another listing
    gap = re.sub(r"\([^()]*\)|,其中[^,;]*(?=[,;])", "", sentence.between(figure, last))
    label = re.split(r"[,、;和及]", gap)[-1]
    if gap.count(",") + gap.count(";") > 1 or len(label) > 14:
        return False
    deed = run and NEW_DEED.search(label)
    return not deed or NEW_DEED.search(sentence.clause_before(figure)) is not None


# --- closed and open ------------------------------------------------------------------------------


def _complement(sentence: Sentence) -> Iterator[Check]:
    """发现300条,已整改280条,正在整改20条: the two make the one."""
    counts = [f for f in sentence.figures if is_count(sentence, f)]
    for closed, still in zip(counts, counts[1:], strict=False):
        if closed.kind != still.kind or not _make_up(sentence, closed, still):
            continue
        ahead = [f for f in counts if f.kind == closed.kind and f.start < closed.start]
        found = [f for f in ahead if _FOUND.search(sentence.clause_before(f))]
        if len(ahead) == 1 and found:
            yield _against_found(found[0], (closed, still))


def _make_up(sentence: Sentence, closed: Figure, still: Figure) -> bool:
    """已整改 and 正在整改, 合格 and 不合格."""
    one, other = names_of(sentence, (closed, still))
    if deny(one, other) or deny(other, one):
        return True
    before = sentence.clause_before(closed)
    if _OPEN.search(before) or not _OPEN.search(sentence.clause_before(still)):
        return False
    return _CLOSED.search(before) is not None


def _against_found(total: Figure, parts: tuple[Figure, Figure]) -> Check:
    added, shown = added_up(parts), _plainly(parts, total)
    words = "+".join(part.text for part in parts)
    if fits(total, added):
        why = f"{words}={shown},与{total.text}相符。"
        return check(Kind.SUM, Verdict.OK, total, parts, why, shown)
    firm = total.number.firm and all(part.number.firm for part in parts)
    verdict = Verdict.MISMATCH if firm else Verdict.QUESTION
    why = f"已办的与未办的相加{words}={shown},与总数{total.text}不符,请核对。"
    return check(Kind.SUM, verdict, total, parts, why, shown)


# --- periods, and what came and went --------------------------------------------------------------


def _by_period(sentence: Sentence) -> Iterator[Check]:
    """一季度、二季度分别发生3起、4起,上半年共发生7起: the periods make up the whole."""
    for found in _PERIODS.finditer(sentence.skeleton):
        periods = [sentence.period(sign) for sign in re.findall(WHEN, found["when"])]
        parts = sentence.figures_in(*found.span("parts"))
        total = sentence.figure(found["total"])
        if len(parts) == len(periods) and {f.kind for f in parts} == {total.kind}:
            firsts = [p.first for p in periods if p.first]
            lasts = [p.last for p in periods if p.last]
            if found["whole"]:
                whole = sentence.period(found["whole"])
                fills = firsts and lasts and (min(firsts), max(lasts)) == (whole.first, whole.last)
            else:
                years = sentence.figure(found["years"])
                fills = years.unit == "年" and years.number.value == len(parts)
            yield _against(sentence, total, parts, exhaustive=bool(fills))


def _net(sentence: Sentence) -> Iterator[Check]:
    """新增8支、撤销4支,净增4支."""
    nets = list(_NET.finditer(sentence.skeleton))
    labels = [(f, sentence.label(f)) for f in sentence.figures] if nets else []
    all_came = [f for f, label in labels if _CAME.search(label)]
    all_went = [f for f, label in labels if _WENT.search(label)]
    for found in nets:
        net = sentence.figure(found["net"])
        came = [f for f in all_came if f.kind == net.kind and f is not net]
        went = [f for f in all_went if f.kind == net.kind and f is not net]
        if len(came) != 1 or len(went) != 1:
            continue
        falls = found[0].startswith("净减")
        more, less = (went[0], came[0]) if falls else (came[0], went[0])
        gap = more.stretch - less.stretch
        parts = (more, less)
        shown = (
            f"{plain((more.number.value - less.number.value) / net.number.scale)}{net.whole_unit}"
        )
        if fits(net, gap):
            why = f"{more.text}-{less.text}={shown},与{net.text}相符。"
            yield check(Kind.DIFFERENCE, Verdict.OK, net, parts, why, shown)
            continue
        firm = all(f.number.firm for f in (net, *parts))
        verdict = Verdict.MISMATCH if firm else Verdict.QUESTION
        why = f"{more.text}-{less.text}={shown},与所写{net.text}不符,请核对。"
        yield check(Kind.DIFFERENCE, verdict, net, parts, why, shown)
