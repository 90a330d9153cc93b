"""When two records speak of the same visit, and when one comes late (重复登记、补录)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


@dataclass(frozen=True)
class Done:
    """What tells one doing from another: the ones visited, the people, the hour."""

    day: date
    started_at: datetime
    bodies: frozenset[int] = frozenset()
    item: int | None = None
    people: frozenset[int] = frozenset()
    area: int = 0
    organiser: int | None = None
    title: str = ""


class Likeness(Enum):
    """How like an earlier record a new one is."""

    SAME = "same"  # entered before: refused unless it is said to be a second visit
    ALIKE = "alike"  # others were there the same day: kept, and pointed out
    NONE = "none"


def likeness(same: str, new: Done, old: Done) -> Likeness:
    """How like `old` is the new one, by what its kind counts as the same (visit or event)."""
    if new.day != old.day:
        return Likeness.NONE
    if same == "event":
        hour = new.started_at == old.started_at and new.area == old.area
        return _if(hour and new.organiser == old.organiser and new.title == old.title)
    here = bool(new.bodies & old.bodies) or (new.item is not None and new.item == old.item)
    if not here:
        return Likeness.NONE
    return Likeness.SAME if new.people & old.people else Likeness.ALIKE


def is_late(started: date, today: date, days: int) -> bool:
    """Whether it is entered after the days that the kind allows (补录)."""
    return (today - started).days > days


def _if(same: bool) -> Likeness:
    return Likeness.SAME if same else Likeness.NONE
