"""Deeds upon the division tree (行政区划). Each action: may, move, keep, trail, tell."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from anlan.formats.pinyin import initials
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed

from .. import access, events
from ..models import Area, AreaAlias, Person
from ..rules import codes, days
from ..rules.facts import AreaFacts
from ._moving import _cut_out, _hand_over, _join_outlines, _move_subtree, _outline_of
from ._refusing import _refuse_faults

Level = Area.Level


@transaction.atomic
def add_area(facts: AreaFacts, *, parent: Area, by: Person, at: datetime) -> Area:
    """Enter a town or village that was newly set up (设立区域)."""
    access.check(by, "people.add_area", path=parent.path, at=at)
    _refuse_faults(facts.faults())
    area = _new_area(facts, parent, today=days.day_of(at))
    trail.write(area, "add_area", by=by, at=at, code=area.code, parent=parent.code)
    return area


@transaction.atomic
def rename_area(
    area: Area, *, name: str, code: str = "", since: date, by: Person, at: datetime
) -> None:
    """Give an area its new name, new code or both; the old ones go on finding it (更名)."""
    access.check(by, "people.rename_area", path=area.path, at=at)
    row = _standing(area, since, today=days.day_of(at))
    before = {"name": row.name, "code": row.code}
    new_name, new_code = name.strip() or row.name, code or row.code
    if before == {"name": new_name, "code": new_code}:
        raise Invalid("名称和代码都没有变化", mend="请填写新的名称或代码", field="name")
    if new_code != row.code:
        if row.parent is None:
            raise Invalid("全域的代码不能更改", mend="请重新载入区划", field="code")
        _check_code(new_code, row.parent, level=row.level)
        _move_subtree(row, codes.path_below(row.parent.path, new_code))
    AreaAlias.objects.create(area=row, **before, until=since)
    changes = {"name": new_name, "initials": initials(new_name)[:60], "code": new_code}
    Area.objects.filter(pk=row.pk).update(**changes)
    area.refresh_from_db()
    trail.write(area, "rename_area", by=by, at=at, before=before, since=since.isoformat())


@transaction.atomic
def transfer_area(area: Area, *, to: Area, since: date, by: Person, at: datetime) -> None:
    """Put a village or town under another town or district, with all within it (划转)."""
    for path in (area.path, to.path):
        access.check(by, "people.transfer_area", path=path, at=at)
    row = _standing(area, since, today=days.day_of(at))
    if to.path.startswith(row.path) or not codes.may_hang_below(row.level, to.level):
        words = f"{row}（{row.get_level_display()}）不能划到{to}（{to.get_level_display()}）之下"
        raise Invalid(words, mend="请选择上一级的区域", field="to")
    if to.pk == row.parent_id:
        raise Invalid(f"{row}本来就在{to}之下", mend="请选择另一个上级", field="to")
    before = row.parent.code if row.parent else ""
    Area.objects.filter(pk=row.pk).update(parent=to)
    _move_subtree(row, codes.path_below(to.path, row.code))
    area.refresh_from_db()
    trail.write(area, "transfer_area", by=by, at=at, before=before, to=to.code, since=str(since))


@transaction.atomic
def merge_areas(
    areas: Sequence[Area], *, into: Area, since: date, by: Person, at: datetime
) -> None:
    """Let several villages or towns go up in one; their history is counted there (撤村并居).

    What lies within them, their bodies, posts and charges for things pass to the successor. Charges
    for the whole of a closed area end: whoever answers for the new one has to be named anew.
    """
    today = days.day_of(at)
    _standing(into, since, today=today)
    closing = [_standing(area, since, today=today) for area in areas]
    _check_merger(closing, into)
    for area in (*closing, into):
        access.check(by, "people.merge_areas", path=area.path, at=at)
    _join_outlines(into, closing)
    for area in closing:
        _dissolve(area, into, since=since)
        trail.write(area, "merge_areas", by=by, at=at, into=into.code, since=since.isoformat())
    merged = [area.code for area in closing]
    trail.write(into, "merge_areas", by=by, at=at, merged=merged, since=since.isoformat())
    outbox.announce(events.AreasMerged([area.pk for area in closing], into.pk))


@transaction.atomic
def split_area(
    area: Area,
    *,
    parts: Sequence[tuple[AreaFacts, Sequence[Area]]],
    remains: bool = False,
    by: Person,
    at: datetime,
) -> list[Area]:
    """Part an area into new ones, and say which of its children goes where (析置).

    Each part is its facts and the children it takes. Where the old area `remains` it keeps the
    children that no part takes; else all must be placed, the old one ends on the day the parts
    begin, and the first part takes over its bodies, posts and charges for things. A part whose
    children are drawn is drawn as all of them together.
    """
    access.check(by, "people.split_area", path=area.path, at=at)
    today = days.day_of(at)
    since = parts[0][0].since if parts else today
    area = _standing(area, since, today=today)
    if area.parent is None:
        raise Invalid(f"{area}是全域，不能析置", mend="请对它的下级办理", field="parts")
    _check_split(area, parts, remains=remains)
    if not remains:
        # First of all: a part may take over the old one's very code.
        Area.objects.filter(pk=area.pk).update(valid_to=since)
    made = [_part_off(area, area.parent, *part, today=today) for part in parts]
    if remains:
        _cut_out(area, made)
    else:
        _hand_over(area, made[0], since=since)
        _still_found(area, made, until=since)
    codes_made = [part.code for part in made]
    trail.write(area, "split_area", by=by, at=at, parts=codes_made, remains=remains)
    for part in made:
        trail.write(part, "split_area", by=by, at=at, former=f"{area.name}（{area.code}）")
    outbox.announce(events.AreaSplit(area.pk, [part.pk for part in made]))
    return made


# --- within -----------------------------------------------------------------------------------


def _new_area(facts: AreaFacts, parent: Area, *, today: date, level: str = "") -> Area:
    _refuse_future(facts.since, today)
    _check_code(facts.code, parent, level=level)
    return Area.objects.create(
        code=facts.code,
        name=facts.name.strip(),
        level=level or codes.level_of(facts.code),
        parent=parent,
        path=codes.path_below(parent.path, facts.code),
        administrative=facts.administrative,
        remark=facts.remark,
        initials=initials(facts.name)[:60],
        valid_from=facts.since,
    )


def _check_code(code: str, parent: Area, *, level: str = "") -> None:
    mend = "请填写 12 位区划代码，如 331081100201；网格请用“新增网格”"
    if not codes.is_code(code) or codes.level_of(code) == codes.GRID:
        raise Invalid(f"“{code}”不是区划代码", mend=mend, field="code")
    found = codes.level_of(code)
    if (level and found != level) or not codes.may_hang_below(found, parent.level):
        words = f"代码 {code} 是{Level(found).label}的代码，不能用在{parent}之下的这一级"
        raise Invalid(words, mend="请核对代码的位数和末尾的零", field="code")
    taken = Area.objects.filter(code=code, valid_to=None).first()
    if taken:
        mend = "请核对代码；撤并后沿用旧代码的，请先登记撤并"
        raise Invalid(f"代码 {code} 已用于{taken}", mend=mend, field="code")


def _standing(area: Area, since: date, *, today: date) -> Area:
    """The row under a lock; refused where it is already closed or the day has not come."""
    _refuse_future(since, today)
    row = Area.objects.select_for_update(of=("self",)).select_related("parent").get(pk=area.pk)
    if row.valid_to is not None:
        heir = f"，现属{row.parent}" if row.parent else ""
        raise NotAllowed(f"{row}已于 {row.valid_to} 撤并{heir}", mend="请对现在的区域办理")
    if since <= row.valid_from:
        mend = "请核对生效日期"
        raise Invalid(f"生效日期 {since} 早于{row}的设立日期", mend=mend, field="since")
    return row


def _refuse_future(since: date, today: date) -> None:
    if words := days.not_in_future(since, today=today):
        raise Invalid(words, mend="请在生效当天或之后登记", field="since")


def _check_merger(closing: Iterable[Area], into: Area) -> None:
    listed = list(closing)
    if not listed:
        raise Invalid("没有选择要并入的区域", mend="请至少选择一个", field="areas")
    for area in listed:
        if area.pk == into.pk:
            raise Invalid(f"{area}不能并入自己", mend="请从名单里去掉它", field="areas")
        if area.level != into.level:
            words = f"{area}是{area.get_level_display()}，不能并入{into.get_level_display()}{into}"
            raise Invalid(words, mend="只有同一级的区域才能合并；改隶属请用“划转”", field="areas")


def _dissolve(area: Area, into: Area, *, since: date) -> None:
    """Close one area into another: its children first, then itself with what is history."""
    for child in Area.objects.filter(parent=area, valid_to=None).order_by("pk"):
        Area.objects.filter(pk=child.pk).update(parent=into)
        _move_subtree(child, codes.path_below(into.path, child.code))
    _hand_over(area, into, since=since)
    Area.objects.filter(pk=area.pk).update(parent=into, valid_to=since)
    _move_subtree(area, codes.path_below(into.path, area.code))
    AreaAlias.objects.create(area=into, name=area.name, code=area.code, until=since)


def _check_split(
    area: Area, parts: Sequence[tuple[AreaFacts, Sequence[Area]]], *, remains: bool
) -> None:
    if len(parts) < (1 if remains else 2):
        raise Invalid(
            "分设后的区域太少", mend="请至少写两个；原区域保留的，至少写一个", field="parts"
        )
    own = {child.pk: child for child in area.children.filter(valid_to=None)}
    placed = [child for _, children in parts for child in children]
    for child in placed:
        if child.pk not in own:
            raise Invalid(f"{child}不是{area}现有的下级", mend="请重新选择", field="parts")
    if len({child.pk for child in placed}) < len(placed):
        raise Invalid("有的下级被分到了两处", mend="每个下级只能归一处", field="parts")
    left = [str(child) for pk, child in own.items() if pk not in {c.pk for c in placed}]
    if left and not remains:
        shown = "、".join(left[:5]) + ("等" if len(left) > 5 else "")
        mend = "请说明它们归哪一个新区域"
        raise Invalid(f"{area}还有 {len(left)} 个下级没有安排：{shown}", mend=mend, field="parts")


def _part_off(
    area: Area, parent: Area, facts: AreaFacts, children: Sequence[Area], *, today: date
) -> Area:
    """One part of a divided area, with the children that it takes along."""
    _refuse_faults(facts.faults())
    part = _new_area(facts, parent, today=today, level=area.level)
    for child in children:
        Area.objects.filter(pk=child.pk).update(parent=part)
        _move_subtree(child, codes.path_below(part.path, child.code))
    _outline_of(part, children)
    return part


def _still_found(area: Area, parts: Sequence[Area], *, until: date) -> None:
    """Who types the old name is shown every part, unless one of them bears it.

    The old code goes on leading to the closed area: a code means one place.
    """
    if area.name not in {part.name for part in parts}:
        aliases = (AreaAlias(area=part, name=area.name, until=until) for part in parts)
        AreaAlias.objects.bulk_create(aliases)
