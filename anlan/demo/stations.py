"""Stations of the sample district: rain, levels, slopes, gas; three days of what they said."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from anlan.registry.models import Item
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, Writer
from anlan.watch.models import Source, Stream, reading
from anlan.watch.rules.streams import Columns

from .district import District

DAYS = 3
STEP = timedelta(minutes=10)
# Which things carry stations, what they observe, and how many of each kind.
CARRIED = (
    ("reservoir", "水库站", ("water_level", "rainfall"), 6),
    ("stream_blockage", "河道站", ("water_level",), 3),
    ("flash_flood_zone", "雨量站", ("rainfall",), 4),
    ("waterlogging_spot", "积水站", ("road_depth",), 4),
    ("geohazard_spot", "位移站", ("displacement", "rainfall"), 4),
    ("ammonia_site", "氨气站", ("ammonia",), 3),
)


@dataclass
class Gauges:
    """Fills the district with stations."""

    district: District
    dice: Random
    until: datetime
    streams: list[Stream] = field(default_factory=list)

    def fill(self) -> int:
        """How many streams there are now."""
        source, _ = actions.open_source(
            key="hydro", name="水利监测平台", body=self.district.bureau,
            area=self.district.wenling, by=self.district.chen_section, at=self.until,
        )  # fmt: skip
        for kind, words, observed, many in CARRIED:
            for number, item in enumerate(
                Item.objects.of_kind(kind).standing().order_by("pk")[:many]
            ):
                self._station(source, item, f"{kind[:4].upper()}{number + 1:03d}", words, observed)
        self._observe(source)
        actions.prepare_parts(at=self.until)
        actions.sum_up(at=self.until)
        return len(self.streams)

    def _station(
        self, source: Source, item: Item, code: str, words: str, observed: tuple[str, ...]
    ) -> None:
        who: dict[str, Any] = {"by": self.district.chen_section, "at": self.until}
        form = StationForm(code, f"{item.name}{words}", item=item, source=source)
        station = actions.add_station(form, **who)
        for key in observed:
            limits = {"warning": 6.0, "guaranteed": 7.0} if key == "water_level" else {}
            given = StreamForm(
                f"{code}-{key}", key, thresholds=limits, interval_s=STEP.total_seconds()
            )
            self.streams.append(actions.add_stream(station, given, **who))

    def _observe(self, source: Source) -> None:
        """All streams at once; two of them have gone silent, as some always have."""
        steps = int(timedelta(days=DAYS) / STEP)
        first = reading.micros(self.until) // 600_000_000 * 600_000_000 - (steps - 1) * 600_000_000
        at = first + np.arange(steps, dtype=np.int64) * 600_000_000
        columns = []
        for number, stream in enumerate(self.streams):
            heard = steps - (40 if number in (3, 11) else 0)
            values = [_VALUES[stream.observed](place, self.dice) for place in range(steps)]
            columns.append((np.full(heard, stream.pk), at[:heard], np.array(values[:heard])))
        points = Columns.of(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))
        Writer().store(points, source=source, sender=None, at=self.until)


def _rain(place: int, dice: Random) -> float:
    """A shower in the second night, a drizzle now and then."""
    storm = math.exp(-(((place - 250) / 18) ** 2)) * 6
    return round(max(0.0, dice.gauss(storm, 0.8) if storm > 0.3 else dice.random() - 0.95), 1)


def _level(place: int, dice: Random) -> float:
    rise = 2.6 / (1 + math.exp(-(place - 270) / 10)) * math.exp(-max(0, place - 300) / 160)
    return round(4.2 + rise + dice.gauss(0, 0.02), 2)


def _depth(place: int, dice: Random) -> float:
    return round(max(0.0, 24 * math.exp(-(((place - 262) / 14) ** 2)) + dice.gauss(0, 0.3)), 1)


_VALUES: dict[str, Callable[[int, Random], float]] = {
    "rainfall": _rain,
    "water_level": _level,
    "road_depth": _depth,
    "displacement": lambda place, dice: round(place * 0.01 + dice.gauss(0, 0.1), 2),
    "ammonia": lambda place, dice: round(max(0.0, dice.gauss(2, 0.7)), 1),
}
