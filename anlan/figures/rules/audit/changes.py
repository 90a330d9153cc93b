"""Changes: 同比下降45.45%, 比上年增加5起, 由96.2%提高到98.5% (同比与增减): what is said of what."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .finding import POINTS, TIMES, Figure
from .passages import FIGURE, WHEN, Sentence
from .quotients import is_count

DOWN = "下降|减少|降低|下滑|回落|缩短|缩减|压减|少|降幅"
UP = "上升|增加|增长|提高|上涨|提升|扩大|延长|净增|多|增幅"
_WAY = rf"(?:{DOWN}|{UP})"
_LAST = rf"(?:{WHEN}|上年度?|去年|年初|上期)(?:{WHEN}|年?末|年?底|同期|全年)?"
_AGAINST = rf"同比|环比|[较比]{_LAST}|[与同和]{_LAST}相比,?"
_EACH = r"(?:均|各|分别|双双|又|都|也|实现|继续|持续|呈|,|总体|大幅)*"
_LEVEL = r"(?![到至为])"  # 下降到5起 is where it went, not by how much
_BY = r"(?:(?<=幅)(?:分别|均|为|达到?|约|是)+|了|约|分别|均|各|幅度?(?:为|达到?))*"
_GLUE = rf"(?:、|,|和|及|以及|与|;)?(?:同比)?{_EACH}(?:{_WAY}{_LEVEL}{_BY})?"
_LIST = rf"(?P<list>{FIGURE}(?:{_GLUE}{FIGURE})*)"
_NOT_SIGN = r"[^,;、:()\U000f0000-\U0010fffd]"
_NAMES_LISTED = r"[^,;:()\U000f0000-\U0010fffd]{0,24}?"
CHANGE = re.compile(
    rf"(?P<against>{_AGAINST})(?P<subject>{_NAMES_LISTED}){_EACH}(?P<way>{_WAY}){_LEVEL}{_BY}{_LIST}"
)
THAN = re.compile(
    rf"[较比与同和]{_LAST}的?\(?(?P<bases>{FIGURE}(?:[、,和及]{FIGURE})*)\)?(?:相比)?"
    rf"{_EACH}(?P<way>{_WAY}){_LEVEL}{_BY}{_LIST}"
)
LATER = re.compile(  # 同比 was said before
    rf"(?<=[,;(])(?P<subject>{_NOT_SIGN}{{0,8}}?){_EACH}(?P<way>{_WAY}){_LEVEL}{_BY}{_LIST}"
)
FROM_TO = re.compile(
    rf"[由从](?:{WHEN}|上年|去年)?(?:同期)?{_NOT_SIGN}{{0,8}}(?P<base>{FIGURE})"
    rf"(?P<way>{_WAY})(?:到了?|至|为)(?:{WHEN})?(?:同期)?{_NOT_SIGN}{{0,6}}(?P<now>{FIGURE})"
    rf"(?:[,、(](?:同比|共)?{_EACH}{_WAY}{_LEVEL}{_BY}(?P<list>{FIGURE}))?"
)
_CUES = re.compile(
    r"起数|人数|数量|总量|总数|累计|其中|同期|今年|全[国省市区县年]|[,、;:()的和及与]|共|计|均|已|为|实现|总体|较|比"
    r"|分别|双双|各"
)


@dataclass(frozen=True)
class Move:
    """One stated change of one figure."""

    now: Figure
    stated: Figure
    down: bool
    certain: bool  # that it is the change of this figure
    base: Figure | None = None
    by: Figure | None = None  # the change in units, where both are stated


@dataclass(frozen=True)
class Unmatched:
    """A change of something whose figure is not in the sentence."""

    stated: Figure


def moves(sentence: Sentence) -> Iterator[Move | Unmatched]:
    """Every change that the sentence states, with what changed (找增减)."""
    done: set[int] = set()
    for found in FROM_TO.finditer(sentence.skeleton):
        yield from _fresh(_from_to(sentence, found), done)
    for pattern in (THAN, CHANGE, LATER):
        for found in pattern.finditer(sentence.skeleton):
            if pattern is LATER and not re.search(_AGAINST, sentence.skeleton[: found.start()]):
                continue
            yield from _fresh(_changes(sentence, found), done)


def _fresh(found: Iterator[Move | Unmatched], done: set[int]) -> Iterator[Move | Unmatched]:
    """What an earlier pattern has not told already."""
    told = [move for move in found if move.stated.start not in done]
    done.update(move.stated.start for move in told)
    yield from told


def _from_to(sentence: Sentence, found: re.Match[str]) -> Iterator[Move]:
    base, now = sentence.figure(found["base"]), sentence.figure(found["now"])
    if base.kind != now.kind:
        return
    down = re.fullmatch(DOWN, found["way"]) is not None
    stated = sentence.figure(found["list"]) if found["list"] else now
    yield Move(now, stated, down, True, base)


def _changes(sentence: Sentence, found: re.Match[str]) -> Iterator[Move | Unmatched]:
    stated = _directed(sentence, found)
    subjects, certain = _subjects(sentence, found, [figure for figure, _ in stated])
    if not subjects:
        yield from (Unmatched(figure) for figure, _ in stated)
        return
    bases = _said_bases(sentence, found, subjects)
    for number, now in enumerate(subjects):
        group = _of_subject(stated, number, len(subjects), now)
        by = next((f for f, _ in group if f.kind == now.kind), None)
        base = bases[number] if bases else _base(sentence, now)
        for figure, down in group:
            if figure is by and base is None and len(group) > 1:
                continue  # it is judged with its percentage
            yield Move(now, figure, down, certain, base, None if figure is by else by)


def _directed(sentence: Sentence, found: re.Match[str]) -> list[tuple[Figure, bool]]:
    """Each figure of the list with its way: the last word said before it."""
    way, pieces = found["way"], []
    for piece in re.finditer(rf"(?P<gap>[^\U000f0000-\U000ffffd]*)({FIGURE})", found["list"]):
        turned = re.findall(_WAY, piece["gap"])
        way = turned[-1] if turned else way
        pieces.append((sentence.figure(piece[2]), re.fullmatch(DOWN, way) is not None))
    return pieces


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


# --- of what --------------------------------------------------------------------------------------


def _subjects(
    sentence: Sentence, found: re.Match[str], stated: Sequence[Figure]
) -> tuple[list[Figure], bool]:
    """The figures that changed, one for each turn of the list, and whether that is certain."""
    many = max(
        sum(f.kind in ("%", POINTS, TIMES) for f in stated),
        sum(f.kind not in ("%", POINTS, TIMES) for f in stated),
    )
    counts = _candidates(sentence, found.start(), stated)
    subject = found["subject"] if "subject" in found.re.groupindex else ""
    if not counts:
        name = _CUES.sub("", subject or "")
        before = [f for f in sentence.figures_in(0, found.start()) if is_count(sentence, f)]
        return _named(sentence, subject or "", before, many) if len(name) >= 2 else ([], False)
    nearest = max(sentence.at(f) for f in counts + _bases(sentence, counts, found.start()))
    gap = sentence.skeleton[nearest + 1 : found.start()]
    named = _CUES.sub("", gap.rsplit(",", 1)[-1] + (subject or ""))
    named = re.sub("[\U00100000-\U0010fffd]", "", named)
    if len(named) >= 2:
        return _named(sentence, gap.rsplit(",", 1)[-1] + (subject or ""), counts, many)
    if gap.count(",") > 1:
        return [], False
    counts = _this_year(counts)
    if many > len(counts):
        return [], False
    return counts[-many:], len(counts) == many


def _bases(sentence: Sentence, counts: Sequence[Figure], at: int) -> list[Figure]:
    """Figures of the year before, said between the present ones and the change."""
    found = sentence.figures_in(sentence.at(counts[-1]), at)
    return [f for f in found if sentence.is_base(f)]


def _this_year(counts: Sequence[Figure]) -> list[Figure]:
    """Of two years told one after the other, the later one is what changed."""
    years = [f.period.first.year for f in counts if f.period and f.period.first]
    if len(years) == len(counts) and len(set(years)) == 2 and max(years) - min(years) == 1:
        return [f for f, year in zip(counts, years, strict=True) if year == max(years)]
    return list(counts)


def _candidates(sentence: Sentence, at: int, stated: Sequence[Figure]) -> list[Figure]:
    """Counts and rates said before, back to the change told before or the segment's beginning."""
    start = sentence.skeleton.rfind(";", 0, at) + 1
    for pattern in (CHANGE, LATER):
        for earlier in pattern.finditer(sentence.skeleton, 0, at):
            if earlier.end() <= at:
                start = max(start, earlier.end())
    rates = any(f.kind == POINTS for f in stated)
    found = sentence.figures_in(start, at)
    counts = [f for f in found if is_count(sentence, f)]
    percents = [f for f in found if f.is_percent]
    if percents and (rates or not counts or percents[-1].start > counts[-1].start):
        return percents[-1:] if len(percents) == 1 or not rates else percents
    return counts


_NAMES = (("死", "死亡|亡"), ("伤", "受伤|伤"), ("损失", "损失"), ("事故", "事故|火灾"))


def _named(
    sentence: Sentence, names: str, counts: Sequence[Figure], many: int
) -> tuple[list[Figure], bool]:
    """Figures called by name: 起数和死亡人数同比分别下降."""
    called = [name for name in re.split(r"[、和及与,]|以及", names) if len(name) >= 2]
    if len(called) != many:
        return [], False
    chosen = []
    for name in called:
        fitting = [f for f in counts if _is_called(sentence, f, name)]
        if len(fitting) != 1:
            return [], False
        chosen += fitting
    return chosen, len({f.start for f in chosen}) == len(chosen)


def _is_called(sentence: Sentence, figure: Figure, name: str) -> bool:
    words = sentence.label(figure) + figure.after
    if "起数" in name:
        return figure.kind == "起"
    for cue, answer in _NAMES:
        if re.search(cue, name):
            return bool(re.search(answer, words)) and (cue != "事故" or figure.kind != "人")
    bare = re.sub(r"[总人次]?数量?$|总量$|率$", "", name)
    return len(bare) >= 2 and bare[-2:] in words


def _said_bases(
    sentence: Sentence, found: re.Match[str], subjects: Sequence[Figure]
) -> list[Figure]:
    """The bases where they are listed like the subjects: 较上年的24起、17人."""
    if "bases" in found.re.groupindex:
        bases = sentence.figures_in(*found.span("bases"))
    else:
        bases = [f for f in sentence.figures if sentence.is_base(f) and not f.is_percent]
    alike = [f.kind for f in bases] == [f.kind for f in subjects]
    return bases if alike else []


def _base(sentence: Sentence, now: Figure) -> Figure | None:
    """The figure of the year before that is surely the one compared with; None if in doubt."""
    like = [f for f in sentence.figures if f.kind == now.kind and f is not now]
    bases = [f for f in like if sentence.is_base(f)]
    if not bases and now.period and now.period.first:
        before = now.period.first.year - 1
        bases = [f for f in like if _is_year_before(f, now, before)]
    same = [f for f in bases if _same_thing(sentence, f, now)]
    bases = same or bases
    if len(bases) != 1:
        return None
    rivals = [f for f in like if is_count(sentence, f) and f not in bases and f.start < now.start]
    return None if rivals and not same else bases[0]


def _is_year_before(figure: Figure, now: Figure, year: int) -> bool:
    period, present = figure.period, now.period
    if period is None or present is None or period.first is None or present.first is None:
        return False
    alike = (period.first.month, period.first.day) == (present.first.month, present.first.day)
    same_end = (
        period.last is not None
        and present.last is not None
        and (period.last.month == present.last.month)
    )
    return period.first.year == year and alike and same_end


def _same_thing(sentence: Sentence, one: Figure, other: Figure) -> bool:
    def words(figure: Figure) -> str:
        return _CUES.sub("", sentence.label(figure))[-2:]

    return bool(words(one)) and words(one) == words(other)
