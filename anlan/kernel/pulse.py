"""Signs of life (心跳): when each background part was last at work, and what troubled it."""

from datetime import datetime

from .models import Heartbeat

LONGEST = 200  # of a note


def beat(part: str, *, at: datetime, trouble: str = "") -> None:
    """Say that a part is at work, and what went wrong the last time, for `anlan doctor`."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, seen_at=at, note=trouble[:LONGEST])],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["seen_at", "note"],
    )


def last_beat(part: str) -> datetime | None:
    """When the part was last at work; none if never."""
    return Heartbeat.objects.filter(part=part).values_list("seen_at", flat=True).first()


def last_words(part: str) -> tuple[datetime | None, str]:
    """When the part was last at work, and what troubled it then."""
    told = Heartbeat.objects.filter(part=part).values_list("seen_at", "note").first()
    return told or (None, "")


def troubles(prefix: str) -> list[str]:
    """What troubles the parts whose names begin so."""
    troubled = Heartbeat.objects.filter(part__startswith=prefix).exclude(note="")
    return list(troubled.order_by("part").values_list("note", flat=True))
