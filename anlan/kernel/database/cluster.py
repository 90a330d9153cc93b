"""One PostgreSQL cluster: made, started, found running, stopped."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from anlan.kernel.database.binaries import Account, Binaries
from anlan.kernel.database.postmaster import Running, exists, working_in
from anlan.kernel.errors import Refused

if TYPE_CHECKING:  # loaded when first used: every command comes past here, not every one connects
    import psycopg

NAME = "anlan"  # of the database and of the role that owns it
SUPERUSER = "postgres"
LONGEST_SOCKET = 100  # bytes: the kernel allows 107 for the whole path of a unix socket
READY_WITHIN = 300.0  # seconds: recovery after a crash reads the log through
STOPPED_WITHIN = 60.0  # seconds: then the server is told to drop everything


@dataclass(frozen=True)
class Cluster:
    """Where a cluster lies, and what it takes to run it."""

    home: Path
    keys: Path
    binaries: Binaries
    account: Account | None
    settings: str
    mortal: bool = False  # dies with the process that started it, however that one dies

    @property
    def data(self) -> Path:
        """What PostgreSQL itself calls the data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    def url(self, user: str, password: str, database: str) -> str:
        """The address of a running server, as libpq and Django read it."""
        running = Running.read(self.data)
        if running is None:
            raise Refused("数据库没有在运行。", mend="请先运行 anlan up。")
        host = quote(running.host, safe="")
        return f"postgresql://{user}:{password}@/{database}?host={host}&port={running.port}"

    def start(self) -> subprocess.Popen[bytes] | None:
        """The server's process, or none when it was running already."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        process = None if self.alive() else self._launch()
        process = self._await_ready(process)
        self._ensure_database()
        return process

    def alive(self) -> bool:
        """Whether a server runs on this very folder."""
        running = Running.read(self.data)
        return running is not None and running.alive(self.data)

    def stop(self, process: subprocess.Popen[bytes] | None) -> None:
        """Everything written, every connection ended, the process gone."""
        running = Running.read(self.data)
        if running is None or not running.alive(self.data):
            return
        for how in (signal.SIGINT, signal.SIGQUIT):
            os.kill(running.pid, how)
            until = time.monotonic() + STOPPED_WITHIN
            while time.monotonic() < until:
                if process is not None:
                    process.poll()  # else our own child stays behind as a zombie
                if not exists(running.pid):
                    return
                time.sleep(0.02)
        raise Refused(f"数据库进程 {running.pid} 没有停下来。", mend=f"请查看日志 {self.log}。")

    # --- making -----------------------------------------------------------------------------

    def _create(self) -> None:
        draft = self.home / "data.new"  # an initdb that was interrupted leaves no half cluster
        password = _password(self.keys / "postgres_password")
        # initdb runs as the other user, who may not read our keys: hand it through a pipe's file.
        handed = self.home / ".password"
        handed.touch(mode=0o600)
        handed.write_text(password, encoding="ascii")
        self._own(handed)
        try:
            subprocess.run(["/bin/rm", "-rf", str(draft)], check=True)
            draft.mkdir(mode=0o700)
            self._own(draft)
            self._initdb(draft, handed)
        finally:
            handed.unlink()
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude 'anlan.conf'\ninclude_if_exists 'site.conf'\n")
        draft.rename(self.data)

    def _initdb(self, draft: Path, password: Path) -> None:
        # Code-point order from the server itself, where it has it: an upgrade of the operating
        # system then cannot silently change the order that indexes rely on.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        speed = ["--no-sync"] if self.mortal else []
        always = ["-D", str(draft), "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256", *speed]
        for locale in (builtin, ["--locale=C.UTF-8"], ["--no-locale"]):
            done = subprocess.run(
                [self.binaries.path("initdb"), *always, f"--pwfile={password}", *locale],
                **self._surroundings(),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return
        raise Refused(f"数据库无法建立：{done.stderr.strip()[-800:]}", mend=f"目录 {draft}")

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text().strip().split(".")[0])
        if made_by != self.binaries.major:
            raise Refused(
                f"数据由 PostgreSQL {made_by} 建立，现在的程序是 {self.binaries.major}。",
                mend="请用原来的版本做 anlan backup，再用新版本 anlan restore 到空目录。",
            )

    def _ensure_database(self) -> None:
        password = _password(self.keys / "database_password")
        with self._connect() as connection:
            if connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone():
                return
            from psycopg import sql

            role = sql.Identifier(NAME)
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]
            ).fetchone():
                # Not a superuser: the program cannot switch off what guards the trail.
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password))
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))

    # --- running ----------------------------------------------------------------------------

    def _clear_the_wreck(self) -> None:
        """After a kill -9: wait for the orphans of the old server, then forget its number.

        PostgreSQL refuses to start while a process of that number lives, be it another program
        that got it since; but one of its own backends still writing would ruin the data.
        """
        until = time.monotonic() + STOPPED_WITHIN
        while orphans := working_in(self.data):
            if time.monotonic() > until:
                raise Refused(
                    f"上一次的数据库进程 {orphans} 还没有退出。",
                    mend="请稍候再试；确认无用后可结束这些进程。",
                )
            time.sleep(0.05)
        for left in (self.data / "postmaster.pid", *self.home.glob("run/.s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _launch(self) -> subprocess.Popen[bytes]:
        self._clear_the_wreck()
        (self.data / "anlan.conf").write_text(self.settings, encoding="utf-8")
        self._own(self.data / "anlan.conf")
        if self.log.exists() and self.log.stat().st_size > 20_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)  # a slow statement is logged with its values
        # Its own session: Ctrl-C in a terminal goes to the whole foreground group, and the
        # database must outlive the processes that still write.
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.binaries.path("postgres"), "-D", str(self.data), *self._listening()],
                **self._surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if self.mortal else None,
            )

    def _listening(self) -> list[str]:
        run = self.home / "run"
        if len(bytes(run / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            if not run.exists():
                run.mkdir(mode=0o700)
                self._own(run)
            return ["-k", str(run), "-h", "", "-p", "5432"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        return ["-k", "", "-h", "127.0.0.1", "-p", str(port)]

    def _await_ready(
        self, process: subprocess.Popen[bytes] | None
    ) -> subprocess.Popen[bytes] | None:
        from psycopg import OperationalError

        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if process is None and not self.alive():
                process = self._launch()  # the one we found was just going down
            if process is not None and process.poll() is not None:
                raise Refused(f"数据库启动失败：{_tail(self.log)}", mend=f"完整日志见 {self.log}")
            try:
                self._connect().close()
                return process
            except (OperationalError, Refused):
                time.sleep(0.05)
        raise Refused("数据库启动超时。", mend=f"请查看日志 {self.log}。")

    def _connect(self) -> "psycopg.Connection[Any]":
        import psycopg

        password = _password(self.keys / "postgres_password")
        url = self.url(SUPERUSER, password, "postgres")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    # --- rights -----------------------------------------------------------------------------

    def _own(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _surroundings(self) -> dict[str, Any]:
        """Nothing of ours leaks into the server, and no PG* of the caller misleads it."""
        path = os.environ.get("PATH", "/usr/bin:/bin")
        clean = {"PATH": path, "LC_MESSAGES": "C", "TZ": "UTC"}
        become = self.account.options() if self.account else {}
        return {"cwd": "/", "env": clean, **become}


def _die_with_parent() -> None:
    """Ask Linux for SIGQUIT when our parent is gone: a killed test run leaves no server."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGQUIT)


def _password(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-800:].strip()
