"""A sender in a process of its own, for servers that answer each batch.

`python -m anlan.demo.bench.peers.sending PLAN.json` writes what it did beside the plan.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .wires import Prometheus, Wire, Zabbix

CONNECTIONS = 5
ORDINARY = 20.0
WIRES: dict[str, Callable[[int], Wire]] = {"zabbix": Zabbix, "prometheus": Prometheus}


@dataclass
class Plan:
    """To whom, for how many streams, how many a batch, for how long."""

    wire: str
    port: int
    streams: int
    batch: int
    seconds: float


@dataclass
class Told:
    """What one connection sent and what of it was accepted."""

    sent: int = 0
    accepted: int = 0
    last_ms: int = field(default=0, repr=False)


def _share(plan: Plan, mine: int, until: float, told: Told) -> None:
    """Every fifth batch of streams is this connection's, so that no stream runs backwards."""
    wire: Wire = WIRES[plan.wire](plan.port)
    starts = range(0, plan.streams, plan.batch)[mine::CONNECTIONS]
    numbers = [list(range(start, min(start + plan.batch, plan.streams))) for start in starts]
    batches = [(wire.prepare(each), len(each)) for each in numbers]
    values = np.random.default_rng(mine).normal(ORDINARY, 3, (64, plan.batch))
    while time.perf_counter() < until:
        told.last_ms = max(told.last_ms + 1, time.time_ns() // 1_000_000)
        for prepared, many in batches:
            value = values[told.sent // many % 64][:many]
            told.accepted += wire.send(prepared, told.last_ms, value)
            told.sent += many


def run(plan: Plan) -> dict[str, float]:
    """All connections at once, as fast as they are answered."""
    shares = [Told() for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_share, args=(plan, mine, begun + plan.seconds, told))
        for mine, told in enumerate(shares)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "sent": sum(each.sent for each in shares),
        "accepted": sum(each.accepted for each in shares),
        "seconds": time.perf_counter() - begun,
    }


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.with_suffix(".told.json").write_text(json.dumps(run(Plan(**json.loads(path.read_text())))))
