"""Everything that can be done in watching."""

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
from .storing import Stored, Writer
from .upkeep import forget_old, index_parts, mark_silent, prepare_parts, relocate, sum_up

__all__ = [
    "Seen",
    "StationForm",
    "Stored",
    "StreamForm",
    "Work",
    "Writer",
    "add_station",
    "add_stream",
    "change_station",
    "change_stream",
    "close_source",
    "confirm_sighting",
    "dismiss_sighting",
    "forget_old",
    "index_parts",
    "made_stream",
    "mark_silent",
    "open_source",
    "prepare_parts",
    "relocate",
    "renew_secret",
    "report_sighting",
    "resume_station",
    "set_maintenance",
    "stop_station",
    "sum_up",
]
