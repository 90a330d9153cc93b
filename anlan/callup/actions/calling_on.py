"""What time does to a call-up: the next try, the next person, a human. Many at once."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from anlan.kernel import outbox, trail
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL

from .. import events, rules
from ..flow import Stage, State
from ..models import Attempt, Called, Callup
from .launching import Fire, _fire, _hold_the_queue, _say_aloud
from .lines import MOST_CLAIMS
from .passing_on import Passing
from .withdrawing import _withdraw

CLAIMED = Attempt.State.CLAIMED
TRY_AGAIN = timedelta(seconds=30)
AT_ONCE = 1000  # persons in one transaction


_log = logging.getLogger("anlan.callup")


@dataclass
class Turned:
    """What becomes of one batch: the new columns of each row, the shots, for the trail."""

    rows: dict[int, Called] = field(default_factory=dict)
    fires: list[Fire] = field(default_factory=list)
    to_hand: list[int] = field(default_factory=list)
    unreached: list[int] = field(default_factory=list)
    passed: list[tuple[int, int]] = field(default_factory=list)


@transaction.atomic
def call_on(world: str, *, at: datetime) -> int:
    """Call on whoever's time is up: again, the next one, or by hand; how many (继续叫应).

    Rows that somebody holds, because an answer is coming in, are passed over until the next round.
    """
    _hold_the_queue(world)
    _speak_on(world, at=at)
    due = Called.objects.filter(world=world, deadline__lte=at, callup__stage=Stage.RUNNING)
    rows = due.order_by("deadline", "rank", "pk").select_for_update(
        skip_locked=True, of=("self",), no_key=True
    )[:AT_ONCE]
    by_callup: dict[int, list[Called]] = defaultdict(list)
    for row in rows:
        by_callup[row.callup_id].append(row)
    for callup in Callup.objects.filter(pk__in=by_callup).order_by("-life_safety", "pk"):
        try:
            with transaction.atomic():
                _turn(callup, by_callup[callup.pk], at=at)
        except Exception:  # one broken call-up must never silence the others; it is tried again
            _log.exception("%s stands still", callup)
            stuck = Called.objects.filter(pk__in=[row.pk for row in by_callup[callup.pk]])
            stuck.update(deadline=at + TRY_AGAIN)
    return sum(len(some) for some in by_callup.values())


@transaction.atomic
def release_leases(*, at: datetime) -> int:
    """Give back what a gateway took and never reported on; how many (释放超时占用)."""
    lost = Attempt.objects.filter(state=CLAIMED, lease_until__lt=at)
    held = list(lost.select_for_update(skip_locked=True).values_list("pk", "claims"))
    often = [pk for pk, claims in held if claims >= MOST_CLAIMS]
    rows = Attempt.objects.filter(pk__in=[pk for pk, _ in held])
    # Nothing goes to whoever has answered meanwhile, or after the end of the call-up.
    needed = Called.objects.filter(
        callup__stage=Stage.RUNNING, state__in=[State.CALLING, State.BY_HAND, State.PASSED_ON]
    )
    free = {"line": None, "lease_until": None}
    rows.filter(pk__in=often).update(
        state=Attempt.State.DONE,
        outcome=Attempt.Outcome.FAILED,
        fault="多次占用均未发出",
        receipt_at=at,
        **free,
    )
    # A whole area is to hear it whoever answers.
    aloud = Q(channel__in=rules.PLACES, called__callup__stage=Stage.RUNNING)
    wanted = rows.filter(Q(called__in=needed) | aloud, state=CLAIMED).values("pk")
    again = rows.filter(pk__in=wanted).update(state=Attempt.State.QUEUED, **free)
    _withdraw(rows.filter(state=CLAIMED))
    return again


def _speak_on(world: str, *, at: datetime) -> None:
    """Say to whole areas what is due there, whoever has answered meanwhile."""
    due = Callup.objects.filter(world=world, stage=Stage.RUNNING, aloud_at__lte=at)
    for callup in due.order_by("-life_safety", "pk"):
        try:
            with transaction.atomic():
                _say_aloud(callup, at=at)
        except Exception:  # as above
            _log.exception("%s is said nowhere", callup)
            Callup.objects.filter(pk=callup.pk).update(aloud_at=at + TRY_AGAIN)


# --- one call-up's batch -------------------------------------------------------------------------


def _turn(callup: Callup, rows: Sequence[Called], *, at: datetime) -> None:
    plan = rules.read_plan(callup.plan)
    quiet = plan.is_quiet(at.astimezone(LOCAL).time())
    turned, leaving = Turned(), []
    for row in rows:
        move = _decide(row, plan, quiet=quiet, at=at)
        if isinstance(move, rules.PassOn):
            leaving.append(row)
        else:
            _take(move, row, plan, turned, at=at)
    if leaving:
        _pass_on(callup, leaving, plan, turned, at=at)
    _keep(turned)
    _fire(callup, turned.fires, at=at)
    _tell(callup, turned, at=at)


def _decide(row: Called, plan: rules.Plan, *, quiet: bool, at: datetime) -> rules.Move:
    if row.state == State.ANSWERED:  # who cannot come has answered; the next one goes
        return rules.PassOn()
    return rules.decide(plan, _standing(row, at), quiet=quiet)


def _standing(row: Called, at: datetime) -> rules.Standing:
    return rules.Standing(
        shot=row.shot,
        ways=frozenset(row.ways),
        elapsed=int((at - row.called_at).total_seconds()),
        by_hand=row.state == State.BY_HAND,
        dead=row.dead,
    )


def _take(move: rules.Move, row: Called, plan: rules.Plan, turned: Turned, *, at: datetime) -> None:
    """Write a move into the row; what follows from it outside into `turned`."""
    match move:
        case rules.Shoot(number, channels, wait):
            shot = plan.shots[number]
            row.shot, row.step = number + 1, shot.step
            row.deadline = at + timedelta(seconds=wait)
            turned.fires.append(Fire(row.pk, shot.step, shot.tries, channels))
        case rules.Wait(seconds):
            row.deadline = at + timedelta(seconds=seconds)
        case rules.WaitForMorning():
            row.deadline = plan.quiet_until(at.astimezone(LOCAL))
        case rules.ByHand(seconds):
            row.state, row.deadline = State.BY_HAND, at + timedelta(seconds=seconds)
            turned.to_hand.append(row.pk)
        case rules.Unreached():
            row.state, row.deadline = State.UNREACHED, None
            turned.unreached.append(row.pk)
    turned.rows[row.pk] = row


def _pass_on(
    callup: Callup, leaving: Sequence[Called], plan: rules.Plan, turned: Turned, *, at: datetime
) -> None:
    passing = Passing(callup, leaving, plan, at=at)
    for row in leaving:
        nearest = passing.next_for(row)
        if nearest is not None:
            row.passed_to = nearest
            row.deadline = None
            if row.state != State.ANSWERED:
                row.state = State.PASSED_ON
            turned.passed.append((row.pk, nearest.pk))
            turned.rows[row.pk] = row
        elif row.state == State.ANSWERED:  # nobody goes for them: a human finds somebody
            row.passed_to = row.deadline = None
            turned.to_hand.append(row.pk)
            turned.rows[row.pk] = row
        else:
            _take(rules.when_nobody(plan, _standing(row, at)), row, plan, turned, at=at)
    passing.keep()


KEEP = """
UPDATE callup_called c
   SET state = k.state, step = k.step, shot = k.shot, deadline = k.deadline,
       passed_to_id = k.passed_to
  FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::timestamptz[], %s::bigint[])
    AS k(id, state, step, shot, deadline, passed_to)
 WHERE c.id = k.id
"""


def _keep(turned: Turned) -> None:
    rows = [
        (row.pk, str(row.state), row.step, row.shot, row.deadline, row.passed_to_id)
        for row in turned.rows.values()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])


def _tell(callup: Callup, turned: Turned, *, at: datetime) -> None:
    """One entry a batch; each attempt is a row of its own, each answer an entry of its own."""
    ref = Ref.of(callup)
    if turned.fires or turned.passed or turned.to_hand or turned.unreached:
        trail.write(
            ref,
            "call_on",
            by=None,
            at=at,
            called_again=len(turned.fires),
            passed_on=[list(pair) for pair in turned.passed],
            to_hand=turned.to_hand,
            unreached=turned.unreached,
        )
    if turned.passed:
        left, taken = (list(column) for column in zip(*turned.passed, strict=True))
        outbox.announce(events.PeoplePassedOn(callup.pk, callup.world, left, taken))
    if turned.to_hand:
        outbox.announce(events.PeopleLeftToHand(callup.pk, callup.world, turned.to_hand))
    if turned.unreached:
        outbox.announce(events.PeopleUnreached(callup.pk, callup.world, turned.unreached))
