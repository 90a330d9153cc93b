"""What happened to records; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordKept:
    record_id: int


@dataclass(frozen=True)
class RecordCorrected:
    record_id: int


@dataclass(frozen=True)
class RecordVoided:
    record_id: int


@dataclass(frozen=True)
class RecordReleased:
    record_id: int


@dataclass(frozen=True)
class RecordsImported:
    batch_id: int
    added: int
