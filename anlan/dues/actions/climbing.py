"""The ladder: proposed by time, taken by a person, signed by another one (督促阶梯)."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL
from anlan.matters import actions as matters
from anlan.matters.models import Matter
from anlan.papers import actions as letters
from anlan.papers.models import Paper
from anlan.people.models import Body, Person, Post, Tenure

from .. import access, events
from ..flow import STEPS, Standing
from ..models import Arrear, Step, due_named, ladders
from ..rules import Rung

LEADERS = ("town_leader", "chief", "manager", "station", "section")


@transaction.atomic
def propose_step(arrear: Arrear, *, rung: Rung, at: datetime) -> Step | None:
    """A rung is reached (提出措施): it waits where a paper goes out, else is taken at once.

    None where it was reached before.
    """
    step, made = Step.objects.get_or_create(
        arrear=arrear, rung=rung.key, defaults={"label": rung.label, "proposed_at": at}
    )
    if not made:
        return None
    trail.write(step, "propose_step", by=None, at=at, arrear=arrear.pk, rung=rung.key)
    outbox.announce(events.StepProposed(step.pk))
    if not rung.paper:
        _issued(step, by=None, at=at)
    return step


@transaction.atomic
def remind(arrear: Arrear, *, by: Person, at: datetime) -> None:
    """Tell them once more that it is late, without a paper (催办)."""
    under = access.check(by, "remind", arrear.area_path, at=at)
    if arrear.stage != Arrear.Stage.OPEN:
        raise NotAllowed(f"{arrear}已经消除", mend="请刷新页面")
    known = due_named(arrear.due)
    first = ladders()[known.ladder].rungs[0] if known.ladder else None
    if first is not None and not first.paper:
        propose_step(arrear, rung=first, at=at)
    trail.write(arrear, "remind", by=by, under=under, at=at)


@transaction.atomic
def confirm_step(step: Step, *, words: str = "", by: Person, at: datetime) -> Paper:
    """Take the rung: its paper is drafted and handed in for signing by somebody else (确认措施)."""
    arrear = step.arrear
    under = access.check(by, "confirm_step", arrear.area_path, at=at)
    rung = _standing(step)
    if arrear.body is None:
        raise Invalid(
            f"{arrear.label}没有对应的责任单位", mend="请先在单位台账中登记", field="body"
        )
    paper = letters.draft(
        kind=rung.paper,
        about=Ref.of(arrear),
        issuer=_writes(by, under),
        addressees=(arrear.body,),
        values=_values(arrear, rung, words),
        reply_due_at=_until(at, rung.reply_days),
        by=by,
        at=at,
    )
    letters.submit(paper, by=by, at=at)
    STEPS.move(step, "confirm_step", at=at, paper=paper, confirmed_by=by)
    trail.write(step, "confirm_step", by=by, under=under, at=at, paper=paper.pk)
    return paper


@transaction.atomic
def decline_step(step: Step, *, reason: str, by: Person, at: datetime) -> None:
    """Do without this rung, and say why (不予采取)."""
    under = access.check(by, "decline_step", step.arrear.area_path, at=at)
    if not reason.strip():
        raise Invalid("请填写理由", mend="用一句话说明即可", field="reason")
    words = reason.strip()[:300]
    STEPS.move(step, "decline_step", at=at, reason=words)
    trail.write(step, "decline_step", by=by, under=under, at=at, reason=words)


@transaction.atomic
def issue_step(step: Step, *, by: Person | None, at: datetime) -> None:
    """Its paper was signed: the rung is taken, and what must be closed is opened (下发措施).

    Follows the signing of the paper; done twice it does nothing more.
    """
    step = Step.objects.select_for_update(of=("self",)).select_related("arrear").get(pk=step.pk)
    if step.stage == Standing.ISSUED:
        return
    if step.stage == Standing.DROPPED:
        return  # the due was met while the letter lay for signing
    _issued(step, by=by, at=at)
    rung = step.spec
    if rung is not None and rung.matter:
        step.matter = _order(step)
        step.save(update_fields=["matter"])


def _issued(step: Step, *, by: Person | None, at: datetime) -> None:
    rung = step.spec
    until = _until(at, rung.reply_days) if rung and rung.reply_days else None
    if step.paper and step.paper.reply_due_at:
        until = step.paper.reply_due_at
    day = until.astimezone(LOCAL).date() if until else None
    STEPS.move(step, "issue_step", at=at, issued_at=at, issued_by=by, reply_due_on=day)
    trail.write(step, "issue_step", by=by, at=at)
    outbox.announce(events.StepIssued(step.pk))


def _standing(step: Step) -> Rung:
    rung = step.spec
    if rung is None or not rung.paper:
        raise Invalid(f"“{step.label}”已不在督促阶梯里", mend="请核对 dues_ladders.yaml")
    if step.arrear.stage != Arrear.Stage.OPEN:
        raise NotAllowed(f"{step.arrear}已经消除，不必再{step.label}", mend="请刷新页面")
    return rung


def _writes(by: Person, under: Post) -> Body:
    """In whose name it goes out: the unit of the post that gave the right."""
    return under.body


def _values(arrear: Arrear, rung: Rung, words: str) -> dict[str, Any]:
    """What the letter says, out of the ledger: subject, facts, ground, demands."""
    due = due_named(arrear.due)
    periods = "、".join(arrear.periods)
    amount = f"{arrear.missing.normalize():f}{due.unit}"
    facts = f"{arrear.label}“{due.label}”（{due.rhythm}{due.amount}）未完成：{periods}，"
    demands = [
        f"立即补齐欠缺的{amount}，并如实录入台账",
        "分析原因，落实责任人和时限，防止再次发生",
    ]
    if words.strip():
        demands.append(words.strip()[:300])
    counted = f"连续{arrear.in_a_row}期未完成，" if arrear.in_a_row > 1 else ""
    late = f"自{arrear.since:%Y年%m月%d日}起逾期"
    return {
        "subject": f"{due.label}未按要求完成",
        "basis": due.clause,
        "facts": [f"{facts}{counted}欠{amount}，{late}"],
        "demands": demands,
    }


def _until(at: datetime, days: int) -> datetime:
    """The end of the day on which the reply is due."""
    day = at.astimezone(LOCAL).date() + timedelta(days=days + 1)
    return datetime.combine(day, time.min, LOCAL)


def _order(step: Step) -> Matter:
    """The order as a matter that somebody must close, in the name of whoever took the rung."""
    paper, arrear, by = step.paper, step.arrear, step.confirmed_by
    if paper is None or by is None or paper.issued_at is None or arrear.body is None:
        raise Invalid(f"{step}没有签发的文书", mend="请先签发文书")
    letter = matters.Letter(
        document=paper.number,
        to=_answering(arrear.body, paper.issued_at),
        title=paper.title,
        measures="；".join(paper.values.get("demands", [])),
        deadline=paper.reply_due_at or _until(paper.issued_at, 7),
        area=arrear.area,
        body=arrear.body,
    )
    return matters.issue_supervision_order(None, letter=letter, by=by, at=paper.issued_at)


def _answering(body: Body, at: datetime) -> Post:
    """The post of a unit that answers for it: its leader's, if somebody holds it."""
    day = at.astimezone(LOCAL).date()
    held = Tenure.objects.valid_on(day).values("post")
    posts = list(Post.objects.filter(body=body, pk__in=held).order_by("pk"))
    ranked = sorted(posts, key=lambda post: min(map(_rank, post.roles), default=len(LEADERS)))
    if not ranked:
        raise Invalid(f"{body}没有在岗的负责人", mend="请先为该单位的岗位任命人员", field="body")
    return ranked[0]


def _rank(role: str) -> int:
    return LEADERS.index(role) if role in LEADERS else len(LEADERS)
