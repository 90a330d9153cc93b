"""One consistent picture of the database, written and read back with PostgreSQL's own tools."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.apps import apps
from psycopg import conninfo, sql

from anlan.kernel import database
from anlan.kernel.errors import Refused

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# pg_dump 17 and later writes it for every server; an older server does not know it.
_TOO_NEW = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True)
class Snapshot:
    """The database as it stood at one instant, however long the reading takes."""

    connection: psycopg.Connection[Any]
    name: str
    url: str

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = [name for (name,) in self.connection.execute(_TABLES)]
        counted = {}
        for table in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ((counted[table],),) = self.connection.execute(count)
        return counted

    def migrations(self) -> list[str]:
        """Every change that our own rooms made to the tables; a program must know them all."""
        rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("anlan.")]
        query = "SELECT app || '.' || name FROM django_migrations WHERE app = ANY(%s) ORDER BY 1"
        return [name for (name,) in self.connection.execute(query, [rooms])]

    def stored_files(self) -> set[str]:
        """The hash of every stored file that a row names."""
        return {name for (name,) in self.connection.execute("SELECT sha256 FROM kernel_storedfile")}

    def dump(self, target: Path) -> None:
        """Everything in it, in PostgreSQL's own format; packed later, with the rest."""
        command = [database.client("pg_dump"), "--format=custom", "--compress=0", "--no-owner"]
        command += ["--no-privileges", f"--snapshot={self.name}", f"--file={target}"]
        done = subprocess.run(
            command, env=_environment(self.url), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Refused(
                f"数据库导出失败：{done.stderr.strip()[-500:]}", mend="请检查磁盘空间和数据库服务。"
            )


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Hold the database still for reading; writers go on."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        ((name,),) = connection.execute("SELECT pg_export_snapshot()")
        yield Snapshot(connection, name, url)


def is_empty(url: str) -> bool:
    """Whether no table of anyone is in it."""
    with psycopg.connect(url) as connection:
        return connection.execute(_TABLES).fetchone() is None


def rows(url: str) -> dict[str, int]:
    """How many rows each table has now."""
    with snapshot(url) as now:
        return now.rows()


def load(dump: Path, url: str) -> None:
    """Into an empty database: all of it, or nothing."""
    unpack = [database.client("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    psql = [database.client("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    psql += ["--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        subprocess.Popen(unpack, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,
        subprocess.Popen(
            psql, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(url)
        ) as writer,
    ):
        assert reader.stdout
        assert reader.stderr
        assert writer.stdin
        assert writer.stderr
        _pour(reader.stdout, writer.stdin)
        said = reader.stderr.read() + writer.stderr.read()
    if reader.returncode or writer.returncode:
        words = said.decode(errors="replace").strip()[-500:]
        raise Refused(f"数据库恢复失败：{words}", mend="没有写入任何内容，修正后可重试。")


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    try:
        for line in source:  # the head, line by line, up to the line that may be too new
            if line == _TOO_NEW:
                break
            target.write(line)
        while chunk := source.read(1 << 20):
            target.write(chunk)
        target.close()
    except BrokenPipeError:
        source.close()  # psql has stopped and says why


def _environment(url: str) -> Mapping[str, str]:
    """Where to connect, as PG* variables: a command line can be read by everyone on the machine."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    given = conninfo.conninfo_to_dict(url)
    ours = {name: str(given[key]) for key, name in names.items() if given.get(key)}
    others = {key: text for key, text in os.environ.items() if not key.startswith("PG")}
    return {**others, **ours, "PGCLIENTENCODING": "UTF8"}
