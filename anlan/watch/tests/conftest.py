"""Rain gauges and a river gauge over 泽国镇, and what the judge says of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from anlan.demo.district import Clock, District
from anlan.people.models import Area
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm
from anlan.watch.models import Alarm, Stream, place_of
from anlan.watch.rules import Change, Grade, What


@dataclass
class Watch:
    """What a test does to the gauges of the district."""

    district: District
    clock: Clock

    def stream(self, code: str, observed: str, area: Area) -> Stream:
        by = {"by": self.district.chen_section, "at": self.clock.now()}
        station = actions.add_station(StationForm(code, f"{area.name}{code}", area=area), **by)
        return actions.add_stream(station, StreamForm(code, observed), **by)

    def change(self, stream: Stream | None, what: What, grade: Grade, **given: Any) -> Change:
        now = micro(self.clock.now())
        place = given.pop("place", None) or place_of(stream.station.area)  # type: ignore[union-attr]
        facts: dict[str, Any] = {
            "rule": "rain_in_an_hour", "stream": stream.pk if stream else 0, "place": place.pk,
            "what": what, "grade": grade, "was": Grade.NONE, "at": now, "since": now,
            "value": 32.5, "limit": 30.0, "window": 3_600_000_000,
        }  # fmt: skip
        return Change(**(facts | given))

    def raised(self, stream: Stream, grade: Grade = Grade.ALERT, **given: Any) -> Alarm:
        self.say(self.change(stream, What.RAISED, grade, **given))
        return Alarm.objects.latest("pk")

    def cleared(self, stream: Stream, **given: Any) -> None:
        self.say(self.change(stream, What.CLEARED, Grade.NONE, **given))

    def say(self, *changes: Change) -> list[int]:
        return actions.raise_changes(changes, at=self.clock.now())


def micro(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


@pytest.fixture
def watch(district: District, clock: Clock) -> Watch:
    return Watch(district, clock)


@pytest.fixture
def rain(watch: Watch) -> Stream:
    return watch.stream("雨量一号", "rainfall", watch.district.village_muyu)
