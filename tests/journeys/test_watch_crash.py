"""A storm of observations, and the machines die under it: what the broker took is in the table,
every crossing is an alarm, none is two, and all is back at once.

    .venv/bin/pytest tests/journeys/test_watch_crash.py -s
    ANLAN_CRASHES=8 ANLAN_CRASH_SEED=7 ANLAN_CRASH_RATE=50000 .venv/bin/pytest ... -s
    ANLAN_CRASHES=4 ANLAN_CRASH_RATE=50000 ANLAN_CRASH_AFTER=75 .venv/bin/pytest ... -s

The first is what bin/check does: a thousand gauges send 5,000 points a second, one of them twice a
second over its limit, while ingest, judge and database die in turn, each once. The second: again
and again, all at once among them, under more. The third: each after more than a minute of it, when
there is a long log to be read. All print how many seconds it took each time until
points were stored, and judged, again.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
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

GAUGES = 1000
RATE = int(os.environ.get("ANLAN_CRASH_RATE", "5000"))  # points a second
CROSS_EVERY = RATE // 200  # messages of a hundred points: two crossings a second
CRASHES = int(os.environ.get("ANLAN_CRASHES", "3"))
AFTER = float(os.environ.get("ANLAN_CRASH_AFTER", "0"))  # seconds of load before each, at least
SEED = int(os.environ.get("ANLAN_CRASH_SEED", "3"))
VICTIMS = ("ingest", "judge", "database", "all")
LONGEST = 120.0  # seconds: no test of how fast a machine is; what it took is printed
BUILD = """
import sys, django; django.setup()
from anlan.demo.bench.ingest import scene
from anlan.kernel.clock import now
print(scene.build(int(sys.argv[1]), at=now()).streams.tolist())
"""


@dataclass
class Storm:
    """The site under load, who died, and how long nothing was stored or judged."""

    site: Site
    broker: dict[str, str]
    sender: subprocess.Popen[bytes]
    plan: Path
    died: list[str] = field(default_factory=list)
    away: list[dict[str, Any]] = field(default_factory=list)  # seconds
    told: dict[str, Any] = field(default_factory=dict)
    fault: str = ""  # what the database said last

    def strike(self, victim: str, pause: float) -> None:
        """When everything is at work, somebody dies; then until everything is at work again."""
        before = self.newest() or 0
        self._until(lambda: self.stored_since(before) and self.judged_since(before), victim)
        time.sleep(pause)
        life = self.life_of(victim)
        begun = time.monotonic()
        if victim == "all":
            cut_the_power(self.site)
            self.site = Site(self.site.data, **self.broker)
        else:
            kill(part_of(self.site, victim))
        self.died.append(victim)
        self._until(lambda: self.life_of(victim) not in (life, None, []), victim)
        # What is asked only now cannot have been in flight when it died.
        self._until(lambda: self.newest() is not None, victim)
        since = self.newest() or 0
        self._until(lambda: self.stored_since(since), victim)
        stored = time.monotonic() - begun
        self._until(lambda: self.judged_since(since), victim)
        told = {"stored": round(stored, 1), "judged": round(time.monotonic() - begun, 1)}
        self.away.append({"died": victim, **told})

    def life_of(self, victim: str) -> object:
        """Something that is another one after a restart; none or nothing while it is away."""
        if victim == "database":
            return self.one("SELECT pg_postmaster_start_time()")
        return part_of(self.site, "judge" if victim == "all" else victim)

    def newest(self) -> int | None:
        found: int | None = self.one("SELECT coalesce(max(number), 0) FROM watch_batch")
        return found

    def stored_since(self, before: int) -> bool:
        return (self.newest() or 0) > before

    def judged_since(self, before: int) -> bool:
        return (self.judged() or 0) > before

    def judged(self) -> int | None:
        found: int | None = self.one("SELECT batch FROM watch_position WHERE reader = 'judge'")
        return found

    def settle(self) -> None:
        """No more is sent; all that was sent is stored and judged."""
        self.sender.terminate()
        self.sender.wait(LONGEST)
        self.told = json.loads(self.plan.with_suffix(".told.json").read_text())
        stored = "SELECT coalesce(sum(points), 0) FROM watch_batch"
        self._until(lambda: (self.one(stored) or 0) >= self.told["points"], "settling")
        self._until(lambda: (self.judged() or 0) >= (self.newest() or 1), "settling")

    def one(self, question: str) -> Any:
        """One value out of the database; none while it is away."""
        try:
            with psycopg.connect(url_of(self.site), connect_timeout=5) as superuser:
                row = superuser.execute(question).fetchone()
        except psycopg.Error as fault:
            self.fault = str(fault)
            return None
        return row[0] if row else None

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        assert eventually(holds, LONGEST), f"{what}: {self._where_it_stands()}"

    def _where_it_stands(self) -> str:
        logs = self.site.data / "logs"
        tail = {each.name: each.read_text()[-1500:] for each in logs.glob("*.log")}
        if self.site.process.poll() is not None and self.site.process.stderr:
            return f"the site ended: {self.site.process.stderr.read()}"
        stands = f"back {self.away}; batch {self.newest()}, judged {self.judged()}; {self.fault}"
        return f"{stands}; {tail}"


@pytest.fixture(scope="module")
def storm(ground: Path) -> Iterator[Storm]:
    data, dice = ground / "storm", Random(SEED)
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
            for number in range(CRASHES):
                storm.strike(VICTIMS[number % len(VICTIMS)], AFTER + dice.uniform(0.1, 2.0))
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
        "cross_every": CROSS_EVERY, "seconds": 3600,
    }  # fmt: skip


def rows(storm: Storm, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url_of(storm.site)) as superuser:
        return superuser.execute(question).fetchall()


def parts(storm: Storm, which: str = "true") -> Counter[tuple[int, int]]:
    """Of alarms: which stream rose when, and how often that was said."""
    when = "(extract(epoch FROM raised_at) * 1000000)::int8"
    asked = f"SELECT stream_id, {when} FROM watch_alarmpart WHERE {which}"
    return Counter(rows(storm, asked))


def crossings(storm: Storm) -> list[tuple[int, int]]:
    return [(stream, at) for stream, at in storm.told["crossed"]]


def test_each_died_under_load_and_was_back(storm, capsys):
    told = {"away_s": storm.away, "points": storm.told["points"], "rate": RATE}
    told["crossings"] = len(storm.told["crossed"])
    with capsys.disabled():
        print(f"\n{json.dumps(told)}")  # noqa: T201 (what bin/check shows)
    assert len(storm.died) == CRASHES
    assert storm.told["points"] > RATE * CRASHES


def test_every_point_that_was_acknowledged_is_there_once(storm):
    assert storm.told["acknowledged"] == storm.told["points"]
    asked = "SELECT count(*), count(DISTINCT (stream_id, at)) FROM watch_observation"
    assert rows(storm, asked) == [(storm.told["points"], storm.told["points"])]
    told = "SELECT sum(points) FROM watch_batch"
    assert rows(storm, told) == [(storm.told["points"],)]


def test_every_crossing_is_an_alarm_and_none_is_two(storm):
    raised, crossed = parts(storm), set(crossings(storm))
    assert len(crossed) > 2 * CRASHES
    assert crossed - raised.keys() == set(), "an alarm was lost"
    assert raised.keys() - crossed == set(), "an alarm of nothing"
    assert {key: many for key, many in raised.items() if many > 1} == {}


def test_every_alarm_ended_when_its_stream_fell(storm):
    """But for the last ones, whose fall was not sent any more."""
    still = set(parts(storm, "over_at IS NULL"))
    assert still <= set(crossings(storm)[-2:])


def test_nobody_was_told_twice(storm):
    asked = """
        SELECT count(*), count(DISTINCT subject_id) FROM kernel_trailentry
         WHERE subject_kind = 'watch.alarm' AND verb = '{}'
    """
    for verb in ("raise_changes", "clear"):
        ((many, alarms),) = rows(storm, asked.format(verb))
        assert many == alarms > 0, verb
    (raised,) = rows(storm, "SELECT count(*) FROM watch_alarm")
    assert raised == rows(storm, asked.format("raise_changes"))[0][:1]
