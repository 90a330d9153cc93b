"""The look-out (瞭望): asks the database once a second for all call-ups that are watched.

However many look at a call-up, it is asked for once; who watches hears only of what has changed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

EVERY = 1.0  # seconds between two looks
_log = logging.getLogger("anlan.live")

Facts = dict[str, Any]

# What a change of shows: persons by state, messages by what became of them, words that came in.
LOOK = """
SELECT u.id, u.stage, u.confirm_by, p.*, m.*
  FROM callup_callup u
  LEFT JOIN LATERAL (
    SELECT count(*) AS called,
           count(*) FILTER (WHERE c.state = 'ANSWERED') AS answered,
           count(*) FILTER (WHERE c.state = 'CALLING') AS calling,
           count(*) FILTER (WHERE c.state = 'PASSED_ON') AS passed_on,
           count(*) FILTER (WHERE c.state = 'BY_HAND') AS by_hand,
           count(*) FILTER (WHERE c.state = 'UNREACHED') AS unreached,
           sum(c.turn) AS words, sum(c.shot) AS shots
      FROM callup_called c WHERE c.callup_id = u.id) p ON true
  LEFT JOIN LATERAL (
    SELECT count(*) AS attempts, max(a.receipt_at) AS receipt, max(a.handed_at) AS handed,
           count(*) FILTER (WHERE a.state IN ('QUEUED', 'CLAIMED')) AS waiting
      FROM callup_attempt a JOIN callup_called c ON c.id = a.called_id
     WHERE c.callup_id = u.id) m ON true
 WHERE u.id = ANY(%s)
"""
TOLD = ("stage", "called", "answered", "calling", "passed_on", "by_hand", "unreached")


def look(callups: list[int]) -> dict[int, Facts]:
    """How these call-ups stand: by id, everything whose change is worth an event."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [callups])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row.pop("id"): row for row in rows}


def told(facts: Facts) -> Facts:
    """What an event says of them: the stage and some counts, no person."""
    return {name: facts[name] for name in TOLD}


@dataclass(eq=False)
class Viewer:
    """One open page. `news` is what it has not been told yet; None tells it to go."""

    person_id: int
    callup_id: int
    news: "asyncio.Queue[Facts | None]" = field(default_factory=lambda: asyncio.Queue(maxsize=1))

    def tell(self, facts: Facts | None) -> None:
        """The latest counts; what it had no time to hear is overtaken by them."""
        while not self.news.empty():
            self.news.get_nowait()
        self.news.put_nowait(facts)


class Full(Exception):
    """No more viewers: the page asks by itself instead."""


class Tower:
    """Everybody who watches, by call-up."""

    def __init__(self, ask: Callable[[list[int]], Any], *, most: int, most_of_one: int) -> None:
        self.ask = ask  # awaited: the look, wherever it is made
        self.most, self.most_of_one = most, most_of_one
        self.viewers: set[Viewer] = set()
        self.known: dict[int, Facts] = {}
        self.looks = 0
        self.looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self, person_id: int, callup_id: int) -> AsyncIterator[Viewer]:
        """Watch for as long as the block lasts; Full beyond the limits."""
        own = sum(viewer.person_id == person_id for viewer in self.viewers)
        if len(self.viewers) >= self.most or own >= self.most_of_one:
            raise Full
        viewer = Viewer(person_id, callup_id)
        self.viewers.add(viewer)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look_out())
        try:
            yield viewer
        finally:
            self.viewers.discard(viewer)
            if not any(other.callup_id == callup_id for other in self.viewers):
                self.known.pop(callup_id, None)

    def send_away(self) -> None:
        """Everybody goes: their pages ask by themselves until the stream is back."""
        for viewer in self.viewers:
            viewer.tell(None)

    async def _look_out(self) -> None:
        while self.viewers:
            try:
                await self._round()
            except Exception:  # the database may be gone: a page that waits here would look alive
                _log.exception("the look-out failed; its viewers ask by themselves")
                self.send_away()
            await asyncio.sleep(EVERY)

    async def _round(self) -> None:
        wanted = sorted({viewer.callup_id for viewer in self.viewers})
        found: dict[int, Facts] = await self.ask(wanted)
        self.looks += 1
        for callup_id, facts in found.items():
            if self.known.get(callup_id) == facts:
                continue
            self.known[callup_id] = facts
            for viewer in self.viewers:
                if viewer.callup_id == callup_id:
                    viewer.tell(told(facts))
