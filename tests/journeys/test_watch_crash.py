"""A storm of observations, and the machines die under it: what the broker took is in the table,
every crossing is an alarm, none is two, and all is back at once.

    .venv/bin/pytest tests/journeys/test_watch_crash.py -s

prints how long each took to be back. A thousand gauges send 5,000 points a second, one of them
twice a second over its limit, while ingest, judge and database die in turn, and at last all.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from anlan.demo.bench.ingest import processes, scene

from .site import Site, environment, eventually
from .test_power_cut import cut_the_power, kill, part_of, url_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        processes.mosquitto() is None, reason="needs mosquitto (apt-get install mosquitto)"
    ),
]

GAUGES, RATE, CROSS_EVERY = 1000, 5000, 25
VICTIMS = ("ingest", "judge", "database", "all")
LONGEST = 120.0  # seconds: on a quiet machine a tenth of it
BUILD = """
import sys, django; django.setup()
from anlan.demo.bench.ingest import scene
from anlan.kernel.clock import now
print(scene.build(int(sys.argv[1]), at=now()).streams.tolist())
"""


@dataclass
class Storm:
    """The site under load, who died, and after how many seconds it was back."""

    site: Site
    broker: dict[str, str]
    sender: subprocess.Popen[bytes]
    plan: Path
    back: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    fault: str = ""  # what the database said last

    def one(self, question: str, *given: object) -> Any:
        """One value out of the database; none while it is away."""
        try:
            with psycopg.connect(url_of(self.site), connect_timeout=5) as superuser:
                return superuser.execute(question, given).fetchone()[0]  # type: ignore[index]
        except psycopg.Error as fault:
            self.fault = str(fault)
            return None

    def newest(self) -> int:
        return self.one("SELECT coalesce(max(number), 0) FROM watch_batch") or 0

    def judged(self) -> int:
        return self.one("SELECT batch FROM watch_position WHERE reader = 'judge'") or 0

    def strike(self, victim: str) -> None:
        """When everything is at work, somebody dies; then until everything is at work again."""
        before = self.newest()
        assert eventually(lambda: self.goes_on(before), LONGEST), self.where_it_stands()
        begun = time.monotonic()
        if victim == "all":
            cut_the_power(self.site)
            died = None
            self.site = Site(self.site.data, **self.broker)
        else:
            died = part_of(self.site, victim)
            assert died
            kill(died)
        assert eventually(lambda: self.newest() > 0, LONGEST), self.where_it_stands()
        since = self.newest()
        assert eventually(
            lambda: part_of(self.site, victim) != died and self.goes_on(since), LONGEST
        ), f"{victim}: {self.where_it_stands()}"
        self.back[victim] = round(time.monotonic() - begun, 1)

    def goes_on(self, before: int) -> bool:
        """More was stored since, and judged."""
        return self.newest() > before and self.judged() > before

    def settle(self) -> None:
        self.sender.terminate()
        self.sender.wait(LONGEST)
        self.told = json.loads(self.plan.with_suffix(".told.json").read_text())
        stored = "SELECT coalesce(sum(points), 0) FROM watch_batch"
        assert eventually(lambda: (self.one(stored) or 0) >= self.told["points"], LONGEST)
        assert eventually(lambda: self.judged() >= self.newest() > 0, LONGEST)

    def where_it_stands(self) -> str:
        logs = self.site.data / "logs"
        tail = {each.name: each.read_text()[-1500:] for each in logs.glob("*.log")}
        if self.site.process.poll() is not None and self.site.process.stderr:
            return f"the site ended: {self.site.process.stderr.read()}"
        stands = f"back {self.back}; batch {self.newest()}, judged {self.judged()}; {self.fault}"
        return f"{stands}; {tail}"


@pytest.fixture(scope="module")
def storm(ground: Path) -> Iterator[Storm]:
    data = ground / "storm"
    scene.catalogues(data / "catalogues")
    data.chmod(0o711)
    with processes.broker(ground / "broker") as port:
        given = {"ANLAN_MQTT_URL": f"mqtt://127.0.0.1:{port}", "ANLAN_DISK_RESERVE_MB": "1"}
        site = Site(data, **given)
        plan = ground / "plan.json"
        plan.write_text(json.dumps(_plan(site, port)))
        command = [sys.executable, "-m", "anlan.demo.bench.ingest.sending", str(plan)]
        sender = subprocess.Popen(command, env=environment())
        storm = Storm(site, given, sender, plan)
        try:
            for victim in VICTIMS:
                storm.strike(victim)
            storm.settle()
            yield storm
        finally:
            sender.kill()
            sender.wait()
            storm.site.stop()


def _plan(site: Site, port: int) -> dict[str, object]:
    given = {"ANLAN_DATABASE_URL": url_of(site), "ANLAN_DATA": str(site.data)}
    given |= {"DJANGO_SETTINGS_MODULE": "anlan.settings"}
    said = subprocess.run(
        [sys.executable, "-c", BUILD, str(GAUGES)],
        env=environment() | given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return {
        "port": port, "key": scene.KEY, "streams": json.loads(said.stdout), "rate": RATE,
        "cross_every": CROSS_EVERY, "seconds": 10 * LONGEST,
    }  # fmt: skip


def rows(storm: Storm, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url_of(storm.site)) as superuser:
        return superuser.execute(question).fetchall()


def test_each_died_under_load_and_was_back(storm, capsys):
    with capsys.disabled():
        print(f"\n{json.dumps({'back_s': storm.back, 'points': storm.told['points']})}")  # noqa: T201
    assert set(storm.back) == set(VICTIMS)
    assert storm.told["points"] > 10 * RATE


def test_every_point_that_was_acknowledged_is_there_once(storm):
    assert storm.told["acknowledged"] == storm.told["points"]
    asked = "SELECT count(*), count(DISTINCT (stream_id, at)) FROM watch_observation"
    assert rows(storm, asked) == [(storm.told["points"], storm.told["points"])]
    told = "SELECT sum(points) FROM watch_batch"
    assert rows(storm, told) == [(storm.told["points"],)]


def test_every_crossing_is_an_alarm_and_none_is_two(storm):
    asked = "SELECT stream_id, (extract(epoch FROM raised_at) * 1000000)::int8 FROM watch_alarmpart"
    raised = Counter(rows(storm, asked))
    crossed = {(stream, at) for stream, at in storm.told["crossed"]}
    assert len(crossed) > 10
    assert crossed - raised.keys() == set(), "an alarm was lost"
    assert raised.keys() - crossed == set(), "an alarm of nothing"
    assert {key: many for key, many in raised.items() if many > 1} == {}


def test_nobody_was_told_twice(storm):
    asked = """
        SELECT count(*), count(DISTINCT subject_id) FROM kernel_trailentry
         WHERE subject_kind = 'watch.alarm' AND verb = '{}'
    """
    for verb in ("raise_changes", "clear"):
        ((many, alarms),) = rows(storm, asked.format(verb))
        assert many == alarms > 0, verb
