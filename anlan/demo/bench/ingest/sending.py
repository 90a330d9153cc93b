"""A sender in a process of its own: MQTT with QoS 1, as fast as told.

`python -m anlan.demo.bench.ingest.sending PLAN.json` writes what it did beside the plan.
"""

import json
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from anlan.formats.points import pack

A_MESSAGE = 100  # points, where the plan says nothing else
IN_FLIGHT = 1000
ORDINARY, OVER = 20.0, 90.0
PATIENCE = 60.0  # seconds until everything is acknowledged


@dataclass
class Sender:
    """What was sent, what was acknowledged, which points crossed the limit and when."""

    plan: dict[str, Any]
    sent: int = 0
    acknowledged: int = 0
    crossed: list[tuple[int, int]] = field(default_factory=list)  # stream, µs
    over: threading.Event = field(default_factory=threading.Event)  # set: send no more
    room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(IN_FLIGHT))

    @property
    def a_message(self) -> int:
        return int(self.plan.get("a_message", A_MESSAGE))

    def run(self) -> dict[str, Any]:
        client = Client(CallbackAPIVersion.VERSION2, "bench", protocol=MQTTv5)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_publish = self._published
        client.connect("127.0.0.1", int(self.plan["port"]))
        client.loop_start()
        begun = time.perf_counter()
        self._send_all(client, begun)
        until = time.monotonic() + PATIENCE
        while self.acknowledged < self.sent and time.monotonic() < until:
            time.sleep(0.02)
        took = time.perf_counter() - begun
        client.disconnect()
        client.loop_stop()
        return {
            "points": self.sent * self.a_message,
            "acknowledged": self.acknowledged * self.a_message,
            "seconds": took,
            "crossed": self.crossed,
        }

    def _published(self, *_: object) -> None:
        self.acknowledged += 1
        self.room.release()

    def _send_all(self, client: Client, begun: float) -> None:
        """At the rate of the plan (0: as fast as it goes), each device in its turn."""
        streams = np.array(self.plan["streams"], np.int32)
        many = self.a_message
        devices = [streams[i : i + many] for i in range(0, len(streams), many)]
        dice = np.random.default_rng(2)
        values = dice.normal(ORDINARY, 3, (64, many))
        rate = self.plan["rate"] / many
        every = self.plan["cross_every"]  # messages
        while time.perf_counter() - begun < self.plan["seconds"] and not self.over.is_set():
            if rate and self.sent > (time.perf_counter() - begun) * rate:
                time.sleep(0.001)
                continue
            self.room.acquire()
            device = devices[self.sent % len(devices)]
            value = values[self.sent % 64][: len(device)]
            at = time.time_ns() // 1000
            if every and self.sent % every == 0:
                value = self._crossing(device, value, at)
            body = pack(device, np.full(len(device), at), value)
            client.publish(f"anlan/v1/{self.plan['key']}/points", body, qos=1)
            self.sent += 1

    def _crossing(self, device: Any, value: Any, at: int) -> Any:
        """One stream of this message goes over its limit; the next one of it falls back."""
        place = len(self.crossed) % len(device)
        value = value.copy()
        value[place] = OVER
        self.crossed.append((int(device[place]), at))
        return value


def main(path: str) -> None:
    """Send as the plan says, or until asked to stop; the answer lies beside it."""
    plan = Path(path)
    sender = Sender(json.loads(plan.read_text()))
    signal.signal(signal.SIGTERM, lambda *_: sender.over.set())
    told = sender.run()
    plan.with_suffix(".told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
