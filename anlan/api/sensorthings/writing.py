"""What a client writes: checked as the standard asks, told what is missing, and then stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from anlan.formats.points import BadPoints, Message, time_of
from anlan.watch import actions
from anlan.watch.actions import Said, Series
from anlan.watch.models import Description, Source, Station, Stream, reading

from .entities import ENTITIES

MOST_NESTED = 1000


class BadEntity(ValueError):
    """The body is not what the standard asks: what is missing or wrong."""


@dataclass(frozen=True)
class Need:
    """A property that must be there, and what it may be."""

    name: str
    kinds: tuple[type, ...] = (str,)


_SAID = (Need("name"), Need("description"))
NEEDS: dict[str, tuple[Need, ...]] = {
    "Things": _SAID,
    "Locations": (*_SAID, Need("encodingType"), Need("location", (dict,))),
    "Sensors": (*_SAID, Need("encodingType"), Need("metadata", (str, dict))),
    "ObservedProperties": (*_SAID, Need("definition")),
    "FeaturesOfInterest": (*_SAID, Need("encodingType"), Need("feature", (dict,))),
    "Datastreams": (*_SAID, Need("observationType"), Need("unitOfMeasurement", (dict,))),
    "Observations": (Need("result", (str, int, float, bool, dict, list, type(None))),),
}
_KIND = {"Locations": "LOCATION", "Sensors": "SENSOR", "ObservedProperties": "PROPERTY",
         "FeaturesOfInterest": "FEATURE"}  # fmt: skip
_CONTENT = {"Locations": ("encodingType", "location"), "Sensors": ("encodingType", "metadata"),
            "ObservedProperties": ("definition", ""),
            "FeaturesOfInterest": ("encodingType", "feature")}  # fmt: skip
_MEASURED = "OM_Measurement"


@dataclass
class Writer:
    """One request of one source."""

    source: Source
    at: datetime

    def add(self, name: str, body: Any, within: Mapping[str, Any]) -> Any:
        """An entity of this set; `within` are what the path says it belongs to."""
        check(name, body)
        if name == "Things":
            return self.thing(body)
        if name == "Datastreams":
            return self.datastream(body, within.get("Thing"))
        made = self.described(name, body)
        if name == "Locations" and isinstance(within.get("Thing"), Station):
            actions.move_station(within["Thing"], made, at=self.at)
        return made

    def thing(self, body: Mapping[str, Any]) -> Station:
        places = body.get("Locations") or []
        places = [places] if isinstance(places, dict) else places
        location = self._one("Locations", places[0]) if places else None
        station = actions.present_station(
            self.source, said=_said(body), location=location, at=self.at
        )
        for each in body.get("Datastreams") or []:
            check("Datastreams", each)
            self.datastream(each, station)
        return station

    def datastream(self, body: Mapping[str, Any], station: Station | None) -> Stream:
        for name in ("Sensor", "ObservedProperty", *(() if station else ("Thing",))):
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
        station = station or self._one("Things", body["Thing"])
        stream = actions.present_stream(station, said=_said(body), series=series, at=self.at)
        for each in (body.get("Observations") or [])[:MOST_NESTED]:
            self.observation(each, stream)
        return stream

    def described(self, name: str, body: Mapping[str, Any]) -> Description:
        definition, content = _CONTENT[name]
        return actions.describe(
            self.source, kind=_KIND[name], said=_said(body), definition=body[definition],
            content=body.get(content) if content else None, at=self.at,
        )  # fmt: skip

    def _one(self, name: str, body: Any) -> Any:
        """An entity that another names by its id, or writes out."""
        number = id_in(body)
        if number is None:
            return self.add(name, body, {})
        row = ENTITIES[name].rows(self.source).filter(pk=number).first()
        if row is None:
            raise BadEntity(f"没有 {name}({number})，或不属于这个来源")
        return row

    # --- observations -----------------------------------------------------------------------

    def observation(self, body: Any, stream: Stream | None) -> str:
        """Store one observation; its id."""
        check("Observations", body)
        if stream is None:
            if not isinstance(body.get("Datastream"), dict):
                raise BadEntity('Observation 缺少 Datastream：写 {"@iot.id": …}')
            stream = self._one("Datastreams", body["Datastream"])
        at, value, said = self.read(body, stream)
        self.store(stream, [at], [value], {at: said})
        return f"{stream.pk}-{at}"

    def read(self, body: Mapping[str, Any], stream: Stream) -> tuple[int, float, dict[str, Any]]:
        """Time, value, and what else was said of an observation."""
        given = body.get("phenomenonTime")
        at = reading.micros(self.at) if given is None else _moment("phenomenonTime", given)
        result = body["result"]
        number = isinstance(result, int | float) and not isinstance(result, bool)
        if not number and stream.observation_type.endswith(_MEASURED) and result is not None:
            raise BadEntity(f"这个 Datastream 是 OM_Measurement，result 应当是数：{result!r}")
        said = self._besides(body) if number else {"result": result, **self._besides(body)}
        return at, float(result) if number else float("nan"), said

    def _besides(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was said of an observation besides its time and its number."""
        for name in ("resultTime", "validTime"):
            if body.get(name) is not None:
                _moment(name, body[name])
        kept = ("resultTime", "validTime", "resultQuality", "parameters")
        said = {name: body[name] for name in kept if body.get(name) is not None}
        if "/" in str(body.get("phenomenonTime", "")):
            said["phenomenonTime"] = body["phenomenonTime"]
        if (feature := body.get("FeatureOfInterest")) is not None:
            said["@feature"] = self._one("FeaturesOfInterest", feature).pk
        return said

    def store(
        self, stream: Stream, times: list[int], values: list[float],
        said: Mapping[int, Mapping[str, Any]],
    ) -> None:  # fmt: skip
        """On disk when this returns."""
        message = Message(
            [stream.pk], np.zeros(len(times), np.int64), np.array(times, np.int64),
            np.array(values, np.float64),
        )  # fmt: skip
        stored = actions.receive(message, source=self.source, at=self.at).stored
        if stored.refused:
            raise BadEntity("phenomenonTime 在一天以后，不能是观测值：请核对时钟")
        bodies = {reading.moment(at): body for at, body in said.items() if body}
        if bodies:
            actions.remark(stream, bodies=bodies, at=self.at)

    def data_array(self, content: Any) -> list[str]:
        """CreateObservations: for each row the link of what was made, or what was wrong with it."""
        if not isinstance(content, list):
            raise BadEntity("应当是列表，每项有 Datastream、components、dataArray")
        answers: list[str] = []
        for part in content:
            answers += self._part(part)
        return answers

    def _part(self, part: Any) -> list[str]:
        names, rows = part.get("components"), part.get("dataArray")
        if not isinstance(names, list) or not isinstance(rows, list) or "result" not in names:
            raise BadEntity("每项要有 components（至少 result）和 dataArray")
        try:
            stream = self._one("Datastreams", part.get("Datastream"))
        except BadEntity as wrong:
            return [f"error: {wrong}"] * len(rows)
        answers: list[str] = []
        good: list[tuple[int, float, dict[str, Any]]] = []
        for row in rows:
            try:
                body = _row(names, row)
                check("Observations", body)
                good.append(self.read(body, stream))
                answers.append(f"{stream.pk}-{good[-1][0]}")
            except (BadEntity, BadPoints) as wrong:
                answers.append(f"error: {wrong}")
        if good:
            times, values, said = zip(*good, strict=True)
            self.store(stream, list(times), list(values), dict(zip(times, said, strict=True)))
        return answers


def _row(names: list[str], row: Any) -> dict[str, Any]:
    if not isinstance(row, list) or len(row) != len(names):
        raise BadEntity(f"dataArray 的一行应当有 {len(names)} 个值")
    body = dict(zip(names, row, strict=True))
    for name in ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id"):
        if (number := body.pop(name, None)) is not None:
            body["FeatureOfInterest"] = {"@iot.id": number}
    return body


def check(name: str, body: Any) -> None:
    """Raise BadEntity where something that must be there is missing, or is of another kind."""
    if not isinstance(body, dict):
        raise BadEntity(f"{name} 应当是一个 JSON 对象")
    for need in NEEDS[name]:
        if need.name not in body:
            missing = [each.name for each in NEEDS[name] if each.name not in body]
            raise BadEntity(f"{name} 缺少必填的 {'、'.join(missing)}")
        if not isinstance(body[need.name], need.kinds):
            raise BadEntity(f"{name} 的 {need.name} 类型不对：{str(body[need.name])[:60]}")


def id_in(body: Any) -> Any:
    """The id by which a body names another entity: `{"@iot.id": 1}`, or `{"id": 1}` of drafts."""
    if not isinstance(body, dict):
        raise BadEntity('引用应当写成 {"@iot.id": …}')
    return body.get("@iot.id", body.get("id"))


def _said(body: Mapping[str, Any]) -> Said:
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise BadEntity("properties 应当是一个 JSON 对象")
    return Said(body["name"][:200], body["description"], given)


def _moment(name: str, given: Any) -> int:
    """Of an interval its end: that is when it was known."""
    try:
        return time_of(str(given).rpartition("/")[2])
    except BadPoints:
        raise BadEntity(
            f"{name} 应当是带时区的 ISO 8601 时间或区间，写的是“{str(given)[:40]}”"
        ) from None
