"""Announce up (发件箱): an event is a row written with its deed, heard after the commit."""

from dataclasses import asdict, is_dataclass
from typing import Any

from .models import Announcement


def announce(event: Any) -> None:
    """Write the event down in the transaction of its deed; `delivery` takes it from there."""
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError(f"{event!r} is no event: announce a frozen dataclass of events.py")
    Announcement.objects.create(event=name_of(type(event)), payload=asdict(event))


def name_of(kind: type) -> str:
    """The name by which an event is kept: `anlan.matters.events.MatterClosed`."""
    return f"{kind.__module__}.{kind.__name__}"
