"""A clerk at the terminal of the bureau's machine: the real program, as it is typed."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .site import Site, anlan, eventually, processes_of

COMMANDS = ("up", "demo", "import", "figures", "audit", "trail", "cap")
COMMANDS += ("backup", "restore", "doctor", "bench")
REPORTED = (
    "INSERT INTO kernel_trailentry (subject_kind, subject_id, verb, actor, office, at, note)"
    " SELECT 'matters.matter', n, 'report', '陈海波', '', now(), '{}' FROM generate_series(1, 50) n"
)


@pytest.fixture(scope="module")
def site(ground: Path) -> Iterator[Site]:
    running = Site(ground / "bureau")
    yield running
    running.stop()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    said = anlan(command, "--help")
    assert said.returncode == 0
    assert f"anlan {command}" in said.stdout


@pytest.mark.parametrize(
    "words",
    [(), ("climb",), ("import", "hazard", "/nowhere.xlsx"), ("bench", "nothing"), ("figures",)],
)
def test_what_is_asked_wrongly_is_answered_with_two(words):
    assert anlan(*words).returncode == 2


def test_without_a_site_the_answer_is_no_and_the_mend(ground):
    said = anlan("trail", "verify", "--data", ground / "nowhere")
    assert said.returncode == 1
    assert "anlan up" in said.stderr
    as_json = anlan("trail", "verify", "--data", ground / "nowhere", "--json")
    assert json.loads(as_json.stdout)["ok"] is False
    assert not (ground / "nowhere").exists()


def test_a_second_start_on_the_same_data_says_where_the_first_one_is(site):
    said = anlan("up", "--data", site.data, "--port", "0")
    assert said.returncode == 1
    assert site.facts["url"] in said.stderr


def test_a_port_that_is_taken_is_named(site, ground):
    said = anlan("up", "--data", ground / "other", "--port", str(site.port))
    assert said.returncode == 1
    assert f"127.0.0.1:{site.port}" in said.stderr
    assert "--port" in said.stderr


def test_the_doctor_finds_a_running_site_healthy(site):
    def healthy() -> bool:
        return anlan("doctor", "--data", site.data, "--json").returncode == 0

    assert eventually(healthy), anlan("doctor", "--data", site.data).stdout


def test_a_web_process_that_is_killed_comes_back(site):
    before = site.children()
    os.kill(before[0], signal.SIGKILL)
    assert eventually(lambda: before[0] not in site.children() and site.answers())


def test_the_trail_is_proved_and_whoever_alters_it_is_found(site, ground):
    url = json.loads(anlan("database", "--superuser", "--data", site.data, "--json").stdout)["url"]
    with psycopg.connect(url) as superuser:
        superuser.execute(REPORTED)

    def verdict(*more: str | Path) -> dict[str, Any]:
        said = anlan("trail", "verify", "--data", site.data, "--json", *more)
        facts: dict[str, Any] = json.loads(said.stdout)
        assert said.returncode == (0 if facts["ok"] else 1)
        return facts

    assert eventually(lambda: verdict()["links"] >= 50 and not verdict()["unsealed"])
    head = ground / "head.json"
    assert anlan("trail", "head", "--data", site.data, "-o", head).returncode == 0
    assert verdict("--head", head)["ok"]

    backup = ground / "before.tar.gz"
    assert anlan("backup", backup, "--data", site.data).returncode == 0

    with psycopg.connect(url) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE kernel_trailentry SET actor = '别人' WHERE subject_id = 7")
        ((altered,),) = superuser.execute("SELECT id FROM kernel_trailentry WHERE subject_id = 7")
    assert verdict()["broken"]["entry_id"] == altered

    # The backup from before brings the unaltered trail back on another machine.
    again = anlan("restore", backup, "--data", ground / "again")
    assert again.returncode == 0, again.stderr
    proved = anlan("trail", "verify", "--data", ground / "again", "--head", head, "--json")
    assert json.loads(proved.stdout)["ok"]


def test_ctrl_c_stops_everything_the_data_is_kept_and_a_kill_leaves_nothing_behind(ground):
    site = Site(ground / "evening")
    assert site.answers()
    assert processes_of(site.data)
    assert site.stop() == 0
    assert processes_of(site.data) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", site.port)) != 0
    assert not (site.data / "postgres" / "data" / "postmaster.pid").exists()

    site = Site(ground / "evening")
    assert site.answers()

    # And after a kill nothing lingers, and the next start works.
    site.process.kill()
    site.process.communicate()
    assert eventually(lambda: processes_of(site.data) == [])
    site = Site(ground / "evening")
    assert site.answers()
    assert site.stop() == 0
