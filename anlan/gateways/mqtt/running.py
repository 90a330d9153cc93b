"""The process that takes in what devices send over MQTT, until it is told to stop.

paho and not aiomqtt, which hides what is needed here: acknowledging by hand, after the commit.
"""

import logging
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import Error, connection
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from anlan.kernel import pulse
from anlan.kernel.errors import Refused
from anlan.watch.actions import Feed, Writer
from anlan.wiring.now import now

from .taking import TOPIC, UNSETTLED, Inbox, Message, Taker

REST = 0.02  # seconds between batches: many small commits cost more than a few larger ones
FLUSH_EVERY = 1.0
BEAT_EVERY = 5.0
AFTER_TROUBLE = 1.0
KNOCKS_EVERY = (1, 5)  # seconds, at first and at most, at a broker that is away
DAYS = 24 * 3600

_log = logging.getLogger("anlan.ingest")


@dataclass
class Line:
    """The connection to the broker; its session outlives us, so that nothing is lost meanwhile."""

    inbox: Inbox
    url: str
    life: int = 0  # which connection it is: acknowledgements of an earlier one mean nothing
    trouble: str = "还没有连上消息代理"
    client: Client = field(init=False)

    def open(self) -> None:
        parts = urlsplit(self.url)
        name = unquote(parts.username or "anlan")
        self.client = Client(
            CallbackAPIVersion.VERSION2, f"anlan-ingest-{name}", protocol=MQTTv5, manual_ack=True
        )
        if parts.username:
            self.client.username_pw_set(name, unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self.client.tls_set()
        self.client.on_connect = self._connected
        self.client.on_disconnect = self._lost
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._heard
        self.client.reconnect_delay_set(*KNOCKS_EVERY)
        wanted = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        wanted.ReceiveMaximum = UNSETTLED
        wanted.SessionExpiryInterval = 7 * DAYS
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        self.client.connect_async(
            parts.hostname or "127.0.0.1", port, clean_start=False, properties=wanted
        )
        self.client.loop_start()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _connected(self, client: Client, data: Any, flags: Any, code: Any, props: Any) -> None:
        self.life += 1
        if code.is_failure:
            self.trouble = f"消息代理不接受我们：{code}"
            _log.error("the broker refuses us: %s", code)
            return
        client.subscribe(TOPIC, qos=1)

    def _subscribed(self, client: Client, data: Any, mid: int, codes: Any, props: Any) -> None:
        refused = [code for code in codes if code.is_failure]
        self.trouble = f"消息代理不许我们订阅 {TOPIC}：{refused[0]}" if refused else ""

    def _lost(self, client: Client, data: Any, flags: Any, code: Any, props: Any) -> None:
        self.trouble = self.trouble or f"与消息代理的连接断开：{code}"

    def _heard(self, client: Client, data: Any, message: MQTTMessage) -> None:
        life, mid, qos = self.life, message.mid, message.qos

        def settle() -> None:
            if life == self.life and qos:
                client.ack(mid, qos)

        self.inbox.put(Message(message.topic, bytes(message.payload), settle))


def run(stop: threading.Event) -> None:
    """Store what the broker hands over, a batch at a time, until `stop`."""
    inbox, feed = Inbox(), Feed()
    taker = Taker(inbox, Writer(feed=feed))
    line = Line(inbox, settings.MQTT_URL)
    line.open()
    beat = threading.Thread(target=_beat, args=[stop, taker, line], daemon=True)
    beat.start()
    while not stop.is_set():
        inbox.bell.wait(FLUSH_EVERY)
        try:
            if not taker.round(at=now()):
                taker.writer.flush(at=now())
            stop.wait(REST)
        except (Error, Refused):
            _log.exception("nothing was stored, nothing is acknowledged")
            connection.close()
            stop.wait(AFTER_TROUBLE)
    line.close()
    beat.join(BEAT_EVERY)
    connection.close()


def _beat(stop: threading.Event, taker: Taker, line: Line) -> None:
    """A sign of life, with what is wrong; in a thread of its own: the writer may have to wait."""
    while not stop.wait(BEAT_EVERY):
        try:
            at = now()
            pulse.beat("ingest", at=at, trouble=line.trouble or taker.tally.words(at))
        except Error:
            _log.exception("no heartbeat could be written")
            connection.close()
    connection.close()
