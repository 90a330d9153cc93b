"""The whole site as `anlan up` runs it: web, worker, simulated lines and the live stream.

Processes of their own on a folder of their own, by the real clock; the catalogues are the shipped
ones but for short times, a profile approved beforehand, and people who never answer by themselves.
"""

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connections

from anlan.demo.district import BEGIN, Clock, District
from anlan.people.models import Area, Charge, Post
from tests.journeys.site import ANLAN, Site, environment

PROFILES = """
life_safety:
  label: 生命安全叫应
  life_safety: yes
  steps: [{channels: [APP, SMS, VOICE], retry_after: 5}]
  pass_on_after: 6
  by_hand_after: 8
  next: [superior]
  most_handovers: 1

standing:
  label: 短时强降雨叫应
  life_safety: yes
  steps: [{channels: [APP, SMS], retry_after: 5}]
  pass_on_after: 600
  by_hand_after: 700
  next: [superior]
  standing_approval: {by: 周建国, on: 2020-01-01, document: 温应急〔2020〕1号}

drill:
  label: 叫应演练
  drill: yes
  steps: [{channels: [APP, SMS], retry_after: 5}]
  pass_on_after: 600
  by_hand_after: 700
  standing_approval: {by: 演练不出系统, on: 2020-01-01}
"""
LINE = """
{key}:
  label: {label}
  world: {world}
  kind: simulated
  channels: [SMS, VOICE, APP, PUSH, MAIL, CHAT, LOUDSPEAKER]
  rate: 1000
  lines: 10
  link_domains: [a.wl.gov.cn]
  behaviour: {{silent: 1.0, dead: 0, wrong: 0, off: 0, loss: 0, by_sms: 0, by_app: 0, rings_out: 3}}
"""


class CallingSite(Site):
    """`anlan up` with catalogues of its own."""

    def __init__(self, data: Path, catalogues: Path) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*ANLAN, "up", "--data", str(data), "--port", "0", "--workers", "1", "--json"],
            env=environment() | {"ANLAN_CATALOGUES": str(catalogues)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        self.facts = json.loads(line) if line else {}
        assert self.facts, self.process.communicate()[1]


@dataclass
class CallingHouse:
    """The running site, and who lives in it."""

    address: str
    live: str
    data: Path
    district: District

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def link_for(self, phone: str, *, seconds: float = 20) -> str:
        """The path of the answer link in the latest SMS to a phone, as the network delivered it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for text in reversed(self.messages(phone)):
                found = [word for word in text.replace("点", " ").split() if "/a/" in word]
                if found:
                    return urlsplit(found[0]).path
            time.sleep(0.3)
        raise AssertionError(f"no link came to {phone}: {self.messages(phone)}")

    def messages(self, phone: str) -> list[str]:
        memory = self.data / "simulated" / "network.sqlite3"
        if not memory.exists():
            return []
        with sqlite3.connect(f"file:{memory}?mode=ro", uri=True) as store:
            rows = store.execute(
                "SELECT text FROM rang WHERE number = ? AND channel = 'SMS' ORDER BY id", [phone]
            )
            return [text for (text,) in rows]


def catalogues(folder: Path) -> Path:
    """The files of this site that differ from the shipped ones."""
    folder.mkdir()
    (folder / "callup.yaml").write_text(PROFILES, encoding="utf-8")
    lines = [LINE.format(key="live", label="模拟线路", world="LIVE")]
    lines.append(LINE.format(key="drill", label="演练线路", world="DRILL"))
    (folder / "gateways.yaml").write_text("".join(lines), encoding="utf-8")
    return folder


@contextmanager
def calling(ground: Path) -> Iterator[CallingHouse]:
    """The site up, its district in it, and this process at its database."""
    data = ground / "calling"
    site = CallingSite(data, catalogues(ground / "catalogues"))
    try:
        assert site.process.poll() is None, site.process.communicate()[1]
        where = json.loads((data / "up.json").read_text())
        with _at_database_of(data):
            district = _settle()
            yield CallingHouse(
                site.facts["url"].rstrip("/"), where["live"].rstrip("/"), data, district
            )
    finally:
        site.stop()


@contextmanager
def _at_database_of(data: Path) -> Iterator[None]:
    asked = [*ANLAN, "database", "--superuser", "--json", "--data", str(data)]
    said = subprocess.run(asked, env=environment(), capture_output=True, text=True, check=True)
    parts = urlsplit(json.loads(said.stdout)["url"])
    given = connections["default"].settings_dict
    usual = {key: given[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    connections["default"].close()
    given.update(_login(json.loads(said.stdout)["url"]))
    assert parts.scheme.startswith("postgres")
    try:
        yield
    finally:
        connections["default"].close()
        given.update(usual)


def _login(url: str) -> dict[str, str]:
    from anlan.settings import _database

    made = _database(url)
    return {key: str(made[key]) for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


def _settle() -> District:
    """Who answers for grid 3, and above it; one name that nobody has confirmed this year."""
    district = District(Clock(datetime.now(UTC)))
    district.grid3.grid_kind = "FLOOD"
    district.grid3.save()
    above = _charge("town_leader_village", district.village_dongmen, district.taiping_leader_post)
    _charge("flood_grid", district.grid3, district.grid3_post, above=above, confirmed_on=None)
    _charge("town_station", district.taiping, district.taiping_station_post)
    return district


def _charge(kind: str, area: Area, post: Post, **given: object) -> Charge:
    facts: dict[str, object] = {"since": BEGIN, "opened": BEGIN, "confirm_by": BEGIN}
    facts |= {"confirmed_on": BEGIN, "area_path": area.path}
    return Charge.objects.create(kind=kind, area=area, post=post, **(facts | given))
