"""Matters by the hundred thousand: history, Excel, other systems; one trail entry a batch.

Rows go in by COPY, some ten times as fast as single inserts. They pass the same constraints and
triggers as everything else: what the database promises of a matter holds for history too.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from anlan.kernel import calendar, outbox, trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people.access import scope_of
from anlan.people.models import Area, Body, Person

from .. import events, rules
from ..flow import LIVE, Stage
from ..models import Batch, InterimControl, Matter, Rectification, kinds
from ..models.routing import Facts, Proposal, propose
from .beats import _year

AT_ONCE = 5000  # rows a COPY: enough to be quick, few enough to hold in memory
MAY_IMPORT = "imports.run"


@dataclass(frozen=True, slots=True)
class PastRectification:
    """One attempt that was made, and how it was judged."""

    words: str
    at: datetime
    by_id: int
    post_id: int | None = None
    on_behalf_of_id: int | None = None
    verdict: str = Rectification.Verdict.ACCEPTED
    opinion: str = ""
    judged_by_id: int | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastControl:
    """An interim control that held from one instant to another, or still does."""

    measure: str
    at: datetime
    by_id: int
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastMatter:
    """One row of an import; ids and instants, everything typed. `origin` tells it from others.

    A live row without owner is routed like a fresh report, one without due date gets its kind's.
    """

    origin: str
    title: str
    source: str
    area_id: int
    area_path: str
    found_at: datetime
    kind: str = "hazard"
    stage: str = Stage.REPORTED
    grade: str = ""
    clause: str = ""
    sector: str = ""
    description: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    body_id: int | None = None
    body_name: str = ""
    item_id: int | None = None
    opener_id: int | None = None
    owner_id: int | None = None
    checker_id: int | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    plan: dict[str, str] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)
    rectifications: tuple[PastRectification, ...] = ()
    controls: tuple[PastControl, ...] = ()


@transaction.atomic
def import_matters(rows: Iterable[PastMatter], *, name: str, by: Person, at: datetime) -> Batch:
    """Take in many matters at once; what came before, by origin, is left as it is (批量导入).

    All or nothing: a row that cannot be taken refuses the batch and says which one it is.
    """
    batch = Batch.objects.create(name=name[:200], given=0, added=0, known=0, by=by, at=at)
    taking = _Taking(batch, by, at)
    given = iter(rows)
    while some := list(islice(given, AT_ONCE)):
        taking.take(some)
    batch.given, batch.added, batch.known = taking.given, taking.added, taking.given - taking.added
    batch.save(update_fields=["given", "added", "known"])
    trail.write(
        batch,
        "import_matters",
        by=by,
        at=at,
        name=name,
        given=batch.given,
        added=batch.added,
        known=batch.known,
    )
    outbox.announce(events.MattersImported(batch.pk, batch.added))
    return batch


class _Taking:
    """One import under way: what it remembers from one COPY to the next."""

    def __init__(self, batch: Batch, by: Person, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.scope = scope_of(by, at=at)
        self.calendar, self.kinds = calendar.load(), kinds.kinds()
        self.given = self.added = 0
        self.allowed: set[str] = set()
        self.routed: dict[tuple[object, ...], Proposal] = {}
        self.seen: set[str] = set()

    def take(self, some: Sequence[PastMatter]) -> None:
        fresh = self._fresh(some)
        ids, drawn = _drawn(Matter, len(fresh)), _drawn_numbers(len(fresh))
        matters = zip(ids, drawn, fresh, strict=True)
        # Worked out before the COPY begins: routing asks the database, on this very connection.
        rows = [self._values(*each) for each in matters]
        _copy(Matter, _COLUMNS, rows)
        pairs = list(zip(ids, fresh, strict=True))
        _copy(Rectification, _ATTEMPT, (each for pk, row in pairs for each in _attempts(pk, row)))
        _copy(InterimControl, _CONTROL, (each for pk, row in pairs for each in _controls(pk, row)))
        self.given += len(some)
        self.added += len(fresh)

    def _fresh(self, some: Sequence[PastMatter]) -> list[PastMatter]:
        """Those that never came before; the first of those that come twice in one file."""
        origins = [row.origin for row in some]
        known = Matter.objects.filter(origin__in=origins).values_list("origin", flat=True)
        self.seen.update(known)
        fresh = []
        for number, row in enumerate(some, self.given + 1):
            self._judge(row, number)
            if row.origin not in self.seen:
                self.seen.add(row.origin)
                fresh.append(row)
        return fresh

    def _judge(self, row: PastMatter, number: int) -> None:
        """What the database would refuse without saying which row it was."""
        where = f"第{number}行“{row.title[:20]}”"
        if not row.origin:
            raise Invalid(f"{where}没有来源编号", mend="请给每一行一个不重复的编号", field="origin")
        if row.area_path not in self.allowed:
            if not self.scope.may(MAY_IMPORT, path=row.area_path):
                raise Forbidden(f"{where}不在您可以导入的区域", mend="请由该区域的管理员导入")
            self.allowed.add(row.area_path)
        if (row.stage == Stage.CLOSED) != (row.closed_at is not None):
            raise Invalid(
                f"{where}的销号时间与环节不符", mend="已销号的要有销号时间", field="closed_at"
            )
        hands: set[int | None] = set()  # whoever rectified in this round or an earlier one
        for each in row.rectifications:
            hands |= {each.by_id, each.on_behalf_of_id}
            if each.judged_by_id and each.judged_by_id in hands:
                raise Invalid(f"{where}的核查人参与过整改", mend="请核对核查人", field="judged_by")
        _judge_times(row, where, at=self.at)

    def _values(self, pk: int, drawn: int, row: PastMatter) -> tuple[Any, ...]:
        """One row as COPY wants it, in the order of _COLUMNS."""
        rule = self._kind(row.kind)
        number = f"{rule.prefix}{_year(row.found_at)}-{drawn:06d}"
        owner, checker, due_at = row.owner_id, row.checker_id, row.due_at
        if row.stage in LIVE and owner is None:
            owner, checker = self._posts(row)
        if row.stage in LIVE and due_at is None:
            due_at = self._due(row, rule)
        plan, details = row.plan, {**row.details, "batch": self.batch.pk}
        if due_at and row.dispatched_at and "deadline" not in plan:
            plan = {**plan, "deadline": due_at.isoformat()}
        words = " ".join(filter(None, (number, row.title, row.place, row.body_name)))
        # fmt: off
        return (
            pk, number, row.kind, row.title, row.description, row.stage, row.source, row.grade,
            row.clause, row.sector, row.area_id, row.area_path, row.place, row.lon, row.lat,
            row.body_id, row.item_id, None, row.opener_id, None, owner, checker, row.found_at,
            row.dispatched_at, due_at if row.stage in LIVE else None, row.closed_at,
            _json(plan), _json(details), row.origin, words,
        )
        # fmt: on

    def _kind(self, key: str) -> rules.Kind:
        return self.kinds[key] if key in self.kinds else kinds.kind_named(key)

    def _posts(self, row: PastMatter) -> tuple[int, int | None]:
        """Routed like a fresh report, asked once for rows that are alike."""
        key = (row.kind, row.grade, row.sector, row.source, row.area_id, row.body_id)
        if key not in self.routed:
            body = Body.objects.get(pk=row.body_id) if row.body_id else None
            area = Area.objects.get(pk=row.area_id)
            facts = Facts(row.kind, row.grade, row.sector, row.source, area, body)
            self.routed[key] = propose(facts, at=self.at)
        asked = self.routed[key]
        if row.stage in (Stage.REPORTED, Stage.ADOPTED):
            return asked.triage.pk, None
        owner = asked.rectify or asked.triage
        return owner.pk, asked.check.pk if asked.check and asked.check != owner else None

    def _due(self, row: PastMatter, rule: rules.Kind) -> datetime:
        limit = getattr(rule.limits, kinds.TURN_OF[row.stage])
        begun = row.dispatched_at if kinds.TURN_OF[row.stage] == "to_rectify" else None
        return rules.due(limit, begun or self.at, self.calendar)


def _judge_times(row: PastMatter, where: str, *, at: datetime) -> None:
    if row.closed_at and row.closed_at < row.found_at:
        raise Invalid(f"{where}的销号时间早于发现时间", mend="请核对日期", field="closed_at")
    if early := _to_come(row, at):
        what, of = early
        raise Invalid(f"{where}的{what}晚于现在", mend="请核对日期", field=of)


def _to_come(row: PastMatter, at: datetime) -> tuple[str, str] | None:
    """What an import tells of the past but has not come yet; a number would bear that year."""
    told: list[tuple[str, str, datetime | None]] = [
        ("发现时间", "found_at", row.found_at),
        ("交办时间", "dispatched_at", row.dispatched_at),
        ("销号时间", "closed_at", row.closed_at),
        *(("整改时间", "rectifications", each.at) for each in row.rectifications),
        *(("核查时间", "rectifications", each.judged_at) for each in row.rectifications),
        *(("管控时间", "controls", each.at) for each in row.controls),
        *(("管控结束时间", "controls", each.ended_at) for each in row.controls),
    ]
    return next(((what, name) for what, name, moment in told if moment and moment > at), None)


# --- COPY -----------------------------------------------------------------------------------------

_COLUMNS = [str(each.column) for each in Matter._meta.concrete_fields]
# fmt: off
_ATTEMPT = [
    "matter_id", "round", "words", "by_id", "on_behalf_of_id", "post_id", "at",
    "verdict", "opinion", "judged_by_id", "judged_at",
]
# fmt: on
_CONTROL = ["matter_id", "measure", "by_id", "at", "ended_at"]


def _copy(model: type[Any], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _drawn(model: type[Any], count: int) -> list[int]:
    """Fresh primary keys, drawn before the rows so that their children can name them."""
    ask = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(ask, [model._meta.db_table, count])
        return [pk for (pk,) in cursor.fetchall()]


def _drawn_numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matters_number') FROM generate_series(1, %s)", [count])
        return [drawn for (drawn,) in cursor.fetchall()]


def _attempts(pk: int, row: PastMatter) -> Iterator[tuple[Any, ...]]:
    for number, each in enumerate(row.rectifications, 1):
        # fmt: off
        yield (
            pk, number, each.words, each.by_id, each.on_behalf_of_id, each.post_id, each.at,
            each.verdict, each.opinion, each.judged_by_id, each.judged_at,
        )
        # fmt: on


def _controls(pk: int, row: PastMatter) -> Iterator[tuple[Any, ...]]:
    for each in row.controls:
        yield (pk, each.measure, each.by_id, each.at, each.ended_at)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
