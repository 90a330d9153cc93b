"""Decisions about an item: missing parties, the day of the next look, changes of grade."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from .fields import Field, Problem
from .kinds import PARTIES, ItemKind


def parties_missing(kind: ItemKind, named: Collection[str]) -> tuple[str, ...]:
    """The parties that the kind asks for and nobody named: 属地, 行业主管, 企业主体."""
    return tuple(party for party in PARTIES if party in kind.parties and party not in named)


def stale_on(kind: ItemKind, *, grade: str, looked_at: date) -> date | None:
    """The day by which it must be looked at again; a higher grade can ask for it sooner."""
    days = kind.freshness_days_by_grade.get(grade, kind.freshness_days)
    return None if days is None else looked_at + timedelta(days=days)


def review_by(kind: ItemKind, *, reported: date) -> date:
    """The day by which a spot reported from outside the register must be reviewed."""
    return reported + timedelta(days=kind.review_days)


def check_grade(kind: ItemKind, *, before: str, after: str, reason: str) -> None:
    """Raise Problem unless the risk grade may change from `before` to `after` for this reason."""
    if not kind.graded:
        raise Problem(f"{kind.label}不评定风险等级", "请在类别目录中设 graded: yes", field="grade")
    if before == after:
        raise Problem("风险等级没有变化", "请选择另一个等级，或改为核实", field="grade")
    if not reason.strip():
        raise Problem("没有写评定理由", "请写明依据，如评估报告名称或现场情况", field="reason")


def code_of(kind: ItemKind, district: str, serial: int) -> str:
    """The code of an item that brought none: RP-331081-000012."""
    return f"{kind.prefix}-{district}-{serial:06d}"


def search_text(*parts: str) -> str:
    """What people type when they look for it, each part once."""
    return " ".join(dict.fromkeys(part for part in parts if part))


def form_of(
    kind: ItemKind, sectors: Mapping[str, str] | None = None, leave: Collection[str] = ()
) -> tuple[Field, ...]:
    """The fields of the kind's form and table, with the words a sector may be written in.

    `sectors` is word → key. Fields named in `leave` are left out.
    """
    return tuple(
        replace(each, choices=sectors or {}) if each.key == "sector" else each
        for each in kind.fields()
        if each.key not in leave
    )


def check_position(lon: float | None, lat: float | None) -> None:
    """Raise Problem when only half of a position is given."""
    if (lon is None) != (lat is None):
        missing = "lat" if lat is None else "lon"
        raise Problem("经度和纬度要么都填，要么都不填", "请补上另一个", field=missing)
