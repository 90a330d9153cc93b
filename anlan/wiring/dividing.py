"""What was open or stood in a divided area goes to its parts (析置), room by room."""

from datetime import datetime
from typing import Any

from anlan.duty import actions as roster
from anlan.kernel.delivery import Handler
from anlan.matters import actions as ledger
from anlan.people import events as people
from anlan.people.models import Area, Heirs
from anlan.registry import actions as register
from anlan.watch import actions as watching


def _divided(event: people.AreaSplit) -> dict[str, Any]:
    """The area as it is now and who inherits: the first part is the one that goes on."""
    area = Area.objects.get(pk=event.area_id)
    parts = Area.objects.in_bulk(event.part_ids)
    return {"area": area, "heirs": Heirs(area, [parts[pk] for pk in event.part_ids])}


def _items(event: people.AreaSplit, *, at: datetime) -> None:
    register.apportion(**_divided(event), by=None, at=at)


def _matters(event: people.AreaSplit, *, at: datetime) -> None:
    ledger.apportion(**_divided(event), by=None, at=at)


def _stations(event: people.AreaSplit, *, at: datetime) -> None:
    watching.apportion(**_divided(event), by=None, at=at)


def _desks(event: people.AreaSplit, *, at: datetime) -> None:
    roster.apportion(**_divided(event), by=None, at=at)


HEARERS: tuple[Handler, ...] = (_items, _matters, _stations, _desks)
