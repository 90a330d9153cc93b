"""Stages and moves of stations, sightings, alarms and warnings."""

from .alarms import ALARMS, AlarmStage
from .stations import SIGHTINGS, STATIONS, Review, Stage
from .warnings import WARNINGS, WarningStage, World

__all__ = [
    "ALARMS",
    "SIGHTINGS",
    "STATIONS",
    "WARNINGS",
    "AlarmStage",
    "Review",
    "Stage",
    "WarningStage",
    "World",
]
