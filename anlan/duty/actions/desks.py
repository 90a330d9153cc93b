"""Deeds upon desks: set up, change, close; joint duty with its seats (值班室)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Area, Body, Heirs, Person

from .. import access, events
from ..flow import Level
from ..models import Desk, LogKind, Seat, desk_kinds
from ..rules.kinds import DeskKind
from ._roster import _drop_coming, _note


@dataclass(frozen=True)
class DeskFacts:
    """A desk as it is set up: what kind, whose, under which name and number."""

    kind: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class Occasion:
    """Why joint duty begins: words, and perhaps the response or warning it begins with."""

    reason: str
    source: Ref | None = None


@transaction.atomic
def open_desk(facts: DeskFacts, *, area: Area, body: Body, by: Person, at: datetime) -> Desk:
    """Set up a duty desk at an area (设立值班室)."""
    access.check_place(by, "open_desk", area.path, at=at)
    if _kind_at(facts.kind, area).joint:
        mend = "请从值班页“启动联合值班”"
        raise Invalid("联合值班随响应或预警启动，不能长期设立", mend=mend, field="kind")
    desk = _create(facts, area, body, Occasion(""), at)
    trail.write(desk, "open_desk", by=by, at=at, name=desk.name, kind=desk.kind)
    outbox.announce(events.DeskOpened(desk.pk))
    return desk


@transaction.atomic
def change_desk(desk: Desk, *, name: str, phone: str, by: Person, at: datetime) -> None:
    """Change a desk's name or duty telephone (变更值班室)."""
    access.check(by, "change_desk", desk, at=at)
    after = {"name": _named(name), "phone": phone.strip()}
    changed = {k: [getattr(desk, k), v] for k, v in after.items() if getattr(desk, k) != v}
    if not Desk.objects.filter(pk=desk.pk, closed_at=None).update(**after):
        raise _closed(desk)
    desk.name, desk.phone = after["name"], after["phone"]
    trail.write(desk, "change_desk", by=by, at=at, changed=changed)
    outbox.announce(events.DeskChanged(desk.pk))


@transaction.atomic
def close_desk(desk: Desk, *, reason: str, by: Person, at: datetime) -> None:
    """Close a desk for good; what was still on its roster is taken off (撤销值班室)."""
    access.check(by, "close_desk", desk, at=at)
    if desk.joint:
        raise NotAllowed(f"{desk}是联合值班", mend="请用“结束联合值班”办理")
    dropped = _close(desk, reason, at)
    trail.write(desk, "close_desk", by=by, at=at, reason=reason, shifts=dropped)
    outbox.announce(events.DeskClosed(desk.pk))


# --- joint duty -------------------------------------------------------------------------------


@transaction.atomic
def open_joint(
    facts: DeskFacts, *, area: Area, body: Body, occasion: Occasion, by: Person, at: datetime
) -> Desk:
    """Begin joint duty of several departments for a response or a warning (启动联合值班)."""
    access.check_place(by, "open_joint", area.path, at=at)
    if not _kind_at(facts.kind, area).joint:
        raise Invalid("这一类值班不是联合值班", mend="请选择联合值班类型", field="kind")
    if not occasion.reason.strip():
        mend = "如“启动防台风Ⅲ级应急响应”“全国两会期间”"
        raise Invalid("没有写明启动联合值班的事由", mend=mend, field="reason")
    desk = _create(facts, area, body, occasion, at)
    source = str(occasion.source or "")
    trail.write(desk, "open_joint", by=by, at=at, reason=desk.reason, source=source)
    _note(desk, f"启动联合值班：{desk.reason}", LogKind.ROSTER, by=by, at=at)
    outbox.announce(events.JointDutyOpened(desk.pk, source))
    return desk


@transaction.atomic
def set_seat(desk: Desk, *, body: Body, number: int, by: Person, at: datetime) -> Seat:
    """Give a department its seat at a joint desk, or another number of persons (设置席位)."""
    access.check(by, "set_seat", desk, at=at)
    if not desk.joint:
        raise NotAllowed(f"{desk}不是联合值班，没有部门席位", mend="请直接排班")
    if desk.closed_at is not None:
        raise _closed(desk)
    if not 1 <= number <= 20:
        raise Invalid(f"席位人数 {number} 不在 1—20 之间", mend="请核对人数", field="number")
    seat, _ = Seat.objects.update_or_create(
        desk=desk, body=body, level=Level.OFFICER, defaults={"number": number}
    )
    trail.write(desk, "set_seat", by=by, at=at, body=str(body), number=number)
    outbox.announce(events.SeatSet(seat.pk))
    return seat


@transaction.atomic
def close_joint(desk: Desk, *, reason: str, by: Person, at: datetime) -> None:
    """End joint duty; shifts still to come are taken off (结束联合值班)."""
    access.check(by, "close_joint", desk, at=at)
    if not desk.joint:
        raise NotAllowed(f"{desk}不是联合值班", mend="常设值班室用“撤销值班室”办理")
    _note(desk, f"结束联合值班：{reason}", LogKind.ROSTER, by=by, at=at)
    dropped = _close(desk, reason, at)
    trail.write(desk, "close_joint", by=by, at=at, reason=reason, shifts=dropped)
    outbox.announce(events.JointDutyClosed(desk.pk))


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: desks below its former path get their areas' own (随区划调整)."""
    rows = Desk.objects.filter(area_path__startswith=before).exclude(area_path=F("area__path"))
    moved = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    Desk.objects.filter(pk__in=moved).update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, desks=len(moved))
    return len(moved)


@transaction.atomic
def apportion(area: Area, *, heirs: Heirs, by: Person | None, at: datetime) -> int:
    """Let the open desks of a divided area sit in the part that took over (随析置划归)."""
    if heirs.rest == heirs.former:
        return 0
    sitting = Desk.objects.filter(area__in=Area.objects.bygone(area), closed_at=None)
    moved = sitting.update(area=heirs.rest, area_path=heirs.rest.path)
    if moved:
        trail.write(area, "apportion", by=by, at=at, desks=moved, after=str(heirs.rest))
    return moved


# --- within -----------------------------------------------------------------------------------


def _kind_at(key: str, area: Area) -> DeskKind:
    kind = desk_kinds().get(key)
    if kind is None:
        known = "、".join(each.label for each in desk_kinds().values())
        raise Invalid(f"没有值班类型“{key}”", mend=f"可以用的有：{known}", field="kind")
    if area.level not in kind.at:
        words = f"{kind.label}不设在{area.get_level_display()}一级"
        raise Invalid(words, mend="请选择适用的区域，或在配置 duty_desks.yaml 中调整", field="area")
    return kind


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid("没有写值班室名称", mend="如“市应急值班室”", field="name")
    return name.strip()


def _create(facts: DeskFacts, area: Area, body: Body, occasion: Occasion, at: datetime) -> Desk:
    source = occasion.source
    desk = Desk(
        kind=facts.kind,
        name=_named(facts.name),
        area=area,
        area_path=area.path,
        body=body,
        phone=facts.phone.strip(),
        opened_at=at,
        reason=occasion.reason.strip(),
        source_kind=source.kind if source else "",
        source_id=source.id if source else None,
    )
    try:
        with transaction.atomic():
            desk.save()
    except IntegrityError as error:
        # Two pressed at once, or it has been running for hours: the database let one of them in.
        running = Desk.objects.filter(kind=facts.kind, area=area, body=body, closed_at=None).first()
        if running is None:
            raise
        why = f"（{running.reason}）" if running.reason else ""
        words = f"{running}已于 {trail.local(running.opened_at)} 设立{why}，不重复设立"
        raise NotAllowed(words, mend="请在已有的值班室下办理") from error
    return desk


def _close(desk: Desk, reason: str, at: datetime) -> int:
    if not reason.strip():
        raise Invalid("没有写明原因", mend="如“应急响应结束”", field="reason")
    closed = Desk.objects.filter(pk=desk.pk, closed_at=None)
    if not closed.update(closed_at=at, close_reason=reason.strip()):
        raise _closed(desk)
    desk.closed_at, desk.close_reason = at, reason.strip()
    return _drop_coming(desk, reason=f"{desk}已撤", at=at)


def _closed(desk: Desk) -> NotAllowed:
    desk.refresh_from_db(fields=["closed_at"])
    when = trail.local(desk.closed_at) if desk.closed_at else ""
    return NotAllowed(f"{desk}已于 {when} 撤销", mend="请刷新页面查看")
