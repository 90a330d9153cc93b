"""The feeds of others, each asked in its time (定时轮询): a thread each, beside the lines.

When a feed was asked last, and what troubled it, stands in its sign of life: so a restart asks
nobody twice, and `anlan doctor` and the list of warnings say which feed is dead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from anlan.kernel import pulse
from anlan.watch.models import FeedEntry
from anlan.wiring.now import now

from .polling import Polled, poll

PREFIX = "cap_feed."  # with a dot: no loop, whose silence would mean something
AGAIN = timedelta(minutes=1)  # after trouble, where it would not be asked sooner
_HOLD = "SELECT pg_try_advisory_lock(hashtext('anlan.feed'), hashtext(%s))"
_LET_GO = "SELECT pg_advisory_unlock(hashtext('anlan.feed'), hashtext(%s))"


@dataclass
class Asking:
    """One feed, and when it is asked."""

    entry: FeedEntry
    read_clock: Callable[[], datetime] = now

    @property
    def part(self) -> str:
        return f"{PREFIX}{self.entry.key}"

    def round(self) -> Polled | None:
        """Ask if it is time to, and if nobody else is asking."""
        if not self._is_due() or not self._ask(_HOLD):
            return None
        try:
            return self._poll() if self._is_due() else None
        finally:
            self._ask(_LET_GO)

    def _poll(self) -> Polled:
        polled = poll(self.entry, at=self.read_clock())
        words = f"{self.entry.label}：{polled.trouble}" if polled.trouble else ""
        pulse.beat(self.part, at=self.read_clock(), trouble=words)
        return polled

    def _is_due(self) -> bool:
        at, (last, trouble) = self.read_clock(), pulse.last_words(self.part)
        pause = timedelta(minutes=self.entry.minutes)
        if last is None or last > at:  # never asked, or the clock was set back
            return True
        return at - last >= (min(pause, AGAIN) if trouble else pause)

    def _ask(self, statement: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.part])
            return bool(cursor.fetchone()[0])
