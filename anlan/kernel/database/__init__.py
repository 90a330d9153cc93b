"""The database of one machine: found, made, started, shared and stopped.

`start(data_dir)` gives a running PostgreSQL whatever the machine has: the one that
ANLAN_DATABASE_URL names, the one another `anlan` command already runs on the same data folder, or
a new process. Whoever leaves last stops it.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO
from uuid import uuid4

from anlan.kernel.database import binaries, tuning
from anlan.kernel.database.cluster import NAME, SUPERUSER, Cluster
from anlan.kernel.errors import Refused

__all__ = ["Server", "client", "make_folder", "start", "throwaway"]

THROWAWAY = "anlan-throwaway-"
OLD = 2 * 60 * 60  # seconds: no test and no bench takes as long


class Server:
    """A database that answers, and the promise to let go of it."""

    def __init__(self, url: str, superuser_url: str, data_dir: Path) -> None:
        self.url = url
        self.superuser_url = superuser_url
        self.data_dir = data_dir

    def revive(self) -> bool:
        """Start the server again if it has died; tells whether it had."""
        return False

    def stop(self) -> None:
        """Let go; safe to call twice."""

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Embedded(Server):
    """Our own cluster; a shared lock counts who uses it, and the kernel frees it on kill -9."""

    def __init__(
        self,
        cluster: Cluster,
        process: subprocess.Popen[bytes] | None,
        data_dir: Path,
        users: IO[bytes],
    ) -> None:
        keys = cluster.keys
        password = (keys / "postgres_password").read_text(encoding="ascii")
        superuser = cluster.url(SUPERUSER, password, NAME)
        password = (keys / "database_password").read_text(encoding="ascii")
        super().__init__(cluster.url(NAME, password, NAME), superuser, data_dir)
        self.cluster, self._process, self._users = cluster, process, users

    def revive(self) -> bool:
        """For whoever keeps the site up: the address stays as it was."""
        if self.cluster.alive():
            return False
        if self._process is not None:
            self._process.wait()
        with _alone(self.data_dir):
            self._process = self.cluster.start()
        return True

    def stop(self) -> None:
        """Stop the server, unless another command still uses it."""
        if self._users.closed:
            return
        with _alone(self.data_dir), self._users as users:
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else is still in
            self.cluster.stop(self._process)
        if self._process is not None:
            self._process.poll()


def start(data_dir: Path) -> Server:
    """The site's database, running."""
    given = os.environ.get("ANLAN_DATABASE_URL")
    if given:
        return Server(given, given, data_dir)
    return _embedded(data_dir.absolute(), tuning.durable())


def throwaway(*, durable: bool = False) -> Server:
    """A new, empty server for a test or a bench, gone with this process.

    ANLAN_DATABASE_URL is not looked at: what is written here must never meet real data. Nothing
    is flushed to disk, unless it is `durable`: a bench measures what a site would have.
    """
    _sweep_out()
    data_dir = Path(tempfile.mkdtemp(prefix=THROWAWAY))
    data_dir.chmod(0o711)  # our own folder: the server's user has to pass through it
    settings = tuning.durable() if durable else tuning.fast()
    server = _embedded(data_dir, settings, mortal=True)
    owner = os.getpid()

    def discard() -> None:
        if os.getpid() == owner:  # a forked child must not take it along
            server.stop()
            shutil.rmtree(data_dir, ignore_errors=True)

    atexit.register(discard)
    return server


def _sweep_out() -> None:
    """Remove what killed test runs left behind: of our own, hours old, and used by nobody."""
    for folder in Path(tempfile.gettempdir()).glob(f"{THROWAWAY}*/"):
        with suppress(OSError), (folder / "postgres.users").open("rb") as users:
            facts = folder.stat()
            if facts.st_uid == os.geteuid() and facts.st_mtime < time.time() - OLD:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def client(name: str) -> str:
    """The path of a client program (pg_dump, pg_restore, psql) that fits our server."""
    return binaries.find().path(name)


def _embedded(data_dir: Path, settings: str, *, mortal: bool = False) -> Server:
    make_folder(data_dir)
    keys = data_dir / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    with _alone(data_dir):
        home, account = _home(data_dir)
        found = binaries.reachable(binaries.find(), home, account)
        cluster = Cluster(home, keys, found, account, settings, mortal)
        users = (data_dir / "postgres.users").open("wb")
        try:
            process = cluster.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        except BaseException:
            users.close()
            raise
        return _Embedded(cluster, process, data_dir, users)


def make_folder(data_dir: Path) -> None:
    """Make the data folder of a new site; one that exists keeps its rights."""
    missing = [path for path in (data_dir, *data_dir.parents) if not path.exists()]
    try:
        # Walkable but not readable: as root the server's user must reach its own folder in it.
        for folder in reversed(missing):
            _make_own(folder)
    except OSError as failure:
        raise Refused(
            f"无法建立数据目录 {data_dir}：{failure.strerror}。", mend="请用 --data 换一个目录。"
        ) from failure


def _home(data_dir: Path) -> tuple[Path, binaries.Account | None]:
    """Where the cluster lies: in the data folder, or where its user can reach it.

    A data folder below /root (mode 700) cannot be reached by any other user. Its rights are not
    ours to widen, so the cluster goes to /var/lib/anlan and the data folder remembers where.
    """
    home, pointer = data_dir / "postgres", data_dir / "postgres.at"
    if pointer.exists():
        home = Path(pointer.read_text(encoding="utf-8").strip())
        if not home.is_dir():
            raise Refused(
                f"数据库原在 {home}，现在不见了（见 {pointer}）。",
                mend="请恢复该目录，或从备份恢复到新的数据目录。",
            )
    account = binaries.account_for(data_dir, home / "data")
    if home.is_dir():
        return home, account
    if account and not account.reaches(data_dir):
        home = binaries.STATE / f"{data_dir.name.lstrip('.')}-{uuid4().hex[:8]}"
        _make_state(home)
        pointer.write_text(f"{home}\n", encoding="utf-8")
    else:
        _make_own(home)
    return home, account


def _make_state(home: Path) -> None:
    try:
        with suppress(FileExistsError):
            _make_own(home.parent)
        _make_own(home)
    except OSError as failure:
        raise Refused(
            f"无法建立 {home}：{failure.strerror}。",
            mend="请用 --data 指定一个其他系统用户可以进入的目录，或以普通用户运行。",
        ) from failure


def _make_own(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One command at a time decides whether the server starts or stops."""
    with (data_dir / "postgres.gate").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
