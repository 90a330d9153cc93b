"""What the tree of areas does to call-ups, and where a person can be reached besides."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model, OuterRef, Subquery

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people.models import Area, Person

from ..models import Address, Attempt, Called, Callup, Check, Checked

BESIDES_THE_PHONE = ("MAIL", "PUSH")
# Each row's path is its area's own.
OF_AN_AREA: tuple[tuple[type[Model], str], ...] = (
    (Callup, "root"),
    (Called, "area"),
    (Check, "area"),
    (Checked, "area"),
)


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: rows below its former path get their areas' own (随区划调整).

    Safe to do twice; the second time finds none.
    """
    moved = 0
    for model, field in OF_AN_AREA:
        rows = model._default_manager.filter(area_path__startswith=before)
        path_now = Area.objects.filter(pk=OuterRef(field)).values("path")[:1]
        elsewhere = rows.exclude(area_path=F(f"{field}__path"))
        moved += elsewhere.update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, callups=moved)
    return moved


@transaction.atomic
def keep_address(*, channel: str, address: str, by: Person, at: datetime) -> None:
    """Keep where one is reached over mail or push, for oneself (登记联络地址).

    An empty one takes it away. A push subscription is a secret of the browser: it never stands in
    the trail.
    """
    if channel not in BESIDES_THE_PHONE:
        raise Invalid(f"“{channel}”不用登记地址", mend="可登记邮箱和推送", field="channel")
    if by.left_on is not None and by.left_on <= at.date():
        raise Forbidden("已离任的人员不能登记联络地址", mend="请联系管理员")
    mine = Address.objects.filter(person=by, channel=channel)
    if not address.strip():
        mine.delete()
    else:
        given = {"address": address.strip(), "kept_at": at}
        Address.objects.update_or_create(person=by, channel=channel, defaults=given)
    trail.write(by, "keep_address", by=by, at=at, channel=channel, kept=bool(address.strip()))


@transaction.atomic
def address_gone(ref: UUID | str, *, at: datetime) -> bool:
    """Forget an address that the outside says is no more (联络地址失效); whether it was kept.

    `ref` is the message that was refused for it. One registered since it was queued stays: who
    turned push on again on a new device is not to lose it to a late answer about the old one.
    """
    attempt = Attempt.objects.select_related("called__person").filter(ref=ref).first()
    if attempt is None:
        return False
    person, kept = attempt.called.person, Address.objects.filter(channel=attempt.channel)
    if not kept.filter(person=person, kept_at__lte=attempt.queued_at).delete()[0]:
        return False
    trail.write(person, "address_gone", by=None, at=at, channel=attempt.channel)
    return True
