"""What happens to an item while it stands in the register."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, personal, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person, Post

from .. import access, events, rules
from ..flow import Stage
from ..models import GradeChange, Item
from ..rules import Problem
from .reading import _fill, _keep, _locked, _read_form, _refused, _settle, _taken_over

ELSEWHERE = (
    "code",
    "area",
    "grade",
    "keeper",
    "confirmed_on",
    *rules.PARTIES,
)  # deeds of their own


@transaction.atomic
def change_item(item: Item, *, given: Mapping[str, Any], by: Person, at: datetime) -> None:
    """Change what is written about an item; only what is given (变更)."""
    access.check(by, "change_item", item, at=at)
    values = _read_form(item.spec, given, at=at, whole=False, leave=ELSEWHERE)
    fresh = _standing(item)
    before = _values_of(fresh)
    try:
        _fill(fresh, values, fresh.spec)
    except Problem as problem:
        raise _refused(problem) from problem
    changed = {key: value for key, value in _values_of(fresh).items() if value != before.get(key)}
    changed |= {key: None for key in before if key not in _values_of(fresh)}
    if not changed:
        raise Invalid("没有改动任何内容", mend="如只是核对无误，请用“核实”")
    _settle(fresh, fresh.spec)
    _keep(fresh)
    _write_change(fresh, before, changed, by, at)
    outbox.announce(events.ItemChanged(item.pk))
    _taken_over(item, fresh)


@transaction.atomic
def confirm_item(item: Item, *, by: Person, at: datetime) -> None:
    """Say that somebody looked and that everything written about it is so (核实)."""
    access.check(by, "confirm_item", item, at=at)
    fresh = _standing(item)
    fresh.confirmed_on = at.astimezone(LOCAL).date()
    _settle(fresh, fresh.spec)
    _keep(fresh)
    trail.write(item, "confirm_item", by=by, at=at, until=str(fresh.stale_on or ""))
    outbox.announce(events.ItemConfirmed(item.pk))
    _taken_over(item, fresh)


@transaction.atomic
def grade_item(item: Item, *, grade: str, reason: str, by: Person, at: datetime) -> None:
    """Set the risk grade, with the reason for it (评定风险等级)."""
    access.check(by, "grade_item", item, at=at)
    if grade not in Item.Grade.values:
        raise Invalid(
            f"没有“{grade}”这一风险等级", mend="可选：低、一般、较大、重大", field="grade"
        )
    fresh = _standing(item)
    before = fresh.grade
    try:
        rules.check_grade(fresh.spec, before=before, after=grade, reason=reason)
    except Problem as problem:
        raise _refused(problem) from problem
    fresh.grade = grade
    _settle(fresh, fresh.spec)
    _keep(fresh)
    GradeChange.objects.create(item=fresh, before=before, after=grade, reason=reason, by=by, at=at)
    trail.write(item, "grade_item", by=by, at=at, before=before, after=grade, reason=reason)
    outbox.announce(events.ItemGraded(item.pk, before, grade))
    _taken_over(item, fresh)


@transaction.atomic
def assign_keeper(item: Item, *, post: Post | None, by: Person, at: datetime) -> None:
    """Name the post that keeps the item (指定责任人)."""
    access.check(by, "assign_keeper", item, at=at)
    fresh = _standing(item)
    if post and post.valid_to and post.valid_to <= at.astimezone(LOCAL).date():
        raise NotAllowed(f"岗位“{post}”已撤销", mend="请选择在用的岗位")
    before, fresh.keeper = fresh.keeper, post
    _keep(fresh, ["keeper"])
    trail.write(
        item, "assign_keeper", by=by, at=at, before=str(before or ""), after=str(post or "")
    )
    outbox.announce(events.KeeperAssigned(item.pk, post.pk if post else None))
    _taken_over(item, fresh)


@transaction.atomic
def set_parties(
    item: Item, *, parties: Mapping[str, Body | None], by: Person, at: datetime
) -> None:
    """Name who answers for it: territorial, industry, enterprise; only those given (明确责任方)."""
    access.check(by, "set_parties", item, at=at)
    unknown = set(parties) - set(rules.PARTIES)
    if unknown:
        raise Invalid(f"不认识的责任方{sorted(unknown)}", mend=f"可用：{'、'.join(rules.PARTIES)}")
    fresh = _standing(item)
    for party, body in parties.items():
        setattr(fresh, party, body)
    _settle(fresh, fresh.spec)
    _keep(fresh)
    named: dict[str, Any] = {party: str(body or "") for party, body in parties.items()}
    trail.write(item, "set_parties", by=by, at=at, **named)
    outbox.announce(events.PartiesSet(item.pk))
    _taken_over(item, fresh)


@transaction.atomic
def move_item(item: Item, *, area: Area, by: Person, at: datetime) -> None:
    """Place the item in another area, where it now lies (迁移)."""
    access.check(by, "move_item", item, at=at)
    fresh = _standing(item)
    before = fresh.area
    if before.pk == area.pk:
        raise Invalid(f"{item}已在{area}", mend="请选择另一个区域", field="area")
    fresh.area = area
    _settle(fresh, fresh.spec)
    access.check(by, "move_item", fresh, at=at)  # also there, where it goes
    _keep(fresh)
    trail.write(item, "move_item", by=by, at=at, before=before.code, after=area.code)
    outbox.announce(events.ItemMoved(item.pk, before.pk, area.pk))
    _taken_over(item, fresh)


@transaction.atomic
def reveal_item(item: Item, *, key: str, by: Person, at: datetime) -> str:
    """Show one sensitive attribute in full; the look goes into the trail (查看敏感信息)."""
    access.check(by, "reveal_item", item, at=at)
    if key not in item.spec.sensitive:
        raise Invalid("没有这一项敏感信息", mend="请刷新页面后再试", field=key)
    trail.write(item, "reveal_item", by=by, at=at, key=key)
    return str(item.attributes.get(key, ""))


def _standing(item: Item) -> Item:
    fresh = _locked(item)
    if fresh.stage != Stage.LISTED:
        words = f"{fresh}现为“{fresh.get_stage_display()}”，不能办理"
        raise NotAllowed(words, mend="在册的底数才能变更；请刷新页面查看最新状态")
    return fresh


def _values_of(item: Item) -> dict[str, Any]:
    plain: dict[str, Any] = {
        key: getattr(item, key) for key in ("name", "address", "lon", "lat", "sector", "origin")
    }
    return plain | dict(item.attributes)


def _write_change(
    item: Item, before: Mapping[str, Any], changed: Mapping[str, Any], by: Person, at: datetime
) -> None:
    """What changed from what to what; sensitive values stand beside the entry, encrypted."""
    secret = item.spec.sensitive & set(changed)
    note = {key: [before.get(key), value] for key, value in changed.items() if key not in secret}
    entry = trail.write(item, "change_item", by=by, at=at, changed=note, sensitive=sorted(secret))
    if secret:
        personal.attach(entry, item, {key: [before.get(key), changed[key]] for key in secret})
