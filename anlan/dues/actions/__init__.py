"""Everything that can be done about what is owed. Each action: may, move, keep, trail, tell."""

from .climbing import (
    confirm_step,
    decline_step,
    issue_step,
    propose_step,
    remind,
)
from .falling import excuse, open_arrear, relocate, settle, stand_on
from .planning import plan, unplan, waive, withdraw_waiver

__all__ = [
    "confirm_step",
    "decline_step",
    "excuse",
    "issue_step",
    "open_arrear",
    "plan",
    "propose_step",
    "relocate",
    "remind",
    "settle",
    "stand_on",
    "unplan",
    "waive",
    "withdraw_waiver",
]
