"""What time does to observations: tables ahead, sums, what is let go, who has gone silent."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from psycopg import sql

from anlan.kernel import outbox, trail
from anlan.people.models import Area, Heirs, Person

from .. import events
from ..models import (
    Alarm,
    Batch,
    Latest,
    Maintenance,
    Position,
    Sighting,
    Source,
    Station,
    Stream,
    Warning,
    reading,
)
from ..rules import partitions
from ..rules.partitions import Span
from ..rules.quality import UNFIT
from .storing import _make_part

AT_ONCE = 500  # batches summed in one transaction
BATCHES_KEPT = timedelta(days=7)
BUSY = 20_000  # points a second: then today's table goes without an index by stream
CALM = 2_000
_SUM = """
INSERT INTO watch_rollup (stream_id, span, start, points, unfit, total, lowest, highest)
SELECT stream_id, %(span)s, date_trunc(%(unit)s, at, 'Asia/Shanghai'),
       count(*) FILTER (WHERE flag & %(unfit)s = 0), count(*) FILTER (WHERE flag & %(unfit)s <> 0),
       coalesce(sum(value) FILTER (WHERE flag & %(unfit)s = 0), 0),
       min(value) FILTER (WHERE flag & %(unfit)s = 0),
       max(value) FILTER (WHERE flag & %(unfit)s = 0)
  FROM watch_observation
 WHERE batch BETWEEN %(first)s AND %(last)s AND at BETWEEN %(since)s AND %(until)s
 GROUP BY 1, 3
ON CONFLICT (stream_id, span, start) DO UPDATE SET
  points = watch_rollup.points + EXCLUDED.points, unfit = watch_rollup.unfit + EXCLUDED.unfit,
  total = watch_rollup.total + EXCLUDED.total,
  lowest = least(watch_rollup.lowest, EXCLUDED.lowest),
  highest = greatest(watch_rollup.highest, EXCLUDED.highest)
"""


@transaction.atomic
def prepare_parts(*, at: datetime) -> int:
    """Make the tables of the coming days before they are needed (预建分区); how many."""
    wanted = partitions.ahead(reading.parts(), today=at.astimezone(UTC).date())
    for span in wanted:
        _make_part(span)
    return len(wanted)


def sum_up(*, at: datetime) -> int:
    """Add what came since the last time to the hours and days it belongs to (汇总观测)."""
    done = 0
    while count := _sum_some(at):
        done += count
    return done


@transaction.atomic
def _sum_some(at: datetime) -> int:
    """A point is added once: how far we are is written with the sums."""
    place, _ = Position.objects.select_for_update().get_or_create(
        reader="rollup", defaults={"at": at}
    )
    some = Batch.objects.filter(number__gt=place.batch).order_by("number")[:AT_ONCE]
    rows = list(some.values_list("number", "first_at", "last_at"))
    if not rows:
        return 0
    given: dict[str, Any] = {
        "first": rows[0][0], "last": rows[-1][0], "unfit": int(UNFIT),
        "since": min(row[1] for row in rows), "until": max(row[2] for row in rows),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for span, unit in (("H", "hour"), ("D", "day")):
            cursor.execute(_SUM, given | {"span": span, "unit": unit})
    Position.objects.filter(pk=place.pk).update(batch=rows[-1][0], at=at)
    return len(rows)


def forget_old(*, at: datetime) -> int:
    """Let go of points that were kept long enough, a whole table at a time (清理过期观测).

    Where a table also holds streams that are kept longer, those are carried over into a new one.
    """
    gone = 0
    today = at.astimezone(UTC).date()
    for span, name in sorted(reading.parts().items()):
        gone += _forget(span, name, today, at)
    old = Batch.objects.filter(received_at__lt=at - BATCHES_KEPT)
    read = Position.objects.order_by("batch").values_list("batch", flat=True).first() or 0
    old.filter(number__lt=read).delete()
    return gone


@transaction.atomic
def _forget(span: Span, name: str, today: date, at: datetime) -> bool:
    age = (today - span.end).days
    over = Stream.objects.filter(keep_days__lt=age)
    if not over.exists():
        return False
    kept = list(Stream.objects.filter(keep_days__gte=age).values_list("pk", flat=True))
    table, aside = sql.Identifier(name), sql.Identifier(f"{name}_kept")
    with reading.cursor() as cursor:
        if not _holds(cursor, table, list(over.values_list("pk", flat=True))):
            return False
        cursor.execute(sql.SQL("CREATE TABLE {} (LIKE watch_observation)").format(aside))
        cursor.execute(
            sql.SQL("INSERT INTO {} SELECT * FROM {} WHERE stream_id = ANY({})").format(
                aside, table, kept
            )
        )
        cursor.execute(sql.SQL("DROP TABLE {}").format(table))
        if _holds(cursor, aside, kept):
            _attach(cursor, aside, name, span)
        else:
            cursor.execute(sql.SQL("DROP TABLE {}").format(aside))
    return True


def _holds(cursor: Any, table: sql.Composable, streams: list[int]) -> bool:
    asked = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE stream_id = ANY({}))")
    return bool(cursor.execute(asked.format(table, streams)).fetchone()[0])


def _attach(cursor: Any, aside: sql.Composable, name: str, span: Span) -> None:
    table = sql.Identifier(name)
    cursor.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(aside, table))
    cursor.execute(
        sql.SQL(
            "ALTER TABLE watch_observation ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})"
        ).format(table, f"{span.start} 00:00+00", f"{span.end} 00:00+00")
    )


def index_parts(*, at: datetime) -> int:
    """Give tables their index by stream (建立测点索引): those that are over, and today's while
    little comes; when much comes it is taken away again, for it halves what can be stored.
    """
    today, rate = at.astimezone(UTC).date(), _rate(at)
    changed = 0
    for span, name in reading.parts().items():
        over = span.end <= today
        if over or rate < CALM:
            changed += _indexed(name, make=True)
        elif rate > BUSY:
            changed += _indexed(name, make=False)
    return changed


def _rate(at: datetime) -> float:
    """Points a second, over the last ten minutes."""
    recent = Batch.objects.filter(received_at__gt=at - timedelta(minutes=10))
    return float(sum(recent.values_list("points", flat=True))) / 600


@transaction.atomic
def _indexed(name: str, *, make: bool) -> bool:
    index = f"{name}_stream"
    with reading.cursor() as cursor:
        there = cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [index]).fetchone()[0]
        if there == make:
            return False
        words = "CREATE INDEX {} ON {} (stream_id, at)" if make else "DROP INDEX {}"
        names = (sql.Identifier(index), sql.Identifier(name))
        cursor.execute(sql.SQL(words).format(*names[: 2 if make else 1]))
    return True


@transaction.atomic
def mark_silent(*, at: datetime) -> int:
    """Find streams from which nothing has come for too long (发现离线); each is told once."""
    working = Maintenance.objects.filter(since__lte=at, until__gt=at)
    latest = Latest.objects.filter(
        silent_since__isnull=True, stream__active=True, stream__station__stage="IN_USE"
    )
    rows = latest.exclude(
        Q(stream__in=working.filter(stream__isnull=False).values("stream"))
        | Q(stream__station__in=working.filter(stream__isnull=True).values("station"))
    ).values_list("stream_id", "at", "stream__silent_s")
    gone = [pk for pk, last, limit in rows if at - last > timedelta(seconds=limit)]
    if gone:
        Latest.objects.filter(pk__in=gone).update(silent_since=F("at"))
        outbox.announce(events.StreamsWentSilent(gone))
    return len(gone)


@transaction.atomic
def apportion(area: Area, *, heirs: Heirs, by: Person | None, at: datetime) -> int:
    """Let stations of a divided area stand in the part on whose ground they are (随析置划归)."""
    bygone = Area.objects.bygone(area)
    moved = 0
    for station in Station.objects.filter(area__in=bygone).select_related("area").order_by("pk"):
        heir = heirs.holding(station.lon, station.lat)
        if heir == heirs.former:
            continue
        Station.objects.filter(pk=station.pk).update(area=heir, area_path=heir.path)
        station.sightings.update(area_path=heir.path)
        trail.write(station, "apportion", by=by, at=at, before=str(station.area), after=str(heir))
        moved += 1
    if heirs.rest != heirs.former:
        rest = {"area": heirs.rest, "area_path": heirs.rest.path}
        Source.objects.filter(area__in=bygone).update(**rest)
    if moved:
        trail.write(area, "apportion", by=by, at=at, stations=moved)
    return moved


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: stations, sources and sightings below it (随区划调整)."""
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    moved = 0
    for rows in (Station.objects.all(), Source.objects.all()):
        gone = rows.filter(area_path__startswith=before).exclude(area_path=F("area__path"))
        moved += gone.update(area_path=Subquery(path_now))
    if moved:
        of = Station.objects.filter(pk=OuterRef("station")).values("area_path")[:1]
        seen = Sighting.objects.filter(area_path__startswith=before, station__isnull=False)
        seen.update(area_path=Subquery(of))
        trail.write(area, "relocate", by=by, at=at, before=before, stations=moved)
    path_of_alarm = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    alarms = Alarm.objects.filter(area_path__startswith=before)
    alarms.exclude(area_path=F("area__path")).update(area_path=Subquery(path_of_alarm))
    path_of_root = Area.objects.filter(pk=OuterRef("root")).values("path")[:1]
    warnings = Warning.objects.filter(area_path__startswith=before, root__isnull=False)
    warnings.exclude(area_path=F("root__path")).update(area_path=Subquery(path_of_root))
    return moved
