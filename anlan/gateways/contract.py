"""The shape of every gateway (通道): what it is given, what it answers, when it is out of order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from anlan.wiring.receipts import Heard

WITHIN = 10.0  # seconds: how long one `send` may take, far less than the lease of what was claimed


class Message(Protocol):
    """One message or call to make, as the call-up hands it out."""

    @property
    def ref(self) -> UUID:
        """The same for the same attempt, however often it is sent: the idempotency key."""

    @property
    def channel(self) -> str:
        """SMS, VOICE, PUSH ..."""

    @property
    def number(self) -> str:
        """The full number or address: never to be logged."""

    @property
    def text(self) -> str:
        """What is sent or read aloud."""

    @property
    def urgent(self) -> bool:
        """Life safety."""


@dataclass(frozen=True)
class Sent:
    """What the outside said to one message: taken, or why not.

    `gone`: the address itself is no more, and need not be tried again.
    """

    ref: UUID
    fault: str = ""
    gone: bool = False

    @property
    def taken(self) -> bool:
        return not self.fault


class OutOfOrder(Exception):
    """The gateway as a whole does not answer: the line rests, the next one takes over (线路故障).

    `words` reach the log and the screen: never an address with a key in it, never a number.
    `perhaps_taken`: it was asked and did not answer in time, so that phones may be ringing.
    """

    def __init__(self, words: str, *, perhaps_taken: bool = False) -> None:
        super().__init__(words)
        self.words, self.perhaps_taken = words, perhaps_taken


class Gateway(Protocol):
    """One way out. An instance belongs to one thread."""

    batch: int  # the most messages that one `send` is given

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        """Hand messages over, in this order; those not mentioned in the answer stay unsent.

        At least once: after a crash the same `ref` comes again. Raises OutOfOrder when it can't be
        known, or is known, that nothing more gets through.
        """

    def room(self, *, at: datetime) -> int:
        """How many more it can take now: free voice lines; `batch` where nothing limits it."""

    def heard(self, *, at: datetime) -> list[Heard]:
        """What it has to tell and must be asked for; empty where it reports by itself."""

    def told(self, heard: Sequence[Heard]) -> None:
        """What was heard is kept: it need not be told again."""


class Outward:
    """What most gateways share: no limit but the batch, and nothing that must be asked for."""

    batch = 50

    def room(self, *, at: datetime) -> int:
        return self.batch

    def heard(self, *, at: datetime) -> list[Heard]:
        return []

    def told(self, heard: Sequence[Heard]) -> None:
        return
