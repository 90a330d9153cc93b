"""What people do about an alarm (告警处置): acknowledge, assign, silence, settle."""

from datetime import datetime, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.matters import actions as matters
from anlan.matters.models import Matter
from anlan.people.models import Person, Post

from .. import access, events
from ..flow import ALARMS
from ..models import Alarm

LONGEST_SILENCE = timedelta(days=7)


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: Person, at: datetime) -> None:
    """Say that one has seen it and takes care (确认告警)."""
    post = access.check_alarm(by, "acknowledge", alarm, at=at)
    ALARMS.move(alarm, "acknowledge", at=at, acknowledged_by=by, acknowledged_at=at)
    trail.write(alarm, "acknowledge", by=by, under=post, at=at)
    outbox.announce(events.AlarmAcknowledged(alarm.pk))


@transaction.atomic
def assign_alarm(alarm: Alarm, *, to: Post, by: Person, at: datetime) -> None:
    """Hand it to a post that goes there (指派处置)."""
    post = access.check_alarm(by, "assign_alarm", alarm, at=at)
    if not alarm.area_path.startswith(to.area_path):
        words = f"{to.name}不管{alarm.area.name}"
        raise Invalid(words, mend="请选择本地或上级的岗位", field="to")
    ALARMS.move(alarm, "assign_alarm", at=at, answers=to)
    trail.write(alarm, "assign_alarm", by=by, under=post, at=at, to=to.pk)
    outbox.announce(events.AlarmAssigned(alarm.pk, to.pk))


@transaction.atomic
def settle(alarm: Alarm, *, outcome: str, by: Person, at: datetime) -> None:
    """Say what was found and done; only when what was measured is over (办结告警)."""
    post = access.check_alarm(by, "settle", alarm, at=at)
    outcome = _demand(outcome, what="处置结果", field="outcome")
    if alarm.over_at is None:
        raise NotAllowed(
            f"{alarm}还在持续，不能办结", mend="可以先静默；若是设备故障，请判为误报并写明原因"
        )
    ALARMS.move(alarm, "settle", at=at, settled_at=at, outcome=outcome)
    trail.write(alarm, "settle", by=by, under=post, at=at, outcome=outcome)
    outbox.announce(events.AlarmSettled(alarm.pk))


@transaction.atomic
def dismiss(alarm: Alarm, *, reason: str, by: Person, at: datetime) -> None:
    """It was no danger but a fault of what measures (判为误报)."""
    post = access.check_alarm(by, "dismiss", alarm, at=at)
    reason = _demand(reason, what="误报原因", field="reason")
    over = alarm.over_at or at
    ALARMS.move(alarm, "dismiss", at=at, settled_at=at, outcome=reason, over_at=over, grade=0)
    alarm.parts.filter(over_at__isnull=True).update(over_at=at, grade=0, taken_back=True)
    trail.write(alarm, "dismiss", by=by, under=post, at=at, reason=reason)
    outbox.announce(events.AlarmDismissed(alarm.pk))


@transaction.atomic
def silence(alarm: Alarm, *, until: datetime, reason: str, by: Person, at: datetime) -> None:
    """Let it not ask for attention until then; it is judged all the same (静默告警)."""
    post = access.check_alarm(by, "silence", alarm, at=at)
    reason = _demand(reason, what="静默原因", field="reason")
    if not at < until <= at + LONGEST_SILENCE:
        mend = f"应晚于现在，最长{LONGEST_SILENCE.days}天"
        raise Invalid("静默的结束时间不对", mend=mend, field="until")
    going_on = Alarm.objects.filter(pk=alarm.pk, over_at__isnull=True)
    if not going_on.update(silenced_until=until, silence_reason=reason):
        raise NotAllowed(f"{alarm}已经结束，无须静默", mend="请直接办结")
    alarm.silenced_until, alarm.silence_reason = until, reason
    trail.write(alarm, "silence", by=by, under=post, at=at, reason=reason, until=until.isoformat())
    outbox.announce(events.AlarmSilenced(alarm.pk))


@transaction.atomic
def unsilence(alarm: Alarm, *, by: Person | None, at: datetime) -> None:
    """Let it speak again: its time is over, or somebody wants it to (恢复提醒)."""
    post = access.check_alarm(by, "unsilence", alarm, at=at) if by else None
    silent = Alarm.objects.filter(pk=alarm.pk, silenced_until__isnull=False)
    if not silent.update(silenced_until=None, silence_reason=""):
        return
    alarm.silenced_until, alarm.silence_reason = None, ""
    trail.write(alarm, "unsilence", by=by, under=post, at=at)
    outbox.announce(events.AlarmUnsilenced(alarm.pk))


@transaction.atomic
def open_matter(alarm: Alarm, *, words: str, by: Person, at: datetime) -> Matter:
    """Open a task for what must be done beyond tonight (转为任务)."""
    post = access.check_alarm(by, "open_matter", alarm, at=at)
    if alarm.matter_id is not None:
        raise NotAllowed(f"{alarm}已经转过任务", mend="请打开原任务查看")
    finding = matters.Finding(
        title=f"{alarm.title}（{alarm.number}）"[:120],
        source=Matter.Source.DEPARTMENT,
        area=alarm.area,
        kind="task",
        description=_demand(words, what="要做什么", field="words"),
        sector=alarm.sector,
        found_at=at,
        details={"alarm": alarm.number},
    )
    matter = matters.report(finding, by=by, at=at)
    Alarm.objects.filter(pk=alarm.pk).update(matter_id=matter.pk)
    alarm.matter_id = matter.pk
    trail.write(alarm, "open_matter", by=by, under=post, at=at, matter=matter.number)
    outbox.announce(events.MatterOpenedForAlarm(alarm.pk, matter.pk))
    return matter


def _demand(words: str, *, what: str, field: str) -> str:
    if not words.strip():
        raise Invalid(f"请填写{what}", mend=f"{what}不能为空", field=field)
    return words.strip()[:200]
