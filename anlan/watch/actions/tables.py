"""Observations out of tables (导入观测): checked as a whole, then through the same door as all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import numpy as np
from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.people.models import Person
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Problem

from .. import access, events
from ..models import Source, Station, Stream, property_named, reading
from ..rules import factor, label_of
from ..rules.quality import REFUSED_AHEAD, Flag
from ..rules.streams import Columns
from ..rules.tables import ObservationMap, Seen
from .describing import remark
from .receiving import keep
from .stations import StationForm, StreamForm, add_station, add_stream
from .storing import Stored, Writer

Placed = tuple[int, Problem]  # which of the values, and what is wrong with it
MOST_WRONG = 500  # a table that is wrong throughout is wrong soon enough
DAY = 86_400_000_000


@dataclass(frozen=True)
class Brought:
    """What came of a table (导入结果): its points, and how many streams were made for it."""

    stored: Stored
    made: int


@transaction.atomic
def import_observations(
    seen: Sequence[Seen],
    *,
    mapping: ObservationMap,
    source: Source,
    file: str,
    by: Person,
    at: datetime,
) -> Brought:
    """Take in a table of observations, all or nothing (导入观测).

    Raises InvalidRows with every value at fault, by its place in `seen`.
    """
    access.check(by, "import_observations", source, at=at)
    made = _make_missing(seen, source, by, at) if mapping.streams == "made" else 0
    streams = {row.code: row for row in Stream.objects.filter(source=source, active=True)}
    _check(seen, streams, at)
    stored = Stored(0, 0, 0, 0, 0, 0)
    if seen:
        ids = sorted({streams[each.stream].pk for each in seen})
        points = _columns(seen, streams)
        stored = keep(Writer(only=ids), points, source=source, sender=None, at=at)
    _keep_words(seen, streams, at)
    trail.write(
        source, "import_observations", by=by, at=at, file=file[:200], mapping=mapping.key,
        points=len(seen), taken=stored.taken, batch=stored.number, made=made,
    )  # fmt: skip
    outbox.announce(events.ObservationsImported(source.pk, stored.number, stored.taken))
    return Brought(stored, made)


def _columns(seen: Sequence[Seen], streams: Mapping[str, Stream]) -> Columns:
    doubted = np.array([each.treat == "doubted" for each in seen], np.bool_)
    return Columns.of(
        [streams[each.stream].pk for each in seen],
        [each.at for each in seen],
        [each.value * _times(each, streams[each.stream]) for each in seen],
        np.where(doubted, np.uint8(Flag.DOUBTED), np.uint8(0)),
    )


def _times(one: Seen, stream: Stream) -> float:
    return factor(one.column.unit or stream.unit, stream.unit) or 1.0


def _keep_words(seen: Sequence[Seen], streams: Mapping[str, Stream], at: datetime) -> None:
    """What the source itself said of doubtful values stays beside them."""
    said: dict[str, dict[datetime, Mapping[str, str]]] = {}
    for each in seen:
        if each.treat == "doubted":
            moment = reading.moment(each.at)
            said.setdefault(each.stream, {})[moment] = {"resultQuality": each.qualifier}
    for name, bodies in said.items():
        remark(streams[name], bodies=bodies, at=at)


# --- what is wrong with them ----------------------------------------------------------------------


def _check(seen: Sequence[Seen], streams: Mapping[str, Stream], at: datetime) -> None:
    """Raise InvalidRows where a value has no place, or contradicts what is stored."""
    problems = [*_misfits(seen, streams, at), *_from_the_future(seen, at)]
    if not problems:
        problems = list(_contradictions(seen, streams))
    if problems:
        raise InvalidRows(problems[:MOST_WRONG])


def _misfits(seen: Sequence[Seen], streams: Mapping[str, Stream], at: datetime) -> Iterator[Placed]:
    """Streams that are not there or are something else; told once for each, at its first value."""
    first: dict[tuple[str, str], int] = {}
    oldest: dict[str, int] = {}
    for place, each in enumerate(seen):
        first.setdefault((each.stream, each.column.observed), place)
        if each.at < seen[oldest.setdefault(each.stream, place)].at:
            oldest[each.stream] = place
    for (name, _), place in first.items():
        stream = streams.get(name)
        problem = _misfit(seen[place], stream)
        if problem is not None:
            yield place, problem
        elif stream is not None and (old := oldest.pop(name, None)) is not None:
            days = (reading.micros(at) - seen[old].at) // DAY
            if days > stream.keep_days:
                words = f"测点“{name}”只保存 {stream.keep_days} 天，{days} 天前的数据会被清理"
                yield old, Problem(words, "请先延长该测点的保存天数，或删去这些行")


def _misfit(one: Seen, stream: Stream | None) -> Problem | None:
    if stream is None:
        mend = "请先在这个来源下登记测点，或在对照里写 streams: made"
        return Problem(f"没有测点“{one.stream}”", mend)
    wanted = property_named(one.column.observed)
    if stream.observed != wanted.key:
        words = f"测点“{one.stream}”测的是{stream.spec.label}，对照写的是{wanted.label}"
        return Problem(words, "请核对对照的 observed 和 stream")
    if one.column.unit and factor(one.column.unit, stream.unit) is None:
        units = f"“{label_of(one.column.unit)}”不能换算成测点的“{label_of(stream.unit)}”"
        return Problem(f"测点“{one.stream}”：{units}", "请核对对照的 unit")
    return None


def _from_the_future(seen: Sequence[Seen], at: datetime) -> Iterator[Placed]:
    latest = reading.micros(at) + REFUSED_AHEAD
    for place, each in enumerate(seen):
        if each.at > latest:
            when = f"{reading.moment(each.at):%Y-%m-%d %H:%M} UTC"
            yield place, Problem(f"时间还没有到（{when}）", "请核对时间和对照的 zone")


def _contradictions(seen: Sequence[Seen], streams: Mapping[str, Stream]) -> Iterator[Placed]:
    """A point stands once: what is stored already must say the same."""
    if not seen:
        return
    ids = {streams[each.stream].pk for each in seen}
    since = reading.moment(min(each.at for each in seen))
    until = reading.moment(max(each.at for each in seen)) + timedelta(seconds=1)
    there = reading.series(ids, since, until).columns
    keys = zip(there.stream.tolist(), there.at.tolist(), strict=True)
    known = dict(zip(keys, there.value.tolist(), strict=True))
    for place, each in enumerate(seen):
        stream = streams[each.stream]
        was = known.get((stream.pk, each.at))
        value = each.value * _times(each, stream)
        if was is not None and not np.isclose(was, value, rtol=1e-12, atol=0, equal_nan=True):
            words = f"测点“{each.stream}”这一时刻已存有 {was:g}，表里是 {value:g}"
            yield place, Problem(words, "已存的观测不覆盖；请核对，或删去这一格")


# --- streams that a table brings ------------------------------------------------------------------


def _make_missing(seen: Sequence[Seen], source: Source, by: Person, at: datetime) -> int:
    """Enter the stations and streams that a table names and nobody has entered yet."""
    known = set(Stream.objects.filter(source=source).values_list("code", flat=True))
    wanted: dict[str, list[Seen]] = {}
    for each in seen:
        if each.stream not in known:
            wanted.setdefault(each.stream, []).append(each)
    for name, cells in wanted.items():
        column, place = cells[0].column, cells[0].station
        label = property_named(column.observed).label
        given = StreamForm(
            name, column.observed, unit=column.unit, source=source,
            name=place if place.endswith(label) else "", interval_s=_usual(cells),
            keep_days=column.keep_days or None,
        )  # fmt: skip
        add_stream(_station(place, source, by, at), given, by=by, at=at)
    return len(wanted)


def _station(name: str, source: Source, by: Person, at: datetime) -> Station:
    code = f"{source.key}-{name}"[:60]
    there = Station.objects.filter(code=code, source=source).first()
    form = StationForm(code, name, area=source.area, source=source, body=source.body)
    return there or add_station(form, by=by, at=at)


def _usual(cells: Sequence[Seen]) -> float | None:
    """How often values come, in seconds; None where too few tell."""
    times = sorted({each.at for each in cells})
    steps = [later - sooner for sooner, later in zip(times, times[1:], strict=False)]
    return median(steps) / 1_000_000 if len(steps) >= 2 else None
