"""Where nobody is, before it comes, and what is wrong with a roster: read anew each time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from anlan.kernel import calendar
from anlan.kernel.trail import LOCAL
from anlan.people.models import Tenure

from ..rules.cover import Cover, Gap, Need, SeatFacts, uncovered
from ..rules.cover import needs as needs_of_kind
from ..rules.flags import Flag, ShiftFacts, judge, present_until
from .desks import Desk
from .shifts import Shift


def is_working(day: date) -> bool:
    """By the State Council's notice, 调休 included; a year not announced is refused."""
    return calendar.load().is_working_day(day)


def needs(desk: Desk, starts: datetime, ends: datetime) -> list[Need]:
    """The watches of a desk that touch a stretch of time, within the days it is open."""
    seats = [SeatFacts(seat.pk, seat.level, seat.number) for seat in desk.seats.all()]
    begin = max(starts, desk.opened_at)
    end = min(ends, desk.closed_at) if desk.closed_at else ends
    if begin >= end:
        return []
    return needs_of_kind(desk.spec, seats, starts=begin, ends=end, working=is_working)


def gaps(desk: Desk, starts: datetime, ends: datetime) -> list[Gap]:
    """The stretches in which fewer are on the roster than the desk needs (空班).

    Somebody who left covers nothing from that day on.
    """
    begin = max(starts, desk.opened_at)
    end = min(ends, desk.closed_at) if desk.closed_at else ends
    if begin >= end:
        return []
    rows = desk.shifts.standing().between(begin, end).select_related("person")
    return uncovered(needs(desk, begin, end), map(_cover, rows), starts=begin, ends=end)


def _cover(shift: Shift) -> Cover:
    until = present_until(shift.ends, shift.person.left_on)
    return Cover(shift.level, shift.seat_id, shift.person_id, shift.starts, until)


def missing_at(desks: Iterable[Desk], shifts: Iterable[Shift], *, at: datetime) -> dict[int, str]:
    """Per desk the levels that lack somebody at an instant, in words; empty where nobody lacks.

    A desk that needs nobody then (out of season, by night) is not in the answer at all.
    `shifts` are all that are on then, read by the caller in one query for every desk.
    """
    there: dict[int, list[Cover]] = {}
    for shift in shifts:
        there.setdefault(shift.desk_id, []).append(_cover(shift))
    moment = timedelta(microseconds=1)
    found = {}
    for desk in desks:
        wanted = needs(desk, at, at + moment)
        lacking = uncovered(wanted, there.get(desk.pk, []), starts=at, ends=at + moment)
        levels = dict.fromkeys(str(Shift.Level(gap.level).label) for gap in lacking)
        if wanted:
            found[desk.pk] = "、".join(levels)
    return found


def coming_gaps(desk: Desk, *, at: datetime) -> list[Gap]:
    """The gaps that begin within the hours of warning of the desk, whole, or are here already."""
    last = at + timedelta(hours=desk.spec.warn_hours)
    around = timedelta(days=2)  # whole watches: so that a gap keeps its edges from hour to hour
    return [g for g in gaps(desk, at - around, last + around) if g.starts < last and g.ends > at]


def flags(shifts: Iterable[Shift], *, at: datetime) -> dict[int, list[Flag]]:
    """What is wrong with these shifts, by shift: who left, is on no such post, is booked twice.

    Double booking is looked for at every desk of the house, not only at the one shown.
    """
    shown = list(shifts)
    if not shown:
        return {}
    people = {shift.person_id for shift in shown}
    first, last = min(s.starts for s in shown), max(s.ends for s in shown)
    others = (
        Shift.objects.standing()
        .between(first, last)
        .filter(person__in=people, desk__closed_at__isnull=True)
    )
    everywhere = others.select_related("person", "desk").order_by("pk")
    facts = [
        ShiftFacts(s.pk, s.person_id, s.post_id, _where(s), s.starts, s.ends, s.person.left_on)
        for s in everywhere
    ]
    ids = {shift.pk for shift in shown}
    found: dict[int, list[Flag]] = {}
    held = _Tenures(people)
    for flag in judge(facts, holds=held, day_of=at.astimezone(LOCAL).date()):
        if flag.shift in ids:
            found.setdefault(flag.shift, []).append(flag)
    return found


class _Tenures:
    """Who holds which post on which day; read once for all of them."""

    def __init__(self, people: set[int]) -> None:
        rows = Tenure.objects.filter(person__in=people).values_list(
            "person_id", "post_id", "since", "until", "post__valid_to"
        )
        self.rows: dict[tuple[int, int], list[tuple[date, date | None, date | None]]] = {}
        for person, post, since, until, abolished in rows:
            self.rows.setdefault((person, post), []).append((since, until, abolished))

    def __call__(self, person: int, post: int, day: date) -> bool:
        return any(
            since <= day and (until is None or until > day) and (gone is None or gone > day)
            for since, until, gone in self.rows.get((person, post), [])
        )


def _where(shift: Shift) -> str:
    return f"{shift.desk}（{shift.get_level_display()}）"
