"""Deeds upon persons: who is there, who holds which post, who left (人员)."""

from datetime import date, datetime

from django.db import transaction

from anlan.formats.pinyin import initials_of_person
from anlan.kernel import outbox, personal, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed

from .. import access, events
from ..models import Account, Body, Charge, Person, Post, Tenure
from ..rules import days, privacy
from ..rules.facts import PersonFacts
from ._emptying import _end_charges, _end_tenures, _flag_stale, _freshen
from ._refusing import _refuse_faults, _too_late


@transaction.atomic
def add_person(facts: PersonFacts, *, body: Body | None, by: Person, at: datetime) -> Person:
    """Enter a person; a namesake in the same unit needs a remark (登记人员)."""
    person = Person(body=body)
    access.check(by, "people.add_person", path=access.place_of(person), at=at)
    _take_over(person, facts)
    person.save()
    entry = trail.write(person, "add_person", by=by, at=at, body=str(body or ""))
    personal.attach(entry, person, {"name": person.name, "phone": person.phone})
    return person


@transaction.atomic
def change_person(
    person: Person, facts: PersonFacts, *, body: Body | None, by: Person, at: datetime
) -> None:
    """Correct a person's name, telephone, unit or remark (变更人员)."""
    access.check(by, "people.change_person", path=access.place_of(person), at=at)
    before = {"name": person.name, "phone": person.phone}
    moved = [str(person.body or ""), str(body or "")] if person.body != body else []
    person.body = body
    access.check(by, "people.change_person", path=access.place_of(person), at=at)
    _take_over(person, facts)
    person.save()
    entry = trail.write(person, "change_person", by=by, at=at, moved=moved)
    personal.attach(entry, person, {"before": before, "name": person.name, "phone": person.phone})


@transaction.atomic
def appoint(
    person: Person, *, post: Post, deputy: bool = False, since: date, by: Person, at: datetime
) -> Tenure:
    """Put a person on a post from a day on (任职)."""
    access.check(by, "people.appoint", path=post.area_path, at=at)
    if person.pk == by.pk:
        raise Forbidden("不能给自己任职", mend="请由其他有权限的人员办理")
    if person.left_on is not None:
        raise NotAllowed(f"{person}已于 {person.left_on} 离任", mend="重新到岗的，请先登记为人员")
    if post.valid_to is not None:
        raise NotAllowed(f"岗位“{post}”已于 {post.valid_to} 撤销", mend="请选择现有岗位")
    if Tenure.objects.filter(person=person, post=post, until=None).exists():
        raise NotAllowed(f"{person}已在岗位“{post}”上", mend="不需要再次任职")
    tenure = Tenure.objects.create(person=person, post=post, deputy=deputy, since=since)
    trail.write(person, "appoint", by=by, at=at, post=post.name, since=since.isoformat())
    _freshen(Charge.objects.filter(post=post), at=at)
    outbox.announce(events.PersonAppointed(person.pk, post.pk))
    return tenure


@transaction.atomic
def release(person: Person, *, post: Post, on: date, by: Person, at: datetime) -> None:
    """Take a person off a post from a day on; charges of an empty post are flagged (离任)."""
    access.check(by, "people.release", path=post.area_path, at=at)
    ended = _end_tenures(Tenure.objects.filter(person=person, post=post), on=on)
    if not ended:
        raise _too_late(person, "release", f"{person}不在岗位“{post}”上")
    trail.write(person, "release", by=by, at=at, post=post.name, on=on.isoformat())
    _flag_stale(Charge.objects.filter(post=post), at=at)
    outbox.announce(events.PersonReleased(person.pk, post.pk))


@transaction.atomic
def leave(person: Person, *, on: date, reason: str, by: Person, at: datetime) -> None:
    """Enter that a person left: posts and charges end, the sign-in is locked (离职).

    Charges of posts that are empty now are flagged at once: whoever rings them would reach nobody.
    """
    access.check(by, "people.leave", path=access.place_of(person), at=at)
    if words := days.not_in_future(on, today=days.day_of(at)):
        raise Invalid(words, mend="请在离开当天或之后登记", field="on")
    if not Person.objects.filter(pk=person.pk, left_on=None).update(left_on=on):
        raise _too_late(person, "leave", f"{person}已登记离职")
    person.left_on = on
    ended = _end_tenures(Tenure.objects.filter(person=person), on=on)
    charges = _end_charges(Charge.objects.filter(person=person), on=on)
    locked = Account.objects.filter(person=person, is_active=True)
    locked.update(is_active=False, lock_reason=f"{on} 离职")
    trail.write(person, "leave", by=by, at=at, on=on.isoformat(), reason=reason, charges=charges)
    _flag_stale(Charge.objects.filter(post__in=[post for _, post in ended]), at=at)
    outbox.announce(events.PersonLeft(person.pk))


@transaction.atomic
def reveal_phone(person: Person, *, reason: str, by: Person, at: datetime) -> str:
    """Show a person's telephone number in full; the look itself is written down (查看电话)."""
    access.check(by, "people.reveal_phone", path=access.place_of(person), at=at)
    if not reason.strip():
        mend = "请写明用途，如“隐患整改联系”“预警叫应”"
        raise Invalid("没有填写查看事由", mend=mend, field="reason")
    if not person.phone:
        raise Invalid(f"{person}没有登记电话", mend="请联系其所在单位补登")
    trail.write(person, "reveal_phone", by=by, at=at, reason=reason)
    return person.phone


# --- within -----------------------------------------------------------------------------------


def _take_over(person: Person, facts: PersonFacts) -> None:
    _refuse_faults(facts.faults())
    person.name, person.remark = facts.name.strip(), facts.remark.strip()
    person.phone, person.origin = privacy.plain_phone(facts.phone), facts.origin
    person.initials = initials_of_person(person.name)[:30]
    others = Person.objects.filter(name=person.name, body=person.body, left_on=None)
    remarks = others.exclude(pk=person.pk) if person.pk else others
    known = remarks.values_list("remark", flat=True)
    if words := privacy.remark_needed(person.remark, namesakes=known):
        raise Invalid(words, mend="备注会显示在姓名之后", field="remark")
