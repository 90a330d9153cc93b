"""Answering a question: along a path to a set, to one of it or to a property, and telling that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from anlan.formats.odata import BadQuestion, Options, Step
from anlan.watch.models import Source

from . import observing
from .entities import ENTITIES, OBSERVED, Entity, Link, check, ordered
from .observing import Point


class NotThere(Exception):
    """Nothing stands at this path."""


@dataclass(frozen=True)
class Place:
    """Where a path leads: to one entity, or to a set (`row` is None), perhaps of an owner."""

    entity: Entity
    rows: Any = None
    owner: Any = None
    row: Any = None


@dataclass(frozen=True)
class Teller:
    """Answers the questions of one source; `base` begins every address it tells."""

    source: Source
    base: str

    def answer(self, steps: list[Step], options: Options, here: str) -> Any:
        """What is told of a path: a dict; of `$value` bare text; None where there is nothing."""
        if steps[-1].name == "$ref" and steps[1:]:
            steps, options = steps[:-1], replace(options, select=("@iot.selfLink",), expand={})
        place, rest = self.reach(steps)
        if rest:
            return self._property(place, rest)
        if options.array and (place.entity is not OBSERVED or place.row is not None):
            raise BadQuestion("$resultFormat=dataArray 只用于观测值的列表")
        check(place.entity, options)
        if place.row is not None:
            return self.one(place.entity, place.row, options)
        return self._many(place, options, here)

    # --- along a path -----------------------------------------------------------------------

    def reach(self, steps: list[Step]) -> tuple[Place, list[Step]]:
        """Where the steps lead, and those left that are no relation but a property."""
        place = self._first(steps[0])
        for number, step in enumerate(steps[1:], 1):
            link = place.entity.links.get(step.name)
            if place.row is None:
                raise BadQuestion(f"{step.name} 前面应当指明是哪一个，如 {place.entity.name}(1)")
            if link is None:
                return place, steps[number:]
            place = self._along(place, link, step)
        return place, []

    def _first(self, step: Step) -> Place:
        entity = ENTITIES.get(step.name)
        if entity is None:
            raise NotThere(f"没有“{step.name}”，可用 {'、'.join(ENTITIES)}")
        if entity is OBSERVED:
            return self._observed(step, None)
        return self._chosen(entity, entity.rows(self.source), step)

    def _along(self, place: Place, link: Link, step: Step) -> Place:
        target = ENTITIES[link.to]
        if target is OBSERVED:
            return self._observed(step, place.row)
        rows = self.related(place.row, link)
        if link.many:
            return self._chosen(target, rows, step)
        row = rows.first() if step.id is None else None
        if row is None:
            raise NotThere
        return Place(target, row=row)

    def _chosen(self, entity: Entity, rows: Any, step: Step) -> Place:
        if step.id is None:
            return Place(entity, rows=rows)
        row = rows.filter(pk=step.id).first() if isinstance(step.id, int) else None
        if row is None:
            raise NotThere(f"没有 {step.name}({step.id})")
        return Place(entity, row=row)

    def _observed(self, step: Step, owner: Any) -> Place:
        if step.id is None:
            return Place(OBSERVED, owner=owner)
        point = observing.one(self.source, step.id)
        if point is None or (owner is not None and not observing.is_of(point, owner)):
            raise NotThere(f"没有 Observations({step.id})")
        return Place(OBSERVED, row=point)

    def related(self, row: Any, link: Link) -> Any:
        """The rows that a relation leads to; those of this source, as everywhere."""
        rows = ENTITIES[link.to].rows(self.source)
        if isinstance(row, Point):
            number = row.stream if link.to == "Datastreams" else row.said.get("@feature", 0)
            return rows.filter(pk=number)
        return rows.filter(**{link.back: row.pk})

    def _property(self, place: Place, steps: list[Step]) -> Any:
        """`name`, `properties/river`, `result/$value`."""
        bare = steps[-1].name == "$value"
        value: Any = self._said(place.entity, place.row)
        for step in steps[:-1] if bare else steps:
            if not isinstance(value, dict) or step.name not in value:
                raise NotThere(f"没有属性“{step.name}”")
            value = value[step.name]
        if value is None:
            return None
        if bare:
            return value if isinstance(value, str) else orjson.dumps(value).decode()
        return {steps[-1].name: value}

    # --- telling ----------------------------------------------------------------------------

    def _said(self, entity: Entity, row: Any) -> dict[str, Any]:
        return observing.told(row) if isinstance(row, Point) else entity.told(row)

    def one(self, entity: Entity, row: Any, options: Options) -> dict[str, Any]:
        """One entity, with what is to be told with it."""
        number = row.id if isinstance(row, Point) else row.pk
        link = f"{self.base}/{entity.name}({number!r})"
        told = {"@iot.id": number, "@iot.selfLink": link, **self._said(entity, row)}
        for name in entity.links:
            if not isinstance(row, Point) or name == "Datastream" or "@feature" in row.said:
                told[f"{name}@iot.navigationLink"] = f"{link}/{name}"
        if options.select:
            wanted = {"@iot.id" if name == "id" else name for name in options.select}
            told = {name: told[name] for name in told if name.split("@iot.nav")[0] in wanted}
        for name, inner in options.expand.items():
            told |= self._expanded(name, entity.links[name], row, inner, f"{link}/{name}")
        return told

    def _expanded(
        self, name: str, link: Link, row: Any, inner: Options, where: str
    ) -> dict[str, Any]:
        target = ENTITIES[link.to]
        if not link.many:
            single = self.related(row, link).first()
            return {name: None if single is None else self.one(target, single, inner)}
        if target is OBSERVED:
            found = self._many(Place(target, owner=row), inner, where)
        else:
            found = self._many(Place(target, rows=self.related(row, link)), inner, where)
        return {name if key == "value" else f"{name}{key}": told for key, told in found.items()}

    def _many(self, place: Place, options: Options, where: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if place.entity is OBSERVED:
            page: list[Any] = observing.found(self.source, place.owner, options)
            if options.count:
                told["@iot.count"] = observing.counted(self.source, place.owner, options)
        else:
            rows = ordered(place.entity, place.rows, options)
            page = list(rows[options.skip : options.skip + options.top + 1])
            if options.count:
                told["@iot.count"] = rows.count()
        if 0 < options.top < len(page):
            told["@iot.nextLink"] = _next(where, options)
        page = page[: options.top]
        if options.array:
            told["value"] = self._arrays(page, options)
        else:
            told["value"] = [self.one(place.entity, each, options) for each in page]
        return told

    def _arrays(self, points: Iterable[Point], options: Options) -> list[dict[str, Any]]:
        """The observations as rows, a table for each of their datastreams."""
        names = list(options.select or ("id", *OBSERVED.columns))
        tables: dict[int, list[list[Any]]] = {}
        for point in points:
            said = {"id": point.id, "@iot.id": point.id, **observing.told(point)}
            tables.setdefault(point.stream, []).append([said.get(name) for name in names])
        return [
            {
                "Datastream@iot.navigationLink": f"{self.base}/Datastreams({stream})",
                "components": names,
                "dataArray@iot.count": len(rows),
                "dataArray": rows,
            }
            for stream, rows in tables.items()
        ]


def _next(where: str, options: Options) -> str:
    """The page after this one: the same question, further on."""
    top, skip = str(options.top), str(options.skip + options.top)
    asked = {**options.given, "$top": top, "$skip": skip}
    return f"{where}?{urlencode(asked, quote_via=quote, safe='$,()/')}"
