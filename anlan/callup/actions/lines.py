"""What gateways do with the queue: take, hand over, report. Set-based: a thousand at once.

A line only ever sees its own world: the statements ask for it, and the database refuses the rest.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from anlan.kernel import trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref

from .. import rules
from ..flow import State
from ..models import Attempt, Called, Line
from ..models.links import token_of
from .withdrawing import _withdraw

LEASE = timedelta(seconds=60)
MOST_CLAIMS = 5  # a message that nobody gets rid of in so many goes has failed
REST = timedelta(seconds=5)  # after the first failure; each further one doubles it
LONGEST_REST = timedelta(minutes=5)


class LineEntry(Protocol):
    """What of a line in catalogues/gateways.yaml counts here (线路)."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def channels(self) -> Sequence[str]: ...
    @property
    def world(self) -> str: ...
    @property
    def place(self) -> int: ...
    @property
    def active(self) -> bool: ...
    @property
    def link_domains(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Handed:
    """One message as a gateway gets it. `ref` is its name outside: the same one rings once.

    `number` is the full telephone number; in the app the username, for a loudspeaker the code of
    the area, none for a work group, else the person's address there (mail, push subscription).
    `claims` above 1: a crash lay between, it may have gone out.
    """

    ref: UUID
    channel: str
    number: str
    text: str
    name: str
    urgent: bool
    world: str
    claims: int
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What became of one message, as the outside says (回执)."""

    ref: UUID | str
    outcome: str
    facts: Mapping[str, Any]


@transaction.atomic
def load_lines(entries: Iterable[LineEntry], *, at: datetime) -> int:
    """Take over the lines of the site's catalogue; those it no longer names are shut (载入线路)."""
    keys = []
    for entry in entries:
        keys.append(entry.key)
        had = Line.objects.filter(pk=entry.key).first()
        if had and (had.world, had.kind) != (entry.world, entry.kind):
            raise NotAllowed(
                f"线路“{entry.key}”的类型和所属不能更改", mend="请另设一条线路，旧的停用"
            )
        given = {
            "world": entry.world, "kind": entry.kind, "label": entry.label,
            "channels": list(entry.channels), "place": entry.place, "active": entry.active,
            "link_base": f"https://{entry.link_domains[0]}" if entry.link_domains else "",
        }  # fmt: skip
        Line.objects.update_or_create(key=entry.key, defaults=given)
    Line.objects.exclude(pk__in=keys).update(active=False)
    return len(keys)


CLAIM = """
WITH next AS (
  SELECT id FROM callup_attempt
   WHERE world = %(world)s AND channel = %(channel)s AND state = 'QUEUED'
   ORDER BY urgent DESC, rank, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE callup_attempt a
   SET state = 'CLAIMED', line_id = %(line)s, lease_until = %(until)s, claims = a.claims + 1,
       taken_by = array_append(array_remove(a.taken_by, %(line)s::varchar), %(line)s::varchar)
  FROM next, callup_called c, callup_callup u, people_area ar,
       people_person p LEFT JOIN people_account ac ON ac.person_id = p.id
                       LEFT JOIN callup_address ad ON ad.person_id = p.id
                                                  AND ad.channel = %(channel)s
 WHERE a.id = next.id AND c.id = a.called_id AND p.id = c.person_id AND u.id = c.callup_id
   AND ar.id = c.area_id
RETURNING a.urgent, a.rank, a.id, a.ref, a.channel, a.text, a.claims, c.id, c.turn, p.name,
          p.phone, coalesce(ac.username, ''), coalesce(ad.address, ''), ar.code,
          u.plan -> 'answers'
"""


@transaction.atomic
def claim(line: str, *, limit: int, at: datetime) -> list[Handed]:
    """Take the next messages for a line: life safety first, the nearest danger first (领取待发).

    `line` is its key. Nothing while it rests, or while a better one of the channel is well.
    """
    mine = _line(line)
    if not mine.active or (mine.resting_until and mine.resting_until > at):
        return []
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for channel in _served(mine, at):
            left = limit - len(rows)
            cursor.execute(
                CLAIM,
                {
                    "world": mine.world,
                    "channel": channel,
                    "line": line,
                    "limit": left,
                    "until": at + LEASE,
                },
            )
            rows += cursor.fetchall()
            if len(rows) >= limit:
                break
    rows.sort(key=lambda row: (not row[0], row[1], row[2]))
    return [_handed(row, mine) for row in rows]


HANDED = """
UPDATE callup_attempt
   SET state = 'HANDED', line_id = %(line)s, handed_at = %(at)s, lease_until = NULL, fault = '',
       outcome = CASE WHEN outcome = '' THEN 'NOTIFIED' ELSE outcome END
 WHERE ref = ANY(%(refs)s::uuid[]) AND world = %(world)s
   AND (state = 'QUEUED' OR (state = 'CLAIMED' AND line_id = %(line)s)
        OR (state = 'DONE' AND outcome = ''))
"""


@transaction.atomic
def handed(refs: Sequence[UUID | str], *, line: str, at: datetime) -> int:
    """Say that messages are out of the house; safe to say twice (已交通道)."""
    # A lease may have run out meanwhile: what is out is out, and must not go again.
    given: dict[str, Any] = {"refs": [str(ref) for ref in refs], "line": line, "at": at}
    given["world"] = _line(line).world
    with connection.cursor() as cursor:
        cursor.execute(HANDED, given)
        return int(cursor.rowcount)


@transaction.atomic
def refused(ref: UUID | str, *, fault: str, line: str, at: datetime) -> None:
    """Give back a message that the line could not take; another one may (通道退回).

    One that was refused too often has failed: the next channel is tried at once.
    """
    mine = Attempt.objects.filter(ref=ref, line_id=line, state=Attempt.State.CLAIMED)
    attempt = mine.select_for_update(no_key=True).first()
    if attempt is None:
        return
    attempt.fault, attempt.lease_until, attempt.line = fault[:200], None, None
    attempt.state = Attempt.State.QUEUED
    if attempt.claims >= MOST_CLAIMS:
        attempt.state, attempt.outcome = Attempt.State.DONE, Attempt.Outcome.FAILED
        attempt.receipt_at = at
    attempt.save(update_fields=["fault", "lease_until", "line", "state", "outcome", "receipt_at"])
    if attempt.state == Attempt.State.DONE:
        _follow([attempt], at=at)


@transaction.atomic
def receipt(
    ref: UUID | str,
    outcome: str,
    *,
    line: str,
    facts: Mapping[str, Any] | None = None,
    at: datetime,
) -> bool:
    """Take in one receipt, in any order and as often as it comes; whether it said more (回执)."""
    return receipts([Report(ref, outcome, facts or {})], line=line, at=at) == 1


@transaction.atomic
def receipts(reports: Sequence[Report], *, line: str, at: datetime) -> int:
    """Take in many receipts of a line; how many said more than was known (批量回执)."""
    by_ref: dict[str, Report] = {}
    for report in reports:
        if report.outcome not in rules.REPORTED:
            known = "、".join(rules.REPORTED)
            raise Invalid(f"回执不能是“{report.outcome}”", mend=f"可以用的有：{known}")
        had = by_ref.get(str(report.ref))
        if had is None or rules.stronger(had.outcome, report.outcome) != had.outcome:
            by_ref[str(report.ref)] = report
    mine = Attempt.objects.filter(Attempt.had_by(line), ref__in=by_ref)
    rows = mine.filter(world=_line(line).world).select_for_update(no_key=True).order_by("pk")
    changed = []
    for attempt in rows:
        report = by_ref[str(attempt.ref)]
        # That one line failed says nothing while another has it in hand.
        elsewhere = report.outcome == Attempt.Outcome.FAILED and attempt.line_id not in (None, line)
        if elsewhere or rules.stronger(attempt.outcome, report.outcome) == attempt.outcome:
            continue
        attempt.outcome = report.outcome
        attempt.receipt = {**attempt.receipt, report.outcome: dict(report.facts)}
        final = report.outcome in rules.FINAL
        attempt.state = Attempt.State.DONE if final else Attempt.State.HANDED
        changed.append(attempt)
    _keep_outcomes(changed, line=line, at=at)
    _follow(changed, at=at)
    return len(changed)


@transaction.atomic
def line_failed(
    line: str, fault: str, *, unsent: Sequence[UUID] | None = None, at: datetime
) -> datetime:
    """Let a line rest after a failure, twice as long each time; until when (线路故障).

    What it holds goes back at once: another may take it without waiting for the lease. Where
    `unsent` says what certainly did not get out, only that does: the rest may be ringing, and
    stays with its line until a receipt comes or its lease ends.
    """
    held = Line.objects.select_for_update().get(pk=line)
    held.failures += 1
    rest = min(REST * 2 ** min(held.failures - 1, 10), LONGEST_REST)
    held.resting_until = at + rest
    held.last_fault_at, held.last_fault = at, fault[:200]
    held.save(update_fields=["failures", "resting_until", "last_fault_at", "last_fault"])
    back = Attempt.objects.filter(line_id=line, state=Attempt.State.CLAIMED)
    if unsent is not None:
        back = back.filter(ref__in=unsent)
    back.update(state=Attempt.State.QUEUED, line=None, lease_until=None, fault=fault[:200])
    if held.failures == 1:
        trail.write(Ref("callup.line", 0), "line_failed", by=None, at=at, line=line, fault=fault)
    return held.resting_until


@transaction.atomic
def take_over(line: str, *, at: datetime) -> int:
    """End the leases of whoever ran this line before and died over them (接管线路); how many.

    Only for whoever has the line alone: nobody else is sending what is given back here.
    """
    held = Attempt.objects.filter(line_id=line, state=Attempt.State.CLAIMED)
    return held.update(lease_until=at - timedelta(microseconds=1))


@transaction.atomic
def line_well(line: str, *, at: datetime) -> None:
    """Say that a line works again (线路恢复)."""
    held = Line.objects.select_for_update().get(pk=line)
    if held.failures:
        trail.write(Ref("callup.line", 0), "line_well", by=None, at=at, line=line)
    held.failures, held.resting_until, held.last_ok_at = 0, None, at
    held.save(update_fields=["failures", "resting_until", "last_ok_at"])


# --- within --------------------------------------------------------------------------------------


def _line(key: str) -> Line:
    found = Line.objects.filter(pk=key).first()
    if found is None:
        raise Invalid(f"没有线路“{key}”", mend="请核对 gateways.yaml")
    return found


def _served(line: Line, at: datetime) -> list[str]:
    """The channels of a line that no better one of its world serves now."""
    well = Q(resting_until__isnull=True) | Q(resting_until__lte=at)
    better = Line.objects.filter(well, world=line.world, active=True, place__lt=line.place)
    taken = {channel for one in better for channel in one.channels}
    return [channel for channel in line.channels if channel not in taken]


def _handed(row: Any, line: Line) -> Handed:
    urgent, _, _, ref, channel, text, claims, called, turn, name, phone, *rest = row
    user, address, code, answers = rest
    numbers = {"SMS": phone, "VOICE": phone, "APP": user, "LOUDSPEAKER": code}
    return Handed(
        ref=ref,
        channel=channel,
        number=numbers.get(channel, address),
        text=_with_link(text, line, called, turn, channel),
        name=name,
        urgent=urgent,
        world=line.world,
        claims=claims,
        answers=tuple(answers if isinstance(answers, list) else ()),
    )


def _with_link(text: str, line: Line, called: int, turn: int, channel: str) -> str:
    """The link itself stands only in what leaves the house, never in a table."""
    if rules.LINK not in text:
        return text
    if not line.link_base:
        return text.replace(f"点{rules.LINK}或", "").replace(f"点{rules.LINK}应答", "请应答")
    return text.replace(rules.LINK, f"{line.link_base}/a/{token_of(called, turn, channel)}/ ")


OUTCOMES = """
UPDATE callup_attempt a
   SET outcome = k.outcome, receipt = k.receipt, state = k.state, receipt_at = %(at)s,
       line_id = %(line)s, lease_until = NULL, handed_at = coalesce(a.handed_at, %(at)s)
  FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[], %(states)s::text[], %(receipts)s::jsonb[])
    AS k(id, outcome, state, receipt)
 WHERE a.id = k.id
"""


def _keep_outcomes(changed: Sequence[Attempt], *, line: str, at: datetime) -> None:
    if not changed:
        return
    given: dict[str, Any] = {
        "at": at,
        "line": line,
        "ids": [each.pk for each in changed],
        "outcomes": [each.outcome for each in changed],
        "states": [str(each.state) for each in changed],
        "receipts": [json.dumps(each.receipt, ensure_ascii=False) for each in changed],
    }
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, given)


def _follow(changed: Sequence[Attempt], *, at: datetime) -> None:
    """A dead number: at once the next channel or person. All channels failed: at once the next."""
    dead = [a.pk for a in changed if a.outcome == Attempt.Outcome.DEAD_NUMBER]
    if dead:
        _bury(dead, at=at)
    personal = [a for a in changed if a.channel not in rules.PLACES]
    failed = [a for a in personal if a.outcome == Attempt.Outcome.FAILED]
    # What is said to a whole place leads to nobody: neither hope nor despair.
    own = Attempt.objects.exclude(channel__in=rules.PLACES).exclude(outcome__in=rules.FINAL)
    for attempt in failed:
        hopeful = own.filter(called=attempt.called_id)
        if not hopeful.exclude(state=Attempt.State.CANCELLED).exists():
            _hurry(Called.objects.filter(pk=attempt.called_id), at=at)


def _bury(attempts: Sequence[int], *, at: datetime) -> None:
    """Take the telephone away from those whose number is dead, in every call-up it spoke for."""
    who = Q(attempts__in=attempts) | Q(covered_by__attempt__in=attempts)
    rows = list(Called.objects.filter(who).values_list("pk", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE callup_called SET dead = true, "
            "ways = array_remove(array_remove(ways, 'SMS'), 'VOICE') WHERE id = ANY(%s)",
            [rows],
        )
    queued = Attempt.objects.filter(called__in=rows, channel__in=rules.PHONE)
    _withdraw(queued.filter(state=Attempt.State.QUEUED))
    _hurry(Called.objects.filter(pk__in=rows), at=at)


def _hurry(rows: Any, *, at: datetime) -> None:
    rows.filter(state=State.CALLING).update(deadline=at)
