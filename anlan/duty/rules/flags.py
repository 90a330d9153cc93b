"""What is wrong with a roster although every hour has a name: 离任, 重复排班, 不在岗位."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import combinations

from .cover import BEIJING

LEFT, OFF_POST, DOUBLE = "LEFT", "OFF_POST", "DOUBLE"


@dataclass(frozen=True)
class ShiftFacts:
    """What the rules look at of one shift."""

    id: int
    person: int
    post: int | None
    where: str  # desk and level, as people say it
    starts: datetime
    ends: datetime
    left_on: date | None


@dataclass(frozen=True)
class Flag:
    """One thing wrong with one shift, in words."""

    shift: int
    kind: str
    words: str


def gone_at(left_on: date | None) -> datetime | None:
    """The instant from which somebody is no longer there: the first minute of that day."""
    return datetime.combine(left_on, time(), BEIJING) if left_on else None


def present_until(ends: datetime, left_on: date | None) -> datetime:
    """Until when a shift is really covered by somebody who leaves on a day."""
    gone = gone_at(left_on)
    return min(ends, gone) if gone else ends


def judge(
    shifts: Sequence[ShiftFacts], *, holds: Callable[[int, int, date], bool], day_of: date
) -> list[Flag]:
    """Everything wrong with these shifts; `holds(person, post, day)` is whether they hold it then.

    `day_of` is today: what is over by then is not looked at any more.
    """
    coming = [s for s in shifts if s.ends.astimezone(BEIJING).date() >= day_of]
    return [*_gone(coming), *_off_post(coming, holds), *_double(coming)]


def _gone(shifts: Iterable[ShiftFacts]) -> list[Flag]:
    found = []
    for shift in shifts:
        gone = gone_at(shift.left_on)
        if gone is not None and gone < shift.ends:
            found.append(Flag(shift.id, LEFT, f"已于 {shift.left_on} 离任"))
    return found


def _off_post(shifts: Iterable[ShiftFacts], holds: Callable[[int, int, date], bool]) -> list[Flag]:
    found = []
    for shift in shifts:
        day = shift.starts.astimezone(BEIJING).date()
        if shift.post is not None and not holds(shift.person, shift.post, day):
            found.append(Flag(shift.id, OFF_POST, "当日已不在该岗位"))
    return found


def _double(shifts: Iterable[ShiftFacts]) -> list[Flag]:
    mine: dict[int, list[ShiftFacts]] = {}
    for shift in shifts:
        mine.setdefault(shift.person, []).append(shift)
    found = []
    for own in mine.values():
        for one, other in combinations(sorted(own, key=lambda s: s.starts), 2):
            if other.starts < one.ends and one.starts < other.ends:
                found.append(Flag(one.id, DOUBLE, f"同一时间还在{other.where}"))
                found.append(Flag(other.id, DOUBLE, f"同一时间还在{one.where}"))
    return found
