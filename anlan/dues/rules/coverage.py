"""Who × when, required and done: the matrix, its totals, what is missing, who never was (覆盖)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from .spans import Span

Number = int | Decimal
Place = tuple[str, int]  # key of the row, number of the span


class State(StrEnum):
    """How a cell stands; each has its word and its shape, colour comes third."""

    DONE = "done"
    LATE = "late"
    OPEN = "open"
    BEHIND = "behind"
    MISSING = "missing"
    WAIVED = "waived"
    NONE = "none"
    UNKNOWN = "unknown"


STATES: dict[State, tuple[str, str]] = {
    State.DONE: ("●", "已完成"),
    State.LATE: ("◍", "逾期完成"),
    State.OPEN: ("○", "进行中"),
    State.BEHIND: ("◐", "进度滞后"),
    State.MISSING: ("✕", "逾期未完成"),
    State.WAIVED: ("–", "已豁免"),
    State.NONE: ("·", "不应做"),
    State.UNKNOWN: ("?", "无历史数据"),
}
MET = (State.DONE, State.LATE)
OWED = (*MET, State.OPEN, State.BEHIND, State.MISSING)


class Who(NamedTuple):
    """One row: who owes, or about whom it is owed."""

    key: str
    label: str
    path: str = ""
    body_id: int | None = None  # whom the ladder climbs
    area_id: int = 0
    item_id: int | None = None


class Counted(NamedTuple):
    """What was counted in one cell: all of it, and what of it came in time."""

    done: Number = 0
    in_time: Number = 0


class Cell(NamedTuple):
    """One cell of the matrix."""

    required: Number
    done: Number
    in_time: Number
    state: State
    lag: int = 0  # how many should have been done by today and are not

    @property
    def missing(self) -> Number:
        """What is still to be done; nothing where it is waived or was never owed."""
        return max(self.required - self.done, 0) if self.state in OWED else 0

    @property
    def met(self) -> Number:
        """What counts towards the whole: never more than was required, so that one town's zeal
        does not hide another one's neglect."""
        return min(self.required, self.done) if self.state in OWED else 0

    @property
    def owed(self) -> Number:
        return self.required if self.state in OWED else 0


NOTHING = Counted()


@dataclass(frozen=True)
class Totals:
    """Sums over cells: required, met, missing, late (cells), and how far it has come."""

    required: Number = 0
    met: Number = 0
    missing: Number = 0
    cells: int = 0
    full: int = 0
    late: int = 0  # cells overdue and still not met
    lag: int = 0

    @property
    def percent(self) -> Fraction | None:
        """Met of required, in percent; None where nothing is owed."""
        return Fraction(self.met) * 100 / Fraction(self.required) if self.required else None

    @property
    def words(self) -> str:
        return "—" if self.percent is None else f"{float(self.percent):.0f}%"


@dataclass(frozen=True)
class Row:
    """One who with its cells, in the order of the spans."""

    who: Who
    cells: tuple[Cell, ...]

    @cached_property
    def totals(self) -> Totals:
        return total(self.cells)

    @property
    def never(self) -> bool:
        """Owed something in the days shown, and not once seen (从未)."""
        owed = [cell for cell in self.cells if cell.state in OWED]
        return bool(owed) and not any(cell.done for cell in owed)


@dataclass(frozen=True)
class Coverage:
    """The whole matrix (覆盖矩阵)."""

    spans: tuple[Span, ...]
    rows: tuple[Row, ...]

    @cached_property
    def totals(self) -> Totals:
        return total(cell for row in self.rows for cell in row.cells)

    def totals_of(self, number: int) -> Totals:
        """The sums of one column."""
        return total(row.cells[number] for row in self.rows)

    @cached_property
    def columns(self) -> list[Totals]:
        return [self.totals_of(number) for number in range(len(self.spans))]

    def late(self) -> list[Row]:
        return [row for row in self.rows if row.totals.late]

    def never(self) -> list[Row]:
        return [row for row in self.rows if row.never]


@dataclass(frozen=True)
class Terms:
    """What a matrix is judged by: how much each row owes in each period, on which day, and what
    is waived or cannot be known."""

    required: Callable[[Who, int], Number]
    today: date
    waived: Callable[[Who, Span], bool] = lambda who, span: False
    known: Callable[[Span], bool] = lambda span: True


def cover(
    who: Iterable[Who], spans: Sequence[Span], counted: Mapping[Place, Counted], terms: Terms
) -> Coverage:
    """Judge every cell; what was counted for nobody in the list counts for nobody."""
    fixed = [_fixed(span, terms) for span in spans]
    rows = []
    for one in who:
        cells = []
        for number, span in enumerate(spans):
            given = counted.get((one.key, number), NOTHING)
            if (state := fixed[number]) is not None:
                cells.append(Cell(0, given.done, given.in_time, state))
                continue
            wanted = terms.required(one, number)
            if not wanted:
                cells.append(Cell(0, given.done, given.in_time, State.NONE))
            elif terms.waived(one, span):
                cells.append(Cell(wanted, given.done, given.in_time, State.WAIVED))
            else:
                cells.append(judge(wanted, given, span, terms.today))
        rows.append(Row(one, tuple(cells)))
    return Coverage(tuple(spans), tuple(rows))


def judge(required: Number, given: Counted, span: Span, today: date) -> Cell:
    """One cell that is owed: done, done late, running, behind its pace, or overdue."""
    done, in_time = given
    if in_time >= required:
        return Cell(required, done, in_time, State.DONE)
    if done >= required:
        return Cell(required, done, in_time, State.LATE)
    if today > span.due:
        return Cell(required, done, in_time, State.MISSING)
    pace = required * span.past(today, 1000) // 1000
    if lag := max(0, int(pace - done)):
        return Cell(required, done, in_time, State.BEHIND, lag)
    return Cell(required, done, in_time, State.OPEN)


def total(cells: Iterable[Cell]) -> Totals:
    """The sums of cells, whatever their order."""
    required: Number = 0
    met: Number = 0
    missing: Number = 0
    many = full = late = lag = 0
    for cell in cells:
        if cell.state not in OWED:
            continue
        required += cell.required
        met += cell.met
        missing += cell.missing
        many += 1
        full += cell.state in MET
        late += cell.state == State.MISSING
        lag += cell.lag
    return Totals(required, met, missing, many, full, late, lag)


def _fixed(span: Span, terms: Terms) -> State | None:
    """What all cells of a column are: out of season, or of a time that nobody can know."""
    if not span.owed or span.first > terms.today:
        return State.NONE
    return None if terms.known(span) else State.UNKNOWN
