"""The permanent record of every deed (留痕). Written here, sealed in `sealing.py`."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from .models import TrailEntry
from .refs import Ref

LOCAL = ZoneInfo("Asia/Shanghai")
TIME_ITSELF = "系统"


def write(
    thing: Model | Ref,
    verb: str,
    *,
    by: Model | None,
    at: datetime,
    under: Model | None = None,
    on_behalf_of: Model | None = None,
    **note: Any,
) -> TrailEntry:
    """Write down one deed, in the transaction of the deed; `by` is empty when time did it.

    `under` is the post that gave the right, `on_behalf_of` the person whose word was entered
    by another (代录). The note must be plain JSON values and hold nothing personal: personal
    values go through `personal.attach`.
    """
    ref = thing if isinstance(thing, Ref) else Ref.of(thing)
    return TrailEntry.objects.create(
        subject_kind=ref.kind,
        subject_id=ref.id,
        verb=verb,
        person_id=by.pk if by else None,
        post_id=under.pk if under else None,
        on_behalf_of_id=on_behalf_of.pk if on_behalf_of else None,
        actor=_name(by) if by else TIME_ITSELF,
        office=_name(under) if under else "",
        at=at,
        note=note,
    )


def entries_of(thing: Model) -> QuerySet[TrailEntry]:
    """Everything that was ever done to the thing, oldest first."""
    ref = Ref.of(thing)
    return TrailEntry.objects.filter(subject_kind=ref.kind, subject_id=ref.id).order_by("id")


def verbs_of(thing: Model) -> list[str]:
    """The verbs alone, oldest first: what tests read."""
    return list(entries_of(thing).values_list("verb", flat=True))


def local(at: datetime) -> str:
    """An instant as an officer reads it: 2024-06-24 14:05, Beijing time."""
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def _name(somebody: Model) -> str:
    return str(getattr(somebody, "name", somebody))[:120]
