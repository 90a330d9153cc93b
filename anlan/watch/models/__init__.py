"""Stations and streams, what they observed, the alarms and warnings that follow."""

from .alarms import Alarm, AlarmPart, families, family_named, place_of, watch_rules
from .calling import call_brief
from .issuing import (
    COLOURS,
    FeedEntry,
    Issuer,
    Step,
    WarnedOf,
    feeds,
    hazard_warned,
    issuers,
    lawful_issuer,
    steps,
    warned_of,
)
from .observations import COLUMNS, LAYOUT, Batch, Latest, Position, Remark, Rollup
from .saying import bulletin_of
from .stations import Description, Sighting, Source, Station
from .streams import Maintenance, Stream, properties, property_named
from .trying import conditions, rule_from, stamp_of, streams_of, try_rules
from .warnings import Publication, Reached, Warning, as_json

__all__ = [
    "COLOURS",
    "COLUMNS",
    "LAYOUT",
    "Alarm",
    "AlarmPart",
    "Batch",
    "Description",
    "FeedEntry",
    "Issuer",
    "Latest",
    "Maintenance",
    "Position",
    "Publication",
    "Reached",
    "Remark",
    "Rollup",
    "Sighting",
    "Source",
    "Station",
    "Step",
    "Stream",
    "WarnedOf",
    "Warning",
    "as_json",
    "bulletin_of",
    "call_brief",
    "conditions",
    "families",
    "family_named",
    "feeds",
    "hazard_warned",
    "issuers",
    "lawful_issuer",
    "place_of",
    "properties",
    "rule_from",
    "stamp_of",
    "streams_of",
    "try_rules",
    "property_named",
    "steps",
    "warned_of",
    "watch_rules",
]
