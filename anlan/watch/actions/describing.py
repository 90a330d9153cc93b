"""What a source says of itself by SensorThings: things, datastreams and what describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail

from .. import events
from ..models import Description, Remark, Source, Station, Stream, properties
from ..rules import UNITS
from ..rules.places import point_of

# How clients write the units that UCUM writes otherwise.
_UNIT_WORDS = {
    "degC": "Cel", "°C": "Cel", "℃": "Cel", "metre": "m", "meter": "m", "%LEL": "%[LEL]",
    "ppm": "[ppm]", "m³/s": "m3/s", "m^3/s": "m3/s", "ft": "[ft_i]", "percent": "%", "": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a client says of a thing or a datastream."""

    name: str
    description: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def describe(
    source: Source, *, kind: str, said: Said, definition: str, content: Any, at: datetime
) -> Description:
    """Keep what a source says of a sensor, property, place or feature (登记描述)."""
    made = Description.objects.create(
        source=source, kind=kind, name=said.name, description=said.description,
        definition=definition, content=content, properties=dict(said.properties),
    )  # fmt: skip
    trail.write(made, "describe", by=None, at=at, kind=kind, source=source.key)
    return made


@transaction.atomic
def present_station(
    source: Source, *, said: Said, location: Description | None, at: datetime
) -> Station:
    """A station as its source presents it (来源报站); an officer says later what it stands on."""
    station = Station.objects.create(
        code=f"{source.key}-{Station.objects.filter(source=source).count() + 1}-{at:%H%M%S%f}",
        name=said.name[:120], source=source, area=source.area, area_path=source.area_path,
        body=source.body, description=said.description, properties=dict(said.properties),
        made_at=at,
    )  # fmt: skip
    if location is not None:
        move_station(station, location, at=at)
    trail.write(station, "present_station", by=None, at=at, source=source.key, name=said.name)
    outbox.announce(events.StationAdded(station.pk))
    return station


def move_station(station: Station, location: Description, *, at: datetime) -> None:
    """Put a station where its source says it is (来源报位)."""
    station.location = location
    if (point := point_of(location.content)) is not None:
        station.lon, station.lat = point
    station.save(update_fields=["location", "lon", "lat"])


@dataclass(frozen=True)
class Series:
    """What a client says of a datastream besides its name."""

    sensor: Description
    described: Description
    unit: Mapping[str, Any]
    observation_type: str


@transaction.atomic
def present_stream(station: Station, *, said: Said, series: Series, at: datetime) -> Stream:
    """A stream as its source presents it (来源报测点)."""
    observed = _observed(series.described)
    spec = properties()[observed]
    stream = Stream.objects.create(
        station=station, source=station.source, name=said.name[:200],
        code=f"sta-{station.pk}-{station.streams.count() + 1}-{at:%Y%m%d%H%M%S%f}",
        observed=observed,
        unit=_unit_of(series.unit), sensor=series.sensor, described=series.described,
        observation_type=series.observation_type[:120], given_unit=dict(series.unit),
        description=said.description, properties=dict(said.properties), made_at=at,
        interval_s=spec.interval_minutes * 60, silent_s=spec.silent_minutes * 60,
        keep_days=spec.keep_days,
        lowest=spec.lowest if observed != "other" else None,
        highest=spec.highest if observed != "other" else None,
    )  # fmt: skip
    trail.write(stream, "present_stream", by=None, at=at, name=said.name)
    outbox.announce(events.StreamAdded(stream.pk))
    return stream


def _unit_of(given: Mapping[str, Any]) -> str:
    """The UCUM code of a unit as clients say it (识别单位); empty where it is none we know."""
    for word in (given.get("symbol"), given.get("name")):
        text = _UNIT_WORDS.get(str(word), str(word))
        if word is not None and text in UNITS:
            return text
    return ""


def _observed(described: Description) -> str:
    """Our own property of this name, if there is one."""
    for key, spec in properties().items():
        if described.name.strip().lower() in (key, key.replace("_", " "), spec.label, *spec.also):
            return key
    return "other"


def remark(stream: Stream, *, bodies: Mapping[datetime, Mapping[str, Any]], at: datetime) -> None:
    """Keep what else was said of some points (保存附注), the last word counts."""
    Remark.objects.bulk_create(
        [Remark(stream=stream, at=moment, body=dict(body)) for moment, body in bodies.items()],
        update_conflicts=True, unique_fields=["stream", "at"], update_fields=["body"],
    )  # fmt: skip
