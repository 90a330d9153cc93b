"""The typhoon takes the power amid 200 reports; then a backup, another machine, and a forger."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg
import pytest

from .phones import Phone
from .site import Site, anlan, environment, eventually
from .story import picture

pytestmark = pytest.mark.slow

REPORTS = 200
ENOUGH = 60  # answered with success: then the power goes
GRID = "331081100024007"
REPORTERS = ("sungq", "lixy", "huangl", "zhaom", "qianw", "chenj", "linh", "wangf")
SETTLE = """
import django; django.setup()
from anlan.demo.district import Clock, District
from anlan.kernel.clock import now
District(Clock(now()))
"""


@dataclass
class Night:
    """What was sent, and what was answered before the lights went out."""

    site: Site
    sent: dict[str, bytes] = field(default_factory=dict)  # origin → photo
    sender: dict[str, int] = field(default_factory=dict)  # origin → which of the reporters
    answered: dict[str, str] = field(default_factory=dict)  # origin → number


@cache
def url_at(data: Path) -> str:
    """The database's address: a socket in the data folder, the same after every start."""
    said = anlan("database", "--superuser", "--data", data, "--json")
    url: str = json.loads(said.stdout)["url"]
    return url


def url_of(site: Site) -> str:
    return url_at(site.data)


def settle(site: Site) -> None:
    """The sample district on an empty site."""
    given = {"ANLAN_DATABASE_URL": url_of(site), "ANLAN_DATA": str(site.data)}
    given |= {"DJANGO_SETTINGS_MODULE": "anlan.settings"}
    subprocess.run([sys.executable, "-c", SETTLE], env=environment() | given, check=True)


def tree_of(site: Site) -> list[int]:
    """Every process of the site, the database's included, children first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        children.setdefault(int(facts[1]), []).append(int(stat.parent.name))
    postmaster = next((site.data / "postgres").rglob("postmaster.pid"))
    found = [site.process.pid, int(postmaster.read_text().split()[0])]
    for pid in found:
        found += [child for child in children.get(pid, ()) if child not in found]
    return found[::-1]


def part_of(site: Site, part: str) -> list[int]:
    """The processes of one part of the site, or of its database."""
    if part == "database":
        at = (site.data / "postgres").rglob("postmaster.pid")
        return [int(each.read_text().split()[0]) for each in at]
    named = f"anlan.cli.processes\0{part}".encode()
    found = []
    for pid in tree_of(site):
        try:
            if named in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
        except OSError:
            continue  # gone meanwhile
    return found


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def cut_the_power(site: Site) -> None:
    kill(tree_of(site))
    site.process.communicate()


def everybody_reports(night: Night, phones: list[Phone]) -> None:
    """Two hundred at once; when enough were answered, nobody answers any more."""

    def send(number: int) -> tuple[str, int, str]:
        origin, photo, whose = str(uuid.uuid4()), picture(number), number % len(phones)
        night.sent[origin], night.sender[origin] = photo, whose
        told = phones[whose].report(photo, origin=origin, area=GRID, title=f"路面积水{number}")
        return origin, told.status, told.json()["number"]

    with ThreadPoolExecutor(REPORTS) as hands:
        running: list[Future[tuple[str, int, str]]] = [
            hands.submit(send, number) for number in range(REPORTS)
        ]
        for done in as_completed(running):
            if done.exception() is not None:
                continue  # the line went dead: nobody was told anything
            origin, status, number = done.result()
            assert status == 201
            night.answered[origin] = number
            if len(night.answered) == ENOUGH:
                cut_the_power(night.site)


@pytest.fixture(scope="module")
def night(ground: Path) -> Iterator[Night]:
    site = Site(ground / "district")
    settle(site)
    night = Night(site)
    phones = [Phone(site.port).sign_in(name) for name in REPORTERS]
    everybody_reports(night, phones)
    night.site = Site(site.data)  # the lights are on again
    yield night
    night.site.stop()


@pytest.fixture
def after(night: Night) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(url_of(night.site)) as superuser:
        yield superuser


def stored(night: Night, sha256: str) -> bytes:
    return (night.site.data / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes()


def test_the_power_went_amid_the_reports(night):
    assert ENOUGH <= len(night.answered) < REPORTS
    assert len(night.sent) == REPORTS


def test_every_report_answered_with_success_is_there_whole(night, after):
    ask = """
        SELECT m.origin, m.number, m.stage, f.sha256 FROM matters_matter m
        JOIN matters_evidence e ON e.matter_id = m.id JOIN kernel_storedfile f ON f.id = e.file_id
        JOIN kernel_trailentry t ON t.subject_kind = 'matters.matter' AND t.subject_id = m.id
         AND t.verb = 'report'
    """
    found = {str(origin).removeprefix("phone:"): rest for origin, *rest in after.execute(ask)}
    for origin, number in night.answered.items():
        assert origin in found, f"{number} was answered with success and is gone"
        photo = night.sent[origin]
        digest = hashlib.sha256(photo).hexdigest()
        assert found[origin] == [number, "REPORTED", digest]
        assert stored(night, digest) == photo


def test_none_is_half_there(night, after):
    """Those nobody was told of are there with everything, or not at all."""
    halves = {
        "a draft": "SELECT count(*) FROM matters_matter WHERE stage <> 'REPORTED'",
        "without its photo": "SELECT count(*) FROM matters_matter m WHERE NOT EXISTS"
        " (SELECT 1 FROM matters_evidence e WHERE e.matter_id = m.id)",
        "without its trace": "SELECT count(*) FROM matters_matter m WHERE NOT EXISTS"
        " (SELECT 1 FROM kernel_trailentry t WHERE t.subject_id = m.id AND t.verb = 'report'"
        " AND t.subject_kind = 'matters.matter')",
        "a trace of nothing": "SELECT count(*) FROM kernel_trailentry t WHERE t.verb = 'report'"
        " AND NOT EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = t.subject_id)",
    }
    counted = {name: after.execute(ask).fetchone() for name, ask in halves.items()}
    assert counted == dict.fromkeys(halves, (0,))
    for (sha256,) in after.execute("SELECT sha256 FROM kernel_storedfile"):
        assert hashlib.sha256(stored(night, str(sha256))).hexdigest() == sha256


def test_the_phones_send_again_and_nothing_is_doubled(night, after):
    """Also those that were stored while the answer was lost: each phone gets its own number."""
    phones = [Phone(night.site.port).sign_in(name) for name in REPORTERS]
    for origin, photo in night.sent.items():
        said = phones[night.sender[origin]].report(
            photo, origin=origin, area=GRID, title="路面积水"
        )
        assert said.status == 201, said.body.decode()[:500]
        number = said.json()["number"]
        assert night.answered.get(origin, number) == number
    assert after.execute("SELECT count(*) FROM matters_matter").fetchone() == (REPORTS,)
    doubled = "SELECT origin FROM matters_matter GROUP BY origin HAVING count(*) > 1"
    assert after.execute(doubled).fetchall() == []


# --- another machine ------------------------------------------------------------------------------


def sealed(site: Site) -> bool:
    said = anlan("trail", "verify", "--data", site.data, "--json")
    facts = json.loads(said.stdout)
    return bool(said.returncode == 0 and facts["ok"] and not facts["unsealed"])


BEATS = ("kernel_heartbeat", "kernel_announcement", "django_session", "axes_accesslog")


def rows_of(url: str) -> dict[str, tuple[object, ...] | None]:
    """How many rows each table has, and a digest over all of them."""
    ask = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with psycopg.connect(url) as superuser:
        tables = [str(name) for (name,) in superuser.execute(ask)]
        kept = [t for t in tables if t not in BEATS and not t.startswith("procrastinate")]
        assert len(kept) > 25
        return {
            table: superuser.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            ).fetchone()
            for table in kept
        }


def files_of(data: Path) -> dict[str, str]:
    """Every kept file; what lies in incoming/ was cut off on its way in and belongs to nothing."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((data / "files").rglob("*"))
        if path.is_file() and "incoming" not in path.parts
    }


@pytest.fixture(scope="module")
def elsewhere(night: Night, ground: Path) -> Iterator[tuple[Site, Path]]:
    """A backup of the running site, restored on an empty machine; and the head kept apart."""
    assert eventually(lambda: sealed(night.site))
    head, backup = ground / "head.json", ground / "district.tar.gz"
    assert anlan("trail", "head", "--data", night.site.data, "-o", head).returncode == 0
    made = anlan("backup", backup, "--data", night.site.data)
    assert made.returncode == 0, made.stderr
    back = anlan("restore", backup, "--data", ground / "elsewhere")
    assert back.returncode == 0, back.stderr
    site = Site(ground / "elsewhere")
    yield site, head
    site.stop()


def test_the_restored_machine_has_the_same_rows_files_and_trail(night, elsewhere):
    site, head = elsewhere
    assert files_of(site.data) == files_of(night.site.data)
    assert len(files_of(site.data)) >= ENOUGH
    assert rows_of(url_of(site)) == rows_of(url_of(night.site))
    assert anlan("trail", "verify", "--data", site.data, "--head", head).returncode == 0


def test_people_sign_in_on_the_restored_machine_with_their_old_passwords(elsewhere):
    site, _ = elsewhere
    assert Phone(site.port).sign_in("huangl").ask("GET", "/").status == 200


def forge(site: Site, *deeds: str) -> None:
    """A superuser of the database, past every trigger."""
    with psycopg.connect(url_of(site)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for deed in deeds:
            superuser.execute(deed)


def test_one_altered_entry_is_named(elsewhere):
    site, _ = elsewhere
    with psycopg.connect(url_of(site)) as superuser:
        middle = "SELECT entry_id FROM kernel_traillink ORDER BY position OFFSET 40 LIMIT 1"
        ((entry,),) = superuser.execute(middle).fetchall()
    change = "UPDATE kernel_trailentry SET actor = '{}' || substr(actor, 2) WHERE id = {}"
    forge(site, change.format("伪", entry))
    said = anlan("trail", "verify", "--data", site.data, "--json")
    assert said.returncode == 1
    assert json.loads(said.stdout)["broken"]["entry_id"] == entry


def test_a_tail_cut_off_is_seen_from_an_exported_head(night, ground):
    """Nothing is left that could be broken: only the head kept apart tells of the missing end."""
    head, site = ground / "evening.json", night.site
    assert eventually(lambda: sealed(site))
    assert anlan("trail", "head", "--data", site.data, "-o", head).returncode == 0
    last = "(SELECT max(position) - 5 FROM kernel_traillink)"
    forge(
        site,
        f"DELETE FROM kernel_trailentry WHERE id IN"
        f" (SELECT entry_id FROM kernel_traillink WHERE position > {last})",
        f"DELETE FROM kernel_traillink WHERE position > {last}",
    )
    alone = anlan("trail", "verify", "--data", site.data, "--json")
    assert json.loads(alone.stdout)["broken"] is None
    said = anlan("trail", "verify", "--data", site.data, "--head", head, "--json")
    assert said.returncode == 1
    assert not json.loads(said.stdout)["ok"]
