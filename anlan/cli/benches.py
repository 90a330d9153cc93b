"""anlan bench NAME: measured on a throw-away database of its own; one JSON line."""

import argparse
import json
import tempfile
from importlib import import_module
from pathlib import Path

from anlan.cli.site import Commands, command, leave, migrate, settle
from anlan.kernel import database

NAMES = ("pages", "import", "trail", "callup", "figures", "ingest", "map", "peers")


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    bench = command(
        commands, "bench", _bench, words="测速，在自己的临时数据库上；输出一行 JSON", as_json=False
    )
    bench.add_argument("name", metavar="NAME", choices=NAMES, help="、".join(NAMES))
    bench.add_argument("--size", type=int, help="规模（默认为目标规模）")
    bench.add_argument("--seconds", type=float, help="ingest、peers：每项测多少秒（默认 60）")
    bench.add_argument("--json", action="store_true", help="总是一行 JSON")


def _bench(asked: argparse.Namespace) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="anlan-bench-") as folder,
        # Flushed to disk as a real site's: a bench that skips that measures something else.
        database.throwaway(durable=True) as server,
    ):
        settle(server, Path(folder))
        migrate()
        module = import_module("anlan.demo.bench")
        words_of_python = ("import", "map")
        name = f"{asked.name}_" if asked.name in words_of_python else asked.name
        given = {"size": asked.size, "seconds": asked.seconds}
        measured = getattr(module, name)(**{key: value for key, value in given.items() if value})
        leave()
    print(json.dumps({"bench": asked.name, **measured}, ensure_ascii=False, default=str))
    return 0
