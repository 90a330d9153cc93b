"""By whom, when and from which file an import is made; rows taken one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from anlan.kernel.errors import Invalid, Refused
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Problem

from .outcome import Stored

Row = Mapping[str, Any]
Taking = Callable[[Row], str]  # takes one row and says what came of it
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True)
class Context:
    """By whom, when, and from which file."""

    source: str
    by: Person | None
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(LOCAL).date()


def needs_somebody(context: Context) -> Person:
    """The person who imports; raise Invalid when nobody is named: these deeds have an author."""
    if context.by is None:
        raise Invalid("没有说明由谁导入", mend="请用 --by 指定账号", field="by")
    return context.by


def one_by_one(rows: Sequence[Row], take: Taking) -> Stored:
    """Take rows through an action for single things; raise InvalidRows with every refusal."""
    counts = {ADDED: 0, CHANGED: 0, UNCHANGED: 0}
    problems: list[tuple[int, Problem]] = []
    for position, row in enumerate(rows):
        try:
            with transaction.atomic():  # a savepoint, so that the next row is judged too
                counts[take(row)] += 1
        except Refused as error:
            problems.append((position, Problem(error.words, error.mend, field=error.field)))
    if problems:
        raise InvalidRows(problems)
    return Stored(**counts)
