"""What figures are counted over: each source is one query and the ways it can be broken down.

A room that comes gets a file here with its `SOURCES`, and a line in `_FILES`.
"""

from . import accidents, calls, dues, duty, items, matters, papers, people, records, watch
from .records import BODIES, VISITS
from .shape import STANDING, Dimension, Measure, Moment, Number, Said, Source, Town, day_before

_FILES = (matters, records, accidents, items, people, calls, duty, papers, watch, dues)
SOURCES: dict[str, Source] = {source.key: source for file in _FILES for source in file.SOURCES}

AREA, MONTH = "area", "month"  # what every source can be broken down by, or every dated one
DIMENSIONS: dict[str, str] = {
    AREA: "区域",
    MONTH: "月份",
    **{key: each.label for source in SOURCES.values() for key, each in source.dimensions.items()},
}

__all__ = [
    "AREA",
    "BODIES",
    "DIMENSIONS",
    "MONTH",
    "SOURCES",
    "STANDING",
    "VISITS",
    "Dimension",
    "Measure",
    "Moment",
    "Number",
    "Said",
    "Source",
    "Town",
    "day_before",
]
