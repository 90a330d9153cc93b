"""Which matters a person sees, written so that a million rows stay quick.

Every branch of the filter below is one index, so that PostgreSQL may join them by bitmap for a
narrow scope (a grid worker, a firm) and walk the newest first for a broad one (a section). What
sits in another table comes in as an array computed once: a plain subquery inside OR would make
the planner read the whole ledger. Over a million rows every list of fifty took 0.1–7 ms.
"""

from dataclasses import replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from anlan.people.access import ALL, SEE, Scope

from ..flow import LIVE, Stage
from ..models import Matter, MatterQuerySet, Supervision

ITEM = "registry.item"
ITSELF = "matters.matter"


def visible_to(scope: Scope, *, within: str = "") -> MatterQuerySet:
    """What the person sees (可见范围): their places and sectors, their firms, what their posts
    own, check or supervise, what they opened, and what they hold a charge for.

    A draft is its opener's alone. Nothing else of the ledger exists for them. `within` is the
    path of an area: the same rows as `.under(path)` after it, found without walking the whole
    ledger where the person's own places lie elsewhere.
    """
    mine = Q(opener=scope.person_id)
    if within and _all_of(scope, within):
        # Asked for both, the planner takes the area and the reach for two reasons to be few.
        return Matter.objects.under(within).filter(~Q(stage=Stage.DRAFT) | mine)
    posts, bodies = sorted(scope.posts), sorted(scope.bodies)
    seen = _places(scope, within) | Q(opener=scope.person_id)
    if bodies:
        seen |= Q(body__in=bodies)
    if posts:
        seen |= Q(owner__in=posts) | Q(checker__in=posts) | Q(_supervised(posts))
    if items := _charged(scope, ITEM):
        seen |= Q(item__in=items)
    if matters := _charged(scope, ITSELF):
        seen |= Q(pk__in=matters)
    rows = Matter.objects.filter(seen).filter(~Q(stage=Stage.DRAFT) | mine)
    return rows.under(within) if within else rows


def owed_by(scope: Scope) -> MatterQuerySet:
    """Whose turn it is now: to dispatch, take, rectify or answer (我的待办)."""
    turn = Matter.objects.filter(owner__in=sorted(scope.posts), due_at__isnull=False)
    return turn.exclude(stage=Stage.SUBMITTED)


def to_check_by(scope: Scope) -> MatterQuerySet:
    """What waits for their check (待我核查)."""
    return Matter.objects.filter(checker__in=sorted(scope.posts), stage=Stage.SUBMITTED)


def supervised_by(scope: Scope) -> MatterQuerySet:
    """What their posts supervise now (我督办的)."""
    watched = Supervision.objects.filter(post__in=sorted(scope.posts), ended_at__isnull=True)
    return Matter.objects.filter(pk__in=watched.values("matter"))


def waiting_for(scope: Scope) -> MatterQuerySet:
    """What they opened that others have in hand (我上报的在办)."""
    mine = Matter.objects.filter(opener=scope.person_id, stage__in=LIVE)
    return mine.exclude(owner__in=sorted(scope.posts))


def _places(scope: Scope, within: str) -> Q:
    """Their places, without those that have nothing in common with the area asked for."""
    near = (r for r in scope.reaches if within.startswith(r.path) or r.path.startswith(within))
    return replace(scope, reaches=tuple(near)).places() if within else scope.places()


def among(numbers: QuerySet[Any]) -> Func:
    """Matters whose id the other query finds, as one more arm of a filter's OR."""
    return _OneOf(F("pk"), ArraySubquery(numbers))


def _all_of(scope: Scope, within: str) -> bool:
    """Whether one reach alone opens everything in this area."""
    return any(r.allows(SEE) and ALL in r.sectors and r.covers(within) for r in scope.reaches)


class _OneOf(Func):
    """`id = ANY(ARRAY(SELECT ...))`: computed once, then looked up in the primary key."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def _supervised(posts: list[int]) -> Func:
    return among(Supervision.objects.filter(post__in=posts).values("matter"))


def _charged(scope: Scope, kind: str) -> list[int]:
    return sorted(number for target, number in scope.targets if target == kind)
