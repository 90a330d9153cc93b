"""Who was called up, who answered and how soon; spot checks (叫应、抽查). Drills never count."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from anlan.callup import access
from anlan.callup.flow import State, World
from anlan.callup.models import Called, Callup, Check, Checked
from anlan.people.access import Scope

from .shape import Dimension, Measure, Moment, Source


def _callups(scope: Scope | None) -> QuerySet[Any]:
    seen = Callup.objects.all() if scope is None else access.visible_to(scope)
    return seen.filter(world=World.LIVE, started_at__isnull=False, notice=False)


def _called(scope: Scope | None) -> QuerySet[Any]:
    """Called in their own right: next ones stand in for somebody who is counted already."""
    seen = Called.objects.all() if scope is None else access.people_visible_to(scope)
    return seen.filter(world=World.LIVE, stands_in_for__isnull=True, callup__notice=False)


def _checked(scope: Scope | None) -> QuerySet[Any]:
    seen = Checked.objects.all() if scope is None else access.checked_visible_to(scope)
    return seen.exclude(outcome__in=(Checked.Outcome.WAITING, Checked.Outcome.EXCUSED))


def _answered(end: datetime) -> Q:
    return Q(state=State.ANSWERED)


SOURCES = (
    Source(
        "callups",
        "叫应",
        _callups,
        "callups",
        moments={"started_at": Moment("started_at")},
        kind="hazard",
        order="started_at",
    ),
    Source(
        "called",
        "叫应对象",
        _called,
        "called",
        moments={"called_at": Moment("called_at"), "answered_at": Moment("answered_at")},
        states={"answered": _answered, "late": lambda end: Q(late=True)},
        measures={"persons": Measure("distinct", "person", ("人", "名"))},
        order="called_at",
    ),
    Source(
        "checked",
        "抽查",
        _checked,
        "checked",
        moments={"recorded_at": Moment("recorded_at")},
        states={"passed": lambda end: Q(outcome=Checked.Outcome.PASSED)},
        dimensions={
            "outcome": Dimension("抽查结果", "outcome", lambda: dict(Checked.Outcome.choices))
        },
        kind="check_of__kind",
        kinds=lambda: dict(Check._meta.get_field("kind").choices or ()),
        order="recorded_at",
    ),
)
