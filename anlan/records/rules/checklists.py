"""Checklists (检查表): what is asked, by which clause, how to judge; editions by date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["yes", "no", "na"]


@dataclass(frozen=True)
class CheckItem:
    """One question of a list; answered “no” it is a fault (检查项)."""

    key: str
    ask: str
    fault: str  # what is wrong where the answer is no: the title of the hazard
    judge: str  # how to look, and when the answer is no
    measure: str  # what to do about it
    clause: str = ""  # key of hazard_clauses.yaml: gives basis, grade and sector
    basis: str = ""  # the rule in words, where no clause of the catalogue fits
    grade: Literal["GENERAL", "MAJOR"] = "GENERAL"

    def __post_init__(self) -> None:
        if bool(self.clause) == bool(self.basis):
            raise ValueError(f"「{self.ask}」：clause（条款）和 basis（依据）要写且只写一项")
        if self.grade == "MAJOR" and not self.clause:
            raise ValueError(f"「{self.ask}」：重大隐患必须写判定条款 clause")


@dataclass(frozen=True)
class Edition:
    """A list as it stands from a day on (版本)."""

    since: date
    items: tuple[CheckItem, ...]

    def __post_init__(self) -> None:
        keys = [item.key for item in self.items]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"检查项「{'、'.join(sorted(twice))}」重复出现")
        if not self.items:
            raise ValueError("一个版本至少要有一项")


@dataclass(frozen=True)
class Checklist:
    """A list by the kind of place that is looked at (检查表)."""

    key: str
    label: str
    editions: tuple[Edition, ...]
    sector: str = ""

    def __post_init__(self) -> None:
        days = [edition.since for edition in self.editions]
        if days != sorted(set(days)):
            raise ValueError(f"「{self.label}」的版本要按 since（启用日期）先后排列，且不重复")

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a day; none before the first."""
        found = [edition for edition in self.editions if edition.since <= day]
        return found[-1] if found else None


@dataclass(frozen=True)
class Answer:
    """What was found at one item, and what was said to it."""

    verdict: Verdict
    words: str = ""


@dataclass(frozen=True)
class Proposal:
    """A hazard that a “no” speaks for: what it would be called, by which clause and grade."""

    check: str
    title: str
    basis: str
    measure: str
    clause: str = ""
    grade: str = ""
    words: str = ""


def unanswered(items: Sequence[CheckItem], answers: Mapping[str, Answer]) -> list[str]:
    """What is asked by the items that nobody answered, in their order."""
    return [item.ask for item in items if item.key not in answers]


def proposals(items: Sequence[CheckItem], answers: Mapping[str, Answer]) -> list[Proposal]:
    """The hazards that the answers speak for, in the order of the list."""
    return [
        Proposal(
            check=item.key,
            title=item.fault,
            basis=item.basis,
            measure=item.measure,
            clause=item.clause,
            grade=item.grade,
            words=answers[item.key].words,
        )
        for item in items
        if item.key in answers and answers[item.key].verdict == "no"
    ]
