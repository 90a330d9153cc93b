"""What a reader must know of a number: why there is none, its goal, an area that changed."""

from decimal import Decimal

from anlan.figures.rules import Period, formulas
from anlan.people.models import Area

from . import covering
from .catalogue import definition
from .definition import Figure
from .deriving import Round


def notes_of(
    found: Round, figure: Figure, now: Period, base: Period, value: Decimal | None
) -> tuple[str, ...]:
    """The remarks of one figure, in the order in which they matter."""
    notes = []
    if value is None:
        notes.append(_why_none(found, figure, now))
    if figure.kind == "progress":
        notes += _goal(found, figure, now)
    measured = figure.figure if figure.kind in ("yoy", "points") else figure.key
    if (measured, base.start, base.last) in found.given:
        notes.append("上年同期取自封账数")
    if figure.kind == "coverage" and (owed := covering.goal_words(figure)):
        notes.append(f"应做:{owed}")
    if figure.kind == "streak" and value is not None and value >= figure.at_most:
        notes.append(f"至少{value}{figure.unit}:只向前追溯{figure.at_most}期")
    if value is not None and found.asked.area.level not in (Area.Level.DISTRICT, Area.Level.CITY):
        notes += _changed_area(found.asked.area, now, base)
    return tuple(note for note in notes if note)


_NONE = {
    "duration": "统计期内没有办结的,不计算时长",
    "rank": "没有同级区域可比",
    "streak": "台账没有这段时间的数据",
    "coverage": "本期没有到期的应做;名册类的应做只知道今天的现状",
}


def _why_none(found: Round, figure: Figure, now: Period) -> str:
    if figure.kind in _NONE:
        return _NONE[figure.kind]
    if figure.kind in ("rate", "share", "ratio"):
        return f"{definition(figure.whole).label}为0,不计算{figure.label}"
    if figure.kind in ("yoy", "period_on_period"):
        base = "上年同期" if figure.kind == "yoy" else "上期"
        return f"{base}为0,不计算百分数"
    if figure.kind == "progress":
        return "" if found.goal(figure, now) else "本区域没有下达目标"
    if figure.kind == "formula":
        names = "、".join(definition(name).label for name in formulas.names_in(figure.formula))
        return f"{names}中有一项没有数值或为0,算不出来"
    return ""


def _goal(found: Round, figure: Figure, now: Period) -> list[str]:
    goal = found.goal(figure, now)
    of = definition(figure.figure)
    return [f"目标{float(goal):g}{of.unit}"] if goal else []


def _changed_area(area: Area, now: Period, base: Period) -> list[str]:
    """Words for an area that came or went: 撤村并居 happens, and sums follow the tree."""
    notes = []
    if area.valid_to is not None and area.valid_to <= now.last:
        into = f",已并入{area.parent}" if area.parent else ""
        notes.append(f"{area}已于{area.valid_to:%Y-%m-%d}撤销{into},此后的数据计入并入的区域")
    if base.start is not None and base.start < area.valid_from <= now.last:
        notes.append(f"{area}自{area.valid_from:%Y-%m-%d}设立,此前没有可比的数据")
    merged = area.children.filter(level=area.level, valid_to__isnull=False)
    for gone in merged.filter(valid_to__lte=now.last, valid_to__gt=base.start or base.last)[:3]:
        notes.append(f"{gone}(代码{gone.code})自{gone.valid_to:%Y-%m-%d}并入,历史数据一并计入")
    return notes
