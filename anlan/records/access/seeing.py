"""Which records a person sees; an unannounced visit only by those who made it (可见范围).

Every branch of the filter is one index, so that PostgreSQL may join them by bitmap for a narrow
scope (a firm, somebody new) and walk the newest first for a broad one (a section, a town).
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, Value

from anlan.people.access import Scope
from anlan.people.models import Post

from ..flow import Stage
from ..models import Participation, Record, RecordQuerySet, Visit

ITEM = "registry.item"
MANY = 5_000  # visits of one firm, or of one person's years


def visible_to(scope: Scope) -> RecordQuerySet:
    """Their places and sectors, their firms' visits, the items they answer for, what their unit
    did, and what they entered or took part in.

    A draft is its writer's alone; an unannounced visit is only its makers' and their unit's until
    it is released: the visited and all their superiors do not find it.
    """
    open_to_all = scope.places()
    if bodies := sorted(scope.bodies):
        open_to_all |= _one_of(
            Visit.objects.filter(body__in=bodies).values_list("record", flat=True)
        )
    if items := sorted(number for kind, number in scope.targets if kind == ITEM):
        open_to_all |= Q(item__in=items)
    mine = Q(entered_by=scope.person_id)
    inside = mine | Q(on_behalf_of=scope.person_id) | _took_part(scope)
    if units := _units(scope):
        inside |= Q(organiser__in=units)
    seen = (open_to_all & Q(hidden=False)) | inside
    return Record.objects.filter(seen).filter(~Q(stage=Stage.DRAFT) | mine)


def entered_by(scope: Scope) -> RecordQuerySet:
    """What they entered themselves, drafts included (我录入的)."""
    return Record.objects.filter(entered_by=scope.person_id)


def _took_part(scope: Scope) -> Q:
    mine = Participation.objects.filter(person=scope.person_id)
    return _one_of(mine.values_list("record", flat=True))


def _units(scope: Scope) -> list[int]:
    """The bodies of the posts they hold."""
    held = Post.objects.filter(pk__in=scope.posts).values_list("body", flat=True)
    return sorted(set(held))


def _one_of(found: QuerySet[Any, int]) -> Q:
    """Records by the ids of another table.

    Written out as one array, so that the planner knows how many there are and may join them by
    bitmap (a subquery inside OR it guesses at half the table); asked for only where they are so
    many that nobody's life could hold them.
    """
    ids = list(found[: MANY + 1])
    if len(ids) > MANY:
        return Q(pk__in=found)
    return Q(_Among(F("pk"), Value(ids, output_field=ArrayField(BigIntegerField()))))


class _Among(Func):
    """`id = ANY('{1,2,3}')`: a constant array is hashed when it is long."""

    template, arg_joiner = "(%(expressions)s))", " = ANY("
    output_field = BooleanField()
