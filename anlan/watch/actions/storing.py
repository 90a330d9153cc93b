"""Storing observations (存储观测): a batch at a time, durable when it is told to be stored.

One writer at a time, by a lock that is held until the commit, so that batches are numbered in the
order in which they become visible. A writer remembers what it stored (`rules.marks`) and looks at
what others stored meanwhile before it goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

from anlan.formats.pgcopy import Layout

from ..models import LAYOUT, Batch, Latest, Position, Source, Stream, reading
from ..rules import marks, partitions
from ..rules.marks import Marks
from ..rules.quality import AHEAD, EARLIEST, REFUSED_AHEAD, UNFIT, Bounds, Flag, Quality
from ..rules.streams import Columns, Ints, joined
from .feed import Feed

BELL = "anlan_observed"
SMALL = 1000  # streams that a batch names one by one
FLUSH_EVERY = timedelta(seconds=1)
LOOK_EVERY = timedelta(seconds=10)  # at the streams' own words, which people change
DAY = 24 * 3600 * 1_000_000
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('anlan.observations'))"
# By COPY into a table of this session: as parameters ten thousand values took ten times as long.
_NEWEST = Layout({"stream_id": "int4", "at": "timestamptz", "value": "float8", "flag": "int2"})
_ASIDE = """
CREATE TEMPORARY TABLE IF NOT EXISTS newest
  (stream_id int4, at timestamptz, value float8, flag int2) ON COMMIT DELETE ROWS
"""
_LATEST = """
INSERT INTO watch_latest (stream_id, at, value, flag, received_at)
SELECT stream_id, at, value, flag, %s FROM newest
ON CONFLICT (stream_id) DO UPDATE SET at = EXCLUDED.at, value = EXCLUDED.value,
  flag = EXCLUDED.flag, received_at = EXCLUDED.received_at, silent_since = NULL
WHERE watch_latest.at <= EXCLUDED.at
"""
# Whose batch directly follows what the table of newest values holds has brought it up to date.
_FOLLOWS = "UPDATE watch_position SET batch = %s, at = %s WHERE reader = 'latest' AND batch = %s"


class Stored(NamedTuple):
    """What became of the points of one batch; `number` is 0 where nothing was new."""

    number: int
    taken: int
    late: int
    repeated: int
    flagged: int
    refused: int  # no stream of ours, not the source's, from the future or before 1900


@dataclass
class Known:
    """The streams that a writer knows, by index: a table to look ids up, and who owns each."""

    ids: Ints
    source: Ints
    index: Ints  # by id; -1 is unknown

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int | None]]) -> "Known":
        ids = np.array([row[0] for row in rows], np.int64)
        index = np.full(int(ids.max(initial=0)) + 2, -1, np.int64)
        index[ids] = np.arange(len(ids))
        return cls(ids, np.array([row[1] or 0 for row in rows], np.int64), index)

    def find(self, ids: Ints) -> Ints:
        inside = (ids >= 0) & (ids < len(self.index))
        return np.where(inside, self.index[np.where(inside, ids, 0)], -1)


@dataclass
class Writer:
    """Stores batches; for all streams and long, or for a few and one request (`only`)."""

    only: Sequence[int] | None = None
    known: Known = field(default_factory=lambda: Known.of([]))
    quality: Quality = field(default_factory=lambda: Quality(Bounds.of(0, {})))
    marks: Marks = field(default_factory=lambda: Marks(0))
    name: str = field(default_factory=lambda: uuid4().hex)
    feed: Feed | None = None  # for the judge of this machine
    position: int = -1  # the last batch it knows of; -1: it knows nothing
    kept: list[Columns] = field(default_factory=list)  # by number of stream: the batch in hand
    parts: dict[partitions.Span, str] = field(default_factory=dict)
    looked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    stamp: tuple[int, int] | None = None  # of what is known of the streams
    flushed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    # --- what it knows ----------------------------------------------------------------------

    def _look(self, at: datetime) -> None:
        """At the streams: which there are, and what their values can be."""
        rows = Stream.objects.filter(active=True).order_by("id")
        rows = rows if self.only is None else rows.filter(pk__in=list(self.only))
        told = rows.values_list(
            "id", "source_id", "lowest", "highest", "spike", "stuck_s", "interval_s"
        )
        stamp = reading.digest(told) if self.only is None else None
        if self.position >= 0 and stamp == self.stamp:
            self.looked_at = at
            return
        self.stamp, found = stamp, list(told)
        known = Known.of([(row[0], row[1]) for row in found])
        bounds = Bounds.of(
            len(found),
            {
                place: dict(zip(("lowest", "highest", "spike", "stuck_s"), row[2:6], strict=True))
                | {"gap_s": row[6] * 3}
                for place, row in enumerate(found)
            },
        )
        if self.position < 0 or not np.array_equal(known.ids, self.known.ids):
            self.known = known
            self._begin(bounds)
        self.known, self.quality.bounds, self.looked_at = known, bounds, at

    def _begin(self, bounds: Bounds) -> None:
        """Take up where the database stands: what is below its marks must be asked there."""
        many = len(self.known.ids)
        self.marks = Marks(many, kept=marks.kept(many) if self.only is None else 4)
        self.quality = Quality(bounds)
        none = np.zeros(many, np.int64)
        self.newest = Columns.of(none, none.copy(), none)
        self.dirty = np.zeros(many, np.bool_)
        latest = Latest.objects.filter(stream__in=self.known.ids.tolist())
        rows = list(latest.values_list("stream_id", "at", "value"))
        if rows:
            mine = self.known.find(np.array([row[0] for row in rows], np.int64))
            moments = np.array([reading.micros(row[1]) for row in rows], np.int64)
            self.marks.begin(mine, moments)
            self.quality.begin(Columns.of(mine, moments, [row[2] for row in rows]))
        self.position = reading.newest_batch()
        told = Position.objects.filter(reader="latest").values_list("batch", flat=True).first()
        self._take_up(reading.newest(told or 0, self.known.ids if self.only is not None else None))
        self.parts = reading.parts()

    def _take_up(self, points: Columns) -> None:
        """Points that were stored after the newest values were last written down."""
        mine = self.known.find(points.stream.astype(np.int64))
        points = Columns.of(mine, points.at, points.value, points.flag).take(mine >= 0)
        points = points.take(points.at > self.marks.high[points.stream])
        self.marks.begin(points.stream, points.at)
        self.quality.begin(points)
        for name in ("at", "value", "flag"):
            getattr(self.newest, name)[points.stream] = getattr(points, name)
        self.dirty[points.stream] = True

    def _catch_up(self) -> None:
        """What others stored since: it raises the marks as if we had stored it."""
        others = Batch.objects.filter(number__gt=self.position).exclude(writer=self.name)
        numbers = list(others.values_list("number", flat=True))
        if not numbers:
            return
        points = reading.of_batches(numbers).columns
        mine = self.known.find(points.stream.astype(np.int64))
        order = np.lexsort((points.at, mine))
        order = order[mine[order] >= 0]
        self.marks.remember(mine[order], points.at[order])
        self.position, self.parts = max(numbers), reading.parts()

    # --- a batch ----------------------------------------------------------------------------

    def store(
        self, points: Columns, *, source: Source | None, at: datetime, sender: Ints | None = None
    ) -> Stored:
        """Store a batch (存储观测): when this returns, it is on disk.

        `points.stream` are ids of streams. `source` is who sent them all, `sender` who sent each;
        what is not theirs is refused, and the rest is stored. After a fault nothing is stored, and
        the writer asks the database again what there is.
        """
        self.kept = []
        try:
            with transaction.atomic():
                stored = self._store(points, source, sender, at)
                if self.feed is not None and stored.number:
                    self.feed.give(stored.number, joined(*self.kept))
            # After the commit: alarms need not wait for what is only to be looked at.
            if self.only is None and at - self.flushed_at >= FLUSH_EVERY:
                self.flush(at=at)
        except BaseException:
            self.position = -1
            raise
        return stored

    def _store(
        self, points: Columns, source: Source | None, sender: Ints | None, at: datetime
    ) -> Stored:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        if self.position < 0 or at - self.looked_at > LOOK_EVERY:
            self._look(at)
        self._catch_up()
        whose = np.full(len(points), source.pk) if source is not None else sender
        mine, refused = self._own(points, whose, reading.micros(at))
        fresh, late, repeated = self._parted(mine, reading.micros(at))
        number = 0
        if len(fresh) + len(late):
            number = self._keep(fresh, late, repeated, source, at)
        if self.only is not None:
            self._flush(at, number)
        flagged = int(((fresh.flag & UNFIT) != 0).sum() + ((late.flag & UNFIT) != 0).sum())
        return Stored(number, len(fresh) + len(late), len(late), repeated, flagged, refused)

    def _own(self, points: Columns, whose: Ints | None, now: int) -> tuple[Columns, int]:
        """The points of known streams of their senders, by index, sorted by stream and time."""
        stream = self.known.find(points.stream.astype(np.int64))
        good = (stream >= 0) & (points.at <= now + REFUSED_AHEAD) & (points.at >= EARLIEST)
        if whose is not None:
            good &= self.known.source[stream] == whose
        order = np.lexsort((points.at, stream))
        order = order[good[order]]
        chosen = replace(points, stream=stream.astype(np.int32)).take(order)
        return chosen, len(points) - len(order)

    def _parted(self, points: Columns, now: int) -> tuple[Columns, Columns, int]:
        """Those above their marks, those below that are not stored yet, how many are repeated."""
        ahead = points.at > now + AHEAD
        parted = self.marks.sort(points.stream, points.at, ahead)
        old = parted.old
        if len(old):
            there = reading.stored(self.known.ids[points.stream[old]], points.at[old])
            ids, times = self.known.ids[points.stream[old]].tolist(), points.at[old].tolist()
            new = np.array([pair not in there for pair in zip(ids, times, strict=True)], np.bool_)
            old = old[new]
        repeated = len(points) - len(parted.fresh) - len(parted.late) - len(old)
        fresh = points.take(parted.fresh)
        fresh = replace(fresh, flag=self.quality.flags(fresh))
        late = points.take(np.sort(np.concatenate((parted.late, old))))
        flag = late.flag | np.uint8(Flag.LATE)
        flag[self.quality.outside(late)] |= np.uint8(Flag.IMPOSSIBLE)
        flag[late.at > now + AHEAD] |= np.uint8(Flag.SKEWED)
        return fresh, replace(late, flag=flag), repeated

    def _keep(
        self, fresh: Columns, late: Columns, repeated: int, source: Source | None, at: datetime
    ) -> int:
        number = self._number()
        for some in (fresh, late):
            self.kept.append(replace(some, stream=self.known.ids[some.stream].astype(np.int32)))
            self._copy(self.kept[-1], number, at)
        times = np.concatenate((fresh.at, late.at))
        streams = np.unique(np.concatenate((fresh.stream, late.stream)))
        few = self.known.ids[streams].tolist() if len(streams) <= SMALL else None
        Batch.objects.create(
            number=number, source=source, received_at=at, points=len(times), late=len(late),
            repeated=repeated, flagged=int(((fresh.flag & UNFIT) != 0).sum()), writer=self.name,
            first_at=reading.moment(int(times.min())), last_at=reading.moment(int(times.max())),
            streams=few,
        )  # fmt: skip
        self._remember(fresh, late, reading.micros(at))
        self.position = number
        return number

    def _number(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval('watch_batch_number'), pg_notify('{BELL}', '')")
            return int(cursor.fetchone()[0])

    def _copy(self, points: Columns, number: int, at: datetime) -> None:
        days = points.at // DAY
        for day in np.unique(days).tolist():
            some = points if len(points) and (days == day).all() else points.take(days == day)
            table = self._table(int(day), at)
            columns: dict[str, NDArray[Any]] = {
                "at": some.at, "value": some.value, "flag": some.flag,
                "stream_id": some.stream, "batch": np.full(len(some), number),
            }  # fmt: skip
            statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, LAYOUT.columns))
            )
            with reading.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(LAYOUT.encode(columns))

    def _table(self, day: int, at: datetime) -> str:
        """The table of a day since 1970; made where there is none yet."""
        on = reading.moment(day * DAY).date()
        for span, name in self.parts.items():
            if span.holds(on):
                return name
        span = partitions.fitting(on, self.parts, today=at.astimezone(UTC).date())
        _make_part(span)
        self.parts[span] = span.name
        return span.name

    def _remember(self, fresh: Columns, late: Columns, now: int) -> None:
        self.marks.remember(fresh.stream, fresh.at)
        near = late.take(late.at <= now + AHEAD)
        self.marks.remember(near.stream, near.at)
        last = np.flatnonzero(np.append(fresh.stream[1:] != fresh.stream[:-1], True)[: len(fresh)])
        mine = fresh.stream[last]
        for name in ("at", "value", "flag"):
            getattr(self.newest, name)[mine] = getattr(fresh, name)[last]
        self.dirty[mine] = True

    # --- the newest values ------------------------------------------------------------------

    def flush(self, *, at: datetime) -> None:
        """Write the newest values down (刷新最新值), where nothing else comes that would."""
        if self.position >= 0 and self.dirty.any():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_LOCK)
                self._flush(at, 0)

    def _flush(self, at: datetime, number: int) -> None:
        which = np.flatnonzero(self.dirty)
        if len(which):
            values = self.newest.take(which)
            columns: dict[str, NDArray[Any]] = {
                "stream_id": self.known.ids[which], "at": values.at, "value": values.value,
                "flag": values.flag,
            }  # fmt: skip
            with reading.cursor() as cursor:
                cursor.execute(_ASIDE)
                with cursor.copy("COPY newest FROM STDIN (FORMAT binary)") as copy:
                    copy.write(_NEWEST.encode(columns))
                cursor.execute(_LATEST, [at])
                cursor.execute("TRUNCATE newest")
        self._follow(at, number)
        self.dirty[:], self.flushed_at = False, at

    def _follow(self, at: datetime, number: int) -> None:
        """How far the newest values go now: all of ours, and of others what they wrote."""
        if self.only is None:
            changes = {"batch": self.position, "at": at}
            Position.objects.update_or_create(reader="latest", defaults=changes)
        elif number:
            before = Batch.objects.filter(number__lt=number).order_by("-number")
            last = before.values_list("number", flat=True).first() or 0
            Position.objects.get_or_create(reader="latest", defaults={"batch": 0, "at": at})
            with connection.cursor() as cursor:
                cursor.execute(_FOLLOWS, [number, at, last])


def _make_part(span: partitions.Span) -> None:
    """Make the table for some days (建立分区)."""
    statement = sql.SQL(
        "CREATE TABLE IF NOT EXISTS {} PARTITION OF watch_observation FOR VALUES FROM ({}) TO ({})"
    ).format(sql.Identifier(span.name), f"{span.start} 00:00+00", f"{span.end} 00:00+00")
    with reading.cursor() as cursor:
        cursor.execute(statement)
