"""Calls, as many at the same time as the exchange has lines."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from anlan.callup.models import Attempt
from anlan.gateways.contract import Message, Outward, Sent
from anlan.gateways.posting import SignedPost, plain
from anlan.wiring.lines import LineEntry

KEYS = {"1": "收到", "2": "已到岗", "3": "需支援", "4": "无法到达"}
# A call of which nothing was heard for so long is over, and its receipt was lost.
LONGEST_CALL = timedelta(minutes=3)
UNHEARD = ("", Attempt.Outcome.NOTIFIED)


class Calls(Outward):
    """A line to a voice exchange (语音通道)."""

    batch = 50

    def __init__(self, entry: LineEntry) -> None:
        self.entry, self.post = entry, SignedPost(entry)
        self.under_way: dict[UUID, datetime] | None = None  # until when each may last

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        rows = [plain(each) | {"keys": KEYS, "caller": self.entry.sender} for each in messages]
        sent = self.post.send(rows, at=at)
        self._under_way(at).update({each.ref: at + LONGEST_CALL for each in sent if each.taken})
        return sent

    def room(self, *, at: datetime) -> int:
        """Free voice lines: those of the catalogue, less the calls that no receipt has ended."""
        calls = self._under_way(at)
        waiting = Attempt.objects.filter(ref__in=list(calls), outcome__in=UNHEARD)
        lasting = set(waiting.values_list("ref", flat=True))
        self.under_way = {ref: end for ref, end in calls.items() if ref in lasting and end > at}
        return min(self.batch, max(0, self.entry.lines - len(self.under_way)))

    def _under_way(self, at: datetime) -> dict[UUID, datetime]:
        if self.under_way is None:  # just started: what an earlier process sent may still ring
            sent = Attempt.objects.filter(
                line=self.entry.key, outcome__in=UNHEARD, handed_at__gt=at - LONGEST_CALL
            )
            found = sent.values_list("ref", "handed_at")
            self.under_way = {ref: begun + LONGEST_CALL for ref, begun in found if begun}
        return self.under_way
