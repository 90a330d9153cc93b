"""Deeds upon charges: who answers for what, and whether that still holds (责任)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref

from .. import access, events
from ..models import Area, Charge, ChargeQuerySet, Person, Post, charge_kinds
from ..rules import charges as rules
from ..rules import codes, days
from ..rules.facts import ChargeFacts
from ._chain import _rehang, _superiors
from ._emptying import _end_charges, _flag_stale
from ._refusing import _refuse_faults, _too_late


@transaction.atomic
def give_charge(
    facts: ChargeFacts,
    *,
    area: Area,
    holder: Post | Person,
    target: Ref | None = None,
    by: Person,
    at: datetime,
) -> Charge:
    """Make a post or person answer for an area, or for a thing in it (落实责任).

    The charge next up the chain (市领导包镇 → 镇领导包村 → 村干部包户) is found by itself.
    """
    access.check(by, "people.give_charge", path=area.path, at=at)
    kind = _kind_of(facts.kind)
    _refuse_faults(facts.faults())
    _check_fits(kind, area, holder, target)
    if target is not None and not target.exists():
        raise Invalid(f"没有找到对象 {target}", mend="请重新选择", field="target")
    _check_free(kind, area, target, facts.since)
    today = days.day_of(at)
    charge = _new_charge(kind, facts, area, holder, target)
    charge.opened = charge.confirmed_on = today
    charge.confirmed_by = by
    charge.above = _superiors(kind, today=today, paths=codes.ancestors_of(area.path))(charge)
    charge.save()
    _rehang([kind.key], today=today, path=codes.ROOT if target else area.path)
    who = str(Ref.of(holder))  # a name would be personal, and names change
    trail.write(charge, "give_charge", by=by, at=at, kind=kind.key, area=area.code, holder=who)
    outbox.announce(events.ChargeGiven(charge.pk))
    return charge


@transaction.atomic
def end_charge(charge: Charge, *, on: date, reason: str, by: Person, at: datetime) -> None:
    """End a charge on a day (解除责任)."""
    access.check(by, "people.end_charge", path=charge.area_path, at=at)
    if on < charge.since:
        raise Invalid(f"结束日期早于开始日期 {charge.since}", mend="请核对日期", field="on")
    if not _end_charges(Charge.objects.filter(pk=charge.pk), on=on):
        raise _too_late(charge, "end_charge", f"“{charge}”已经解除")
    charge.until = on
    trail.write(charge, "end_charge", by=by, at=at, on=on.isoformat(), reason=reason)


@transaction.atomic
def confirm_charge(charge: Charge, *, by: Person, at: datetime) -> None:
    """Say that the name on the list still holds (确认责任)."""
    _confirm([charge], by=by, at=at)


@transaction.atomic
def confirm_charges(charges: Iterable[Charge], *, by: Person, at: datetime) -> int:
    """Confirm many at once, all or none; how many (批量确认责任)."""
    return _confirm(list(charges), by=by, at=at)


@transaction.atomic
def open_confirmation_round(
    *, kind: str, area: Area, confirm_by: date, by: Person, at: datetime
) -> int:
    """Ask for all charges of a kind below an area to be confirmed by a day (开展责任确认)."""
    access.check(by, "people.open_confirmation_round", path=area.path, at=at)
    held = Charge.objects.under(area.path)
    return _open_round(held, kind, area, confirm_by, by=by, at=at)


@transaction.atomic
def renew_confirmation(*, kind: str, area: Area, confirm_by: date, at: datetime) -> int:
    """Open the yearly round of confirmation when its season comes (年度责任确认).

    Charges given or confirmed within the season are left alone.
    """
    held = Charge.objects.under(area.path).filter(opened__lt=rules.season_opens(confirm_by))
    return _open_round(held, kind, area, confirm_by, by=None, at=at)


@transaction.atomic
def flag_stale(*, at: datetime) -> int:
    """Mark charges whose name can no longer be relied on; each is told of once (标记过时责任)."""
    return _flag_stale(Charge.objects.all(), at=at)


# --- within -----------------------------------------------------------------------------------


def _kind_of(key: str) -> rules.ChargeKind:
    kinds = charge_kinds()
    if key not in kinds:
        mend = "可以用的有：" + "、".join(kind.label for kind in kinds.values())
        raise Invalid(f"没有责任类型“{key}”", mend=mend, field="kind")
    return kinds[key]


def _check_fits(
    kind: rules.ChargeKind, area: Area, holder: Post | Person, target: Ref | None
) -> None:
    if words := rules.misfit(kind, level=area.level, grid=area.grid_kind):
        raise Invalid(words, mend="请选择合适的区域或责任类型", field="area")
    if area.valid_to is not None:
        raise NotAllowed(f"{area}已于 {area.valid_to} 撤并", mend="请选择现在的区域")
    wanted = {"post": Post, "person": Person}.get(kind.holder)
    if wanted and not isinstance(holder, wanted):
        which = "岗位" if wanted is Post else "个人"
        raise Invalid(f"“{kind.label}”要落实到{which}", mend=f"请选择{which}", field="holder")
    if isinstance(holder, Person) and holder.left_on is not None:
        raise NotAllowed(f"{holder}已于 {holder.left_on} 离职", mend="请选择在职人员")
    if isinstance(holder, Post) and holder.valid_to is not None:
        raise NotAllowed(f"岗位“{holder}”已于 {holder.valid_to} 撤销", mend="请选择现有岗位")
    if kind.items and target is None:
        raise Invalid(f"“{kind.label}”要落实到具体对象", mend="请选择对象", field="target")


def _check_free(kind: rules.ChargeKind, area: Area, target: Ref | None, since: date) -> None:
    """A single charge is held by one at a time; the row of the area is the lock."""
    if not kind.single:
        return
    Area.objects.select_for_update().get(pk=area.pk)
    held_now = Charge.objects.filter(kind=kind.key)
    # A thing has one place, but lists disagree about it: of a thing, wherever it is said to lie.
    same = held_now.filter(area=area, target_id=None)
    if target is not None:
        same = held_now.filter(target_kind=target.kind, target_id=target.id)
    held = same.filter(Q(until=None) | Q(until__gt=since)).first()
    if held:
        mend = "请先解除原来的责任人"
        raise NotAllowed(f"{area}的“{kind.label}”现为{held.person or held.post}", mend=mend)


def _new_charge(
    kind: rules.ChargeKind,
    facts: ChargeFacts,
    area: Area,
    holder: Post | Person,
    target: Ref | None,
) -> Charge:
    """The charge as it will be kept, but for its superior and its confirmation."""
    return Charge(
        kind=kind.key,
        area=area,
        area_path=area.path,
        target_kind=target.kind if target else "",
        target_id=target.id if target else None,
        post=holder if isinstance(holder, Post) else None,
        person=holder if isinstance(holder, Person) else None,
        duty=facts.duty or kind.duty,
        since=facts.since,
        until=facts.until,
        public=kind.public,
        origin=facts.origin,
    )


def _confirm(charges: list[Charge], *, by: Person, at: datetime) -> int:
    today, scope = days.day_of(at), access.scope_of(by, at=at)
    sick = Charge.objects.filter(pk__in=[charge.pk for charge in charges]).judged_on(today)
    reasons = {charge.pk: charge.staleness for charge in sick}
    for charge in charges:
        own = charge.person_id == by.pk or charge.post_id in scope.posts
        if not own and not scope.may("people.confirm_charge", path=charge.area_path):
            mend = "请由本人，或该区域有“确认责任”权限的人员确认"
            raise Forbidden(f"{by}不能确认“{charge}”", mend=mend)
        reason = reasons[charge.pk]
        if reason and reason != Charge.Staleness.UNCONFIRMED:
            words = f"“{charge}”{Charge.Staleness(reason).label}，不能确认"
            raise NotAllowed(words, mend="请先落实新的责任人")
        trail.write(charge, "confirm_charge", by=by, at=at)
    return Charge.objects.filter(pk__in=list(reasons)).update(
        confirmed_on=today, confirmed_by=by, stale_since=None, stale_reason=""
    )


def _open_round(
    charges: ChargeQuerySet,
    kind: str,
    area: Area,
    confirm_by: date,
    *,
    by: Person | None,
    at: datetime,
) -> int:
    label, today = _kind_of(kind).label, days.day_of(at)
    if confirm_by < today:
        mend = "请填写今天或今后的日期"
        raise Invalid(f"确认截止日 {confirm_by} 已经过去", mend=mend, field="confirm_by")
    held = charges.valid_on(today).filter(kind=kind)
    count = held.update(opened=today, confirm_by=confirm_by, confirmed_on=None, confirmed_by=None)
    verb, last = "open_confirmation_round", confirm_by.isoformat()
    trail.write(area, verb, by=by, at=at, kind=label, confirm_by=last, charges=count)
    outbox.announce(events.ConfirmationRoundOpened(kind, area.pk, count))
    return count
