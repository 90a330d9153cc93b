"""Who hears of an alarm, and of a warning that waits (告警告知): at once, on their telephone."""

from collections import Counter
from datetime import datetime

from django.db.models import QuerySet

from anlan.callup.models import Called, Callup
from anlan.duty.models import on_duty
from anlan.kernel.trail import LOCAL
from anlan.people.access import nearest_who_may
from anlan.people.models import Person, Post
from anlan.watch import events as watch
from anlan.watch.flow import AlarmStage, WarningStage, World
from anlan.watch.models import Alarm, Warning, sentences_of
from anlan.watch.rules import Grade

from .approvers import who_may
from .telling import AGAIN, _tell

AT_ONCE = Grade.URGENT  # what is less grave stands on the duty page and on my work
MANY = 20  # so many within a while are told to a duty room one by one, then in one sentence
CROWD = "告警密集"


def alarm_rose(
    event: watch.AlarmRaised | watch.AlarmGraded | watch.AlarmUnsilenced, *, at: datetime
) -> None:
    """Whoever is on duty there and whoever answers for it: of each grade once."""
    if isinstance(event, watch.AlarmGraded) and event.grade < event.was:
        return
    alarm = Alarm.objects.select_related("area", "answers").get(pk=event.alarm_id)
    if alarm.grade < AT_ONCE or alarm.silenced_until or alarm.stage == AlarmStage.SETTLED:
        return
    title = f"{alarm.get_grade_display()}告警：{alarm.title}"[:120]
    if _of_alarms().filter(source_id=alarm.pk, title=title).exists():
        return
    _tell_room(alarm, title, at=at)


def warning_waits(event: watch.WarningSubmitted, *, at: datetime) -> None:
    """Those who may approve it: until then nobody is warned."""
    waiting = Warning.objects.select_related("root", "drafter").get(pk=event.warning_id)
    if event.world != World.LIVE or waiting.stage != WarningStage.SUBMITTED or not waiting.root:
        return
    people = who_may(
        "watch.approve_warning", path=waiting.area_path, but=(waiting.drafter_id,), at=at
    )
    words = f"{waiting.drafter}拟，批准后才会发布，请登录批准或退回。"
    _tell(waiting, (f"预警待您批准：{waiting.headline}", words), waiting.root, *people, at=at)


# --- within ---------------------------------------------------------------------------------------


def _tell_room(alarm: Alarm, title: str, *, at: datetime) -> None:
    """In a storm of alarms a duty room is told once in a while that there are many."""
    room = _in_duty_rooms(alarm.area_path, at)
    crowded = _crowded(room, at)
    people = [*(each for each in room if each not in crowded), *_holders(alarm.answers, at)]
    if not people and not room:
        people = nearest_who_may("watch.acknowledge", path=alarm.area_path, at=at)
    words = f"{alarm.number}，{sentences_of(alarm, most=2)}请立即核实，并在告警页确认。"
    _tell(alarm, (title, words), alarm.area, *people, at=at)
    heard = Called.objects.filter(callup__in=_of_alarms(at - AGAIN).filter(title=CROWD))
    unheard = crowded - {called.person for called in heard.filter(person__in=crowded)}
    many = f"{AGAIN.seconds // 60}分钟内紧急、危急告警已超过{MANY}条，请打开告警页逐条处置。"
    _tell(alarm, (CROWD, many), alarm.area, *unheard, at=at)


def _in_duty_rooms(path: str, at: datetime) -> list[Person]:
    """The officers of the town's duty room and of those above it; where none is on, who leads."""
    officers = on_duty(path, level="OFFICER", at=at) or on_duty(path, level="LEADER", at=at)
    return list(dict.fromkeys(shift.person for shift in officers))


def _crowded(room: list[Person], at: datetime) -> set[Person]:
    """Who was told of so many lately that one more would only be a ringing telephone."""
    rows = Called.objects.filter(callup__in=_of_alarms(at - AGAIN), person__in=room)
    told = Counter(rows.values_list("person", flat=True))
    return {person for person in room if told[person.pk] >= MANY}


def _of_alarms(since: datetime | None = None) -> QuerySet[Callup]:
    told = Callup.objects.filter(notice=True, source_kind="watch.alarm")
    return told.filter(started_at__gt=since) if since else told


def _holders(post: Post | None, at: datetime) -> list[Person]:
    """Who holds the post that answers for it."""
    if post is None:
        return []
    held = post.tenures.valid_on(at.astimezone(LOCAL).date())
    return [tenure.person for tenure in held.select_related("person").order_by("deputy", "pk")]
