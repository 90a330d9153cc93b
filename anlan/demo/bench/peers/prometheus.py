"""Prometheus as a receiver of remote write, with one alerting rule evaluated every second."""

import contextlib
import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from anlan.kernel.errors import Refused

from ..ingest.processes import Child, free_port, listens
from .names import METRIC

CONF = """
global: {{scrape_interval: 1m, evaluation_interval: 1s}}
rule_files: ["{folder}/rules.yml"]
"""
RULES = f"""
groups:
  - name: bench
    interval: 1s
    rules:
      - alert: Over
        expr: {METRIC} > 50
"""


@dataclass
class Running:
    """A server that listens."""

    port: int
    server: Child

    def settle(self, wanted: int) -> None:
        """What it answered is in its memory and its log; there is nothing to wait for."""

    def stored(self) -> int:
        """How many samples it finds again."""
        return self._asked(f"sum(count_over_time({METRIC}[1h]))")

    def alarms(self) -> int:
        """How many series fire."""
        return self._asked('count(ALERTS{alertstate="firing"})')

    def _asked(self, words: str) -> int:
        where = f"http://127.0.0.1:{self.port}/api/v1/query?"
        with urllib.request.urlopen(where + urllib.parse.urlencode({"query": words})) as answer:
            told: dict[str, Any] = json.load(answer)
        found = told["data"]["result"]
        return int(float(found[0]["value"][1])) if found else 0


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A server of its own."""
    program = which("prometheus")
    if program is None:
        raise Refused(
            "没有找到 prometheus。",
            mend="请安装：apt-get install --no-install-recommends prometheus",
        )
    folder.mkdir()
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(CONF.format(folder=folder))
    port = free_port()
    with (folder / "log").open("wb") as log:
        child = Child(
            subprocess.Popen(
                [
                    program, f"--config.file={folder}/prometheus.yml",
                    f"--storage.tsdb.path={folder}/data", "--web.enable-remote-write-receiver",
                    f"--web.listen-address=127.0.0.1:{port}", "--query.max-samples=500000000",
                ],
                stdout=log, stderr=log,
            )
        )  # fmt: skip
    try:
        listens(port, within=60)
        time.sleep(1)
        yield Running(port, child)
    finally:
        child.stop()
