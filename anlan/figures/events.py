"""What happened to figures; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeriodFrozen:
    frozen_id: int


@dataclass(frozen=True)
class PeriodUnfrozen:
    frozen_id: int


@dataclass(frozen=True)
class ReportSubmitted:
    report_id: int


@dataclass(frozen=True)
class ReportReturned:
    report_id: int


@dataclass(frozen=True)
class ReportChecked:
    report_id: int


@dataclass(frozen=True)
class ReportFiled:
    report_id: int
    paper_id: int


@dataclass(frozen=True)
class ReportReopened:
    report_id: int


@dataclass(frozen=True)
class ScoresPosted:
    round_id: int


@dataclass(frozen=True)
class ScoreObjected:
    objection_id: int


@dataclass(frozen=True)
class ObjectionDecided:
    objection_id: int


@dataclass(frozen=True)
class RoundClosed:
    round_id: int
