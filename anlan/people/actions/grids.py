"""Grids and the outlines of areas (网格与边界)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from shapely.geometry.base import BaseGeometry

from anlan.formats.pinyin import initials
from anlan.kernel import geo, trail
from anlan.kernel.errors import Invalid

from .. import access
from ..models import Area, Person
from ..rules import codes, days
from ..rules.facts import AreaFacts
from ._moving import _draw
from ._refusing import _refuse_faults

SCHEMATIC = "示意"  # drawn by ourselves: shows who lies within whom, never where a border runs
SURVEYED = "本地勘界"
OUTSIDE = 1e-5  # of a degree, about a metre: hand-drawn borders never meet exactly
OVERLAP = 0.02  # share of a grid that may lie in a neighbour of the same kind


@transaction.atomic
def add_grid(
    facts: AreaFacts,
    *,
    parent: Area,
    grid_kind: str,
    outline: dict[str, Any] | None = None,
    by: Person,
    at: datetime,
) -> Area:
    """Draw a grid within a village or town (划定网格).

    The outline is GeoJSON in CGCS2000 degrees; it must lie in the parent and apart from the other
    grids of its kind. Without one the grid is only a name in the list.
    """
    access.check(by, "people.add_grid", path=parent.path, at=at)
    _refuse_faults(facts.faults())
    _check_grid_code(facts.code, parent)
    _check_kind(grid_kind)
    grid = Area(
        code=facts.code,
        name=facts.name.strip(),
        level=Area.Level.GRID,
        grid_kind=grid_kind,
        parent=parent,
        path=codes.path_below(parent.path, facts.code),
        remark=facts.remark,
        initials=initials(facts.name)[:60],
        valid_from=min(facts.since, days.day_of(at)),
    )
    if outline is not None:
        source = parent.outline_source or SURVEYED
        _check_lies_in(geo.outline(outline), parent, source=source)
        _check_apart(geo.outline(outline), grid)
    grid.save()
    if outline is not None:
        _draw(grid, outline, source=source)
    trail.write(
        grid, "add_grid", by=by, at=at, code=grid.code, parent=parent.code, drawn=bool(outline)
    )
    return grid


@transaction.atomic
def set_outline(
    area: Area, *, outline: dict[str, Any], source: str = SURVEYED, by: Person, at: datetime
) -> None:
    """Give an area its outline, as surveyed or drawn (设定边界).

    It must lie in the parent's and hold the children's, as far as those are of the same making: a
    surveyed border is not judged by a schematic one.
    """
    access.check(by, "people.set_outline", path=area.path, at=at)
    shape = geo.outline(outline)
    if area.parent is not None:
        _check_lies_in(shape, area.parent, source=source)
    if area.level == Area.Level.GRID:
        _check_apart(shape, area)
    _check_holds_children(shape, area, source=source)
    _draw(area, outline, source=source)
    trail.write(area, "set_outline", by=by, at=at, source=source)


# --- within -----------------------------------------------------------------------------------


def _check_grid_code(code: str, parent: Area) -> None:
    if not codes.is_code(code) or codes.level_of(code) != codes.GRID:
        mend = f"请在所属区域代码后加 1 到 8 位数字或大写字母，如 {codes.full(parent.code)}001"
        raise Invalid(f"“{code}”不是网格代码", mend=mend, field="code")
    if codes.parent_of(code) != parent.code:
        mend = f"前 12 位应为 {parent.code}"
        raise Invalid(f"网格代码 {code} 不属于{parent}", mend=mend, field="code")
    taken = Area.objects.filter(code=code, valid_to=None).first()
    if taken:
        mend = "请换一个编号"
        raise Invalid(f"网格代码 {code} 已用于{taken}", mend=mend, field="code")


def _check_kind(grid_kind: str) -> None:
    if grid_kind not in Area.GridKind.values:
        mend = "可以用的有：" + "、".join(Area.GridKind.labels)
        raise Invalid("没有选择网格类型", mend=mend, field="grid_kind")


def _comparable(area: Area, source: str) -> bool:
    same_making = (area.outline_source == SCHEMATIC) == (source == SCHEMATIC)
    return bool(area.outline) and same_making


def _check_lies_in(shape: BaseGeometry, parent: Area, *, source: str) -> None:
    if _comparable(parent, source):
        _check_within(shape, geo.outline(parent.outline).buffer(OUTSIDE), parent)


def _check_within(shape: BaseGeometry, ground: BaseGeometry, parent: Area) -> None:
    if ground.covers(shape):
        return
    outside = shape.difference(ground)
    share = outside.area / shape.area
    spot = outside.representative_point()
    words = f"边界有 {max(share, 0.001):.1%} 落在{parent}之外，如 {spot.x:.5f},{spot.y:.5f} 一带"
    mend = f"请把边界画在{parent}以内；如果是{parent}的边界不准，请先改它的边界"
    raise Invalid(words, mend=mend, field="outline")


def _check_apart(shape: BaseGeometry, grid: Area) -> None:
    others = Area.objects.filter(parent=grid.parent, grid_kind=grid.grid_kind, valid_to=None)
    for other in others.exclude(pk=grid.pk).exclude(outline=None):
        shared = shape.intersection(geo.outline(other.outline)).area / shape.area
        if shared > OVERLAP:
            words = f"与{other}重叠 {shared:.0%}"
            mend = "同类网格不能重叠，请调整边界，或先撤销旧网格"
            raise Invalid(words, mend=mend, field="outline")


def _check_holds_children(shape: BaseGeometry, area: Area, *, source: str) -> None:
    wide = shape.buffer(OUTSIDE)
    for child in Area.objects.filter(parent=area, valid_to=None).exclude(outline=None):
        if _comparable(child, source) and not wide.contains(geo.outline(child.outline)):
            mend = f"请扩大边界，或先修改{child}的边界"
            raise Invalid(f"下级{child}有一部分落在新边界之外", mend=mend, field="outline")
