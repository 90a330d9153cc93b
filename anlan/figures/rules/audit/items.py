"""Numbered items that make up what was told before them: 共24起 over 1.煤矿1起 2.… (分条).

A bulletin tells the whole and then one item after the other. The items are its parts for certain
only where one of its figures, the accidents or the dead, is made up by them to the last one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .finding import Figure
from .listings import added_up, depth
from .numbers import plain
from .passages import Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check, fits

FEWEST, MOST = 3, 40  # items that are worth adding up
FAR = 3  # sentences between the whole and its first item
NEARLY = 5  # items that miss their whole by less than a fifth of it were meant to make it up
_HAN = "一二三四五六七八九十"
_NUMBERED = re.compile(
    rf"^(?P<open>\(?)(?P<number>[{_HAN}]{{1,3}}|\d{{1,2}})(?P<close>\)|[、.](?!\d))"
)
_EVENT = re.compile(r"事故|火灾|警情|险情|火警|发生|接报")
_LOST = (("死亡", re.compile("亡|死")), ("受伤", re.compile("伤")))
_PART = re.compile(r"其中|占")
Told = dict[str, Figure]


@dataclass
class _Run:
    """The items of one numbering, each with its figures by sort, under one whole."""

    whole: Told
    last: int
    items: list[Told] = field(default_factory=list)
    muddled: bool = False  # an item tells of several


def checks(said: Sequence[Sentence]) -> Iterator[Check]:
    """Every whole whose numbered items follow it (分条合计)."""
    for run in _runs(said):
        told = [item for item in run.items if item]
        if not run.muddled and FEWEST <= len(told) <= MOST and len(told) * 2 > len(run.items):
            yield from _judged(run.whole, told)


def _runs(said: Sequence[Sentence]) -> Iterator[_Run]:
    """The numberings, one in the other: 1. 2. 3. under (二)."""
    open_runs: dict[str, _Run] = {}
    whole, at = Told(), -FAR
    for place, sentence in enumerate(said):
        opened = _NUMBERED.match(sentence.skeleton)
        if opened is None and not sentence.figures:
            continue
        told, several = _told(sentence)
        if opened:
            before = whole if place - at <= FAR else Told()
            yield from _opened(open_runs, _place(opened), _Run(before, 1, [told], several))
        if told:
            whole, at = told, place
    yield from open_runs.values()


def _opened(open_runs: dict[str, _Run], place: tuple[str, int], new: _Run) -> Iterator[_Run]:
    """The next item of its numbering, or the first of a new one; what that closes."""
    style, number = place
    run = open_runs.get(style)
    if run and number == run.last + 1:
        run.last = number
        run.items += new.items
        run.muddled = run.muddled or new.muddled
        for inner in list(open_runs)[list(open_runs).index(style) + 1 :]:
            yield open_runs.pop(inner)
    elif number == 1:
        if run:
            yield open_runs.pop(style)
        open_runs[style] = new


def _place(opened: re.Match[str]) -> tuple[str, int]:
    number = opened["number"]
    style = opened["open"] + opened["close"] + ("1" if number.isdigit() else "一")
    if number.isdigit():
        return style, int(number)
    tens, _, ones = number.rpartition("十")
    value = _HAN.find(ones) + 1 if ones else 0
    return style, value + (10 * (_HAN.find(tens) + 1 if tens else 1) if "十" in number else 0)


def _told(sentence: Sentence) -> tuple[Told, bool]:
    """The accidents and the casualties that a sentence tells, and whether of several kinds."""
    told = Told()
    several = False
    for figure in sentence.figures:
        sort = _sort(sentence, figure) if is_count(sentence, figure) else ""
        if not sort or depth(sentence, figure):
            continue
        if _PART.search(sentence.skeleton[: sentence.at(figure)]):
            break
        several = several or sort in told
        told.setdefault(sort, figure)
    return (told, several) if "起" in told else (Told(), False)


def _sort(sentence: Sentence, figure: Figure) -> str:
    words = sentence.label(figure) + figure.after[:8]
    if figure.kind in ("起", "宗"):
        return "起" if _EVENT.search(words) else ""
    if figure.kind != "人":
        return ""
    return next((sort for sort, cue in _LOST if cue.search(words)), "")


def _judged(whole: Told, items: Sequence[Told]) -> Iterator[Check]:
    """Each sort of the whole; what one of them proves holds for the others."""
    wrong: list[tuple[Figure, list[Figure], bool]] = []
    proved = False
    for sort, total in whole.items():
        parts = [item[sort] for item in items if sort in item]
        if len(parts) < 2:
            continue
        words, shown = _summed(parts, total)
        if fits(total, added_up(parts)):
            proved = True
            why = f"下列各条{words}={shown},与{total.text}相符。"
            yield check(Kind.SUM, Verdict.OK, total, parts, why, shown)
        else:
            wrong.append((total, parts, len(parts) == len(items)))
    for total, parts, complete in wrong:
        yield from _not_made_up(total, parts, complete=complete, proved=proved)


def _not_made_up(
    total: Figure, parts: Sequence[Figure], *, complete: bool, proved: bool
) -> Iterator[Check]:
    words, shown = _summed(parts, total)
    off = sum((part.number.value for part in parts), Fraction(0)) - total.number.value
    firm = total.number.firm and all(part.number.firm for part in parts)
    if not firm or (off < 0 and not complete):
        return  # an item that does not name its injured may have had some
    if proved:
        why = f"下列各条{words}={shown},与所写{total.text}不符,请核对。"
        yield check(Kind.SUM, Verdict.MISMATCH, total, parts, why, shown)
    elif complete and abs(off) * NEARLY < total.number.value:
        why = f"下列各条{words}={shown},与所写{total.text}不同,是否漏列或写错?"
        yield check(Kind.SUM, Verdict.QUESTION, total, parts, why, shown)


def _summed(parts: Sequence[Figure], total: Figure) -> tuple[str, str]:
    added = sum((part.number.value for part in parts), Fraction(0))
    shown = f"{plain(added / total.number.scale)}{total.whole_unit}"
    return "+".join(part.text for part in parts), shown
