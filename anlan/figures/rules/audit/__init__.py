"""Audits any Chinese report: finds its figures and recomputes what can be recomputed (稽核).

`audit(text)` is all there is to call. Offsets in what it returns count code points of that text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from . import (
    durations,
    finding,
    growth,
    multiples,
    periods,
    rates,
    repeats,
    scopes,
    shares,
    sums,
    tables,
)
from .finding import Figure
from .normalise import Clean, normalise
from .passages import Sentence
from .passages import sentences as cut
from .verdicts import Check, Kind, Verdict

__all__ = ["Audit", "Check", "Figure", "Kind", "Verdict", "audit"]

_ORDER = (Verdict.MISMATCH, Verdict.QUESTION, Verdict.CANNOT, Verdict.OK)


@dataclass(frozen=True)
class Audit:
    """A text with its figures and what was checked, both in the order of the text."""

    text: str
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]

    def of(self, verdict: Verdict) -> list[Check]:
        """The checks that came to one verdict."""
        return [each for each in self.checks if each.verdict is verdict]

    def sentence(self, start: int, end: int) -> str:
        """The sentence around a stretch, for those who read a list (所在句)."""
        stops = "。!?！？\n"
        first = max(self.text.rfind(stop, 0, start) for stop in stops) + 1
        ends = [at for stop in stops if (at := self.text.find(stop, end)) >= 0]
        return self.text[first : min(ends, default=len(self.text)) + 1].strip()


def audit(text: str) -> Audit:
    """Find the figures of a text and check what can be checked (稽核)."""
    clean = normalise(text)
    apart = clean.text.replace("\t", "\n")  # no sentence goes on in the next cell
    when = periods.find(apart)
    figures = finding.find(apart, when)
    said = list(cut(apart, figures, when))
    cells, told = tables.read(clean.text, figures)
    found = _settled(chain(_checks(said), told))
    figures = sorted([*figures, *cells], key=lambda each: each.start)
    back = {figure.start: _placed(figure, clean, text) for figure in figures}
    return Audit(
        text,
        tuple(back.values()),
        tuple(_returned(each, clean, text, back) for each in found),
    )


def _checks(said: list[Sentence]) -> Iterator[Check]:
    before: Sentence | None = None
    for sentence in said:
        near = before if before and before.paragraph == sentence.paragraph else None
        before = sentence
        yield from rates.checks(sentence, near)
        yield from shares.checks(sentence, near)
        yield from growth.checks(sentence, near)
        yield from multiples.checks(sentence)
        yield from sums.checks(sentence)
        yield from durations.checks(sentence)
    yield from scopes.checks(said)
    yield from repeats.checks(said)


def _settled(found: Iterator[Check]) -> list[Check]:
    """In the order of the text; of one figure and kind only the gravest is said."""
    gravest: dict[tuple[int, int, Kind], Check] = {}
    for each in found:
        key = (each.start, each.end, each.kind)
        known = gravest.get(key)
        if known is None or _ORDER.index(each.verdict) < _ORDER.index(known.verdict):
            gravest[key] = each
    asked = {each.about for each in gravest.values() if each.verdict in _ORDER[:2]}
    kept = [
        each
        for each in gravest.values()
        if each.verdict is not Verdict.CANNOT or each.about not in asked
    ]
    return sorted(kept, key=lambda each: each.about)


# --- back to the text as it was given -----------------------------------------------------------


def _placed(figure: Figure, clean: Clean, text: str) -> Figure:
    start, end = clean.back(figure.start, figure.end)
    return replace(figure, start=start, end=end, text=text[start:end])


def _returned(each: Check, clean: Clean, text: str, back: dict[int, Figure]) -> Check:
    start, end = clean.back(each.start, each.end)
    parts = tuple(back[part.start] for part in each.parts)
    return replace(each, start=start, end=end, stated=text[start:end], parts=parts)
