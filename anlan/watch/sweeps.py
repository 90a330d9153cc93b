"""What time does in watching; each is safe to run twice."""

from datetime import datetime

from . import actions


def prepare_parts(*, at: datetime) -> int:
    """The tables of the coming days."""
    return actions.prepare_parts(at=at)


def sum_up(*, at: datetime) -> int:
    """Hours and days."""
    return actions.sum_up(at=at)


def forget_old(*, at: datetime) -> int:
    """Points that were kept long enough."""
    return actions.forget_old(at=at)


def index_parts(*, at: datetime) -> int:
    """Indexes by stream, where they cost nothing."""
    return actions.index_parts(at=at)


def mark_silent(*, at: datetime) -> int:
    """Streams that say nothing."""
    return actions.mark_silent(at=at)
