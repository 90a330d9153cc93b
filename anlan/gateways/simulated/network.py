"""The network's own memory: what was handed to it, what rang, what it has yet to tell.

A file of its own, committed before `hand` returns: it stands outside the district's tables and
transactions as a real network does, and remembers after a crash what the district has forgotten.
Instants are handed in, so that a drill or a bench can run on a moved clock.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from anlan.gateways.contract import Message, OutOfOrder, Sent
from anlan.wiring.lines import Behaviour, LineEntry
from anlan.wiring.receipts import Heard, Key, Read, Receipt, Reply

from . import fates

_TABLES = """
CREATE TABLE IF NOT EXISTS handed
  (id INTEGER PRIMARY KEY, ref TEXT, line TEXT, channel TEXT, number TEXT, text TEXT, at REAL);
CREATE INDEX IF NOT EXISTS handed_ref ON handed (ref);
CREATE TABLE IF NOT EXISTS rang
  (id INTEGER PRIMARY KEY, ref TEXT, line TEXT, channel TEXT, number TEXT, text TEXT,
   began REAL, ended REAL);
CREATE INDEX IF NOT EXISTS rang_number ON rang (number);
CREATE TABLE IF NOT EXISTS met
  (number TEXT, channel TEXT, turns INTEGER, PRIMARY KEY (number, channel)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news
  (id INTEGER PRIMARY KEY, line TEXT, due REAL, ref TEXT, number TEXT, what TEXT, facts TEXT);
CREATE INDEX IF NOT EXISTS news_due ON news (line, due);
CREATE TABLE IF NOT EXISTS trunk
  (line TEXT, place INTEGER, free_at REAL, PRIMARY KEY (line, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outage (line TEXT, since REAL, until REAL);
"""
_MEET = """
INSERT INTO met VALUES (?, ?, 1)
ON CONFLICT (number, channel) DO UPDATE SET turns = turns + 1 RETURNING turns
"""


@dataclass(frozen=True)
class Rang:
    """A phone that rang, or a message that arrived."""

    ref: UUID
    channel: str
    number: str
    text: str
    began: datetime


class Network:
    """Every phone there is, and the exchange between them."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._of_thread = threading.local()
        with self._store() as store:
            store.executescript(_TABLES)

    def _store(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._of_thread, "store", None)
        if found is None:
            found = sqlite3.connect(self.path, timeout=20.0, isolation_level="IMMEDIATE")
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            self._of_thread.store = found
        return found

    def close(self) -> None:
        """Let go of this thread's connection."""
        if store := getattr(self._of_thread, "store", None):
            store.close()
            del self._of_thread.store

    # --- what the district does ---------------------------------------------------------------

    def hand(self, entry: LineEntry, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        """Take messages and calls, and let the phones ring."""
        now = at.timestamp()
        with self._store() as store:
            store.execute("BEGIN IMMEDIATE")
            if self._is_out(store, entry.key, now):
                raise OutOfOrder("模拟线路中断")
            known = _known(store, messages) if entry.behaviour.dedupes else set()
            store.executemany(
                "INSERT INTO handed (ref, line, channel, number, text, at) VALUES (?,?,?,?,?,?)",
                [
                    (str(each.ref), entry.key, each.channel, each.number, each.text, now)
                    for each in messages
                ],
            )
            fresh = [each for each in messages if str(each.ref) not in known]
            _Exchange(store, entry, now).connect(fresh)
        return [Sent(each.ref) for each in messages]

    def room(self, entry: LineEntry, *, at: datetime) -> int:
        """How many voice lines are free."""
        busy = self._store().execute(
            "SELECT count(*) FROM trunk WHERE line = ? AND free_at > ?", [entry.key, at.timestamp()]
        )
        return max(0, entry.lines - int(busy.fetchone()[0]))

    # --- what the outside tells ---------------------------------------------------------------

    def news(self, line: str, *, at: datetime, limit: int = 2000) -> list[Heard]:
        """What has happened on a line until now and was not told yet, in its order."""
        rows = self._store().execute(
            "SELECT id, ref, number, what, facts FROM news WHERE line = ? AND due <= ?"
            " ORDER BY due, id LIMIT ?",
            [line, at.timestamp(), limit],
        )
        return [_heard(*row) for row in rows]

    def told(self, ids: Iterable[int]) -> None:
        """It was heard: forget it."""
        with self._store() as store:
            store.executemany("DELETE FROM news WHERE id = ?", [(each,) for each in ids])

    def next_news(self) -> datetime | None:
        """When the next thing happens: a moved clock may jump there."""
        (due,) = self._store().execute("SELECT min(due) FROM news").fetchone()
        return None if due is None else datetime.fromtimestamp(due, UTC)

    def next_free(self, line: str, *, at: datetime) -> datetime | None:
        """When the next busy voice line falls free."""
        (free,) = (
            self._store()
            .execute(
                "SELECT min(free_at) FROM trunk WHERE line = ? AND free_at > ?",
                [line, at.timestamp()],
            )
            .fetchone()
        )
        return None if free is None else datetime.fromtimestamp(free, UTC)

    # --- what only a test, a drill or a bench asks ----------------------------------------------

    def fail(self, line: str, *, since: datetime, until: datetime) -> None:
        """Put a line out of order for a while."""
        with self._store() as store:
            store.execute(
                "INSERT INTO outage VALUES (?,?,?)", [line, since.timestamp(), until.timestamp()]
            )

    def rang(self, number: str | None = None) -> list[Rang]:
        """Every ring and every message that arrived, in order; of one number or of all."""
        rows = self._store().execute(
            "SELECT ref, channel, number, text, began FROM rang WHERE ? IS NULL OR number = ?"
            " ORDER BY began, id",
            [number, number],
        )
        return [
            Rang(UUID(ref), channel, whose, text, datetime.fromtimestamp(began, UTC))
            for ref, channel, whose, text, began in rows
        ]

    def handed_over(self) -> list[tuple[UUID, str]]:
        """Everything that was handed over, in order: its name and channel."""
        rows = self._store().execute("SELECT ref, channel FROM handed ORDER BY id")
        return [(UUID(ref), channel) for ref, channel in rows]

    def duplicates(self) -> int:
        """How often a phone rang more than once for one attempt."""
        ask = "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) n FROM rang GROUP BY ref)"
        return int(self._store().execute(ask).fetchone()[0])

    def most_for_one(self) -> int:
        """How often a phone rang for the attempt that it rang for most."""
        ask = "SELECT coalesce(max(n), 0) FROM (SELECT count(*) n FROM rang GROUP BY ref)"
        return int(self._store().execute(ask).fetchone()[0])

    def _is_out(self, store: sqlite3.Connection, line: str, now: float) -> bool:
        asked = "SELECT 1 FROM outage WHERE line = ? AND since <= ? AND until > ?"
        return store.execute(asked, [line, now, now]).fetchone() is not None


class _Exchange:
    """Connects what was handed over at one instant, within the caller's transaction."""

    def __init__(self, store: sqlite3.Connection, entry: LineEntry, now: float) -> None:
        self.store, self.entry, self.now = store, entry, now
        self.behaviour: Behaviour = entry.behaviour
        self.rang: list[tuple[object, ...]] = []
        self.news: list[tuple[object, ...]] = []

    def connect(self, messages: Sequence[Message]) -> None:
        if self.entry.lines:
            self._have_trunks()
        for each in messages:
            self._connect(each)
        self.store.executemany(
            "INSERT INTO rang (ref, line, channel, number, text, began, ended)"
            " VALUES (?,?,?,?,?,?,?)",
            self.rang,
        )
        self.store.executemany(
            "INSERT INTO news (line, due, ref, number, what, facts) VALUES (?,?,?,?,?,?)", self.news
        )

    def _connect(self, message: Message) -> None:
        (turn,) = self.store.execute(_MEET, [message.number, message.channel]).fetchone()
        fate = fates.fate(self.behaviour, message.number, message.channel, turn)
        began = self._take_trunk(fate.busy) if message.channel == "VOICE" else self.now
        who = (str(message.ref), self.entry.key, message.channel, message.number)
        if fate.rings:
            self.rang.append((*who, message.text, began, began + fate.busy))
        self.news += [
            (
                self.entry.key,
                _instant(began + each.after),
                str(message.ref),
                message.number,
                each.what,
                json.dumps(each.facts, ensure_ascii=False),
            )
            for each in fate.news
        ]

    def _have_trunks(self) -> None:
        self.store.executemany(
            "INSERT OR IGNORE INTO trunk VALUES (?, ?, 0)",
            [(self.entry.key, place) for place in range(self.entry.lines)],
        )

    def _take_trunk(self, seconds: float) -> float:
        """The voice line that is free first; when its call begins."""
        place, free_at = self.store.execute(
            "SELECT place, free_at FROM trunk WHERE line = ? ORDER BY free_at, place LIMIT 1",
            [self.entry.key],
        ).fetchone()
        began = max(self.now, free_at)
        self.store.execute(
            "UPDATE trunk SET free_at = ? WHERE line = ? AND place = ?",
            [_instant(began + seconds), self.entry.key, place],
        )
        return float(began)


def _instant(seconds: float) -> float:
    """Whole milliseconds: the same number again after a turn through a datetime."""
    return round(seconds, 3)


def _known(store: sqlite3.Connection, messages: Sequence[Message]) -> set[str]:
    refs = json.dumps([str(each.ref) for each in messages])
    asked = "SELECT DISTINCT ref FROM handed WHERE ref IN (SELECT value FROM json_each(?))"
    return {ref for (ref,) in store.execute(asked, [refs])}


def _heard(id_: int, ref: str, number: str, what: str, facts: str) -> Heard:
    told = json.loads(facts)
    if what == "REPLY":
        return Reply(number, str(told["text"]), id=id_)
    if what == "KEY":
        return Key(UUID(ref), str(told["key"]), id=id_)
    if what == "READ":
        return Read(UUID(ref), id=id_)
    return Receipt(UUID(ref), what, told, id=id_)
