"""Real series: Dead Run in June 2018 (USGS 01589330), as it came, feet and all."""

import csv
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from anlan.watch.rules import Columns, tried

from .judging import gauges, rule

_HERE = Path(__file__).resolve().parents[4]
FILE = Path(os.environ.get("ANLAN_HYDROLOGY", _HERE / "shared/data/hydrology"))
FILE /= "usgs/DeadRun_Instant.csv"
STAGE = "USGS:01589330:00065:00000"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the hydrological series are not here")


def stages() -> list[tuple[int, float]]:
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (round(datetime.fromisoformat(row["datetimeUTC"]).timestamp() * 1e6), float(row[STAGE]))
        for row in rows
        if row[STAGE]
    ]


@pytest.mark.parametrize("limit", [1.5, 2.0, 3.0, 4.0])
def test_alarms_rise_and_fall_where_the_stage_crossed_each_once(limit):
    """Held against a walk over the rows, one by one, without numpy."""
    rows = stages()
    crossings, above = [], False
    for at, stage in rows:
        if (stage >= limit) != above:
            above = not above
            crossings.append((at, above))
    points = Columns.of([0] * len(rows), [at for at, _ in rows], [stage for _, stage in rows])
    metres = rule(unit="m", grades={"WATCH": limit * 0.3048})
    found = tried([metres], gauges(unit="[ft_i]"), points)
    told = [(at, up) for e in found for at, up in ((e.raised_at, True), (e.over_at, False)) if at]
    assert told == crossings
    assert len(crossings) >= 2, "a limit that nothing crosses proves nothing"


def test_gaps_raise_nothing():
    rows = [row for number, row in enumerate(stages()) if number % 97 or row[1] >= 3]
    dice = np.random.default_rng(7)
    some = [row for row in rows if row[1] >= 3.0 or dice.random() > 0.5]
    points = Columns.of([0] * len(some), [at for at, _ in some], [stage for _, stage in some])
    held = rule(unit="[ft_i]", grades={"WATCH": 3.0}, hold="30m")
    whole = Columns.of([0] * len(rows), [at for at, _ in rows], [stage for _, stage in rows])
    raised = [e.raised_at for e in tried([held], gauges(unit="[ft_i]"), points)]
    assert raised == [e.raised_at for e in tried([held], gauges(unit="[ft_i]"), whole)]
