"""From dispatch to the work itself: who has it in hand and what they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from anlan.kernel import calendar, outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Person, Post

from .. import access, events, rules
from ..flow import FLOW
from ..models import InterimControl, Matter, Rectification, kinds
from ..models.routing import Facts, propose
from .beats import (
    Shown,
    _checker_for,
    _demand,
    _due,
    _due_to_take,
    _end_controls,
    _end_supervision,
    _follow,
    _hold,
    _note,
    _parent_is_done,
    _ready_to_serve,
    _settle_extensions,
    _show,
)


@dataclass(frozen=True)
class Order:
    """A dispatch order (交办单): who rectifies by which plan until when, and who checks.

    Posts left empty are those that routing proposes, an empty deadline is the longest the kind
    allows. `plan` holds the lists by name: responsibility, measure, funds, contingency.
    """

    plan: Mapping[str, str] = field(default_factory=dict)
    owner: Post | None = None
    checker: Post | None = None
    deadline: datetime | None = None
    grade: str = ""
    clause: str = ""
    handling: str = ""  # SELF, TOWN, DEPARTMENT; empty: by the rules
    words: str = ""


@transaction.atomic
def grade_matter(
    matter: Matter,
    *,
    grade: str = "",
    clause: str = "",
    plan: Mapping[str, str] | None = None,
    by: Person,
    at: datetime,
) -> None:
    """Say by which clause it is an ordinary or a major hazard (定级).

    What is dispatched already needs the lists of its new grade at once; `plan` adds to its own.
    """
    under = access.check(by, "grade_matter", matter, at=at)
    _hold(matter, "grade_matter")
    before = matter.grade
    _set_grade(matter, grade, clause)
    added = {name: words.strip() for name, words in (plan or {}).items() if words.strip()}
    matter.plan = {**matter.plan, **added}
    if matter.dispatched_at:
        _plan_must_stand(matter, matter.plan)
    matter.save(update_fields=["grade", "clause", "sector", "plan"])
    trail.write(
        matter,
        "grade_matter",
        by=by,
        under=under,
        at=at,
        before=before,
        grade=matter.grade,
        clause=matter.clause,
        plan=added,
    )
    outbox.announce(events.MatterGraded(matter.pk))


@transaction.atomic
def dispatch(matter: Matter, *, order: Order, by: Person, at: datetime) -> None:
    """Give it to the post that must rectify it, with plan, deadline and checker (交办)."""
    under = access.check(by, "dispatch", matter, at=at)
    if order.grade or order.clause:
        _set_grade(matter, order.grade, order.clause)
    owner = _rectifier_for(matter, order.owner, at=at)
    checker = _checker_for(matter, owner, order.checker, at=at)
    deadline = _deadline_for(matter, order.deadline, at=at)
    plan = {**matter.plan, **order.plan, "deadline": deadline.isoformat()}
    _plan_must_stand(matter, plan)
    from_post = matter.owner_id
    graded = {"grade": matter.grade, "clause": matter.clause, "sector": matter.sector}
    posts = {"owner": owner, "checker": checker, "dispatched_at": at, "plan": plan}
    due_at = _due_to_take(matter, deadline, at)
    FLOW.move(matter, "dispatch", at=at, due_at=due_at, **posts, **graded)
    first = matter.details.get("first_dispatched_at") or at.isoformat()
    handling = order.handling or _handling(matter)
    dispatcher = under.pk if under else from_post
    _note(matter, dispatcher=dispatcher, handling=handling, first_dispatched_at=first)
    _follow(matter, at=at)
    trail.write(
        matter,
        "dispatch",
        by=by,
        under=under,
        at=at,
        handling=handling,
        owner=owner.pk,
        checker=checker.pk,
        plan=plan,
        words=order.words,
    )
    outbox.announce(events.MatterDispatched(matter.pk, owner.pk))


@transaction.atomic
def take(matter: Matter, *, by: Person, at: datetime) -> None:
    """Take the duty to rectify it (接办)."""
    under = access.check(by, "take", matter, at=at)
    due_at = matter.deadline or _due(matter, "to_rectify", at)
    FLOW.move(matter, "take", at=at, due_at=due_at)
    _follow(matter, at=at)
    trail.write(matter, "take", by=by, under=under, at=at)
    outbox.announce(events.MatterTaken(matter.pk))


@transaction.atomic
def send_back(matter: Matter, *, reason: str, by: Person, at: datetime) -> None:
    """Say that it is not one's own, and return it to whoever dispatched it (退回)."""
    under = access.check(by, "send_back", matter, at=at)
    reason = _demand(reason, what="退回理由", field="reason")
    dispatcher = _whoever_dispatched(matter, at=at)
    due_at = _due(matter, "to_triage", at)
    changes = {"owner": dispatcher, "checker": None, "dispatched_at": None}
    FLOW.move(matter, "send_back", at=at, due_at=due_at, **changes)
    _note(matter, sent_back=True)
    _end_supervision(matter, at=at)
    _follow(matter, at=at)
    trail.write(matter, "send_back", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.MatterSentBack(matter.pk, dispatcher.pk))


@transaction.atomic
def reassign(
    matter: Matter,
    *,
    owner: Post,
    reason: str,
    checker: Post | None = None,
    by: Person,
    at: datetime,
) -> None:
    """Give it to another post; the deadline runs on, so nobody gains time by it (改派)."""
    under = access.check(by, "reassign", matter, at=at)
    reason = _demand(reason, what="改派理由", field="reason")
    before = matter.owner_id
    if owner.pk == before:
        raise Invalid(f"“{owner}”已经是整改岗位", mend="请另选岗位", field="owner")
    _ready_to_serve(owner, at=at, field="owner")
    kept = matter.checker if matter.checker_id != owner.pk else None
    judge = _checker_for(matter, owner, checker or kept, at=at)
    deadline = matter.deadline or _due(matter, "to_rectify", at)
    due_at = _due_to_take(matter, deadline, at)
    FLOW.move(matter, "reassign", at=at, owner=owner, checker=judge, due_at=due_at)
    _end_supervision(matter, at=at)
    _end_controls(matter, at=at)
    _follow(matter, at=at)
    trail.write(
        matter,
        "reassign",
        by=by,
        under=under,
        at=at,
        reason=reason,
        from_post=before,
        owner=owner.pk,
        checker=judge.pk,
    )
    outbox.announce(events.MatterReassigned(matter.pk, before or 0, owner.pk))


@transaction.atomic
def control(
    matter: Matter, *, measure: str, evidence: Sequence[Shown] = (), by: Person, at: datetime
) -> None:
    """Hold the danger down until it is removed; never counts as rectified (落实临时管控措施)."""
    under = access.check(by, "control", matter, at=at)
    measure = _demand(measure, what="管控措施", field="measure")
    FLOW.move(matter, "control", at=at)
    InterimControl.objects.create(matter=matter, measure=measure, by=by, at=at)
    files = _show(matter, evidence, by=by, at=at)
    trail.write(matter, "control", by=by, under=under, at=at, measure=measure, files=files)
    outbox.announce(events.MatterControlled(matter.pk))


@transaction.atomic
def submit(
    matter: Matter, *, words: str, evidence: Sequence[Shown], by: Person, at: datetime
) -> None:
    """Say that the work is done, and show it (办结反馈)."""
    under = access.check(by, "submit", matter, at=at)
    words = _demand(words, what="整改情况", field="words")
    if not evidence:
        raise Invalid("办结反馈要附佐证", mend="请至少附一张整改后照片或一份材料", field="evidence")
    _parent_is_done(matter)
    assert matter.owner is not None  # a live matter is owned: the database says so
    checker = matter.checker or _checker_for(matter, matter.owner, None, at=at)
    late = matter.is_overdue(at)
    FLOW.move(matter, "submit", at=at, checker=checker, due_at=_due(matter, "to_check", at))
    done = Rectification.objects.create(
        matter=matter,
        round=matter.rectifications.count() + 1,
        words=words,
        by=by,
        post=under,
        at=at,
    )
    files = _show(matter, evidence, by=by, at=at, rectification=done)
    _end_supervision(matter, at=at)
    _end_controls(matter, at=at)
    _settle_extensions(matter, at=at)
    _follow(matter, at=at)
    trail.write(
        matter,
        "submit",
        by=by,
        under=under,
        at=at,
        round=done.round,
        words=words,
        files=files,
        late=late,
    )
    outbox.announce(events.MatterSubmitted(matter.pk, checker.pk))


# --- what an order must hold ----------------------------------------------------------------------


def _set_grade(matter: Matter, grade: str, clause_key: str) -> None:
    """Grade by clause, in memory; 重大 needs a clause that says so."""
    if not matter.rule.graded:
        raise Invalid(f"{matter.rule.label}不分等级", mend="请不要填写等级", field="grade")
    clause = kinds.clause_named(clause_key)
    stands = rules.grade_by(clause, grade)
    if stands is None and clause is None:
        raise Invalid("定为重大隐患须引用判定条款", mend="请选择对应的判定条款", field="clause")
    if stands is None or not stands:
        words = f"条款“{clause.article}”对应的等级不是所选等级" if clause else "没有选择等级"
        raise Invalid(words, mend="请核对等级与条款", field="grade")
    matter.grade, matter.clause = stands, clause_key
    if clause and not matter.sector:
        matter.sector = clause.sector


def _plan_must_stand(matter: Matter, plan: Mapping[str, str]) -> None:
    """三张清单 before release, 五落实 for a major hazard."""
    if matter.rule.graded and not matter.grade:
        raise Invalid("交办前须先定级", mend="请选择等级；定为重大须引用判定条款", field="grade")
    wanted = matter.rule.lists_for(matter.grade)
    if gaps := rules.plan_gaps(wanted, plan):
        name = "五落实" if len(wanted) == len(rules.PLAN_LISTS) else "清单"
        raise Invalid(
            f"{matter.get_grade_display()}{matter.rule.label}的{name}不全，还缺：{rules.plan_words(gaps)}",
            mend=f"请填写{rules.plan_words(gaps)}",
            field=gaps[0],
        )


def _deadline_for(matter: Matter, wanted: datetime | None, *, at: datetime) -> datetime:
    latest = rules.latest_deadline(matter.rule.limits, at, calendar.load())
    if wanted is None:
        return latest
    if wanted <= at:
        raise Invalid("整改期限已经过去", mend="请填写今后的时间", field="deadline")
    if wanted > latest:
        raise Invalid(
            f"整改期限不得超过交办后{matter.rule.limits.to_rectify.words}",
            mend="确需更长时间，由整改岗位在交办后申请延期",
            field="deadline",
        )
    return wanted


def _rectifier_for(matter: Matter, wanted: Post | None, *, at: datetime) -> Post:
    owner = wanted or propose(Facts.of(matter), at=at).rectify
    if owner is None:
        raise Invalid("没有找到合适的整改岗位", mend="请指定整改岗位", field="owner")
    return _ready_to_serve(owner, at=at, field="owner")


def _handling(matter: Matter) -> str:
    risk = matter.item.grade if matter.item else ""
    return rules.handling_of(grade=matter.grade, risk=risk, firm_known=matter.body is not None)


def _whoever_dispatched(matter: Matter, *, at: datetime) -> Post:
    """The post that sent it here, if it still stands; else whom routing asks."""
    day = at.date()
    dispatcher = Post.objects.valid_on(day).filter(pk=matter.details.get("dispatcher")).first()
    return dispatcher or propose(Facts.of(matter), at=at).triage
