"""Arrival: confirmed, late, missing; and people called in by name (到岗)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Person, Tenure

from .. import access, events
from ..models import Desk, LogKind, Shift, Summons
from ._roster import _locked, _note


@dataclass(frozen=True)
class Order:
    """Why people are called in, and by when they are to be there."""

    reason: str
    arrive_by: datetime


@transaction.atomic
def confirm_arrival(of: Shift | Summons, *, words: str = "", by: Person, at: datetime) -> None:
    """Say that somebody is there; after the limit it is kept as late (确认到岗)."""
    access.check_arrival(by, of, at=at)
    if isinstance(of, Shift) and (of.dropped_at is not None or of.ends <= at):
        raise NotAllowed(f"{of}已经结束或撤下，不能再确认到岗", mend="请在值班日志中说明")
    if isinstance(of, Shift) and of.starts - access.AROUND_A_SHIFT > at:
        raise NotAllowed(f"{of}还没有开始", mend="开班前 2 小时内可以确认到岗")
    given = {"arrived_at": at, "arrival_by": by, "arrival_words": words.strip()[:100]}
    if not _waiting(of).update(**given):
        raise NotAllowed(f"{of.person}已经确认到岗", mend="请刷新页面查看")
    for name, value in given.items():
        setattr(of, name, value)
    late = of.arrival(at) == "迟到"
    behalf = of.person if by.pk != of.person_id else None
    trail.write(of, "confirm_arrival", by=by, at=at, on_behalf_of=behalf, late=late)
    if late:
        _note(of.desk, f"{of.person}迟到到岗", LogKind.ROSTER, by=by, at=at)
    outbox.announce(events.ArrivalConfirmed(str(Ref.of(of)), late))


@transaction.atomic
def summon(
    desk: Desk, people: Sequence[Person], *, order: Order, by: Person, at: datetime
) -> list[Summons]:
    """Call named persons to a desk by a time, in extreme weather (紧急到岗)."""
    access.check(by, "summon", desk, at=at)
    _locked(desk)
    if order.arrive_by <= at:
        raise Invalid("到岗时限已过", mend="请填写以后的时间", field="arrive_by")
    if not order.reason.strip():
        raise Invalid("没有写明事由", mend="如“暴雨红色预警”", field="reason")
    if not people:
        raise Invalid("没有写明到岗人员", mend="请填写姓名", field="people")
    made = [_called(desk, person, order, by, at) for person in people]
    names = "、".join(str(each.person) for each in made)
    limit = trail.local(order.arrive_by)
    words = f"{order.reason.strip()}：要求{names}于 {limit} 前到岗"
    _note(desk, words, LogKind.ORDER, by=by, at=at)
    return made


def _called(desk: Desk, person: Person, order: Order, by: Person, at: datetime) -> Summons:
    day = at.astimezone(trail.LOCAL).date()
    if person.left_on is not None and person.left_on <= day:
        raise Invalid(f"{person}已于 {person.left_on} 离任", mend="请改叫在岗人员", field="people")
    if Summons.objects.filter(desk=desk, person=person, ended_at=None).exists():
        mend = "请把已在名单上的人去掉"
        raise Invalid(f"{person}已经在紧急到岗名单上", mend=mend, field="people")
    held = Tenure.objects.valid_on(day).filter(person=person).order_by("deputy", "pk").first()
    summons = Summons.objects.create(
        desk=desk,
        person=person,
        post=held.post if held else None,
        reason=order.reason.strip(),
        arrive_by=order.arrive_by,
        called_at=at,
        called_by=by,
    )
    trail.write(summons, "summon", by=by, at=at, reason=summons.reason, who=person.pk)
    outbox.announce(events.PersonSummoned(summons.pk))
    return summons


@transaction.atomic
def end_summons(summons: Summons, *, by: Person, at: datetime) -> None:
    """Let somebody who was called in go, or wait for them no longer (解除紧急到岗)."""
    access.check(by, "end_summons", summons.desk, at=at)
    if not Summons.objects.filter(pk=summons.pk, ended_at=None).update(ended_at=at):
        raise NotAllowed(f"{summons}已经解除", mend="请刷新页面查看")
    summons.ended_at = at
    trail.write(summons, "end_summons", by=by, at=at)
    outbox.announce(events.SummonsEnded(summons.pk))


@transaction.atomic
def mark_absent(of: Shift | Summons, *, at: datetime) -> bool:
    """Time ran out and nobody confirmed: told once, whoever sweeps (记为未到岗)."""
    if not _waiting(of).filter(absent_at=None).update(absent_at=at):
        return False
    of.absent_at = at
    trail.write(of, "mark_absent", by=None, at=at)
    limit = trail.local(of.arrive_by) if of.arrive_by else ""
    words = f"{of.person}到 {limit} 没有确认到岗"
    _note(of.desk, words, LogKind.ROSTER, by=None, at=at)
    outbox.announce(events.ArrivalMissed(str(Ref.of(of))))
    return True


def _waiting(of: Shift | Summons) -> Any:
    return type(of)._default_manager.filter(pk=of.pk, arrived_at=None)
