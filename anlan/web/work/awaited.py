"""What waits for this person to say yes, or to see to it (等我确认批准): on top of my work."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from anlan.callup.flow import Stage
from anlan.callup.models import Callup
from anlan.watch.access import alarms_visible_to
from anlan.watch.flow import AlarmStage, WarningStage
from anlan.watch.models import Alarm, Warning

from ..requests import Request

MOST = 8


@dataclass(frozen=True)
class Open:
    """The gravest alarms that nobody has acknowledged, and how many there are."""

    rows: list[Alarm]
    many: int


@dataclass(frozen=True)
class Awaited:
    """Alarms to acknowledge, warnings and call-ups to approve."""

    alarms: Open
    warnings: list[Warning]
    callups: list[Callup]


def awaited(request: Request) -> Awaited:
    """All that this person may say yes to now."""
    return Awaited(_to_acknowledge(request), _warnings(request), _callups(request))


def nothing() -> Awaited:
    return Awaited(Open([], 0), [], [])


def open_alarms(request: Request, path: str) -> Open:
    """What nobody has acknowledged below a place, as far as this person sees it."""
    return _listed(alarms_visible_to(request.scope).filter(area_path__startswith=path))


def _to_acknowledge(request: Request) -> Open:
    scope = request.scope
    mine = scope.places(deed="watch.acknowledge") | Q(answers__in=scope.posts)
    return _listed(alarms_visible_to(scope).filter(mine))


def _listed(rows: QuerySet[Alarm]) -> Open:
    waiting = rows.filter(stage=AlarmStage.RAISED, silenced_until=None)
    joined = waiting.select_related("area", "answers")
    first = list(joined.order_by("-grade", "-raised_at", "-pk")[: MOST + 1])
    return Open(first[:MOST], waiting.count() if len(first) > MOST else len(first))


def _warnings(request: Request) -> list[Warning]:
    """Not one's own: nobody approves what they drafted."""
    here = request.scope.places(sector="", deed="watch.approve_warning")
    rows = Warning.objects.filter(here, stage=WarningStage.SUBMITTED)
    others = rows.exclude(drafter=request.person).select_related("drafter", "root")
    return list(others.defer("xml").order_by("pk")[:MOST])


def _callups(request: Request) -> list[Callup]:
    me = request.person
    here = request.scope.places(sector="", deed="callup.approve")
    rows = Callup.objects.filter(here, stage=Stage.SUBMITTED)
    others = rows.exclude(drafter=me).exclude(logged_by=me).select_related("drafter", "root")
    return list(others.order_by("pk")[:MOST])
