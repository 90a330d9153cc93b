"""Figures that are worked out from others: rates, changes, formulas, progress, rank, streaks.

First everything that has to be counted is collected, over all periods that are compared; then it
is counted in as few passes as there are ways to; then each figure is worked out, exactly, and
rounded once (GB/T 8170).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from anlan.dues.rules import Totals
from anlan.figures import rules
from anlan.figures.rules import Period, formulas, streaks
from anlan.figures.sources import AREA, MONTH, SOURCES
from anlan.kernel import expressions
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from .catalogue import HOLDS, definition, owed_by_towns, sources_of
from .covering import covered, percent_of
from .definition import ADDITIVE, COUNTED, EACH_YEAR, PARTS_OF_A_HUNDRED, Figure
from .measuring import Amounts, Asked, Cell, Want, measured

WHOLE: Cell = ()
Given = dict[tuple[str, date | None, date], Fraction | None]
FEW_STEPS = 6


@dataclass
class Round:
    """One answer being worked out: what it wants counted, and what was."""

    asked: Asked
    by: tuple[str, ...] = ()
    counted: dict[object, Amounts] = field(default_factory=dict)
    months: dict[tuple[str, Cell, str], Fraction] = field(default_factory=dict)
    begins: dict[str, date | None] = field(default_factory=dict)
    owed: dict[tuple[str, str], Mapping[Cell, Totals]] = field(default_factory=dict)
    given: Given = field(default_factory=dict)  # what closed periods gave out: the bases of changes

    @property
    def today(self) -> date:
        return self.asked.at.astimezone(LOCAL).date()

    def count(self, pairs: Iterable[tuple[Figure, Period]]) -> None:
        """Count whatever these figures are made of, all at once."""
        wants: dict[object, Want] = {}
        for figure, period in pairs:
            cut = period.until(self.today)
            for want in self._wants(figure, cut):
                wants.setdefault(want.key, want)
            if figure.kind == "streak":
                self._count_months(figure, cut)
        missing = [want for key, want in wants.items() if key not in self.counted]
        self.counted |= measured(missing, self.asked, self.by)

    def cells(self, figure: Figure, period: Period) -> set[Cell]:
        """The parts in which anything of it was found."""
        period = period.until(self.today)
        wholes = [figure.whole] if figure.whole else list(figure.operands)
        if figure.kind in COUNTED:
            return set(self.counted[Want(figure, period).key])
        if figure.kind == "coverage":
            return set(self._covered(figure, period))
        if figure.kind == "streak" and self._by_month(figure, period):
            return {cell for key, cell, _ in self.months if key == figure.key}
        if figure.kind in ("yoy", "period_on_period", "points", "progress", "streak"):
            return {
                cell
                for want in self._wants(figure, period)
                for cell in self.counted.get(want.key, {})
            }
        return set().union(*(self.cells(definition(name), period) for name in wholes))

    def value(self, figure: Figure, period: Period, cell: Cell = WHOLE) -> Fraction | None:
        """The exact value; None where there is none, which is not zero."""
        period = period.until(self.today)
        if not cell and (place := (figure.key, period.start, period.last)) in self.given:
            return self.given[place]
        return self._worked_out(figure, period, cell)

    def _worked_out(self, figure: Figure, period: Period, cell: Cell) -> Fraction | None:
        if figure.kind in COUNTED:
            amounts = self.counted[Want(figure, period).key]
            return amounts.get(cell, None if figure.kind == "duration" else Fraction(0))
        if figure.kind in ("rate", "share", "ratio"):
            return self._quotient(figure, period, cell)
        if figure.kind == "formula":
            known = {n: self.value(definition(n), period, cell) for n in figure.operands}
            return formulas.worked_out(figure.formula, known)
        if figure.kind == "progress":
            return self._progress(figure, period, cell)
        if figure.kind == "streak":
            return self._streak(figure, period, cell)
        if figure.kind == "rank":
            return self._rank(figure, period)
        if figure.kind == "coverage":
            return percent_of(self._covered(figure, period).get(cell))
        return self._change(figure, period, cell)

    def rounded(self, figure: Figure, period: Period, cell: Cell = WHOLE) -> Fraction | None:
        value = self.value(figure, period, cell)
        return None if value is None else Fraction(rules.round_to(value, places_of(figure)))

    # --- what has to be counted --------------------------------------------------------------

    def _wants(self, figure: Figure, period: Period) -> Iterable[Want]:
        if figure.kind in COUNTED:
            yield Want(figure, period)
            return
        if figure.kind in ("rank", "coverage"):
            return  # counted for the area above, by its areas; read off the matrix
        for over in self._periods(figure, period):
            for name in figure.operands:
                yield from self._wants(definition(name), over)

    def _periods(self, figure: Figure, period: Period) -> list[Period]:
        """Over which periods its operands are needed."""
        if figure.kind in ("yoy", "points"):
            return [period, period.year_before()]
        if figure.kind == "period_on_period":
            return [period, period.previous()]
        if figure.kind == "progress":
            return [self._towards(figure, period)]
        if figure.kind == "streak":
            return [] if self._by_month(figure, period) else self._steps(figure, period)
        return [period]

    def _steps(self, figure: Figure, period: Period) -> list[Period]:
        if figure.key not in self.begins:  # asked of the books once an answer
            self.begins[figure.key] = _books_begin(figure)
        begins = self.begins[figure.key]
        return streaks.steps_back(period.last, figure.step, figure.at_most + 1, begins=begins)

    def _by_month(self, figure: Figure, period: Period) -> bool:
        """Whether its steps are better read off one count by month than each by a FILTER."""
        of = definition(figure.figure)
        return of.kind in ADDITIVE and len(self._steps(figure, period)) > FEW_STEPS

    def _count_months(self, figure: Figure, period: Period) -> None:
        if not self._by_month(figure, period):
            return
        of, steps = definition(figure.figure), self._steps(figure, period)
        span = Period(period.text, steps[-1].start, steps[0].last)
        want = Want(of, span)
        found = measured([want], self.asked, (*self.by, MONTH))[want.key]
        for cell, amount in found.items():
            self.months[figure.key, cell[:-1], cell[-1]] = amount

    def _in_step(self, figure: Figure, step: Period, cell: Cell, *, by_month: bool) -> Fraction:
        """A figure over one step of a streak."""
        if not by_month:
            return self.value(definition(figure.figure), step, cell) or Fraction(0)
        assert step.start is not None
        total, month = Fraction(0), step.start
        while month <= step.last:
            total += self.months.get((figure.key, cell, f"{month:%Y-%m}"), Fraction(0))
            month = (month + timedelta(days=31)).replace(day=1)
        return total

    def _towards(self, figure: Figure, period: Period) -> Period:
        """From the first day of the target to the day asked for: progress adds up."""
        if not figure.period:
            return period
        year = period.last.year if figure.period == EACH_YEAR else figure.period
        whole = rules.parse_period(str(year))
        return Period(period.text, whole.start, min(whole.last, period.last)).until(self.today)

    # --- the kinds -------------------------------------------------------------------------------

    def _quotient(self, figure: Figure, period: Period, cell: Cell) -> Fraction | None:
        part = self.value(definition(figure.part), period, cell)
        whole = self.value(definition(figure.whole), period, cell)
        if part is None or not whole:
            return None
        return part / whole * (1 if figure.kind == "ratio" else 100)

    def _change(self, figure: Figure, period: Period, cell: Cell) -> Fraction | None:
        of = definition(figure.figure)
        now, base = self._periods(figure, period)
        if figure.kind == "points":
            # What is printed is what a reader subtracts.
            value, before = self.rounded(of, now, cell), self.rounded(of, base, cell)
            return None if value is None or before is None else value - before
        value, before = self.value(of, now, cell), self.value(of, base, cell)
        if value is None or not before:
            return None
        return (value - before) / before * 100

    def _progress(self, figure: Figure, period: Period, cell: Cell) -> Fraction | None:
        over = self._towards(figure, period)
        if over.start is not None and over.start > over.last:
            return None  # the target is of a later time
        done = self.value(definition(figure.figure), over, cell)
        goal = self.goal(figure, over, cell)
        return None if done is None or not goal else done / goal * 100

    def goal(self, figure: Figure, period: Period, cell: Cell = WHOLE) -> Fraction | None:
        """What it is measured against, for this area: a goal of the district is not its towns'."""
        if figure.goal_figure:
            return self.value(definition(figure.goal_figure), period, cell)
        if figure.goals:
            goal = figure.goals.get(cell[0] if self.by == (AREA,) else self.asked.area.code)
            return None if goal is None or (cell and self.by != (AREA,)) else Fraction(goal)
        whole = self.asked.area.level in (Area.Level.DISTRICT, Area.Level.CITY)
        return Fraction(figure.goal) if figure.goal is not None and whole and not cell else None

    def _covered(self, figure: Figure, period: Period) -> Mapping[Cell, Totals]:
        """The matrix of a due is read once an answer."""
        place = figure.due, period.text
        if place not in self.owed:
            self.owed[place] = covered(figure, period, self.asked, self.by)
        return self.owed[place]

    def _streak(self, figure: Figure, period: Period, cell: Cell) -> Fraction | None:
        steps = self._steps(figure, period)
        if not steps:
            return None  # the books know nothing of that time
        by_month = self._by_month(figure, period)
        values = [self._in_step(figure, step, cell, by_month=by_month) for step in steps]
        condition = _condition(figure.holds)

        def holds(value: Fraction, before: Fraction | None) -> bool:
            said = {"value": float(value), "before": float(before or 0)}
            return condition.holds(**{name: said[name] for name in condition.names})

        wholes = [streaks.is_whole(step, figure.step) for step in steps]
        compares = "before" in condition.names
        return Fraction(
            min(streaks.streak(values, wholes, holds, compares=compares), figure.at_most)
        )

    def _rank(self, figure: Figure, period: Period) -> Fraction | None:
        """Its place among its siblings; those of equal value share the better place.

        The siblings are counted for the house itself: a town may know its place without seeing
        the rows of the others.
        """
        above = self.asked.area.parent
        if above is None:
            return None
        of = definition(figure.figure)
        others = Round(Asked(above, None, self.asked.at), (AREA,))
        others.count([(of, period)])
        day = period.last
        codes = [a.code for a in above.children.real().valid_on(day) if a.code]
        values = {code: others.value(of, period, (code,)) for code in codes}
        mine = values.get(self.asked.area.code)
        if mine is None:
            return None
        known = [value for value in values.values() if value is not None]
        better = [v for v in known if (v > mine if figure.best == "high" else v < mine)]
        return Fraction(len(better) + 1)


def places_of(figure: Figure) -> int:
    """With how many decimals a figure is written."""
    if figure.kind in (*ADDITIVE, "distinct"):
        return 0 if figure.kind != "sum" else 4
    if figure.kind == "duration":
        return 1
    if figure.kind in ("rank", "streak"):
        return 0
    return figure.places


def is_rate(figure: Figure) -> bool:
    """Whether its change is said in 百分点."""
    return figure.kind in PARTS_OF_A_HUNDRED or (figure.kind == "formula" and figure.unit == "%")


def dimensions_of(figure: Figure) -> dict[str, str]:
    """By what a figure can be broken down, with its words: whatever all it is made of can be.

    What is counted without doubles (家) has one place only: it is broken down by that.
    """
    if figure.kind == "rank":
        return {}
    if figure.kind == "coverage":
        return {AREA: "区域"} if owed_by_towns(figure) else {}
    if figure.kind in COUNTED:
        source = SOURCES[figure.source]
        measure = source.measure(figure.of) if figure.of else None
        if figure.kind == "distinct":
            return {AREA: "区域"} if measure and measure.place else {}
        return {key: each.label for key, each in source.dimensions.items()} | {AREA: "区域"}
    every = [dimensions_of(definition(name)) for name in figure.operands]
    shared = [key for key in every[0] if all(key in each for each in every)]
    return {key: every[0][key] for key in shared}


def _books_begin(figure: Figure) -> date | None:
    """The first day of which the books of its sources know: before it nothing can be said."""
    days = [
        source.begins() or date.max
        for source in (SOURCES[key] for key in sorted(sources_of(figure)))
        if source.begins
    ]
    return max(days, default=None)


@lru_cache(maxsize=64)
def _condition(text: str) -> expressions.Expression:
    return expressions.compile_expression(text, HOLDS)


__all__ = ["Round", "dimensions_of", "is_rate", "places_of"]
