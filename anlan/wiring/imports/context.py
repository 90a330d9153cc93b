"""By whom, when and from which file an import is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

Row = Mapping[str, Any]


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
