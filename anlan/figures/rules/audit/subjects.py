"""Of which figure a change is said, and what it is compared with (增减的对象)."""

import re
from collections.abc import Sequence

from .finding import POINTS, TIMES, Figure
from .passages import WHEN, Sentence
from .phrases import CHANGE, CUES, LATER, NAMELESS
from .quotients import is_count


def of_its_unit(
    sentence: Sentence, found: re.Match[str], stated: Sequence[tuple[Figure, bool]]
) -> tuple[list[Figure], bool]:
    """事故11起、死亡9人,同比增加3起、上升37.5%: the one that is counted in 起."""
    kinds = [figure.kind for figure, _ in stated]
    if len(kinds) != 2 or not kinds[1] == "%" != kinds[0] or kinds[0] in (POINTS, TIMES):
        return [], False
    if "subject" in found.re.groupindex and CUES.sub("", found["subject"]):
        return [], False
    counts = _candidates(sentence, found.start(), [figure for figure, _ in stated])
    like = [f for f in counts if f.kind == kinds[0]]
    gap = sentence.skeleton[sentence.at(like[-1]) + 1 : found.start()] if like else ""
    alone = (
        len(like) == 1
        and len(counts) > 1
        and not re.search(r"[^、,(\U000f0000-\U000ffffd]{9}", gap)
    )
    return (like, True) if alone else ([], False)


def told_before(
    sentence: Sentence,
    found: re.Match[str],
    before: Sentence,
    stated: Sequence[tuple[Figure, bool]],
) -> tuple[list[Figure], bool]:
    """事故10起、死亡8人。与上年同期相比,起数减少3起,下降23.08%: told in the sentence before."""
    if any(is_count(sentence, f) for f in sentence.figures_in(0, found.start())):
        return [], False
    counts = [f for f in before.figures if is_count(before, f)]
    name = found["subject"].strip(",的其中") if "subject" in found.re.groupindex else ""
    units = [f.kind for f, _ in stated if f.kind not in ("%", POINTS, TIMES)]
    percents = len(stated) - len(units)
    if len(units) == 1 and percents < 2:
        like = [f for f in counts if f.kind == units[0]]
        like = [f for f in like if _is_called(before, f, name)] if name else like
        return (like, True) if len(like) == 1 else ([], False)
    opening = re.sub(WHEN, "", sentence.skeleton[: found.start()])
    opens = not NAMELESS.sub("", opening) and not name and not units
    return (counts, True) if opens and len(counts) == percents else ([], False)


def subjects_of(
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
        name = CUES.sub("", subject or "")
        before = [f for f in sentence.figures_in(0, found.start()) if is_count(sentence, f)]
        return _named(sentence, subject or "", before, many) if len(name) >= 2 else ([], False)
    nearest = max(sentence.at(f) for f in counts + _bases(sentence, counts, found.start()))
    gap = sentence.skeleton[nearest + 1 : found.start()]
    named = CUES.sub("", gap.rsplit(",", 1)[-1] + (subject or ""))
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


def said_bases(
    sentence: Sentence, found: re.Match[str], subjects: Sequence[Figure]
) -> list[Figure]:
    """The bases where they are listed like the subjects: 较上年的24起、17人."""
    if "bases" in found.re.groupindex:
        bases = sentence.figures_in(*found.span("bases"))
    else:
        bases = [f for f in sentence.figures if sentence.is_base(f) and not f.is_percent]
        if any(not _may_be_base(sentence, *pair) for pair in zip(bases, subjects, strict=False)):
            return []
    alike = [f.kind for f in bases] == [f.kind for f in subjects]
    return bases if alike else []


def base_of(sentence: Sentence, now: Figure) -> Figure | None:
    """The figure of the year before that is surely the one compared with; None if in doubt."""
    like = [f for f in sentence.figures if f.kind == now.kind and f is not now]
    bases = [f for f in like if sentence.is_base(f)]
    if not bases and now.period and now.period.first:
        before = now.period.first.year - 1
        bases = [f for f in like if _is_year_before(f, now, before)]
    same = [f for f in bases if _same_thing(sentence, f, now)]
    bases = same or [f for f in bases if _may_be_base(sentence, f, now)]
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


def _may_be_base(sentence: Sentence, base: Figure, now: Figure) -> bool:
    """去年同期15起 of any subject; 去年营业收入5.99亿元 only of the same thing."""
    named = NAMELESS.sub("", sentence.label(base))
    same = named in NAMELESS.sub("", sentence.label(now))
    return same or _same_thing(sentence, base, now)


def _same_thing(sentence: Sentence, one: Figure, other: Figure) -> bool:
    def words(figure: Figure) -> str:
        return CUES.sub("", sentence.label(figure))[-2:]

    return bool(words(one)) and words(one) == words(other)
