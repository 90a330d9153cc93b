"""Whether a rectification plan may be released (三张清单, 五落实)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from .kinds import PLAN_LISTS, Limits, PlanList
from .time import Calendar, due


def plan_gaps(required: Sequence[PlanList], plan: Mapping[str, str]) -> list[PlanList]:
    """The lists that are missing or empty, in the order in which they are named."""
    return [name for name in required if not str(plan.get(name) or "").strip()]


def plan_words(names: Sequence[PlanList]) -> str:
    """责任、措施、时限."""
    return "、".join(PLAN_LISTS[name] for name in names)


def latest_deadline(limits: Limits, dispatched_at: datetime, calendar: Calendar) -> datetime:
    """The last instant a dispatch may set: the limit runs from dispatch, longer needs approval."""
    return due(limits.to_rectify, dispatched_at, calendar)
