"""Hazard grade by clause, and who should deal with it (定级与分类处置)."""

from dataclasses import dataclass
from typing import Literal

Handling = Literal["SELF", "TOWN", "DEPARTMENT"]


@dataclass(frozen=True)
class Clause:
    """One clause of a 判定标准 or a law: an entry of catalogues/hazard_clauses.yaml."""

    key: str
    standard: str
    article: str
    text: str  # in our own short words
    grade: Literal["GENERAL", "MAJOR"]
    sector: str
    verified: bool  # whether the wording was held against the official text
    chip: str = ""  # what the large button on the phone says
    often: int = 0  # its place among the twelve most used; 0 for the rest

    def __post_init__(self) -> None:
        if bool(self.chip) != bool(self.often):
            raise ValueError("常用条款要同时写 chip（按钮文字）和 often（排第几）")


def grade_by(clause: Clause | None, asked: str) -> str | None:
    """The grade that stands: the clause decides; without one nothing can be 重大.

    None where what was asked contradicts the clause, or 重大 is asked without a clause.
    """
    if clause is None:
        return None if asked == "MAJOR" else asked
    return clause.grade if asked in ("", clause.grade) else None


def handling_of(*, grade: str, risk: str, firm_known: bool) -> Handling:
    """分类处置: who should settle it, by hazard grade, risk grade of the place, and firm.

    重大 hazards and places of 重大 risk go to the department in charge, what a known firm can
    settle stays with the firm, everything else is the town's.
    """
    if grade == "MAJOR" or risk == "MAJOR":
        return "DEPARTMENT"
    if risk == "LARGER":
        return "TOWN"
    return "SELF" if firm_known else "TOWN"
