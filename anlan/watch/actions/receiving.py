"""Taking in what a source sends: its names become streams, its units theirs (接收观测)."""

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from anlan.formats.points import Message
from anlan.kernel import outbox, pulse
from anlan.kernel.errors import Refused

from .. import events
from ..models import Source, Stream
from ..rules import factor
from ..rules.quality import Flag
from ..rules.streams import Columns, Ints
from .feed import Feed
from .storing import Stored, Writer

PART = "watch.receive"  # where its trouble is shown; no loop, so its silence means nothing
_told: set[str] = set()  # what was announced and has not ended yet
_log = logging.getLogger("anlan.ingest")


class HeldUp(Refused):
    """Nothing can be stored now: the sender keeps what it has and comes again (暂停接收)."""


@dataclass(frozen=True)
class Taken:
    """What became of a message; `unknown` are names that are no stream of the sender's."""

    stored: Stored
    unknown: tuple[str, ...] = ()
    clashing: tuple[str, ...] = ()  # streams whose unit is not the one that was said


class Names:
    """What a source calls its streams: their numbers and units, read once."""

    def __init__(self, source: Source) -> None:
        rows = Stream.objects.filter(source=source, active=True)
        self.of: dict[str | int, tuple[int, str]] = {}
        for pk, code, unit in rows.values_list("pk", "code", "unit"):
            self.of[code] = self.of[pk] = (pk, unit)

    def columns(self, message: Message) -> tuple[Columns, tuple[str, ...], tuple[str, ...]]:
        """Columns by number of stream; what is unknown has number -1."""
        many = len(message.names)
        ids, times, flags = np.full(many, -1), np.ones(many), np.zeros(many, np.uint8)
        clashing = []
        for place, name in enumerate(message.names):
            known = self.of.get(name)
            if known is None:
                continue
            ids[place] = known[0]
            said = message.units[place] if message.units else ""
            if said and said != known[1]:
                turned = factor(said, known[1])
                times[place] = 1.0 if turned is None else turned
                if turned is None:
                    flags[place] |= Flag.UNIT
                    clashing.append(str(name))
        which = message.which
        flag = flags[which]
        if message.doubted is not None:
            flag[message.doubted] |= np.uint8(Flag.DOUBTED)
        unknown = tuple(str(message.names[place]) for place in np.flatnonzero(ids < 0).tolist())
        value = message.value if (times == 1.0).all() else message.value * times[which]
        return Columns.of(ids[which], message.at, value, flag), unknown, tuple(clashing)


def receive(message: Message, *, source: Source, at: datetime) -> Taken:
    """Store one message of one source (接收观测); it is on disk when this returns."""
    columns, unknown, clashing = Names(source).columns(message)
    only = np.unique(columns.stream[columns.stream >= 0]).tolist()
    if not only:
        return Taken(Stored(0, 0, 0, 0, 0, len(message)), unknown, clashing)
    stored = keep(Writer(only=only, feed=Feed()), columns, source=source, sender=None, at=at)
    return Taken(stored, unknown, clashing)


def keep(
    writer: Writer, columns: Columns, *, source: Source | None, sender: Ints | None, at: datetime
) -> Stored:
    """Store columns while there is room (落盘); HeldUp when there is not, and nothing is stored."""
    check_room(at=at)
    try:
        stored = writer.store(columns, source=source, sender=sender, at=at)
    except (OperationalError, InterfaceError) as fault:
        raise _held_up(_words_of(fault), at) from fault
    if _told:
        pulse.beat(PART, at=at)
        _told.clear()
    return stored


def check_room(*, at: datetime) -> None:
    """Refuse before the disk is full (检查磁盘余量): what is left is for mending it."""
    free = shutil.disk_usage(_disk()).free
    if free < settings.INGEST_RESERVE:
        words = f"磁盘只剩 {free // 2**20} MB，低于预留的 {settings.INGEST_RESERVE // 2**20} MB"
        raise _held_up(words, at)


def _disk() -> Path:
    """Where the observations lie, as far as it is our own server that keeps them."""
    pointer, home = settings.DATA_DIR / "postgres.at", settings.DATA_DIR / "postgres"
    if pointer.exists():
        home = Path(pointer.read_text(encoding="utf-8").strip())
    return home if home.is_dir() else settings.DATA_DIR


def _words_of(fault: BaseException) -> str:
    cause = fault.__cause__
    if isinstance(cause, psycopg.errors.DiskFull):
        return "磁盘已满"
    return f"数据库暂时不可用（{type(cause or fault).__name__}）"


def _held_up(words: str, at: datetime) -> HeldUp:
    """The refusal; said once to the house as well, as long as anything can be written."""
    _log.error("nothing is acknowledged: %s", words)
    if words not in _told:
        try:
            pulse.beat(PART, at=at, trouble=f"已停止接收观测数据：{words}")
            outbox.announce(events.IngestHeldUp(words))
            _told.add(words)
        except DatabaseError:
            _log.exception("it could not be announced either")
    return HeldUp(f"暂停接收：{words}", mend="请保留数据稍后重发；管理员请腾出空间或扩容")
