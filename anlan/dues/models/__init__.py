"""The rows of this room, and what is owed and done as computed from the rooms below."""

from .arrears import Arrear, ArrearQuerySet, Step
from .coverage import Asked, coverage, coverage_of_all, items_missing, who_owes
from .kinds import condition, due_named, dues, ladders
from .waivers import PlanLine, Waiver

__all__ = [
    "Arrear",
    "ArrearQuerySet",
    "Asked",
    "PlanLine",
    "Step",
    "Waiver",
    "condition",
    "coverage",
    "coverage_of_all",
    "due_named",
    "dues",
    "items_missing",
    "ladders",
    "who_owes",
]
