"""Desks, shifts, swaps, the log, handovers; and who is on duty now (值班)."""

from .books import Handover, HandoverQuerySet, LogEntry, LogKind, Uncovered
from .desks import Desk, DeskQuerySet, Rotation, Seat, Turn, desk_kinds, order_of
from .shifts import Presence, Shift, ShiftQuerySet, Summons, Swap, SwapQuerySet, on_duty

__all__ = [
    "Desk",
    "DeskQuerySet",
    "Handover",
    "HandoverQuerySet",
    "LogEntry",
    "LogKind",
    "Presence",
    "Rotation",
    "Seat",
    "Shift",
    "ShiftQuerySet",
    "Summons",
    "Swap",
    "SwapQuerySet",
    "Turn",
    "Uncovered",
    "desk_kinds",
    "on_duty",
    "order_of",
]
