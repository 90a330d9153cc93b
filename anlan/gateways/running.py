"""The lines at work (通道运行): each in a thread of its own, claiming, sending, recording.

What is claimed belongs to its line for the time of a lease; a process that dies over it loses it to
the next. So a message goes out at least once, and for each crash at most once more. The order,
life safety first and then the nearest danger, is that of the claim: a line never takes more than it
can send now.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module

from django.db import Error, connection, transaction

from anlan.callup import actions
from anlan.callup.actions import Handed
from anlan.callup.actions.launching import BELL
from anlan.callup.models import Line
from anlan.gateways.cap_feed import Asking
from anlan.gateways.contract import Gateway, OutOfOrder, Sent
from anlan.kernel import catalogues, pulse
from anlan.kernel.errors import Refused
from anlan.watch.models import FeedEntry, feeds
from anlan.wiring import lines, receipts, worker
from anlan.wiring.catalogues import keep_fresh
from anlan.wiring.lines import LineEntry
from anlan.wiring.now import now
from anlan.wiring.receipts import Heard

LOOKS_EVERY = 0.5  # seconds without a bell
FEEDS_EVERY = 5.0  # seconds: whether it is time to ask
FEEDS = "cap_feeds"
BEAT_EVERY = 5.0
STOPPED_WITHIN = 15.0  # seconds for what is being sent
AT_ONCE = 50  # things heard, in one transaction
WELL_EVERY = timedelta(seconds=10)
NAME = "gateways"
_HOLD = "SELECT pg_try_advisory_lock(hashtext('anlan.line'), hashtext(%s))"

_log = logging.getLogger("anlan.gateways")


def gateway_of(entry: LineEntry) -> Gateway:
    """The gateway that serves a line: the folder of its kind."""
    made: Gateway = import_module(f"anlan.gateways.{entry.kind}").made(entry)
    return made


@dataclass
class Rate:
    """So many a second, with a second's worth saved up (速率): of one line, never of all."""

    per_second: float
    saved: float = 0.0
    seen: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.saved = max(1.0, self.per_second)

    def left(self) -> int:
        """How many may go now."""
        tick = time.monotonic()
        most = max(1.0, self.per_second)
        self.saved = min(most, self.saved + (tick - self.seen) * self.per_second)
        self.seen = tick
        return int(self.saved)

    def spend(self, count: int) -> None:
        self.saved -= count


@dataclass
class Running:
    """One line and the gateway that serves it."""

    entry: LineEntry
    gateway: Gateway
    read_clock: Callable[[], datetime] = now
    rate: Rate = field(init=False)
    line: str = field(init=False)
    held_on: object = field(default=None, init=False)  # the connection that holds the lock
    said_well_at: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.rate = Rate(self.entry.rate)
        self.line = self.entry.key

    def round(self) -> None:
        """Hear what is new, then send until nothing waits, the line is full or out of order."""
        if not self._is_mine():
            return  # another machine runs it
        try:
            self.hear()
            while self.send_some():
                self.hear()
        except Error:
            raise  # the database is gone: no line can do anything about it
        except Exception as fault:  # a slip in one gateway: the next line takes its messages over
            let_rest(self.line, fault, at=self.read_clock())
            raise

    def _is_mine(self) -> bool:
        """Whether this session runs the line: one at a time, or its rate would be multiplied.

        A lock of the session: whoever dies or loses the database lets go of it.
        """
        if connection.connection is not None and self.held_on is connection.connection:
            return True
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [self.entry.key])
            mine = bool(cursor.fetchone()[0])
        if mine:
            # Nobody else runs the line: what is still claimed belonged to one that is dead.
            actions.take_over(self.line, at=self.read_clock())
            actions.release_leases(at=self.read_clock())
        self.held_on = connection.connection if mine else None
        return mine

    def hear(self) -> None:
        """Say to the call-up what the outside has to tell, where it must be asked for."""
        while heard := self.gateway.heard(at=self.read_clock()):
            for some in _batches(heard):
                receipts.take(some, line=self.line, at=self.read_clock())
                self.gateway.told(some)

    def send_some(self) -> int:
        """Claim as many as may go now, send and record them; how many were taken."""
        limit = min(self.gateway.batch, self.rate.left(), self.gateway.room(at=self.read_clock()))
        if limit < 1:
            return 0
        claimed = actions.claim(self.line, limit=limit, at=self.read_clock())
        if not claimed:
            return 0
        self.rate.spend(len(claimed))
        try:
            sent = self.gateway.send(claimed, at=self.read_clock())
        except OutOfOrder as fault:
            self._failed(fault, claimed)
            return 0
        self._keep(sent)
        return sum(each.taken for each in sent)

    def _failed(self, fault: OutOfOrder, claimed: Sequence[Handed]) -> None:
        """The next line takes over what did not get out; what may be ringing waits."""
        _log.warning("%s: %s", self.entry.key, fault.words)
        self.said_well_at = None
        unsent = [] if fault.perhaps_taken else [each.ref for each in claimed]
        actions.line_failed(self.line, fault=fault.words, unsent=unsent, at=self.read_clock())

    @transaction.atomic
    def _keep(self, sent: Sequence[Sent]) -> None:
        at = self.read_clock()
        if taken := [each.ref for each in sent if each.taken]:
            actions.handed(taken, line=self.line, at=at)
            self._well(at)
        for each in sent:
            if not each.taken:
                # It would be refused again, before everybody behind it: this way is over for this
                # message, and the next channel or person is tried at once.
                actions.refused(each.ref, fault=each.fault, line=self.line, at=at)
                facts = {"words": each.fault}
                actions.receipt(each.ref, "FAILED", facts=facts, line=self.line, at=at)
            if each.gone:
                actions.address_gone(each.ref, at=at)

    def _well(self, at: datetime) -> None:
        """Not with every batch: a write that says nothing new costs as much as one that does."""
        if self.said_well_at is None or at - self.said_well_at > WELL_EVERY:
            actions.line_well(self.line, at=at)
            self.said_well_at = at


@dataclass
class Starting:
    """A line whose gateway is made in its own thread: one that can't be made silences no other."""

    entry: LineEntry
    running: Running | None = None

    def round(self) -> None:
        if self.running is None:
            self.running = self._made()
        self.running.round()

    def _made(self) -> Running:
        try:
            return Running(self.entry, gateway_of(self.entry))
        except Exception as fault:  # whatever it is: tried again, while the next line takes over
            let_rest(self.entry.key, fault, at=now())
            raise


def let_rest(line: str, fault: Exception, *, at: datetime) -> None:
    """Let a line rest whose own program failed; its words may hold a key, its kind may not."""
    if not Line.objects.filter(pk=line, resting_until__gt=at).exists():
        actions.line_failed(line, fault=f"通道程序出错（{type(fault).__name__}）", at=at)


def _batches(heard: Sequence[Heard]) -> Iterator[Sequence[Heard]]:
    """Small ones: who answers over another way meanwhile waits for no more than a few others."""
    for start in range(0, len(heard), AT_ONCE):
        yield heard[start : start + AT_ONCE]


def run(stop: threading.Event) -> None:
    """Keep all lines of the site at work until `stop`; a changed catalogue counts at once."""
    house = _House()
    while not stop.is_set():
        keep_fresh()
        house.beat(_reload(house))
        stop.wait(BEAT_EVERY)
    house.stop()


class _House:
    """The threads of all lines and feeds, and the bell that wakes the lines."""

    def __init__(self) -> None:
        self.entries: dict[str, LineEntry] | None = None
        self.feeds: dict[str, FeedEntry] | None = None
        self.parts: list[worker.Part] = []
        self.threads: list[threading.Thread] = []
        self.over = threading.Event()

    def start(self, entries: dict[str, LineEntry], feeds: dict[str, FeedEntry]) -> None:
        self.stop()
        self.entries, self.feeds, self.over = entries, feeds, threading.Event()
        active = [Starting(each) for each in entries.values() if each.active]
        bound = [
            worker.Part(f"line {each.entry.key}", each.round, pause=LOOKS_EVERY) for each in active
        ]
        bells = [part.bell for part in bound]
        ear = worker.Part("gateway bell", lambda: _listen(self.over, bells), pause=0.0)
        asked = [
            worker.Part(f"feed {each.key}", Asking(each).round, pause=FEEDS_EVERY)
            for each in feeds.values()
            if each.active
        ]
        self.parts = [*bound, *asked]
        self.threads = [
            threading.Thread(target=part.run, args=[self.over], name=part.name, daemon=True)
            for part in (*self.parts, ear)
        ]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for part in self.parts:
            part.bell.set()
        for thread in self.threads:
            thread.join(STOPPED_WITHIN)
        self.parts, self.threads = [], []

    def beat(self, trouble: str) -> None:
        """A sign of life, with what is wrong; a line that hangs shows as one that is silent."""
        words = [trouble, *(f"{part.name}: {part.trouble}" for part in self.parts if part.trouble)]
        try:
            pulse.beat(NAME, at=now(), trouble="；".join(filter(None, words)))
        except Error:  # without a database there is no sign of life to leave
            _log.exception("no heartbeat could be written")
            connection.close()


def _reload(house: _House) -> str:
    """Run the lines and feeds as the catalogues have them now; what is wrong, when that can't be.

    A catalogue with a mistake in it stops nothing that runs.
    """
    try:
        entries, known = lines.entries(), feeds()
        if entries != house.entries or known != house.feeds:
            actions.load_lines(list(entries.values()), at=now())
            house.start(entries, known)
    except Refused as refusal:
        return str(refusal)
    except Error as fault:
        connection.close()
        return f"数据库不通（{type(fault).__name__}）"
    wrong = [each for each in catalogues.troubles() if each.name in (lines.CATALOGUE, FEEDS)]
    return "；".join(map(str, wrong))


def _listen(stop: threading.Event, bells: list[threading.Event]) -> None:
    """Wake the lines when something was queued; they look twice a second anyway."""
    connection.ensure_connection()
    ear = connection.connection
    ear.execute(f"LISTEN {BELL}")
    while not stop.is_set():
        if list(ear.notifies(timeout=0.5, stop_after=1)):
            for bell in bells:
                bell.set()
            stop.wait(0.05)  # what rings meanwhile is heard all at once
