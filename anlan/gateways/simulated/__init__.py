"""A phone network that is not there (模拟电话网): for drills, tests, benches and the demo."""

from pathlib import Path

from django.conf import settings

from anlan.wiring.lines import LineEntry

from .network import Network
from .sending import Simulated

__all__ = ["Network", "Simulated", "made", "network_of"]


def made(entry: LineEntry) -> Simulated:
    """The gateway of a line."""
    return Simulated(entry, network_of())


def network_of() -> Network:
    """The one of this site; its memory lies beside the site's data and is no part of it."""
    return Network(Path(settings.DATA_DIR) / "simulated" / "network.sqlite3")
