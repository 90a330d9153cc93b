"""What a kind of matter is: its words, its limits, its moves and its plan lists (事项种类)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

PlanList = Literal["responsibility", "measure", "funds", "deadline", "contingency"]

# 五落实 in the order of 安全生产法; the first three of an ordinary hazard are its "三张清单".
PLAN_LISTS: dict[PlanList, str] = {
    "responsibility": "责任",
    "measure": "措施",
    "funds": "资金",
    "deadline": "时限",
    "contingency": "预案",
}


@dataclass(frozen=True)
class Span:
    """A length of time as a rule states it (时限): hours, natural days or working days."""

    hours: int = 0
    days: int = 0
    working_days: int = 0

    def __post_init__(self) -> None:
        given = [length for length in (self.hours, self.days, self.working_days) if length]
        if len(given) != 1 or given[0] < 0:
            raise ValueError(
                "时限要写且只写一项：hours（小时）、days（自然日）或 working_days（工作日）"
            )

    @property
    def words(self) -> str:
        """As an officer says it: 24小时, 15日, 15个工作日."""
        if self.hours:
            return f"{self.hours}小时"
        return f"{self.days}日" if self.days else f"{self.working_days}个工作日"

    @property
    def about(self) -> timedelta:
        """Roughly how long it is: what a warning window is measured by, never a deadline."""
        return timedelta(hours=self.hours, days=self.days + self.working_days)


@dataclass(frozen=True)
class Limits:
    """How long each turn may take; every one is a clock that a live matter can stand under."""

    to_triage: Span  # reported → dispatched
    to_take: Span  # dispatched → taken
    to_rectify: Span  # from dispatch, whoever takes it: 15日办结
    to_redo: Span  # after a refusal, where less of the first term is left
    to_check: Span  # submitted → judged
    to_answer: Span  # hazard at rest → reply to the citizen
    to_supervise: Span  # a supervisor's own clock
    after_escalation: Span  # the new clock of the next post up
    warn: Span  # 临期


@dataclass(frozen=True)
class Kind:
    """One kind of matter: an entry of catalogues/matter_kinds.yaml."""

    key: str
    label: str
    prefix: str  # of its numbers: YH2024-000123
    basis: str  # the clause or report behind its limits
    limits: Limits
    moves: tuple[str, ...]  # which moves of the flow apply
    deeds: tuple[str, ...]  # which deeds besides
    graded: bool = False  # 一般 or 重大, by clause
    plan: Mapping[str, tuple[PlanList, ...]] = field(default_factory=dict)  # by grade; "any"
    opened_by: str = "matters.report"  # the right that opens one by hand
    closes_with_parent_at: tuple[str, ...] = ()  # stages the matter it watches must have reached
    public: bool = False  # may stand on the public list

    def __post_init__(self) -> None:
        if not (self.prefix.isascii() and self.prefix.isalnum()):
            raise ValueError(f"编号前缀“{self.prefix}”只能用字母和数字，网址里要用到它")
        if self.graded and not {"GENERAL", "MAJOR"} <= self.plan.keys():
            raise ValueError("分级的种类要在 plan 下分别写明 GENERAL（一般）和 MAJOR（重大）的清单")

    def lists_for(self, grade: str) -> tuple[PlanList, ...]:
        """The lists that must stand before it is dispatched."""
        return self.plan.get(grade) or self.plan.get("any") or ()
