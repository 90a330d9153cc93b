"""What the duty room announces. Names are in the past tense; payloads are ids."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DeskOpened:
    desk_id: int


@dataclass(frozen=True)
class DeskChanged:
    desk_id: int


@dataclass(frozen=True)
class DeskClosed:
    desk_id: int


@dataclass(frozen=True)
class JointDutyOpened:
    """`source` is what it was opened for, "command.response:3", or empty."""

    desk_id: int
    source: str


@dataclass(frozen=True)
class JointDutyClosed:
    desk_id: int


@dataclass(frozen=True)
class SeatSet:
    seat_id: int


@dataclass(frozen=True)
class ShiftAssigned:
    shift_id: int


@dataclass(frozen=True)
class ShiftReassigned:
    shift_id: int
    before_id: int  # the person who had it


@dataclass(frozen=True)
class ShiftDropped:
    shift_id: int


@dataclass(frozen=True)
class RotationSet:
    rotation_id: int


@dataclass(frozen=True)
class RosterGenerated:
    rotation_id: int
    shifts: int


@dataclass(frozen=True)
class RosterCleared:
    desk_id: int
    shifts: int


@dataclass(frozen=True)
class RosterImported:
    desk_ids: list[int]
    shifts: int


@dataclass(frozen=True)
class SwapAsked:
    swap_id: int


@dataclass(frozen=True)
class SwapAgreed:
    swap_id: int


@dataclass(frozen=True)
class SwapDeclined:
    swap_id: int


@dataclass(frozen=True)
class SwapWithdrawn:
    swap_id: int


@dataclass(frozen=True)
class SwapLapsed:
    swap_id: int


@dataclass(frozen=True)
class ArrivalConfirmed:
    """`of` is the shift or the summons: "duty.shift:7"."""

    of: str
    late: bool


@dataclass(frozen=True)
class ArrivalMissed:
    of: str


@dataclass(frozen=True)
class PersonSummoned:
    summons_id: int


@dataclass(frozen=True)
class SummonsEnded:
    summons_id: int


@dataclass(frozen=True)
class LogWritten:
    entry_id: int


@dataclass(frozen=True)
class HandoverGiven:
    handover_id: int


@dataclass(frozen=True)
class HandoverTaken:
    handover_id: int


@dataclass(frozen=True)
class HandoverNotTaken:
    handover_id: int


@dataclass(frozen=True)
class HourUncovered:
    uncovered_id: int
