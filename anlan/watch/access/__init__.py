"""Who sees what of watching, and who may do what."""

from .alarms import alarm_deeds, alarms_visible_to, check_alarm, may_alarm
from .ruling import check_rules, may_change_rules
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
from .warnings import (
    check_warning,
    check_warning_place,
    may_warning,
    warning_deeds,
    warnings_visible_to,
)

__all__ = [
    "alarm_deeds",
    "alarms_visible_to",
    "check",
    "check_alarm",
    "check_rules",
    "check_source",
    "check_warning",
    "check_warning_place",
    "deed_of",
    "may",
    "may_alarm",
    "may_change_rules",
    "may_warning",
    "open_to",
    "sightings_visible_to",
    "sources_visible_to",
    "streams_visible_to",
    "visible_to",
    "warning_deeds",
    "warnings_visible_to",
]
