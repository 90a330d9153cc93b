"""Many towns, villages or grids at once (批量区域)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from anlan.formats.pinyin import initials
from anlan.kernel import geo, outbox, trail
from anlan.kernel.errors import Invalid

from .. import events
from ..models import Area, AreaAlias, Person
from ..rules import codes, days
from ..rules.facts import AreaFacts
from ._moving import _place
from ._refusing import _refuse_faults
from ._rows import Imported, _Judging
from .areas import _refuse_future
from .grids import OUTSIDE, OVERLAP, SURVEYED, _check_kind, _check_within, _comparable

Ground = tuple[Area, BaseGeometry]


@dataclass(frozen=True)
class AreaRow:
    """One row: the facts, for a grid its kind, and perhaps an outline (GeoJSON)."""

    facts: AreaFacts
    grid_kind: str = ""
    outline: dict[str, Any] | None = None


@transaction.atomic
def import_areas(
    rows: Sequence[AreaRow], *, source: str = "", by: Person | None, at: datetime
) -> Imported:
    """Enter many towns, villages or grids below what their codes say, all or none (批量登记区域).

    A code that stands already gets the name and outline of its row. Parents may come in the same
    table, in any order. Raises RowsRefused with every row at fault.
    """
    taking = _Areas(rows, by=by, at=at)
    for position in sorted(range(len(rows)), key=lambda n: _depth(rows[n].facts.code)):
        with taking.judging.row(position):
            taking.take(position, rows[position])
    taking.check_apart()
    taking.judging.done()
    done = taking.keep()
    if done.added or done.changed:
        counts = {"added": done.added, "changed": done.changed, "source": source}
        trail.write(taking.top(), "import_areas", by=by, at=at, counts=counts)
        outbox.announce(events.RowsImported("area", len(rows)))
    return done


class _Areas:
    """The rows on their way in; parents before children."""

    def __init__(self, rows: Sequence[AreaRow], *, by: Person | None, at: datetime) -> None:
        self.judging, self.today, self.rows = _Judging(by, at), days.day_of(at), len(rows)
        self.new: dict[str, Area] = {}
        self.changed: dict[str, Area] = {}
        self.aliases: list[AreaAlias] = []
        self.grounds: dict[str, BaseGeometry] = {}
        self.drawn: dict[int, Ground] = {}
        listed = {codes.full(row.facts.code) for row in rows}
        above = {codes.parent_of(code) for code in listed if codes.is_code(code)}
        standing = Area.objects.filter(valid_to=None, code__in=listed | above)
        self.known = {area.code: area for area in standing}

    def take(self, position: int, row: AreaRow) -> None:
        code = codes.full(row.facts.code)
        if not codes.is_code(code):
            mend = "请填写 12 位区划代码；网格在所属区域代码后加 1 到 8 位数字或大写字母"
            raise Invalid(f"“{row.facts.code}”不是区划代码", mend=mend, field="code")
        _refuse_faults(row.facts.faults())
        _refuse_future(row.facts.since, self.today)
        area = self.known.get(code)
        if area is None:
            area = self._add(code, row)
        else:
            self._change(area, row)
        if row.outline is not None:
            self._draw(position, area, row.outline)

    def _add(self, code: str, row: AreaRow) -> Area:
        level, above = codes.level_of(code), codes.parent_of(code)
        parent = self.known.get(above)
        if parent is None:
            mend = "请先导入上级区域，或把它一起放在表里"
            raise Invalid(f"上级区域 {above} 不存在", mend=mend, field="code")
        grid = level == codes.GRID
        self.judging.check("add_grid" if grid else "add_area", parent.path, field="code")
        if grid:
            _check_kind(row.grid_kind)
        area = Area(
            code=code,
            name=row.facts.name.strip(),
            level=level,
            grid_kind=row.grid_kind if grid else "",
            parent=parent,
            path=codes.path_below(parent.path, code),
            administrative=row.facts.administrative,
            remark=row.facts.remark,
            initials=initials(row.facts.name.strip())[:60],
            valid_from=row.facts.since,
        )
        self.new[code] = self.known[code] = area
        return area

    def _change(self, area: Area, row: AreaRow) -> None:
        name = row.facts.name.strip()
        if name == area.name:
            return
        if area.code in self.new or area.code in self.changed:
            words = f"代码 {area.code} 在表内出现两次，名称不同"
            raise Invalid(words, mend="请只留一行", field="code")
        self.judging.check("rename_area", area.path, field="name")
        self.aliases.append(AreaAlias(area=area, name=area.name, code=area.code, until=self.today))
        area.name, area.initials = name, initials(name)[:60]
        self.changed[area.code] = area

    def _draw(self, position: int, area: Area, outline: dict[str, Any]) -> None:
        if area.outline == outline:
            return
        if area.code not in self.new:
            self.judging.check("set_outline", area.path, field="outline")
            self.changed[area.code] = area
        shape, parent = geo.outline(outline), area.parent
        source = (parent.outline_source if parent else "") or SURVEYED
        if parent is not None and _comparable(parent, source):
            _check_within(shape, self._ground(parent), parent)
        _place(area, outline, shape, source=source)
        if area.level == Area.Level.GRID:
            self.drawn[position] = (area, shape)

    def _ground(self, parent: Area) -> BaseGeometry:
        """The parent's outline and a metre around, made once for all its grids."""
        if parent.code not in self.grounds:
            self.grounds[parent.code] = geo.outline(parent.outline).buffer(OUTSIDE)
        return self.grounds[parent.code]

    def check_apart(self) -> None:
        """Grids of one kind in one parent share no ground, old ones included."""
        parents = {codes.parent_of(area.code) for area, _ in self.drawn.values()}
        old = Area.objects.filter(level=Area.Level.GRID, parent__code__in=parents, valid_to=None)
        listed = {area.code for area, _ in self.drawn.values()}
        there: dict[tuple[str, str], list[Ground]] = {}
        for area in old.exclude(outline=None).iterator(chunk_size=500):
            if area.code not in listed:
                group = there.setdefault(_group(area), [])
                group.append((area, geo.outline(area.outline)))
        groups: dict[tuple[str, str], dict[int, Ground]] = {}
        for position, (area, shape) in self.drawn.items():
            groups.setdefault(_group(area), {})[position] = (area, shape)
        for group_key, drawn in groups.items():
            self._apart(drawn, there.get(group_key, []))

    def _apart(self, drawn: dict[int, Ground], there: list[Ground]) -> None:
        everyone = there + list(drawn.values())
        tree = STRtree([shape for _, shape in everyone])
        for position, (area, shape) in drawn.items():
            with self.judging.row(position):
                for found in tree.query(shape):
                    other, ground = everyone[int(found)]
                    if other is area:
                        continue
                    shared = shapely.intersection(shape, ground).area / shape.area
                    if shared > OVERLAP:
                        mend = "同类网格不能重叠，请调整边界"
                        words = f"与{other}重叠 {shared:.0%}"
                        raise Invalid(words, mend=mend, field="outline")

    def top(self) -> Area:
        """The area that stands above all of them: where the batch is written down."""
        touched = [*self.new.values(), *self.changed.values()]
        shortest = min((area.path for area in touched), key=len)
        root = codes.codes_on(shortest)[0]
        return Area.objects.get(code=root, valid_to=None)

    def keep(self) -> Imported:
        for level in codes.LEVELS:
            made = [area for area in self.new.values() if area.level == level]
            for area in made:
                area.parent = area.parent  # takes over the key that the parent has only now
            Area.objects.bulk_create(made, batch_size=1000)
        AreaAlias.objects.bulk_create(self.aliases)
        fields = ["name", "initials", "outline", "outline_source", "lon", "lat", *_BOX]
        Area.objects.bulk_update(self.changed.values(), fields, batch_size=500)
        added, changed = len(self.new), len(self.changed)
        return Imported(added, changed, self.rows - added - changed)


_BOX = ("min_lon", "min_lat", "max_lon", "max_lat")


def _group(grid: Area) -> tuple[str, str]:
    """Grids that must lie apart: of one kind in one parent."""
    return codes.parent_of(grid.code), grid.grid_kind


def _depth(code: str) -> int:
    whole = codes.full(code)
    return codes.LEVELS.index(codes.level_of(whole)) if codes.is_code(whole) else 0
