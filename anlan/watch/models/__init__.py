"""Stations and streams, what they observed, the alarms and warnings that follow."""

from .alarms import Alarm, AlarmPart, families, family_named, place_of, watch_rules
from .calling import call_brief
from .explaining import sentences_of
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
from .ruling import BackTest, RuleTrial, back_test, file_with, judged_rules, text_in_force
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
    "BackTest",
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
    "RuleTrial",
    "Sighting",
    "Source",
    "Station",
    "Step",
    "Stream",
    "WarnedOf",
    "Warning",
    "as_json",
    "back_test",
    "bulletin_of",
    "call_brief",
    "conditions",
    "families",
    "family_named",
    "feeds",
    "file_with",
    "hazard_warned",
    "issuers",
    "judged_rules",
    "lawful_issuer",
    "place_of",
    "properties",
    "rule_from",
    "sentences_of",
    "stamp_of",
    "streams_of",
    "text_in_force",
    "try_rules",
    "property_named",
    "steps",
    "warned_of",
    "watch_rules",
]
