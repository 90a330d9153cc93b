"""Where a place is that somebody else describes."""

from typing import Any


def point_of(place: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a GeoJSON point, or of a feature that is one; None of all else.

    ValueError where it says that it is a point, and isn't.
    """
    match place:
        case {"geometry": dict() | None as inner}:
            return point_of(inner)
        case {"geometry": _}:
            raise ValueError("geometry 应当是一个 GeoJSON 对象")
        case {"type": "Point", "coordinates": [int() | float() as lon, int() | float() as lat, *_]}:
            return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
        case {"type": "Point"}:
            raise ValueError("Point 的 coordinates 应当以两个数开头：[经度, 纬度]")
    return None
