"""How accidents are told in this room's tests: short sentences about the sample district."""

from datetime import datetime, timedelta
from typing import Any

from anlan.accidents import actions
from anlan.accidents.actions import Findings, Group, News, Telling
from anlan.accidents.models import Accident, Clock
from anlan.accidents.rules import Toll
from anlan.demo.district import District
from anlan.kernel.models import Announcement
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person

SHOCK, FALL = "c1986_05", "c1986_09"


class Story:
    """The district, and what goes wrong in it at the time its clock shows (06-12 16:00)."""

    def __init__(self, district: District) -> None:
        self.district = district

    @property
    def now(self) -> datetime:
        return self.district.clock.now()

    def scope(self, person: Person) -> Scope:
        return scope_of(person, at=self.now)

    def shock(self, **given: Any) -> Telling:
        """徐文 of 泽海冷链 tells: an electrician was killed forty minutes ago."""
        d = self.district
        facts: dict[str, Any] = {
            "happened_at": self.now - timedelta(minutes=40),
            "area": d.village_muyu,
            "body": d.cold_chain,
            "category": SHOCK,
            "toll": Toll(deaths=1),
        }
        return Telling(**(facts | given))

    def report(self, told: Telling | None = None, *, by: Person | None = None) -> Accident:
        told = told or self.shock()
        by = by or (self.district.xu_safety if told.body else self.district.huang_zeguo_station)
        return actions.report(told, by=by, at=self.now)

    def news(self, accident: Accident, *, by: Person | None = None, **given: Any) -> Any:
        """黄磊 tells what has become of it by now."""
        changed_at = given.pop("changed_at", self.now)
        words, correction = given.pop("words", ""), given.pop("correction", False)
        news = News(Toll(**given), changed_at, words=words, correction=correction)
        by = by or self.district.huang_zeguo_station
        return actions.follow_up(accident, news=news, by=by, at=self.now)

    def up(self, accident: Accident, clock: str, *, met_at: datetime | None = None) -> Clock:
        return actions.report_up(
            accident, clock=clock, words="电话报市应急局值班室", met_at=met_at or self.now,
            by=self.district.chen_section, at=self.now,
        )  # fmt: skip

    @property
    def section(self) -> dict[str, Any]:
        return {"by": self.district.chen_section, "at": self.now}

    @property
    def chief(self) -> dict[str, Any]:
        return {"by": self.district.zhou_chief, "at": self.now}

    def investigated(self) -> Accident:
        accident = self.report()
        actions.verify(accident, **self.section)
        actions.investigate(accident, group=Group("COUNTY", "周建国"), **self.section)
        return accident

    def replied(self) -> Accident:
        accident = self.investigated()
        actions.submit_report(accident, findings=Findings("LIABLE", "违规带电检修"), **self.section)
        actions.approve_report(accident, paper="温政函〔2024〕9号", **self.chief)
        return accident


def clock(accident: Accident, kind: str) -> Clock:
    return accident.clocks.filter(kind=kind).latest("round")


def announced() -> list[str]:
    """What the outbox holds, oldest first: the bare names of events."""
    events = Announcement.objects.order_by("id").values_list("event", flat=True)
    return [event.rpartition(".")[2] for event in events]
