# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may close the figures of 泽国镇's May, and open them again."""

from collections.abc import Callable
from typing import Any

from anlan.figures import actions
from anlan.figures.models import FrozenPeriod
from anlan.figures.rules import parse_period
from anlan.people.models import Person

from .personas import rows
from .scene import Scene

MAY_OF_THAT_YEAR = "2024-05"

# fmt: off
TABLE = rows(
    #                              nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("figures.freeze",             "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # The station froze it; its superiors may open it again.
    ("figures.unfreeze",           "-     -     -         -      -       x      x       x     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _freeze(s: Scene, by: Person) -> FrozenPeriod:
    period = parse_period(MAY_OF_THAT_YEAR)
    return actions.freeze(period=period, area=s.district.zeguo, by=by, at=s.at)


def _unfreeze(s: Scene, by: Person) -> None:
    actions.unfreeze(s["frozen"], reason="补录漏报台账", by=by, at=s.at)


ATTEMPTS: dict[str, Attempt] = {
    "figures.freeze": _freeze,
    "figures.unfreeze": _unfreeze,
}
