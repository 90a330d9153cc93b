"""What happened to papers; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperSubmitted:
    paper_id: int


@dataclass(frozen=True)
class PaperSentBack:
    paper_id: int


@dataclass(frozen=True)
class PaperIssued:
    paper_id: int


@dataclass(frozen=True)
class PaperWithdrawn:
    paper_id: int


@dataclass(frozen=True)
class PaperSuperseded:
    paper_id: int
    by_paper_id: int


@dataclass(frozen=True)
class PaperReplied:
    paper_id: int
    body_id: int


@dataclass(frozen=True)
class ReplyOverdue:
    paper_id: int
