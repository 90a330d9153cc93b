"""Audits any Chinese report: finds its figures and recomputes what can be recomputed (稽核).

`audit(text)` is all there is to call. Offsets in what it returns count code points of that text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from . import (
    durations,
    finding,
    growth,
    items,
    multiples,
    partitions,
    periods,
    rates,
    repeats,
    scopes,
    shares,
    sums,
    tables,
    wholes,
    yearly,
)
from .finding import Figure
from .normalise import Clean, normalise
from .passages import Sentence
from .passages import sentences as cut
from .verdicts import Check, Kind, Verdict

__all__ = ["Audit", "Check", "Figure", "Kind", "Verdict", "audit"]

_BLUR = Fraction(1, 10)  # points that a share may be off by rounding
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
    orphans: list[tuple[int, wholes.Orphan]] = []
    for place, sentence in enumerate(said):
        near = before if before and before.paragraph == sentence.paragraph else None
        before = sentence
        yield from rates.checks(sentence, near)
        for share in shares.checks(sentence, near):
            if isinstance(share, wholes.Orphan):
                orphans.append((place, share))
            else:
                yield share
        yield from growth.checks(sentence, near)
        yield from multiples.checks(sentence)
        yield from yearly.checks(sentence)
        yield from sums.checks(sentence)
        yield from partitions.checks(sentence)
        yield from durations.checks(sentence)
    yield from wholes.checks(said, orphans)
    yield from items.checks(said)
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
    gravest = {key: each for key, each in gravest.items() if not _explained(each, gravest)}
    asked = {each.about for each in gravest.values() if each.verdict in _ORDER[:2]}
    kept = [
        each
        for each in gravest.values()
        if each.verdict is not Verdict.CANNOT or each.about not in asked
    ]
    return sorted(kept, key=lambda each: each.about)


def _explained(share: Check, found: dict[tuple[int, int, Kind], Check]) -> bool:
    """A total that its parts do not make up spoils the share of each: that is said once."""
    if share.kind is not Kind.SHARE or share.verdict is not Verdict.MISMATCH:
        return False
    part, whole = share.parts[0], share.parts[-1]
    total = found.get((whole.start, whole.end, Kind.SUM))
    if total is None or total.verdict is not Verdict.MISMATCH or part not in total.parts:
        return False
    added = sum((figure.number.value for figure in total.parts), Fraction(0))
    stated = Decimal(re.sub(r"[^\d.]", "", share.stated) or 0)
    return abs(part.number.value * 100 / added - Fraction(stated)) <= _BLUR


# --- back to the text as it was given -----------------------------------------------------------


def _placed(figure: Figure, clean: Clean, text: str) -> Figure:
    start, end = clean.back(figure.start, figure.end)
    return replace(figure, start=start, end=end, text=text[start:end])


def _returned(each: Check, clean: Clean, text: str, back: dict[int, Figure]) -> Check:
    start, end = clean.back(each.start, each.end)
    parts = tuple(back[part.start] for part in each.parts)
    return replace(each, start=start, end=end, stated=text[start:end], parts=parts)
