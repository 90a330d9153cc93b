"""Which bodies, persons and things written names mean; records as a table (名称查找、导出)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from anlan.registry.access import finders
from anlan.registry.models import sector_words
from anlan.registry.rules import Field, Problem

from .. import rules
from ..models import Participation, Record, kind_named

Cell = str | int | float | Decimal | date | datetime | None
LISTED = {"bodies": "body", "people": "person"}  # text of several names → what they name


@dataclass(frozen=True)
class Named:
    """What several names in one cell turned out to be, and those that could not be told."""

    things: tuple[Any, ...]
    problems: tuple[Problem, ...]


def named_in(
    cells: Mapping[str, Sequence[str]], *, day: date, under: str = "/"
) -> dict[tuple[str, str], Named]:
    """The things meant by cells of many names: (field, cell) → what it names; one query a field.

    `cells` is field (bodies or people) → the texts that stand in it.
    """
    known = finders(day=day, under=under)
    found: dict[tuple[str, str], Named] = {}
    for field, texts in cells.items():
        names = {name for text in texts for name in rules.names_in(text)}
        meant = known[LISTED[field]](frozenset(names)) if names else {}
        for text in texts:
            things, problems = [], []
            for name in rules.names_in(text):
                thing = meant[name]
                if isinstance(thing, Problem):
                    problems.append(Problem(thing.words, thing.mend, field=field, value=name))
                elif thing not in things:
                    things.append(thing)
            found[field, text] = Named(tuple(things), tuple(problems))
    return found


def sheet(kind: str, records: Iterable[Record]) -> tuple[list[str], list[list[Cell]]]:
    """Head and rows of records of one kind, in the columns that an import reads."""
    fields = rules.form_of(kind_named(kind), sector_words())
    head = [f"{each.heading}{'*' if each.required else ''}" for each in fields]
    return head, [[cell_of(each, record) for each in fields] for record in records]


def cell_of(field: Field, record: Record) -> Cell:
    """One cell of a record: what an import of it would read back."""
    key = field.key
    if key in _READ:
        found: Cell = _READ[key](record)
        return found
    rule = record.rule
    if key in rule.count_keys:
        number: Cell = record.counts.get(key)
        return number
    if key in rule.detail_keys or key == "words":
        value = record.details.get(key)
        if field.type == "yes_no" and value is not None:
            return "是" if value else "否"
        return None if value == "" else value
    plain: Cell = getattr(record, key)
    return None if plain == "" else plain


def _leaders(record: Record) -> str:
    return _people(record, Participation.Role.LEADER)


def _members(record: Record) -> str:
    return _people(record, Participation.Role.MEMBER)


def _people(record: Record, role: str) -> str:
    found = record.participations.all()
    return "、".join(str(one.person) for one in found if one.role == role)


def _sector(record: Record) -> str:
    words = {key: word for word, key in reversed(sector_words().items())}
    return words.get(record.sector, record.sector)


_READ: dict[str, Any] = {
    "area": lambda record: record.area.code,
    "organiser": lambda record: record.organiser and record.organiser.name,
    "bodies": lambda record: "、".join(visit.body.name for visit in record.visits.all()),
    "item": lambda record: record.item and record.item.code,
    "leader": _leaders,
    "people": _members,
    "sector": _sector,
}
