"""Shares of a total told sentences ago: 占总数的51.2%, where the opening said 共1390人 (前文总数).

Of many totals a share may be of, the right one is that which the other shares bear out. A share
contradicts it only where two others are of it and this one comes near it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice

from .finding import Figure
from .passages import WHEN, Sentence
from .quotients import best, is_count, reading
from .verdicts import Check, Kind, Verdict, check

FAR, MOST = 40, 16  # sentences back; totals that one share is tried on
LOOKED_AT = 80  # totals of its sort
ENOUGH = 2  # other shares that prove of what they all are
FAR_OFF = 4  # times more than rounding can explain
_WELL = (Verdict.OK, Verdict.QUESTION)
_ALL = re.compile(r"总|全部|所有|全年|全[国省市区县州镇]|[起人件户家]数")
_TOLD = re.compile(r"共|总|合计|累计|全|接报|发生|受理|收到|死亡|亡|伤|现有|达|为|有")
_DEAD, _HURT = re.compile("亡|死"), re.compile("伤")


@dataclass(frozen=True)
class Orphan:
    """A share whose total is not in its sentence."""

    stated: Figure
    part: Figure
    of: str
    sure: bool  # that it is the share of this part
    doubt: Check | None = None  # what its own sentence makes of it, where that does not fit
    whole: Figure | None = None  # by this total of its own sentence

    def unknown(self) -> Check:
        """What is said of it where no other total is found."""
        if self.doubt and self.whole and _is_near(self, self.whole):
            return self.doubt
        why = f"文中没有给出作为分母的总数,无法核对{self.part.text}占{self.stated.text}。"
        return check(Kind.SHARE, Verdict.CANNOT, self.stated, (self.part,), why)

    @property
    def key(self) -> str:
        """Shares of the same are called alike; 总数, 火灾总数 and a bare 占比 are of all."""
        of = re.sub(WHEN, "", self.of)
        return "" if not of or _ALL.search(of) else of


def checks(said: Sequence[Sentence], orphans: Sequence[tuple[int, Orphan]]) -> Iterator[Check]:
    """Every share without a total in its sentence, against those told before (占比, 总数在前文)."""
    totals = [_totals(place, each) for place, each in enumerate(said)] if orphans else []
    tried = [(orphan, _tried(said, totals, place, orphan)) for place, orphan in orphans]
    read = [[(w, _reading(each, w.figure)) for w in found] for each, found in tried]
    fitting = [[w for w, verdict in each if verdict is Verdict.OK] for each in read]
    nearly = [[w for w, verdict in each if verdict in _WELL] for each in read]
    borne: dict[tuple[int, str], set[int]] = defaultdict(set)
    for (each, _), found in zip(tried, nearly, strict=True):
        for whole in found:  # by the sentence: it tells the accidents, and the dead
            borne[whole.place, each.key].add(each.stated.start)
    for (each, found), well in zip(tried, fitting, strict=True):
        support = {w.place: len(borne[w.place, each.key]) for w in found}
        if well:
            whole = max(well, key=lambda w: support[w.place])
            doubted = each.doubt is not None and each.doubt.verdict is Verdict.MISMATCH
            alone = whole.is_told and not (each.key or doubted)
            sure = alone or support[whole.place] >= ENOUGH
            yield _answer(each, [whole.figure]) if sure else each.unknown()
            continue
        proved = [w.figure for w in found if support[w.place] >= ENOUGH]
        proved = [w for w in proved if _is_near(each, w)]
        asked = each.doubt is not None or not each.sure or not proved
        yield each.unknown() if asked else _answer(each, proved)


def _answer(each: Orphan, wholes: Sequence[Figure]) -> Check:
    """By the nearest of the totals, unless another comes nearer the truth."""
    answers = [
        best(Kind.SHARE, each.stated, [(each.part, (w,))], certain=not each.key, name="占比")
        for w in wholes
    ]
    mild = [each for each in answers if each.verdict is not Verdict.MISMATCH]
    return (mild or answers)[0]


def _reading(each: Orphan, whole: Figure) -> Verdict:
    """ok, a question where only cutting off explains it; what is far off is not reckoned."""
    share = float(each.part.number.value) * 100 / float(whole.number.value)
    stated = float(each.stated.number.value) + float(each.stated.number.step)
    if share > FAR_OFF * stated or share * FAR_OFF < stated - 1:
        return Verdict.MISMATCH
    return reading(each.stated, each.part, whole)


def _is_near(each: Orphan, whole: Figure) -> bool:
    """A slip of a digit, and not the share of something else altogether."""
    share = each.part.number.value * 100 / whole.number.value
    return Fraction(1, 2) <= share / max(each.stated.number.value, Fraction(1, 100)) <= 2


@dataclass(frozen=True)
class _Total:
    figure: Figure
    sort: str
    place: int  # of its sentence
    is_told: bool  # in words that tell of all


def _totals(place: int, sentence: Sentence) -> list[_Total]:
    return [
        _Total(
            figure,
            _sort(sentence, figure),
            place,
            _TOLD.search(sentence.clause_before(figure) + figure.after[:6]) is not None,
        )
        for figure in sentence.figures
        if is_count(sentence, figure) and figure.number.value > 0
    ]


def _tried(
    said: Sequence[Sentence],
    totals: Sequence[Sequence[_Total]],
    place: int,
    each: Orphan,
) -> list[_Total]:
    """Totals of its sort that are large enough, the nearest first."""
    sort = _sort(said[place], each.part)
    if _DEAD.search(each.of) and each.part.kind == "人":
        sort = "死亡"
    near = chain.from_iterable(reversed(totals[max(0, place - FAR) : place]))
    found: dict[Fraction, _Total] = {}
    for whole in islice((total for total in near if total.sort == sort), LOOKED_AT):
        if whole.figure.stretch.high >= each.part.stretch.low:
            found.setdefault(whole.figure.number.value, whole)
    return list(islice(found.values(), MOST))


def same_loss(sentence: Sentence, one: Figure, other: Figure) -> bool:
    """The dead are no share of the injured."""
    sorts = {_sort(sentence, one), _sort(sentence, other)} - {"人"}
    return len(sorts) < 2


def _sort(sentence: Sentence, figure: Figure) -> str:
    if figure.kind != "人":
        return figure.kind
    words = sentence.label(figure) + figure.after[:8]
    return "死亡" if _DEAD.search(words) else "受伤" if _HURT.search(words) else "人"
