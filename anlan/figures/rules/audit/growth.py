"""Judges stated changes: from current and base, from current and change, or from whether any whole
number of the year before can give the percentage (增减复算)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from .changes import Move, Unmatched, moves
from .finding import POINTS, TIMES, Figure
from .numbers import Stretch, plain
from .passages import Sentence
from .verdicts import Check, Kind, Verdict, check, in_percent, is_cut, judge

FEW = 3  # so many possible bases still say something; more say nothing
_ADJUSTED = re.compile(r"可比|同口径|剔除|不变价|扣除价格")
_OF_COUNTS = re.compile(r"(?:人|起|件|户|次|家)数|数量|总量|总数|金额")
_OWN_RATES = ("死亡率", "伤亡率", "发生率", "增长率", "增速", "利率", "出生率")


def checks(sentence: Sentence, before: Sentence | None = None) -> Iterator[Check]:
    """Every change that the sentence states, judged (同比、增减)."""
    for move in moves(sentence, before):
        if isinstance(move, Unmatched):
            if move.stated.kind == POINTS and _OF_COUNTS.search(move.subject):
                why = f"数量的增减应写百分之几,而不是{move.stated.text},请核对。"
                yield check(Kind.DIFFERENCE, Verdict.QUESTION, move.stated, (), why)
            elif move.stated.kind in ("%", POINTS, TIMES):
                why = f"没有找到“{move.stated.text}”所说的本期数,无法核对。"
                yield check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, move.stated, (), why)
        else:
            yield from _judged(sentence, move)


def _judged(sentence: Sentence, move: Move) -> Iterator[Check]:
    wrong_way = _wrong_way(move)
    if _ADJUSTED.search(sentence.skeleton) and move.base is None and move.by is None:
        why = f"按可比口径计算,文中没有给出基数,无法核对{move.stated.text}。"
        yield check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, move.stated, (move.now,), why)
    elif wrong_way:
        yield wrong_way
    elif move.stated is move.now:
        return
    elif move.stated.kind == POINTS:
        yield _points(move)
    elif move.now.is_percent and move.stated.is_percent:
        yield from _percent_of_percent(sentence, move)
    elif move.stated.kind in ("%", TIMES):
        yield _percent(move)
    elif move.stated.kind == move.now.kind:
        yield _difference(move)


def _wrong_way(move: Move) -> Check | None:
    base, now = move.base, move.now
    if base is None or not (base.number.firm and now.number.firm) or base.kind != now.kind:
        return None
    fell = now.stretch.high < base.stretch.low
    rose = now.stretch.low > base.stretch.high
    if not ((rose and move.down) or (fell and not move.down)):
        return None
    said, is_so = ("下降", "上升") if move.down else ("上升", "下降")
    why = f"从{base.text}到{now.text}是{is_so},文中却写{said},请核对数字或用词。"
    verdict = Verdict.MISMATCH if move.certain else Verdict.QUESTION
    return check(_kind(move.stated, now), verdict, move.stated, (now, base), why, is_so)


def _kind(stated: Figure, now: Figure) -> Kind:
    return (
        Kind.YEAR_ON_YEAR if stated.kind in ("%", TIMES) and not now.is_percent else Kind.DIFFERENCE
    )


def _base_word(move: Move) -> str:
    return {"同比": "上年同期", "环比": "上期"}.get(move.than, move.than)


# --- in per cent ----------------------------------------------------------------------------------


def _percent(move: Move) -> Check:
    if move.base is not None:
        return _from_base(move, move.base)
    if move.by is not None:
        return _from_change(move, move.by)
    return _from_whole_base(move)


def _grown(move: Move, now: Stretch, base: Stretch) -> Stretch | None:
    grown = (base - now) if move.down else (now - base)
    if base.low <= 0:
        return None
    ends = [end / b for end in (grown.low, grown.high) for b in (base.low, base.high)]
    exact = _exact(now, base, down=move.down)
    low, high = (exact, exact) if exact is not None else (min(ends), max(ends))
    factor = 1 if move.stated.kind == TIMES else 100
    return Stretch(low * factor, high * factor)


def _exact(now: Stretch, base: Stretch, *, down: bool) -> Fraction | None:
    if now.low != now.high or base.low != base.high:
        return None
    return (base.low - now.low if down else now.low - base.low) / base.low


def _from_base(move: Move, base: Figure) -> Check:
    def recompute(parts: Sequence[Stretch]) -> Stretch | None:
        return _grown(move, parts[0], parts[1])

    return _compared(move, base, recompute(_stretches(move.now, base)), recompute)


def _from_change(move: Move, by: Figure) -> Check:
    def recompute(parts: Sequence[Stretch]) -> Stretch | None:
        base = parts[0] + parts[1] if move.down else parts[0] - parts[1]
        return _grown(move, parts[0], base)

    return _compared(move, by, recompute(_stretches(move.now, by)), recompute)


def _stretches(*figures: Figure) -> list[Stretch]:
    return [figure.stretch for figure in figures]


def _compared(move: Move, other: Figure, computed: Stretch | None, recompute: object) -> Check:
    stated, now = move.stated, move.now
    if computed is None:
        why = f"{_base_word(move)}为零或不明,{stated.text}算不出来。"
        return check(Kind.YEAR_ON_YEAR, Verdict.QUESTION, stated, (now, other), why)
    verdict = judge(stated, (now, other), recompute)  # type: ignore[arg-type]
    if verdict is Verdict.MISMATCH and not move.certain:
        verdict = Verdict.QUESTION
    places = max(stated.number.decimals, 2)
    shown = (
        f"{plain(computed.middle, places)}倍"
        if stated.kind == TIMES
        else in_percent(computed, places)
    )
    way = "下降" if move.down else "上升"
    how = f"本期{now.text}、" + (
        f"{_base_word(move)}{other.text}" if other is move.base else f"增减{other.text}"
    )
    tail = "相符" if verdict is Verdict.OK else "不符"
    if verdict is Verdict.QUESTION and is_cut(stated, computed):
        tail = "差在末位,像是直接截去了尾数,没有四舍五入"
    why = f"{how},应为{way}{shown},与所写{stated.text}{tail}。"
    return check(Kind.YEAR_ON_YEAR, verdict, stated, (now, other), why, shown)


def _from_whole_base(move: Move) -> Check:
    """No base is stated. Things counted had a whole number of them last year."""
    now, stated = move.now, move.stated
    unknown = f"文中没有给出{now.text}的{_base_word(move)}数,无法核对{stated.text}。"
    if not (now.counted and now.number.whole and now.number.firm and stated.number.firm):
        return check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, stated, (now,), unknown)
    bases = _whole_bases(move)
    if bases is None:
        return check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, stated, (now,), unknown)
    low, high = bases
    if high - low + 1 > FEW:
        why = f"{unknown}若属实,{_base_word(move)}约为{low}至{high}{now.unit}。"
        return check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, stated, (now,), why)
    way = "下降" if move.down else "上升"
    if low <= high:
        found = f"{low}{now.unit}" if low == high else f"{low}至{high}{now.unit}"
        why = f"本期{now.text},{way}{stated.text}对应{_base_word(move)}{found},是整数,说得通。"
        return check(Kind.YEAR_ON_YEAR, Verdict.OK, stated, (now,), why, found)
    if not move.certain:
        return check(Kind.YEAR_ON_YEAR, Verdict.CANNOT, stated, (now,), unknown)
    certain = stated.number.decimals >= 1 and not _cut_base(move)
    near = _nearest(move, high)
    if _cut_base(move):
        near += ",像是直接截去了尾数"
    why = (
        f"本期{now.text},没有哪个整数的{_base_word(move)}数能得出{way}{stated.text}{near},请核对。"
    )
    verdict = Verdict.MISMATCH if certain else Verdict.QUESTION
    return check(Kind.YEAR_ON_YEAR, verdict, stated, (now,), why, near.strip("(),"))


def _whole_bases(move: Move) -> tuple[int, int] | None:
    """The first and last whole base that gives the stated percentage; first > last for none."""
    value, half = move.stated.number.value, move.stated.number.step / 2
    factor = 1 if move.stated.kind == TIMES else 100
    sign = -1 if move.down else 1
    ends = [1 + sign * (value + shift) / factor for shift in (-half, half)]
    low, high = min(ends), max(ends)
    now = move.now.number.value
    if now == 0 or low <= 0:
        return None  # 下降100%到0: any base will do
    return ceil(now / high), floor(now / low)


def _cut_base(move: Move) -> bool:
    """Whether a whole base gives the percentage with its last digits cut off: 66.6% of 66.67."""
    value, step = move.stated.number.value, move.stated.number.step
    sign = -1 if move.down else 1
    ends = sorted(1 + sign * (value + shift) / 100 for shift in (Fraction(0), step))
    now = move.now.number.value
    return ends[0] > 0 and ceil(now / ends[1]) <= floor(now / ends[0])


def _nearest(move: Move, about: int) -> str:
    """What the whole numbers beside it would give."""
    now, said = move.now.number.value, []
    for base in (about, about + 1):
        if base > 0:
            change = abs(now - base) * 100 / Fraction(base)
            places = max(move.stated.number.decimals, 2)
            said.append(f"{base}{move.now.unit}对应{plain(change, places)}%")
    return f"({'、'.join(said)})" if said else ""


# --- points and units -----------------------------------------------------------------------------


def _points(move: Move) -> Check:
    now, stated, base = move.now, move.stated, move.base
    if not now.is_percent:
        why = f"{now.text}是数量,它的增减应写百分之几或多少{now.unit},而不是{stated.text}。"
        return check(Kind.DIFFERENCE, Verdict.QUESTION, stated, (now,), why)
    if base is None or not base.is_percent:
        why = f"文中没有给出{now.text}的对比数,无法核对{stated.text}。"
        return check(Kind.DIFFERENCE, Verdict.CANNOT, stated, (now,), why)
    return _subtracted(move, base)


def _difference(move: Move) -> Check:
    now, stated, base = move.now, move.stated, move.base
    if base is not None:
        return _subtracted(move, base)
    before = now.number.value + (stated.number.value if move.down else -stated.number.value)
    if before < 0 and now.number.firm and stated.number.firm:
        why = f"本期{now.text},不可能比{_base_word(move)}多{stated.text}。"
        verdict = Verdict.MISMATCH if move.certain else Verdict.QUESTION
        return check(Kind.DIFFERENCE, verdict, stated, (now,), why)
    was = plain(before / now.number.scale)
    why = f"文中没有给出{_base_word(move)}数;若属实,{_base_word(move)}应为{was}{now.whole_unit}。"
    return check(Kind.DIFFERENCE, Verdict.CANNOT, stated, (now,), why)


def _subtracted(move: Move, base: Figure) -> Check:
    def recompute(parts: Sequence[Stretch]) -> Stretch | None:
        return parts[1] - parts[0] if move.down else parts[0] - parts[1]

    stated, now = move.stated, move.now
    verdict = judge(stated, (now, base), recompute)
    gap = abs(now.number.value - base.number.value)
    rounding = verdict is Verdict.OK and stated.number.firm and now.is_percent
    if rounding and abs(gap - stated.number.value) >= stated.number.step:
        verdict = Verdict.QUESTION  # 78% to 92% by 15 points: only where both were rounded
    if verdict is Verdict.MISMATCH and not move.certain:
        verdict = Verdict.QUESTION
    if now.is_percent:
        shown = f"{plain(gap)}个百分点"
    else:
        shown = f"{plain(gap / stated.number.scale)}{stated.whole_unit}"
    tail = "相符" if verdict is Verdict.OK else "不符"
    why = f"{now.text}与{base.text}相差{shown},与所写{stated.text}{tail}。"
    return check(Kind.DIFFERENCE, verdict, stated, (now, base), why, shown)


def _percent_of_percent(sentence: Sentence, move: Move) -> Iterator[Check]:
    """A rate that rose "by 2.3%": 百分点 were meant if the difference says so."""
    now, stated, base = move.now, move.stated, move.base
    if any(name in sentence.clause_before(now) for name in _OWN_RATES):
        return
    if base is None:
        if "率" in sentence.clause_before(now) and move.certain:
            why = f"{now.text}是比率,增减一般写百分点;{stated.text}是百分点还是增长幅度,请确认。"
            yield check(Kind.DIFFERENCE, Verdict.QUESTION, stated, (now,), why)
        return
    relative = _grown(move, now.stretch, base.stretch)
    gap = abs(now.number.value - base.number.value)
    points = Stretch(gap - stated.number.step / 2, gap + stated.number.step / 2)
    half = stated.number.step / 2
    own = Stretch(stated.number.value - half, stated.number.value + half)
    exact = gap * 100 / base.number.value if base.number.value else gap
    if gap == stated.number.value and not own.meets(Stretch(exact, exact)):
        relative = None  # 95.2% to 97.5% by 2.3%: points were meant
    if relative is not None and own.meets(relative):
        why = f"{base.text}到{now.text},变化幅度与所写{stated.text}相符。"
        yield check(Kind.DIFFERENCE, Verdict.OK, stated, (now, base), why, stated.text)
        return
    shown = f"{plain(gap)}个百分点"
    meant = "应写百分点" if own.meets(points) else f"应为{shown}"
    verdict = Verdict.MISMATCH if move.certain else Verdict.QUESTION
    why = f"{now.text}与{base.text}相差{shown},文中写{stated.text},{meant}:百分点不是百分之几。"
    yield check(Kind.DIFFERENCE, verdict, stated, (now, base), why, shown)
