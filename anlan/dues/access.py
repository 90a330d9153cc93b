"""Who sees what is late, and who may excuse, plan and climb (应做权限).

Excusing oneself is nobody's right but the head's: `dues.waive` never reaches the asker's own unit,
`dues.waive_own` does.
"""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from anlan.kernel.errors import Forbidden
from anlan.people.access import ALL, SEE, Scope, scope_of
from anlan.people.models import Person, Post

from .flow import term_of
from .models import Arrear, ArrearQuerySet

WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
NOT_ONESELF = "自己欠的不能由自己豁免，请由上级办理"


def visible_to(scope: Scope) -> ArrearQuerySet:
    """What is late below one's places, and what one's own unit or firm is late with."""
    return Arrear.objects.filter(everything_below(scope) | Q(body__in=units_of(scope)))


def everything_below(scope: Scope) -> Q:
    """Rows below the posts that have no limit of sector: what a town owes is of all sectors."""
    wide = [reach for reach in scope.reaches if reach.allows(SEE) and ALL in reach.sectors]
    return reduce(or_, (Q(area_path__startswith=one.path) for one in wide), Q(pk__in=[]))


def units_of(scope: Scope) -> frozenset[int]:
    """The bodies of the posts they hold, and their firms."""
    held = Post.objects.filter(pk__in=scope.posts).values_list("body", flat=True)
    return frozenset(held) | scope.bodies


def may(scope: Scope, verb: str, path: str, body_id: int | None = None) -> bool:
    """Whether they may do the deed to what is owed at a place by a body."""
    if not scope.may(f"dues.{verb}", path=path):
        return False
    if verb != "waive" or body_id not in units_of(scope):
        return True
    return scope.may("dues.waive_own", path=path)


def check(by: Person, verb: str, path: str, body_id: int | None = None, *, at: datetime) -> Post:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, path, body_id):
        own = verb == "waive" and body_id in units_of(scope)
        mend = NOT_ONESELF if own else WHOM_TO_ASK
        raise Forbidden(f"您不能在此处{term_of(verb)}", mend=mend)
    post = scope.post_for(f"dues.{verb}", path=path)
    found = Post.objects.filter(pk=post).first() if post else by.posts.order_by("pk").first()
    if found is None:
        raise Forbidden(f"{by}没有任职岗位", mend=WHOM_TO_ASK)
    return found
