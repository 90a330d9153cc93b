"""The typhoon takes the machines while hundreds are being called: nobody is left out, nobody is
rung more than once more for each crash.

    .venv/bin/pytest tests/journeys/test_callup_crash.py -s
    ANLAN_CRASHES=10 ANLAN_CRASH_SEED=7 .venv/bin/pytest tests/journeys/test_callup_crash.py -s

The first is what bin/check does: four crashes, one of each process. The second: ten at random
points. Both print how often a phone rang twice for one message. The network is one that rings again
when it is asked again, so that every duplicate of ours is seen.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg
import pytest

from .site import Site, environment, eventually
from .test_power_cut import cut_the_power, kill, part_of, url_of

pytestmark = pytest.mark.slow

PEOPLE = 120
CRASHES = int(os.environ.get("ANLAN_CRASHES", "4"))
SEED = int(os.environ.get("ANLAN_CRASH_SEED", "3"))
VICTIMS = ("gateways", "worker", "database", "web")
SETTLED_WITHIN = 120.0 + 20 * CRASHES  # seconds; on a quiet machine a tenth of it

# The shipped profile in a hurry, and a network in which everything goes wrong a little.
PROFILE = """
life_safety:
  label: 生命安全叫应
  life_safety: yes
  steps:
    - {label: 同时, channels: [APP, SMS, VOICE], tries: 1, retry_after: 5}
    - {label: 再打, channels: [VOICE], tries: 1, retry_after: 5}
  pass_on_after: 8
  by_hand_after: 10
  unreached_after: 3600
  next: [deputy, superior, duty_leader]
"""
LINES = """
sms:
  label: 模拟短信
  world: LIVE
  kind: simulated
  channels: [SMS]
  rate: 10
  behaviour: &people {silent: 0.2, dead: 0.05, loss: 0.02, wrong: 0, off: 0, dedupes: no,
    by_sms: 0.6, reply_after: 4, ring: 1, talk: 1, rings_out: 2, answers_after: 0.4, reports: 0.5}
voice:
  label: 模拟语音
  world: LIVE
  kind: simulated
  channels: [VOICE]
  rate: 10
  lines: 30
  behaviour: *people
"""
CALL_THEM = """
import sys, django; django.setup()
from anlan.callup import actions
from anlan.demo.bench.callup.people import Crowd
from anlan.demo.district import Clock, District
from anlan.kernel.clock import now
district = District(Clock(now()))
crowd = Crowd(district, int(sys.argv[1]))
crowd.entitle(now())
callup = crowd.submitted(now())
print(actions.approve(callup, by=district.zhou_chief, at=now()))
"""


@dataclass
class Storm:
    """The site, and which of its processes died when."""

    site: Site
    died: list[str] = field(default_factory=list)
    in_hand: list[int] = field(default_factory=list)  # messages, when it died

    def kill(self, victim: str) -> None:
        self.in_hand.append(self._wait_until_something_is_in_hand())
        self.died.append(victim)
        if victim == "all":
            cut_the_power(self.site)
            self.site = Site(self.site.data)
            return
        kill(part_of(self.site, victim))

    def _wait_until_something_is_in_hand(self) -> int:
        """A little: the worst moment is when phones ring and nobody has written it down."""
        until = time.monotonic() + 2.0
        while not (held := self._held()) and time.monotonic() < until:
            time.sleep(0.02)
        return held

    def _held(self) -> int:
        try:
            held = "SELECT count(*) FROM callup_attempt WHERE state = 'CLAIMED'"
            return int(str(ask(self, held)[0][0]))
        except psycopg.Error:
            return 0


def points(seed: int, crashes: int) -> Iterator[tuple[float, str]]:
    """When something dies and what: everything once, in an order of the seed, and again.

    After a round all dies at once: a supervisor that sees one process fail three times in half a
    minute rightly stops, and what is tried here is the crash and not the supervisor.
    """
    dice = Random(seed)
    while crashes > 0:
        round_ = [*dice.sample(VICTIMS, len(VICTIMS)), "all"][:crashes]
        for victim in round_:
            yield dice.uniform(0.1, 2.0), victim
        crashes -= len(round_)


def ask(storm: Storm, question: str) -> list[tuple[object, ...]]:
    """Of the database, which may just be gone."""
    with psycopg.connect(url_of(storm.site), connect_timeout=5) as superuser:
        return superuser.execute(question).fetchall()


def settled(storm: Storm) -> bool:
    try:
        ((open_,),) = ask(storm, "SELECT count(*) FROM callup_called WHERE state = 'CALLING'")
        busy = "SELECT count(*) FROM callup_attempt WHERE state IN ('QUEUED', 'CLAIMED')"
        ((queued,),) = ask(storm, busy)
    except psycopg.Error:
        return False
    return open_ == queued == 0


@pytest.fixture(scope="module")
def storm(ground: Path) -> Iterator[Storm]:
    data = ground / "typhoon"
    (data / "catalogues").mkdir(parents=True)
    data.chmod(0o711)
    (data / "catalogues" / "callup.yaml").write_text(PROFILE, encoding="utf-8")
    (data / "catalogues" / "gateways.yaml").write_text(LINES, encoding="utf-8")
    storm = Storm(Site(data))
    given = {"ANLAN_DATABASE_URL": url_of(storm.site), "ANLAN_DATA": str(data)}
    given |= {"DJANGO_SETTINGS_MODULE": "anlan.settings"}
    command = [sys.executable, "-c", CALL_THEM, str(PEOPLE)]
    said = subprocess.run(command, env=environment() | given, capture_output=True, text=True)
    assert said.stdout.strip() == str(PEOPLE), said.stderr
    for pause, victim in points(SEED, CRASHES):
        time.sleep(pause)
        storm.kill(victim)
    assert eventually(lambda: settled(storm), SETTLED_WITHIN), where_it_stands(storm)
    yield storm
    storm.site.stop()


def where_it_stands(storm: Storm) -> str:
    rows = ask(storm, "SELECT state, count(*) FROM callup_called GROUP BY 1")
    rows += ask(storm, "SELECT channel || state, count(*) FROM callup_attempt GROUP BY 1")
    return f"after {storm.died}: {rows}"


def rings(storm: Storm) -> Counter[str]:
    """How often a phone rang for each message, by the network's own memory."""
    place = storm.site.data / "simulated" / "network.sqlite3"
    with closing(sqlite3.connect(place)) as network:
        return Counter(ref for (ref,) in network.execute("SELECT ref FROM rang"))


def test_everything_died_as_it_was_meant_to(storm):
    assert len(storm.died) == CRASHES
    assert set(VICTIMS) <= set(storm.died)
    assert sum(storm.in_hand) > 0, "nothing died over a message: this tried nothing"


def test_nobody_is_left_out(storm):
    """Everyone has answered, was passed on, or stands on the list of those to be rung by hand."""
    own = "SELECT state, count(*) FROM callup_called WHERE stands_in_for_id IS NULL GROUP BY 1"
    found = {str(state): int(str(count)) for state, count in ask(storm, own)}
    assert sum(found.values()) == PEOPLE
    assert set(found) <= {"ANSWERED", "PASSED_ON", "BY_HAND", "UNREACHED"}
    assert found["ANSWERED"] > PEOPLE / 3
    lost = """
        SELECT count(*) FROM callup_called c
         WHERE c.stands_in_for_id IS NULL AND c.state <> 'ANSWERED' AND NOT EXISTS
         (SELECT FROM callup_attempt a WHERE a.called_id = c.id AND a.channel = 'SMS'
           AND a.handed_at IS NOT NULL)
    """
    ((never,),) = ask(storm, lost)
    assert never == 0, "somebody's message never left the house"


def test_what_the_tables_say_went_out_is_what_the_network_got(storm):
    place = storm.site.data / "simulated" / "network.sqlite3"
    with closing(sqlite3.connect(place)) as network:
        got = {ref for (ref,) in network.execute("SELECT DISTINCT ref FROM handed")}
    sent = "SELECT ref FROM callup_attempt WHERE handed_at IS NOT NULL AND channel <> 'APP'"
    told = {str(ref) for (ref,) in ask(storm, sent)}
    assert told <= got
    # In hand when something died, and its person answered another way before it was taken again.
    spared = {
        str(ref): state
        for ref, state, claims in ask(storm, "SELECT ref, state, claims FROM callup_attempt")
        if state in ("CANCELLED", "DONE") and claims
    }
    assert got - told <= set(spared)


def test_nobody_is_rung_for_the_same_step_more_than_once_more_for_each_crash(storm, capsys):
    rang = rings(storm)
    again = {ref: count - 1 for ref, count in rang.items() if count > 1}
    told = {
        "crashes": storm.died,
        "people": PEOPLE,
        "rang": rang.total(),
        "in_hand": storm.in_hand,
        "duplicates": sum(again.values()),
        "most_for_one": max(rang.values()),
    }
    with capsys.disabled():
        print(f"\n{json.dumps(told)}")  # noqa: T201 (what bin/check shows)
    assert max(rang.values()) <= 1 + len(storm.died)
    # Nor more than what was in hand when something died, as far as one look can tell.
    assert sum(again.values()) <= sum(storm.in_hand) + 20 * len(storm.died)


def test_each_step_has_one_message_however_often_the_engine_died(storm):
    twice = """
        SELECT called_id, step, channel, tries FROM callup_attempt
         GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
    """
    assert ask(storm, twice) == []
    assert ask(storm, "SELECT person_id FROM callup_called GROUP BY 1 HAVING count(*) > 1") == []
