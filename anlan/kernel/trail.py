"""The permanent record of every deed (留痕). Written here, sealed in `sealing`."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, QuerySet
from psycopg.types.json import Jsonb

from .models import TrailEntry
from .refs import Ref

LOCAL = ZoneInfo("Asia/Shanghai")
TIME_ITSELF = "系统"

_COLUMNS = (
    "subject_kind",
    "subject_id",
    "verb",
    "person_id",
    "post_id",
    "on_behalf_of_id",
    "actor",
    "office",
    "at",
)
_INSERT = (
    f"INSERT INTO kernel_trailentry ({', '.join(_COLUMNS)}, note) "
    f"VALUES ({'%s, ' * len(_COLUMNS)}%s) RETURNING id"
)


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
    if "personal" in note:
        raise TypeError("personal values never stand in a note: hand them to personal.attach")
    ref = thing if isinstance(thing, Ref) else Ref.of(thing)
    entry = TrailEntry(
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
    return _keep(entry)


def _keep(entry: TrailEntry) -> TrailEntry:
    """Every deed of the house waits for this: by hand it costs half of what the ORM takes."""
    values: list[Any] = [getattr(entry, column) for column in _COLUMNS]
    values.append(Jsonb(entry.note))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False
    entry._state.db = connection.alias
    return entry


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
