"""Devices send through a real broker: what is acknowledged is on disk, and nothing stops the rest.

The ingest process runs as it does in a site, in a thread; a device is a client of its own.
"""

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
from paho.mqtt.client import Client

from anlan.demo.bench.ingest import processes
from anlan.formats.points import pack
from anlan.gateways.mqtt import Inbox, Message
from anlan.gateways.mqtt.taking import Taker
from anlan.kernel import clock as real_clock
from anlan.kernel import pulse
from anlan.watch.actions import Writer
from anlan.watch.rules.quality import Flag

from .shore import needs_broker, until


@needs_broker
def test_every_form_is_stored_and_acknowledged_only_when_others_see_it(shore, broker, monkeypatch):
    acknowledged: list[int] = []

    def ack(client, mid, qos):
        acknowledged.append(len(shore.stored()))
        return original(client, mid, qos)

    original = Client.ack
    monkeypatch.setattr(Client, "ack", ack)
    rows = [{"stream": "z1", "at": shore.at(2), "value": 2, "unit": "cm"}]
    table = pa.table({"stream": ["z1"], "at": [shore.at(4)], "value": [0.004]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    with shore.ingest():
        shore.send(("hydro/points", shore.body(1)))
        shore.send(("hydro/points/json", json.dumps(rows).encode()))
        shore.send(("hydro/points/csv", f"stream,at,value\nz1,{shore.at(3)},0.003\n".encode()))
        shore.send(("hydro/points/arrow", sink.getvalue().to_pybytes()))
        assert until(lambda: len(acknowledged) == 4)
    assert shore.stored() == [(1, 0.001), (2, 0.02), (3, 0.003), (4, 0.004)]
    # At its acknowledgement each was there already: the first found one point, the fourth four.
    assert all(there >= place for place, there in enumerate(acknowledged, 1))


@needs_broker
def test_while_nothing_can_be_stored_the_broker_keeps_it_for_whoever_comes_next(shore, broker):
    shore.settings.INGEST_RESERVE = 2**60
    with shore.ingest():
        shore.send(*[("hydro/points", shore.body(each)) for each in range(1, 6)])
        assert until(lambda: "磁盘只剩" in pulse.last_words("ingest")[1])
    assert shore.stored() == []
    assert any("已停止接收" in words for words in pulse.troubles("watch.receive"))
    shore.settings.INGEST_RESERVE = 0
    with shore.ingest():  # another process: nothing was acknowledged, so all of it comes again
        assert until(lambda: len(shore.stored()) == 5)
        assert until(lambda: pulse.last_words("ingest")[1] == "")
    assert pulse.troubles("watch.receive") == []


@needs_broker
def test_what_is_no_message_or_not_theirs_holds_up_nobody(shore, broker):
    with shore.ingest():
        shore.send(
            ("hydro/points", b"\0" * 28),
            ("nobody/points", shore.body(1)),
            ("hydro/points/xml", b"<point/>"),
            ("hydro/points", shore.body(1, stream=shore.other)),
            ("hydro/points", pack(np.array([shore.level.pk]), np.array([-(2**62)]), np.ones(1))),
            ("hydro/points", shore.body(2)),
            # Last: what is told is the newest of them.
            ("hydro/points/json", b'[{"stream":["z1"],"at":1,"value":1}]'),
        )
        assert until(lambda: shore.stored() == [(2, 0.002)])
        assert until(lambda: "hydro/points/json" in pulse.last_words("ingest")[1])
    with shore.ingest():  # and none of them is kept to come again
        shore.send(("hydro/points", shore.body(3)))
        assert until(lambda: len(shore.stored()) == 2)
        assert until(lambda: pulse.last_words("ingest")[1] == "")
    count = shore.seen.execute("SELECT count(*) FROM watch_observation").fetchone()
    assert count == (2,)


@needs_broker
def test_a_broker_that_went_away_is_told_and_taken_up_again(shore, broker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("second")
    port = processes.free_port()
    shore.settings.MQTT_URL = f"mqtt://127.0.0.1:{port}"
    with shore.ingest(heard=False):
        assert until(lambda: "还没有连上消息代理" in pulse.last_words("ingest")[1])
        with processes.broker(folder / "own", port) as shore.port:
            assert until(lambda: pulse.last_words("ingest")[1] == "")
            shore.send(("hydro/points", shore.body(1)))
            assert until(lambda: len(shore.stored()) == 1)
        assert until(lambda: "连接断开" in pulse.last_words("ingest")[1])
        with processes.broker(folder / "own", port) as shore.port:
            shore.send(("hydro/points", shore.body(2)))
            assert until(lambda: len(shore.stored()) == 2)
            assert until(lambda: pulse.last_words("ingest")[1] == "")


class Chokes(Writer):
    """A writer with a mistake of ours: one value makes it fail, as no message should."""

    def store(self, points, **given):
        if (points.value == 0.013).any():
            raise ZeroDivisionError("ours")
        return super().store(points, **given)


def test_a_message_that_we_choke_on_is_found_among_the_others_and_set_aside(shore):
    taker = Taker(inbox := Inbox(), Chokes())
    settled: list[int] = []
    for number in range(1, 41):
        inbox.put(
            Message(
                "anlan/v1/hydro/points",
                shore.body(number),
                lambda number=number: settled.append(number),
            )
        )
    at = real_clock.now()
    for _ in range(40):
        taker.round(at=at)
    assert sorted(settled) == list(range(1, 41))
    assert [second for second, _ in shore.stored()] == [n for n in range(1, 41) if n != 13]
    assert (taker.tally.bad, taker.tally.points) == (1, 39)
    assert "ours" in taker.tally.words(at), "those that followed were good, and mended nothing"
    assert taker.tally.words(at + timedelta(minutes=3)) == ""


def test_points_of_a_day_without_a_table_and_of_a_clock_ahead_are_kept(shore):
    taker = Taker(inbox := Inbox(), Writer())
    tomorrow = shore.at(1000 + 3600)
    long_ago = real_clock.now() - timedelta(days=9000)
    times = np.array([round(long_ago.timestamp() * 1e6), tomorrow])
    body = pack(np.full(2, shore.level.pk), times, np.ones(2))
    inbox.put(Message("anlan/v1/hydro/points", body, lambda: None))
    assert taker.round(at=real_clock.now()) == 2
    (flags,) = shore.seen.execute(
        "SELECT array_agg(flag ORDER BY at) FROM watch_observation"
    ).fetchone()
    assert flags[1] & Flag.SKEWED
