"""The site a command works on: its data folder, its database, Django set up for both."""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from anlan.kernel import database
from anlan.kernel.errors import Refused

MIGRATING = 331081  # the number of the advisory lock: two machines never migrate at once


class Commands(Protocol):
    """What argparse's add_subparsers() gives (its own type is private)."""

    def add_parser(self, name: str, **settings: Any) -> argparse.ArgumentParser:
        """One more command."""


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    *,
    words: str,
    as_json: bool = True,
) -> argparse.ArgumentParser:
    """A command with what every command has: --help, --data and, where it prints, --json."""
    made = commands.add_parser(name, help=words, description=words)
    made.add_argument(
        "--data",
        metavar="DIR",
        type=lambda text: Path(text).expanduser().absolute(),
        default=default_data(),
        help="数据目录（默认：%(default)s）",
    )
    if as_json:
        made.add_argument("--json", action="store_true", help="以 JSON 输出")
    made.set_defaults(run=run)
    return made


def default_data() -> Path:
    """ANLAN_DATA, else a folder of the user's own."""
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    given = os.environ.get("ANLAN_DATA") or f"{share}/anlan"
    return Path(given).expanduser().absolute()


@contextmanager
def opened(data: Path, *, create: bool = False) -> Iterator[database.Server]:
    """The site with its database running and Django ready; left as it was found.

    `create` makes a new site and brings the tables up to date; otherwise both must be so.
    """
    from django.apps import apps

    if apps.ready:  # a test that has a site already
        url = os.environ["ANLAN_DATABASE_URL"]
        yield database.Server(url, url, data)
        return
    if not create and not exists(data):
        raise Refused(
            f"{data} 里还没有安澜的数据。",
            mend="请先运行 anlan up 或 anlan demo，或用 --data 指明。",
        )
    with database.start(data) as server:
        settle(server, data)
        try:
            if create:
                migrate()
            elif waiting := migrations_waiting():
                raise Refused(
                    f"数据库还差 {len(waiting)} 项结构更新。", mend="请先运行一次 anlan up。"
                )
            yield server
        finally:
            leave()


def exists(data: Path) -> bool:
    """Whether there is a site in this folder, or a database given from outside."""
    own = (data / "postgres" / "data", data / "postgres.at")
    return "ANLAN_DATABASE_URL" in os.environ or any(path.exists() for path in own)


def settle(server: database.Server, data: Path) -> None:
    """Set Django up on this server; only once in the life of a process."""
    import django

    data.mkdir(parents=True, exist_ok=True)
    os.environ["ANLAN_DATA"] = str(data)
    os.environ["ANLAN_DATABASE_URL"] = server.url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    django.setup()


def leave() -> None:
    """End our own connections, or the server would wait for them."""
    from django.db import connections

    connections.close_all()


def migrations_waiting() -> list[str]:
    """Names of the changes to the tables that this program knows and the database has not."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as failure:
        raise Refused(
            f"连不上数据库：{str(failure).strip()}", mend="请检查 ANLAN_DATABASE_URL 和数据库服务。"
        ) from failure
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> None:
    """Bring the tables up to date."""
    from django.core.management import call_command
    from django.db import connection

    if not migrations_waiting():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def tell(asked: argparse.Namespace, facts: Mapping[str, Any], words: str) -> None:
    """Print for people, or the facts as one JSON document."""
    print(json.dumps(facts, ensure_ascii=False, default=str) if asked.json else words)
