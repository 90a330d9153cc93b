"""How a matter ends: checked and closed, refused, answered, merged, struck out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.access import scope_of
from anlan.people.models import Person

from .. import access, events
from ..flow import FLOW, Stage
from ..models import Matter, Merging, Rectification, Source
from ..models.routing import Facts, propose
from .beats import (
    LOOK_AGAIN,
    Shown,
    _checker_for,
    _demand,
    _due,
    _end_controls,
    _end_supervision,
    _follow,
    _judge,
    _note,
    _parent_is_done,
    _ready_to_serve,
    _show,
)
from .opening import Finding, report

Verdict = Rectification.Verdict


@transaction.atomic
def accept(
    matter: Matter, *, opinion: str, evidence: Sequence[Shown] = (), by: Person, at: datetime
) -> None:
    """Agree that it is done, and close it; never by anyone who rectified it (核查销号)."""
    under = access.check(by, "accept", matter, at=at)
    opinion = _demand(opinion, what="核查意见", field="opinion")
    _parent_is_done(matter)
    FLOW.move(matter, "accept", at=at, due_at=None, closed_at=at)
    judged = _judge(matter, Verdict.ACCEPTED, opinion, by=by, at=at)
    files = _show(matter, evidence, by=by, at=at, rectification=judged)
    _end_supervision(matter, at=at)
    _end_controls(matter, at=at)
    _follow(matter, at=at)
    trail.write(
        matter,
        "accept",
        by=by,
        under=under,
        at=at,
        opinion=opinion,
        round=judged.round,
        files=files,
    )
    outbox.announce(events.MatterClosed(matter.pk))


@transaction.atomic
def refuse(
    matter: Matter, *, reason: str, evidence: Sequence[Shown] = (), by: Person, at: datetime
) -> None:
    """Send it back to its rectifier as not done (核查退回)."""
    under = access.check(by, "refuse", matter, at=at)
    reason = _demand(reason, what="退回理由", field="reason")
    redo = _due(matter, "to_redo", at)
    # What is left of the first term stays; a check that took long costs the rectifier nothing.
    due_at = max(matter.deadline or redo, redo)
    FLOW.move(matter, "refuse", at=at, due_at=due_at)
    judged = _judge(matter, Verdict.REFUSED, reason, by=by, at=at)
    files = _show(matter, evidence, by=by, at=at, rectification=judged)
    _end_supervision(matter, at=at)
    _follow(matter, at=at)
    trail.write(
        matter, "refuse", by=by, under=under, at=at, reason=reason, round=judged.round, files=files
    )
    outbox.announce(events.MatterRefused(matter.pk))


@transaction.atomic
def reopen(matter: Matter, *, reason: str, by: Person, at: datetime) -> None:
    """Open it again, because the danger came back; a full new term begins (复开)."""
    under = access.check(by, "reopen", matter, at=at)
    reason = _demand(reason, what="复开理由", field="reason")
    owner = matter.owner or propose(Facts.of(matter), at=at).rectify
    if owner is None:
        raise Invalid(f"{matter}没有整改岗位", mend="请另行上报，由属地交办", field="owner")
    _ready_to_serve(owner, at=at, field="owner")
    checker = matter.checker or _checker_for(matter, owner, None, at=at)
    deadline = _due(matter, "to_rectify", at)
    plan = {**matter.plan, "deadline": deadline.isoformat()}
    changes = {"owner": owner, "checker": checker, "plan": plan, "closed_at": None}
    FLOW.move(matter, "reopen", at=at, due_at=deadline, **changes)
    _follow(matter, at=at)
    trail.write(matter, "reopen", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.MatterReopened(matter.pk))


@transaction.atomic
def merge(matter: Matter, *, into: Matter, reason: str = "", by: Person, at: datetime) -> None:
    """Say that it is the same as another one; its evidence stays reachable there (并案)."""
    under = access.check(by, "merge", matter, at=at)
    _mergeable(matter, into, by=by, at=at)
    FLOW.move(matter, "merge", at=at, due_at=None)
    # What had been merged into this one now leads straight to the last: no chains to follow.
    Merging.objects.filter(into=matter).update(into=into)
    Merging.objects.create(matter=matter, into=into, reason=reason.strip(), by=by, at=at)
    _end_supervision(matter, at=at)
    _follow(into, at=at)
    trail.write(matter, "merge", by=by, under=under, at=at, into=into.number, reason=reason)
    trail.write(into, "merge", by=by, under=under, at=at, absorbed=matter.number, reason=reason)
    outbox.announce(events.MatterMerged(matter.pk, into.pk))


@transaction.atomic
def void(matter: Matter, *, reason: str, by: Person, at: datetime) -> None:
    """Strike out what should not have been reported (作废)."""
    under = access.check(by, "void", matter, at=at)
    reason = _demand(reason, what="作废理由", field="reason")
    FLOW.move(matter, "void", at=at, due_at=None)
    _end_supervision(matter, at=at)
    _follow(matter, at=at)
    trail.write(matter, "void", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.MatterVoided(matter.pk))


@transaction.atomic
def adopt(matter: Matter, *, finding: Finding | None = None, by: Person, at: datetime) -> Matter:
    """Take a citizen's report up as a hazard of its own; its clock now runs for both (转为隐患)."""
    under = access.check(by, "adopt", matter, at=at)
    FLOW.move(matter, "adopt", at=at)
    wanted = finding or _finding_of(matter)
    wanted = replace(wanted, kind="hazard", source=Source.PUBLIC, parent=matter, origin="")
    hazard = report(wanted, by=by, at=at)
    _follow(hazard, at=at)
    matter.refresh_from_db(fields=["due_at"])
    trail.write(matter, "adopt", by=by, under=under, at=at, hazard=hazard.number)
    outbox.announce(events.ReportAdopted(matter.pk, hazard.pk))
    return hazard


@transaction.atomic
def answer(matter: Matter, *, reply: str, by: Person, at: datetime) -> None:
    """Tell the citizen what became of it, and close the report (办结答复)."""
    under = access.check(by, "answer", matter, at=at)
    reply = _demand(reply, what="答复内容", field="reply")
    if matter.stage == Stage.ADOPTED and not matter.hazard_at_rest():
        raise NotAllowed(f"{matter.number}转出的隐患还没有销号", mend="待隐患销号后再答复群众")
    FLOW.move(matter, "answer", at=at, due_at=None, closed_at=at)
    _note(matter, reply=reply)
    merged = list(matter.merged.order_by("matter").values_list("matter", flat=True))
    trail.write(matter, "answer", by=by, under=under, at=at, reply=reply)
    outbox.announce(events.ReportAnswered(matter.pk, merged))


# --- what merging and adopting need ---------------------------------------------------------------


def _mergeable(matter: Matter, into: Matter, *, by: Person, at: datetime) -> None:
    seen = access.visible_to(scope_of(by, at=at)).filter(pk=into.pk).exists()
    if into.pk == matter.pk or into.kind != matter.kind or not seen:
        raise Invalid("只能并入您看得到的另一件同类事项", mend="请核对编号", field="into")
    Matter.objects.select_for_update().only("pk").get(pk=into.pk)
    into.refresh_from_db()
    if into.stage in (Stage.DRAFT, Stage.VOID, Stage.MERGED):
        words = f"{into.number}现为“{into.get_stage_display()}”，不能并入"
        raise NotAllowed(words, mend=LOOK_AGAIN)


def _finding_of(matter: Matter) -> Finding:
    """What the citizen said, as the first words of the hazard."""
    return Finding(
        title=matter.title,
        source=Source.PUBLIC,
        area=matter.area,
        description=matter.description,
        place=matter.place,
        lon=matter.lon,
        lat=matter.lat,
        body=matter.body,
        item=matter.item,
        sector=matter.sector,
        found_at=matter.found_at,
    )
