"""Frozen periods: seen by whom the whole area is open to, frozen by whom a role allows it."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import ALL, SEE, Scope, scope_of, widest
from anlan.people.models import Area, Person, Post

from ..models import FrozenPeriod

WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"


def visible_to(scope: Scope) -> QuerySet[FrozenPeriod]:
    """The frozen periods of their areas.

    What was frozen counts every sector: whoever sees one sector only is answered from the ledger,
    for the number of the whole would not be theirs.
    """
    whole = (reach for reach in scope.reaches if reach.allows(SEE) and ALL in reach.sectors)
    places = (Q(area_path__startswith=reach.path) for reach in widest(whole))
    return FrozenPeriod.objects.filter(reduce(or_, places, Q(pk__in=[])))


def sees_whole(scope: Scope | None, area: Area) -> bool:
    """Whether everything of an area is open to them; no scope is the house itself."""
    return scope is None or any(
        reach.allows(SEE) and ALL in reach.sectors and area.path.startswith(reach.path)
        for reach in scope.reaches
    )


def may(scope: Scope, verb: str, area: Area) -> bool:
    """Whether they may freeze or unfreeze the periods of an area."""
    return scope.may(f"figures.{verb}", path=area.path) and sees_whole(scope, area)


def check(by: Person, verb: str, area: Area, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, area):
        raise Forbidden(f"您不能办理{area}的统计封账", mend=WHOM_TO_ASK)
    post = scope.post_for(f"figures.{verb}", path=area.path)
    return Post.objects.filter(pk=post).first() if post else None
