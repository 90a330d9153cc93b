"""The inquiry into an accident, and what its report leads to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.matters import actions as ledger
from anlan.matters.models import Matter
from anlan.people.models import Body, Person

from .. import access, events, rules
from ..flow import FLOW
from ..models import (
    Accident,
    Clock,
    Evaluation,
    Investigation,
    Measure,
    Treatment,
    clock_named,
)
from .beats import _demand, _hold
from .timing import INVESTIGATION, _begin, _drop, _meet_open, _write

OPEN_SHOWN = 3


@dataclass(frozen=True)
class Group:
    """Who inquires (调查组): which government, how, led by whom."""

    level: str
    head: str
    manner: str = Investigation.Manner.ENTRUSTED
    lead: Body | None = None
    members: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Findings:
    """What the inquiry found (调查结论)."""

    nature: str
    direct_cause: str
    indirect_cause: str = ""
    lessons: str = ""


@dataclass(frozen=True)
class Proposal:
    """What shall become of somebody responsible (处理建议)."""

    kind: str
    whom: str
    proposal: str
    body: Body | None = None
    regulator: bool = False


@dataclass(frozen=True)
class Demand:
    """A measure that the report demands (整改措施)."""

    title: str
    words: str = ""
    body: Body | None = None


@dataclass(frozen=True)
class Answers:
    """What the evaluation found, one year at most after the reply (评估结论)."""

    accountability: bool
    measures: bool
    regulators: bool
    findings: str
    published_on: date | None = None


@transaction.atomic
def investigate(accident: Accident, *, group: Group, by: Person, at: datetime) -> Investigation:
    """Form the group that inquires, at the level its grade asks for or above (成立调查组)."""
    under = access.check(by, "investigate", accident, at=at)
    _check_group(accident, group)
    FLOW.move(accident, "investigate", at=at)
    inquiry, _ = Investigation.objects.update_or_create(
        accident=accident,
        defaults={
            "level": group.level, "manner": group.manner, "lead": group.lead,
            "head": group.head.strip(), "members": group.members, "paper": group.paper,
            "started_at": at,
        },
    )  # fmt: skip
    trail.write(
        accident, "investigate", by=by, under=under, at=at, level=inquiry.get_level_display(),
        manner=inquiry.get_manner_display(), head=inquiry.head, paper=group.paper,
    )  # fmt: skip
    outbox.announce(events.InvestigationOpened(accident.pk))
    return inquiry


@transaction.atomic
def extend_investigation(
    accident: Accident, *, days: int, paper: str, reason: str, by: Person, at: datetime
) -> Clock:
    """More days for the report, as the government approved: 60 at most in all (延长调查期限)."""
    under = access.check(by, "extend_investigation", accident, at=at)
    _hold(accident, "extend_investigation")
    clock, most = _inquiry_clock(accident), clock_named(INVESTIGATION).extends
    if rules.too_long(days, already=clock.extended_days, most=most):
        left = most - clock.extended_days
        words = f"延长{days}天超过法定上限（合计最长{most}天）"
        raise Invalid(words, mend=f"还可以延长{left}天（条例第二十九条）", field="days")
    paper = _demand(paper, what="批准延期的文号", field="paper", longest=60)
    reason = _demand(reason, what="延期理由")
    due_at = clock.due_at + timedelta(days=days)
    missed = clock.missed_at if due_at < at else None
    _write(clock, due_at=due_at, extended_days=clock.extended_days + days, missed_at=missed)
    trail.write(
        accident, "extend_investigation", by=by, under=under, at=at, days=days, paper=paper,
        reason=reason, due=trail.local(due_at),
    )  # fmt: skip
    outbox.announce(events.InvestigationExtended(accident.pk, days))
    return clock


@transaction.atomic
def exclude_appraisal(
    accident: Accident, *, days: int, reason: str, by: Person, at: datetime
) -> Clock:
    """Days of technical appraisal do not count, by §27 of the regulation (扣除鉴定时间)."""
    under = access.check(by, "exclude_appraisal", accident, at=at)
    _hold(accident, "exclude_appraisal")
    if days <= 0:
        raise Invalid("扣除天数应大于0", mend="请填写技术鉴定所用的天数", field="days")
    reason = _demand(reason, what="鉴定机构和事项")
    clock = _inquiry_clock(accident)
    due_at = clock.due_at + timedelta(days=days)
    missed = clock.missed_at if due_at < at else None
    _write(clock, due_at=due_at, excluded_days=clock.excluded_days + days, missed_at=missed)
    trail.write(
        accident, "exclude_appraisal", by=by, under=under, at=at, days=days, reason=reason,
        due=trail.local(due_at),
    )  # fmt: skip
    return clock


@transaction.atomic
def submit_report(accident: Accident, *, findings: Findings, by: Person, at: datetime) -> None:
    """Hand the report to the government that answers for the inquiry (提交调查报告)."""
    under = access.check(by, "submit_report", accident, at=at)
    if findings.nature not in (Investigation.Nature.LIABLE, Investigation.Nature.NOT_LIABLE):
        raise Invalid("没有认定事故性质", mend="请选择责任事故或非责任事故", field="nature")
    cause = _demand(findings.direct_cause, what="直接原因", field="direct_cause", longest=5000)
    FLOW.move(accident, "submit_report", at=at)
    Investigation.objects.filter(accident=accident).update(
        nature=findings.nature, direct_cause=cause, indirect_cause=findings.indirect_cause,
        lessons=findings.lessons, submitted_at=at, submitted_by=by,
    )  # fmt: skip
    _meet_open(accident, INVESTIGATION, by=by, words="已提交调查报告", at=at)
    _begin(accident, "submitted", at)
    trail.write(accident, "submit_report", by=by, under=under, at=at, nature=findings.nature)
    outbox.announce(events.ReportSubmitted(accident.pk))


@transaction.atomic
def return_report(accident: Accident, *, reason: str, by: Person, at: datetime) -> None:
    """Ask for more before it is replied to; the inquiry's own clock goes on (退回补充调查)."""
    under = access.check(by, "return_report", accident, at=at)
    reason = _demand(reason, what="退回理由")
    FLOW.move(accident, "return_report", at=at)
    _drop(accident, "reply", at=at)
    handed_in = accident.clocks.filter(kind=INVESTIGATION).first()
    if handed_in is not None:
        _write(handed_in, met_at=None, met_by=None, words="")
    trail.write(accident, "return_report", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.ReportReturned(accident.pk))


@transaction.atomic
def approve_report(accident: Accident, *, paper: str, by: Person, at: datetime) -> None:
    """Enter the government's reply to the report; nobody replies to their own (批复调查报告)."""
    under = access.check(by, "approve_report", accident, at=at)
    paper = _demand(paper, what="批复文号", field="paper", longest=60)
    FLOW.move(accident, "approve_report", at=at)
    Investigation.objects.filter(accident=accident).update(
        replied_at=at, replied_by=by, reply_paper=paper
    )
    _meet_open(accident, "reply", by=by, words=paper, at=at)
    _begin(accident, "replied", at)
    trail.write(accident, "approve_report", by=by, under=under, at=at, paper=paper)
    outbox.announce(events.ReportApproved(accident.pk))


@transaction.atomic
def propose_treatment(
    accident: Accident, *, proposal: Proposal, by: Person, at: datetime
) -> Treatment:
    """Write down what shall become of somebody responsible (提出处理建议)."""
    under = access.check(by, "propose_treatment", accident, at=at)
    _hold(accident, "propose_treatment")
    if proposal.kind not in Treatment.Kind.values:
        raise Invalid(f"没有“{proposal.kind}”这种处理", mend="请从列表中选择", field="kind")
    treatment = Treatment.objects.create(
        accident=accident, kind=proposal.kind, body=proposal.body, regulator=proposal.regulator,
        whom=_demand(proposal.whom, what="处理对象", field="whom", longest=100),
        proposal=_demand(proposal.proposal, what="处理建议", field="proposal"),
    )  # fmt: skip
    trail.write(
        accident, "propose_treatment", by=by, under=under, at=at,
        kind=treatment.get_kind_display(), treatment=treatment.pk,
    )  # fmt: skip
    return treatment


@transaction.atomic
def settle_treatment(
    treatment: Treatment, *, outcome: str, fine: Decimal | None = None, by: Person, at: datetime
) -> None:
    """Write down what became of it: fined how much, sentenced, disciplined (登记处理结果)."""
    accident = treatment.accident
    under = access.check(by, "settle_treatment", accident, at=at)
    _hold(accident, "settle_treatment")
    outcome = _demand(outcome, what="处理结果", field="outcome")
    if fine is not None and fine < 0:
        raise Invalid("罚款不能小于0", mend="没有罚款留空", field="fine")
    treatment.outcome, treatment.fine = outcome, fine
    treatment.settled_on = at.astimezone(LOCAL).date()
    treatment.save(update_fields=["outcome", "fine", "settled_on"])
    trail.write(
        accident, "settle_treatment", by=by, under=under, at=at,
        kind=treatment.get_kind_display(), treatment=treatment.pk,
        fine=str(fine) if fine is not None else "",
    )  # fmt: skip


@transaction.atomic
def require_measure(accident: Accident, *, demand: Demand, by: Person, at: datetime) -> Matter:
    """Demand a measure: it becomes a task with owner, deadline and check (提出整改措施)."""
    under = access.check(by, "require_measure", accident, at=at)
    _hold(accident, "require_measure")
    title = _demand(demand.title, what="整改措施", field="title", longest=100)
    finding = ledger.Finding(
        title=f"事故整改：{title}", source=Matter.Source.SUPERVISION, kind="task",
        area=accident.area, description=f"{demand.words}\n依据：{accident.number}调查报告".strip(),
        place=accident.place, body=demand.body or accident.body, sector=accident.sector,
        details={"accident": accident.number},
    )  # fmt: skip
    matter = ledger.report(finding, by=by, at=at)
    Measure.objects.create(accident=accident, matter=matter)
    trail.write(
        accident, "require_measure", by=by, under=under, at=at, matter=matter.number, title=title
    )
    return matter


@transaction.atomic
def close(accident: Accident, *, words: str = "", by: Person, at: datetime) -> None:
    """End the file: every measure demanded is closed by its own loop (事故结案)."""
    under = access.check(by, "close", accident, at=at)
    matters = Matter.objects.filter(demanded_by_accident__accident=accident)
    if unfinished := _unfinished(accident):
        words = f"还有{len(unfinished)}项整改措施没有销号：{'、'.join(unfinished[:OPEN_SHOWN])}"
        raise NotAllowed(words, mend="措施都核查销号后再结案；逾期不改的可以督办")
    if not matters.exists() and not words.strip():
        raise Invalid("没有整改措施", mend="请先提出整改措施，或说明为什么不需要", field="words")
    FLOW.move(accident, "close", at=at)
    trail.write(accident, "close", by=by, under=under, at=at, words=words, measures=matters.count())
    outbox.announce(events.AccidentClosed(accident.pk))


@transaction.atomic
def evaluate(accident: Accident, *, answers: Answers, by: Person, at: datetime) -> Evaluation:
    """Judge whether punishment, measures and supervision were carried out (整改评估).

    Measures that are not closed yet cannot be called carried out.
    """
    under = access.check(by, "evaluate", accident, at=at)
    findings = _demand(answers.findings, what="评估情况", field="findings", longest=5000)
    if answers.measures and (unfinished := _unfinished(accident)):
        words = f"{'、'.join(unfinished[:OPEN_SHOWN])}还没有销号，不能评为“整改措施落实到位”"
        raise Invalid(words, mend="请如实评估，或待销号后再评估", field="measures")
    FLOW.move(accident, "evaluate", at=at)
    evaluation = Evaluation.objects.create(
        accident=accident, accountability=answers.accountability, measures=answers.measures,
        regulators=answers.regulators, findings=findings, published_on=answers.published_on,
        by=by, at=at,
    )  # fmt: skip
    _meet_open(accident, "evaluation", by=by, words="已评估", at=at)
    trail.write(accident, "evaluate", by=by, under=under, at=at, measures=answers.measures)
    outbox.announce(events.AccidentEvaluated(accident.pk))
    return evaluation


def _unfinished(accident: Accident) -> list[str]:
    """The numbers of the measures that are neither closed nor void."""
    done = (Matter.Stage.CLOSED, Matter.Stage.VOID)
    rows = Matter.objects.filter(demanded_by_accident__accident=accident).exclude(stage__in=done)
    return list(rows.order_by("number").values_list("number", flat=True))


def _check_group(accident: Accident, group: Group) -> None:
    if group.level not in Investigation.Level.values:
        raise Invalid("没有选择负责调查的人民政府", mend="请选择", field="level")
    if not rules.is_high_enough(group.level, accident.grade):
        least = Investigation.Level(rules.investigating_level(accident.grade)).label
        raise Invalid(
            f"{accident.get_grade_display()}应由{least}负责调查",
            mend="可以提级，不能降级（条例第十九条、第二十条）",
            field="level",
        )
    alone = group.manner == Investigation.Manner.UNIT
    if alone and not rules.unit_may_investigate(accident.toll, accident.grade):
        raise Invalid(
            "只有未造成人员伤亡的一般事故才可以委托事故发生单位调查",
            mend="请改由政府直接组织，或授权、委托部门（条例第十九条第三款）",
            field="manner",
        )
    _demand(group.head, what="调查组组长", field="head", longest=40)


def _inquiry_clock(accident: Accident) -> Clock:
    clock = accident.clocks.running().filter(kind=INVESTIGATION).first()
    if clock is None:
        raise Invalid("这起事故没有在走的调查期限", mend="请核对统计口径和阶段")
    return clock
