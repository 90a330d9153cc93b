"""How long something has held without a break (连续): months without accidents, years of fall."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from .periods import Period

STEPS = {"month": "个月", "quarter": "个季度", "year": "年"}
Holds = Callable[[Fraction, Fraction | None], bool]


def steps_back(last: date, step: str, count: int, *, begins: date | None) -> list[Period]:
    """Whole months, quarters or years up to a day, the newest first; none before the books begin.

    The one that still runs comes first, cut short: it cannot lengthen a streak, but it can end it.
    """
    found: list[Period] = []
    start = _start_of(last, step)
    end = last
    while len(found) <= count:
        if begins is not None and start < begins:
            break
        found.append(Period(_named(start, step), start, end))
        end = start - timedelta(days=1)
        start = _start_of(end, step)
    return found


def is_whole(period: Period, step: str) -> bool:
    """Whether a step is over on its last day."""
    return _start_of(period.last + timedelta(days=1), step) == period.last + timedelta(days=1)


def streak(
    values: Sequence[Fraction], wholes: Sequence[bool], holds: Holds, *, compares: bool
) -> int:
    """How many whole steps in a row it holds, from the newest back.

    A step that still runs counts for nothing unless it already breaks the streak; where steps are
    compared with the one before, an unfinished one is left out, since less time is no decline.
    """
    length = 0
    for number, value in enumerate(values):
        before = values[number + 1] if number + 1 < len(values) else None
        if not wholes[number] and compares:
            continue
        if compares and before is None:
            break
        if not holds(value, before):
            break
        length += 1 if wholes[number] else 0
    return length


def _start_of(day: date, step: str) -> date:
    if step == "year":
        return date(day.year, 1, 1)
    if step == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(day=1)


def _named(start: date, step: str) -> str:
    if step == "year":
        return f"{start.year}"
    if step == "quarter":
        return f"{start.year}Q{(start.month - 1) // 3 + 1}"
    return f"{start.year}-{start.month:02d}"
