"""Sentences with each figure and each date shrunk to one sign, so that patterns can be said (句).

"发现隐患22.54万条,其中已整改22.49万条" reads "发现隐患①,其中已整改②" to a pattern, wherever the
numbers are long or short. The signs are private characters; `FIGURE` and `WHEN` match one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .finding import Figure
from .periods import Period

FIGURE = "[\U000f0000-\U000ffffd]"
WHEN = "[\U00100000-\U0010fffd]"

LAST_MONTH = r"上[个一]?(?:个?月|季度|周|旬|期)|上一个(?:季度|周|旬)|前一(?:个?月|季度|周|旬|期)"
_LAST_YEAR = re.compile(rf"{WHEN}|同期|上年|去年|{LAST_MONTH}")
_LAST_WORDS = ("同期", "上年", "去年")
_NOW = re.compile(r"本[月期周旬]|当[月期周]|本季度|今年")
_COMPARED = re.compile(r"比|较|与|同去|和去|上升|下降|减少|增加|增长|降低|提高|相比|本期|今年")
_FIRST_FIGURE, _FIRST_WHEN = 0xF0000, 0x100000
MOST = 0xFFFD  # signs of one sort
LONGEST, MOST_FIGURES = 1500, 120  # of a sentence; what goes on is cut, so that work stays linear


@dataclass(frozen=True)
class Sentence:
    """One sentence: its skeleton and where each character of it stands in the clean text."""

    skeleton: str
    places: tuple[int, ...]
    figures: tuple[Figure, ...]  # of this sentence, in order
    paragraph: int
    all_figures: Sequence[Figure]
    all_periods: Sequence[Period]
    # Answered once: whether a figure is a count or a base; where changes are told, and of what.
    counts: dict[int, bool] = field(default_factory=dict, compare=False)
    bases: dict[int, str] = field(default_factory=dict, compare=False)
    changes: list[re.Match[str]] = field(default_factory=list, compare=False)
    told: dict[tuple[int, int, int], tuple[list[Figure], bool]] = field(
        default_factory=dict, compare=False
    )

    def figure(self, sign: str) -> Figure:
        return self.all_figures[ord(sign) - _FIRST_FIGURE]

    def period(self, sign: str) -> Period:
        return self.all_periods[ord(sign) - _FIRST_WHEN]

    def figures_in(self, start: int, end: int) -> list[Figure]:
        """Figures whose signs stand in a stretch of the skeleton."""
        return [self.figure(sign) for sign in re.findall(FIGURE, self.skeleton[start:end])]

    def at(self, figure: Figure) -> int:
        """Where the figure's sign stands in the skeleton."""
        return bisect_left(self.places, figure.start)

    def between(self, one: Figure, other: Figure) -> str:
        """The skeleton between two figures."""
        return self.skeleton[self.at(one) + 1 : self.at(other)]

    def clause_before(self, figure: Figure) -> str:
        """The skeleton of the figure's clause up to it; enumerated figures stay in it."""
        at = self.at(figure)
        head = self.skeleton[:at]
        return head[max(head.rfind(stop) for stop in ",;:()") + 1 :]

    def label(self, figure: Figure) -> str:
        """The words of the figure alone: 死亡, in 事故6起、死亡5人."""
        own: str = re.split(f"{FIGURE}|{WHEN}|、", self.clause_before(figure))[-1]
        return own

    def is_base(self, figure: Figure) -> bool:
        """Said of the year or month before: 去年同期11起, and not 比去年同期下降11起."""
        return self.based_on(figure) != ""

    def based_on(self, figure: Figure) -> str:
        """同比 for a base of the year before, 环比 for one of the month before, "" for no base."""
        if figure.start not in self.bases:
            self.bases[figure.start] = self._based_on(figure)
        return self.bases[figure.start]

    def _based_on(self, figure: Figure) -> str:
        head = self.skeleton[: self.at(figure)]
        said = list(_LAST_YEAR.finditer(head))
        if not said or _COMPARED.search(head[max(0, said[-1].start() - 1) :]):
            return ""
        words = said[-1].group()
        if words in _LAST_WORDS:
            return "同比"
        period = self.period(words) if re.fullmatch(WHEN, words) else None
        if period and period.of_last_year:
            return "同比"
        if period and not re.fullmatch(LAST_MONTH, period.text):
            return ""
        return "环比" if self._has_present(figure, said[-1].start()) else ""

    def _has_present(self, figure: Figure, at: int) -> bool:
        """上月9起 is a base beside 本月12起; where it stands alone the report is of 上月."""
        ahead = any(f.kind == figure.kind for f in self.figures_in(0, at))
        return ahead or _NOW.search(self.skeleton) is not None or self._names_this_month()

    def _names_this_month(self) -> bool:
        said = (self.period(sign).text for sign in re.findall(WHEN, self.skeleton))
        return any(_NOW.fullmatch(text) for text in said)

    def segment(self, figure: Figure) -> tuple[int, int]:
        """The stretch between semicolons that the figure stands in."""
        at = self.at(figure)
        end = self.skeleton.find(";", at)
        return self.skeleton.rfind(";", 0, at) + 1, len(self.skeleton) if end < 0 else end


def sentences(
    text: str, figures: Sequence[Figure], periods: Sequence[Period]
) -> Iterator[Sentence]:
    """Cut the text into sentences, in order (断句)."""
    skeleton, places = _skeleton(text, figures, periods)
    paragraph = 0
    # "共1734家。其中货运1250家": what follows is still said of the sentence before.
    for found in re.finditer(r"(?:[^。!?\n]|。(?=其中))+|\n+", skeleton):
        if found.group()[0] == "\n":
            paragraph += 1
            continue
        for start, end in _portions(skeleton, *found.span()):
            said = skeleton[start:end]
            own = tuple(figures[ord(sign) - _FIRST_FIGURE] for sign in re.findall(FIGURE, said))
            yield Sentence(said, places[start:end], own, paragraph, figures, periods)


def _portions(skeleton: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence as it is; one that does not end, in portions."""
    while end - start > LONGEST or _figures_in(skeleton, start, end) > MOST_FIGURES:
        signs = islice(re.finditer(FIGURE, skeleton[start : start + LONGEST]), MOST_FIGURES, None)
        most = next((start + sign.start() for sign in signs), start + LONGEST)
        stop = max(skeleton.rfind(mark, start + 1, most) for mark in ",;、")
        cut = stop if stop > start else most
        yield start, cut
        start = cut
    yield start, end


def _figures_in(skeleton: str, start: int, end: int) -> int:
    return len(re.findall(FIGURE, skeleton[start : min(end, start + LONGEST)]))


def _skeleton(
    text: str, figures: Sequence[Figure], periods: Sequence[Period]
) -> tuple[str, tuple[int, ...]]:
    signs = [(f.start, f.end, chr(_FIRST_FIGURE + i)) for i, f in enumerate(figures[:MOST])]
    signs += [(p.start, p.end, chr(_FIRST_WHEN + i)) for i, p in enumerate(periods[:MOST])]
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, sign in sorted(signs):
        pieces += [text[at:start], sign]
        places += [*range(at, start), start]
        at = end
    pieces.append(text[at:])
    places += range(at, len(text))
    return "".join(pieces), tuple(places)
