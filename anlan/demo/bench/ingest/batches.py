"""Points stored in batches, beside a bare COPY of the same columns in the same run."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from psycopg import sql

from anlan.watch.actions import Feed, Writer
from anlan.watch.models import LAYOUT, Batch, reading
from anlan.wiring.now import now

from .scene import Generator, Scene

SIZE = 100_000  # points in a batch
BARE = """CREATE TABLE bench_bare (at timestamptz NOT NULL, value float8 NOT NULL,
 batch int8 NOT NULL, stream_id int4 NOT NULL, flag int2 NOT NULL)"""
PATIENCE = 60.0  # seconds for the judge to come after


@dataclass(frozen=True)
class Told:
    """How many points, in how many seconds, and what became of them."""

    points: int
    seconds: float
    repeated: int = 0
    late: int = 0

    @property
    def rate(self) -> int:
        return round(self.points / self.seconds) if self.seconds else 0


def bare(scene: Scene, size: int, seconds: float) -> Told:
    """COPY of the same columns and batches into a table without any index."""
    generator = Generator(scene.streams, size)
    with connection.cursor() as cursor:
        cursor.execute(BARE)
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        done += _copy(generator.batch(now()), generator.number)
    took = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare")
    return Told(done, took)


@transaction.atomic
def _copy(points: Any, number: int) -> int:
    columns = {
        "at": points.at, "value": points.value, "flag": points.flag,
        "stream_id": points.stream, "batch": np.full(len(points), number),
    }  # fmt: skip
    names = sql.SQL(", ").join(map(sql.Identifier, LAYOUT.columns))
    statement = sql.SQL("COPY bench_bare ({}) FROM STDIN (FORMAT binary)").format(names)
    with reading.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(LAYOUT.encode(columns))
    return len(points)


def ours(scene: Scene, size: int, seconds: float, *, late: float) -> Told:
    """The writer as it is: marks, flags, newest values, BRIN, and the judge coming after."""
    generator, writer = Generator(scene.streams, size, late), Writer(feed=Feed())
    writer.store(generator.batch(now()), source=scene.source, sender=None, at=now())
    done = repeated = delayed = last = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        at = now()
        stored = writer.store(generator.batch(at), source=scene.source, sender=None, at=at)
        done, repeated = done + stored.taken, repeated + stored.repeated
        delayed, last = delayed + stored.late, stored.number
    _judged(writer.feed, last)
    took = time.perf_counter() - begun
    writer.flush(at=now())
    return Told(done, took, repeated, delayed)


def _judged(feed: Feed | None, last: int) -> None:
    """Wait until the judge has taken the last batch: what is stored and not judged is half done."""
    until = time.monotonic() + PATIENCE
    paths: list[Path] = [feed.folder / f"{last}.points"] if feed else []
    while any(path.exists() for path in paths) and time.monotonic() < until:
        time.sleep(0.01)


def stored() -> int:
    """How many points the table holds, counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM watch_observation")
        return int(cursor.fetchone()[0])


def told_to_be_stored() -> int:
    """How many points were acknowledged as stored."""
    return sum(Batch.objects.values_list("points", flat=True))
