"""What a desk needs over a stretch of time, what is covered, and where nobody is (空班)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .kinds import DeskKind, LevelRule, Watch

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
Working = Callable[[date], bool]


@dataclass(frozen=True)
class SeatFacts:
    """A body's seat at a joint desk."""

    id: int
    level: str
    number: int


@dataclass(frozen=True)
class Need:
    """One watch of one day at one level, and how many must be there (应到)."""

    level: str
    seat: int | None
    watch: str
    day: date
    starts: datetime
    ends: datetime
    number: int


@dataclass(frozen=True)
class Cover:
    """A person who is there from one instant to another."""

    level: str
    seat: int | None
    person: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Gap:
    """A stretch in which fewer are there than needed (空班); `there` 0 is nobody at all."""

    level: str
    seat: int | None
    watch: str
    starts: datetime
    ends: datetime
    needed: int
    there: int


def span_of(watch: Watch, day: date) -> tuple[datetime, datetime]:
    """The instants between which a watch of this day runs; over midnight it ends on the next."""
    last = day + DAY if watch.overnight else day
    return (
        datetime.combine(day, watch.starts, BEIJING),
        datetime.combine(last, watch.ends, BEIJING),
    )


def runs_on(days: str, day: date, working: Working) -> bool:
    """Whether what is for ALL, WORKING or OFF days is for this one; ALL never asks the calendar."""
    return days == "ALL" or working(day) == (days == "WORKING")


def needs(
    kind: DeskKind,
    seats: Sequence[SeatFacts],
    *,
    starts: datetime,
    ends: datetime,
    working: Working,
) -> list[Need]:
    """Every watch that touches the stretch, whole, in order of time."""
    first = starts.astimezone(BEIJING).date() - DAY  # yesterday's night watch runs into today
    last = (ends - timedelta(microseconds=1)).astimezone(BEIJING).date()
    found: list[Need] = []
    for number in range((last - first).days + 1):
        day = first + DAY * number
        if kind.in_season(day):
            found += _of_day(kind, seats, day, working)
    touching = [need for need in found if need.starts < ends and need.ends > starts]
    return sorted(touching, key=lambda need: (need.starts, need.level, need.seat or 0))


def _of_day(
    kind: DeskKind, seats: Sequence[SeatFacts], day: date, working: Working
) -> Iterator[Need]:
    for rule in kind.levels:
        for watch in rule.watches:
            if runs_on(watch.days, day, working):
                begin, end = span_of(watch, day)
                for seat, number in _seats(rule, watch, seats):
                    yield Need(rule.level, seat, watch.name, day, begin, end, number)


def _seats(
    rule: LevelRule, watch: Watch, seats: Sequence[SeatFacts]
) -> list[tuple[int | None, int]]:
    """Each body's seat of the level; where no seats are set, so many as the watch says."""
    given = [(seat.id, seat.number) for seat in seats if seat.level == rule.level]
    return [*given] if given else [(None, watch.seats)]


def uncovered(
    wanted: Iterable[Need], covers: Iterable[Cover], *, starts: datetime, ends: datetime
) -> list[Gap]:
    """Where fewer are there than needed between two instants, in order of time.

    A person counts once however many shifts of theirs overlap; where watches overlap, the larger
    number counts.
    """
    needed: dict[tuple[str, int | None], list[Need]] = {}
    for need in wanted:
        needed.setdefault((need.level, need.seat), []).append(need)
    there: dict[tuple[str, int | None], list[Cover]] = {}
    for cover in covers:
        there.setdefault((cover.level, cover.seat), []).append(cover)
    found: list[Gap] = []
    for place, at_this in needed.items():
        found += _gaps(at_this, there.get(place, []), starts, ends)
    return sorted(found, key=lambda gap: (gap.starts, gap.level, gap.seat or 0))


def _gaps(needed: list[Need], there: list[Cover], starts: datetime, ends: datetime) -> list[Gap]:
    edges = {starts, ends} | {each.starts for each in needed} | {each.ends for each in needed}
    edges |= {each.starts for each in there} | {each.ends for each in there}
    inside = sorted(edge for edge in edges if starts <= edge <= ends)
    found: list[Gap] = []
    for begin, end in zip(inside, inside[1:], strict=False):
        gap = _gap(needed, there, begin, end)
        if gap is None:
            continue
        if found and _goes_on(found[-1], gap):
            found[-1] = replace(found[-1], ends=gap.ends)
        else:
            found.append(gap)
    return found


def _gap(needed: list[Need], there: list[Cover], begin: datetime, end: datetime) -> Gap | None:
    asked = [need for need in needed if need.starts <= begin < need.ends]
    if not asked:
        return None
    most = max(asked, key=lambda need: need.number)
    present = len({each.person for each in there if each.starts <= begin < each.ends})
    if present >= most.number:
        return None
    return Gap(most.level, most.seat, most.watch, begin, end, most.number, present)


def _goes_on(before: Gap, gap: Gap) -> bool:
    """Whether it is the same gap, cut only by an edge that changes nothing."""
    same = replace(before, starts=gap.starts, ends=gap.ends) == gap
    return same and before.ends == gap.starts
