"""Clocks: begun by what happens, met by whoever does what is owed, dropped when no longer owed."""

from datetime import datetime, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

from .. import access, events
from ..flow import Stage
from ..models import Accident, Clock, clock_named, clocks
from ..rules import ClockRule
from .beats import _demand, _end_of, _hold, _lock

WINDOW = "window"
FOLLOW_UP = "follow_up"
INVESTIGATION = "investigation"


@transaction.atomic
def report_up(
    accident: Accident, *, clock: str, words: str, met_at: datetime, by: Person, at: datetime
) -> Clock:
    """Say that a level above was told: when, to whom, by what means (上报上级).

    Told too late it is marked as late; the next level's clock starts from here.
    """
    under = access.check(by, "report_up", accident, at=at)
    _hold(accident, "report_up")
    if not clock_named(clock).by_hand:
        raise Invalid(f"“{clock_named(clock).label}”由相应的办理自动登记", mend="请办理那一步")
    words = _demand(words, what="报给谁、用什么方式", field="words", longest=200)
    owed = accident.clocks.running().filter(kind=clock).order_by("round").first()
    if owed is None:
        raise Invalid(
            f"“{clock_named(clock).label}”没有待办的时限", mend="请刷新页面", field="clock"
        )
    if not owed.start <= met_at <= at:
        mend = f"应在{trail.local(owed.start)}至现在之间"
        raise Invalid("上报时间不对", mend=mend, field="met_at")
    _meet(owed, met_at=met_at, by=by, words=words, at=at)
    trail.write(
        accident, "report_up", by=by, under=under, at=at, clock=owed.label, words=words,
        met_at=trail.local(met_at), late=owed.late_words,
    )  # fmt: skip
    outbox.announce(events.AccidentReportedUp(accident.pk, clock))
    return owed


@transaction.atomic
def miss(clock: Clock, *, at: datetime) -> None:
    """Mark a limit that has run out unmet; it stays owed (标记超时). Safe to do twice."""
    accident = clock.accident
    _lock(accident)
    clock.refresh_from_db()
    if clock.met_at or clock.dropped_at or clock.missed_at or clock.due_at >= at:
        return
    _mark_missed(clock, at=at)
    trail.write(accident, "miss", by=None, at=at, clock=clock.label, due=trail.local(clock.due_at))


@transaction.atomic
def fix_final(clock: Clock, *, at: datetime) -> None:
    """The days for changed casualties are over: what stands is final (固定终报)."""
    accident = clock.accident
    _lock(accident)
    clock.refresh_from_db()
    if clock.met_at or clock.dropped_at or clock.due_at >= at:
        return
    words = f"终报：{accident.get_grade_display()}，{accident.toll.words()}"[:200]
    _write(clock, met_at=clock.due_at, words=words)
    trail.write(accident, "fix_final", by=None, at=at, words=words)
    outbox.announce(events.FinalFixed(accident.pk))


# --- what the other deeds do to clocks ------------------------------------------------------------


def _begin(accident: Accident, begins: str, start: datetime) -> list[Clock]:
    """Start every clock that begins with this, and applies."""
    return [
        _start(accident, rule, start)
        for rule in clocks().values()
        if rule.begins == begins and _applies(accident, rule)
    ]


def _applies(accident: Accident, rule: ClockRule) -> bool:
    return rule.applies(scope=accident.scope, grade=accident.feared_grade)


def _start(accident: Accident, rule: ClockRule, start: datetime, *, round: int = 1) -> Clock:
    """One clock, running; begun again where it had been dropped."""
    due_at = _due(accident, rule, start)
    clock, fresh = Clock.objects.get_or_create(
        accident=accident, kind=rule.key, round=round,
        defaults={"label": rule.label, "clause": rule.clause, "start": start, "due_at": due_at},
    )  # fmt: skip
    if not fresh and clock.dropped_at:
        _write(clock, start=start, due_at=due_at, dropped_at=None, missed_at=None)
    return clock


def _due(accident: Accident, rule: ClockRule, start: datetime) -> datetime:
    day = start.astimezone(LOCAL).date()
    window = accident.rule.window_days
    last = rule.last_day(day, grade=accident.grade, window_days=window)
    return rule.due_by_hours(start) if last is None else _end_of(last)


def _meet(clock: Clock, *, met_at: datetime, by: Person | None, words: str, at: datetime) -> None:
    """Met; late where it is; what follows from it begins."""
    _write(clock, met_at=met_at, met_by=by, words=words)
    if met_at > clock.due_at and clock.missed_at is None:
        _mark_missed(clock, at=at)
    accident, rule = clock.accident, clock.rule
    for after in clocks().values():
        if after.after == clock.kind and _applies(accident, after):
            _start(accident, after, met_at)
    if rule and rule.repeats and accident.stage == Stage.REPORTED:
        _start(accident, rule, met_at, round=clock.round + 1)


def _meet_open(accident: Accident, kind: str, *, by: Person, words: str, at: datetime) -> None:
    """Meet the running clock of a kind, if there is one: the deed itself is what was owed."""
    owed = accident.clocks.running().filter(kind=kind).order_by("round").first()
    if owed is not None:
        _meet(owed, met_at=max(at, owed.start), by=by, words=words, at=at)


def _adjust(accident: Accident, *, at: datetime) -> None:
    """Another grade or scope: clocks that apply now start, those that no longer do are dropped."""
    have = {one.kind: one for one in accident.clocks.order_by("round")}
    for key, one in have.items():
        rule = clocks().get(key)
        if rule and one.met_at is None and one.dropped_at is None and not _applies(accident, rule):
            _write(one, dropped_at=at)
    for key, rule in clocks().items():
        known = have.get(key)
        if not _applies(accident, rule) or (known and not known.dropped_at):
            continue
        if start := _would_start(accident, rule, have, at):
            _start(accident, rule, start)


def _would_start(
    accident: Accident, rule: ClockRule, have: dict[str, Clock], at: datetime
) -> datetime | None:
    """From when a clock runs that applies only now: hours from the change, days as ever."""
    if rule.begins == "happened":
        return accident.happened_at
    if rule.begins == "reported":
        return at if accident.reported_at else None
    if rule.begins == "after":
        before = have.get(rule.after)
        return at if before and before.met_at else None
    return None


def _redate(accident: Accident, *, at: datetime) -> None:
    """It happened at another time, or its scope has another window: what hangs on it follows.

    A window that was over opens again where the longer one is not.
    """
    for one in accident.clocks.filter(dropped_at__isnull=True):
        rule = one.rule
        if rule is None or rule.begins != "happened" or (one.met_at and not rule.window):
            continue
        extra = timedelta(days=one.extended_days + one.excluded_days)
        due_at = _due(accident, rule, accident.happened_at) + extra
        met_at = None if due_at >= at else one.met_at
        _write(one, start=accident.happened_at, due_at=due_at, missed_at=None, met_at=met_at)


def _drop_all(accident: Accident, *, at: datetime) -> None:
    """Nothing is owed for it any more."""
    accident.clocks.running().update(dropped_at=at)


def _drop(accident: Accident, kind: str, *, at: datetime) -> None:
    accident.clocks.running().filter(kind=kind).update(dropped_at=at)


def _mark_missed(clock: Clock, *, at: datetime) -> None:
    _write(clock, missed_at=at)
    outbox.announce(events.ClockMissed(clock.accident_id, clock.kind))


def _write(clock: Clock, **values: object) -> None:
    for name, value in values.items():
        setattr(clock, name, value)
    clock.save(update_fields=list(values))
