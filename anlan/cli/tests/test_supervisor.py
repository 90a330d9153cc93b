"""The processes of one machine: what dies comes back, what cannot live stops the house."""

import sys
import time
from pathlib import Path

import pytest

from anlan.cli import supervisor
from anlan.cli.supervisor import Part, Supervisor
from anlan.kernel.database import Server
from anlan.kernel.errors import Refused

ALIVE = [sys.executable, "-c", "import time; time.sleep(60)"]


class Shaky(Server):
    """A database that had died when somebody looked."""

    def __init__(self, data: Path) -> None:
        super().__init__("postgresql://", "postgresql://", data)
        self.deaths = 1

    def revive(self) -> bool:
        self.deaths -= 1
        return self.deaths == 0


@pytest.fixture
def server(tmp_path: Path) -> Shaky:
    return Shaky(tmp_path)


def died(part: Part) -> bool:
    until = time.monotonic() + 30
    while part.died() is None and time.monotonic() < until:
        time.sleep(0.02)
    return part.died() is not None


def test_a_part_that_was_killed_is_started_again(server, capfd):
    web = Part("网页", ALIVE, {})
    with Supervisor(server, [web]) as keeper:
        assert web.process
        first = web.process.pid
        web.process.kill()
        assert died(web)
        keeper.look()
        assert web.process.pid != first
        assert web.died() is None
    assert web.died() is not None
    assert "网页进程意外退出" in capfd.readouterr().err


def test_a_database_that_had_died_is_announced(server, capfd):
    with Supervisor(server, []) as keeper:
        keeper.look()
    assert "数据库曾意外停止" in capfd.readouterr().err


def test_a_part_that_cannot_start_stops_the_house_and_names_its_log(server, tmp_path):
    code = "import sys; print('端口被占用'); sys.exit(3)"
    broken = Part("后台", [sys.executable, "-c", code], {}, tmp_path / "logs" / "worker.log")
    with Supervisor(server, [broken]) as keeper:
        for _ in range(supervisor.FAILURES - 1):
            assert died(broken)
            keeper.look()
        assert died(broken)
        with pytest.raises(Refused, match="退出码 3") as refusal:
            keeper.look()
    assert "worker.log" in refusal.value.mend
    assert (tmp_path / "logs" / "worker.log").read_text().count("端口被占用") == 3
    assert (tmp_path / "logs" / "worker.log").stat().st_mode & 0o777 == 0o600


def test_lines_that_cannot_start_leave_the_site_standing_and_are_tried_again(
    server, tmp_path, monkeypatch, capfd
):
    monkeypatch.setattr(supervisor, "LATER", 0.0)
    mended = tmp_path / "mended"
    code = f"import os, sys, time; os.path.exists({str(mended)!r}) or sys.exit(4); time.sleep(60)"
    web = Part("网页", ALIVE, {})
    lines = Part("线路", [sys.executable, "-c", code], {}, vital=False)
    with Supervisor(server, [web, lines]) as keeper:
        keeper.look()
        assert lines.process is None  # the first page is not kept waiting by the others
        keeper.start_others()
        for _ in range(supervisor.FAILURES):
            assert died(lines)
            keeper.look()
        assert lines.process is None
        assert web.died() is None
        mended.touch()
        keeper.look()
        assert lines.process is not None
    said = capfd.readouterr().err
    assert said.count("其余照常运行") == 1
    assert "退出码 4" in said


def test_lines_that_run_alone_on_a_machine_and_cannot_start_stop_it(server, tmp_path):
    lines = Part("线路", [sys.executable, "-c", "raise SystemExit(4)"], {}, vital=False)
    with Supervisor(server, [lines]) as keeper:
        for _ in range(supervisor.FAILURES - 1):
            assert died(lines)
            keeper.look()
        assert died(lines)
        with pytest.raises(Refused, match="退出码 4"):
            keeper.look()


def test_a_long_log_makes_room_for_a_new_one(server, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "LONGEST_LOG", 10)
    log = tmp_path / "logs" / "web.log"
    log.parent.mkdir()
    log.write_text("much too long")
    with Supervisor(server, [Part("网页", ALIVE, {}, log)]):
        assert log.read_text() == ""
    assert log.with_suffix(".old.log").read_text() == "much too long"


def test_what_ignores_the_request_to_stop_is_killed_with_its_children(server, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    deaf = Part("后台", [sys.executable, "-c", code], {})
    with Supervisor(server, [deaf]):
        time.sleep(0.5)  # until it does not listen any more
    assert deaf.process
    assert deaf.process.returncode != 0
