"""How many there are, without counting a million rows for every page (约 225,000)."""

import json
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from django.db.models import QuerySet

from .paging import Page

EXACT_UP_TO = 1_000
WORTH_A_LOOK = 50_000  # below, a guess may be the size of the file rather than of the list


@dataclass(frozen=True)
class Count:
    """A number of rows: counted, estimated by the planner, or where counting was left off."""

    number: int
    exact: bool
    more: bool = False

    def __str__(self) -> str:
        if self.more:
            return f"超过 {self.number:,}"
        return f"{self.number:,}" if self.exact else f"约 {self.number:,}"


def count_of(rows: QuerySet[Any], page: Page[Any]) -> Count:
    """Exact where the page is everything or the list is short, else the planner's estimate."""
    if page.is_all:
        return Count(len(page.rows), exact=True)
    guess = estimate(rows)
    if guess <= WORTH_A_LOOK:
        # Bounded: a thousand rows are counted at most, never the whole table.
        counted = rows.order_by()[: EXACT_UP_TO + 1].count()
        if counted <= EXACT_UP_TO:
            return Count(counted, exact=True)
        if guess < counted:
            return Count(EXACT_UP_TO, exact=False, more=True)
    return Count(rounded(guess), exact=False)


def estimate(rows: QuerySet[Any]) -> int:
    """What the planner expects this query to find; costs a plan, reads no row."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def rounded(number: int) -> int:
    """Two digits that count: an estimate shall not look like a count."""
    if number < 100:
        return number
    unit: int = 10 ** (floor(log10(number)) - 1)
    return round(number / unit) * unit
