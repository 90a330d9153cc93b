"""Announce up (发件箱): an event is a row written with its deed, heard after the commit."""

from dataclasses import asdict, is_dataclass
from typing import Any

from .models import Announcement


def announce(event: Any) -> None:
    """Write the event down in the transaction of its deed; `wiring` delivers it."""
    assert is_dataclass(event) and not isinstance(event, type)
    kind = type(event)
    Announcement.objects.create(event=f"{kind.__module__}.{kind.__name__}", payload=asdict(event))
