"""Records by the ten thousand: Excel, other systems; one trail entry a batch, rows by COPY."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import connection, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people.access import scope_of
from anlan.people.models import Person
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Problem

from .. import events, rules
from ..flow import Stage
from ..models import Batch, Participation, Record, Visit, kind_named
from .beats import Entry, _completed, _numbers, _took_part
from .judging import _judge

AT_ONCE = 5000  # rows a COPY: enough to be quick, few enough to hold in memory
MAY_IMPORT = "imports.run"
OF_HISTORY = "批量导入"  # the reason why rows of a table may be older than a kind allows


@transaction.atomic
def import_records(
    entries: Sequence[Entry], *, kind: str, name: str, by: Person, at: datetime
) -> Batch:
    """Take in many records at once; what came before, by origin, is left as it is (批量导入).

    All or nothing: InvalidRows names every row that cannot be taken. A visit that another record
    of its kind and day has made already points to that one (`again_of`).
    """
    rule = kind_named(kind)
    _may_import(entries, rule, by, at)
    batch = Batch.objects.create(
        kind=kind, name=name[:200], digest="", given=len(entries), added=0, known=0, by=by, at=at
    )
    fresh = _fresh(_whole(entries, kind, by, at))
    digest = sha256()
    rows = iter(fresh)
    while some := list(islice(rows, AT_ONCE)):
        _take(some, batch, digest.update)
    batch.added, batch.known = len(fresh), len(entries) - len(fresh)
    batch.digest = digest.hexdigest()
    batch.save(update_fields=["added", "known", "digest"])
    trail.write(
        batch, "import_records", by=by, at=at, kind=kind, name=name, digest=batch.digest,
        given=batch.given, added=batch.added, known=batch.known,
    )  # fmt: skip
    outbox.announce(events.RecordsImported(batch.pk, batch.added))
    return batch


def _may_import(entries: Sequence[Entry], rule: rules.RecordKind, by: Person, at: datetime) -> None:
    scope = scope_of(by, at=at)
    places = {(entry.area, entry.sector or rule.sector) for entry in entries}
    for area, sector in places:
        if not scope.may(MAY_IMPORT, path=area.path, sector=sector or None):
            raise Forbidden(
                f"{by}不能导入{area}的{rule.label}", mend="请联系管理员核对岗位和责任区域"
            )


def _whole(entries: Sequence[Entry], kind: str, by: Person, at: datetime) -> list[Entry]:
    """Every entry completed and judged, or InvalidRows with all that cannot be."""
    found: list[Entry] = []
    problems: list[tuple[int, Problem]] = []
    for position, entry in enumerate(entries):
        try:
            if entry.kind != kind or not entry.origin:
                raise Invalid("没有来源编号或种类不符", mend="请给每一行一个不重复的编号")
            given = _completed(entry, by=by)
            # A table of what was done long ago shows no photos and asks for no reason.
            _judge(replace(given, late=given.late or OF_HISTORY), shown=1, at=at)
            found.append(given)
        except Invalid as error:
            problems.append((position, Problem(error.words, error.mend, field=error.field)))
    if problems:
        raise InvalidRows(problems)
    return found


def _fresh(entries: Sequence[Entry]) -> list[Entry]:
    """Those that never came before; the first of those that come twice in one table."""
    origins = [entry.origin for entry in entries]
    with connection.cursor() as cursor:
        # Two tables of one source wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records.import'))")
        cursor.execute(
            "SELECT origin FROM records_record WHERE origin <> '' AND origin = ANY(%s)", [origins]
        )
        seen = {origin for (origin,) in cursor.fetchall()}
    fresh = []
    for entry in entries:
        if entry.origin not in seen:
            seen.add(entry.origin)
            fresh.append(entry)
    return fresh


def _take(some: Sequence[Entry], batch: Batch, digest: Any) -> None:
    ids = _drawn(len(some))
    numbers = _numbers(batch.kind, batch.at.year, len(some))
    firsts = _first_ones(batch.kind, some)
    records = [
        _values(pk, number, entry, batch, again_of=_pointed(pk, entry, firsts))
        for pk, number, entry in zip(ids, numbers, some, strict=True)
    ]
    for row in records:
        digest(repr(row[2:]).encode())
    _copy("records_record", _COLUMNS, records)
    _copy("records_visit", _VISIT, _visits(ids, some))
    _copy("records_participation", _PART, _parts(ids, some))


def _values(
    pk: int, drawn: str, entry: Entry, batch: Batch, *, again_of: int | None
) -> tuple[Any, ...]:
    """One row as COPY wants it, in the order of the columns of the table."""
    year = entry.day.year
    number = drawn.replace(str(batch.at.year), str(year), 1) if year != batch.at.year else drawn
    named = len({one.pk for one in (*entry.people, entry.leader) if one})
    times = rules.person_times(entry.person_times, named) or 0
    bodies = [visited.body.name for visited in entry.bodies]
    item = entry.item
    own = {key: value for key, value in entry.details.items() if value not in (None, "")}
    details = own | {"words": entry.words, "batch": batch.pk}
    words = rules.search_text(
        number, entry.title, entry.place, entry.topic, item.name if item else "", *bodies
    )
    # fmt: off
    return (
        pk, number, entry.kind, Stage.KEPT.value, entry.title, entry.area.pk, entry.area.path,
        entry.place, entry.lon, entry.lat, entry.sector, entry.topic, item.pk if item else None,
        entry.organiser.pk if entry.organiser else None, entry.started_at, entry.ended_at,
        entry.day, batch.by_id, None, None, batch.at, times, _json(entry.counts), _json(details),
        None, "{}", bool(entry.unannounced), again_of, entry.origin, words,
    )
    # fmt: on


def _visits(ids: Sequence[int], some: Sequence[Entry]) -> Iterable[tuple[Any, ...]]:
    for pk, entry in zip(ids, some, strict=True):
        for body in dict.fromkeys(visited.body.pk for visited in entry.bodies):
            visited = next(each for each in entry.bodies if each.body.pk == body)
            yield pk, body, entry.day, visited.result, visited.words


def _parts(ids: Sequence[int], some: Sequence[Entry]) -> Iterable[tuple[Any, ...]]:
    for pk, entry in zip(ids, some, strict=True):
        if entry.people or entry.leader:
            for one in _took_part(Record(pk=pk), entry):
                yield pk, one.person_id, one.role


def _first_ones(kind: str, some: Sequence[Entry]) -> dict[tuple[int, date], int]:
    """Which record of the kind stands first for each firm and day among those given (重复登记)."""
    days = [entry.day for entry in some]
    bodies = sorted({visited.body.pk for entry in some for visited in entry.bodies})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.body_id, v.day, min(r.id) FROM records_visit v"
            " JOIN records_record r ON r.id = v.record_id"
            " WHERE v.body_id = ANY(%s) AND v.day BETWEEN %s AND %s"
            " AND r.kind = %s AND r.stage = 'KEPT' AND NOT r.hidden GROUP BY v.body_id, v.day",
            [bodies, min(days), max(days), kind],
        )
        return {(body, day): first for body, day, first in cursor.fetchall()}


def _pointed(pk: int, entry: Entry, firsts: dict[tuple[int, date], int]) -> int | None:
    """The first record of the same visit; else this one is it."""
    told = [firsts.setdefault((visited.body.pk, entry.day), pk) for visited in entry.bodies]
    return min((first for first in told if first != pk), default=None)


# --- COPY -----------------------------------------------------------------------------------------

_COLUMNS = [str(each.column) for each in Record._meta.concrete_fields]
_VISIT = [str(each.column) for each in Visit._meta.concrete_fields if not each.primary_key]
_PART = [str(each.column) for each in Participation._meta.concrete_fields if not each.primary_key]


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{table}" ({names}) FROM STDIN'
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _drawn(count: int) -> list[int]:
    """Fresh primary keys, drawn before the rows so that their visits can name them."""
    ask = (
        "SELECT nextval(pg_get_serial_sequence('records_record', 'id')) FROM generate_series(1, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(ask, [count])
        return [pk for (pk,) in cursor.fetchall()]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
