"""What a client writes: checked as the standard asks, told what is missing, and then stored."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from anlan.formats.points import BadPoints, Message, time_of
from anlan.watch import actions
from anlan.watch.actions import Said, Series
from anlan.watch.models import Description, Source, Station, Stream, reading
from anlan.watch.rules.places import point_of
from anlan.watch.rules.quality import EARLIEST, REFUSED_AHEAD

from . import observing
from .entities import ENTITIES, OBSERVATIONS

MOST_NESTED = 1000
MOST_BESIDE = 100  # results of one instant


class BadEntity(ValueError):
    """The body is not what the standard asks: what is missing or wrong."""


@dataclass(frozen=True)
class Need:
    """A property that must be there, and what it may be."""

    name: str
    kinds: tuple[type, ...] = (str,)
    most: int = 1_000_000  # characters


@dataclass(frozen=True)
class Seen:
    """An observation as it was sent: when (µs since 1970), its number, what else was said of it."""

    at: int
    value: float
    said: Mapping[str, Any]

    def agrees(self, value: float, said: Mapping[str, Any]) -> bool:
        """Whether it is the same that stands there, perhaps with more said of it."""
        same = self.value == value or (math.isnan(self.value) and math.isnan(value))
        return same and all(said.get(name, mine) == mine for name, mine in self.said.items())


_SAID = (Need("name"), Need("description"))
_CODED = (*_SAID, Need("encodingType", most=400))
NEEDS: dict[str, tuple[Need, ...]] = {
    "Things": _SAID,
    "Locations": (*_CODED, Need("location", (dict,))),
    "Sensors": (*_CODED, Need("metadata", (str, dict))),
    "ObservedProperties": (*_SAID, Need("definition", most=400)),
    "FeaturesOfInterest": (*_CODED, Need("feature", (dict,))),
    "Datastreams": (*_SAID, Need("observationType"), Need("unitOfMeasurement", (dict,))),
    OBSERVATIONS: (Need("result", (str, int, float, bool, dict, list, type(None))),),
}
_MEASURED = "OM_Measurement"


@dataclass
class Writer:
    """One request of one source."""

    source: Source
    at: datetime
    features: dict[int, int] = field(default_factory=dict)  # by location
    named: dict[tuple[str, int], Any] = field(default_factory=dict)  # a table names one often

    def add(self, name: str, body: Any) -> Any:
        """An entity of this set, with all that is written out inside of it."""
        check(name, body)
        if name == "Things":
            return self._thing(body)
        if name == "Datastreams":
            return self._datastream(body)
        if name == OBSERVATIONS:
            return self._observation(body)
        made = self._described(name, body)
        if name == "Locations":
            for each in _several(body, "Things"):
                actions.move_station(self._one("Things", each), made, at=self.at)
        return made

    def _thing(self, body: Mapping[str, Any]) -> Station:
        # One that a thing has in several forms is where it stands by the first of them.
        places = [self._one("Locations", each) for each in _several(body, "Locations")]
        location = places[0] if places else None
        station = actions.present_station(
            self.source, said=_said(body), location=location, at=self.at
        )
        for each in _several(body, "Datastreams"):
            self.add("Datastreams", _within(each, "Thing", station))
        return station

    def _datastream(self, body: Mapping[str, Any]) -> Stream:
        for name in ("Sensor", "ObservedProperty", "Thing"):
            if not isinstance(body.get(name), dict):
                raise BadEntity(f'Datastream 缺少 {name}：写 {{"@iot.id": …}} 或写全它的内容')
        unit = body["unitOfMeasurement"]
        for name in ("name", "symbol", "definition"):
            if name not in unit:
                raise BadEntity(f"unitOfMeasurement 缺少 {name}（没有单位时写 null）")
        series = Series(
            self._one("Sensors", body["Sensor"]),
            self._one("ObservedProperties", body["ObservedProperty"]),
            unit,
            body["observationType"],
        )
        station = self._one("Things", body["Thing"])
        stream = actions.present_stream(station, said=_said(body), series=series, at=self.at)
        for each in _several(body, OBSERVATIONS):
            self.add(OBSERVATIONS, _within(each, "Datastream", stream))
        return stream

    def _described(self, name: str, body: Mapping[str, Any]) -> Description:
        if name == "Locations":
            _check_place(body["location"])
        entity = ENTITIES[name]
        given: dict[str, Any] = {column: body.get(each) for each, column in entity.columns.items()}
        return actions.describe(
            self.source, kind=entity.only["kind"], said=_said(body),
            definition=given["definition"], content=given.get("content"), at=self.at,
        )  # fmt: skip

    def _one(self, name: str, body: Any) -> Any:
        """An entity that another names by its id, or writes out."""
        if not isinstance(body, dict):
            raise BadEntity(f'{name} 应当写成 {{"@iot.id": …}}，或写全它的内容：{str(body)[:40]}')
        number = body.get("@iot.id", body.get("id"))  # `id` in drafts of the standard
        if number is None:
            return self.add(name, body)
        if not isinstance(number, int) or isinstance(number, bool):
            raise BadEntity(f"{name} 的 @iot.id 应当是整数：{str(number)[:40]}")
        if (name, number) not in self.named:
            row = ENTITIES[name].rows(self.source).filter(pk=number).first()
            if row is None:
                raise BadEntity(f"没有 {name}({number})，或不属于这个来源")
            self.named[name, number] = row
        return self.named[name, number]

    # --- observations -----------------------------------------------------------------------

    def _observation(self, body: Mapping[str, Any]) -> str:
        if not isinstance(body.get("Datastream"), dict):
            raise BadEntity('Observation 缺少 Datastream：写 {"@iot.id": …}')
        stream = self._one("Datastreams", body["Datastream"])
        (name,) = self._keep(stream, [self._seen(body, stream)])
        return name

    def _seen(self, body: Mapping[str, Any], stream: Stream) -> Seen:
        given = body.get("phenomenonTime")
        at = reading.micros(self.at) if given is None else _moment("phenomenonTime", given)
        if not EARLIEST <= at <= reading.micros(self.at) + REFUSED_AHEAD:
            raise BadEntity(f"phenomenonTime 早于 1900 年或在一天以后：{given}，请核对时钟")
        result = body["result"]
        number = isinstance(result, int | float) and not isinstance(result, bool)
        if not number and stream.observation_type.endswith(_MEASURED) and result is not None:
            raise BadEntity(f"这个 Datastream 是 OM_Measurement，result 应当是数：{result!r}")
        said = self._besides(body) | ({} if number else {"result": result})
        return Seen(at, float(result) if number else math.nan, said)

    def _besides(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was said of an observation besides its time and its number."""
        kept = ("resultTime", "validTime", "resultQuality", "parameters")
        said = {name: body[name] for name in kept if body.get(name) is not None}
        if "validTime" in said:
            _moment("validTime", said["validTime"])
        if "resultTime" in said:
            if "/" in str(said["resultTime"]):
                raise BadEntity(f"resultTime 应当是一个时刻，不是区间：{said['resultTime']}")
            moment = reading.moment(_moment("resultTime", said["resultTime"]))
            said["resultTime"] = observing.instant(moment)
        if not isinstance(said.get("parameters", {}), dict):
            raise BadEntity("parameters 应当是一个 JSON 对象")
        if "/" in str(body.get("phenomenonTime", "")):
            said["phenomenonTime"] = body["phenomenonTime"]
        if (feature := body.get("FeatureOfInterest")) is not None:
            said["@feature"] = self._one("FeaturesOfInterest", feature).pk
        return said

    def _feature_of(self, stream: Stream) -> dict[str, int]:
        """What is observed where nobody says it: the place of the thing, as the standard asks."""
        place = stream.station.location
        if place is None:
            return {}
        if place.pk not in self.features:
            words = {"definition": place.definition, "content": place.content, "name": place.name}
            found = ENTITIES["FeaturesOfInterest"].rows(self.source).filter(**words).first()
            made = found or actions.describe(
                self.source, kind="FEATURE", said=Said(place.name, place.description),
                definition=place.definition, content=place.content, at=self.at,
            )  # fmt: skip
            self.features[place.pk] = made.pk
        return {"@feature": self.features[place.pk]}

    def _keep(self, stream: Stream, seen: Sequence[Seen]) -> list[str]:
        """Store observations, on disk when this returns; their ids.

        A point stands once. What says the same again is the point that is there; what says another
        thing of the same instant is kept beside it, 1 µs on and in doubt: told, and not judged.
        """
        there: dict[int, Any] = {**observing.standing(stream.pk, {each.at for each in seen})}
        fresh: dict[int, tuple[float, bool]] = {}
        ids: list[str] = []
        bodies: dict[datetime, dict[str, Any]] = {}
        for each in seen:
            at, said = _placed(stream, each, there), dict(each.said)
            if (old := there.get(at)) is None:
                fresh[at] = (each.value, at != each.at)
                said = self._feature_of(stream) | said
                if at != each.at:
                    said.setdefault("phenomenonTime", observing.instant(reading.moment(each.at)))
            else:
                said = {**old.said, **said}
            if said and (old is None or said != old.said):
                bodies[reading.moment(at)] = said
            there[at] = Seen(at, each.value, said)
            ids.append(f"{stream.pk}-{at}")
        self._store(stream, fresh)
        if bodies:
            actions.remark(stream, bodies=bodies, at=self.at)
        return ids

    def _store(self, stream: Stream, fresh: Mapping[int, tuple[float, bool]]) -> None:
        if not fresh:
            return
        values, doubted = zip(*fresh.values(), strict=True)
        message = Message(
            [stream.pk], np.zeros(len(fresh), np.int64), np.array(list(fresh), np.int64),
            np.array(values, np.float64), doubted=np.array(doubted, np.bool_),
        )  # fmt: skip
        actions.receive(message, source=self.source, at=self.at)

    def data_array(self, content: Any) -> list[str]:
        """CreateObservations: for each row the id of what was made, or what was wrong with it."""
        if not isinstance(content, list):
            raise BadEntity("应当是列表，每项有 Datastream、components、dataArray")
        parts = [_table(part, place) for place, part in enumerate(content, 1)]
        return [answer for part in parts for answer in self._part(*part)]

    def _part(self, which: Any, names: list[str], rows: list[Any]) -> list[str]:
        try:
            with transaction.atomic():  # one that is written out, and wrong, leaves nothing
                stream = self._one("Datastreams", which)
        except BadEntity as wrong:
            return [f"error: {wrong}"] * len(rows)
        good: dict[int, Seen] = {}
        answers: dict[int, str] = {}
        for place, row in enumerate(rows):
            try:
                body = _row(names, row)
                check(OBSERVATIONS, body)
                good[place] = self._seen(body, stream)
            except (BadEntity, BadPoints) as wrong:
                answers[place] = f"error: {wrong}"
        if good:
            ids = self._keep(stream, list(good.values()))
            answers |= dict(zip(good, ids, strict=True))
        return [answers[place] for place in range(len(rows))]


def _placed(stream: Stream, seen: Seen, there: dict[int, Any]) -> int:
    """Its own µs, or the next where no other result stands; `there` is what is known to stand."""
    at = seen.at
    while (old := there.get(at)) and not seen.agrees(old.value, old.said):
        at += 1
        if at - seen.at > MOST_BESIDE:
            raise BadEntity(f"同一时刻最多保留 {MOST_BESIDE} 个不同的结果，请写明 phenomenonTime")
        if at not in there:
            there[at] = observing.standing(stream.pk, [at]).get(at)
    return at


def _table(part: Any, place: int) -> tuple[Any, list[str], list[Any]]:
    """One group of CreateObservations; without rows there is nothing to answer one by one."""
    part = part if isinstance(part, dict) else {}
    names, rows = part.get("components"), part.get("dataArray")
    named = isinstance(names, list) and all(isinstance(name, str) for name in names)
    if not named or "result" not in names or not isinstance(rows, list):
        raise BadEntity(
            f"第 {place} 组要有 components（文字列表，至少 result）和 dataArray（列表）"
        )
    return part.get("Datastream"), names, rows


def _row(names: list[str], row: Any) -> dict[str, Any]:
    if not isinstance(row, list) or len(row) != len(names):
        raise BadEntity(f"dataArray 的一行应当有 {len(names)} 个值")
    body = dict(zip(names, row, strict=True))
    for name in ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id"):
        if (number := body.pop(name, None)) is not None:
            body["FeatureOfInterest"] = {"@iot.id": number}
    return body


def _within(body: Any, name: str, owner: Station | Stream) -> Any:
    """What stands inside of another belongs to that one, whatever it says."""
    return {**body, name: {"@iot.id": owner.pk}} if isinstance(body, dict) else body


def _several(body: Mapping[str, Any], name: str) -> Iterable[Any]:
    """What stands inside: a list, or a single one without brackets."""
    given = body.get(name)
    given = [given] if isinstance(given, dict) else given
    if given is not None and (not isinstance(given, list) or len(given) > MOST_NESTED):
        raise BadEntity(f"{name} 应当是列表，最多 {MOST_NESTED} 个：{str(given)[:40]}")
    return given or []


def check(name: str, body: Any) -> None:
    """Raise BadEntity where something that must be there is missing, or is of another kind."""
    if not isinstance(body, dict):
        raise BadEntity(f"{name} 应当是一个 JSON 对象：{str(body)[:40]}")
    missing = [need.name for need in NEEDS[name] if need.name not in body]
    if missing:
        raise BadEntity(f"{name} 缺少必填的 {'、'.join(missing)}")
    for need in NEEDS[name]:
        given = body[need.name]
        if not isinstance(given, need.kinds):
            raise BadEntity(f"{name} 的 {need.name} 类型不对：{str(given)[:60]}")
        if isinstance(given, str) and len(given) > need.most:
            raise BadEntity(f"{name} 的 {need.name} 最多 {need.most} 个字，写了 {len(given)} 个")


def _check_place(place: Any) -> None:
    try:
        point_of(place)
    except ValueError as wrong:
        raise BadEntity(f"Location 的 location：{wrong}") from None


def _said(body: Mapping[str, Any]) -> Said:
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise BadEntity("properties 应当是一个 JSON 对象")
    return Said(body["name"][:200], body["description"], given)


def _moment(name: str, given: Any) -> int:
    """Of an interval its end: that is when it was known."""
    try:
        times = [time_of(part) for part in str(given).split("/")]
    except BadPoints:
        times = []
    if len(times) not in (1, 2) or times != sorted(times):
        raise BadEntity(
            f"{name} 应当是带时区的 ISO 8601 时间，或先后有序的区间，写的是“{str(given)[:40]}”"
        )
    return times[-1]
