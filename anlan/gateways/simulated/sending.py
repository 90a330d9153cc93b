"""The simulated network as a gateway."""

import time
from collections.abc import Sequence
from datetime import datetime

from anlan.gateways import approved
from anlan.gateways.contract import Message, Sent
from anlan.wiring.lines import LineEntry
from anlan.wiring.receipts import Heard

from .network import Network


class Simulated:
    """A line into the simulated network (模拟线路)."""

    batch = 1000

    def __init__(self, entry: LineEntry, network: Network) -> None:
        self.entry, self.network = entry, network

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        fine, refused = approved.sifted(self.entry, messages)
        if not fine:
            return refused
        sent = self.network.hand(self.entry, fine, at=at)
        time.sleep(self.entry.behaviour.answers_after)  # whoever dies now has rung, unrecorded
        return [*sent, *refused]

    def room(self, *, at: datetime) -> int:
        if not self.entry.lines:
            return self.batch
        return min(self.batch, self.network.room(self.entry, at=at))

    def heard(self, *, at: datetime) -> list[Heard]:
        return self.network.news(self.entry.key, at=at)

    def told(self, heard: Sequence[Heard]) -> None:
        self.network.told(each.id for each in heard)
