"""More time by approval, and what time does when it runs out."""

from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.trail import local
from anlan.people.models import Person, Post

from .. import access, events
from ..flow import Stage
from ..models import Extension, Matter, Supervision
from ..models.routing import next_above
from .beats import LOOK_AGAIN, _demand, _due, _end_supervision, _follow, _hold


@transaction.atomic
def ask_extension(
    matter: Matter, *, until: datetime, reason: str, by: Person, at: datetime
) -> Extension:
    """Ask for more time; until it is granted the clock runs on (申请延期)."""
    under = access.check(by, "ask_extension", matter, at=at)
    _hold(matter, "ask_extension")
    reason = _demand(reason, what="延期理由", field="reason")
    assert matter.due_at is not None  # in hand means live, live means due
    if until <= max(matter.due_at, at):
        raise Invalid("延期后的期限应晚于现在的期限", mend="请核对日期", field="until")
    if Extension.objects.filter(matter=matter, approved__isnull=True).exists():
        raise NotAllowed(f"{matter.number}已有一份延期申请待批", mend="请等待批复后再申请")
    asked = Extension.objects.create(
        matter=matter,
        reason=reason,
        old_due_at=matter.due_at,
        until=until,
        asked_by=by,
        asked_at=at,
    )
    trail.write(
        matter, "ask_extension", by=by, under=under, at=at, reason=reason, until=local(until)
    )
    outbox.announce(events.ExtensionAsked(matter.pk, asked.pk))
    return asked


@transaction.atomic
def approve_extension(matter: Matter, *, opinion: str = "", by: Person, at: datetime) -> Extension:
    """Grant the time asked for; whoever watched because it was late may look away (同意延期)."""
    under = access.check(by, "approve_extension", matter, at=at)
    _hold(matter, "approve_extension")
    asked = _decide(matter, approved=True, opinion=opinion, by=by, at=at)
    matter.due_at = asked.until
    matter.plan = {**matter.plan, "deadline": asked.until.isoformat()}
    matter.save(update_fields=["due_at", "plan"])
    _end_supervision(matter, at=at)
    _follow(matter, at=at)
    trail.write(
        matter,
        "approve_extension",
        by=by,
        under=under,
        at=at,
        until=local(asked.until),
        opinion=opinion,
    )
    outbox.announce(events.ExtensionApproved(matter.pk, asked.pk))
    return asked


@transaction.atomic
def refuse_extension(matter: Matter, *, opinion: str, by: Person, at: datetime) -> Extension:
    """Say no to the time asked for; the deadline stays (不同意延期)."""
    under = access.check(by, "refuse_extension", matter, at=at)
    _hold(matter, "refuse_extension")
    opinion = _demand(opinion, what="不同意的理由", field="opinion")
    asked = _decide(matter, approved=False, opinion=opinion, by=by, at=at)
    trail.write(matter, "refuse_extension", by=by, under=under, at=at, opinion=opinion)
    outbox.announce(events.ExtensionRefused(matter.pk, asked.pk))
    return asked


# --- what nobody does but time --------------------------------------------------------------------


@transaction.atomic
def escalate(matter: Matter, *, at: datetime) -> None:
    """Hand what nobody took to the next post up, with a new clock (超时升级).

    At the top there is nobody else to ask: it stays, under a new clock, and is announced again.
    """
    idle = matter.owner
    assert idle is not None  # a live matter is owned: the database says so
    above = next_above(idle, at=at)
    if above and above.pk == matter.checker_id:
        above = _make_room(matter, above, at=at)
    matter.owner = above or idle
    matter.due_at = _due(matter, "after_escalation", at)
    matter.save(update_fields=["owner", "checker", "due_at"])
    _follow(matter, at=at)
    trail.write(
        matter,
        "escalate",
        by=None,
        at=at,
        from_post=idle.pk,
        to_post=matter.owner.pk,
        from_name=str(idle),
        to_name=str(matter.owner),
    )
    outbox.announce(events.MatterEscalated(matter.pk, idle.pk, matter.owner.pk))


@transaction.atomic
def watch(matter: Matter, *, at: datetime) -> None:
    """Set a superior over what is late in somebody's hand; the duty stays there (超时督办)."""
    late = matter.checker if matter.stage == Stage.SUBMITTED else matter.owner
    assert late is not None  # in hand and submitted mean owned; a submitted one has its checker
    watcher = next_above(late, at=at) or matter.checker or late
    due_at = _due(matter, "to_supervise", at)
    Supervision.objects.create(matter=matter, post=watcher, since=at, due_at=due_at)
    trail.write(
        matter,
        "watch",
        by=None,
        at=at,
        late_post=late.pk,
        late_name=str(late),
        post=watcher.pk,
        name=str(watcher),
    )
    outbox.announce(events.MatterSupervised(matter.pk, watcher.pk))


@transaction.atomic
def pass_up(supervision: Supervision, *, at: datetime) -> None:
    """Pass an idle supervision one post up; at the top its clock begins anew (督办升级)."""
    matter, idle = supervision.matter, supervision.post
    above = next_above(idle, at=at)
    due_at = _due(matter, "to_supervise", at)
    if above:
        _end_supervision(matter, at=at)
        Supervision.objects.create(matter=matter, post=above, since=at, due_at=due_at)
    else:
        supervision.due_at = due_at
        supervision.save(update_fields=["due_at"])
    post = above or idle
    trail.write(
        matter,
        "pass_up",
        by=None,
        at=at,
        from_post=idle.pk,
        to_post=post.pk,
        from_name=str(idle),
        to_name=str(post),
    )
    outbox.announce(events.SupervisionPassedUp(matter.pk, idle.pk, post.pk))


@transaction.atomic
def lapse(extension: Extension, *, at: datetime) -> None:
    """Wake a matter whose longer time is over and which is still in hand (延期到期)."""
    extension.lapsed_at = at
    extension.save(update_fields=["lapsed_at"])
    matter = extension.matter
    trail.write(matter, "lapse", by=None, at=at, until=local(extension.until))
    outbox.announce(events.ExtensionLapsed(matter.pk, extension.pk))


def _decide(matter: Matter, *, approved: bool, opinion: str, by: Person, at: datetime) -> Extension:
    """Write the answer on the waiting request; nobody answers their own."""
    asked = Extension.objects.filter(matter=matter, approved__isnull=True).first()
    if asked is None:
        raise NotAllowed(f"{matter.number}没有待批的延期申请", mend=LOOK_AGAIN)
    if asked.asked_by_id == by.pk:
        raise Forbidden("不能批复自己提出的延期申请", mend="请由核查岗位或上级批复")
    if approved and asked.until <= at:
        raise Invalid("所申请的期限已过", mend="请不同意，由整改岗位重新申请", field="until")
    asked.approved, asked.opinion = approved, opinion.strip()
    asked.decided_by, asked.decided_at = by, at
    asked.save(update_fields=["approved", "opinion", "decided_by", "decided_at"])
    return asked


def _make_room(matter: Matter, above: Post, *, at: datetime) -> Post | None:
    """The next owner up is the checker: checking moves up too, or, at the top, nothing moves."""
    judge = next_above(above, at=at)
    if judge is None:
        return None
    matter.checker = judge
    return above
