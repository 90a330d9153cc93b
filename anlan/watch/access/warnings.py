"""Who sees which warnings, and who may do what with them."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person, Post

from ..flow import WARNINGS
from ..models import Warning
from .alarms import WHOM_TO_ASK

UNSENT = ["DRAFT", "SUBMITTED", "VOID"]


def warnings_visible_to(scope: Scope) -> QuerySet[Warning]:
    """What went out is for all whose places it means; drafts for those who work on them."""
    mine = Q(drafter=scope.person_id)
    here = scope.places(sector="")
    above = Q(area_path__in=scope.above()) if scope.reaches else Q(pk__in=[])
    at_work = scope.places(sector="", deed="watch.draft_warning") | scope.places(
        sector="", deed="watch.approve_warning"
    )
    sent = ~Q(stage__in=UNSENT) & (here | above)
    return Warning.objects.filter(sent | mine | at_work)


def may_warning(scope: Scope, verb: str, warning: Warning) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    move = WARNINGS.moves.get(verb)
    if move is not None:
        return WHO[move.by](scope, warning)
    right = RIGHTS.get(verb, verb)
    return scope.may(f"watch.{right}", path=warning.area_path)


def warning_deeds(scope: Scope, warning: Warning) -> list[str]:
    """What this person may do with it now."""
    moves = [move.name for move in WARNINGS.open_from(warning.stage) if move.by != "time"]
    if not warning.own:
        moves = []
    beside = {"DRAFT": ["edit_warning"], "ISSUED": ["update_warning", "call_for_warning"]}
    more = beside.get(warning.stage, []) if warning.own else []
    return [verb for verb in (*more, *moves) if may_warning(scope, verb, warning)]


def check_warning(by: Person, verb: str, warning: Warning, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_warning(scope, verb, warning):
        words = f"{by}不能对“{warning}”办理此事"
        if verb == "approve_warning" and warning.drafter_id == by.pk:
            words = "拟稿人不能批准自己的预警"
        raise Forbidden(words, mend=WHOM_TO_ASK)
    return _post(scope, f"watch.{RIGHTS.get(verb, verb)}", warning.area_path)


def check_warning_place(by: Person, verb: str, *, path: str, at: datetime) -> Post | None:
    """The post under which somebody begins one at a place; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not scope.may(f"watch.{verb}", path=path):
        raise Forbidden(f"{by}不能在这个区域发布预警", mend=WHOM_TO_ASK)
    return _post(scope, f"watch.{verb}", path)


RIGHTS = {
    "edit_warning": "draft_warning",
    "update_warning": "draft_warning",
    "call_for_warning": "draft_warning",
}


def _drafter(scope: Scope, warning: Warning) -> bool:
    """Whoever drafted it, or a colleague of the same desk."""
    if warning.drafter_id == scope.person_id:
        return True
    here = scope.may("watch.draft_warning", path=warning.area_path)
    return here and warning.drafter_post_id in scope.posts


def _approver(scope: Scope, warning: Warning) -> bool:
    allowed = scope.may("watch.approve_warning", path=warning.area_path)
    return allowed and warning.drafter_id != scope.person_id


def _canceller(scope: Scope, warning: Warning) -> bool:
    return scope.may("watch.cancel_warning", path=warning.area_path)


def _time(scope: Scope, warning: Warning) -> bool:
    return False


WHO: dict[str, Callable[[Scope, Warning], bool]] = {
    "drafter": _drafter,
    "approver": _approver,
    "canceller": _canceller,
    "time": _time,
}


def _post(scope: Scope, deed: str, path: str) -> Post | None:
    post_id = scope.post_for(deed, path=path)
    return Post.objects.filter(pk=post_id).first() if post_id else None
