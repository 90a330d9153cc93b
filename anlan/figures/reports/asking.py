"""The figures that a report asks for, computed together (取数).

All figures of one span are counted in one round, all figures of one breakdown in another: a report
of forty figures costs a handful of passes over the ledger.
"""

from collections.abc import Iterable
from datetime import datetime

from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area

from .. import compute
from ..compute import Asked, FigureValue
from ..rules import Period, reporting
from ..rules.reporting import MONTH, Ask, Part, Told
from .templates import known_figures

BLANK = "-"
Values = dict[tuple[str, str], FigureValue]  # figure and text of the span


def ref_of(figure: str, period: Period, area: Area, by: str = "", part: str = "") -> str:
    """What opens the rows of a number: figure|period|area, and the part of a breakdown."""
    whole = f"{figure}|{period.text}|{area.code}"
    return f"{whole}|{by}|{part or BLANK}" if by else whole


def answered(
    asks: Iterable[Ask], *, period: Period, area: Area, scope: Scope | None, at: datetime
) -> dict[Ask, Told]:
    """All answers; each figure is computed once a span, however often it is said."""
    asker = _Asker(Asked(area, scope, at), period)
    wanted = sorted(set(asks))
    asker.count(wanted)
    told = {ask: asker.told(ask) for ask in wanted}
    for ask in wanted:
        before = told.get(Ask(ask.figure, "上期", ask.by))
        if before is not None and not ask.span:
            told[ask] = Told(**{**told[ask].__dict__, "before": before.value})
    return told


class _Asker:
    """Counts everything of a span and of a breakdown at once, then answers one by one."""

    def __init__(self, asked: Asked, period: Period) -> None:
        self.asked, self.period = asked, period
        self.today = asked.at.astimezone(LOCAL).date()
        self.known = known_figures()
        self.figures = compute.definitions()
        self.values: Values = {}
        self.parts: dict[tuple[str, str, str], list[compute.Part]] = {}

    def count(self, asks: list[Ask]) -> None:
        groups: dict[tuple[str, str], list[str]] = {}
        for ask in asks:
            groups.setdefault((ask.span, ""), []).append(ask.figure)
            if ask.by:
                groups.setdefault((ask.span, ask.by), []).append(ask.figure)
        for (span, by), names in groups.items():
            once = list(dict.fromkeys(names))
            if by:
                self._count_parts(self._span(span), by, once)
            else:
                self._count_whole(self._span(span), once)

    def told(self, ask: Ask) -> Told:
        span = self._span(ask.span)
        value = self.values[ask.figure, span.text]
        return Told(
            self.known[ask.figure],
            value.value,
            value.change.base,
            ref=ref_of(ask.figure, span, self.asked.area),
            parts=self._told_parts(ask, span),
        )

    def _count_whole(self, span: Period, names: list[str]) -> None:
        missing = [name for name in names if (name, span.text) not in self.values]
        if not missing:
            return
        a = self.asked
        found = compute.compute(missing, period=span, area=a.area, scope=a.scope, at=a.at)
        self.values |= {(value.figure.key, span.text): value for value in found}

    def _count_parts(self, span: Period, by: str, names: list[str]) -> None:
        together = [name for name in names if by in compute.ways_of(self.figures[name])]
        found = compute.breakdowns(
            [self.figures[name] for name in together], by, period=span, asked=self.asked
        )
        self.parts |= {(name, span.text, by): parts for name, parts in found.items()}
        for name in set(names) - set(together):  # distinct firms: month by month
            for _, month in self._months(span):
                self._count_whole(month, [name])

    def _told_parts(self, ask: Ask, span: Period) -> tuple[Part, ...]:
        if not ask.by:
            return ()
        if ask.by == MONTH:
            return tuple(self._month(ask, span, *month) for month in self._months(span))
        area = self.asked.area
        return tuple(
            Part(p.key, p.label, p.value, ref_of(ask.figure, span, area, ask.by, p.key))
            for p in self.parts[ask.figure, span.text, ask.by]
        )

    def _span(self, name: str) -> Period:
        """累计 of a period over New Year is of the year that runs, not of the one to come."""
        span = reporting.span_of(name, self.period)
        if span.start is None or span.start <= self.today:
            return span
        return reporting.span_of(name, self.period.until(self.today))

    def _months(self, span: Period) -> list[tuple[str, Period]]:
        """The months that have begun: those to come have no figures, not even a nought."""
        found = reporting.months_of(span)
        return [(name, month) for name, month in found if month.start and month.start <= self.today]

    def _month(self, ask: Ask, span: Period, name: str, month: Period) -> Part:
        """One month of a span; where nothing was found, it is nothing and not unknown."""
        ref = ref_of(ask.figure, month, self.asked.area)
        counted = self.parts.get((ask.figure, span.text, MONTH))
        if counted is None:
            return Part(name, name, self.values[ask.figure, month.text].value, ref)
        key = f"{month.last.year}-{month.last.month:02d}"
        values = {part.key: part.value for part in counted}
        zero = None if self.known[ask.figure].is_rate else reporting.ZERO
        return Part(name, name, values.get(key, zero), ref)
