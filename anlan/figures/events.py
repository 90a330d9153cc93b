"""What happened to figures; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeriodFrozen:
    frozen_id: int


@dataclass(frozen=True)
class PeriodUnfrozen:
    frozen_id: int
