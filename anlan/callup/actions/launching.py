"""Calling many at once: persons by COPY, attempts by one statement. Takes part in its caller's
transaction and trail."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

from .. import rules
from ..flow import Stage
from ..models import Called, Callup, Line
from ..models.audience import Answerable, who_answers
from ..models.links import number_key
from ..models.profiles import profile_named
from ..models.saying import text_for, text_for_all, told_by_channel

BELL = "anlan_callup"  # NOTIFY: gateways that listen need not wait for their next round


@dataclass(frozen=True)
class Fire:
    """One shot at one person."""

    called: int
    step: int
    tries: int
    channels: tuple[str, ...]


def _launch(callup: Callup, *, at: datetime, people: Sequence[Answerable] | None = None) -> int:
    """Resolve who answers, and call them all; how many."""
    plan = rules.plan_of(profile_named(callup.profile))
    spoken = sorted({channel for shot in plan.shots for channel in shot.channels})
    # The words as well: whoever edits a catalogue in a storm silences nobody.
    texts = {channel: text_for(callup, channel) for channel in spoken}
    callup.plan = plan.as_json() | {"texts": texts}
    Callup.objects.filter(pk=callup.pk).update(plan=callup.plan)
    if people is None:
        people = _audience(callup, at)
    if not people:
        raise Invalid(
            "所选区域没有可叫应的责任人", mend="请先落实这些区域的责任，或扩大区域", field="areas"
        )
    _hold_the_queue(callup.world)
    beginning = _Beginning(plan, at)
    _call(callup, people, beginning, at=at)
    begun = Called.objects.filter(callup=callup, shot__gt=0).values_list("pk", "ways")
    fires = [beginning.fire(pk, tuple(ways)) for pk, ways in begun]
    _fire(callup, fires, at=at)
    if rules.PLACES & set(spoken):
        _say_aloud(callup, at=at)
    return len(people)


def _audience(callup: Callup, at: datetime) -> list[Answerable]:
    rows = list(callup.areas.select_related("area"))
    return who_answers(
        [row.area for row in rows],
        callup.hazard,
        callup.colour,
        on=at.astimezone(LOCAL).date(),
        nearness={row.area_id: row.nearness for row in rows},
        chain=False,
    )


def _hold_the_queue(world: str) -> None:
    """One writer of the queue at a time in each world, until the end of the transaction.

    So two call-ups to one person become one call, and two who are each other's next one do not
    pass on to each other. Gateways, receipts and answers do not wait here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('anlan.callup'), hashtext(%s))", [world]
        )


def _ring_the_bell(world: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [BELL, world])


# --- persons -------------------------------------------------------------------------------------

COLUMNS = """
    callup_id world person_id area_id area_path posts post_id charge_ids rank state step shot ways
    dead deadline as_next handovers code number_key turn called_at answer late no_phone stale
"""


class _Beginning:
    """The first shot by ways: the rule of the sweep, asked once for all who are reached alike."""

    def __init__(self, plan: rules.Plan, at: datetime) -> None:
        self.plan, self.at = plan, at
        self.quiet = plan.is_quiet(at.astimezone(LOCAL).time())
        self.moves: dict[tuple[str, ...], rules.Move] = {}

    def move(self, ways: tuple[str, ...]) -> rules.Move:
        if ways not in self.moves:
            standing = rules.Standing(shot=0, ways=frozenset(ways), elapsed=0)
            self.moves[ways] = rules.decide(self.plan, standing, quiet=self.quiet)
        return self.moves[ways]

    def row(self, ways: tuple[str, ...]) -> tuple[int, int, datetime]:
        """Step, shots fired and deadline; whoever is not called now is the sweep's at once."""
        move = self.move(ways)
        if not isinstance(move, rules.Shoot):
            return 0, 0, self.at
        wait = timedelta(seconds=move.wait)
        return self.plan.shots[move.shot].step, move.shot + 1, self.at + wait

    def fire(self, called: int, ways: tuple[str, ...]) -> Fire:
        move = self.move(ways)
        assert isinstance(move, rules.Shoot)  # only those come here whose shots were counted
        shot = self.plan.shots[move.shot]
        return Fire(called, shot.step, shot.tries, move.channels)


def _call(
    callup: Callup, people: Sequence[Answerable], beginning: _Beginning, *, at: datetime
) -> None:
    """Everybody into the call-up, with the first shot counted: it is fired in this transaction."""
    codes = _codes([each.person for each in people], on=at.astimezone(LOCAL).date())
    loud = _one_an_area(people)
    copy = f"COPY callup_called ({', '.join(COLUMNS.split())}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        for each in people:
            ways = _ways(each, loud=each.person.pk in loud)
            step, shot, deadline = beginning.row(tuple(ways))
            rows.write_row(
                (
                    callup.pk, callup.world, each.person.pk, each.area.pk, each.area.path,
                    [post[:120] for post in each.posts], each.post_id, list(each.charge_ids),
                    each.rank, "CALLING", step, shot, ways, False, deadline, "", 0,
                    codes.get(each.person.pk, 0), number_key(each.person.phone), 0, at, "", False,
                    each.no_phone, each.stale,
                )
            )  # fmt: skip


def _ways(each: Answerable, *, loud: bool) -> list[str]:
    """The channels that lead to a person, and the loudspeakers of the area they lend a row."""
    phone = [] if each.no_phone else ["SMS", "VOICE"]
    app = ["APP"] if each.has_account else []
    return [*phone, *app, *each.addresses, *(["LOUDSPEAKER"] if loud else [])]


def _one_an_area(people: Sequence[Answerable]) -> set[int]:
    """A loudspeaker speaks to an area: once, not for every person in it."""
    first: dict[int, int] = {}
    for each in people:
        first.setdefault(each.area.pk, each.person.pk)
    return set(first.values())


# Ten thousand numbers as one parameter: as ten thousand, reading the statement took a second.
SEVERAL = """
SELECT p.id, row_number() OVER (PARTITION BY p.phone ORDER BY p.id)
  FROM people_person p
 WHERE (p.left_on IS NULL OR p.left_on > %(on)s)
   AND p.phone IN (SELECT o.phone FROM people_person o
                    WHERE o.phone = ANY(%(numbers)s) AND (o.left_on IS NULL OR o.left_on > %(on)s)
                    GROUP BY o.phone HAVING count(*) > 1)
"""


def _codes(persons: Iterable[Person], *, on: date) -> dict[int, int]:
    """The digit of each person whose number others have too; always the same one."""
    numbers = sorted({person.phone for person in persons if person.phone})
    with connection.cursor() as cursor:
        cursor.execute(SEVERAL, {"numbers": numbers, "on": on})
        return dict(cursor.fetchall())


# --- attempts ------------------------------------------------------------------------------------

# A try that still waits for a line stands for the next one: a second would only lengthen the queue.
WANTED = """
WITH fired AS (
  SELECT * FROM unnest(%(called)s::bigint[], %(channel)s::text[], %(step)s::int[], %(tries)s::int[])
      AS f(called, channel, step, tries)),
 wanted AS (
  SELECT f.* FROM fired f WHERE NOT EXISTS (
    SELECT FROM callup_attempt a
     WHERE a.called_id = f.called AND a.channel = f.channel AND a.state IN ('QUEUED', 'CLAIMED')))
"""
QUEUE = (
    WANTED
    + """
INSERT INTO callup_attempt (called_id, world, ref, channel, step, tries, state, outcome,
    number_masked, text, urgent, rank, queued_at, handed_at, claims, receipt, fault, taken_by)
SELECT c.id, c.world, gen_random_uuid(), w.channel, w.step, w.tries,
       CASE WHEN w.channel = 'APP' AND %(in_house)s THEN 'HANDED' ELSE 'QUEUED' END,
       CASE WHEN w.channel = 'APP' AND %(in_house)s THEN 'NOTIFIED' ELSE '' END,
       CASE WHEN w.channel NOT IN ('SMS', 'VOICE') THEN ''
            WHEN p.phone ~ '^1[0-9]{10}$' THEN left(p.phone, 3) || '****' || right(p.phone, 4)
            ELSE repeat('*', greatest(length(p.phone) - 2, 0)) || right(p.phone, 2) END,
       replace(replace(replace(t.text, '{name}', p.name), '{area}', a.name), '{answer}',
               coalesce(n.phrase, '')),
       %(urgent)s, c.rank, %(at)s,
       CASE WHEN w.channel = 'APP' AND %(in_house)s THEN %(at)s END, 0, '{}', '', '{}'
  FROM wanted w
  JOIN callup_called c ON c.id = w.called
  JOIN people_person p ON p.id = c.person_id
  JOIN people_area a ON a.id = c.area_id
  JOIN unnest(%(channels)s::text[], %(texts)s::text[]) AS t(channel, text) ON t.channel = w.channel
  LEFT JOIN unnest(%(codes)s::int[], %(spoken)s::text[], %(phrases)s::text[])
       AS n(code, channel, phrase) ON n.code = c.code AND n.channel = w.channel
 WHERE NOT EXISTS (SELECT FROM callup_cover v JOIN callup_attempt o ON o.id = v.attempt_id
                    WHERE v.called_id = c.id AND o.channel = w.channel
                      AND o.state IN ('QUEUED', 'CLAIMED'))
 ORDER BY c.rank, c.id
ON CONFLICT DO NOTHING
"""
)
# Attempts of other call-ups to the same person that still wait: they speak for this one as well.
COVER = (
    WANTED
    + """,
 waiting AS (
  SELECT o.id, o.called_id AS theirs, w.called AS ours, o.channel
    FROM wanted w
    JOIN callup_called mine ON mine.id = w.called
    JOIN callup_called other ON other.person_id = mine.person_id AND other.world = mine.world
                            AND other.callup_id <> mine.callup_id
    JOIN callup_attempt o ON o.called_id = other.id AND o.channel = w.channel
                         AND o.state = 'QUEUED' AND o.channel NOT IN ('LOUDSPEAKER', 'CHAT')
     FOR UPDATE OF o SKIP LOCKED),
 one AS (SELECT DISTINCT ON (ours, channel) * FROM waiting ORDER BY ours, channel, id)
INSERT INTO callup_cover (attempt_id, called_id, world)
SELECT one.id, one.ours, %(world)s FROM one ON CONFLICT DO NOTHING RETURNING attempt_id
"""
)
SAY_ALL = """
UPDATE callup_attempt a
   SET text = replace(replace(replace(replace(replace(t.text, '{name}', p.name), '{area}', ar.name),
                      '{title}', s.titles), '{words}', s.things::text),
                      '{answer}', coalesce(n.phrase, '')),
       urgent = a.urgent OR s.urgent, rank = least(a.rank, s.rank)
  FROM (SELECT o.id, string_agg(u.title, '；' ORDER BY u.id) AS titles, count(*) AS things,
               bool_or(u.life_safety) AS urgent, min(c.rank) AS rank
          FROM callup_attempt o
          JOIN (SELECT id AS attempt_id, called_id FROM callup_attempt WHERE id = ANY(%(ids)s)
                UNION SELECT attempt_id, called_id FROM callup_cover
                       WHERE attempt_id = ANY(%(ids)s)) both_kinds ON both_kinds.attempt_id = o.id
          JOIN callup_called c ON c.id = both_kinds.called_id
          JOIN callup_callup u ON u.id = c.callup_id
         GROUP BY o.id) s,
       callup_called c, people_person p, people_area ar,
       unnest(%(channels)s::text[], %(texts)s::text[]) AS t(channel, text),
       unnest(%(codes)s::int[], %(spoken)s::text[], %(phrases)s::text[]) AS n(code, channel, phrase)
 WHERE a.id = s.id AND c.id = a.called_id AND p.id = c.person_id AND ar.id = c.area_id
   AND t.channel = a.channel AND n.code = c.code AND n.channel = a.channel
"""


SPOKEN_FOR = """
SELECT m.attempt_id, array_agg(DISTINCT c.callup_id), max(c.code)
  FROM (SELECT id AS attempt_id, called_id FROM callup_attempt WHERE id = ANY(%(ids)s)
        UNION SELECT attempt_id, called_id FROM callup_cover WHERE attempt_id = ANY(%(ids)s)) m
  JOIN callup_called c ON c.id = m.called_id
 GROUP BY 1
"""


def _fire(callup: Callup, fires: Sequence[Fire], *, at: datetime) -> None:
    """Queue what is to be sent; what waits for the same person already speaks for both."""
    flat = [(f.called, channel, f.step, f.tries) for f in fires for channel in f.channels]
    if not flat:
        return
    called, channels, steps, tries = (list(column) for column in zip(*flat, strict=True))
    # What stands in the app is there at once; in the simulated network it takes its time.
    outside = Line.objects.filter(world=callup.world, active=True, channels__contains=["APP"])
    given: dict[str, Any] = {
        "called": called,
        "channel": channels,
        "step": steps,
        "tries": tries,
        "at": at,
        "urgent": callup.life_safety,
        "world": callup.world,
        "in_house": not outside.exists(),
    }
    answers = rules.read_plan(callup.plan).answers
    used = sorted(set(channels))
    codes = range(1 + _most_at_one_number(callup))
    with connection.cursor() as cursor:
        running = Callup.objects.filter(stage=Stage.RUNNING, world=callup.world)
        if running.exclude(pk=callup.pk).exists():
            cursor.execute(COVER, given)
            covered = sorted({row[0] for row in cursor.fetchall()})
            if covered:
                _say_all(callup, covered, set(used) - rules.PLACES, cursor)
        cursor.execute(QUEUE, given | told_by_channel(callup.plan["texts"], used, answers, codes))
    _ring_the_bell(callup.world)


def _say_all(
    callup: Callup, covered: Sequence[int], channels: Iterable[str], cursor: CursorWrapper
) -> None:
    """Word anew what speaks for several call-ups: all titles, and each answer that one of them
    takes; with the digit of whoever shares a number."""
    cursor.execute(SPOKEN_FOR, {"ids": list(covered)})
    found = cursor.fetchall()
    speaks_for = Callup.objects.filter(pk__in={pk for _, callups, _ in found for pk in callups})
    answers = {pk: set(kinds) for pk, kinds in speaks_for.values_list("pk", "plan__answers")}
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for attempt, callups, _ in found:
        taken = set[str]().union(*(answers[pk] for pk in callups))
        alike[tuple(kind for kind in rules.ANSWERS if kind in taken)].append(attempt)
    used, codes = sorted(channels), range(1 + max(code for *_, code in found))
    texts = {channel: text_for_all(callup, channel) for channel in used}
    for kinds, attempts in alike.items():
        cursor.execute(SAY_ALL, told_by_channel(texts, used, kinds, codes) | {"ids": attempts})


def _most_at_one_number(callup: Callup) -> int:
    last = Called.objects.filter(callup=callup, code__gt=0).order_by("-code").first()
    return last.code if last else 0


# --- said to whole places ------------------------------------------------------------------------


def _say_aloud(callup: Callup, *, at: datetime) -> None:
    """Queue what whole areas and the work group are told by now, and note when there is more.

    It is told once, whoever has answered: the first person of an area only lends it a row.
    """
    plan, begun = rules.read_plan(callup.plan), callup.started_at or at
    due, following = rules.aloud(plan, int((at - begun).total_seconds()))
    looks = [begun + timedelta(seconds=following)] if following is not None else []
    here = at.astimezone(LOCAL)
    muted = set(plan.quiet_channels) & set(due) if plan.is_quiet(here.time()) else set()
    if muted:
        looks.append(plan.quiet_until(here))
    fires = [
        Fire(row, shot.step, shot.tries, (channel,))
        for channel, shot in due.items()
        if channel not in muted
        for row in _lenders(callup, channel)
    ]
    _fire(callup, fires, at=at)
    Callup.objects.filter(pk=callup.pk).update(aloud_at=min(looks, default=None))


def _lenders(callup: Callup, channel: str) -> list[int]:
    """The first person of each area for its loudspeakers; the first of all for the work group."""
    rows = Called.objects.filter(callup=callup, stands_in_for=None).order_by("rank", "pk")
    if channel == "LOUDSPEAKER":
        return list(rows.filter(ways__contains=[channel]).values_list("pk", flat=True))
    return list(rows.values_list("pk", flat=True)[:1])
