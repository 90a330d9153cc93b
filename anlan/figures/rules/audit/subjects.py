"""Of which figure a change is said, and what it is compared with (增减的对象)."""

import re
from collections.abc import Sequence

from .finding import POINTS, TIMES, Figure
from .listings import depth
from .names import called, names_of
from .passages import LAST_MONTH, WHEN, Sentence
from .phrases import AGAINST, CHAINED, CHANGE, CUES, FROM_TO, LATER, NAMELESS, THAN
from .quotients import is_count

MONTHS_DIFFER = 3  # days, between a month or a quarter and the one before
_BEFORE = re.compile(f"{LAST_MONTH}|[\U000f0000-\U0010fffd]|上年|去年|但|而")
_CLOSED = re.compile(r"\([^()]*\)")
_UNCHANGED = re.compile(r"(?:[、,和及与]|以及)*(?:与[^,;]{0,6})?持平")
# What may stand between the figures and their change without being what changed.
_SAID_BESIDES = re.compile(
    '[,、][^,;\U000f0000-\U0010fffd]{0,20}(?:双下降|双降|平稳|稳定|向好|态势|趋势|格局)[”"’』]?(?=[,;])'
)


def of_its_unit(
    sentence: Sentence, found: re.Match[str], stated: Sequence[tuple[Figure, bool]]
) -> tuple[list[Figure], bool]:
    """事故11起、死亡9人,同比增加3起、上升37.5%: the one that is counted in 起."""
    kinds = [figure.kind for figure, _ in stated]
    if len(kinds) != 2 or not kinds[1] == "%" != kinds[0] or kinds[0] in (POINTS, TIMES):
        return [], False
    if names_of(sentence, found):
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
    name = names_of(sentence, found)
    units = [f.kind for f, _ in stated if f.kind not in ("%", POINTS, TIMES)]
    percents = len(stated) - len(units)
    if name:
        many = max(len(units), percents)
        pool = [f for f in before.figures if f.is_percent or is_count(before, f)]
        chosen, certain = called(before, name, pool, many)
        if chosen or not (units and percents):
            return chosen, certain
        return called(before, name, pool, many, strict=False)[0], False
    if len(units) == 1 and percents < 2:
        like = [f for f in counts if f.kind == units[0]]
        return (like, True) if len(like) == 1 else ([], False)
    opening = re.sub(WHEN, "", sentence.skeleton[: found.start()])
    opens = not NAMELESS.sub("", opening) and not units
    return (counts, True) if opens and len(counts) == percents else ([], False)


def subjects_of(
    sentence: Sentence, found: re.Match[str], stated: Sequence[Figure]
) -> tuple[list[Figure], bool]:
    """The figures that changed, one for each turn of the list, and whether that is certain."""
    many = _turns(stated)
    name = names_of(sentence, found)
    counts = _candidates(sentence, found.start(), stated)
    if name:
        return _named(sentence, found, name, (counts, stated))
    if not counts:
        return _just_told(sentence, found, many)
    nearest = max(sentence.at(f) for f in counts + _bases(sentence, counts, found.start()))
    gap = _SAID_BESIDES.sub("", _CLOSED.sub("", sentence.skeleton[nearest + 1 : found.start()]))
    if gap.count(",") > 1:
        return [], False
    counts = _present(counts, against(sentence, found))
    even = _UNCHANGED.match(sentence.skeleton, found.end()) and "分别" in found[0]
    if many + bool(even) > len(counts):
        return [], False
    if even:  # 分别上升9.1%和持平: the last of them did not change
        return counts[-many - 1 : -1], len(counts) == many + 1
    return counts[-many:], len(counts) == many


def _named(
    sentence: Sentence,
    found: re.Match[str],
    name: str,
    told: tuple[Sequence[Figure], Sequence[Figure]],
) -> tuple[list[Figure], bool]:
    """The figures that go by the name: of those near, else of the whole sentence."""
    counts, stated = told
    many = _turns(stated)
    said = sentence.figures_in(0, found.start())
    pool = [f for f in said if f.is_percent or is_count(sentence, f)]
    near = [f for f in pool if f in counts]
    chosen, certain = called(sentence, name, near, many)
    if not chosen:  # 较大事故14起、死亡48人,事故起数、死亡人数同比…: most likely of those
        chosen, certain = called(sentence, name, near, many, strict=False)[0], False
    if not chosen:
        chosen, certain = called(sentence, name, pool, many)
    if not chosen and not all(f.is_percent for f in stated):
        # 特大事故21起;与去年同期相比,事故起数减少11起,下降34.4%
        chosen, certain = called(sentence, name, pool, many, strict=False)[0], False
    return chosen, certain


def _turns(stated: Sequence[Figure]) -> int:
    """How many things changed: 45.45%、28.57% are two, 3起、37.5% is one."""
    shares = sum(f.kind in ("%", POINTS, TIMES) for f in stated)
    return max(shares, len(stated) - shares)


def _just_told(sentence: Sentence, found: re.Match[str], many: int) -> tuple[list[Figure], bool]:
    """同比下降20%,环比上升40%: the second is said of what the first was said of."""
    ended = [each for each in _changes_in(sentence) if each.end() <= found.start()]
    last = max((each.end() for each in ended), default=0)
    between = sentence.figures_in(last, found.start())
    words = NAMELESS.sub("", re.sub(_BEFORE, "", sentence.skeleton[last : found.start()]))
    if words or not all(sentence.is_base(f) for f in between):
        return [], False
    for earlier in ended:
        stated = sentence.figures_in(*earlier.span("list")) if earlier.end() == last else []
        if stated and _turns(stated) == many:
            key = (earlier.start(), last, many)
            if key not in sentence.told:
                sentence.told[key] = subjects_of(sentence, earlier, stated)
            return sentence.told[key]
    return [], False


def _changes_in(sentence: Sentence) -> list[re.Match[str]]:
    """Where the sentence tells a change; looked for once."""
    if not sentence.changes:
        for pattern in (THAN, CHANGE, LATER):
            sentence.changes.extend(pattern.finditer(sentence.skeleton))
    return sentence.changes


def _bases(sentence: Sentence, counts: Sequence[Figure], at: int) -> list[Figure]:
    """Figures of the year before, said between the present ones and the change."""
    found = sentence.figures_in(sentence.at(counts[-1]), at)
    return [f for f in found if sentence.is_base(f)]


def _present(counts: Sequence[Figure], than: str) -> list[Figure]:
    """Of two years or months told one after the other, the later one is what changed."""
    if than == "环比":
        earlier = [f for f in counts if any(_is_just_before(f, other) for other in counts)]
        return [f for f in counts if f not in earlier]
    years = [f.period.first.year for f in counts if f.period and f.period.first]
    if len(years) == len(counts) and len(set(years)) == 2 and max(years) - min(years) == 1:
        return [f for f, year in zip(counts, years, strict=True) if year == max(years)]
    return list(counts)


def _candidates(sentence: Sentence, at: int, stated: Sequence[Figure]) -> list[Figure]:
    """Counts and rates said before, back to the change told before or the segment's beginning."""
    start = _beginning(sentence, at)
    for earlier in _changes_in(sentence):
        if earlier.re is not THAN and earlier.start("list") < at:
            start = max(start, min(earlier.end(), at))
    rates = any(f.kind == POINTS for f in stated)
    found = sentence.figures_in(start, at)
    outside = sentence.skeleton[:at].count("(") - sentence.skeleton[:at].count(")")
    counts = [f for f in found if is_count(sentence, f) and depth(sentence, f) <= max(0, outside)]
    percents = [f for f in found if f.is_percent]
    if percents and (rates or not counts or percents[-1].start > counts[-1].start):
        return percents[-1:] if len(percents) == 1 or not rates else percents
    return counts


def _beginning(sentence: Sentence, at: int) -> int:
    """Where the segment begins; one that tells only the year before belongs to the one before."""
    start = sentence.skeleton.rfind(";", 0, at) + 1
    told = sentence.figures_in(start, at)
    if start and told and all(sentence.is_base(f) for f in told):
        return sentence.skeleton.rfind(";", 0, start - 1) + 1
    return start


def against(sentence: Sentence, found: re.Match[str]) -> str:
    """同比 or 环比: what the change is said against, by itself or in the change before."""
    if "list" in found.re.groupindex:
        said = sentence.skeleton[found.start() : found.start("list")]
        months = [sentence.period(sign).text for sign in re.findall(WHEN, said)]
        if CHAINED.search(said) or any(map(CHAINED.fullmatch, months)):
            return "环比"
    if re.match(AGAINST, found[0]):
        return "同比"
    said_before = re.findall(rf"{AGAINST}", sentence.skeleton[: found.start()])
    return "环比" if said_before and CHAINED.search(said_before[-1]) else "同比"


def said_bases(
    sentence: Sentence, found: re.Match[str], subjects: Sequence[Figure], than: str
) -> list[Figure]:
    """The bases where they are listed like the subjects: 较上年的24起、17人."""
    if "bases" in found.re.groupindex:
        bases = sentence.figures_in(*found.span("bases"))
    else:
        based = [
            f
            for f in sentence.figures
            if sentence.based_on(f) == than and not _has_its_own(sentence, f)
        ]
        bases = [f for f in based if not f.is_percent]
        if any(not _may_be_base(sentence, *pair) for pair in zip(bases, subjects, strict=False)):
            return []
    alike = [f.kind for f in bases] == [f.kind for f in subjects]
    return bases if alike else []


def base_of(sentence: Sentence, now: Figure, than: str) -> Figure | None:
    """The figure of the year before that is surely the one compared with; None if in doubt."""
    like = [f for f in sentence.figures if f.kind == now.kind and f is not now]
    bases = [f for f in like if sentence.based_on(f) == than and not _has_its_own(sentence, f)]
    if not bases and now.period and now.period.first:
        before = now.period.first.year - 1
        bases = [
            f
            for f in like
            if (_is_just_before(f, now) if than == "环比" else _is_year_before(f, now, before))
        ]
    same = [f for f in bases if _same_thing(sentence, f, now)]
    bases = same or [f for f in bases if _may_be_base(sentence, f, now)]
    if len(bases) != 1:
        return None
    rivals = [f for f in like if is_count(sentence, f) and f not in bases and f.start < now.start]
    return None if rivals and not same else bases[0]


def _has_its_own(sentence: Sentence, base: Figure) -> bool:
    """由上年46亿元增加到92亿元: a base already of something else."""
    at = sentence.at(base)
    return any(found.start("base") == at for found in FROM_TO.finditer(sentence.skeleton))


def _is_just_before(figure: Figure, now: Figure) -> bool:
    """5月 of 6月, 一季度 of 二季度."""
    period, present = figure.period, now.period
    if not (period and present and period.first and period.last and present.first and present.last):
        return False
    long = (period.last - period.first) - (present.last - present.first)
    return (present.first - period.last).days == 1 and abs(long.days) <= MONTHS_DIFFER


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
    named = NAMELESS.sub("", re.sub(LAST_MONTH, "", sentence.label(base)))
    same = named in NAMELESS.sub("", sentence.label(now))
    return same or _same_thing(sentence, base, now)


def _same_thing(sentence: Sentence, one: Figure, other: Figure) -> bool:
    def words(figure: Figure) -> str:
        return CUES.sub("", sentence.label(figure))[-2:]

    return bool(words(one)) and words(one) == words(other)
