"""Who sees what of watching, and who may do what."""

from .stations import (
    check,
    check_source,
    deed_of,
    may,
    open_to,
    sightings_visible_to,
    sources_visible_to,
    streams_visible_to,
    visible_to,
)

__all__ = [
    "check",
    "check_source",
    "deed_of",
    "may",
    "open_to",
    "sightings_visible_to",
    "sources_visible_to",
    "streams_visible_to",
    "visible_to",
]
