"""Which records a person sees; an unannounced visit only by those who made it (可见范围).

Every branch of the filter is one index; what sits in another table comes in as an array computed
once, as in the ledger of matters.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q

from anlan.people.access import Scope
from anlan.people.models import Post

from ..flow import Stage
from ..models import Participation, Record, RecordQuerySet, Visit

ITEM = "registry.item"


def visible_to(scope: Scope) -> RecordQuerySet:
    """Their places and sectors, their firms' visits, the items they answer for, what their unit
    did, and what they entered or took part in.

    A draft is its writer's alone; an unannounced visit is only its makers' and their unit's until
    it is released: the visited and all their superiors do not find it.
    """
    open_to_all = scope.places()
    if bodies := sorted(scope.bodies):
        open_to_all |= _one_of(Visit.objects.filter(body__in=bodies).values("record"))
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
    return _one_of(Participation.objects.filter(person=scope.person_id).values("record"))


def _units(scope: Scope) -> list[int]:
    """The bodies of the posts they hold."""
    held = Post.objects.filter(pk__in=scope.posts).values_list("body", flat=True)
    return sorted(set(held))


class _OneOf(Func):
    """`id = ANY(ARRAY(SELECT ...))`: computed once, then looked up in the primary key."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def _one_of(found: object) -> Q:
    return Q(_OneOf(F("pk"), ArraySubquery(found)))  # type: ignore[arg-type]
