"""Announcements to the county's emergency broadcast platform."""

from collections.abc import Sequence
from datetime import datetime

from anlan.gateways.contract import Message, Outward, Sent
from anlan.gateways.posting import SignedPost
from anlan.wiring.lines import LineEntry

TIMES = 3  # how often it is read: people go out of the house to listen


class Loudspeakers(Outward):
    """A line to the loudspeakers of an area (应急广播通道)."""

    batch = 20

    def __init__(self, entry: LineEntry) -> None:
        self.entry, self.post = entry, SignedPost(entry)

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        rows = [
            {
                "ref": str(each.ref),
                "area": each.number,
                "text": each.text,
                "urgent": each.urgent,
                "times": TIMES,
            }
            for each in messages
        ]
        return self.post.send(rows, at=at)
