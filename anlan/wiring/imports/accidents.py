"""Accidents by table: former years, and what other systems hold."""

import json
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from anlan.accidents.access import fields
from anlan.accidents.actions import PastAccident, Telling, import_accidents
from anlan.accidents.models import categories_on
from anlan.accidents.rules import Toll
from anlan.kernel.trail import LOCAL
from anlan.registry.rules import Problem, check_position

from .context import Context, needs_somebody
from .outcome import Stored

PEOPLE = ("deaths", "missing", "serious", "minor", "first_deaths", "first_injured")


class Accidents:
    """Imports accidents (事故); a row is one accident as it ended, with its first report beside."""

    key = "accidents"
    label = "事故"
    sector = ""

    def __init__(self) -> None:
        self.fields = fields()

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        return _origin(values)

    def judge(self, values: Mapping[str, Any]) -> None:
        check_position(values.get("lon"), values.get("lat"))
        for key in PEOPLE:
            number = values.get(key)
            if number is not None and number != int(number):
                raise Problem("人数应为整数", "请核对", field=key)
        reported = values.get("reported_at")
        if reported and reported < values["happened_at"]:
            raise Problem("接报时间早于发生时间", "请核对这两个时间", field="reported_at")
        _category(values)

    def store(self, rows: Sequence[Mapping[str, Any]], context: Context) -> Stored:
        by = needs_somebody(context)
        past = [_past(row) for row in rows]
        batch = import_accidents(past, name=context.source, by=by, at=context.at)
        return Stored(batch.added, 0, batch.known)


def _past(row: Mapping[str, Any]) -> PastAccident:
    whole = {key: _int(row.get(key)) for key in PEOPLE}
    told = Telling(
        happened_at=row["happened_at"], reported_at=row.get("reported_at"), area=row["area"],
        title=row["title"], place=row.get("place", ""), body=row.get("body"),
        unit=row.get("unit", ""), scope=row["scope"], category=_category(row),
        sector=row.get("sector", ""), industry=row.get("industry", ""),
        toll=Toll(whole["deaths"], whole["missing"], whole["serious"], whole["minor"],
                  row.get("loss")),
        course=row.get("course", ""), lon=_float(row.get("lon")), lat=_float(row.get("lat")),
        origin=_origin(row),
    )  # fmt: skip
    return PastAccident(
        told, whole["first_deaths"], whole["first_injured"], closed=bool(row.get("closed"))
    )


def _category(values: Mapping[str, Any]) -> str:
    """The key of a category by its name, in the edition of the day of the accident."""
    label = values.get("category")
    if not label:
        return ""
    day = values["happened_at"].astimezone(LOCAL).date()
    found = [key for key, one in categories_on(day).items() if one.label == label]
    if not found:
        words = f"{day}适用的分类标准里没有“{label}”"
        raise Problem(words, "请按事故发生之日适用的版本填写类别", field="category")
    return found[0]


def _origin(values: Mapping[str, Any]) -> str:
    """The number it came with, or one made of what it says: the same row twice is one accident."""
    if given := values.get("origin"):
        return f"accident:{given}"[:80]
    told = {key: str(getattr(value, "pk", value)) for key, value in sorted(values.items())}
    return f"accident:{sha256(json.dumps(told).encode()).hexdigest()[:24]}"


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
