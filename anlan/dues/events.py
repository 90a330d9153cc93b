"""What happened to what is owed; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArrearOpened:
    arrear_id: int


@dataclass(frozen=True)
class ArrearSettled:
    arrear_id: int


@dataclass(frozen=True)
class StepProposed:
    step_id: int


@dataclass(frozen=True)
class StepIssued:
    step_id: int


@dataclass(frozen=True)
class DueWaived:
    waiver_id: int
