"""What Zabbix and Prometheus are spoken to in, each batch answered before the next one."""

import http.client
import json
import re
import socket
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .names import HOST, METRIC, key_of

PATIENCE = 120.0  # seconds for one answer


class Wire(Protocol):
    """One connection, sending for the streams that it is asked to prepare."""

    def prepare(self, numbers: list[int]) -> Any:
        """What is the same in each batch of these streams."""

    def send(self, prepared: Any, at_ms: int, values: NDArray[np.float64]) -> int:
        """One value of each stream, at this time; how many of them were accepted."""


@dataclass
class Zabbix:
    """The trapper protocol of Zabbix 6 (“sender data”): a header, JSON, an answer, closed."""

    port: int

    def prepare(self, numbers: list[int]) -> list[str]:
        return [f'{{"host":"{HOST}","key":"{key_of(number)}","value":"' for number in numbers]

    def send(self, prepared: list[str], at_ms: int, values: NDArray[np.float64]) -> int:
        clock, ms = divmod(at_ms, 1000)
        tail = f'","clock":{clock},"ns":{ms * 1_000_000}}}'
        rows = ",".join(
            f"{head}{value:.3f}{tail}"
            for head, value in zip(prepared, values.tolist(), strict=True)
        )
        body = f'{{"request":"sender data","data":[{rows}]}}'.encode()
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            line.sendall(b"ZBXD\x01" + len(body).to_bytes(8, "little") + body)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        told = json.loads(answer[13:])
        found = re.search(r"processed: (\d+)", told.get("info", ""))
        return int(found[1]) if found else 0


@dataclass
class Prometheus:
    """Remote write 0.1: one protobuf message of series, compressed by snappy, posted."""

    port: int
    line: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def prepare(self, numbers: list[int]) -> NDArray[np.uint8]:
        """The series of a batch as rows of bytes, all of one length; the sample comes last."""
        rows = [_series(key_of(number)) for number in numbers]
        return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1).copy()

    def send(self, prepared: NDArray[np.uint8], at_ms: int, values: NDArray[np.float64]) -> int:
        import pyarrow as pa

        prepared[:, -15:-7] = values.astype("<f8").view(np.uint8).reshape(-1, 8)
        prepared[:, -6:] = np.frombuffer(_varint(at_ms), np.uint8)
        body = pa.compress(prepared.tobytes(), codec="snappy", asbytes=True)
        headers = {
            "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        }  # fmt: skip
        self.line.request("POST", "/api/v1/write", body, headers)
        answer = self.line.getresponse()
        answer.read()
        return len(values) if answer.status in (200, 204) else 0


def _series(key: str) -> bytes:
    """`TimeSeries {labels: [__name__, stream], samples: [value, ms]}` with room for the sample."""
    labels = _field(1, _label("__name__", METRIC)) + _field(1, _label("stream", key))
    sample = b"\x09" + bytes(8) + b"\x10" + bytes(6)
    return _field(1, labels + _field(2, sample))


def _label(name: str, value: str) -> bytes:
    return _field(1, name.encode()) + _field(2, value.encode())


def _field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; six bytes for the milliseconds of this century."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
