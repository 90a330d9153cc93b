"""What an office settles of an accident: true or not, which one, which scope, told late or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person

from .. import access, events
from ..flow import COUNTED, FLOW
from ..models import Accident, Misreport, Removal, check_category, scope_named
from .beats import LONGEST_TITLE, _demand, _hold, _resettle, _words_to_find
from .telling import _check_words
from .timing import FOLLOW_UP, _adjust, _begin, _drop, _drop_all, _redate


@dataclass(frozen=True)
class Facts:
    """The facts of an accident as they are put right (更正内容)."""

    title: str
    happened_at: datetime
    area: Area
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    body: Body | None = None
    unit: str = ""
    sector: str = ""
    industry: str = ""
    course: str = ""
    taken: str = ""
    overview: str = ""


@dataclass(frozen=True)
class Fault:
    """Who told late, left out, falsely or concealed, and on what grounds (认定内容)."""

    kind: str
    who: str
    grounds: str
    paper: str = ""


@dataclass(frozen=True)
class Decision:
    """By which decision an accident leaves the statistics (核销依据)."""

    reason: str
    clause: str
    paper: str
    decided_on: date


@transaction.atomic
def verify(accident: Accident, *, words: str = "", by: Person, at: datetime) -> None:
    """Confirm that it happened as told; daily follow-ups end (核实事故)."""
    under = access.check(by, "verify", accident, at=at)
    FLOW.move(accident, "verify", at=at)
    _drop(accident, FOLLOW_UP, at=at)
    trail.write(accident, "verify", by=by, under=under, at=at, words=words)
    outbox.announce(events.AccidentVerified(accident.pk))


@transaction.atomic
def correct(
    accident: Accident, *, facts: Facts, reason: str, by: Person, at: datetime
) -> dict[str, Any]:
    """Put the facts right; old values stay in the trail, clocks and grade follow (更正事故).

    Casualties are no facts of this kind: they are told by a follow-up. Returns field → [old, new].
    """
    under = access.check(by, "correct", accident, at=at)
    _hold(accident, "correct")
    reason = _demand(reason, what="更正原因")
    _check_facts(accident, facts, at=at)
    before, grade = accident.told(), accident.grade
    _describe(accident, facts)
    accident.save()
    after = accident.told()
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if not changed:
        raise Invalid("没有任何改动", mend="请修改后再更正，或返回")
    if "happened_at" in changed:
        _follow(accident, at=at)
    trail.write(
        accident, "correct", by=by, under=under, at=at, reason=reason, changed=changed,
        grade=[grade, accident.grade] if grade != accident.grade else "",
    )  # fmt: skip
    outbox.announce(events.AccidentCorrected(accident.pk))
    return changed


@transaction.atomic
def classify(
    accident: Accident, *, scope: str, category: str, reason: str = "", by: Person, at: datetime
) -> None:
    """Say in which scope it counts and what kind it was, by the edition of its day (认定类别口径).

    Another scope has another window: grade and clocks follow.
    """
    under = access.check(by, "classify", accident, at=at)
    _hold(accident, "classify")
    scope_named(scope)
    check_category(category, accident.day)
    if (scope, category) == (accident.scope, accident.category):
        raise Invalid("没有任何改动", mend="请选择新的口径或类别，或返回")
    if scope != accident.scope:
        reason = _demand(reason, what="改变统计口径的依据")
    before, grade = (accident.scope, accident.category), accident.grade
    accident.scope, accident.category = scope, category
    accident.save(update_fields=["scope", "category"])
    if scope != before[0]:
        _follow(accident, at=at)
    trail.write(
        accident, "classify", by=by, under=under, at=at, reason=reason,
        scope=[before[0], scope], category=[before[1], category],
        grade=[grade, accident.grade] if grade != accident.grade else "",
    )  # fmt: skip
    outbox.announce(events.AccidentClassified(accident.pk))


@transaction.atomic
def mark_misreport(accident: Accident, *, fault: Fault, by: Person, at: datetime) -> Misreport:
    """Find that somebody told late, left out, falsely or concealed (认定迟报漏报谎报瞒报)."""
    under = access.check(by, "mark_misreport", accident, at=at)
    _hold(accident, "mark_misreport")
    kind, paper = fault.kind, fault.paper
    if kind not in Misreport.Kind.values:
        raise Invalid(f"没有“{kind}”这种情形", mend="迟报、漏报、谎报、瞒报四选一", field="kind")
    who = _demand(fault.who, what="谁的责任", field="who", longest=100)
    grounds = _demand(fault.grounds, what="认定依据", field="grounds")
    if accident.misreports.filter(kind=kind, who=who).exists():
        raise Invalid(f"已认定过{who}{Misreport.Kind(kind).label}", mend="请核对", field="who")
    found = Misreport.objects.create(
        accident=accident, kind=kind, who=who, grounds=grounds, paper=paper, by=by, at=at
    )
    trail.write(
        accident, "mark_misreport", by=by, under=under, at=at, misreport=str(found),
        grounds=grounds, paper=paper,
    )  # fmt: skip
    outbox.announce(events.MisreportMarked(accident.pk, kind))
    return found


@transaction.atomic
def merge(accident: Accident, *, into: Accident, reason: str, by: Person, at: datetime) -> None:
    """The same accident told twice: count one, keep both to be read (合并重复事故)."""
    under = access.check(by, "merge", accident, at=at)
    access.check(by, "merge", into, at=at)
    reason = _demand(reason, what="合并理由")
    if into.pk == accident.pk or into.stage not in COUNTED:
        raise Invalid(f"不能并入{into.number}", mend="请选择另一起在册的事故", field="into")
    FLOW.move(accident, "merge", at=at, merged_into=into)
    _drop_all(accident, at=at)
    trail.write(accident, "merge", by=by, under=under, at=at, into=into.number, reason=reason)
    trail.write(into, "merge", by=by, under=under, at=at, merged=accident.number, reason=reason)
    outbox.announce(events.AccidentMerged(accident.pk, into.pk))


@transaction.atomic
def void(accident: Accident, *, reason: str, by: Person, at: datetime) -> None:
    """It was no accident at all (误报作废)."""
    under = access.check(by, "void", accident, at=at)
    reason = _demand(reason, what="作废理由")
    FLOW.move(accident, "void", at=at)
    _drop_all(accident, at=at)
    trail.write(accident, "void", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.AccidentVoided(accident.pk))


@transaction.atomic
def remove(accident: Accident, *, decision: Decision, by: Person, at: datetime) -> Removal:
    """Take it out of the statistics of production safety by a decision (事故核销)."""
    under = access.check(by, "remove", accident, at=at)
    reason = _demand(decision.reason, what="核销理由")
    clause = _demand(decision.clause, what="核销依据的条款", field="clause", longest=120)
    paper = _demand(decision.paper, what="核销决定文号", field="paper", longest=60)
    if not accident.day <= decision.decided_on <= at.astimezone(LOCAL).date():
        mend = "应在事故发生之日至今天之间"
        raise Invalid("决定日期不对", mend=mend, field="decided_on")
    FLOW.move(accident, "remove", at=at)
    _drop_all(accident, at=at)
    removal = Removal.objects.create(
        accident=accident, reason=reason, clause=clause, paper=paper,
        decided_on=decision.decided_on, by=by, at=at,
    )  # fmt: skip
    trail.write(
        accident, "remove", by=by, under=under, at=at, reason=reason, clause=clause, paper=paper
    )
    outbox.announce(events.AccidentRemoved(accident.pk))
    return removal


@transaction.atomic
def restore(accident: Accident, *, reason: str, by: Person, at: datetime) -> None:
    """Count it again: the decision was taken back (撤销核销)."""
    under = access.check(by, "restore", accident, at=at)
    reason = _demand(reason, what="撤销理由")
    FLOW.move(accident, "restore", at=at)
    accident.removals.filter(restored_at__isnull=True).update(restored_at=at)
    _begin(accident, "happened", accident.happened_at)
    trail.write(accident, "restore", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.AccidentRestored(accident.pk))


# --- what a correction needs ----------------------------------------------------------------------


def _check_facts(accident: Accident, facts: Facts, *, at: datetime) -> None:
    if facts.happened_at > (accident.reported_at or at):
        raise Invalid("发生时间晚于接报时间", mend="请核对", field="happened_at")
    if (facts.lon is None) != (facts.lat is None):
        raise Invalid("位置只有一半", mend="经度、纬度要同时填写", field="place")
    _check_words(facts.sector, facts.industry)
    check_category(accident.category, facts.happened_at.astimezone(LOCAL).date())


def _describe(accident: Accident, facts: Facts) -> None:
    accident.title = _demand(facts.title, what="事故名称", field="title", longest=LONGEST_TITLE)
    accident.happened_at = facts.happened_at
    accident.area, accident.area_path = facts.area, facts.area.path
    accident.place, accident.lon, accident.lat = facts.place, facts.lon, facts.lat
    accident.body, accident.sector, accident.industry = facts.body, facts.sector, facts.industry
    words = {key: getattr(facts, key) for key in ("unit", "course", "taken", "overview")}
    accident.details = {**accident.details, **words}
    accident.search = _words_to_find(accident)


def _follow(accident: Accident, *, at: datetime) -> None:
    """Grade, clocks and window after the day or the scope changed."""
    _resettle(accident)
    _adjust(accident, at=at)
    _redate(accident, at=at)
