"""A gauge at a river and what hears it: a broker, ingest and judge, processes as `anlan up` has."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote, urlencode

from django.db import connections
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from anlan.demo.bench.ingest import processes
from anlan.kernel.models import Heartbeat

EVERY = 0.5  # seconds between two messages
MINUTE = 60_000_000  # µs
BEFORE = 180, 10  # minutes: what it had measured before it was connected, and how often


@contextmanager
def listening(folder: Path) -> Iterator[int]:
    """Ingest and judge at the database of this process; the port of their broker."""
    with ExitStack() as parts:
        port = parts.enter_context(processes.broker(folder / "broker"))
        given = {
            "ANLAN_DATABASE_URL": _url(),
            "ANLAN_DATA": str(folder),
            "ANLAN_MQTT_URL": f"mqtt://127.0.0.1:{port}",
            "ANLAN_DISK_RESERVE_MB": "1",
            "DJANGO_SETTINGS_MODULE": "anlan.settings",
        }
        for name in ("judge", "ingest"):
            child = processes.part(name, given, folder / f"{name}.log")
            parts.callback(child.stop)
        yield port


def connected() -> bool:
    """Whether both are at work: a broker keeps nothing for whoever never came to it."""
    return Heartbeat.objects.filter(part__in=("ingest", "judge"), note="").count() == 2


def _url() -> str:
    """The database this process is at, as another one is told of it."""
    given = connections["default"].settings_dict
    login = ":".join(quote(str(given[each]), safe="") for each in ("USER", "PASSWORD"))
    where = urlencode({"host": given["HOST"], "port": given["PORT"]})
    return f"postgresql://{login}@/{given['NAME']}?{where}"


@dataclass
class Gauge:
    """It says its level again and again, as devices do, until somebody switches it off."""

    source: str
    code: str
    level: float
    sent: int = 0
    _off: Event = field(default_factory=Event)

    @contextmanager
    def sending(self, port: int) -> Iterator["Gauge"]:
        """First what it measured before, then what it measures now."""
        client = Client(CallbackAPIVersion.VERSION2, f"gauge-{self.code}", protocol=MQTTv5)
        client.connect("127.0.0.1", port)
        client.loop_start()
        thread = Thread(target=self._send, args=[client], daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._off.set()
            thread.join(10)
            client.disconnect()
            client.loop_stop()

    def _send(self, client: Client) -> None:
        since, step = BEFORE
        begun = time.time_ns() // 1000
        past = [begun - minutes * MINUTE for minutes in range(since, 0, -step)]
        calm = [round(self.level - 0.4 + 0.4 * n / len(past), 3) for n in range(len(past))]
        self._say(client, past, calm)
        while not self._off.wait(EVERY):
            # Water is never quite still.
            value = round(self.level + 0.003 * (self.sent % 4), 3)
            self._say(client, [time.time_ns() // 1000], [value])

    def _say(self, client: Client, at: list[int], value: list[float]) -> None:
        body = json.dumps({"stream": self.code, "at": at, "value": value})
        client.publish(f"anlan/v1/{self.source}/points/json", body, qos=1)
        self.sent += len(at)
