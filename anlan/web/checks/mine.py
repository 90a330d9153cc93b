"""What I owe after a spot check (我的补训): on my work, until somebody wrote that it was done."""

from django.db.models import Q, QuerySet

from anlan.callup import access
from anlan.callup.models import Checked

from ..requests import Request


def owed(request: Request) -> QuerySet[Checked]:
    """My retraining, and repairs of what my post keeps; the earliest first."""
    scope = request.scope
    mine = Q(person=scope.person_id) | Q(item__keeper__in=list(scope.posts))
    rows = access.checked_visible_to(scope).filter(mine, due_on__isnull=False, settled_on=None)
    return rows.select_related("check_of", "item").order_by("due_on", "pk")
