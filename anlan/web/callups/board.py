"""The board (叫应板): how a call-up stands, by area, by step and channel, and whom to ring next.

Every number comes out of one statement over the rows that its reader may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from anlan.callup import rules
from anlan.callup.flow import State
from anlan.callup.models import Answer, Attempt, Called, Callup, Cover
from anlan.callup.models.accounting import left_open
from anlan.kernel import trail
from anlan.people.models import Area
from anlan.people.rules.privacy import mask_phone

MOST_BY_HAND, MOST_NEEDS, MOST_UNCLEAR, MOST_PASSED, MOST_RECENT = 30, 20, 20, 8, 8
BUSY = timedelta(minutes=10)  # so long somebody else is taken to be on the phone with them
REACHED = ("DELIVERED", "ANSWERED", "PROXY", "BY_HAND")
CANCELLED = Attempt.State.CANCELLED
CRIES = (Answer.Kind.NEED_HELP, Answer.Kind.CANNOT_COME)
OUTCOMES = tuple(str(key) for key in Attempt.Outcome.values)
TOGETHER, BY_HAND = 98, 99  # as steps: they stand below those of the plan


class Percentile(Aggregate):
    """The middle of the answers' seconds, or the slow end."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(part)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


SECONDS = Func(
    F("answered_at") - F("called_at"),
    template="EXTRACT(EPOCH FROM %(expressions)s)",
    output_field=FloatField(),
)
# By a message of their own, or by one to the same person that spoke for this call-up as well.
# What was said to a place or a group reached nobody by name.
OWN = Exists(
    Attempt.objects.filter(called=OuterRef("pk"), outcome__in=REACHED).exclude(
        channel__in=rules.PLACES
    )
)
LENT = Exists(Cover.objects.filter(called=OuterRef("pk"), attempt__outcome__in=REACHED))


@dataclass(frozen=True)
class Tally:
    """How many of an area, or of all, stand where."""

    code: str
    name: str
    called: int
    reached: int
    answered: int
    calling: int
    passed_on: int
    by_hand: int
    unreached: int
    stopped: int
    late: int
    median: float | None
    slow: float | None

    @property
    def share(self) -> int:
        """Answered, in whole per cent; a hundred only where all have."""
        return self.answered * 100 // self.called if self.called else 0

    @property
    def open(self) -> int:
        """Whom the call-up is still trying to reach."""
        return self.calling + self.by_hand


def tallies(people: QuerySet[Called], callup: Callup) -> tuple[Tally, list[Tally]]:
    """The whole, and its parts one step below the root; those with most open people first."""
    depth = len(callup.root.path.strip("/").split("/")) + 2
    part = Func(
        F("area_path"), Value("/"), Value(depth), function="split_part", output_field=CharField()
    )
    marked = people.annotate(part=part, own=OWN, lent=LENT)
    whole = marked.aggregate(**_counts())
    parts = list(marked.order_by().values("part").annotate(**_counts()))
    names = dict(Area.objects.filter(parent=callup.root_id).values_list("code", "name"))
    rows = [_tally(row, names.get(row["part"], f"{callup.root.name}本级")) for row in parts]
    rows.sort(key=lambda row: (-row.by_hand - row.unreached, -row.open, row.code))
    return _tally(whole | {"part": ""}, callup.root.name), rows


def _counts() -> dict[str, Any]:
    named = {state.lower(): Count("pk", filter=Q(state=state)) for state in State.values}
    answered = Q(answered_at__isnull=False)
    return named | {
        "called_n": Count("pk"),
        "reached_n": Count("pk", filter=Q(own=True) | Q(lent=True) | Q(state=State.ANSWERED)),
        "late_n": Count("pk", filter=Q(late=True)),
        "median": Percentile(SECONDS, part=0.5, filter=answered),
        "slow": Percentile(SECONDS, part=0.95, filter=answered),
    }


def _tally(row: Any, name: str) -> Tally:
    return Tally(
        code=row["part"],
        name=name,
        called=row["called_n"],
        reached=row["reached_n"],
        late=row["late_n"],
        median=row["median"],
        slow=row["slow"],
        **{state.lower(): row[state.lower()] for state in State.values},
    )


# --- messages and calls ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One step over one channel: how many messages or calls, and what became of them."""

    step: int
    label: str
    channel: str
    sent: int
    waiting: int
    outcomes: tuple[int, ...]  # in the order of OUTCOMES


def ways(people: QuerySet[Called], callup: Callup) -> list[Way]:
    """By step and channel; then messages that spoke for several call-ups, and calls by hand."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    attempts = Attempt.objects.filter(called__in=people.order_by().values("pk"))
    counted = attempts.order_by().values_list("step", "channel", "state", "outcome")
    lent = Cover.objects.filter(called__in=people.order_by().values("pk")).order_by()
    told_for_all = lent.values_list("attempt__channel", "attempt__state", "attempt__outcome")
    together = ((TOGETHER, *row) for row in told_for_all.annotate(n=Count("pk")))
    for step, channel, state, outcome, number in (*counted.annotate(n=Count("pk")), *together):
        key = (BY_HAND, channel) if channel == Attempt.Channel.HAND else (step, channel)
        row = found.setdefault(key, {})
        waits = state in (Attempt.State.QUEUED, Attempt.State.CLAIMED)
        told = "waiting" if waits else outcome or str(state)
        row[told] = row.get(told, 0) + number
    labels = rules.read_plan(callup.plan).labels if callup.plan else ()
    return [_way(key, found[key], labels) for key in sorted(found)]


def _way(key: tuple[int, str], row: dict[str, int], labels: Sequence[str]) -> Way:
    step, channel = key
    label = {BY_HAND: "人工", TOGETHER: "合并叫应"}.get(step, f"第{step + 1}步")
    if step < len(labels) and labels[step]:
        label += f" {labels[step]}"
    return Way(
        step=step,
        label=label,
        channel=str(Attempt.Channel(channel).label),
        sent=sum(row.values()) - row.get("waiting", 0) - row.get("CANCELLED", 0),
        waiting=row.get("waiting", 0),
        outcomes=tuple(row.get(outcome, 0) for outcome in OUTCOMES),
    )


# --- persons --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Next:
    """Somebody to ring by hand: the number masked until one takes the call on oneself."""

    called: Called
    phone: str
    tries: int
    busy: str  # who else is ringing them at this moment


def by_hand(people: QuerySet[Called], *, me: int, at: datetime) -> list[Next]:
    """Whom to ring next, nearest danger first; marked where somebody else is on the phone."""
    hand = Attempt.objects.filter(called=OuterRef("pk"), channel=Attempt.Channel.HAND)
    now = hand.filter(outcome="", queued_at__gt=at - BUSY).exclude(by=me).order_by("-pk")
    rows = people.filter(state=State.BY_HAND).select_related("person", "area")
    rows = rows.annotate(
        tries=Count("attempts", filter=~Q(attempts__state=CANCELLED), distinct=True)
        + Count("covered_by", filter=~Q(covered_by__attempt__state=CANCELLED), distinct=True),
        ringing=Subquery(now.values("by__name")[:1]),
    )
    return [
        Next(row, mask_phone(row.person.phone), row.tries, row.ringing or "")
        for row in rows.order_by("rank", "deadline", "pk")[:MOST_BY_HAND]
    ]


def cries(people: QuerySet[Called]) -> list[Called]:
    """Who needs help or cannot come: what a duty officer must see first."""
    said = Answer.objects.filter(kind=F("called__answer")).order_by("-pk")
    rows = people.filter(answer__in=CRIES).select_related("person", "area", "passed_to__person")
    alone = Exists(left_open(Called.objects.filter(pk=OuterRef("pk"))))
    rows = rows.annotate(alone=alone).prefetch_related(Prefetch("answers", said, to_attr="said"))
    return list(rows.order_by("-answered_at")[:MOST_NEEDS])


@dataclass(frozen=True)
class Unclear:
    """An SMS that does not say who speaks or what is meant: whom it may be from."""

    at: datetime
    said: str
    people: tuple[Called, ...]


def unclear(people: QuerySet[Called], callup: Callup) -> list[Unclear]:
    """Replies that a human must make out (短信应答不明), until all they may be from answered."""
    told = trail.entries_of(callup).filter(verb="reply_unclear").order_by("-id")
    entries = list(told[:MOST_UNCLEAR])
    asked = [pk for entry in entries for pk in entry.note["called"]]
    still = people.filter(pk__in=asked).exclude(state=State.ANSWERED).select_related("person")
    known = {row.pk: row for row in still}
    found = [
        Unclear(
            entry.at,
            entry.note["said"],
            tuple(known[pk] for pk in entry.note["called"] if pk in known),
        )
        for entry in entries
    ]
    return [each for each in found if each.people]


@dataclass(frozen=True)
class Handover:
    """From somebody who did not answer to whoever is called instead, and what came of it."""

    first: Called
    chain: tuple[Called, ...]


def handovers(people: QuerySet[Called], callup: Callup) -> list[Handover]:
    """Who did not answer, and who was called instead, the latest first."""
    rows = people.filter(passed_to__isnull=False, stands_in_for__isnull=True)
    rows = rows.select_related("person").order_by("-passed_to_id", "pk")[:MOST_PASSED]
    known = Called.objects.filter(callup=callup).select_related("person")
    return [Handover(row, chain_of(row, known)) for row in rows]


def chain_of(called: Called, known: QuerySet[Called]) -> tuple[Called, ...]:
    """The ones after somebody, as far as it was passed on."""
    found: list[Called] = []
    following = called.passed_to_id
    while following and all(following != each.pk for each in found):
        row = known.filter(pk=following).first()
        if row is None:
            break
        found.append(row)
        following = row.passed_to_id
    return tuple(found)


def recent(people: QuerySet[Called]) -> list[Answer]:
    """What came in last."""
    rows = Answer.objects.filter(called__in=people.order_by().values("pk"))
    return list(rows.select_related("called__person", "called__area").order_by("-pk")[:MOST_RECENT])
