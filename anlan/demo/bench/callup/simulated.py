"""A call-up on a clock that jumps from one thing that happens to the next.

Everything is the real thing, the tables, the engine, the lines at work, but for the network and
the time: eleven hours of ringing phones pass in a minute or two.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from django.db.models import Min

from anlan.callup import actions
from anlan.callup.models import Attempt, Called, Callup, Line
from anlan.gateways.running import Running
from anlan.gateways.simulated import Network, Simulated
from anlan.gateways.simulated.fates import fate
from anlan.wiring.lines import Behaviour, LineEntry

OUT_FOR = timedelta(seconds=60)
FAST = 1e9  # a second: what the bench measures is us, not a provider's limit
SECOND = timedelta(seconds=1)
WAITING = ("CALLING", "BY_HAND")
FEW = 20  # voice lines
TWENTY_HOURS = timedelta(hours=20)


class Night:
    """One call-up from its approval until nothing more happens."""

    def __init__(self, folder: Path, behaviour: Behaviour, voice: int, at: datetime) -> None:
        self.at, self.begun, self.behaviour = at, at, behaviour
        self.grain = 1 if voice > FEW else 3
        self.network = Network(folder / f"network-{voice}.sqlite3")
        entries = [
            self._entry("sms", "SMS", 1),
            self._entry("sms_spare", "SMS", 2),
            self._entry("voice", "VOICE", 1, voice),
        ]
        actions.load_lines(entries, at=at)
        Line.objects.update(failures=0, resting_until=None)
        self.lines = [
            Running(each, Simulated(each, self.network), read_clock=lambda: self.at)
            for each in entries
        ]
        self.in_the_app: list[tuple[datetime, int]] = []
        # The best SMS gateway is out of order for the first minute.
        self.network.fail("sms", since=at, until=at + OUT_FOR)

    def _entry(self, key: str, channel: str, place: int, lines: int = 0) -> LineEntry:
        return LineEntry(
            key=key,
            label=f"模拟{key}",
            world="LIVE",
            kind="simulated",
            channels=(channel,),  # type: ignore[arg-type]
            place=place,
            rate=FAST,
            lines=lines,
            behaviour=self.behaviour,
        )

    def send_all(self) -> None:
        """Every line sends until it has nothing more, or no room."""
        for line in self.lines:
            line.round()

    def go_on(self, callup: Callup) -> None:
        """Until everybody is settled and no phone rings any more."""
        self._readers(callup)
        until = self.at + TWENTY_HOURS
        while (then := self._next(callup)) and then < until:
            self.at = max(self.at + SECOND, then)
            for line in self.lines:
                line.hear()
            self._read()
            again = actions.call_on("LIVE", at=self.at)
            while again and actions.call_on("LIVE", at=self.at):
                pass
            self._send(messages=bool(again))

    def _send(self, *, messages: bool) -> None:
        """Calls as lines fall free; messages only when there are new ones, or a line is back."""
        for line in self.lines:
            if messages or line.entry.lines or self.at < self.begun + OUT_FOR:
                while line.send_some():
                    pass

    def _next(self, callup: Callup) -> datetime | None:
        """When the next thing happens, in whole seconds; with few lines every third one will do."""
        soon = [self.network.next_news(), self.in_the_app[0][0] if self.in_the_app else None]
        called = Called.objects.filter(callup=callup, state__in=WAITING)
        soon.append(called.aggregate(due=Min("deadline"))["due"])
        if Attempt.objects.filter(world="LIVE", channel="VOICE", state="QUEUED").exists():
            soon.append(self.network.next_free("voice", at=self.at))
        if self.at < self.begun + OUT_FOR:
            rests = Line.objects.filter(resting_until__gt=self.at)
            soon.append(rests.aggregate(due=Min("resting_until"))["due"])
        known = [each for each in soon if each]
        if not known:
            return None
        whole = ceil(min(known).timestamp() / self.grain) * self.grain
        return datetime.fromtimestamp(whole, self.at.tzinfo)

    # --- those who read the app ------------------------------------------------------------------

    def _readers(self, callup: Callup) -> None:
        """The app is our own and has no gateway: whoever opens it does so by the same dice."""
        asked = Attempt.objects.filter(called__callup=callup, channel="APP")
        for number, called in asked.values_list("called__person__phone", "called_id"):
            for news in fate(self.behaviour, number, "APP", 1).news:
                if news.what == "READ":
                    self.in_the_app.append((self.at + timedelta(seconds=news.after), called))
        heapq.heapify(self.in_the_app)

    def _read(self) -> None:
        for called in self._due():
            row = Called.objects.select_related("person", "callup").get(pk=called)
            actions.answer(row, kind="RECEIVED", by=row.person, at=self.at)

    def _due(self) -> Iterator[int]:
        while self.in_the_app and self.in_the_app[0][0] <= self.at:
            yield heapq.heappop(self.in_the_app)[1]
