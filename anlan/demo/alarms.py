"""Gauges over 泽国 and the storm of two days ago: what they measured, the alarms, the warning.

Through the real deeds, from points that the dice made, so that the same seed tells the same storm.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from anlan.people.models import Area
from anlan.watch import actions
from anlan.watch.actions import Brief, StationForm, StreamForm, Writer
from anlan.watch.models import Alarm, Stream, conditions, streams_of, watch_rules
from anlan.watch.rules import Columns, Judge

from .district import District

DAYS, EVERY = 3, timedelta(minutes=10)
STORM = timedelta(days=2)  # before the end
RIVER = {"fortified": 2.6, "warning": 3.0, "guaranteed": 3.6}


class Storms:
    """Stations, three days of points, and what people did about the storm in them."""

    def __init__(self, district: District, dice: Random, *, until: datetime) -> None:
        self.district, self.until = district, until.replace(minute=0, second=0, microsecond=0)
        self.noise = np.random.default_rng(dice.randrange(1 << 32))
        self.by: dict[str, Any] = {"by": district.chen_section, "at": until - timedelta(days=4)}

    def happen(self) -> int:
        """Everything; how many alarms there were."""
        where = self.district
        town, above = where.zeguo, where.village_dongmen
        gauges = [
            (self._stream("BY-YL001", "雨量站", "rainfall", town), self._rain(7.0)),
            (self._stream("BY-YL002", "雨量站", "rainfall", where.village_muyu), self._rain(5.0)),
            (self._stream("BY-SW001", "河道水位站", "water_level", town, RIVER), self._river()),
            (self._stream("BY-JS001", "下穿道路积水点", "road_depth", town), self._road()),
            (self._stream("BY-YL003", "雨量站", "rainfall", above), self._rain(1.0)),
        ]
        rows = [row for row, _ in gauges]
        points = Columns.of(
            np.repeat([row.pk for row in rows], len(self._times())),
            np.tile(self._times(), len(rows)),
            np.concatenate([values for _, values in gauges]),
        )
        Writer().store(points, source=None, at=self.until)
        self._judge(rows, points)
        self._deal()
        return Alarm.objects.count()

    def _stream(
        self,
        code: str,
        name: str,
        observed: str,
        area: Area,
        limits: dict[str, float] | None = None,
    ) -> Stream:
        form = StationForm(code, name, area=area, lon=area.lon, lat=area.lat)
        station = actions.add_station(form, **self.by)
        stream = actions.add_stream(station, StreamForm(f"{code}-1", observed), **self.by)
        if limits:
            actions.change_stream(stream, changes={"thresholds": limits}, **self.by)
        return stream

    def _times(self) -> np.ndarray[Any, Any]:
        begin = round((self.until - timedelta(days=DAYS)).timestamp() * 1e6)
        step = round(EVERY.total_seconds() * 1e6)
        return begin + np.arange(DAYS * 144) * step

    def _swell(self, wide: float, late: float = 0.0) -> np.ndarray[Any, Any]:
        """One wave around the storm's height, hours wide and late."""
        hours = np.arange(DAYS * 144) / 6 - (DAYS * 24 - STORM.total_seconds() / 3600) - late
        wave: np.ndarray[Any, Any] = np.exp(-((hours / wide) ** 2))
        return wave

    def _rain(self, height: float) -> np.ndarray[Any, Any]:
        fell = self._swell(2.2) * height * self.noise.uniform(0.6, 1.4, DAYS * 144)
        return np.round(np.where(fell < 0.1, 0, fell), 1)

    def _river(self) -> np.ndarray[Any, Any]:
        return np.round(1.8 + self._swell(6, 3) * 1.6 + self.noise.normal(0, 0.01, DAYS * 144), 2)

    def _road(self) -> np.ndarray[Any, Any]:
        return np.round(self._swell(2, 1) * 32 * self.noise.uniform(0.95, 1.05, DAYS * 144))

    def _judge(self, rows: list[Stream], points: Columns) -> None:
        """As it would have been judged, an hour of points at a time."""
        known = watch_rules()
        mine = streams_of(Stream.objects.filter(pk__in=[row.pk for row in rows]))
        judge = Judge(list(known.values()), mine, conditions=conditions(known))
        order = np.argsort(points.at, kind="stable")
        index = np.searchsorted([row.pk for row in rows], points.stream)
        given = Columns.of(index, points.at, points.value).take(order)
        for part in np.array_split(np.arange(len(given)), DAYS * 24):
            if changes := judge.judge(given.take(part)):
                last = datetime.fromtimestamp(int(given.at[part[-1]]) / 1e6, self.until.tzinfo)
                actions.raise_changes(changes, at=last)

    def _deal(self) -> None:
        """The section acknowledged, warned of the river and took it back; one is left to settle."""
        where, storm = self.district, self.until - STORM
        chen: dict[str, Any] = {"by": where.chen_section, "at": storm + timedelta(hours=4)}
        for alarm in Alarm.objects.filter(family__in=("waterlogging", "rainstorm")).order_by("pk"):
            actions.settle(alarm, outcome="已巡查疏导，无人员受困", **chen)
        river = Alarm.objects.filter(family="river").order_by("pk").first()
        if river is None:
            return
        brief = Brief(
            "flood", "YELLOW", f"{where.zeguo.name}洪水黄色预警",
            "河道水位超过警戒水位，仍在上涨。",
            "沿河低洼地带人员立即转移，责任人到岗巡查。", (where.zeguo,),
            storm + timedelta(hours=16), step="observed", alarm=river,
        )  # fmt: skip
        warning = actions.draft_warning(brief, **chen)
        actions.submit_warning(warning, **chen)
        zhou: dict[str, Any] = {"by": where.zhou_chief, "at": storm + timedelta(hours=4, minutes=6)}
        actions.approve_warning(warning, **zhou)
        over = storm + timedelta(hours=11)
        actions.cancel_warning(
            warning, reason="河道水位已回落到警戒水位以下。", by=where.zhou_chief, at=over
        )
