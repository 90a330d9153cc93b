"""Stations and streams, what they observed, the alarms and warnings that follow."""

from .observations import COLUMNS, LAYOUT, Batch, Latest, Position, Remark, Rollup
from .stations import Description, Sighting, Source, Station
from .streams import Maintenance, Stream, properties, property_named

__all__ = [
    "COLUMNS",
    "LAYOUT",
    "Batch",
    "Description",
    "Latest",
    "Maintenance",
    "Position",
    "Remark",
    "Rollup",
    "Sighting",
    "Source",
    "Station",
    "Stream",
    "properties",
    "property_named",
]
