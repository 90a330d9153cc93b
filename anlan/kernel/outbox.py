"""Announce up (发件箱): an event is a row written with its deed, heard after the commit."""

from dataclasses import asdict, is_dataclass
from typing import Any

from .models import Announcement


def announce(*told: Any) -> None:
    """Write events down in the transaction of their deed; `delivery` takes it from there."""
    for event in told:
        if not is_dataclass(event) or isinstance(event, type):
            raise TypeError(f"{event!r} is no event: announce a frozen dataclass of events.py")
    rows = [Announcement(event=name_of(type(event)), payload=asdict(event)) for event in told]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        Announcement.objects.bulk_create(rows)


def name_of(kind: type) -> str:
    """The name by which an event is kept: `anlan.matters.events.MatterClosed`."""
    return f"{kind.__module__}.{kind.__name__}"
