"""Everything that can be done in watching."""

from .feed import Feed
from .receiving import HeldUp, Names, Taken, check_room, keep, receive
from .sources import (
    Seen,
    close_source,
    confirm_sighting,
    dismiss_sighting,
    open_source,
    renew_secret,
    report_sighting,
)
from .stations import (
    StationForm,
    StreamForm,
    Work,
    add_station,
    add_stream,
    change_station,
    change_stream,
    made_stream,
    resume_station,
    set_maintenance,
    stop_station,
)
from .storing import BELL, Stored, Writer
from .upkeep import forget_old, index_parts, mark_silent, prepare_parts, relocate, sum_up

__all__ = [
    "BELL",
    "Feed",
    "HeldUp",
    "Names",
    "Seen",
    "StationForm",
    "Stored",
    "StreamForm",
    "Taken",
    "Work",
    "Writer",
    "add_station",
    "add_stream",
    "change_station",
    "check_room",
    "change_stream",
    "close_source",
    "confirm_sighting",
    "dismiss_sighting",
    "forget_old",
    "index_parts",
    "keep",
    "made_stream",
    "mark_silent",
    "open_source",
    "prepare_parts",
    "receive",
    "relocate",
    "renew_secret",
    "report_sighting",
    "resume_station",
    "set_maintenance",
    "stop_station",
    "sum_up",
]
