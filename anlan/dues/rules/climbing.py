"""How what is late climbs: how long it has been missing, and which rung comes next (督促升级)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .catalogue import Ladder, Rung
from .coverage import MET, Cell, State
from .spans import Span

PASSED_OVER = (State.WAIVED, State.NONE, State.UNKNOWN)


@dataclass(frozen=True)
class Run:
    """Periods missed one after another, up to the last one that ended (连续未完成)."""

    since: date  # the first day on which it was late
    spans: tuple[Span, ...]

    @property
    def in_a_row(self) -> int:
        return len(self.spans)

    def late_days(self, today: date) -> int:
        return (today - self.since).days + 1


def run_of(spans: Sequence[Span], cells: Sequence[Cell], *, today: date) -> Run | None:
    """The missed periods that still stand; None once a later one is met, or the running one.

    Waived periods neither count nor break the row.
    """
    missed: list[Span] = []
    for span, cell in zip(reversed(spans), reversed(cells), strict=True):
        if cell.state in MET:
            break
        if cell.state in PASSED_OVER or today <= span.due:
            continue
        missed.append(span)
    if not missed:
        return None
    missed.reverse()
    return Run(missed[0].due + timedelta(days=1), tuple(missed))


Asked = Callable[[Rung, int, int, int], bool]  # rung, late_days, in_a_row, since_last


def next_rung(
    ladder: Ladder,
    taken: Collection[str],
    *,
    late_days: int,
    in_a_row: int,
    since_last: int,
    holds: Asked,
) -> Rung | None:
    """The lowest rung that was not yet taken, once it is reached; rungs are never jumped."""
    for rung in ladder.rungs:
        if rung.key not in taken:
            return rung if holds(rung, late_days, in_a_row, since_last) else None
    return None
