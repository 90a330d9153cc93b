"""Stations and streams: entered, changed, put out of use, worked on (测站管理)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from .. import access, events
from ..flow import STATIONS
from ..models import Maintenance, Source, Station, Stream, property_named
from ..rules import LEVELS as NAMES
from ..rules import UNITS

LEVELS = ("fortified", "warning", "guaranteed", "flood_limit", "uniform_rate")
RISING = ("fortified", "warning", "guaranteed")
_MAY_CHANGE = {"name", "code", "lon", "lat", "body", "post", "description", "sector", "item"}
_STREAM_MAY_CHANGE = {
    "name", "procedure", "interval_s", "silent_s", "lateness_s", "lowest", "highest", "spike",
    "stuck_s", "thresholds", "keep_days", "active",
}  # fmt: skip


@dataclass(frozen=True)
class StationForm:
    """What a new station says of itself; place and owner come from its item where not given."""

    code: str
    name: str
    item: Item | None = None
    area: Area | None = None
    lon: float | None = None
    lat: float | None = None
    body: Body | None = None
    post: Post | None = None
    source: Source | None = None
    sector: str = ""
    description: str = ""


@dataclass(frozen=True)
class StreamForm:
    """What a new stream says of itself; what is not said comes from its property."""

    code: str
    observed: str
    name: str = ""
    unit: str = ""
    source: Source | None = None
    procedure: str = ""
    interval_s: float | None = None
    silent_s: float | None = None
    lateness_s: float = 0
    lowest: float | None = None
    highest: float | None = None
    spike: float | None = None
    stuck_s: float | None = None
    keep_days: int | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)


@transaction.atomic
def add_station(given: StationForm, *, by: Person, at: datetime) -> Station:
    """Enter a station (登记测站), on a registered thing wherever there is one."""
    item, area = given.item, given.area or (given.item.area if given.item else None)
    if area is None:
        raise Invalid("请选择测站所在的对象或区域", mend="先在对象台账里登记监测对象", field="item")
    station = Station(
        code=given.code.strip(), name=given.name.strip(), item=item, source=given.source,
        area=area, area_path=area.path, sector=given.sector or (item.sector if item else ""),
        lon=given.lon if given.lon is not None else item.lon if item else None,
        lat=given.lat if given.lat is not None else item.lat if item else None,
        body=given.body or (item.enterprise or item.industry if item else None),
        post=given.post or (item.keeper if item else None),
        description=given.description, made_at=at,
    )  # fmt: skip
    access.check(by, "add_station", station, at=at)
    _named(station)
    _saved(station, f"站码“{station.code}”已有测站使用", "code")
    trail.write(station, "add_station", by=by, at=at, code=station.code, name=station.name)
    outbox.announce(events.StationAdded(station.pk))
    return station


@transaction.atomic
def change_station(
    station: Station, *, changes: Mapping[str, Any], by: Person, at: datetime
) -> None:
    """Change what is known of a station (修改测站)."""
    access.check(by, "change_station", station, at=at)
    was = _changed(station, changes, _MAY_CHANGE)
    if station.item is not None and "item" in was:
        station.area, station.area_path = station.item.area, station.item.area_path
    _named(station)
    _saved(station, f"站码“{station.code}”已有测站使用", "code")
    trail.write(station, "change_station", by=by, at=at, was=was)
    outbox.announce(events.StationChanged(station.pk))


@transaction.atomic
def stop_station(station: Station, *, reason: str, by: Person, at: datetime) -> None:
    """Put a station out of use (停用测站): what still comes is stored, and nothing is judged."""
    access.check(by, "stop_station", station, at=at)
    _reasoned(reason)
    STATIONS.move(station, "stop_station", at=at)
    trail.write(station, "stop_station", by=by, at=at, reason=reason)
    outbox.announce(events.StationStopped(station.pk))


@transaction.atomic
def resume_station(station: Station, *, by: Person, at: datetime) -> None:
    """Put a station in use again (恢复测站)."""
    access.check(by, "resume_station", station, at=at)
    STATIONS.move(station, "resume_station", at=at)
    trail.write(station, "resume_station", by=by, at=at)
    outbox.announce(events.StationResumed(station.pk))


@transaction.atomic
def add_stream(station: Station, given: StreamForm, *, by: Person, at: datetime) -> Stream:
    """Let a station be written a series of values (登记测点)."""
    access.check(by, "add_stream", station, at=at)
    stream = made_stream(station, given, at=at)
    trail.write(stream, "add_stream", by=by, at=at, code=stream.code, observed=stream.observed)
    outbox.announce(events.StreamAdded(stream.pk))
    return stream


def made_stream(station: Station, given: StreamForm, *, at: datetime) -> Stream:
    """The row of a new stream (新建测点), its gaps filled from its property."""
    spec = property_named(given.observed)
    interval = given.interval_s or spec.interval_minutes * 60
    stream = Stream(
        station=station, source=given.source or station.source, code=given.code.strip(),
        name=given.name or f"{station.name}{spec.label}", observed=spec.key,
        unit=given.unit or spec.unit, procedure=given.procedure, interval_s=interval,
        silent_s=given.silent_s or max(spec.silent_minutes * 60, interval * 3),
        lateness_s=given.lateness_s, keep_days=given.keep_days or spec.keep_days, made_at=at,
        lowest=spec.lowest if given.lowest is None else given.lowest,
        highest=spec.highest if given.highest is None else given.highest,
        spike=spec.spike if given.spike is None else given.spike,
        stuck_s=spec.stuck_minutes * 60 if given.stuck_s is None else given.stuck_s,
        thresholds=dict(given.thresholds),
    )  # fmt: skip
    _possible(stream)
    _saved(stream, f"这个来源已有代号为“{stream.code}”的测点", "code")
    return stream


@transaction.atomic
def change_stream(stream: Stream, *, changes: Mapping[str, Any], by: Person, at: datetime) -> None:
    """Change a stream's limits and terms (修改测点)."""
    access.check(by, "change_stream", stream.station, at=at)
    was = _changed(stream, changes, _STREAM_MAY_CHANGE)
    _possible(stream)
    stream.save()
    trail.write(stream, "change_stream", by=by, at=at, was=was)
    outbox.announce(events.StreamChanged(stream.pk))


@dataclass(frozen=True)
class Work:
    """From when to when something is worked on, and why."""

    since: datetime
    until: datetime
    reason: str
    stream: Stream | None = None


@transaction.atomic
def set_maintenance(station: Station, work: Work, *, by: Person, at: datetime) -> Maintenance:
    """Announce work on a station (设置维护时段): meanwhile its silence alarms nobody."""
    access.check(by, "set_maintenance", station, at=at)
    _reasoned(work.reason)
    if work.until <= work.since:
        raise Invalid("维护结束时间要晚于开始时间", mend="请改正时间", field="until")
    made = Maintenance.objects.create(station=station, by=by, at=at, **_flat(work))
    trail.write(station, "set_maintenance", by=by, at=at, reason=work.reason)
    outbox.announce(events.MaintenanceSet(made.pk))
    return made


def _flat(work: Work) -> dict[str, Any]:
    return {name: getattr(work, name) for name in ("since", "until", "reason", "stream")}


def _changed(thing: Any, changes: Mapping[str, Any], allowed: set[str]) -> dict[str, str]:
    """Set what differs; what it was, in words."""
    if strange := set(changes) - allowed:
        raise Invalid(f"不能修改：{'、'.join(sorted(strange))}", mend="请从页面上的项目里修改")
    was = {}
    for name, value in changes.items():
        if (before := getattr(thing, name)) != value:
            was[name] = str(before)
            setattr(thing, name, value)
    return was


def _named(station: Station) -> None:
    if not station.code or not station.name:
        raise Invalid("站码和站名都要填写", mend="没有统一站码的可自行编号", field="code")
    if (station.lon is None) != (station.lat is None):
        raise Invalid("经度和纬度要一起填写", mend="请在图上选点", field="lon")


def _possible(stream: Stream) -> None:
    if stream.unit and stream.unit not in UNITS:
        raise Invalid(f"单位“{stream.unit}”不认识", mend=f"请用：{'、'.join(UNITS)}", field="unit")
    if stream.lowest is not None and stream.highest is not None and stream.lowest > stream.highest:
        raise Invalid("可能值的下限大于上限", mend="请改正上下限", field="lowest")
    if strange := set(stream.thresholds) - set(LEVELS):
        raise Invalid(
            f"没有“{strange.pop()}”这种限值", mend=f"可用：{'、'.join(LEVELS)}", field="thresholds"
        )
    _rising(stream.thresholds)
    if stream.interval_s <= 0 or stream.silent_s <= 0 or stream.keep_days < 1:
        raise Invalid("上报间隔、离线时长和保存天数都要大于零", mend="请改正", field="interval_s")


def _rising(levels: Mapping[str, float]) -> None:
    """A river passes its levels in this order, or somebody mistyped one."""
    given = [(name, levels[name]) for name in RISING if levels.get(name) is not None]
    for (lower, low), (upper, high) in pairwise(given):
        if high < low:
            raise Invalid(
                f"{NAMES[upper]}（{high:g}）低于{NAMES[lower]}（{low:g}）",
                mend=f"应由低到高：{'、'.join(NAMES[name] for name in RISING)}",
                field=upper,
            )


def _saved(thing: Station | Stream, words: str, name: str) -> None:
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as clash:
        raise Invalid(words, mend="请换一个", field=name) from clash


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid("请写明原因", mend="用一句话说明即可", field="reason")
