"""What a message may be used for (用途): told by type, so that no `if` stands between a drill and
the public.

A live channel takes a `Live`, a drill's channel a `Drill`. A `Live` cannot be made of anything
but a sound message with status Actual, whoever tries.
"""

from dataclasses import dataclass

from .faults import Fault
from .judging import judge
from .reading import Message
from .values import Alert, CapError, Status

_IN_DRILLS = (Status.EXERCISE, Status.TEST)


@dataclass(frozen=True)
class Live:
    """A message for everybody it is addressed to: status Actual, and sound (实发)."""

    alert: Alert

    def __post_init__(self) -> None:
        _must(self.alert, (Status.ACTUAL,), "实发")


@dataclass(frozen=True)
class Drill:
    """A message for those who take part in a drill or a test, and nobody else (演练)."""

    alert: Alert

    def __post_init__(self) -> None:
        _must(self.alert, _IN_DRILLS, "演练")


@dataclass(frozen=True)
class Refused:
    """A message that may not be acted on: kept for the record, with the reasons (拒用)."""

    alert: Alert | None
    faults: tuple[Fault, ...]

    @property
    def words(self) -> str:
        """Why, in one sentence."""
        return "；".join(fault.words for fault in self.faults if fault.grave)


Use = Live | Drill | Refused


def for_use(message: Message) -> Use:
    """What a received message may be used for; a broken signature refuses it like any grave
    fault.
    """
    alert = message.alert
    if alert is None or not message.usable:
        return Refused(alert, message.faults)
    return Live(alert) if alert.status is Status.ACTUAL else Drill(alert)


def _must(alert: Alert, allowed: tuple[Status, ...], use: str) -> None:
    if alert.status not in allowed:
        raise CapError(f"status 为 {alert.status.value} 的报文不能用于{use}")
    grave = [fault for fault in judge(alert) if fault.grave]
    if grave:
        raise CapError(f"报文不能用于{use}：{grave[0].words}")
