"""What is excused, and whom a plan names."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.models import Area, Body, Person
from anlan.registry.models import Item

from .. import access, events
from ..models import PlanLine, Waiver, due_named
from ..rules import Due, Who


@transaction.atomic
def waive(
    due: str, *, who: Who, days: tuple[date, date], reason: str, by: Person, at: datetime
) -> Waiver:
    """Excuse a row of the matrix from the first of the days to the last, with a reason (豁免)."""
    rule, (since, until) = due_named(due), days
    under = access.check(by, "waive", who.path, who.body_id, at=at)
    if until < since:
        raise Invalid("结束日期早于开始日期", mend="请核对起止日期", field="until")
    if not rule.spans(since, until):
        raise Invalid("这段日期里没有完整的考核周期", mend="请按整周、整月填写", field="since")
    area = Area.objects.get(pk=who.area_id)
    waiver = Waiver.objects.create(
        due=due, row=who.key, label=who.label, area=area, area_path=who.path,
        since=since, until=until, reason=_said(reason), by=by, at=at,
    )  # fmt: skip
    trail.write(
        waiver, "waive", by=by, under=under, at=at, due=due, row=who.key,
        since=since.isoformat(), until=until.isoformat(), reason=waiver.reason,
    )  # fmt: skip
    outbox.announce(events.DueWaived(waiver.pk))
    return waiver


@transaction.atomic
def withdraw_waiver(waiver: Waiver, *, by: Person, at: datetime) -> None:
    """What was excused is owed again (撤销豁免)."""
    under = access.check(by, "withdraw_waiver", waiver.area_path, at=at)
    rows = Waiver.objects.standing().filter(pk=waiver.pk)
    if not rows.update(withdrawn_at=at):
        raise NotAllowed(f"{waiver.label}的豁免已经撤销", mend="请刷新页面")
    waiver.withdrawn_at = at
    trail.write(waiver, "withdraw_waiver", by=by, under=under, at=at)


@transaction.atomic
def plan(due: str, *, first: date, things: Sequence[Body | Item], by: Person, at: datetime) -> int:
    """Name firms or things in the plan of a period; those it names already stay once (列入计划)."""
    rule = _named(due, first)
    if not things:
        raise Invalid("没有选择单位或对象", mend="请至少选择一个", field="things")
    under = access.check(by, "plan", things[0].area_path, at=at)
    for thing in things[1:]:
        access.check(by, "plan", thing.area_path, at=at)
    known = set(PlanLine.objects.of(due, first).values_list("body_id", "item_id"))
    lines = [_line(rule, first, thing, by=by, at=at) for thing in things]
    fresh = {(line.body_id, line.item_id): line for line in lines}
    added = [line for key, line in fresh.items() if key not in known]
    PlanLine.objects.bulk_create(added)
    for line in added:
        trail.write(line, "plan", by=by, under=under, at=at, due=due, first=first.isoformat())
    return len(added)


@transaction.atomic
def unplan(line: PlanLine, *, reason: str, by: Person, at: datetime) -> None:
    """Take one out of the plan again, with a reason (移出计划)."""
    under = access.check(by, "plan", line.area_path, at=at)
    words = _said(reason)
    rows = PlanLine.objects.filter(pk=line.pk, dropped_at__isnull=True)
    if not rows.update(dropped_at=at, reason=words):
        raise NotAllowed("已经移出计划", mend="请刷新页面")
    line.dropped_at, line.reason = at, words
    trail.write(line, "unplan", by=by, under=under, at=at, reason=words)


def _named(due: str, first: date) -> Due:
    rule = due_named(due)
    if not rule.named:
        raise Invalid(f"“{rule.label}”不列计划名单", mend="如需要，请在 dues.yaml 写 named: yes")
    if first not in {span.first for span in rule.spans(first, first)}:
        raise Invalid(f"{first}不是一个考核周期的第一天", mend="请选择周期", field="first")
    return rule


def _line(rule: Due, first: date, thing: Body | Item, *, by: Person, at: datetime) -> PlanLine:
    wants = Body if rule.take == "bodies" else Item
    if not isinstance(thing, wants):
        what = "单位" if wants is Body else "对象"
        raise Invalid(f"“{rule.label}”的计划名单列{what}", mend=f"请选择{what}", field="things")
    line = PlanLine(due=rule.key, first=first, area_path=thing.area_path, by=by, at=at)
    if isinstance(thing, Body):
        line.body = thing
    else:
        line.item = thing
    return line


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("请填写理由", mend="用一句话说明即可", field="reason")
    return reason.strip()[:300]
