"""A warning of our own (预警): draft, submit, approve and issue, update, cancel, expire."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from anlan.formats import cap
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.models import Area, Body, Person
from anlan.people.rules import codes

from .. import access, events
from ..flow import WARNINGS, WarningStage, World
from ..models import (
    Alarm,
    Publication,
    Warning,
    as_json,
    bulletin_of,
    lawful_issuer,
    steps,
)
from ..rules import capping
from .sealing import _signed

LONGEST = timedelta(days=10)


@dataclass(frozen=True)
class Brief:
    """What a warning is to say (预警要素); `rings` and `circles` are drawn, besides areas."""

    hazard: str
    colour: str
    headline: str
    description: str
    instruction: str
    areas: tuple[Area, ...]
    expires: datetime
    onset: datetime | None = None
    body: Body | None = None  # who issues it: the writer's own where it is left out
    step: str = ""
    contact: str = ""
    urgency: str = "Expected"
    certainty: str = "Likely"
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    alarm: Alarm | None = None
    exercise: bool = False
    responses: tuple[str, ...] = field(default=("Prepare",))


@transaction.atomic
def draft_warning(brief: Brief, *, by: Person, at: datetime) -> Warning:
    """Write a warning; nobody is warned yet (拟写预警)."""
    root = _root_of(brief.areas)
    post = access.check_warning_place(by, "draft_warning", path=root.path, at=at)
    body = brief.body or _body_of(by)
    _check_brief(brief, body, at=at)
    warning = Warning.objects.create(
        sender=_sender(body),
        world=World.DRILL if brief.exercise else World.LIVE,
        status=cap.Status.EXERCISE if brief.exercise else cap.Status.ACTUAL,
        body=body,
        hazard=brief.hazard,
        colour=brief.colour,
        headline=brief.headline.strip()[:200],
        root=root,
        area_path=root.path,
        codes=[area.code for area in brief.areas],
        content=_content(brief),
        expires=brief.expires,
        drafter=by,
        drafter_post=post,
        drafted_at=at,
        alarm=brief.alarm,
    )
    trail.write(warning, "draft_warning", by=by, under=post, at=at, world=warning.world)
    return warning


@transaction.atomic
def edit_warning(warning: Warning, *, brief: Brief, by: Person, at: datetime) -> None:
    """Write a draft anew (修改预警)."""
    post = access.check_warning(by, "edit_warning", warning, at=at)
    if warning.stage != WarningStage.DRAFT:
        raise NotAllowed("已报批的预警不能修改", mend="请先退回，再修改")
    body = brief.body or warning.body or _body_of(by)
    _check_brief(brief, body, at=at)
    root = _root_of(brief.areas)
    warning.hazard, warning.colour, warning.expires = brief.hazard, brief.colour, brief.expires
    warning.headline, warning.root, warning.area_path = brief.headline[:200], root, root.path
    warning.codes, warning.content = [area.code for area in brief.areas], _content(brief)
    warning.save()
    trail.write(warning, "edit_warning", by=by, under=post, at=at)


@transaction.atomic
def submit_warning(warning: Warning, *, by: Person, at: datetime) -> None:
    """Ask somebody else to approve it (报批预警)."""
    post = access.check_warning(by, "submit_warning", warning, at=at)
    WARNINGS.move(warning, "submit_warning", at=at)
    trail.write(warning, "submit_warning", by=by, under=post, at=at)
    outbox.announce(events.WarningSubmitted(warning.pk, warning.world))


@transaction.atomic
def return_warning(warning: Warning, *, reason: str, by: Person, at: datetime) -> None:
    """Hand it back with a reason (退回预警)."""
    post = access.check_warning(by, "return_warning", warning, at=at)
    reason = _demand(reason, what="退回理由", field="reason")
    WARNINGS.move(warning, "return_warning", at=at)
    trail.write(warning, "return_warning", by=by, under=post, at=at, reason=reason)
    outbox.announce(events.WarningReturned(warning.pk, warning.world))


@transaction.atomic
def void_warning(warning: Warning, *, reason: str, by: Person, at: datetime) -> None:
    """Throw a draft away, with a reason (作废预警)."""
    post = access.check_warning(by, "void_warning", warning, at=at)
    reason = _demand(reason, what="作废原因", field="reason")
    WARNINGS.move(warning, "void_warning", at=at)
    trail.write(warning, "void_warning", by=by, under=post, at=at, reason=reason)
    outbox.announce(events.WarningVoided(warning.pk, warning.world))


@transaction.atomic
def approve_warning(warning: Warning, *, by: Person, at: datetime) -> None:
    """Approve it, and it goes out at once, signed (批准发布)."""
    post = access.check_warning(by, "approve_warning", warning, at=at)
    assert warning.body is not None  # ours have one
    issuer = lawful_issuer(warning.hazard, warning.body)
    if warning.expires is None or warning.expires <= at:
        raise NotAllowed("失效时间已过，不能发布", mend="请退回，改定失效时间", )  # fmt: skip
    former = warning.follows
    if former is not None:
        WARNINGS.move(former, "supersede", at=at)
        trail.write(former, "supersede", by=by, under=post, at=at, by_message=warning.pk)
    sealed = _sealed(warning, issuer.trade + issuer.unit, at=at)
    WARNINGS.move(warning, "approve_warning", at=at, approver=by, approved_at=at, **sealed)
    _publish(warning, at=at)
    trail.write(
        warning, "approve_warning", by=by, under=post, at=at, identifier=warning.identifier,
        digest=warning.digest,
    )  # fmt: skip
    outbox.announce(events.WarningIssued(warning.pk, warning.world))


@transaction.atomic
def update_warning(warning: Warning, *, by: Person, at: datetime) -> Warning:
    """A draft that updates it, with the same words and the right references (更新预警)."""
    post = access.check_warning(by, "update_warning", warning, at=at)
    if warning.stage != WarningStage.ISSUED or not warning.own:
        raise NotAllowed(f"{warning}不在生效中，不能更新", mend="请另发新的预警")
    if waiting := warning.followed_by.filter(stage__in=["DRAFT", "SUBMITTED"]).first():
        return waiting
    draft = Warning.objects.create(
        **_same(warning), kind=Warning.Kind.UPDATE, follows=warning, expires=warning.expires,
        drafter=by, drafter_post=post, drafted_at=at,
    )  # fmt: skip
    trail.write(draft, "update_warning", by=by, under=post, at=at, follows=warning.identifier)
    return draft


@transaction.atomic
def cancel_warning(warning: Warning, *, reason: str, by: Person, at: datetime) -> Warning:
    """Take it back with one click: a cancellation goes out, naming what it cancels (解除预警)."""
    post = access.check_warning(by, "cancel_warning", warning, at=at)
    reason = _demand(reason, what="解除原因", field="reason")
    if not warning.own or warning.body is None:
        raise NotAllowed("别处发布的预警由发布单位解除", mend="收到解除报文后自动更新")
    issuer = lawful_issuer(warning.hazard, warning.body)
    WARNINGS.move(warning, "cancel_warning", at=at)
    notice = Warning(
        **_same(warning), kind=Warning.Kind.CANCEL, follows=warning, stage=WarningStage.CANCELLED,
        drafter=by, drafter_post=post, drafted_at=at, expires=max(warning.expires or at, at),
    )  # fmt: skip
    notice.headline = f"解除：{warning.headline}"[:200]
    notice.content = {**warning.content, "description": reason, "responses": ["AllClear"]}
    for name, value in _sealed(notice, issuer.trade + issuer.unit, at=at).items():
        setattr(notice, name, value)
    notice.save()
    _publish(notice, at=at)
    trail.write(warning, "cancel_warning", by=by, under=post, at=at, reason=reason)
    trail.write(notice, "cancel_warning", by=by, under=post, at=at, digest=notice.digest)
    outbox.announce(events.WarningCancelled(notice.pk, warning.pk, warning.world))
    return notice


@transaction.atomic
def expire(warning: Warning, *, at: datetime) -> None:
    """Its time is over (预警到期)."""
    WARNINGS.move(warning, "expire", at=at)
    trail.write(warning, "expire", by=None, at=at)
    outbox.announce(events.WarningExpired(warning.pk, warning.world))


# --- what goes out --------------------------------------------------------------------------------


def _sealed(warning: Warning, issuer: str, *, at: datetime) -> dict[str, object]:
    """Name, time, message and digest of what goes out now."""
    sent = at.replace(microsecond=0)
    assert warning.root is not None  # ours have one
    identifier = _identifier(warning.root.code[:6], issuer, sent)
    alert = capping.to_cap(bulletin_of(warning, identifier=identifier, at=sent))
    try:
        xml = _signed(cap.write(alert), at=at)
    except cap.CapError as error:
        raise Invalid(error.words, mend=error.mend or "请退回修改") from error
    digest = sha256(xml).hexdigest()
    return {"identifier": identifier, "sent": sent, "xml": xml, "digest": digest}


def _identifier(division: str, issuer: str, sent: datetime) -> str:
    """The next free one of this second; the eleventh waits for the next second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4104410045)")
    for serial in range(10):
        name = cap.WarningIdentifier(division, issuer[:3], sent, serial, issuer[3:]).written()
        if not Warning.objects.filter(identifier=name).exists():
            return name
    raise NotAllowed("这一秒内已发出 10 条预警", mend="请稍后再发")


def _publish(warning: Warning, *, at: datetime) -> None:
    live = warning.world == World.LIVE
    outlet = Publication.Outlet.PUBLIC if live else Publication.Outlet.DRILL
    Publication.objects.create(warning=warning, world=warning.world, outlet=outlet, at=at)


def _same(warning: Warning) -> dict[str, object]:
    names = ("sender", "world", "status", "body", "hazard", "colour", "headline", "root",
             "area_path", "codes", "content", "alarm")  # fmt: skip
    return {name: getattr(warning, name) for name in names}


# --- what a draft needs ---------------------------------------------------------------------------


def _check_brief(brief: Brief, body: Body, *, at: datetime) -> None:
    issuer = lawful_issuer(brief.hazard, body)
    if brief.colour not in issuer.scale:
        raise Invalid(f"{issuer.label}的预警没有这种颜色", mend="请重新选择", field="colour")
    _demand(brief.headline, what="标题", field="headline")
    _demand(brief.description, what="预警内容", field="description")
    if not brief.areas:
        raise Invalid("请选择预警区域", mend="至少选择一个区域", field="areas")
    if not at < brief.expires <= at + LONGEST:
        mend = f"应晚于现在，最长{LONGEST.days}天"
        raise Invalid("失效时间不对", mend=mend, field="expires")
    if brief.step and brief.step not in steps():
        raise Invalid(f"没有“{brief.step}”这一步", mend="请重新选择", field="step")
    for ring in brief.rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise Invalid("画的范围没有闭合", mend="请重新画，至少三个点", field="ring")
    if any(radius <= 0 for _, _, radius in brief.circles):
        raise Invalid("画的圆没有半径", mend="请重新画，先点圆心，再点圆边", field="circle")


def _content(brief: Brief) -> dict[str, object]:
    places = [capping.Place(area.name, area.code) for area in brief.areas]
    if brief.rings or brief.circles:
        places[0] = replace(places[0], rings=brief.rings, circles=brief.circles)
    return {
        "description": brief.description.strip(),
        "instruction": brief.instruction.strip(),
        "onset": brief.onset.isoformat() if brief.onset else "",
        "urgency": brief.urgency,
        "certainty": brief.certainty,
        "responses": list(brief.responses),
        "step": brief.step,
        "contact": brief.contact.strip(),
        "places": [as_json(place) for place in places],
    }


def _root_of(areas: Sequence[Area]) -> Area:
    """The least area around all: where rights are judged."""
    if not areas:
        raise Invalid("请选择预警区域", mend="至少选择一个区域", field="areas")
    chains = [codes.ancestors_of(area.path) for area in areas]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    if not shared:
        raise Invalid("所选区域不在同一个县（市、区）内", mend="请分别发布", field="areas")
    return Area.objects.get(path=shared[-1], valid_to=None)


def _body_of(person: Person) -> Body:
    if person.body is None:
        raise Invalid("您没有所属单位，不能发布预警", mend="请联系管理员核对")
    return person.body


def _sender(body: Body) -> str:
    """CAP's sender: who of which district, without blanks and commas."""
    return f"{body.area.code[:6]}.{body.pk}@anlan"


def _demand(words: str, *, what: str, field: str) -> str:
    if not words.strip():
        raise Invalid(f"请填写{what}", mend=f"{what}不能为空", field=field)
    return words.strip()
