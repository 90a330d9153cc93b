"""A storm over 太平街道: charges, lines, and everybody's telephone in a test's hand."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from anlan.callup import actions, sweeps
from anlan.callup.actions import Brief
from anlan.callup.models import Attempt, Called, Callup, Line
from anlan.demo.district import BEGIN, Clock, District
from anlan.kernel import catalogues
from anlan.kernel.refs import Ref
from anlan.people.models import Area, Charge, Person, Post, Tenure


@dataclass(frozen=True)
class Entry:
    """A line as the catalogue of gateways gives it."""

    key: str
    kind: str = "simulated"
    label: str = "模拟网"
    channels: tuple[str, ...] = ("SMS", "VOICE")
    world: str = "LIVE"
    place: int = 1
    active: bool = True
    link_domains: tuple[str, ...] = ("a.wl.gov.cn",)


LIVE, DRILL = Entry("live"), Entry("drill", world="DRILL")


@dataclass
class Storm:
    """What a test does to the district, in the words of the duty room."""

    district: District
    clock: Clock
    sent: list[actions.Handed] = field(default_factory=list)

    def charge(self, kind: str, area: Area, holder: Post | Person, **given: Any) -> Charge:
        who = {"post": holder} if isinstance(holder, Post) else {"person": holder}
        facts = {"since": BEGIN, "opened": date(2024, 4, 1), "confirmed_on": date(2024, 4, 10)}
        return Charge.objects.create(
            kind=kind, area=area, area_path=area.path, **(facts | who | given)
        )

    def deputy(self, person: Person, post: Post) -> None:
        Tenure.objects.create(person=person, post=post, deputy=True, since=BEGIN)

    def brief(self, *areas: Area, **given: Any) -> Brief:
        facts = {
            "profile": "life_safety",
            "hazard": "rainstorm",
            "title": "短时强降雨将至",
            "areas": areas or (self.district.taiping,),
        }
        return Brief(**(facts | given))

    def drafted(self, *areas: Area, **given: Any) -> Callup:
        by = self.district.chen_section
        return actions.draft(self.brief(*areas, **given), by=by, at=self.clock.now())

    def called(self, *areas: Area, **given: Any) -> Callup:
        """Drafted by the section, approved by the chief: it runs."""
        callup = self.drafted(*areas, **given)
        actions.submit(callup, by=self.district.chen_section, at=self.clock.now())
        actions.approve(callup, by=self.district.zhou_chief, at=self.clock.now())
        return callup

    def notice(self, person: Person, title: str = "明早八时换班") -> Callup:
        """The house tells somebody something."""
        about = Ref("duty.shift", 1)
        told = actions.Notice(title, "", self.district.taiping, (person,), about)
        return actions.notify(told, at=self.clock.now())

    def reply(self, person: Person, text: str, line: str = "live") -> actions.Replied:
        return actions.reply(person.phone, text, line=line, at=self.clock.now())

    def line(self, *entries: Entry) -> None:
        actions.load_lines(entries, at=self.clock.now())

    def send(self, line: str = "live", limit: int = 1000) -> list[actions.Handed]:
        """The gateway takes what waits and hands it over; what it sent."""
        taken = actions.claim(line, limit=limit, at=self.clock.now())
        actions.handed([each.ref for each in taken], line=line, at=self.clock.now())
        self.sent += taken
        return taken

    def pass_time(self, seconds: int, *, line: str = "live", every: int = 10) -> None:
        """Let time go by with engine and gateway at work."""
        for _ in range(0, seconds, every):
            self.clock.forward(seconds=every)
            sweeps.call_on(at=self.clock.now())
            sweeps.release_leases(at=self.clock.now())
            self.send(line)

    def sent_to(self, person: Person, channel: str = "SMS") -> list[actions.Handed]:
        return [s for s in self.sent if s.name == person.name and s.channel == channel]

    def receipt(self, person: Person, channel: str, outcome: str, line: str = "live") -> None:
        latest = self.sent_to(person, channel)[-1]
        actions.receipt(latest.ref, outcome, line=line, at=self.clock.now())

    def row(self, callup: Callup, person: Person) -> Called:
        return Called.objects.get(callup=callup, person=person)

    def state(self, callup: Callup, person: Person) -> str:
        return self.row(callup, person).state

    def outcomes(self, callup: Callup, person: Person) -> list[tuple[str, str]]:
        rows = Attempt.objects.filter(called__callup=callup, called__person=person).order_by("pk")
        return list(rows.values_list("channel", "outcome"))


@pytest.fixture
def storm(district: District, clock: Clock) -> Storm:
    made = Storm(district, clock)
    made.line(LIVE, DRILL)
    return made


@pytest.fixture
def grid_charge(storm: Storm) -> Charge:
    """李秀英's post answers for grid 3; above her stands 王芳, who looks after the village."""
    where = storm.district
    above = storm.charge("town_leader_village", where.village_dongmen, where.taiping_leader_post)
    grid = where.grid3
    grid.grid_kind = "FLOOD"
    grid.save()
    return storm.charge("flood_grid", grid, where.grid3_post, above=above)


def other(entry: Entry, **given: Any) -> Entry:
    return replace(entry, **given)


def live_line() -> Line:
    return Line.objects.get(pk="live")


@pytest.fixture
def profiles_are(tmp_path, settings):
    """The site's own catalogue of profiles, for this test."""

    def write(text: str) -> None:
        (tmp_path / "callup.yaml").write_text(text, encoding="utf-8")
        settings.ANLAN_CATALOGUES = tmp_path
        catalogues.reload()

    yield write
    catalogues.reload()
