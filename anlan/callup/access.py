"""Who sees which call-ups and whom in them, and who may do what."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person, Post

from .flow import FLOW, Stage
from .models import Called, Callup, Check, Checked

WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
# Deeds that are no moves of the flow, and the right each one takes.
RIGHTS = {
    "confirm_approval": "approve",
    "record_hand_call": "ring_by_hand",
    "call_sample": "draw_check",
    "conclude_sample": "draw_check",
    "settle_check": "record_check",
}


def visible_to(scope: Scope) -> QuerySet[Callup]:
    """Call-ups of their places, of the areas above them, their own, and those that call them.

    A call-up of the whole district is seen by its towns; whom it calls elsewhere is not.
    """
    mine = Q(drafter=scope.person_id) | Q(approver=scope.person_id)
    called = Called.objects.filter(person=scope.person_id)
    official = Q(area_path__in=scope.above()) if scope.reaches else Q(pk__in=[])
    seen = scope.places(sector="") | official | mine | Q(pk__in=called.values("callup"))
    drafts = Q(stage__in=[Stage.DRAFT, Stage.SUBMITTED])
    return Callup.objects.filter(seen).filter(~drafts | mine | scope.places(sector=""))


def people_visible_to(scope: Scope) -> QuerySet[Called]:
    """Whom they see within call-ups: those of their places, whom they called, and themselves."""
    mine = Q(callup__drafter=scope.person_id) | Q(callup__approver=scope.person_id)
    return Called.objects.filter(scope.places(sector="") | mine | Q(person=scope.person_id))


def checks_visible_to(scope: Scope) -> QuerySet[Check]:
    """Spot checks of their places, and those in which they were drawn."""
    drawn = Checked.objects.filter(person=scope.person_id)
    return Check.objects.filter(scope.places(sector="") | Q(pk__in=drawn.values("check_of")))


def checked_visible_to(scope: Scope) -> QuerySet[Checked]:
    """Results of their places, and their own."""
    return Checked.objects.filter(scope.places(sector="") | Q(person=scope.person_id))


def may(scope: Scope, verb: str, thing: Callup | Called | Check | Checked) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    if verb == "answer":
        return isinstance(thing, Called) and thing.person_id == scope.person_id
    move = FLOW.moves.get(verb)
    if move and isinstance(thing, Callup):
        return WHO[move.by](scope, thing)
    right = RIGHTS.get(verb, verb)
    if verb == "confirm_approval" and isinstance(thing, Callup):
        if thing.urgent_reason and thing.approver_id is None:
            return _approver(scope, thing)
        return thing.approver_id == scope.person_id
    return scope.may(f"callup.{right}", path=thing.area_path)


def deeds_open_to(scope: Scope, callup: Callup) -> list[str]:
    """The moves this person may make now, in the order of the table."""
    return [move.name for move in FLOW.open_from(callup.stage) if may(scope, move.name, callup)]


def check(
    by: Person, verb: str, thing: Callup | Called | Check | Checked, *, at: datetime
) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, thing):
        words = f"{by}不能对“{thing}”办理此事"
        if isinstance(thing, Callup) and verb == "approve" and thing.drafter_id == by.pk:
            words = "拟稿人不能批准自己的叫应"
        if isinstance(thing, Callup) and verb == "start_urgently" and not thing.life_safety:
            words = "只有涉及生命安全的叫应可以紧急启动，其他的等批准"
        raise Forbidden(words, mend=WHOM_TO_ASK)
    right = RIGHTS.get(verb, verb)
    return _post(scope, f"callup.{right}", thing.area_path)


def check_place(by: Person, verb: str, *, path: str, at: datetime) -> Post | None:
    """The post under which somebody begins something at a place; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    deed = f"callup.{RIGHTS.get(verb, verb)}"
    if not scope.may(deed, path=path):
        raise Forbidden(f"{by}不能在这个区域发起叫应或抽查", mend=WHOM_TO_ASK)
    return _post(scope, deed, path)


# --- the words of the flow table -----------------------------------------------------------------


def _drafter(scope: Scope, callup: Callup) -> bool:
    """Whoever drafted it, or a colleague of the same desk."""
    if callup.drafter_id == scope.person_id:
        return True
    here = scope.may("callup.draft", path=callup.area_path)
    return here and callup.drafter_post_id in scope.posts


def _approver(scope: Scope, callup: Callup) -> bool:
    allowed = scope.may("callup.approve", path=callup.area_path)
    return allowed and scope.person_id not in (callup.drafter_id, callup.logged_by_id)


def _starter(scope: Scope, callup: Callup) -> bool:
    return scope.may("callup.start", path=callup.area_path)


def _officer(scope: Scope, callup: Callup) -> bool:
    """What saves lives waits for nobody: whoever answers for starting it."""
    return callup.life_safety and scope.may("callup.start_urgently", path=callup.area_path)


WHO: dict[str, Callable[[Scope, Callup], bool]] = {
    "drafter": _drafter,
    "approver": _approver,
    "starter": _starter,
    "officer": _officer,
}


def _post(scope: Scope, deed: str, path: str) -> Post | None:
    post_id = scope.post_for(deed, path=path)
    return Post.objects.filter(pk=post_id).first() if post_id else None
