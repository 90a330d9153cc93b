"""What the callup room announces. Names are in the past tense; payloads are ids.

`world` stands on each: who hears of a drill must never do what a real call-up asks for.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CallupSubmitted:
    callup_id: int
    world: str


@dataclass(frozen=True)
class CallupSentBack:
    callup_id: int
    world: str


@dataclass(frozen=True)
class CallupVoided:
    callup_id: int
    world: str


@dataclass(frozen=True)
class CallupStarted:
    callup_id: int
    world: str
    people: int


@dataclass(frozen=True)
class CallupStartedUrgently:
    """Started to save lives before anybody approved it: who may approve it is told at once."""

    callup_id: int
    world: str


@dataclass(frozen=True)
class ApprovalConfirmed:
    callup_id: int
    world: str


@dataclass(frozen=True)
class ApprovalUnconfirmed:
    """An approval by phone that the approver has not confirmed in time."""

    callup_id: int
    world: str


@dataclass(frozen=True)
class CallupEnded:
    callup_id: int
    world: str


@dataclass(frozen=True)
class PersonAnswered:
    callup_id: int
    called_id: int
    world: str
    kind: str
    late: bool


@dataclass(frozen=True)
class PeoplePassedOn:
    """Who did not answer, and the next one of each: ids of Called, in the same order."""

    callup_id: int
    world: str
    called_ids: list[int]
    next_ids: list[int]


@dataclass(frozen=True)
class PeopleLeftToHand:
    """Nobody is left to pass on to: the duty officer rings them, or finds somebody for those who
    answered that they cannot come."""

    callup_id: int
    world: str
    called_ids: list[int]


@dataclass(frozen=True)
class PeopleUnreached:
    callup_id: int
    world: str
    called_ids: list[int]


@dataclass(frozen=True)
class ReplyUnclear:
    """An SMS that does not say who of several speaks, or that nobody can make sense of.

    Nobody has answered by it: `called_ids` are still called, and a human should look.
    """

    callup_id: int
    world: str
    called_ids: list[int]


@dataclass(frozen=True)
class CheckDrawn:
    check_id: int
    people: int


@dataclass(frozen=True)
class CheckRecorded:
    checked_id: int
    outcome: str
