"""Accidents by table: former years, other systems; all or nothing, one trail entry a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Person
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Problem

from .. import access, events, rules
from ..flow import Stage
from ..models import Accident, Batch, CasualtyReport, scale
from .beats import Telling, _columns, _numbers, _words_to_find
from .telling import _details, _judge, _title

OF_HISTORY = "导入"


@dataclass(frozen=True)
class PastAccident:
    """One row of a table (历史事故): as it ended, and as first reported where that differed."""

    told: Telling
    first_deaths: int | None = None
    first_injured: int | None = None
    closed: bool = False


@transaction.atomic
def import_accidents(rows: Sequence[PastAccident], *, name: str, by: Person, at: datetime) -> Batch:
    """Take in many accidents at once; what came before, by origin, is left as it is (批量导入).

    All or nothing: InvalidRows names every row that cannot be taken. No clocks run for history.
    """
    places = {(row.told.area, row.told.sector) for row in rows}
    access.check_importing(by, places, at=at)
    _judge_all(rows, at=at)
    batch = Batch.objects.create(name=name[:200], given=len(rows), added=0, known=0, by=by, at=at)
    fresh = _fresh(rows)
    made = Accident.objects.bulk_create(_built(row, n, batch) for row, n in _numbered(fresh))
    CasualtyReport.objects.bulk_create(
        _statement(accident, row, by=by, at=at) for accident, row in zip(made, fresh, strict=True)
    )
    batch.added, batch.known = len(fresh), len(rows) - len(fresh)
    batch.save(update_fields=["added", "known"])
    trail.write(
        batch, "import_accidents", by=by, at=at, name=name, given=batch.given, added=batch.added,
        known=batch.known,
    )  # fmt: skip
    outbox.announce(events.AccidentsImported(batch.pk, batch.added))
    return batch


def _judge_all(rows: Sequence[PastAccident], *, at: datetime) -> None:
    problems: list[tuple[int, Problem]] = []
    for position, row in enumerate(rows):
        try:
            if not row.told.origin:
                raise Invalid("没有来源编号", mend="请给每一行一个不重复的编号", field="origin")
            _judge(row.told, at=at)
        except Invalid as error:
            problems.append((position, Problem(error.words, error.mend, field=error.field)))
    if problems:
        raise InvalidRows(problems)


def _fresh(rows: Sequence[PastAccident]) -> list[PastAccident]:
    """Those that never came before; the first of those that come twice in one table."""
    with connection.cursor() as cursor:
        # Two tables of one source wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accidents.import'))")
    origins = [row.told.origin for row in rows]
    seen = set(Accident.objects.filter(origin__in=origins).values_list("origin", flat=True))
    fresh = []
    for row in rows:
        if row.told.origin not in seen:
            seen.add(row.told.origin)
            fresh.append(row)
    return fresh


def _numbered(rows: Sequence[PastAccident]) -> list[tuple[PastAccident, str]]:
    years = [row.told.day.year for row in rows]
    drawn = _numbers(0, len(rows))
    return [
        (row, number.replace("SG0-", f"SG{year}-", 1))
        for row, year, number in zip(rows, years, drawn, strict=True)
    ]


def _built(row: PastAccident, number: str, batch: Batch) -> Accident:
    told, verdict = row.told, rules.grade_of(row.told.toll, scale())
    injured = told.toll.injured if row.first_injured is None else row.first_injured
    deaths = told.toll.deaths if row.first_deaths is None else row.first_deaths
    first = rules.grade_of(rules.Toll(deaths=deaths), scale()).grade
    accident = Accident(
        number=number, stage=Stage.CLOSED if row.closed else Stage.VERIFIED, title=_title(told),
        happened_at=told.happened_at, reported_at=told.reported_at, area=told.area,
        area_path=told.area.path, place=told.place, lon=told.lon, lat=told.lat, body=told.body,
        sector=told.sector, industry=told.industry, scope=told.scope, category=told.category,
        grade=verdict.grade, first_deaths=deaths or 0, first_injured=injured,
        first_grade=verdict.grade if row.first_deaths is None else first, origin=told.origin,
        details={**_details(told), "batch": batch.pk}, **_columns(told.toll),
    )  # fmt: skip
    accident.search = _words_to_find(accident)
    return accident


def _statement(
    accident: Accident, row: PastAccident, *, by: Person, at: datetime
) -> CasualtyReport:
    values: dict[str, Any] = _columns(row.told.toll)
    return CasualtyReport(
        accident=accident, round=1, kind=CasualtyReport.Kind.FIRST,
        changed_at=accident.happened_at, poisoned=row.told.poisoned, counts=True,
        grade=accident.grade, why=rules.grade_of(row.told.toll, scale()).why[:300],
        words=OF_HISTORY, by=by, at=at, **values,
    )  # fmt: skip
