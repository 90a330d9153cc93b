"""What happened to accidents; ids only. Duty rooms and call-ups may bind to them in wiring."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccidentReported:
    accident_id: int
    grade: str  # as feared: the missing counted as dead


@dataclass(frozen=True)
class AccidentFollowedUp:
    accident_id: int


@dataclass(frozen=True)
class AccidentRegraded:
    accident_id: int
    before: str
    after: str


@dataclass(frozen=True)
class AccidentReportedUp:
    accident_id: int
    clock: str


@dataclass(frozen=True)
class ClockMissed:
    accident_id: int
    clock: str


@dataclass(frozen=True)
class FinalFixed:
    accident_id: int


@dataclass(frozen=True)
class AccidentVerified:
    accident_id: int


@dataclass(frozen=True)
class AccidentCorrected:
    accident_id: int


@dataclass(frozen=True)
class AccidentClassified:
    accident_id: int


@dataclass(frozen=True)
class MisreportMarked:
    accident_id: int
    kind: str


@dataclass(frozen=True)
class AccidentMerged:
    accident_id: int
    into_id: int


@dataclass(frozen=True)
class AccidentVoided:
    accident_id: int


@dataclass(frozen=True)
class AccidentRemoved:
    accident_id: int


@dataclass(frozen=True)
class AccidentRestored:
    accident_id: int


@dataclass(frozen=True)
class InvestigationOpened:
    accident_id: int


@dataclass(frozen=True)
class InvestigationExtended:
    accident_id: int
    days: int


@dataclass(frozen=True)
class ReportSubmitted:
    accident_id: int


@dataclass(frozen=True)
class ReportReturned:
    accident_id: int


@dataclass(frozen=True)
class ReportApproved:
    accident_id: int


@dataclass(frozen=True)
class AccidentClosed:
    accident_id: int


@dataclass(frozen=True)
class AccidentEvaluated:
    accident_id: int


@dataclass(frozen=True)
class AccidentsImported:
    batch_id: int
    added: int
