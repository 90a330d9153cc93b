"""Village loudspeakers (应急广播) over HTTP: a text is read out in an area."""

from anlan.wiring.lines import LineEntry

from .sending import Loudspeakers

__all__ = ["Loudspeakers", "made"]


def made(entry: LineEntry) -> Loudspeakers:
    """The gateway of a line."""
    return Loudspeakers(entry)
