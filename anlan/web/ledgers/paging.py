"""Keyset paging (翻页): the next page starts behind the last row, never at the n-th.

A page costs the same whether it is the first or the thousandth of a million rows, and a row that
arrives meanwhile neither doubles nor hides another. Rows whose sort value is empty stand at the
end in both directions; they are read as a second run of their own, so that a partial index on
the filled values (the deadline of a live matter) serves the first.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Lookup, Model, Q, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull

Row = TypeVar("Row", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: one column of its own table, then the id."""

    field: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Position:
    """Where a page begins: behind (or before) the row with this value and id."""

    value: Any
    pk: int

    def __str__(self) -> str:
        plain = json.dumps([_plain(self.value), self.pk], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """Read it back; a link that was cut short in a chat opens the first page."""
        try:
            padded = text + "=" * (-len(text) % 4)
            value, pk = json.loads(base64.urlsafe_b64decode(padded))
            return cls(value, int(pk))
        except (ValueError, TypeError, binascii.Error):
            return None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the positions from which its neighbours are read; empty where it has none."""

    rows: list[Row]
    before: str
    after: str

    @property
    def is_all(self) -> bool:
        """Whether this page is the whole list: then its length is the count."""
        return not self.before and not self.after


def page_of(
    rows: QuerySet[Row], order: Order, *, after: str = "", before: str = "", size: int = SIZE
) -> Page[Row]:
    """The page behind `after`, or the one before `before`, or the first."""
    start, backward = _begin(after, before)
    found = _read(rows, order, start, size + 1, backward=backward)
    if not found and start:
        # Everything behind the position is gone meanwhile: begin again rather than show nothing.
        return page_of(rows, order, size=size)
    return _page(found, order, start, size, backward=backward)


def near_page_of(
    rows: QuerySet[Row], order: Order, *, after: str = "", before: str = "", within: int
) -> Page[Row] | None:
    """The same page, if it is full before `within` rows of the whole table are passed.

    For rows that are frequent, but not indexed in this order: they are met on the way, and the way
    is never longer than this, whatever the planner expects of them.
    """
    start, backward = _begin(after, before)
    every = rows.model._default_manager.all()
    passed = _run(every, order, start, empty=False, backward=backward)
    edge = passed.values_list(order.field, flat=True)[within : within + 1].first()
    if edge is not None:
        side = "gte" if order.descending ^ backward else "lte"
        rows = rows.filter(**{f"{order.field}__{side}": edge})
    found = _read(rows, order, start, SIZE + 1, backward=backward)
    return _page(found, order, start, SIZE, backward=backward) if len(found) > SIZE else None


def _begin(after: str, before: str) -> tuple[Position | None, bool]:
    """From where to read, and whether backwards; from the beginning where the link was cut."""
    start = Position.parse(before or after) if before or after else None
    return start, bool(before) and start is not None


def _page(
    found: list[Row], order: Order, start: Position | None, size: int, *, backward: bool
) -> Page[Row]:
    """A page of what was read: one row more than it holds says that it goes on."""
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    if not found:
        return Page([], "", "")
    first, last = (str(_position(row, order)) for row in (found[0], found[-1]))
    return Page(
        rows=found,
        before=first if (more if backward else start is not None) else "",
        after=last if (start is not None if backward else more) else "",
    )


def walk(rows: QuerySet[Row], order: Order, *, chunk: int = 2_000) -> Iterator[Row]:
    """Every row in the order of the pages, read chunk by chunk: for a sheet or a print."""
    after = ""
    while True:
        page = page_of(rows, order, after=after, size=chunk)
        yield from page.rows
        after = page.after
        if not after:
            return


def _read(
    rows: QuerySet[Row], order: Order, start: Position | None, size: int, *, backward: bool
) -> list[Row]:
    runs = _runs(rows, order)  # whether the value is empty
    split = len(runs) > 1
    if backward:
        runs.reverse()
    if start is not None and order.nullable:
        here = start.value is None
        runs = runs[runs.index(here) :] if here in runs else []
    found: list[Row] = []
    for empty in runs:
        # Said only where nothing else says it: the planner takes IS NOT NULL beside a bound for
        # a second reason, expects thirty times too few rows and sorts what it should walk.
        part = rows
        if split and (empty or start is None):
            part = rows.filter(**{f"{order.field}__isnull": empty})
        found += _run(part, order, start, empty=empty, backward=backward)[: size - len(found)]
        if len(found) == size:
            break
        start = None  # the next run is read from its beginning
    return found


def _runs(rows: QuerySet[Row], order: Order) -> list[bool]:
    """Which runs a list has: both, unless it is narrowed by the same column it is sorted by."""
    if not order.nullable:
        return [False]
    for one in rows.query.where.children:
        column = one.lhs if isinstance(one, Lookup) else None
        if isinstance(column, Col) and column.target == rows.model._meta.get_field(order.field):
            return [isinstance(one, IsNull) and bool(one.rhs)]
    return [False, True]


def _run(
    rows: QuerySet[Row], order: Order, start: Position | None, *, empty: bool, backward: bool
) -> QuerySet[Row]:
    down = order.descending ^ backward
    sign, beyond = ("-", "lt") if down else ("", "gt")
    if empty or order.field == "pk":
        if start is not None:
            rows = rows.filter(**{f"pk__{beyond}": start.pk})
        return rows.order_by(f"{sign}pk")
    if start is not None:
        # The first half bounds the index scan, the second steps over equal values.
        further = Q(**{f"{order.field}__{beyond}": start.value}) | Q(**{f"pk__{beyond}": start.pk})
        rows = rows.filter(further, **{f"{order.field}__{beyond}e": start.value})
    return rows.order_by(f"{sign}{order.field}", f"{sign}pk")


def _position(row: Model, order: Order) -> Position:
    value = row
    for step in order.field.split("__"):
        value = getattr(value, step)
    return Position(value, row.pk)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
