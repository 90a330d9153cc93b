"""Instants as CAP writes them (时间): 2026-07-12T21:31:38+08:00, with a zone, to the second."""

import re
from datetime import UTC, datetime, timedelta, timezone

_STANDARD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_LENIENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ]\s*(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|(?P<sign>[-+])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)?"
)
_FURTHEST = timedelta(hours=14)


class NoZone(ValueError):
    """The time of day is given, the zone is not: off by up to a day."""


def read(text: str) -> tuple[datetime, bool]:
    """The instant, and whether it was written as the standard says; ValueError when it is none."""
    found = _LENIENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found["zone"] is None:
        raise NoZone(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    midnight = hour == 24 and not minute and not second  # XML's way to say the end of a day
    zone: timezone = UTC
    if found["sign"]:
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if offset > _FURTHEST or int(found["minutes"] or 0) > 59:
            raise ValueError(text)  # nowhere on earth is it that late
        zone = timezone(-offset if found["sign"] == "-" else offset)
    moment = datetime(year, month, day, 0 if midnight else hour, minute, second, tzinfo=zone)
    if midnight:
        moment += timedelta(days=1)
    return moment, bool(_STANDARD.fullmatch(text))


def written(moment: datetime) -> str:
    """As the schema wants it: seconds, and an offset of whole minutes."""
    offset = moment.utcoffset() or timedelta()
    if offset.total_seconds() % 60 or abs(offset) > _FURTHEST:
        moment = moment.astimezone(UTC)
    if moment.utcoffset() == timedelta():
        return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "-00:00"
    return moment.isoformat(timespec="seconds")
