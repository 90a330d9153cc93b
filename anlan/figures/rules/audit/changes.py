"""Changes: 同比下降45.45%, 比上年增加5起, 由96.2%提高到98.5% (同比与增减): what is said of what."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .finding import POINTS, TIMES, Figure
from .passages import FIGURE, Sentence
from .phrases import AGAINST, ALONE, BY_TURNS, CHANGE, FROM_TO, LATER, NORMAL, RANKED, THAN, WAY
from .subjects import against, base_of, of_its_unit, said_bases, subjects_of, told_before

# 较年初新增5支,由11支增至16支: the change is said before the two figures.
_SAID_FIRST = re.compile(rf"(?<!年均)(?P<way>新增|{WAY})了?(?P<by>{FIGURE})[,、(]?$")


@dataclass(frozen=True)
class Move:
    """One stated change of one figure."""

    now: Figure
    stated: Figure
    down: bool
    certain: bool  # that it is the change of this figure
    base: Figure | None = None
    by: Figure | None = None  # the change in units, where both are stated
    than: str = "同比"  # or 环比, 历年同期


@dataclass(frozen=True)
class Unmatched:
    """A change of something whose figure is not in the sentence."""

    stated: Figure
    subject: str


def moves(sentence: Sentence, before: Sentence | None = None) -> Iterator[Move | Unmatched]:
    """Every change that the sentence states, with what changed (找增减)."""
    done: set[int] = set()
    for found in FROM_TO.finditer(sentence.skeleton):
        yield from _fresh(_from_to(sentence, found), done)
    for found in NORMAL.finditer(sentence.skeleton):
        yield from _fresh(_from_normal(sentence, found), done)
    told: list[Move] = []
    for move in _in_clauses(sentence, before, done):
        told += [move] if isinstance(move, Move) else []
        yield move
    for found in ALONE.finditer(sentence.skeleton):
        yield from _fresh(_alone(sentence, found), done)
    for found in BY_TURNS.finditer(sentence.skeleton):
        yield from _fresh(_by_turns(sentence, found, told), done)


def _in_clauses(
    sentence: Sentence, before: Sentence | None, done: set[int]
) -> Iterator[Move | Unmatched]:
    """较上年下降…, 同比…, and what goes on from there."""
    in_turn = list(BY_TURNS.finditer(sentence.skeleton))
    for pattern in (THAN, CHANGE, LATER):
        for found in pattern.finditer(sentence.skeleton):
            if any(_is_by_turns(sentence, each, found) for each in in_turn):
                continue
            if pattern is LATER and not re.search(AGAINST, sentence.skeleton[: found.start()]):
                continue  # 同比 was not said before
            yield from _fresh(_changes(sentence, found, before), done)


def _fresh(found: Iterator[Move | Unmatched], done: set[int]) -> Iterator[Move | Unmatched]:
    """What an earlier pattern has not told already."""
    told = [move for move in found if move.stated.start not in done]
    done.update(move.stated.start for move in told)
    yield from told


def _from_to(sentence: Sentence, found: re.Match[str]) -> Iterator[Move]:
    base, now = sentence.figure(found["base"]), sentence.figure(found["now"])
    if base.kind != now.kind or _is_rank(sentence, base):
        return
    down = is_down(found["way"])
    stated = sentence.figure(found["list"]) if found["list"] else now
    yield Move(now, stated, down, True, base)
    said = _SAID_FIRST.search(sentence.skeleton[: found.start()])
    first = sentence.figure(said["by"]) if said else now
    if said and first.kind in (now.kind, "%", POINTS):
        yield Move(now, first, is_down(said["way"]), True, base)


def _from_normal(sentence: Sentence, found: re.Match[str]) -> Iterator[Move]:
    """Rain against that of the long years."""
    now, base = sentence.figure(found["now"]), sentence.figure(found["base"])
    for sign in (found["by"], found["more"]):
        stated = sentence.figure(sign) if sign else now
        if now.kind == base.kind and stated is not now and stated.kind in (now.kind, "%"):
            yield Move(now, stated, found["way"] in "少低减", True, base, None, "历年同期")


def is_down(way: str) -> bool:
    return re.match("[下降减低缩跌回压锐少]", way) is not None


def _is_by_turns(sentence: Sentence, found: re.Match[str], later: re.Match[str]) -> bool:
    """起数减少3起,人数减少6人,分别下降6.7%、11.8%: the percentages of the changes before."""
    if found.start("list") != later.start("list"):
        return False
    many = len(sentence.figures_in(*found.span("list")))
    changed = sentence.figures_in(0, found.start())[-many:]
    if any(f.is_percent for f in changed):
        return False
    heads = [sentence.clause_before(f)[-4:] for f in changed]
    return many > 1 and len(changed) == many and all(re.search(WAY, head) for head in heads)


def _by_turns(sentence: Sentence, found: re.Match[str], told: Sequence[Move]) -> Iterator[Move]:
    if not _is_by_turns(sentence, found, found):
        return
    stated = _directed(sentence, found)
    changed = sentence.figures_in(0, found.start())[-len(stated) :]
    moved = {move.stated.start: move for move in told}
    if not all(f.start in moved for f in changed):
        return
    for (figure, down), by in zip(stated, changed, strict=False):
        move = moved[by.start]
        if figure.is_percent and not by.is_percent:
            yield Move(move.now, figure, down, move.certain, move.base, by, move.than)


def _is_rank(sentence: Sentence, figure: Figure) -> bool:
    """由第9位上升到第5位: a rank rises when its number falls."""
    return figure.unit in ("位", "名") and RANKED.search(sentence.clause_before(figure)) is not None


def _alone(sentence: Sentence, found: re.Match[str]) -> Iterator[Move]:
    """事故11起、死亡9人;上年同期14起、13人,分别下降…: each of its turn, with its base."""
    stated = [each for each in _directed(sentence, found) if each[0].kind in ("%", POINTS, TIMES)]
    told = sentence.figures_in(0, found.start())[-2 * len(stated) :]
    now, bases = told[: len(stated)], told[len(stated) :]
    if [f.kind for f in now] != [f.kind for f in bases] or any(f.is_percent for f in told):
        return
    if any(sentence.is_base(f) for f in now) or not all(sentence.is_base(f) for f in bases):
        return
    for (figure, down), one, base in zip(stated, now, bases, strict=False):
        yield Move(one, figure, down, True, base)


def _changes(
    sentence: Sentence, found: re.Match[str], before: Sentence | None
) -> Iterator[Move | Unmatched]:
    stated = _directed(sentence, found)
    subjects, certain = of_its_unit(sentence, found, stated)
    if not subjects:
        subjects, certain = subjects_of(sentence, found, [figure for figure, _ in stated])
    if not subjects and before is not None:
        subjects, certain = told_before(sentence, found, before, stated)
    if not subjects:
        named = found["subject"] if "subject" in found.re.groupindex else ""
        yield from (Unmatched(figure, named) for figure, _ in stated)
        return
    than = against(sentence, found)
    bases = said_bases(sentence, found, subjects, than)
    for number, now in enumerate(subjects):
        group = _of_subject(stated, number, len(subjects), now)
        by = next((f for f, _ in group if f.kind == now.kind), None)
        base = bases[number] if bases else base_of(sentence, now, than)
        for figure, down in group:
            if figure is by and base is None and len(group) > 1:
                continue  # it is judged with its percentage
            yield Move(now, figure, down, certain, base, None if figure is by else by, than)


def _directed(sentence: Sentence, found: re.Match[str]) -> list[tuple[Figure, bool]]:
    """Each figure of the list with its way: the last word said before it."""
    pieces: list[tuple[Figure, bool]] = []
    way = found["way"]
    for piece in re.finditer(rf"(?P<gap>[^\U000f0000-\U000ffffd]*)({FIGURE})", found["list"]):
        turned = re.findall(WAY, piece["gap"])
        figure = sentence.figure(piece[2])
        if "分别" in piece["gap"] and 0 < len(pieces) < _percents_from(sentence, found, piece):
            break  # 死亡人数减少6人,分别下降6.7%、11.8%: of this change and of the one before
        alone = bool(pieces) and not turned and piece["gap"] == "," and not figure.is_percent
        if alone and figure.after:
            break  # 同比增长400%,2起火灾: the next clause
        way = turned[-1] if turned else way
        pieces.append((figure, is_down(way)))
    return pieces


def _percents_from(sentence: Sentence, found: re.Match[str], piece: re.Match[str]) -> int:
    listed = re.findall(FIGURE, found["list"][piece.start() :])
    return sum(sentence.figure(sign).is_percent for sign in listed)


def _of_subject(
    stated: Sequence[tuple[Figure, bool]], number: int, of: int, now: Figure
) -> list[tuple[Figure, bool]]:
    """Its changes: all where there is one subject; else the one of its turn among its like."""
    if of == 1:
        return list(stated)
    found = []
    for like in (
        [s for s in stated if s[0].kind in ("%", POINTS, TIMES)],
        [s for s in stated if s[0].kind not in ("%", POINTS, TIMES)],
    ):
        if len(like) == of:
            found.append(like[number])
    return [
        each for each in found if each[0].is_percent or each[0].kind in (now.kind, POINTS, TIMES)
    ]
