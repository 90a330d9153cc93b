"""What a site says in its environment is what the program does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anlan import settings


def test_a_socket_address_with_its_folder_and_a_difficult_password():
    found = settings._database(
        "postgresql://anlan:p%40ss%2Fword@/anlan?host=%2Fsrv%2Frun&port=5433"
    )
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/srv/run", "5433", "anlan")
    assert (found["USER"], found["PASSWORD"]) == ("anlan", "p@ss/word")
    assert found["OPTIONS"] == {}


def test_a_server_elsewhere_keeps_its_options():
    found = settings._database("postgresql://a@db.wenling.example:6432/emergency?sslmode=require")
    assert (found["HOST"], found["PORT"]) == ("db.wenling.example", "6432")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_only_web_processes_have_a_pool(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANLAN_POOL", "8")
    options = settings._database("postgresql:///anlan")["OPTIONS"]
    assert options == {"pool": {"min_size": 1, "max_size": 8, "timeout": 30}}


def secret_key_of(data: Path) -> str:
    """As a process of its own reads it."""
    code = "from anlan import settings; print(settings.SECRET_KEY)"
    inherited = {key: value for key, value in os.environ.items() if key != "ANLAN_SECRET_KEY"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**inherited, "ANLAN_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_site_keeps_its_own_secret_and_no_folder_is_made_by_looking(tmp_path):
    assert secret_key_of(tmp_path) == secret_key_of(tmp_path)
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert secret_key_of(tmp_path / "nowhere") != secret_key_of(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_the_typefaces_of_the_site_lie_where_it_says(tmp_path: Path):
    (tmp_path / "fonts").mkdir()
    asked = "import os; from anlan import settings; print(*settings.ANLAN_FONTS, sep=os.pathsep)"
    environment = {"ANLAN_DATA": str(tmp_path), "ANLAN_FONTS": "/srv/faces", "PATH": "/usr/bin"}
    said = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    ).stdout.strip()
    assert said == f"/srv/faces:{tmp_path / 'fonts'}"
