"""A call-up from its draft to its end: who asks, who approves, who stops it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Person
from anlan.people.rules import codes

from .. import access, events
from ..flow import FLOW, State, World
from ..models import Attempt, Called, Callup, CallupArea
from ..models.profiles import approved_beforehand, hazard_named, profile_named
from .launching import _launch
from .withdrawing import _withdraw

WAITING = (State.CALLING, State.BY_HAND)


@dataclass(frozen=True)
class Brief:
    """What a call-up is about (叫应要素): whom, for what, by which profile.

    `nearness` says by area id how near the danger is, 0 first. Where a profile is one for drills,
    the call-up is a drill whatever `drill` says.
    """

    profile: str
    hazard: str
    title: str
    areas: tuple[Area, ...]
    colour: str = ""
    words: str = ""
    nearness: dict[int, int] = field(default_factory=dict)
    source: Ref | None = None
    drill: bool = False


@transaction.atomic
def draft(brief: Brief, *, by: Person, at: datetime) -> Callup:
    """Write down who is to be called for what; nobody is called yet (拟稿)."""
    _check_brief(brief)
    root = _root_of(brief.areas)
    post = access.check_place(by, "draft", path=root.path, at=at)
    profile = profile_named(brief.profile)
    if profile.notice:
        raise NotAllowed(f"“{profile.label}”只用于系统告知", mend="请另选叫应方案")
    callup = Callup.objects.create(
        number=_number("JY", "callup_number", at),
        world=World.DRILL if brief.drill or profile.drill else World.LIVE,
        profile=profile.key,
        hazard=brief.hazard,
        colour=brief.colour,
        title=brief.title.strip(),
        words=brief.words.strip(),
        root=root,
        area_path=root.path,
        life_safety=profile.life_safety,
        source_kind=brief.source.kind if brief.source else "",
        source_id=brief.source.id if brief.source else None,
        drafter=by,
        drafter_post=post,
        drafted_at=at,
    )
    CallupArea.objects.bulk_create(
        CallupArea(callup=callup, area=area, nearness=brief.nearness.get(area.pk, 0))
        for area in dict.fromkeys(brief.areas)
    )
    codes_of = [area.code for area in brief.areas]
    trail.write(callup, "draft", by=by, under=post, at=at, world=callup.world, areas=codes_of)
    return callup


@transaction.atomic
def submit(callup: Callup, *, by: Person, at: datetime) -> None:
    """Ask for the approval of somebody else (提请批准)."""
    post = access.check(by, "submit", callup, at=at)
    FLOW.move(callup, "submit", at=at)
    trail.write(callup, "submit", by=by, under=post, at=at)
    outbox.announce(events.CallupSubmitted(callup.pk, callup.world))


@transaction.atomic
def send_back(callup: Callup, *, reason: str, by: Person, at: datetime) -> None:
    """Hand it back to its drafter with a reason (退回修改)."""
    post = access.check(by, "send_back", callup, at=at)
    reason = _demand(reason, what="退回理由", field="reason")
    FLOW.move(callup, "send_back", at=at)
    trail.write(callup, "send_back", by=by, under=post, at=at, reason=reason)
    outbox.announce(events.CallupSentBack(callup.pk, callup.world))


@transaction.atomic
def approve(callup: Callup, *, by: Person, at: datetime) -> int:
    """Approve it, and it starts at once; how many people are called (批准并启动)."""
    post = access.check(by, "approve", callup, at=at)
    FLOW.move(callup, "approve", at=at, approver=by, approved_at=at, started_at=at)
    people = _launch(callup, at=at)
    trail.write(callup, "approve", by=by, under=post, at=at, people=people)
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    return people


@transaction.atomic
def approve_by_phone(callup: Callup, *, approver: Person, by: Person, at: datetime) -> int:
    """Log an approval given over the phone, and start; the approver confirms later (电话批准)."""
    post = access.check(by, "approve_by_phone", callup, at=at)
    if approver.pk == by.pk:
        raise Invalid("电话批准由值班员代录，不能录自己的批准", mend="请直接批准", field="approver")
    access.check(approver, "approve", callup, at=at)
    confirm_by = at + timedelta(hours=profile_named(callup.profile).confirm_hours)
    FLOW.move(
        callup,
        "approve",
        at=at,
        approver=approver,
        approved_at=at,
        started_at=at,
        logged_by=by,
        confirm_by=confirm_by,
    )
    people = _launch(callup, at=at)
    trail.write(
        callup,
        "approve",
        by=by,
        under=post,
        on_behalf_of=approver,
        at=at,
        people=people,
        phone=True,
    )
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    return people


@transaction.atomic
def confirm_approval(callup: Callup, *, by: Person, at: datetime) -> None:
    """Confirm what one approved over the phone, or what others started urgently (补办确认)."""
    post = access.check(by, "confirm_approval", callup, at=at)
    waiting = Callup.objects.filter(pk=callup.pk, confirm_by__isnull=False)
    # Nobody has approved an urgent start yet: whoever confirms it does.
    given = {} if callup.approver_id else {"approver": by, "approved_at": at}
    if not waiting.filter(approver=callup.approver_id).update(confirm_by=None, **given):
        raise NotAllowed(f"{callup.number}没有待确认的批准", mend="无须重复办理")
    for name, value in {"confirm_by": None, **given}.items():
        setattr(callup, name, value)
    trail.write(callup, "confirm_approval", by=by, under=post, at=at)
    outbox.announce(events.ApprovalConfirmed(callup.pk, callup.world))


@transaction.atomic
def start(callup: Callup, *, by: Person, at: datetime) -> int:
    """Start at once by the profile's standing approval; how many are called (启动)."""
    post = access.check(by, "start", callup, at=at)
    profile = profile_named(callup.profile)
    given = approved_beforehand(profile, at=at)
    if not given:
        raise NotAllowed(
            f"叫应方案“{profile.label}”没有预先批准，不能直接启动",
            mend="请提请批准，或由值班员登记电话批准；涉及生命安全、等不及的，写明理由紧急启动",
        )
    FLOW.move(callup, "start", at=at, standing_approval=given[:80], started_at=at)
    people = _launch(callup, at=at)
    trail.write(callup, "start", by=by, under=post, at=at, standing=given, people=people)
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    return people


@transaction.atomic
def start_urgently(callup: Callup, *, reason: str, by: Person, at: datetime) -> int:
    """Start what saves lives on one's own word; an approver confirms it later (紧急启动)."""
    post = access.check(by, "start_urgently", callup, at=at)
    reason = _demand(reason, what="紧急启动的理由", field="reason")
    confirm_by = at + timedelta(hours=profile_named(callup.profile).confirm_hours)
    FLOW.move(
        callup,
        "start_urgently",
        at=at,
        urgent_reason=reason[:200],
        logged_by=by,
        confirm_by=confirm_by,
        started_at=at,
    )
    people = _launch(callup, at=at)
    trail.write(callup, "start_urgently", by=by, under=post, at=at, reason=reason, people=people)
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    outbox.announce(events.CallupStartedUrgently(callup.pk, callup.world))
    return people


@transaction.atomic
def end(callup: Callup, *, reason: str, by: Person, at: datetime) -> None:
    """Stop calling: what is still queued is taken back (结束叫应)."""
    post = access.check(by, "end", callup, at=at)
    reason = _demand(reason, what="结束原因", field="reason")
    FLOW.move(callup, "end", at=at, ended_at=at, end_reason=reason[:200])
    waiting = Called.objects.filter(callup=callup, state__in=WAITING)
    stopped = waiting.update(state=State.STOPPED, deadline=None)
    Called.objects.filter(callup=callup).update(deadline=None)
    _take_back(callup)
    trail.write(callup, "end", by=by, under=post, at=at, reason=reason, stopped=stopped)
    outbox.announce(events.CallupEnded(callup.pk, callup.world))


@transaction.atomic
def void(callup: Callup, *, reason: str, by: Person, at: datetime) -> None:
    """Throw a draft away, with a reason (作废)."""
    post = access.check(by, "void", callup, at=at)
    reason = _demand(reason, what="作废原因", field="reason")
    FLOW.move(callup, "void", at=at)
    trail.write(callup, "void", by=by, under=post, at=at, reason=reason)
    outbox.announce(events.CallupVoided(callup.pk, callup.world))


@transaction.atomic
def remind_of_approval(callup: Callup, *, at: datetime) -> None:
    """Tell that a start by phone or on one's own word is unconfirmed (批准逾期未确认)."""
    late = Callup.objects.filter(pk=callup.pk, confirm_by__lte=at)
    # A day later it is told again: it stays open until the approver confirms.
    if not late.update(confirm_by=at + timedelta(days=1)):
        return
    trail.write(callup, "remind_of_approval", by=None, at=at)
    outbox.announce(events.ApprovalUnconfirmed(callup.pk, callup.world))


# --- within --------------------------------------------------------------------------------------


def _check_brief(brief: Brief) -> None:
    _demand(brief.title, what="标题", field="title")
    if not brief.areas:
        raise Invalid("请选择叫应区域", mend="至少选择一个区域", field="areas")
    hazard_named(brief.hazard).called_for(brief.colour)
    if brief.source is not None and not brief.source.exists():
        raise Invalid(f"没有找到来源 {brief.source}", mend="请重新选择", field="source")


def _root_of(areas: tuple[Area, ...]) -> Area:
    """The least area around all: where rights are judged."""
    chains = [codes.ancestors_of(area.path) for area in areas]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    if not shared:
        raise Invalid("所选区域不在同一个县（市、区）内", mend="请分别发起叫应", field="areas")
    return Area.objects.get(path=shared[-1], valid_to=None)


def _number(prefix: str, sequence: str, at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        return f"{prefix}{at.astimezone(LOCAL).year}-{cursor.fetchone()[0]:06d}"


def _demand(words: str, *, what: str, field: str) -> str:
    if not words.strip():
        raise Invalid(f"请填写{what}", mend=f"{what}不能为空", field=field)
    return words.strip()


def _take_back(callup: Callup) -> None:
    """Cancel what is queued, save what speaks for another call-up that goes on as well."""
    others = Q(covers__called__state__in=WAITING) & ~Q(covers__called__callup=callup)
    needed = Attempt.objects.filter(others).values("pk")
    queued = Attempt.objects.filter(called__callup=callup, state=Attempt.State.QUEUED)
    _withdraw(queued.exclude(pk__in=needed))
