"""Items as a table: what an export shows, in the columns that an import reads (台账表格)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from anlan.people.models import Area, Body
from anlan.people.rules.privacy import mask_name, mask_phone

from ..models import Grade, Item, kind_of, sector_words
from ..rules import Field, form_of

Cell = str | int | float | date | None
Sheet = tuple[list[str], list[list[Cell]]]

_BUILT_IN: dict[str, Callable[[Item], Any]] = {
    "code": lambda item: item.code,
    "name": lambda item: item.name,
    "address": lambda item: item.address,
    "lon": lambda item: item.lon,
    "lat": lambda item: item.lat,
    "confirmed_on": lambda item: item.confirmed_on,
    "origin": lambda item: item.origin,
    "area": lambda item: item.area.code,
    "territorial": lambda item: item.territorial and item.territorial.name,
    "industry": lambda item: item.industry and item.industry.name,
    "enterprise": lambda item: item.enterprise and item.enterprise.name,
    "keeper": lambda item: item.keeper and f"{item.keeper.body.name}/{item.keeper.name}",
    "grade": lambda item: Grade(item.grade).label if item.grade else "",
    "position_source": lambda item: "CGCS2000" if item.lon is not None else "",
}


def headings(kind: str) -> list[str]:
    """The head of the kind's table; what must be filled carries a star."""
    return [f"{each.heading}{'*' if each.required else ''}" for each in form_of(kind_of(kind))]


def sheet(kind: str, items: Iterable[Item], *, reveal: bool = False) -> Sheet:
    """Head and rows of items of one kind; sensitive cells are masked unless revealed.

    What is exported unmasked can be imported again and changes nothing.
    """
    fields = form_of(kind_of(kind))
    sectors = {key: word for word, key in reversed(sector_words().items())}
    rows = list(items)
    named = _references(fields, rows)
    return headings(kind), [
        [_cell(each, item, sectors, named, reveal) for each in fields] for item in rows
    ]


def shown(item: Item, *, reveal: bool = False) -> dict[str, str]:
    """The attributes of one item as a page shows them: label → words, sensitive ones masked."""
    fields = item.spec.attribute_fields()
    named = _references(fields, [item])
    cells = {each.heading: _cell(each, item, {}, named, reveal) for each in fields}
    return {label: "" if cell is None else str(cell) for label, cell in cells.items()}


def masked(field: Field, value: str) -> str:
    """A sensitive value as somebody without a right to more sees it."""
    return mask_phone(value) if field.type == "phone" else mask_name(value)


def _cell(
    field: Field, item: Item, sectors: dict[str, str], named: dict[Any, str], reveal: bool
) -> Cell:
    if field.key in _BUILT_IN:
        value = _BUILT_IN[field.key](item)
        return None if value == "" else value
    if field.key == "sector":
        return sectors.get(item.sector, item.sector)
    value = item.attributes.get(field.key)
    if value is None:
        return None
    if field.sensitive and not reveal:
        return masked(field, str(value))
    return _word(field, value, named)


def _word(field: Field, value: Any, named: dict[Any, str]) -> Cell:
    if field.type == "yes_no":
        return "是" if value else "否"
    if field.type == "date":
        return date.fromisoformat(value)
    if field.type in ("area", "body"):
        return named.get((field.type, value), str(value))
    return value  # type: ignore[no-any-return]


def _references(fields: Iterable[Field], rows: list[Item]) -> dict[Any, str]:
    """Names of the areas and bodies that attributes point at, in one query each."""
    named: dict[Any, str] = {}
    for kind, model in (("area", Area), ("body", Body)):
        keys = [each.key for each in fields if each.type == kind]
        wanted = {row.attributes[key] for row in rows for key in keys if row.attributes.get(key)}
        if wanted:
            found = model._default_manager.filter(pk__in=wanted).values_list("pk", "name")
            named |= {(kind, number): name for number, name in found}
    return named
