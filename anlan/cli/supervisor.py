"""The processes of one machine, kept alive together and stopped together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from anlan.kernel.database import Server
from anlan.kernel.errors import Refused

GRACE = 20.0  # seconds a process gets to finish what it is doing
SHORT_LIFE = 30.0  # seconds: dying younger than this counts as failing to start
LONGEST_LOG = 20_000_000  # bytes: the next start begins a new one
FAILURES = 3  # in a row, then the whole site stops and says so
LATER = 30.0  # seconds, at most, until a part that the site can do without is tried again


@dataclass
class Part:
    """One process of the site, by its Chinese name for people."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None = None  # where it speaks to; none for the terminal
    vital: bool = True  # whether the site had better stop than go on without it
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0  # when one that would not start is tried again

    def start(self) -> None:
        """Its own session: Ctrl-C reaches only the supervisor, which then stops in order."""
        with self._voice() as voice:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment, "ANLAN_SUPERVISOR": str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=voice,
                stderr=voice,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def said(self) -> str:
        """Where to read what it said last."""
        return f"日志 {self.log}" if self.log else "上面的错误信息"

    def _voice(self) -> IO[bytes]:
        if self.log is None:
            # Not our own stdout: that is for the answer, which may be JSON.
            return open(os.dup(sys.stderr.fileno()), "wb")
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        self.log.touch(mode=0o600)
        return self.log.open("ab")

    def died(self) -> int | None:
        """The exit code of a process that ended by itself."""
        return self.process.poll() if self.process else None

    def signal(self, number: signal.Signals) -> None:
        """To the process and everything it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Starts the parts, the first before the others; watches them, starts again what dies, and
    stops all in the end.
    """

    server: Server
    parts: Sequence[Part]
    stopping: bool = field(default=False, init=False)
    _before: dict[signal.Signals, Any] = field(default_factory=dict, init=False)

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._asked_to_stop)
        for part in self.parts[:1]:
            part.start()
        return self

    def __exit__(self, *_: object) -> None:
        for part in self.parts:
            if part.process and part.process.poll() is None:
                part.process.terminate()
        until = time.monotonic() + GRACE
        for part in self.parts:
            if part.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    part.process.wait(max(0.0, until - time.monotonic()))
            part.signal(signal.SIGKILL)  # what would not stop, and whatever it left behind
        for part in self.parts:
            if part.process:
                part.process.wait()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start_others(self) -> None:
        """The rest, once the first answers: all at once, each would wait for every other."""
        for part in self.parts[1:]:
            if part.process is None and not self.stopping:
                part.start()

    def watch(self) -> None:
        """Return when asked to stop; refuse when a part will not stay alive."""
        while not self.stopping:
            self.look()
            time.sleep(0.5)

    def look(self) -> None:
        """One round: start again whatever has died."""
        if self.server.revive():
            say("数据库曾意外停止，已重新启动。")
        for part in self.parts:
            code = part.died()
            if self.stopping:
                return
            if code is not None:
                self._restart(part, code)
            elif part.again_at and time.monotonic() >= part.again_at:
                part.again_at = 0.0
                part.start()

    def _restart(self, part: Part, code: int) -> None:
        young = time.monotonic() - part.started < SHORT_LIFE
        part.failures = part.failures + 1 if young else 1
        part.signal(signal.SIGKILL)  # children of the dead one still hold its port
        if part.failures >= FAILURES and self._can_do_without(part):
            self._leave_out(part, code)
            return
        if part.failures >= FAILURES:
            raise Refused(
                f"{part.name}进程连续 {FAILURES} 次启动失败（退出码 {code}），已全部停止。",
                mend=f"请看{part.said()}，或运行 anlan doctor。",
            )
        say(f"{part.name}进程意外退出（退出码 {code}，{part.said()}），正在重新启动。")
        part.start()

    def _can_do_without(self, part: Part) -> bool:
        """A broken way out must not take the screens away with it; alone, it is all there is."""
        return not part.vital and any(each.vital for each in self.parts)

    def _leave_out(self, part: Part, code: int) -> None:
        """Go on without it, and try again: a wrong key may be mended meanwhile.

        Soon at first: three sudden ends in half a minute need not be one that cannot start.
        """
        if part.failures == FAILURES:
            say(
                f"{part.name}进程连续 {FAILURES} 次启动失败（退出码 {code}，{part.said()}）。"
                f"其余照常运行，最多每隔 {LATER:.0f} 秒再试一次；请运行 anlan doctor。"
            )
        part.process = None
        part.again_at = time.monotonic() + min(LATER, 2.0 ** (1 + part.failures - FAILURES))

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def say(words: str) -> None:
    """A line for whoever watches the terminal; at once, though it be a pipe."""
    print(words, file=sys.stderr, flush=True)
