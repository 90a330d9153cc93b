"""Short messages over HTTP (短信): by approved templates, to a provider or its adapter."""

from anlan.wiring.lines import LineEntry

from .sending import ShortMessages

__all__ = ["ShortMessages", "made"]


def made(entry: LineEntry) -> ShortMessages:
    """The gateway of a line."""
    return ShortMessages(entry)
