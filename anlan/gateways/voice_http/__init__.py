"""Calls over HTTP (语音电话): a text is read aloud, a key pressed in answer."""

from anlan.wiring.lines import LineEntry

from .sending import Calls

__all__ = ["Calls", "made"]


def made(entry: LineEntry) -> Calls:
    """The gateway of a line."""
    return Calls(entry)
