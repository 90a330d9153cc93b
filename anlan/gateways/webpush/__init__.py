"""Push messages to browsers and phones (推送), with VAPID."""

from anlan.wiring.lines import LineEntry

from .sending import Push

__all__ = ["Push", "made"]


def made(entry: LineEntry) -> Push:
    """The gateway of a line."""
    return Push(entry)
