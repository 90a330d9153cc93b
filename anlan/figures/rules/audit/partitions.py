"""Parts named without 其中: 6起火灾中,城市4起、农村2起; 转移12人,集中5人、分散7人 (分项)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .divisions import are_apart, are_halves
from .finding import Figure
from .listings import NEW_DEED, added_up, names_of
from .numbers import plain
from .passages import FIGURE, Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check, fits

MOST = 16  # parts of one whole
NEARLY = 4  # halves that miss their whole by less than a quarter of it were meant to make it up
_OF_THEM = re.compile(
    rf"(?P<total>{FIGURE})[\u4e00-\u9fff]{{0,12}}(?<![其理改行治集])中[,:](?!其中)"
)
_REST = re.compile(r"其[他它余]|剩余|余下")
_PROBLEM = re.compile(r"(?:发现|排查|查出|摸排|检查出)[^,;]{0,12}(?:隐患|问题)")
_MENDED = re.compile(
    r"^[,、]?(?:其中)?(?:已|均已|现已|全部)?(?:完成)?(?:整改|销号|闭环)(?:完成|到位|了)?$"
)


def checks(sentence: Sentence) -> Iterator[Check]:
    """Every whole with parts beside it (分项合计)."""
    for found in _OF_THEM.finditer(sentence.skeleton):
        total = sentence.figure(found["total"])
        parts = _listed(sentence, found.end(), total)
        if len(parts) > 1 and is_count(sentence, total):
            yield from _judged(sentence, total, parts)
    counts = [f for f in sentence.figures if is_count(sentence, f)]
    for total, one, other in zip(counts, counts[1:], counts[2:], strict=False):
        yield from _in_halves(sentence, total, (one, other))
    for found_all, mended in zip(counts, counts[1:], strict=False):
        yield from _too_many_mended(sentence, found_all, mended)


def _listed(sentence: Sentence, start: int, total: Figure) -> list[Figure]:
    """What is listed up to the semicolon, or to another deed."""
    end = sentence.skeleton.find(";", start)
    parts: list[Figure] = []
    for figure in sentence.figures_in(start, len(sentence.skeleton) if end < 0 else end):
        gap = sentence.between(parts[-1], figure) if parts else ""
        new = NEW_DEED.search(sentence.label(figure)) or gap.count(",") > 1
        if new or figure.kind != total.kind or not is_count(sentence, figure):
            break
        parts.append(figure)
    return parts[:MOST]


def _judged(sentence: Sentence, total: Figure, parts: Sequence[Figure]) -> Iterator[Check]:
    names = names_of(sentence, parts)
    added, (words, shown) = added_up(parts), _summed(parts, total)
    firm = total.number.firm and all(part.number.firm for part in parts)
    complete = are_halves(names) or _REST.search(names[-1]) is not None
    over = added.low > total.stretch.high and are_apart(names)
    if fits(total, added):
        why = f"{words}={shown},与{total.text}相符。"
        yield check(Kind.SUM, Verdict.OK, total, parts, why, shown)
    elif firm and (complete or over):
        why = f"{words}={shown},与所写{total.text}不符,请核对。"
        yield check(Kind.SUM, Verdict.MISMATCH, total, parts, why, shown)


def _in_halves(sentence: Sentence, total: Figure, parts: tuple[Figure, Figure]) -> Iterator[Check]:
    """The two halves right behind their whole, where there can be no third."""
    one, other = parts
    between = sentence.between(total, one), sentence.between(one, other)
    beside = all(re.fullmatch(r"[^,;:()、]{0,8}[,、][^,;:()、]{2,8}", gap) for gap in between)
    alike = total.kind == one.kind == other.kind
    if not (beside and alike and are_halves(names_of(sentence, parts))):
        return
    behind = re.match(
        rf"[、,和及][^,;:()、]{{0,8}}({FIGURE})", sentence.skeleton[sentence.at(other) + 1 :]
    )
    third = behind is not None and sentence.figure(behind[1]).kind == total.kind
    if third or NEW_DEED.search(sentence.label(one)):
        return
    added, (words, shown) = added_up(parts), _summed(parts, total)
    off = abs(added.middle - total.number.value)
    if fits(total, added):
        why = f"{words}={shown},与{total.text}相符。"
        yield check(Kind.SUM, Verdict.OK, total, parts, why, shown)
    elif all(f.number.firm for f in (total, *parts)) and off * NEARLY < total.number.value:
        why = f"{words}={shown},与{total.text}不同,是否漏列或写错?"
        yield check(Kind.SUM, Verdict.QUESTION, total, parts, why, shown)


def _too_many_mended(sentence: Sentence, found_all: Figure, mended: Figure) -> Iterator[Check]:
    """排查隐患13654处,完成整改13724处: more was put right than was found."""
    if found_all.kind != mended.kind or mended.stretch.low <= found_all.stretch.high:
        return
    said = _PROBLEM.search(sentence.clause_before(found_all) + found_all.after)
    behind = re.sub(r"^[^,;、]*", "", sentence.between(found_all, mended))
    if "整改率" in sentence.skeleton[sentence.at(mended) :][:12]:
        return  # it is judged with its rate
    if said and _MENDED.match(behind) and found_all.number.firm and mended.number.firm:
        why = f"整改了{mended.text},比发现的{found_all.text}还多,请确认范围或核对数字。"
        yield check(Kind.PART_WHOLE, Verdict.QUESTION, mended, (found_all,), why)


def _summed(parts: Sequence[Figure], total: Figure) -> tuple[str, str]:
    added = sum((part.number.value for part in parts), Fraction(0))
    shown = f"{plain(added / total.number.scale)}{total.whole_unit}"
    return "+".join(part.text for part in parts), shown
