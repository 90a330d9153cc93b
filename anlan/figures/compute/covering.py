"""How much of what is owed was met (应做完成率): the cells of the matrix, none scored too early."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from anlan.dues.models import coverage
from anlan.dues.rules import Totals, total
from anlan.figures.rules import Period
from anlan.figures.sources import AREA
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from .catalogue import definition, due_of
from .definition import Figure
from .measuring import Asked, Cell


def covered(
    figure: Figure, period: Period, asked: Asked, by: tuple[str, ...]
) -> Mapping[Cell, Totals]:
    """Met and required in a period; by area where the towns owe it and the district is asked.

    A cell belongs to the period in which it falls due: every one is counted once. Of what only
    today's state is known there is nothing for a year gone by.
    """
    due = due_of(figure)
    if due is None:
        return {}
    since = period.start or date(period.last.year, 1, 1)
    until = min(period.last, asked.at.astimezone(LOCAL).date())
    seen = coverage(due, since=since, until=until, area=asked.area, scope=asked.scope, at=asked.at)
    ended = [n for n, span in enumerate(seen.spans) if since <= span.due <= until]
    if not by:
        return {(): total(row.cells[n] for row in seen.rows for n in ended)}
    if by != (AREA,) or due.across != "towns" or asked.area.level != Area.Level.DISTRICT:
        return {}
    return {(row.who.key,): total(row.cells[n] for n in ended) for row in seen.rows}


def percent_of(totals: Totals | None) -> Fraction | None:
    return totals.percent if totals else None


def goal_words(figure: Figure) -> str:
    """What a figure is measured against, in words: 900人 of a target, 每周1次 or 50人 of a due."""
    if figure.goal is not None:
        return f"{figure.goal.normalize():f}{definition(figure.figure).unit}"
    due = due_of(figure)
    if due is None:
        return ""
    how_many = f"{due.least}{due.unit}" if due.least.isdigit() else due.amount
    return f"{due.rhythm}{how_many}" if due.every else how_many
