"""The district of the bench: streams with a rule each, and the points they send."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.demo.district import Clock, District
from anlan.watch import actions
from anlan.watch.actions import StationForm
from anlan.watch.models import Source, Station, Stream, reading
from anlan.watch.rules.streams import Columns

A_STATION = 10  # streams of each
LIMIT = 50.0  # what the one rule alarms at; ordinary values stay far below
ORDINARY, OVER = 20.0, 90.0
KEY = "bench"
RULES = f"""
bench_level:
  label: 测速阈值
  kind: threshold
  family: flood
  observed: tank_level
  unit: m
  grades: {{WATCH: {LIMIT}, ALERT: 70}}
  hysteresis: 1
"""
FAMILIES = """
flood: {label: 测速, sector: flood, group: station}
"""


@dataclass(frozen=True)
class Scene:
    """Whose streams they are, and their numbers."""

    source: Source
    secret: str
    streams: NDArray[np.int64]


def catalogues(folder: Path) -> None:
    """One rule, on every stream."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "watch_rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "watch_families.yaml").write_text(FAMILIES, encoding="utf-8")


def build(many: int, *, at: datetime) -> Scene:
    """So many streams, at stations of ten."""
    district = District(Clock(at))
    source, secret = actions.open_source(
        key=KEY, name="测速", body=district.bureau, area=district.zeguo, by=district.chen_section,
        at=at,
    )  # fmt: skip
    form = StationForm("B", "测速站", area=district.zeguo, source=source)
    first = actions.add_station(form, by=district.chen_section, at=at)
    stations = [
        Station(
            code=f"B{number}", name=f"测速站{number}", source=source, area=first.area,
            area_path=first.area_path, made_at=at,
        )
        for number in range((many + A_STATION - 1) // A_STATION)
    ]  # fmt: skip
    Station.objects.bulk_create(stations)
    streams = [
        Stream(
            station=stations[number // A_STATION], source=source, code=f"s{number}",
            name=f"测点{number}", observed="tank_level", unit="m", interval_s=1, silent_s=600,
            lowest=0, highest=100, spike=100, stuck_s=0, keep_days=90, made_at=at,
        )
        for number in range(many)
    ]  # fmt: skip
    Stream.objects.bulk_create(streams, batch_size=2000)
    actions.prepare_parts(at=at)
    numbers = Stream.objects.filter(source=source).order_by("pk").values_list("pk", flat=True)
    return Scene(source, secret, np.array(numbers, np.int64))


@dataclass
class Generator:
    """Batches of points: every stream sends ten a second; some come late, some twice."""

    streams: NDArray[np.int64]
    size: int
    late: float = 0.0
    number: int = 0

    def __post_init__(self) -> None:
        self.dice = np.random.default_rng(1)
        self.turns = max(1, self.size // len(self.streams))
        self.stream = np.tile(self.streams, self.turns)[: self.size].astype(np.int32)
        self.values = self.dice.normal(ORDINARY, 3, 4 * self.size)
        self.before: Columns | None = None

    def batch(self, at: datetime) -> Columns:
        """The next batch: times go on where the last one ended, and end now."""
        many = len(self.stream)
        step = 1_000 * np.arange(self.turns, dtype=np.int64)
        now = reading.micros(at)
        times = np.repeat(now - step[::-1], len(self.streams))[:many]
        begin = int(self.dice.integers(0, 3 * many))
        points = Columns.of(self.stream, times, self.values[begin : begin + many])
        if self.late and self.before is not None:
            points = self._disturbed(points, self.before)
        self.before, self.number = points, self.number + 1
        return points

    def _disturbed(self, points: Columns, before: Columns) -> Columns:
        """Half of what is disturbed comes twice, half comes three seconds late."""
        chosen = self.dice.choice(len(points), int(len(points) * self.late), replace=False)
        twice, late = np.array_split(chosen, 2)
        at, stream, value = points.at.copy(), points.stream.copy(), points.value.copy()
        at[twice], stream[twice] = before.at[twice], before.stream[twice]
        value[twice] = before.value[twice]
        at[late] -= 3_000_000 + 7
        return Columns.of(stream, at, value)


def facts(**given: Any) -> dict[str, Any]:
    """Rounded, for one line of JSON."""
    return {
        name: round(each, 1) if isinstance(each, float) else each for name, each in given.items()
    }
