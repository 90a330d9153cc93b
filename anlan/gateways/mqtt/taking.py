"""What lies between the broker and the writer: messages that wait, and what became of them.

The broker hands over as many messages as may be unacknowledged at a time (`UNSETTLED`) and no more:
when the disk is slow the devices' messages wait at the broker, and nothing here grows.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db import Error

from anlan.formats import points as wire
from anlan.formats.points import BadPoints
from anlan.kernel.errors import Refused
from anlan.watch.actions import Names, Stored, Writer, keep
from anlan.watch.models import Source
from anlan.watch.rules import Columns
from anlan.watch.rules.streams import joined

TOPIC = "anlan/v1/+/points/#"  # anlan/v1/<source>/points, .../points/json, /csv, /arrow
KINDS = {"": wire.COMPACT, "json": "application/json", "csv": "text/csv", "arrow": wire.ARROW}
UNSETTLED = 4000  # messages in hand at a time
MOST_POINTS = 200_000  # stored in one transaction
NAMES_FOR = timedelta(seconds=10)
REMARKED_FOR = timedelta(minutes=2)  # long enough to be seen by whoever tries a device out

_log = logging.getLogger("anlan.ingest")


class Message(NamedTuple):
    """One message as the broker handed it over; `settle` acknowledges it."""

    topic: str
    body: bytes
    settle: Callable[[], object]


@dataclass
class Tally:
    """What was stored since the start; shown with the sign of life."""

    points: int = 0
    repeated: int = 0
    late: int = 0
    refused: int = 0
    bad: int = 0
    batches: int = 0
    trouble: str = ""  # what keeps points from being stored now
    remark: str = ""  # the last message that could not be read
    remarked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def set_aside(self, words: str, *, at: datetime) -> None:
        """Something in a message was nothing that we can store."""
        self.remark, self.remarked_at = words, at

    def words(self, at: datetime) -> str:
        """What whoever looks should know; good messages that follow do not make a bad one good."""
        return self.trouble or (self.remark if at - self.remarked_at < REMARKED_FOR else "")

    def add(self, stored: Stored) -> None:
        self.points += stored.taken
        self.repeated += stored.repeated
        self.late += stored.late
        self.refused += stored.refused
        self.batches += 1


class Inbox:
    """Messages that wait for the writer; filled by the broker's thread."""

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._lock = threading.Lock()
        self.bell = threading.Event()

    def put(self, message: Message) -> None:
        with self._lock:
            self._waiting.append(message)
        self.bell.set()

    def take(self, most: int | None = None) -> list[Message]:
        """What waits, oldest first."""
        with self._lock:
            taken, self._waiting = self._waiting[:most], self._waiting[len(self._waiting[:most]) :]
            if not self._waiting:
                self.bell.clear()
        return taken

    def put_back(self, messages: Sequence[Message]) -> None:
        """What could not be stored now comes first again."""
        with self._lock:
            self._waiting[:0] = messages
        self.bell.set()


@dataclass
class Taker:
    """Turns messages into one batch, stores it, and only then lets them be acknowledged."""

    inbox: Inbox
    writer: Writer
    tally: Tally = field(default_factory=Tally)
    _sources: dict[str, Source | None] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=dict)
    _looked_at: datetime | None = None
    _most: int | None = None  # messages in one batch, while one is looked for that is at fault

    def round(self, *, at: datetime) -> int:
        """Store what waits; how many points. HeldUp leaves everything where it was."""
        messages = self.inbox.take(self._most)
        if not messages:
            return 0
        self.tally.trouble = ""
        try:
            columns, senders, settled = self._read(messages, at)
            stored = self._keep(columns, senders, at)
        except (Error, Refused) as fault:
            self.inbox.put_back(messages)
            self.tally.trouble = fault.words if isinstance(fault, Refused) else repr(fault)
            raise
        except Exception as fault:
            self._suspect(messages, fault, at)
            return 0
        self._widen()
        for message in settled:
            message.settle()
        if left := messages[len(settled) :]:
            self.inbox.put_back(left)
        return stored

    def _suspect(self, messages: list[Message], fault: Exception, at: datetime) -> None:
        """One of them is nothing that we can store: it is looked for in ever smaller batches, and
        set aside. It would otherwise come again for ever, and nothing after it.
        """
        _log.exception("one of %s messages is at fault", len(messages))
        if len(messages) > 1:
            self.inbox.put_back(messages)
            self._most = len(messages) // 2
            return
        self._widen()
        self.tally.bad += 1
        self.tally.set_aside(f"{messages[0].topic}：{fault!r}", at=at)
        messages[0].settle()

    def _widen(self) -> None:
        if self._most is not None:
            self._most = 2 * self._most if self._most < UNSETTLED else None

    def _keep(self, columns: list[Columns], senders: list[int], at: datetime) -> int:
        if not columns:
            return 0
        sender = np.repeat(np.array(senders, np.int64), [len(each) for each in columns])
        stored = keep(self.writer, joined(*columns), source=None, sender=sender, at=at)
        self.tally.add(stored)
        return stored.taken

    def _read(
        self, messages: list[Message], at: datetime
    ) -> tuple[list[Columns], list[int], list[Message]]:
        """The points of as many messages as fit one transaction; bad ones are settled as well.

        A message that nobody can read would otherwise come again for ever.
        """
        columns: list[Columns] = []
        senders: list[int] = []
        many = 0
        for number, message in enumerate(messages):
            if many >= MOST_POINTS:
                return columns, senders, messages[:number]
            try:
                source, some = self._one(message, at)
            except BadPoints as wrong:
                self.tally.bad += 1
                self.tally.set_aside(f"{message.topic}：{wrong}", at=at)
                _log.warning("%s: %s", message.topic[:80], wrong)
                continue
            columns.append(some)
            senders.append(source)
            many += len(some)
        return columns, senders, messages

    def _one(self, message: Message, at: datetime) -> tuple[int, Columns]:
        parts = message.topic.split("/")
        source = self._source(parts[2], at) if len(parts) in (4, 5) else None
        kind = KINDS.get(parts[4] if len(parts) == 5 else "")
        if source is None or kind is None:
            raise BadPoints("没有这个来源或格式")
        if kind == wire.COMPACT:
            stream, times, value = wire.unpack(message.body)
            return source.pk, Columns(stream, times, value, np.zeros(len(stream), np.uint8))
        if source.key not in self._names:  # ten thousand of them: read only where names are said
            self._names[source.key] = Names(source)
        columns, unknown, _ = self._names[source.key].columns(wire.read(message.body, kind))
        if unknown:
            names = "、".join(unknown[:5])
            self.tally.set_aside(f"{message.topic}：没有测点 {names}", at=at)
        return source.pk, columns

    def _source(self, key: str, at: datetime) -> Source | None:
        if self._looked_at is None or at - self._looked_at > NAMES_FOR:
            self._sources, self._names, self._looked_at = {}, {}, at
        if key not in self._sources:
            self._sources[key] = Source.objects.filter(key=key, active=True).first()
        return self._sources[key]
