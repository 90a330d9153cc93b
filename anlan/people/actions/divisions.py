"""Loading the division tree from the lists that ship with the product (载入区划)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.db import transaction

from anlan.formats.pinyin import initials
from anlan.kernel import catalogues, outbox, trail
from anlan.kernel.errors import Invalid

from .. import access, events
from ..models import Area, Person
from ..rules import codes
from ..rules.divisions import Division, DivisionList, read_divisions, schematic
from ..rules.outlines import Outline
from .grids import SCHEMATIC


@dataclass(frozen=True)
class Loaded:
    """What a list brought: `differing` are (code, name here, name in the list); ours are kept.

    `drawn` of the kept ones had no outline and have a schematic one now.
    """

    root: Area
    added: int
    kept: int
    drawn: int
    differing: tuple[tuple[str, str, str], ...]


@transaction.atomic
def load_divisions(*, root: str, by: Person | None, at: datetime) -> Loaded:
    """Enter the areas of a shipped list with schematic outlines; what is there stays (载入区划).

    `root` is the six digits of a city or district. Safe to do again: only codes that never stood
    here are added and only what has no outline is drawn; renamed and merged areas stay as the
    district has them. `by` is None when the installation itself does it.
    """
    if by is not None:
        access.check(by, "people.load_divisions", path=_path_of(root), at=at)
    listed, divisions = _shipped(root)
    ever = Area.objects.filter(code__in=[d.code for d in divisions]).order_by("valid_to")
    known = {area.code: area for area in ever}  # the standing one last, and so the one kept
    new = [division for division in divisions if division.code not in known]
    blank = [area for area in known.values() if area.outline is None and area.valid_to is None]
    pieces = schematic(divisions, listed) if new or blank else {}
    for area in blank:
        _draw(area, pieces[area.code])
    Area.objects.bulk_update(blank, _DRAWN, batch_size=500)
    for _, level in groupby(sorted(new, key=_depth), key=_depth):
        made = [_area(division, known, pieces[division.code]) for division in level]
        known |= {area.code: area for area in Area.objects.bulk_create(made, batch_size=1000)}
    top = known[divisions[0].code]
    differing = tuple(
        (d.code, known[d.code].name, d.name) for d in divisions if known[d.code].name != d.name
    )
    if new or blank:
        note = {"added": len(new), "drawn": len(blank), "source": listed.source}
        trail.write(top, "load_divisions", by=by, at=at, counts=note)
        outbox.announce(events.DivisionsLoaded(top.pk, len(new)))
    return Loaded(top, len(new), len(divisions) - len(new), len(blank), differing)


# --- within -----------------------------------------------------------------------------------


def _path_of(root: str) -> str:
    found = Area.objects.filter(code=codes.full(root)).values_list("path", flat=True).first()
    return found or codes.path_below(codes.ROOT, codes.full(root))


def _shipped(root: str) -> tuple[DivisionList, tuple[Division, ...]]:
    lists = catalogues.load("divisions", DivisionList)
    if root not in lists:
        known = "、".join(f"{key} {each.name}" for key, each in lists.items())
        mend = f"现有：{known}；也可在本地配置的 divisions.yaml 和 divisions 目录里加一份"
        raise Invalid(f"没有 {root} 的区划代码表", mend=mend, field="root")
    path = _file_of(root)
    try:
        return lists[root], read_divisions(path.read_bytes(), lists[root])
    except (OSError, EOFError, ValueError) as error:
        mend = "请按 divisions/README.md 的四列重新生成这个文件"
        raise Invalid(f"区划代码表 {path.name} 读不了：{error}", mend=mend) from error


def _file_of(root: str) -> Path:
    """The site's own file before the shipped one, as with every catalogue."""
    name = Path("divisions") / f"{root}.csv.gz"
    site = catalogues.site_folder()
    if site is not None and (site / name).is_file():
        return site / name
    return catalogues.shipped_folder() / name


def _depth(division: Division) -> int:
    return codes.LEVELS.index(division.level)


def _area(division: Division, known: dict[str, Area], piece: Outline) -> Area:
    parent = known.get(division.parent)
    area = Area(
        code=division.code,
        name=division.name,
        level=division.level,
        parent=parent,
        path=codes.path_below(parent.path if parent else codes.ROOT, division.code),
        administrative=division.administrative,
        remark=division.note,
        initials=initials(division.name)[:60],
    )
    _draw(area, piece)
    return area


_DRAWN = ["outline", "outline_source", "lon", "lat", "min_lon", "min_lat", "max_lon", "max_lat"]


def _draw(area: Area, piece: Outline) -> None:
    area.outline, area.outline_source = piece.geojson(), SCHEMATIC
    area.lon, area.lat = piece.lon, piece.lat
    area.min_lon, area.min_lat, area.max_lon, area.max_lat = piece.box
