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
