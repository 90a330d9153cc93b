"""Deeds upon the roster: by hand, by turns, from a sheet (值班表)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed, Refused
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person, Post

from .. import access, events
from ..models import Desk, LogKind, Rotation, Seat, Shift, Turn
from ..models.coverage import is_working, needs
from ..rules.cover import Need, runs_on
from ..rules.turns import take_turns
from ._roster import Planned, _fitting_post, _locked, _note, _put_on, _rule, _take_off

DAY = timedelta(days=1)
MOST_DAYS = 400


@transaction.atomic
def assign(desk: Desk, planned: Planned, *, by: Person, at: datetime) -> Shift:
    """Put a person on the roster from one instant to another (排班)."""
    access.check(by, "assign", desk, at=at)
    shift = _put_on(_locked(desk), planned, at=at)
    trail.write(shift, "assign", by=by, at=at, who=shift.person_id, what=str(shift))
    outbox.announce(events.ShiftAssigned(shift.pk))
    return shift


@transaction.atomic
def reassign_shift(shift: Shift, *, person: Person, reason: str, by: Person, at: datetime) -> Shift:
    """Put another person on a shift; of one under way, on what is left of it (改派值班)."""
    access.check(by, "reassign_shift", shift.desk, at=at)
    desk, before = _locked(shift.desk), shift.person
    if person.pk == shift.person_id:
        raise Invalid(f"这一班本来就是{person}", mend="请选择另一个人", field="person")
    starts, ends = max(shift.starts, at), shift.ends
    _take_off(shift, reason=reason, at=at)
    planned = Planned(shift.level, person, starts, ends, None, shift.seat, shift.watch)
    made = _put_on(desk, planned, at=at)
    trail.write(shift, "reassign_shift", by=by, at=at, to=person.pk, reason=reason)
    trail.write(made, "reassign_shift", by=by, at=at, before=before.pk, reason=reason)
    _note(desk, f"{made}由{before}改为{person}：{reason}", LogKind.ROSTER, by=by, at=at)
    outbox.announce(events.ShiftReassigned(made.pk, before.pk))
    return made


@transaction.atomic
def drop_shift(shift: Shift, *, reason: str, by: Person, at: datetime) -> None:
    """Take a shift off the roster; one under way ends now (撤下值班)."""
    access.check(by, "drop_shift", shift.desk, at=at)
    _locked(shift.desk)
    _take_off(shift, reason=reason, at=at)
    trail.write(shift, "drop_shift", by=by, at=at, reason=reason)
    outbox.announce(events.ShiftDropped(shift.pk))


@transaction.atomic
def clear_roster(
    desk: Desk, *, level: str, first: date, last: date, by: Person, at: datetime
) -> int:
    """Take everything not yet begun of a level off, from a day to a day (清空排班)."""
    access.check(by, "clear_roster", desk, at=at)
    _locked(desk)
    begin, end = _from(first), _from(last + DAY)
    rows = desk.shifts.standing().filter(level=level, starts__gte=max(begin, at), starts__lt=end)
    shifts = list(rows.order_by("starts"))
    for shift in shifts:
        _take_off(shift, reason="清空排班", at=at)
    span = f"{first}—{last}"
    trail.write(desk, "clear_roster", by=by, at=at, level=level, span=span, shifts=len(shifts))
    outbox.announce(events.RosterCleared(desk.pk, len(shifts)))
    return len(shifts)


# --- by turns ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RotationFacts:
    """Which watches a group takes turns at, on which days, and how it moves on."""

    level: str
    days: str = Rotation.Days.ALL
    watch: str = ""
    seat: Seat | None = None
    step: int = 1
    turn: int = 0  # who begins: a place in the group, from 0


@transaction.atomic
def set_rotation(
    desk: Desk, facts: RotationFacts, *, group: Sequence[Person], by: Person, at: datetime
) -> Rotation:
    """Say who takes turns at a level, in which order (设定轮值)."""
    access.check(by, "set_rotation", desk, at=at)
    _locked(desk)
    _check_rotation(desk, facts, group)
    rotation, _ = Rotation.objects.update_or_create(
        desk=desk,
        level=facts.level,
        seat=facts.seat,
        watch=facts.watch,
        days=facts.days,
        defaults={"step": facts.step, "turn": facts.turn},
    )
    rotation.turns.all().delete()
    Turn.objects.bulk_create(
        Turn(rotation=rotation, position=place, person=person, post=_post(desk, facts, person, at))
        for place, person in enumerate(group)
    )
    trail.write(rotation, "set_rotation", by=by, at=at, group=[person.pk for person in group])
    outbox.announce(events.RotationSet(rotation.pk))
    return rotation


def _check_rotation(desk: Desk, facts: RotationFacts, group: Sequence[Person]) -> None:
    rule = _rule(desk, facts.level)
    names = [watch.name for watch in rule.watches]
    if facts.watch and facts.watch not in names:
        mend = f"可以选：{'、'.join(names)}"
        raise Invalid(f"没有班次“{facts.watch}”", mend=mend, field="watch")
    if not group:
        raise Invalid("轮值组没有人", mend="请按顺序写上姓名", field="group")
    if len({person.pk for person in group}) < len(group):
        raise Invalid("轮值组里有人写了两次", mend="每人写一次，顺序即轮换顺序", field="group")
    if not 0 <= facts.turn < len(group):
        raise Invalid("从第几个人开始超出了人数", mend=f"应为 1—{len(group)}", field="turn")
    if facts.step < 1:
        raise Invalid("每班换几人至少为 1", mend="一般为 1", field="step")


def _post(desk: Desk, facts: RotationFacts, person: Person, at: datetime) -> Post | None:
    return _fitting_post(desk, Planned(facts.level, person, at, at + DAY, None, facts.seat))


@transaction.atomic
def generate_roster(
    desk: Desk, rotations: Sequence[Rotation], *, first: date, last: date, by: Person, at: datetime
) -> list[Shift]:
    """Write the turns of some groups into the roster, from a day to a day (生成值班表).

    What is manned already stays and takes no turn. Who left, or is on duty elsewhere at that time,
    is passed over.
    """
    access.check(by, "generate_roster", desk, at=at)
    if last < first or (last - first).days >= MOST_DAYS:
        raise Invalid("起止日期不对", mend=f"至多一次生成 {MOST_DAYS} 天", field="last")
    if any(rotation.desk_id != desk.pk for rotation in rotations):
        raise Invalid("轮值组不属于这个值班室", mend="请重新选择", field="rotations")
    locked = _locked(desk)
    made: list[Shift] = []
    for rotation in sorted(rotations, key=lambda each: each.pk):
        shifts = _generate(locked, rotation, first, last, at)
        span = f"{first}—{last}"
        trail.write(rotation, "generate_roster", by=by, at=at, span=span, shifts=len(shifts))
        outbox.announce(events.RosterGenerated(rotation.pk, len(shifts)))
        made += shifts
    return made


def _generate(desk: Desk, rotation: Rotation, first: date, last: date, at: datetime) -> list[Shift]:
    """The turns of one group; whose turn comes next is read under the desk's lock."""
    rotation.refresh_from_db(fields=["turn", "step", "made_until"])
    people = [turn.person for turn in rotation.turns.select_related("person")]
    if not people:
        raise NotAllowed(f"{rotation}没有人", mend="请先设定轮值")
    wanted, busy = _open_needs(desk, rotation, first, last, at), _busy(people, first, last)
    given, turn = take_turns(
        wanted,
        people,
        turn=rotation.turn,
        step=rotation.step,
        free=lambda person, need: _free(person, need, busy),
    )
    made = [_put_on(desk, _planned(rotation, n, p), at=at, rotation=rotation) for n, p in given]
    rotation.turn, rotation.made_until = turn, max(last, rotation.made_until or last)
    rotation.save(update_fields=["turn", "made_until"])
    return made


def _open_needs(
    desk: Desk, rotation: Rotation, first: date, last: date, at: datetime
) -> list[Need]:
    """The watches that this group is to take and that are not manned yet."""
    begin, end = _from(first), _from(last + DAY)
    fitting = [
        need
        for need in needs(desk, begin, end)
        if (need.level, need.seat) == (rotation.level, rotation.seat_id)
        and rotation.watch in ("", need.watch)
        and first <= need.day <= last
        and need.starts > at
        and runs_on(rotation.days, need.day, is_working)
    ]
    there = list(
        desk.shifts.standing()
        .between(begin, end + DAY)
        .filter(level=rotation.level, seat=rotation.seat_id)
    )
    return [need for need in fitting if not _manned(need, there)]


def _manned(need: Need, there: list[Shift]) -> bool:
    return any(shift.starts < need.ends and need.starts < shift.ends for shift in there)


def _busy(people: list[Person], first: date, last: date) -> dict[int, list[Shift]]:
    """Where these people are on duty around that time, at whatever desk."""
    rows = Shift.objects.standing().between(_from(first), _from(last + 2 * DAY))
    found: dict[int, list[Shift]] = {}
    for shift in rows.filter(person__in=people):
        found.setdefault(shift.person_id, []).append(shift)
    return found


def _free(person: Person, need: Need, busy: dict[int, list[Shift]]) -> bool:
    gone = person.left_on is not None and person.left_on <= need.ends.astimezone(LOCAL).date()
    return not gone and not _manned(need, busy.get(person.pk, []))


def _planned(rotation: Rotation, need: Need, person: Person) -> Planned:
    return Planned(rotation.level, person, need.starts, need.ends, None, rotation.seat, need.watch)


# --- from a sheet -----------------------------------------------------------------------------


class InvalidShifts(Invalid):
    """Rows of a sheet that cannot be taken; `problems` are their positions and why."""

    def __init__(self, problems: list[tuple[int, Refused]]) -> None:
        first = problems[0][1]
        super().__init__(first.words, mend=first.mend, field=first.field)
        self.problems = problems


@transaction.atomic
def import_shifts(
    rows: Sequence[tuple[Desk, Planned]], *, source: str, by: Person, at: datetime
) -> list[Shift]:
    """Take a whole roster in from a sheet, all of it or nothing (导入值班表)."""
    desks = {desk.pk: desk for desk, _ in rows}
    for desk in desks.values():
        access.check(by, "import_shifts", desk, at=at)
    locked = {key: _locked(desks[key]) for key in sorted(desks)}
    made: list[Shift] = []
    problems: list[tuple[int, Refused]] = []
    for number, (desk, planned) in enumerate(rows):
        try:
            made.append(_put_on(locked[desk.pk], planned, at=at))
        except Refused as refusal:
            problems.append((number, refusal))
    if problems:
        raise InvalidShifts(problems)
    for key, desk in locked.items():
        count = sum(shift.desk_id == key for shift in made)
        trail.write(desk, "import_shifts", by=by, at=at, source=source, shifts=count)
    outbox.announce(events.RosterImported(sorted(locked), len(made)))
    return made


def _from(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
