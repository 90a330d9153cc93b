"""The disk of the observations is full, really: nothing more is acknowledged, it is said, and when
there is room again everything that devices sent is there.

A small file system in memory holds the tables of the points; PostgreSQL itself says 53100. Only
root may mount one: where that is not so, this is skipped.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import psycopg
import pytest
from django.db import connections
from psycopg import sql

from anlan.formats.points import pack
from anlan.kernel import pulse
from anlan.kernel.models import Announcement
from anlan.watch.models import reading

from .shore import needs_broker, until

SIZE = 16  # MB
SPARE = 1_500_000  # bytes left free: some of the messages fit, not all
MESSAGES, POINTS = 12, 5000


def _superuser() -> psycopg.Connection:
    given = connections["default"].settings_dict
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    return psycopg.connect(**login, password=given["PASSWORD"], dbname="postgres", autocommit=True)


@pytest.fixture
def small_disk(django_db_setup):
    """A disk of its own for the points, as a tablespace `small`."""
    place = Path(tempfile.mkdtemp(prefix="anlan-disk-", dir="/tmp"))
    with _superuser() as server:
        (data,) = server.execute("SHOW data_directory").fetchone()
        owner = os.stat(data)
        rights = f"size={SIZE}m,uid={owner.st_uid},gid={owner.st_gid},mode=700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", rights, "anlan", str(place)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if mounted.returncode:
            place.rmdir()
            pytest.skip(f"a small disk needs the right to mount one: {mounted.stderr.strip()}")
        statement = sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place)))
        try:
            server.execute(statement)
            yield place
            server.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", str(place)], check=True)
            place.rmdir()


def _message(shore, number):
    """Points of a millisecond each, an hour ago."""
    times = shore.begun - 3_600_000_000 + (number * POINTS + np.arange(POINTS)) * 1000
    return "hydro/points", pack(np.full(POINTS, shore.level.pk), times, np.ones(POINTS))


@needs_broker
def test_a_full_disk_stops_acknowledgements_is_said_and_loses_nothing(small_disk, shore, broker):
    def stored():
        asked = "SELECT count(*), count(DISTINCT at) FROM watch_observation"
        return shore.seen.execute(asked).fetchone()

    for name in reading.parts().values():
        shore.seen.execute(
            sql.SQL("ALTER TABLE {} SET TABLESPACE small").format(sql.Identifier(name))
        )
    ballast = small_disk / "ballast"
    facts = os.statvfs(small_disk)
    ballast.write_bytes(b"\0" * (facts.f_bavail * facts.f_frsize - SPARE))
    with shore.ingest():
        for number in range(MESSAGES):
            shore.send(_message(shore, number))
        assert until(lambda: "磁盘已满" in pulse.last_words("ingest")[1])
        assert any("磁盘已满" in words for words in pulse.troubles("watch.receive"))
        told = Announcement.objects.filter(event__endswith="IngestHeldUp").count()
        assert stored()[0] < MESSAGES * POINTS
        ballast.unlink()
        assert until(lambda: stored()[0] == MESSAGES * POINTS)
        assert until(lambda: pulse.last_words("ingest")[1] == "")
    assert stored() == (MESSAGES * POINTS, MESSAGES * POINTS)
    assert pulse.troubles("watch.receive") == []
    assert told == 1  # once for as long as it lasts, not once a second
