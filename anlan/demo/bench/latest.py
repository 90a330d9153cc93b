"""How long the newest values of all stations take, as the map asks for them: `anlan bench map`.

Whole answers, as a browser gets them: session, rights, query, JSON; in process, so that the network
of the machine does not count.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from anlan.demo.district import Clock, District
from anlan.watch import actions
from anlan.watch.actions import StationForm, Writer
from anlan.watch.models import Station, Stream, reading
from anlan.watch.rules.streams import Columns

from .pages import signed_in

TIMES = 60
WARM_UP = 5
ADDRESSES = {
    "latest": "/stations/latest/",
    "latest_named": "/stations/latest/?names=1",
    "geojson": "/stations/latest/?as=geojson",
    "map_page": "/stations/map/",
}


def run(*, size: int = 10_000) -> dict[str, Any]:
    """So many stations, a stream and a newest value each; p50 and p95 in milliseconds."""
    settings.ALLOWED_HOSTS = ["testserver"]
    at = datetime.now(UTC)
    district = District(Clock(at))
    _fill(district, size, at)
    client = signed_in(district.chen_section)
    p50: dict[str, float] = {}
    p95: dict[str, float] = {}
    sizes: dict[str, int] = {}
    features = 0
    for name, address in ADDRESSES.items():
        spent = []
        for number in range(TIMES + WARM_UP):
            began = time.perf_counter()
            answer = client.get(address)
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            if number >= WARM_UP:
                spent.append(took)
        cuts = quantiles(spent, n=20, method="inclusive")
        p50[name], p95[name] = round(cuts[9], 1), round(cuts[18], 1)
        sizes[name] = len(answer.content)
        if name == "latest":
            features = len(json.loads(answer.content)["stream"])
    return {
        "features": features,
        "latest_10000_ms": p95["latest"],
        "p50_ms": p50,
        "p95_ms": p95,
        "bytes": sizes,
        "times_each": TIMES,
    }


def _fill(district: District, size: int, at: datetime) -> None:
    who: dict[str, Any] = {"by": district.chen_section, "at": at}
    source, _ = actions.open_source(
        key="map", name="测速", body=district.bureau, area=district.zeguo, **who
    )
    form = StationForm("M", "测速站", area=district.zeguo, source=source)
    first = actions.add_station(form, **who)
    dice = np.random.default_rng(3)
    stations = [
        Station(
            code=f"M{number}", name=f"测速站{number}", source=source, area=first.area,
            area_path=first.area_path, made_at=at, lon=lon, lat=lat,
        )
        for number, (lon, lat) in enumerate(
            zip(
                dice.uniform(121.2, 121.6, size).round(6).tolist(),
                dice.uniform(28.2, 28.6, size).round(6).tolist(),
                strict=True,
            )
        )
    ]  # fmt: skip
    Station.objects.bulk_create(stations, batch_size=2000)
    streams = [
        Stream(
            station=station, source=source, code=f"m{number}", name=f"测点{number}",
            observed="water_level", unit="m", interval_s=300, silent_s=3600, keep_days=90,
            made_at=at,
        )
        for number, station in enumerate(stations)
    ]  # fmt: skip
    Stream.objects.bulk_create(streams, batch_size=2000)
    actions.prepare_parts(at=at)
    ids = np.array([each.pk for each in streams], np.int64)
    ago = dice.integers(0, 90, size)  # minutes: a third has fallen silent
    moments = reading.micros(at) - ago * 60_000_000
    points = Columns.of(ids, moments, dice.normal(5, 1, size).round(2))
    Writer().store(points, source=source, sender=None, at=at + timedelta(seconds=1))
    with connection.cursor() as cursor:
        for table in ("watch_station", "watch_stream", "watch_latest"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
