"""The roster of a month as a table: desk, level and watch down, days across."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from anlan.duty.models import Desk, Shift
from anlan.duty.models.coverage import flags, gaps, is_working, needs
from anlan.duty.rules.cover import Gap, Need
from anlan.duty.rules.flags import Flag
from anlan.kernel.calendar import UnknownYear
from anlan.kernel.trail import LOCAL

DAY = timedelta(days=1)
WEEK = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """One column: the day, its weekday, whether it is off, whether it is today."""

    day: date
    week: str
    off: bool
    today: bool


@dataclass
class Slot:
    """One name in a cell, and what is wrong with it."""

    shift: Shift
    flags: list[Flag]
    mine: bool

    @property
    def why(self) -> str:
        return "；".join(flag.words for flag in self.flags)


@dataclass
class Cell:
    """One watch of one day."""

    column: Day
    need: Need | None
    slots: list[Slot] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    over: bool = False  # nothing can be changed any more

    @property
    def word(self) -> str:
        """空 where nobody is all the time, 缺 where somebody is missing for a while."""
        if not self.gaps or self.need is None:
            return ""
        whole = sum((gap.ends - gap.starts for gap in self.gaps), timedelta())
        empty = all(gap.there == 0 for gap in self.gaps)
        return "空" if empty and whole >= self.need.ends - self.need.starts else "缺"

    @property
    def why(self) -> str:
        return "；".join(
            f"{_short(gap.starts)}—{_short(gap.ends)} 应到{gap.needed}实到{gap.there}"
            for gap in self.gaps
        )


@dataclass
class Row:
    """One level and watch of a desk, over the days."""

    label: str
    level: str
    watch: str
    seat: int | None
    cells: list[Cell]


@dataclass
class Block:
    """One desk."""

    desk: Desk
    rows: list[Row]
    loose: list[Slot]  # shifts that fit no watch of the catalogue
    trouble: str = ""  # why it could not be judged

    @property
    def by_day(self) -> list[tuple[Day, list[tuple[Row, Cell]]]]:
        """The same turned round, for a phone: a day, and what is manned on it."""
        days = [cell.column for cell in self.rows[0].cells] if self.rows else []
        return [
            (day, [(row, row.cells[n]) for row in self.rows if row.cells[n].need is not None])
            for n, day in enumerate(days)
        ]


def days_of(first: date, last: date, today: date) -> list[Day]:
    count = (last - first).days + 1
    return [_day(first + DAY * number, today) for number in range(count)]


def _day(day: date, today: date) -> Day:
    try:
        off = not is_working(day)
    except UnknownYear:
        off = day.weekday() >= 5  # only a shade; nothing is decided by it
    return Day(day, WEEK[day.weekday()], off, day == today)


def month_of(text: str, today: date) -> tuple[date, date]:
    """The first and the last day of "2024-06"; of this month where it cannot be read."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    return first, (first + 31 * DAY).replace(day=1) - DAY


def block_of(desk: Desk, days: list[Day], *, at: datetime, person: int) -> Block:
    """The roster of one desk; a shift stands where it covers most."""
    begin, end = _from(days[0].day), _from(days[-1].day + DAY)
    try:
        wanted = [need for need in needs(desk, begin, end) if begin <= need.starts]
        open_ = gaps(desk, begin, end + DAY)
    except UnknownYear as unknown:
        return Block(desk, [], [], trouble=str(unknown))
    there = desk.shifts.standing().filter(starts__gte=begin - DAY, starts__lt=end)
    shifts = list(there.select_related("person", "post", "desk").order_by("starts", "pk"))
    wrong = flags(shifts, at=at)
    slots = [Slot(s, wrong.get(s.pk, []), s.person_id == person) for s in shifts]
    rows = _rows(desk, wanted, days, at)
    loose = [slot for slot in slots if slot.shift.starts >= begin and not _place(slot, rows)]
    for row in rows:
        for cell in row.cells:
            cell.gaps = _gaps_of(cell, open_)
    return Block(desk, rows, loose)


def _rows(desk: Desk, wanted: Iterable[Need], days: list[Day], at: datetime) -> list[Row]:
    seats = {seat.pk: str(seat.body) for seat in desk.seats.all()}
    by_row: dict[tuple[str, int | None, str], dict[date, Need]] = {}
    for need in wanted:
        by_row.setdefault((need.level, need.seat, need.watch), {})[need.day] = need
    order: dict[str, int] = {rule.level: number for number, rule in enumerate(desk.spec.levels)}
    rows = []
    for (level, seat, watch), found in sorted(
        by_row.items(), key=lambda item: (order[item[0][0]], item[0][1] or 0)
    ):
        several = len(desk.spec.levels[order[level]].watches) > 1
        words = [seats.get(seat or 0, ""), str(Shift.Level(level).label), watch if several else ""]
        cells = [Cell(day, found.get(day.day)) for day in days]
        for cell in cells:
            cell.over = cell.need is None or cell.need.ends <= at
        rows.append(Row(" ".join(filter(None, words)), level, watch, seat, cells))
    return rows


def _place(slot: Slot, rows: list[Row]) -> bool:
    """Put a name into the cell that it covers most of; whether there was one."""
    shift, best, most = slot.shift, None, timedelta()
    for row in rows:
        if (row.level, row.seat) != (shift.level, shift.seat_id):
            continue
        for cell in row.cells:
            if cell.need is not None:
                common = min(shift.ends, cell.need.ends) - max(shift.starts, cell.need.starts)
                if common > most:
                    best, most = cell, common
    if best is not None:
        best.slots.append(slot)
    return best is not None


def _gaps_of(cell: Cell, open_: list[Gap]) -> list[Gap]:
    need = cell.need
    if need is None or cell.over:
        return []
    return [
        gap
        for gap in open_
        if (gap.level, gap.seat, gap.watch) == (need.level, need.seat, need.watch)
        and gap.starts < need.ends
        and gap.ends > need.starts
    ]


def _from(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _short(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%m-%d %H:%M}"
