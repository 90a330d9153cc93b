"""A drill is under way, and a provider's real endpoint listens beside it.

Through no door does a word of the drill get there. A real call-up afterwards does, so that the
silence before means something.
"""

import json
from uuid import uuid4

import pytest
from django.test import Client

from anlan.callup import actions, sweeps
from anlan.callup.models import Attempt, Callup
from anlan.callup.tests.conftest import Storm, grid_charge  # noqa: F401 (a fixture)
from anlan.formats import signatures
from anlan.gateways.running import Running, Starting
from anlan.gateways.simulated import Network, Simulated
from anlan.gateways.tests.outside import provider
from anlan.kernel import catalogues
from anlan.kernel.clock import moved
from anlan.kernel.errors import Refused
from anlan.web.tests.chairs import Chair
from anlan.wiring import lines

SECRET = "dian-xin-mi-yao"
CATALOGUE = """
telecom:
  label: 电信短信
  world: LIVE
  kind: sms_http
  channels: [SMS]
  rate: 1000
  url: "{url}"
  secret_env: ANLAN_TELECOM
  link_domains: [a.wl.gov.cn]
  templates: [{{id: A, text: "{{words}}"}}]
drill:
  label: 演练线路
  world: {world}
  kind: {kind}
  channels: [SMS]
  rate: 1000
  {more}
"""


class Outside:
    """The provider, the lines of the site, and the clock that both go by."""

    def __init__(self, kept, storm, network, folder) -> None:
        self.kept, self.storm, self.network, self.folder = kept, storm, network, folder
        self.write()
        actions.load_lines(lines.entries().values(), at=storm.clock.now())

    def write(self, world="DRILL", kind="simulated", more="lines: 1") -> None:
        text = CATALOGUE.format(url=self.kept.url, world=world, kind=kind, more=more)
        (self.folder / "gateways.yaml").write_text(text, encoding="utf-8")
        catalogues.reload()

    def telecom(self) -> Running:
        """The live line as a process that has just started makes it."""
        starting = Starting(lines.entries()["telecom"])
        running = starting._made()
        running.read_clock = self.storm.clock.now
        return running

    def drill(self) -> Running:
        entry = lines.entries()["drill"]
        return Running(entry, Simulated(entry, self.network), read_clock=self.storm.clock.now)

    def says(self, door: str, row: dict) -> int:
        """The provider's own word to us, well signed."""
        path = f"/gateways/{door}/telecom/"
        body = json.dumps({"receipts" if door == "receipt" else "messages": [row]}).encode()
        at = self.storm.clock.now()
        asked = signatures.Asked("POST", path, body)
        headers = signatures.sign(asked, SECRET, nonce=uuid4().hex, at=at)
        with moved(at):
            answer = Client().post(path, body, content_type="application/json", headers=headers)
        return answer.json()["news"]


@pytest.fixture
def storm(district, clock):
    return Storm(district, clock)


@pytest.fixture
def outside(storm, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("ANLAN_TELECOM", SECRET)
    settings.ANLAN_CATALOGUES = tmp_path
    network = Network(tmp_path / "network.sqlite3")
    with provider() as kept:
        yield Outside(kept, storm, network, tmp_path)
    network.close()
    catalogues.reload()


@pytest.fixture
def exercise(outside, storm, grid_charge):  # noqa: F811
    """Written on the drill's own page, with every flag sent along that says otherwise."""
    officer = Chair(storm.district.chen_section, storm.district)
    given = {
        "title": "每月一练", "hazard": "rainstorm", "colour": "", "words": "", "profile": "drill",
        "area": [storm.district.taiping.code],
        "world": "LIVE", "drill": "", "is_drill": "false", "line": "telecom", "standing": "1",
    }  # fmt: skip
    assert officer.post("/callups/drill/?world=LIVE&drill=0", given).status_code == 302
    callup = Callup.objects.get()
    officer.post(f"/callups/{callup.number}/start/?world=LIVE", {"world": "LIVE"})
    callup.refresh_from_db()
    assert (callup.world, callup.stage) == ("DRILL", "RUNNING")
    return callup


def test_through_no_door_does_a_drill_reach_a_live_gateway(outside, storm, exercise):
    waiting = Attempt.objects.filter(called__callup=exercise, channel="SMS", state="QUEUED")
    assert waiting.count() >= 2
    outside.telecom().round()
    _the_process_dies_and_another_takes_up_what_was_left(outside, storm)
    _the_drills_own_line_is_down_and_people_are_passed_on(outside, storm)
    _the_provider_asks_for_it_by_name(outside, waiting.first())
    assert not exercise.called.filter(state="ANSWERED").exists()
    _somebody_makes_the_drills_line_a_real_one(outside, storm)
    outside.telecom().round()
    assert outside.kept.asked == [], "not a word of it"

    outside.drill().round()
    assert outside.network.rang(), "the drill itself went on, in its own world"
    assert outside.kept.asked == []
    real = storm.called(storm.district.taiping)
    outside.telecom().round()
    texts = [each["text"] for each in outside.kept.messages()]
    assert len(texts) == Attempt.objects.filter(called__callup=real, channel="SMS").count() > 0
    assert not any("演练" in text for text in texts)


def _the_process_dies_and_another_takes_up_what_was_left(outside, storm):
    assert actions.claim("drill", limit=50, at=storm.clock.now())
    storm.clock.forward(seconds=61)
    sweeps.release_leases(at=storm.clock.now())
    outside.telecom().round()


def _the_drills_own_line_is_down_and_people_are_passed_on(outside, storm):
    actions.line_failed("drill", "断线", at=storm.clock.now())
    for _ in range(20):
        storm.clock.forward(seconds=30)
        sweeps.call_on(at=storm.clock.now())
        sweeps.release_leases(at=storm.clock.now())
        outside.telecom().round()


def _the_provider_asks_for_it_by_name(outside, attempt):
    ref, who = str(attempt.ref), attempt.called.person
    assert outside.says("receipt", {"ref": ref, "outcome": "DELIVERED"}) == 0
    assert outside.says("receipt", {"ref": ref, "key": "1"}) == 0
    assert outside.says("inbound", {"from": who.phone, "text": "1"}) == 0


def _somebody_makes_the_drills_line_a_real_one(outside, storm):
    outside.write(kind="sms_http", more=f"url: {outside.kept.url}\n  secret_env: ANLAN_TELECOM")
    with pytest.raises(Refused, match="演练"):
        lines.entries()
    outside.write(world="LIVE")
    with pytest.raises(Refused, match="不能更改"):
        actions.load_lines(lines.entries().values(), at=storm.clock.now())
    outside.write()
