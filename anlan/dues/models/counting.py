"""What was done, counted for the whole matrix by one grouped query (应做计数).

Never a query a cell: every source is grouped by whose row it is and by the number of its period,
which `width_bucket` finds among the first days of the periods.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from anlan.kernel.trail import LOCAL
from anlan.matters import access as matters
from anlan.matters.flow import Stage as MatterStage
from anlan.matters.models import Matter
from anlan.people.access import Scope
from anlan.people.models import Charge
from anlan.records import access as books
from anlan.records.models import Record
from anlan.registry.models import Item

from ..rules import COUNTED, SUMMED, Counted, Due, Span
from .waivers import PlanLine

Counts = dict[tuple[str, int], Counted]
Depth = int  # which part of a path names the row; 0 where there is one row only
ELSEWHERE = (MatterStage.DRAFT, MatterStage.VOID, MatterStage.MERGED)
DAY = timedelta(days=1)


class _Slot(Func):
    """The number of the boundary that a day or instant lies after: 1, 2 …; 0 before the first."""

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, when: Combinable | str, boundaries: Sequence[date]) -> None:
        kind = DateTimeField() if isinstance(boundaries[0], datetime) else DateField()
        super().__init__(when, Value(list(boundaries), output_field=ArrayField(kind)))


def _midnight(day: date) -> datetime:
    """The instant a day begins here: compared as it is, without a conversion for every row."""
    return datetime.combine(day, time.min, LOCAL)


def part_of(path: str, depth: Depth) -> Combinable:
    """The code on a path at a depth: whose row a thing lies in."""
    if not depth:
        return Value("", output_field=TextField())
    return Func(
        F(path), Value("/"), Value(depth + 1), function="split_part", output_field=TextField()
    )


def records_of(due: Due, root: str, spans: Sequence[Span], scope: Scope | None) -> QuerySet[Any]:
    """The records that count for a due: the very rows that a cell opens."""
    found = Record.objects.all() if scope is None else books.visible_to(scope)
    found = found.kept().of_kind(*due.kinds)
    found = found.filter(day__gte=spans[0].first, day__lte=spans[-1].last)
    found = found.filter(**{f"{_path(due)}__startswith": root})
    if due.sector:
        found = found.filter(sector=due.sector)
    if due.details:  # as one containing the other: that has an index
        found = found.filter(details__contains=dict(due.details))
    if due.items and due.across != "firms":  # of firms it says which ones owe
        found = found.filter(item__in=items_of(due, root))
    return found


def items_of(due: Due, root: str) -> QuerySet[Any]:
    """The items that a due is about, as they stand in the register."""
    found = Item.objects.standing().of_kind(due.items).under(root)
    for key, value in due.where.items():
        found = found.filter(**{f"attributes__{key}": value})
    return found


def matters_of(due: Due, root: str, spans: Sequence[Span], scope: Scope | None) -> QuerySet[Any]:
    """The matters to be settled: those dispatched in the days shown."""
    found = Matter.objects.all() if scope is None else matters.visible_to(scope)
    found = found.filter(kind__in=due.kinds, area_path__startswith=root)
    found = found.exclude(stage__in=ELSEWHERE).filter(dispatched_at__isnull=False)
    if due.sector:
        found = found.filter(sector=due.sector)
    begin, end = _midnight(spans[0].first), _midnight(spans[-1].last + DAY)
    return found.filter(dispatched_at__gte=begin, dispatched_at__lt=end)


def row_of_records(due: Due, depth: Depth) -> Combinable:
    """Whose row a record belongs to: one row and no other, so that it counts once."""
    if due.across == "items":
        return Cast("item_id", TextField())
    if due.across == "departments" or (due.across == "firms" and due.by == "organiser"):
        return Cast("organiser_id", TextField())
    if due.across == "firms":
        return Cast("visits__body_id", TextField())
    return part_of(_path(due), depth)


def count_records(
    due: Due, root: str, spans: Sequence[Span], *, depth: Depth, scope: Scope | None
) -> Counts:
    """What was done, by row and period."""
    measure = _item_measure() if due.counts == "visited" else _measure(due)
    found = records_of(due, root, spans, scope)
    return _grouped(found, row_of_records(due, depth), spans, measure, by_date=not due.every)


def count_planned(
    due: Due, root: str, spans: Sequence[Span], *, depth: Depth, scope: Scope | None
) -> dict[tuple[str, int], tuple[int, Counted]]:
    """Of those whom a plan names: how many there are and how many were seen, by row and period."""
    found: dict[tuple[str, int], tuple[int, Counted]] = {}
    for number, span in enumerate(spans):
        lines = PlanLine.objects.of(due.key, span.first).filter(area_path__startswith=root)
        seen = planned_and_seen(due, lines, root, span, scope)
        in_time = seen  # of what is owed all along, whatever was done was in time
        if span.due != span.last:
            in_time = planned_and_seen(due, lines, root, replace(span, last=span.due), scope)
        named: dict[str, list[int]] = {}
        for pk, who in lines.annotate(who=part_of("area_path", depth)).values_list("pk", "who"):
            named.setdefault(who, []).append(pk)
        for who, pks in named.items():
            counted = Counted(len(seen.intersection(pks)), len(in_time.intersection(pks)))
            found[who, number] = len(pks), counted
    return found


def planned_and_seen(
    due: Due, lines: "QuerySet[PlanLine]", root: str, span: Span, scope: Scope | None
) -> set[int]:
    """The lines of a plan that a record of the due has visited, wherever the visit was.

    A plan names hundreds and the books hold hundreds of thousands: each is asked once and they meet
    here. Joined in one statement, stale statistics made it minutes.
    """
    records = records_of(due, root, (span,), scope).order_by()
    thing, visited = ("item", "item") if due.take == "items" else ("body", "visits__body")
    seen = set(records.values_list(visited, flat=True).distinct())
    return {pk for pk, its in lines.values_list("pk", thing) if its in seen}


def count_matters(
    due: Due, root: str, spans: Sequence[Span], *, depth: Depth, scope: Scope | None
) -> tuple[Counts, Counts]:
    """Matters to be settled, and settled; in time where it took no more than `days`."""
    found = matters_of(due, root, spans, scope).order_by()
    slots = _Slot("dispatched_at", [_midnight(span.first) for span in spans])
    closed = Q(closed_at__isnull=False)
    quick = closed & Q(closed_at__lte=F("dispatched_at") + timedelta(days=due.days))
    grouped = found.values(who=part_of("area_path", depth), slot=slots).annotate(
        all=Count("pk"), done=Count("pk", filter=closed), quick=Count("pk", filter=quick)
    )
    owed: Counts = {}
    done: Counts = {}
    for row in grouped:
        place = row["who"], row["slot"] - 1
        owed[place] = Counted(row["all"], row["all"])
        done[place] = Counted(row["done"], row["quick"])
    return owed, done


def count_items(
    due: Due, root: str, span: Span, *, depth: Depth, today: date
) -> tuple[dict[str, int], dict[str, Counted]]:
    """Items by row, and those in the state that is asked for; or the sum of an attribute."""
    found = items_of(due, root).order_by().values(who=part_of("area_path", depth))
    if due.take.startswith(SUMMED):
        summed = _number(due.take.removeprefix(SUMMED), "attributes")
        rows = found.annotate(n=Coalesce(Sum(summed), Value(0), output_field=DecimalField()))
        return {}, {row["who"]: Counted(row["n"], row["n"]) for row in rows}
    ready, in_time = ready_of(due, span, today)
    rows = found.annotate(
        all=Count("pk"), done=Count("pk", filter=ready), quick=Count("pk", filter=ready & in_time)
    )
    every = list(rows)
    return {row["who"]: row["all"] for row in every}, {
        row["who"]: Counted(row["done"], row["quick"]) for row in every
    }


def ready_of(due: Due, span: Span, today: date) -> tuple[Q, Q]:
    """The condition of the state, and of its having been reached in time where that is known."""
    attribute = f"attributes__{due.attribute}"
    if due.state == "confirmed":
        return Q(confirmed_on__gte=span.first), Q(confirmed_on__lte=span.due)
    if due.state == "fresh":
        return Q(**{f"{attribute}__gte": span.first.isoformat()}), Q()
    if due.state == "valid":
        return Q(**{f"{attribute}__gte": min(today, span.due).isoformat()}), Q()
    if due.state == "reaches":
        value: Any = due.value if "-" in due.value else float(due.value)
        return Q(**{f"{attribute}__gte": value}), Q()
    yes_no: dict[str, Any] = {"yes": True, "是": True, "no": False, "否": False}
    return Q(**{attribute: yes_no.get(due.value, due.value)}), Q()


def count_charges(
    due: Due, root: str, span: Span, *, depth: Depth, today: date
) -> tuple[dict[str, int], dict[str, Counted]]:
    """Charges by row, and those that were confirmed since the period began."""
    found = charges_of(due, root, today).order_by().values(who=part_of("area_path", depth))
    said = Q(confirmed_on__gte=span.first)
    every = list(
        found.annotate(
            all=Count("pk"),
            done=Count("pk", filter=said),
            quick=Count("pk", filter=said & Q(confirmed_on__lte=span.due)),
        )
    )
    return {row["who"]: row["all"] for row in every}, {
        row["who"]: Counted(row["done"], row["quick"]) for row in every
    }


def charges_of(due: Due, root: str, today: date) -> QuerySet[Any]:
    return Charge.objects.valid_on(today).filter(kind__in=due.kinds).under(root)


# --- inside ---------------------------------------------------------------------------------------


def _path(due: Due) -> str:
    """The path by which a record finds its row."""
    if due.items and due.counts == "visited":
        return "item__area_path"
    return {
        "organiser": "organiser__area_path",
        "visited": "visits__body__area_path",
        "place": "area_path",
    }[due.by]


def _grouped(
    found: QuerySet[Any],
    who: Combinable,
    spans: Sequence[Span],
    measure: Callable[[Q | None], Any],
    *,
    by_date: bool,
) -> Counts:
    """One query: rows × periods. Of what is owed by a date, what came in time is told apart."""
    if not by_date:
        slots = _Slot("day", [span.first for span in spans])
        rows = found.order_by().values(who=who, slot=slots).annotate(done=measure(None))
        return {
            (row["who"], row["slot"] - 1): Counted(row["done"], row["done"])
            for row in rows
            if row["who"] is not None and row["done"]
        }
    edges = [day for span in spans for day in (span.first, span.due + DAY)]
    half = _Slot("day", edges)
    rows = (
        found.order_by()
        .annotate(_half=half)
        .values(who=who, slot=_Slot("day", [span.first for span in spans]))
        .annotate(
            done=measure(None),
            quick=measure(Q(_half__in=list(range(1, len(edges), 2)))),
        )
    )
    return {
        (row["who"], row["slot"] - 1): Counted(row["done"], row["quick"] or 0)
        for row in rows
        if row["who"] is not None and row["done"]
    }


def _measure(due: Due) -> Callable[[Q | None], Any]:
    """What is taken of the records: how many, visits, distinct firms or items, or a sum."""
    take = due.take
    if take == "visits":
        return lambda only: Count("visits", filter=only)
    if take == "bodies":
        return lambda only: Count("visits__body", distinct=True, filter=only)
    if take == "items":
        return _item_measure()
    if take == "person_times":
        return lambda only: Sum("person_times", filter=only)
    if take.startswith(COUNTED):
        number = _number(take.removeprefix(COUNTED), "counts")
        return lambda only: Sum(number, filter=only)
    return lambda only: Count("pk", distinct=due.by == "visited", filter=only)


def _item_measure() -> Callable[[Q | None], Any]:
    return lambda only: Count("item", distinct=True, filter=only)


def _number(key: str, column: str) -> Cast:
    """A number inside a JSON column, as a number; what is no number counts nothing."""
    text = KeyTextTransform(key, column)
    decimal = DecimalField(max_digits=20, decimal_places=4)
    return Cast(Case(When(**{f"{column}__has_key": key}, then=text), default=Value(None),
                     output_field=CharField()), decimal)  # fmt: skip
