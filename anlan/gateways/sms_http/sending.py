"""Short messages by the batch, each by a template that the provider approved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from anlan.gateways import approved
from anlan.gateways.contract import Message, Outward, Sent
from anlan.gateways.posting import SignedPost, plain
from anlan.wiring.lines import LineEntry


class ShortMessages(Outward):
    """A line to an SMS provider (短信通道)."""

    batch = 200

    def __init__(self, entry: LineEntry) -> None:
        self.entry, self.post = entry, SignedPost(entry)

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        fine, refused = approved.sifted(self.entry, messages)
        if not fine:
            return refused
        return [*self.post.send([self._row(each) for each in fine], at=at), *refused]

    def _row(self, message: Message) -> dict[str, Any]:
        """The text as it stands, and taken apart again for providers that want its parts."""
        fit = approved.fit(self.entry, message.text)
        row = plain(message) | {"sender": self.entry.sender}
        return row | ({"template": fit.template, "words": fit.words} if fit else {})
