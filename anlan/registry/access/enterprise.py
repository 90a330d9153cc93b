"""One file per enterprise (一企一档): everything ever tied to it, from every room that has some."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from anlan.kernel.refs import Ref
from anlan.people.access import Scope, charges_visible_to
from anlan.people.models import Body, charge_kinds

from ..models import Grade, GradeChange, StockMovement
from .rights import visible_to

LATEST = 10  # rows shown of a section; its count is of all


@dataclass(frozen=True)
class Line:
    """One row of a section: what, when, how it stands, and what it opens."""

    title: str
    state: str = ""
    at: date | datetime | None = None
    ref: Ref | None = None


@dataclass(frozen=True)
class Section:
    """One part of the file: how many there are, and the latest of them."""

    key: str
    title: str
    count: int
    lines: tuple[Line, ...] = ()


Source = Callable[[Body, Scope], Section]


def register_section(key: str, *, order: int, source: Source) -> None:
    """Let a room add its part to the file; `wiring` calls it for the rooms above."""
    _sources[key] = (order, source)


def enterprise_file(body: Body, scope: Scope) -> tuple[Section, ...]:
    """The file of a body as this person sees it; each room shows only what is visible to them."""
    ordered = sorted(_sources.values(), key=lambda entry: entry[0])
    return tuple(source(body, scope) for _, source in ordered)


# --- what the register itself and the people below it know ----------------------------------------


def _items(body: Body, scope: Scope) -> Section:
    """Items it owns, the retired ones included: the file is of everything that ever was."""
    rows = visible_to(scope).filter(enterprise=body)
    latest = rows.order_by("-registered_at", "-pk")[:LATEST]
    lines = (
        Line(f"{row.spec.label} {row}", row.get_stage_display(), row.registered_at, Ref.of(row))
        for row in latest
    )
    return Section("items", "底数", rows.count(), tuple(lines))


def _grades(body: Body, scope: Scope) -> Section:
    rows = GradeChange.objects.filter(item__in=visible_to(scope).filter(enterprise=body))
    latest = rows.select_related("item").order_by("-at", "-pk")[:LATEST]
    words = dict(Grade.choices) | {"": "未评定"}
    lines = (
        Line(
            f"{row.item}：{row.reason}",
            f"{words[row.before]} → {words[row.after]}",
            row.at,
            Ref.of(row.item),
        )
        for row in latest
    )
    return Section("grades", "风险等级变更", rows.count(), tuple(lines))


def _charges(body: Body, scope: Scope) -> Section:
    """Who answers for it, for one of its items, or from one of its posts, today and before."""
    items = visible_to(scope).filter(enterprise=body).values("pk")
    rows = charges_visible_to(scope).filter(
        Q(target_kind="registry.item", target_id__in=items)
        | Q(target_kind="people.body", target_id=body.pk)
        | Q(post__body=body)
    )
    latest = rows.select_related("person", "post", "area").order_by("-since", "-pk")[:LATEST]
    kinds = charge_kinds()
    lines = (
        Line(
            f"{kinds[row.kind].label if row.kind in kinds else row.kind}：{row.person or row.post}",
            f"至 {row.until}" if row.until else "在任",
            row.since,
            Ref.of(row),
        )
        for row in latest
    )
    return Section("charges", "责任", rows.count(), tuple(lines))


def _loans(body: Body, scope: Scope) -> Section:
    """Materials lent to it from stores that the asker sees."""
    rows = StockMovement.objects.filter(
        item__in=visible_to(scope), counterpart=body, reason=StockMovement.Reason.LENT
    )
    latest = rows.select_related("item").order_by("-at", "-pk")[:LATEST]
    lines = (
        Line(
            f"{row.item}：{row.material} {-row.quantity.normalize():f}{row.unit}",
            f"应于 {row.due_on} 归还",
            row.at,
            Ref.of(row.item),
        )
        for row in latest
    )
    return Section("loans", "借用物资", rows.count(), tuple(lines))


_sources: dict[str, tuple[int, Source]] = {
    "items": (10, _items),
    "charges": (12, _charges),
    "grades": (14, _grades),
    "loans": (60, _loans),
}
