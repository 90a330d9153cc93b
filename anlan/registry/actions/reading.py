"""From a filled form to an item that can be kept, or to everything that is wrong with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from anlan.formats.coordinates import CoordinateSystem
from anlan.kernel import geo
from anlan.kernel.errors import Invalid, Refused
from anlan.kernel.trail import LOCAL

from .. import rules
from ..access import finders
from ..models import CodeCounter, Item, sector_words
from ..rules import LOOKED_UP, Field, ItemKind, Problem

FILE_COLUMNS = ("address", "sector", "grade", "origin", "code", "position_source")  # "" when empty


class InvalidItem(Invalid):
    """A form with entries that cannot be taken; `problems` has one for each (填写有误)."""

    def __init__(self, problems: list[Problem]) -> None:
        first, *others = problems
        more = f"(另有{len(others)}处)" if others else ""
        super().__init__(f"{first.words}{more}", mend=first.mend, field=first.field)
        self.problems = tuple(problems)


def _refused(problem: Problem) -> Invalid:
    """A problem that the rules found, as a refusal that is shown."""
    return Invalid(problem.words, mend=problem.mend, field=problem.field)


def _read_form(
    spec: ItemKind,
    given: Mapping[str, Any],
    *,
    at: datetime,
    whole: bool,
    leave: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The typed values of a form; raise InvalidItem with every problem in it.

    `whole` asks for all required fields; otherwise only what is given is read.
    """
    fields = rules.form_of(spec, sector_words(), leave)
    problems = [_unknown(spec, key) for key in given if key not in {each.key for each in fields}]
    if whole:
        given = {each.key: given.get(each.key) for each in fields if each.required} | dict(given)
    values, wrong = rules.read(given, fields, _look_up(fields, given, at))
    if problems := problems + wrong:
        raise InvalidItem(problems)
    return dict(values)


def _unknown(spec: ItemKind, key: str) -> Problem:
    label = next((each.label for each in spec.fields() if each.key == key), key)
    words = f"“{label}”不能在这里填写"
    return Problem(words, "请用对应的办理事项，如评定风险等级、明确责任方", field=key)


def _look_up(fields: tuple[Field, ...], given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    wanted: dict[str, set[str]] = {}
    for each in fields:
        raw = given.get(each.key)
        if each.type in LOOKED_UP and isinstance(raw, str | int) and not rules.is_empty(raw):
            wanted.setdefault(each.type, set()).add(rules.text_of(raw))
    known = finders(day=at.astimezone(LOCAL).date())
    return {kind: known[kind](frozenset(texts)) for kind, texts in wanted.items()}


def _fill(item: Item, values: Mapping[str, Any], spec: ItemKind) -> None:
    """Write typed values into an item: those of its kind into its attributes."""
    own = spec.own_keys
    attributes = dict(item.attributes)
    for key, value in values.items():
        if key in own:
            attributes[key] = rules.kept(value)
        elif key not in ("lon", "lat", "position_source"):
            setattr(item, key, "" if value is None and key in FILE_COLUMNS else value)
    item.attributes = {key: value for key, value in attributes.items() if value is not None}
    if "lon" in values or "lat" in values:
        lon, lat, source = _position(values, item)
        if (lon, lat) != (item.lon, item.lat):  # else it keeps whose position it was
            item.lon, item.lat, item.position_source = lon, lat, source


def _position(values: Mapping[str, Any], before: Item | None = None) -> tuple[Any, Any, str]:
    """Longitude and latitude as they are kept, and the system they were handed in."""
    lon = values.get("lon", before.lon if before else None)
    lat = values.get("lat", before.lat if before else None)
    rules.check_position(lon, lat)
    if lon is None or lat is None:
        return None, None, ""
    system = CoordinateSystem(values.get("position_source") or CoordinateSystem.CGCS2000)
    try:
        place = geo.point(lon, lat, system)
    except Refused as error:
        raise Problem(error.words, error.mend, field="lon") from error
    return place.lon, place.lat, system.value


def _settle(item: Item, spec: ItemKind) -> None:
    """Work out what follows from the rest: missing parties, the next look, the words for search."""
    named = [party for party in rules.PARTIES if getattr(item, f"{party}_id")]
    item.parties_missing = bool(rules.parties_missing(spec, named))
    item.area_path = item.area.path
    item.sector = item.sector or spec.sector
    looked_at = item.confirmed_on or item.registered_at.astimezone(LOCAL).date()
    item.stale_on = rules.stale_on(spec, grade=item.grade, looked_at=looked_at)
    item.stale_told_on = None
    firm = item.enterprise.name if item.enterprise else ""
    item.search = rules.search_text(item.name, item.code, item.address, firm)


def _keep(item: Item, fields: list[str] | None = None) -> None:
    """Save an item, or say whose code or origin it took."""
    try:
        with transaction.atomic():
            item.save(update_fields=fields)
    except IntegrityError as error:
        raise _taken(item, str(error)) from error


def _taken(item: Item, words: str) -> Exception:
    for constraint, field, label in (
        ("item_code_once", "code", "编号"),
        ("item_origin_once", "origin", "来源编号"),
    ):
        if constraint in words:
            value = getattr(item, field)
            other = Item.objects.filter(**{"kind": item.kind, field: value}).first()
            mend = f"该{label}已属于“{other}”，请核对是否重复登记" if other else "请换一个"
            return Invalid(f"{label}“{value}”已被使用", mend=mend, field=field)
    return AssertionError(words)


def _next_codes(spec: ItemKind, district: str, count: int) -> list[str]:
    """So many new codes of a kind in a district; two who ask at once get different ones."""
    stem = rules.code_of(spec, district, 0)[:-7]
    found: list[str] = []
    CodeCounter.objects.get_or_create(stem=stem, defaults={"last": 0})
    counter = CodeCounter.objects.select_for_update().get(stem=stem)
    while len(found) < count:
        first = counter.last + 1
        counter.last += count - len(found)
        fresh = [rules.code_of(spec, district, n) for n in range(first, counter.last + 1)]
        # A table that brought codes of its own may have used some of ours.
        used = set(
            Item.objects.filter(kind=spec.key, code__in=fresh).values_list("code", flat=True)
        )
        found += [code for code in fresh if code not in used]
    counter.save(update_fields=["last"])
    return found


def _locked(item: Item) -> Item:
    """The item as it stands now, locked until the deed is done."""
    return Item.objects.select_for_update().get(pk=item.pk)


def _taken_over(item: Item, fresh: Item) -> None:
    """Let the caller's item show what was kept."""
    for field in Item._meta.concrete_fields:
        setattr(item, field.attname, getattr(fresh, field.attname))
    for name in ("area", "territorial", "industry", "enterprise", "keeper"):
        cached: Model | None = getattr(fresh, name)
        setattr(item, name, cached)
