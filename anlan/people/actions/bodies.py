"""Deeds upon bodies and committees (单位与议事协调机构)."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from anlan.formats.pinyin import initials
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed

from .. import access, events
from ..models import Area, Body, Membership, Person, Post
from ..rules import days
from ..rules.facts import BodyFacts
from ._emptying import _abolish
from ._refusing import _refuse_faults, _too_late


@transaction.atomic
def register_body(
    facts: BodyFacts, *, area: Area, parent: Body | None = None, by: Person, at: datetime
) -> Body:
    """Enter a body: bureau, committee, town, village, enterprise, agency or team (登记单位)."""
    access.check(by, "people.register_body", path=area.path, at=at)
    _check_facts(facts, area)
    body = Body.objects.create(
        **_kept(facts), area=area, area_path=area.path, parent=parent, valid_from=days.day_of(at)
    )
    trail.write(body, "register_body", by=by, at=at, name=body.name, credit_code=body.credit_code)
    return body


@transaction.atomic
def change_body(
    body: Body,
    facts: BodyFacts,
    *,
    area: Area,
    parent: Body | None = None,
    by: Person,
    at: datetime,
) -> None:
    """Correct what is known of a body, or where it stands (变更单位)."""
    access.check(by, "people.change_body", path=body.area_path, at=at)
    if not area.path.startswith(body.area_path):
        access.check(by, "people.change_body", path=area.path, at=at)
    _check_facts(facts, area, body=body)
    after = {**_kept(facts), "area": area, "area_path": area.path, "parent": parent}
    changed = {name: value for name, value in after.items() if getattr(body, name) != value}
    for name, value in changed.items():
        setattr(body, name, value)
    body.save(update_fields=list(changed))
    note = {name: str(value) for name, value in changed.items() if name != "initials"}
    trail.write(body, "change_body", by=by, at=at, changed=note)


@transaction.atomic
def close_body(body: Body, *, on: date, reason: str, by: Person, at: datetime) -> None:
    """Enter that a body is no more; its posts go with it (注销单位)."""
    access.check(by, "people.close_body", path=body.area_path, at=at)
    _refuse_future(on, at)
    if not reason.strip():
        raise Invalid("没有填写注销原因", mend="请写明依据，如注销登记日期", field="reason")
    if not Body.objects.filter(pk=body.pk, valid_to=None).update(valid_to=on):
        raise _too_late(body, "close_body", f"{body}已经注销")
    body.valid_to = on
    for post in Post.objects.filter(body=body, valid_to=None):
        _abolish(post, on=on, at=at)
    Membership.objects.filter(member=body, valid_to=None, valid_from__lte=on).update(valid_to=on)
    trail.write(body, "close_body", by=by, at=at, on=on.isoformat(), reason=reason)
    outbox.announce(events.BodyClosed(body.pk))


@transaction.atomic
def seat_member(  # noqa: PLR0913 (who, as what, for what, from when: told in one call)
    committee: Body,
    *,
    member: Body | Post,
    role: str,
    duties: str = "",
    since: date | None = None,
    by: Person,
    at: datetime,
) -> Membership:
    """Give a body or a post its seat on a committee, from today or before (列为成员单位)."""
    access.check(by, "people.seat_member", path=committee.area_path, at=at)
    since = since or days.day_of(at)
    _refuse_future(since, at, field="since")
    if committee.kind != Body.Kind.COMMITTEE:
        mend = "请选择应急委、安委会、专委会、指挥部等"
        raise Invalid(f"{committee}不是议事协调机构", mend=mend, field="committee")
    if role not in Membership.Role.values:
        mend = "可以用的有：" + "、".join(Membership.Role.labels)
        raise Invalid("没有选择成员身份", mend=mend, field="role")
    seat = Membership(
        committee=committee,
        member=member if isinstance(member, Body) else None,
        post=member if isinstance(member, Post) else None,
        role=role,
        duties=duties,
        valid_from=since,
    )
    _check_seat(seat)
    seat.save()
    if role == Membership.Role.OFFICE and isinstance(member, Body):
        Body.objects.filter(pk=committee.pk).update(office=member)
    label = seat.get_role_display()
    trail.write(
        committee, "seat_member", by=by, at=at, member=str(member), role=label, since=str(since)
    )
    return seat


@transaction.atomic
def unseat_member(seat: Membership, *, on: date, by: Person, at: datetime) -> None:
    """End a seat on a committee (退出成员单位)."""
    access.check(by, "people.unseat_member", path=seat.committee.area_path, at=at)
    _refuse_future(on, at)
    if on < seat.valid_from:
        raise Invalid(f"结束日期早于列入日期 {seat.valid_from}", mend="请核对日期", field="on")
    if not Membership.objects.filter(pk=seat.pk, valid_to=None).update(valid_to=on):
        raise NotAllowed(f"{seat}已经结束", mend="请刷新页面查看")
    seat.valid_to = on
    if seat.role == Membership.Role.OFFICE:
        Body.objects.filter(pk=seat.committee_id, office=seat.member).update(office=None)
    who, label = str(seat.member or seat.post), seat.get_role_display()
    trail.write(seat.committee, "unseat_member", by=by, at=at, member=who, role=label)


# --- within -----------------------------------------------------------------------------------


def _kept(facts: BodyFacts) -> dict[str, Any]:
    kept = {**asdict(facts), "name": facts.name.strip()}
    return {**kept, "sectors": list(facts.sectors), "initials": initials(facts.name)[:60]}


def _check_facts(facts: BodyFacts, area: Area, *, body: Body | None = None) -> None:
    _refuse_faults(facts.faults())
    _check_kind(facts)
    others = Body.objects.exclude(pk=body.pk) if body else Body.objects.all()
    twin = others.filter(credit_code=facts.credit_code).first() if facts.credit_code else None
    if twin:
        words = f"统一社会信用代码 {facts.credit_code} 已登记为{twin.name}"
        raise Invalid(words, mend="请直接使用已登记的单位，或核对代码", field="credit_code")
    if others.filter(name=facts.name, area=area, valid_to=None, credit_code="").exists():
        words = f"{area}已登记有同名的{facts.name}"
        raise Invalid(words, mend="请直接使用已登记的单位；确是两家的，请填信用代码", field="name")


def _check_kind(facts: BodyFacts) -> None:
    if facts.kind not in Body.Kind.values:
        mend = "可以用的有：" + "、".join(Body.Kind.labels)
        raise Invalid("没有选择单位类型", mend=mend, field="kind")


def _check_seat(seat: Membership) -> None:
    sitting = Membership.objects.filter(committee=seat.committee, valid_to=None)
    if seat.role == Membership.Role.CHAIR:
        chair = sitting.filter(role=Membership.Role.CHAIR).first()
        if chair:
            words = f"{seat.committee}已有主任：{chair.member or chair.post}"
            raise NotAllowed(words, mend="请先办理现任主任退出")
    if sitting.filter(member=seat.member, post=seat.post, role=seat.role).exists():
        words = f"{seat.member or seat.post}已是{seat.committee}的{seat.get_role_display()}"
        raise NotAllowed(words, mend="不需要再次列入")


def _refuse_future(on: date, at: datetime, *, field: str = "on") -> None:
    if words := days.not_in_future(on, today=days.day_of(at)):
        raise Invalid(words, mend="请在当天或之后登记", field=field)
