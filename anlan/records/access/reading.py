"""From a filled form or a row of a table to what somebody says was done (填报内容)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from anlan.formats.coordinates import CoordinateSystem
from anlan.kernel import geo
from anlan.kernel.errors import Invalid, Refused
from anlan.kernel.trail import LOCAL
from anlan.registry.access import finders
from anlan.registry.models import sector_words
from anlan.registry.rules import LOOKED_UP, Field, Problem, is_empty, read, text_of

from .. import rules
from ..models import kind_named
from ..rules import RecordKind
from .naming import LISTED, Named, named_in

PLAIN = ("title", "place", "topic", "words", "origin", "sector")  # "" when empty
THINGS = ("area", "organiser", "item", "leader", "started_at", "ended_at", "lon", "lat")


class InvalidRecord(Invalid):
    """A form with entries that cannot be taken; `problems` has one for each (填写有误)."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, *others = problems
        more = f"（另有{len(others)}处）" if others else ""
        super().__init__(f"{first.words}{more}", mend=first.mend, field=first.field)
        self.problems = tuple(problems)


def form_fields(kind: RecordKind) -> tuple[Field, ...]:
    """The fields of a kind's form with the words of the sectors."""
    return rules.form_of(kind, sector_words())


def values_of(
    kind: str, given: Mapping[str, Any], *, at: datetime, under: str = "/", whole: bool = True
) -> dict[str, Any]:
    """The typed values of a form as it was written; InvalidRecord with every problem in it.

    `whole` asks for all required fields; else the action will, as a phone names its firm by number.
    What comes back are the values of an entry of this kind by name, bodies and people as things.
    """
    rule = kind_named(kind)
    fields = form_fields(rule)
    known = {each.key for each in fields}
    problems = [Problem(f"“{key}”不能在这里填写", field=key) for key in given if key not in known]
    asked = {each.key: given.get(each.key) for each in fields if each.required and whole}
    asked |= dict(given) if whole else {k: raw for k, raw in given.items() if not is_empty(raw)}
    day = at.astimezone(LOCAL).date()
    values, wrong = read(asked, fields, _look_up(fields, given, day, under))
    listed, unknown = _listed(values, day, under)
    if problems := problems + wrong + unknown:
        raise InvalidRecord(problems)
    return _sorted(rule, values | listed)


def typed(
    kind: str, row: Mapping[str, Any], named: Mapping[tuple[str, str], Named]
) -> tuple[dict[str, Any], list[Problem]]:
    """The same from a row of a table whose cells are read already."""
    problems: list[Problem] = []
    listed: dict[str, Any] = {}
    for field in LISTED:
        if text := row.get(field):
            meant = named[field, text]
            problems += meant.problems
            listed[field] = meant.things
    values = {key: value for key, value in row.items() if key not in LISTED} | listed
    try:
        return _sorted(kind_named(kind), values), problems
    except InvalidRecord as error:
        return {}, [*problems, *error.problems]


def _look_up(
    fields: Sequence[Field], given: Mapping[str, Any], day: date, under: str
) -> dict[str, Any]:
    wanted: dict[str, set[str]] = {}
    for each in fields:
        raw = given.get(each.key)
        if each.type in LOOKED_UP and isinstance(raw, str | int) and not is_empty(raw):
            wanted.setdefault(each.type, set()).add(text_of(raw))
    known = finders(day=day, under=under)
    return {kind: known[kind](frozenset(texts)) for kind, texts in wanted.items()}


def _listed(
    values: Mapping[str, Any], day: date, under: str
) -> tuple[dict[str, Any], list[Problem]]:
    cells = {field: [values[field]] for field in LISTED if values.get(field)}
    meant = named_in(cells, day=day, under=under)
    problems = [problem for found in meant.values() for problem in found.problems]
    return {field: found.things for (field, _), found in meant.items()}, problems


def _sorted(kind: RecordKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the name under which an entry has them: counts and details each in their own."""
    found: dict[str, Any] = {key: values.get(key) or "" for key in PLAIN}
    found |= {key: values.get(key) for key in THINGS}
    found["bodies"] = tuple(values.get("bodies") or ())
    found["people"] = tuple(values.get("people") or ())
    times = values.get("person_times")
    found["person_times"] = None if times is None else int(times)
    found["counts"] = {
        key: _plain(values[key]) for key in kind.count_keys if values.get(key) is not None
    }
    found["details"] = {
        key: _plain(values[key]) for key in kind.detail_keys if values.get(key) is not None
    }
    found["lon"], found["lat"] = _position(found["lon"], found["lat"])
    return found


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _position(lon: Any, lat: Any) -> tuple[float | None, float | None]:
    if lon is None and lat is None:
        return None, None
    if lon is None or lat is None:
        problem = Problem("经度和纬度要么都填，要么都不填", "请补上另一个", field="lon")
        raise InvalidRecord([problem])
    try:
        place = geo.point(float(lon), float(lat), CoordinateSystem.CGCS2000)
    except Refused as error:
        raise InvalidRecord([Problem(error.words, error.mend, field="lon")]) from error
    return place.lon, place.lat
