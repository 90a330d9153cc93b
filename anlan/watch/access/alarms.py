"""Who sees which alarms, and who may do what about them."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person, Post

from ..flow import ALARMS
from ..models import Alarm

WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"


def alarms_visible_to(scope: Scope) -> QuerySet[Alarm]:
    """Alarms of their places and sectors, and those that a post of theirs answers for."""
    return Alarm.objects.filter(scope.places() | Q(answers__in=scope.posts))


def may_alarm(scope: Scope, verb: str, alarm: Alarm) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    move = ALARMS.moves.get(verb)
    return WHO[move.by if move else "keeper"](scope, verb, alarm)


def alarm_deeds(scope: Scope, alarm: Alarm) -> list[str]:
    """What this person may do about it now, in the order of the table."""
    open_moves = [move.name for move in ALARMS.open_from(alarm.stage) if move.by != "time"]
    beside = []
    if alarm.over_at is None:
        beside.append("unsilence" if alarm.silenced_until else "silence")
    if alarm.matter_id is None:
        beside.append("open_matter")
    if alarm.over_at is None and "settle" in open_moves:
        open_moves.remove("settle")
    return [verb for verb in (*open_moves, *beside) if may_alarm(scope, verb, alarm)]


def check_alarm(by: Person, verb: str, alarm: Alarm, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_alarm(scope, verb, alarm):
        raise Forbidden(f"{by}不能对“{alarm}”办理此事", mend=WHOM_TO_ASK)
    post_id = scope.post_for(f"watch.{verb}", path=alarm.area_path, sector=alarm.sector or None)
    if post_id is None and alarm.answers_id in scope.posts:
        post_id = alarm.answers_id
    return Post.objects.filter(pk=post_id).first() if post_id else None


def _keeper(scope: Scope, verb: str, alarm: Alarm) -> bool:
    return scope.may(f"watch.{verb}", path=alarm.area_path, sector=alarm.sector or None)


def _answerer(scope: Scope, verb: str, alarm: Alarm) -> bool:
    return alarm.answers_id in scope.posts or _keeper(scope, verb, alarm)


def _time(scope: Scope, verb: str, alarm: Alarm) -> bool:
    return False


WHO: dict[str, Callable[[Scope, str, Alarm], bool]] = {
    "answerer": _answerer,
    "keeper": _keeper,
    "time": _time,
}
