"""A site as a clerk has it: the real program in processes of its own, on a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ANLAN = [sys.executable, "-m", "anlan.cli"]


def environment() -> dict[str, str]:
    """As a clerk has it: nothing of the test session's own database."""
    return {key: text for key, text in os.environ.items() if not key.startswith("ANLAN_")}


def anlan(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*ANLAN, *(str(word) for word in words)]
    return subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=False, timeout=120
    )


class Site:
    """A running `anlan up`; `given` is what its environment has besides."""

    def __init__(self, data: Path, **given: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*ANLAN, "up", "--data", str(data), "--port", "0", "--json"],
            env=environment() | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        self.facts: dict[str, Any] = json.loads(line) if line else {}
        assert self.facts.get("ok"), (self.facts, self.process.communicate()[1])

    @property
    def port(self) -> int:
        return int(self.facts["url"].split(":")[2].strip("/"))

    def answers(self) -> bool:
        opener = urllib.request.build_opener()
        try:
            with opener.open(self.facts["url"], timeout=5) as page:
                return page.status == 200
        except OSError:
            return False

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [
            int(pid)
            for pid in listed.split()
            if b"anlan.cli.processes" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


def processes_of(data: Path) -> list[str]:
    """Command lines of everything that still works for this site."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"ANLAN_DATA={data}".encode() in path.read_bytes().split(b"\0"):
                found.append((path.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]


def eventually(holds: Any, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return False
