"""What happened in watching; heard by whoever is bound to it in wiring."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceOpened:
    """A source may send from now on."""

    source_id: int


@dataclass(frozen=True)
class SourceClosed:
    """A source may send no more."""

    source_id: int


@dataclass(frozen=True)
class StationAdded:
    """A station stands in the list."""

    station_id: int


@dataclass(frozen=True)
class StationChanged:
    """Something about a station is different now."""

    station_id: int


@dataclass(frozen=True)
class StationStopped:
    """A station is out of use."""

    station_id: int


@dataclass(frozen=True)
class StationResumed:
    """A station is in use again."""

    station_id: int


@dataclass(frozen=True)
class StreamAdded:
    """A stream may be written."""

    stream_id: int


@dataclass(frozen=True)
class StreamChanged:
    """A stream's limits or terms are different now."""

    stream_id: int


@dataclass(frozen=True)
class MaintenanceSet:
    """Work on a station was announced."""

    maintenance_id: int


@dataclass(frozen=True)
class ObservationsImported:
    """A table of observations was taken in."""

    source_id: int
    batch: int
    points: int


@dataclass(frozen=True)
class StreamsWentSilent:
    """Streams from which nothing has come for too long."""

    stream_ids: list[int]


@dataclass(frozen=True)
class IngestHeldUp:
    """Nothing can be stored: senders are told to keep what they have."""

    reason: str


@dataclass(frozen=True)
class SightingReported:
    """A camera or box saw something; a person must look."""

    sighting_id: int


@dataclass(frozen=True)
class SightingConfirmed:
    """A person says that it is so."""

    sighting_id: int


@dataclass(frozen=True)
class SightingDismissed:
    """A person says that it is not so."""

    sighting_id: int


@dataclass(frozen=True)
class RulePutInForce:
    """A rule of watching counts as it was tried."""

    trial_id: int
    key: str


@dataclass(frozen=True)
class AlarmRaised:
    alarm_id: int
    grade: int


@dataclass(frozen=True)
class AlarmGraded:
    """Its grade went up or down."""

    alarm_id: int
    grade: int
    was: int


@dataclass(frozen=True)
class AlarmCleared:
    alarm_id: int


@dataclass(frozen=True)
class AlarmAcknowledged:
    alarm_id: int


@dataclass(frozen=True)
class AlarmAssigned:
    alarm_id: int
    post_id: int


@dataclass(frozen=True)
class AlarmSettled:
    alarm_id: int


@dataclass(frozen=True)
class AlarmDismissed:
    alarm_id: int


@dataclass(frozen=True)
class AlarmSilenced:
    alarm_id: int


@dataclass(frozen=True)
class AlarmUnsilenced:
    """The time for which it was silenced is over."""

    alarm_id: int


@dataclass(frozen=True)
class MatterOpenedForAlarm:
    alarm_id: int
    matter_id: int


@dataclass(frozen=True)
class WarningSubmitted:
    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningReturned:
    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningVoided:
    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningIssued:
    """First message or update: who answers is to be called."""

    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningCancelled:
    """`warning_id` is the message that cancels."""

    warning_id: int
    cancelled_id: int
    world: str


@dataclass(frozen=True)
class WarningExpired:
    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningReceived:
    warning_id: int
    world: str


@dataclass(frozen=True)
class WarningRefused:
    """It came in and may not be acted on."""

    warning_id: int
