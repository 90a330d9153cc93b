"""The processes of a site as they are: broker, ingest, judge; and what they took."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from shutil import which

from anlan.kernel.errors import Refused

BROKER = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 1000000
max_inflight_messages 0
log_type error
user {user}
"""


@dataclass
class Child:
    """A process of ours, and the most memory it had."""

    process: subprocess.Popen[bytes]

    @property
    def peak_mb(self) -> float:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def part(name: str, environment: Mapping[str, str], log: Path) -> Child:
    """One process of `anlan up`."""
    command = [sys.executable, "-m", "anlan.cli.processes", name]
    given = {**os.environ, **environment, "ANLAN_SUPERVISOR": str(os.getpid())}
    with log.open("ab") as voice:
        return Child(subprocess.Popen(command, env=given, stdout=voice, stderr=voice))


@contextlib.contextmanager
def broker(folder: Path, port: int = 0) -> Iterator[int]:
    """A mosquitto of its own; its port. On the folder of a former one it goes on from there."""
    program = mosquitto()
    if program is None:
        raise Refused("没有找到 mosquitto。", mend="请安装：apt-get install mosquitto")
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    conf = folder / "mosquitto.conf"
    # Ours and nobody else's: as another user it could not keep its sessions in our folder.
    conf.write_text(BROKER.format(port=port, folder=folder, user=getuser()))
    child = Child(subprocess.Popen([program, "-c", str(conf)]))
    try:
        listens(port)
        yield port
    finally:
        child.stop()


def mosquitto() -> str | None:
    """Where the broker is installed, if it is."""
    return which("mosquitto") or which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def listens(port: int, within: float = 10.0) -> None:
    """Until somebody answers at the port."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Refused(f"端口 {port} 上迟迟没有应答。", mend="请看 mosquitto 的输出。")
