"""`anlan bench ingest`: batches beside bare COPY, MQTT, and how soon an alarm stands."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from django.conf import settings
from django.db import connection

from anlan.kernel import catalogues
from anlan.watch.models import Latest, Position, reading
from anlan.wiring.now import now

from . import batches, processes, scene
from .processes import Child

LATE = (0.0, 0.01, 0.1)
AT_RATE = 100_000  # points a second, while the alarms are timed
CROSS_EVERY = 25  # messages: 40 alarms a second at that rate
SETTLED_WITHIN = 60.0


def run(*, size: int = 10_000, seconds: float = 60) -> dict[str, Any]:
    """The whole bench; `size` is how many streams there are, each with a rule."""
    with tempfile.TemporaryDirectory(prefix="anlan-ingest-") as folder:
        site = settings.DATA_DIR / "catalogues"
        scene.catalogues(site)
        catalogues.reload()
        made = scene.build(size, at=now())
        return _measured(made, Path(folder), seconds)


def _measured(made: scene.Scene, folder: Path, seconds: float) -> dict[str, Any]:
    given = {"ANLAN_DATA": str(settings.DATA_DIR), "ANLAN_CATALOGUES": ""}
    given |= {"DJANGO_SETTINGS_MODULE": "anlan.settings"}
    judge = processes.part("judge", given, folder / "judge.log")
    try:
        ready("judge")
        size = min(batches.SIZE, 10 * len(made.streams))
        copied = batches.bare(made, size, seconds)
        told: dict[str, Any] = {"copy_points_per_s": copied.rate}
        for late in LATE:
            stored = batches.ours(made, size, seconds, late=late)
            name = f"batch_{late:.0%}_late" if late else "batch"
            told[f"{name}_points_per_s"] = stored.rate
        told["batch_of_copy"] = round(told["batch_points_per_s"] / copied.rate, 2)
        before = batches.stored()
        with processes.broker(folder / "broker") as port:
            given["ANLAN_MQTT_URL"] = f"mqtt://127.0.0.1:{port}"
            ingest = processes.part("ingest", given, folder / "ingest.log")
            try:
                ready("ingest")
                told |= _over_mqtt(made, folder, port, seconds, before)
            finally:
                ingest_mb = ingest.peak_mb
                ingest.stop()
        told["peak_rss_mb"] = _peak([judge]) + round(ingest_mb)
        told["latest"] = Latest.objects.count()
    finally:
        judge.stop()
    return {**told, "streams": len(made.streams), "seconds": seconds, "batch": size}


def _over_mqtt(
    made: scene.Scene, folder: Path, port: int, seconds: float, before: int
) -> dict[str, Any]:
    """As fast as it goes, then at 100,000 a second with streams that cross their limits."""
    plan: dict[str, Any] = {
        "port": port, "key": scene.KEY, "streams": made.streams.tolist(), "seconds": seconds,
        "rate": 0, "cross_every": 0,
    }  # fmt: skip
    fast = sent(plan, folder / "fast.json")
    took = fast["seconds"] + settled(before + fast["points"])
    told: dict[str, Any] = {"mqtt_points_per_s": round(fast["points"] / took)}
    judged()
    watched = Alarms()
    steady = plan | {"rate": AT_RATE, "cross_every": CROSS_EVERY}
    paced = sent(steady, folder / "steady.json", watched)
    settled(before + fast["points"] + paced["points"])
    watched.look_until_quiet()
    told |= watched.told(paced["crossed"])
    told["at_points_per_s"] = round(paced["points"] / paced["seconds"])
    acknowledged = fast["acknowledged"] + paced["acknowledged"]
    told["lost"] = before + acknowledged - batches.stored()
    told["lost"] += before - (batches.told_to_be_stored() - acknowledged)
    return told


def sent(plan: dict[str, Any], path: Path, alarms: "Alarms | None" = None) -> dict[str, Any]:
    """What a sender in a process of its own did, by this plan."""
    path.write_text(json.dumps(plan))
    command = [sys.executable, "-m", "anlan.demo.bench.ingest.sending", str(path)]
    sender = subprocess.Popen(command, env=os.environ.copy())
    while sender.poll() is None:
        if alarms is not None:
            alarms.look()
        time.sleep(0.02)
    answer: dict[str, Any] = json.loads(path.with_suffix(".told.json").read_text())
    return answer


def settled(wanted: int) -> float:
    """Seconds until so many points are told to be stored."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < SETTLED_WITHIN:
        if batches.told_to_be_stored() >= wanted:
            break
        time.sleep(0.05)
    return time.perf_counter() - begun


def judged() -> None:
    """Until the judge has come after: it is not yet the steady load that its delay is asked at."""
    until = time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < until:
        place = Position.objects.filter(reader="judge").values_list("batch", flat=True).first()
        if (place or 0) >= reading.newest_batch():
            return
        time.sleep(0.05)


class Alarms:
    """When each alarm was first to be seen in the table."""

    def __init__(self) -> None:
        self.last = 0
        self.seen: dict[tuple[int, int], float] = {}

    def look(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, stream_id, raised_at FROM watch_alarmpart WHERE id > %s ORDER BY id",
                [self.last],
            )
            rows = cursor.fetchall()
        moment = time.time()
        for pk, stream, at in rows:
            self.last = pk
            self.seen[stream, reading.micros(at)] = moment
        return len(rows)

    def look_until_quiet(self) -> None:
        quiet = 0
        while quiet < 25:
            quiet = 0 if self.look() else quiet + 1
            time.sleep(0.02)

    def told(self, crossed: list[list[int]]) -> dict[str, Any]:
        """From sending to standing in the table, seen by looking fifty times a second."""
        waits = [
            1000 * (self.seen[stream, at] - at / 1e6)
            for stream, at in crossed
            if (stream, at) in self.seen
        ]
        if len(waits) < 2:
            return {"p99_alarm_ms": None, "alarms": len(waits), "alarms_missed": len(crossed)}
        parts = quantiles(waits, n=100)
        return scene.facts(
            p50_alarm_ms=parts[49], p99_alarm_ms=parts[98], alarms=len(waits),
            alarms_missed=len(crossed) - len(waits),
        )  # fmt: skip


def ready(name: str, within: float = 60.0) -> None:
    """Until this part of the site is at work."""
    from anlan.kernel import pulse

    until = time.monotonic() + within
    while time.monotonic() < until and pulse.last_beat(name) is None:
        time.sleep(0.1)


def _peak(children: list[Child]) -> int:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return round(own + sum(child.peak_mb for child in children))
