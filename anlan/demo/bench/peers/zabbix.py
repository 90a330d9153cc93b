"""Zabbix 6 with a PostgreSQL like ours: trapper items with a trigger each."""

import contextlib
import gzip
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from anlan.kernel import database
from anlan.kernel.errors import Refused

from ..ingest.processes import Child, listens
from .names import HOST, key_of

SHARE = Path("/usr/share/zabbix-server-pgsql")
SETTLED_WITHIN = 600.0  # seconds
FIRST = 900_000  # above the items that it brings along
# Room for what it has not yet written, as its manual advises for many values a second.
CONF = """
ListenPort={port}
DBHost={host}
DBPort={db_port}
DBName=zabbix
DBUser={user}
DBPassword={password}
LogFile={folder}/zabbix.log
PidFile={folder}/zabbix.pid
SocketDir={folder}
AllowRoot=1
AllowUnsupportedDBVersions=1
StartTrappers=5
StartDBSyncers=4
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
CacheSize=256M
HistoryCacheSize=1G
HistoryIndexCacheSize=256M
TrendCacheSize=128M
ValueCacheSize=512M
Timeout=30
"""
ITEMS = """
INSERT INTO hosts (hostid, host, name, name_upper) VALUES (99999, %(host)s, %(host)s, 'BENCH');
INSERT INTO items (itemid, type, hostid, name, key_, value_type, name_upper)
  SELECT %(first)s + n, 2, 99999, key, key, 0, upper(key) FROM unnest(%(keys)s::text[])
  WITH ORDINALITY AS given (key, n);
INSERT INTO item_rtdata (itemid) SELECT itemid FROM items WHERE hostid = 99999;
INSERT INTO triggers (triggerid, expression, description)
  SELECT itemid, '{' || itemid || '}>50', key_ FROM items WHERE hostid = 99999;
INSERT INTO functions (functionid, itemid, triggerid, name, parameter)
  SELECT itemid, itemid, itemid, 'last', '$' FROM items WHERE hostid = 99999;
"""


@dataclass
class Running:
    """A server that listens, and its tables."""

    port: int
    tables: psycopg.Connection
    server: Child

    def settle(self, wanted: int) -> None:
        """Until what waits in its memory is in the table; the server's own count says so."""
        until = time.monotonic() + SETTLED_WITHIN
        words = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'history'"
        while time.monotonic() < until:
            found = self.tables.execute(words).fetchone()
            if found and found[0] >= wanted:
                return
            time.sleep(0.25)

    def stored(self) -> int:
        """How many values are in the table."""
        found = self.tables.execute(
            f"SELECT count(*) FROM history WHERE itemid > {FIRST}"
        ).fetchone()
        return int(found[0]) if found else 0

    def alarms(self) -> int:
        """How many triggers are problems."""
        found = self.tables.execute("SELECT count(*) FROM problem WHERE source = 0").fetchone()
        return int(found[0]) if found else 0


def program() -> str | None:
    """Where its server is, if it is installed."""
    return which("zabbix_server", path="/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def running(folder: Path, streams: int) -> Iterator[Running]:
    """A server of its own for so many streams, on a durable database of its own."""
    found = program()
    if found is None:
        raise Refused(
            "没有找到 zabbix_server。",
            mend="请安装：apt-get install --no-install-recommends zabbix-server-pgsql",
        )
    folder.mkdir()
    with database.throwaway(durable=True) as server:
        where = urlsplit(server.superuser_url)
        with psycopg.connect(server.superuser_url, autocommit=True) as first:
            first.execute("CREATE DATABASE zabbix")
        tables = psycopg.connect(where._replace(path="/zabbix").geturl(), autocommit=True)
        _fill(tables, streams)
        port, asked = _port(), parse_qs(where.query)
        conf = folder / "zabbix.conf"
        conf.write_text(
            CONF.format(
                port=port, host=asked["host"][0], db_port=asked["port"][0], user=where.username,
                password=unquote(where.password or ""), folder=folder,
            )
        )  # fmt: skip
        child = Child(subprocess.Popen([found, "-f", "-c", str(conf)]))
        try:
            listens(port, within=60)
            time.sleep(3)  # its cache of items is read after it listens
            yield Running(port, tables, child)
        finally:
            child.stop()
            tables.close()


def _port() -> int:
    """A free one of those that it may listen at, which are below 32768."""
    for port in range(10051, 32767):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise Refused("没有可用的端口。", mend="请停止占用端口的程序。")


def _fill(tables: psycopg.Connection, streams: int) -> None:
    for name in ("schema", "images", "data"):
        words = gzip.decompress((SHARE / f"{name}.sql.gz").read_bytes())
        tables.execute(words)
    keys = [key_of(number) for number in range(streams)]
    with psycopg.ClientCursor(tables) as cursor:
        cursor.execute(ITEMS, {"host": HOST, "keys": keys, "first": FIRST})
    tables.execute("ANALYZE")
