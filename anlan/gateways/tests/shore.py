"""A gauge station on the shore, its broker, and the ingest process as a site runs it.

Who asks the database is another session than the one that writes: it sees what is committed.
"""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import psycopg
import pytest
from django.db import connections
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from anlan.demo.bench.ingest import processes
from anlan.demo.district import Clock, District
from anlan.formats.points import pack
from anlan.gateways import mqtt
from anlan.gateways.mqtt import running
from anlan.kernel import clock as real_clock
from anlan.kernel import pulse
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm
from anlan.watch.models import Source, Stream

LONGEST = 60.0  # seconds; a second on a quiet machine
needs_broker = pytest.mark.skipif(
    processes.mosquitto() is None, reason="needs mosquitto (apt-get install mosquitto)"
)


def until(holds, seconds=LONGEST):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


@dataclass
class Shore:
    """A gauge station, its broker, and what of its points another session sees."""

    source: Source
    level: Stream
    other: Stream  # somebody else's
    settings: object
    seen: psycopg.Connection
    begun: int = field(default_factory=lambda: time.time_ns() // 1000)
    port: int = 0

    def stored(self) -> list[tuple[int, float]]:
        """Seconds since the beginning, and values, of all that is committed."""
        asked = "SELECT stream_id, (extract(epoch FROM at) * 1000000)::int8, value"
        rows = self.seen.execute(f"{asked} FROM watch_observation ORDER BY at, stream_id")
        return [
            (round((at - self.begun) / 1e6) + 1000, value)
            for stream, at, value in rows.fetchall()
            if stream == self.level.pk
        ]

    def well_since(self, begun: datetime) -> bool:
        last, trouble = pulse.last_words("ingest")
        return last is not None and last > begun and not trouble

    def at(self, second: int) -> int:
        """µs since 1970: a thousand seconds ago and onwards."""
        return self.begun + (second - 1000) * 1_000_000

    def body(self, *seconds: int, stream: Stream | None = None) -> bytes:
        many = len(seconds)
        number = np.full(many, (stream or self.level).pk)
        values = np.array(seconds, np.float64) / 1000
        return pack(number, np.array([self.at(each) for each in seconds]), values)

    def send(self, *messages: tuple[str, bytes]) -> None:
        """Publish with QoS 1, and wait until the broker has taken all of it."""
        device = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        device.connect("127.0.0.1", self.port)
        device.loop_start()
        for topic, body in messages:
            device.publish(f"anlan/v1/{topic}", body, qos=1).wait_for_publish(LONGEST)
        device.disconnect()
        device.loop_stop()

    @contextmanager
    def ingest(self, *, heard=True):
        """The process at work, and heard by the broker."""
        stop, begun = threading.Event(), real_clock.now()
        thread = threading.Thread(target=mqtt.run, args=[stop], daemon=True)
        thread.start()
        try:
            assert not heard or until(lambda: self.well_since(begun))
            yield
        finally:
            stop.set()
            thread.join(LONGEST)
            assert not thread.is_alive()


@pytest.fixture
def shore(own_database, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BEAT_EVERY", 0.1)
    settings.DATA_DIR, settings.INGEST_RESERVE = tmp_path, 0
    now = real_clock.now()
    district = District(Clock(now))
    who = {"by": district.chen_section, "at": now}
    made = []
    for key in ("hydro", "other"):
        source, _ = actions.open_source(
            key=key, name=key, body=district.bureau, area=district.zeguo, **who
        )
        form = StationForm(key, f"{key}水位站", area=district.zeguo, source=source)
        station = actions.add_station(form, **who)
        made.append((source, actions.add_stream(station, StreamForm("z1", "water_level"), **who)))
    actions.prepare_parts(at=now)
    given = connections["default"].settings_dict
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    with psycopg.connect(
        **login, password=given["PASSWORD"], dbname=own_database, autocommit=True
    ) as seen:
        yield Shore(made[0][0], made[0][1], made[1][1], settings, seen)


@pytest.fixture
def broker(shore, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broker")
    with processes.broker(folder / "own") as shore.port:
        shore.settings.MQTT_URL = f"mqtt://127.0.0.1:{shore.port}"
        yield folder / "own"
