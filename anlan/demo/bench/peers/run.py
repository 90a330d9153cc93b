"""One after the other, the same streams, values and size of batch, on the same processors."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from django.conf import settings

from anlan.kernel import catalogues
from anlan.watch.models import AlarmPart
from anlan.wiring.now import now

from ..ingest import batches, processes, scene
from ..ingest.run import judged, ready, sent, settled
from . import prometheus, zabbix
from .sending import WIRES, Plan
from .wires import Wire

AT_MOST = 800_000  # points a second to ours: faster and the broker would only keep them
BATCH = 1_000  # points: what a proxy of Zabbix sends at once, twice what Prometheus does
ALARM_WITHIN = 60.0
PARTS = ("judge", "ingest")


class Peer(Protocol):
    """Another server, as far as it is asked."""

    def settle(self, wanted: int) -> None:
        """Until so many values are where they stay."""

    def stored(self) -> int:
        """How many it finds again."""

    def alarms(self) -> int:
        """How many go on."""


def run(*, size: int = 10_000, seconds: float = 60) -> dict[str, Any]:
    """Points a second until they are stored and judged: ours, then Zabbix 6, then Prometheus."""
    with tempfile.TemporaryDirectory(prefix="anlan-peers-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        told = {"anlan": _ours(folder, size, seconds)}
        with zabbix.running(folder / "zabbix", size) as peer:
            plan = Plan("zabbix", peer.port, size, BATCH, seconds)
            told["zabbix"] = _theirs(plan, folder, peer)
        with prometheus.running(folder / "prometheus") as other:
            plan = Plan("prometheus", other.port, size, BATCH, seconds)
            told["prometheus"] = _theirs(plan, folder, other)
    rate = {name: each["points_per_s"] for name, each in told.items()}
    ratios = {f"of_{name}": round(rate["anlan"] / rate[name], 2) for name in list(rate)[1:]}
    return {**told, **ratios, "streams": size, "seconds": seconds, "batch": BATCH}


def _ours(folder: Path, size: int, seconds: float) -> dict[str, Any]:
    """MQTT, broker and ingest and judge, as `anlan bench ingest` runs them."""
    scene.catalogues(settings.DATA_DIR / "catalogues")
    catalogues.reload()
    made = scene.build(size, at=now())
    given = {"ANLAN_DATA": str(settings.DATA_DIR), "ANLAN_CATALOGUES": ""}
    given |= {"DJANGO_SETTINGS_MODULE": "anlan.settings"}
    with processes.broker(folder / "broker") as port:
        given["ANLAN_MQTT_URL"] = f"mqtt://127.0.0.1:{port}"
        parts = [processes.part(name, given, folder / f"{name}.log") for name in PARTS]
        try:
            for name in PARTS:
                ready(name)
            plan: dict[str, Any] = {
                "port": port, "key": scene.KEY, "streams": made.streams.tolist(),
                "seconds": seconds, "rate": AT_MOST, "cross_every": 0, "a_message": BATCH,
            }  # fmt: skip
            told = sent(plan, folder / "anlan.json")
            took = told["seconds"] + settled(told["points"])
            took += _seconds(judged)
            alarm = sent(plan | {"seconds": 0.1, "cross_every": 1}, folder / "alarm.json")
            waited = _until(AlarmPart.objects.exists, alarm["seconds"])
            settled(told["points"] + alarm["points"])
        finally:
            for each in reversed(parts):
                each.stop()
    points = told["points"] + alarm["points"]
    return _facts(told["points"], took, points - batches.stored(), waited)


def _theirs(plan: Plan, folder: Path, peer: "Peer") -> dict[str, Any]:
    """Sent by as many connections as they like, until it is stored; then one alarm."""
    path = folder / f"{plan.wire}.json"
    path.write_text(json.dumps(asdict(plan)))
    command = [sys.executable, "-m", "anlan.demo.bench.peers.sending", str(path)]
    subprocess.run(command, env=os.environ.copy(), check=True)
    told = json.loads(path.with_suffix(".told.json").read_text())
    took = told["seconds"] + _seconds(lambda: peer.settle(told["accepted"]))
    lost = told["accepted"] - peer.stored()
    wire: Wire = WIRES[plan.wire](plan.port)
    wire.send(wire.prepare([0]), time.time_ns() // 1_000_000 + 1, np.array([scene.OVER]))
    waited = _until(lambda: peer.alarms() > 0)
    refused = told["sent"] - told["accepted"]
    return _facts(told["accepted"], took, lost, waited) | {"refused": refused}


def _facts(points: int, took: float, lost: int, alarm: float | None) -> dict[str, Any]:
    return {
        "points_per_s": round(points / took), "points": points, "lost": lost,
        "alarm_s": None if alarm is None else round(alarm, 1),
    }  # fmt: skip


def _seconds(deed: Callable[[], object]) -> float:
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def _until(seen: Callable[[], bool], before: float = 0.0) -> float | None:
    """Seconds until it is seen, besides those before; nothing if it never is."""
    begun = time.perf_counter()
    while (waited := time.perf_counter() - begun) < ALARM_WITHIN:
        if seen():
            return before + waited
        time.sleep(0.05)
    return None
