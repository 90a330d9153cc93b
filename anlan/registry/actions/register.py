"""Entering things in the register and taking them out; spots found outside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import FLOW, Stage
from ..models import GradeChange, Item, StockMovement, kind_of
from ..rules import Problem
from .reading import _fill, _keep, _next_codes, _read_form, _refused, _settle


@transaction.atomic
def register_item(*, kind: str, given: Mapping[str, Any], by: Person, at: datetime) -> Item:
    """Enter a thing in the register (登记); `given` is the form, by key, typed or as written."""
    spec = kind_of(kind)
    values = _read_form(spec, given, at=at, whole=True)
    item = _made(kind, values, Stage.LISTED, at)
    access.check(by, "register_item", item, at=at)
    _enter(item)
    if item.grade:
        GradeChange.objects.create(item=item, after=item.grade, reason="登记时评定", by=by, at=at)
    trail.write(item, "register_item", by=by, at=at, kind=kind, code=item.code, name=item.name)
    outbox.announce(events.ItemRegistered(item.pk))
    return item


@transaction.atomic
def report_new_spot(*, kind: str, given: Mapping[str, Any], by: Person, at: datetime) -> Item:
    """Report a dangerous spot that stands in no register (新增非在册隐患点); name and area do."""
    spec = kind_of(kind)
    if not spec.reportable:
        raise Invalid(
            f"{spec.label}不接收非在册上报", mend="请选择隐患点类别，或按登记办理", field="kind"
        )
    values = _read_form(spec, _bare(given), at=at, whole=False)
    for key in ("name", "area"):
        if not values.get(key):
            raise Invalid("请至少写明名称和所在区域", mend="在图上选点可以带出区域", field=key)
    item = _made(kind, values, Stage.PROPOSED, at)
    access.check(by, "report_new_spot", item, at=at)
    item.proposer = by
    _enter(item)
    trail.write(item, "report_new_spot", by=by, at=at, kind=kind, code=item.code, name=item.name)
    outbox.announce(events.SpotReported(item.pk))
    return item


@transaction.atomic
def adopt_spot(item: Item, *, given: Mapping[str, Any], by: Person, at: datetime) -> None:
    """Take a reported spot into the register, its form completed (纳入名录)."""
    access.check(by, "adopt_spot", item, at=at)
    values = _read_form(item.spec, given, at=at, whole=False)
    FLOW.move(item, "adopt_spot", at=at)
    graded = item.grade
    _filled(item, values)
    _whole(item)
    item.confirmed_on = at.astimezone(LOCAL).date()
    _settle(item, item.spec)
    _keep(item)
    if item.grade and item.grade != graded:
        GradeChange.objects.create(
            item=item, after=item.grade, reason="纳入名录时评定", by=by, at=at
        )
    trail.write(item, "adopt_spot", by=by, at=at)
    outbox.announce(events.SpotAdopted(item.pk))


@transaction.atomic
def decline_spot(item: Item, *, reason: str, by: Person, at: datetime) -> None:
    """Leave a reported spot out of the register, with a reason (不予纳入)."""
    access.check(by, "decline_spot", item, at=at)
    _needs(reason, "不予纳入的理由")
    FLOW.move(item, "decline_spot", at=at, stale_on=None)
    trail.write(item, "decline_spot", by=by, at=at, reason=reason)
    outbox.announce(events.SpotDeclined(item.pk))


@transaction.atomic
def retire_item(item: Item, *, reason: str, by: Person, at: datetime) -> None:
    """Take a thing out of the register; its history stays (注销)."""
    access.check(by, "retire_item", item, at=at)
    _needs(reason, "注销原因")
    _nothing_held(item)
    day = at.astimezone(LOCAL).date()
    FLOW.move(item, "retire_item", at=at, retired_on=day, stale_on=None)
    trail.write(item, "retire_item", by=by, at=at, reason=reason)
    outbox.announce(events.ItemRetired(item.pk))


@transaction.atomic
def restore_item(item: Item, *, reason: str, by: Person, at: datetime) -> None:
    """Put a retired thing back into the register (恢复在册)."""
    access.check(by, "restore_item", item, at=at)
    _needs(reason, "恢复原因")
    FLOW.move(item, "restore_item", at=at, retired_on=None)
    _settle(item, item.spec)
    _keep(item, ["stale_on", "stale_told_on", "parties_missing"])
    trail.write(item, "restore_item", by=by, at=at, reason=reason)
    outbox.announce(events.ItemRestored(item.pk))


def _made(kind: str, values: Mapping[str, Any], stage: Stage, at: datetime) -> Item:
    item = Item(kind=kind, stage=stage, registered_at=at)
    _filled(item, values)
    _settle(item, item.spec)
    if stage == Stage.PROPOSED:
        item.stale_on = rules.review_by(item.spec, reported=at.astimezone(LOCAL).date())
    return item


def _filled(item: Item, values: Mapping[str, Any]) -> None:
    try:
        _fill(item, values, item.spec)
    except Problem as problem:
        raise _refused(problem) from problem


def _enter(item: Item) -> None:
    if not item.code:
        (item.code,) = _next_codes(item.spec, item.area.code[:6], 1)
        item.search = f"{item.search} {item.code}"
    _keep(item)


def _bare(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in: a quick report leaves the rest of the form empty."""
    return {key: value for key, value in given.items() if not rules.is_empty(value)}


def _whole(item: Item) -> None:
    missing = [a.label for a in item.spec.attributes if a.required and a.key not in item.attributes]
    if missing:
        raise Invalid(f"还缺必填项：{'、'.join(missing)}", mend="请补充后再纳入名录")


def _needs(words: str, what: str) -> None:
    if not words.strip():
        raise Invalid(f"请写明{what}", mend="用一句话说明即可", field="reason")


def _nothing_held(item: Item) -> None:
    """Refuse while stock lies in it or is out on loan: nobody would answer for it."""
    if item.balances.filter(quantity__gt=0).exists():
        raise NotAllowed(f"{item}还有库存，不能注销", mend="请先出库或调拨到其他仓库")
    lent = StockMovement.objects.filter(item=item, reason__in=("LENT", "RETURNED"))
    if (lent.aggregate(out=Sum("quantity"))["out"] or 0) != 0:
        raise NotAllowed(f"{item}还有物资借出未还，不能注销", mend="请先办理归还")
