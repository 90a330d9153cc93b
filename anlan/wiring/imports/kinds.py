"""Everything that can be imported, by the name that the command line and the address use."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

from anlan.formats import spreadsheet
from anlan.kernel.catalogues import nearest
from anlan.kernel.errors import Invalid
from anlan.matters.models import kinds as matters_kinds
from anlan.records.models import kinds as record_kinds
from anlan.registry.models import kinds as item_kinds
from anlan.registry.rules import Field

from . import engine
from .accidents import Accidents
from .context import Context
from .items import Items
from .matters import Matters
from .outcome import Stored
from .people import Areas, Bodies, Charges, Grids, Persons
from .records import Records
from .shifts import Shifts

# What belongs into a column of a type.
TYPES = {
    "number": "数字",
    "date": "日期，如 2024-06-12",
    "moment": "时间，如 2024-06-12 14:05",
    "yes_no": "是 / 否",
    "phone": "手机号，或带区号的固定电话",
    "credit_code": "18 位统一社会信用代码",
    "area": "区划代码，或“镇+村”名称",
    "body": "单位全称、简称或信用代码",
    "post": "单位/岗位",
    "person": "单位/姓名，或手机号",
    "item": "编号或名称",
}


class Importer(engine.Importer, Protocol):
    """One kind of import: its name, its fields, and how rows are stored."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    def store(self, rows: Sequence[Mapping[str, Any]], context: Context) -> Stored:
        """Take typed rows in; raise InvalidRows with every row that could not be taken."""


_OF_PEOPLE: dict[str, Callable[[], Importer]] = {
    "area": Areas,
    "grid": Grids,
    "body": Bodies,
    "person": Persons,
    "charge": Charges,
    "shift": Shifts,
    "accidents": Accidents,
}


def importable() -> dict[str, str]:
    """What can be imported: name → label; people, accidents, matters and records first."""
    found = {name: kind().label for name, kind in _OF_PEOPLE.items()}
    found |= {_dashed(key): kind.label for key, kind in matters_kinds.kinds().items()}
    found |= {_dashed(key): kind.label for key, kind in record_kinds().items()}
    return found | {_dashed(key): kind.label for key, kind in item_kinds().items()}


def named(name: str) -> Importer:
    """The importer of this name, written with dashes or underscores; raise Invalid for none."""
    key = name.replace("-", "_")
    if key in _OF_PEOPLE:
        return _OF_PEOPLE[key]()
    if key in matters_kinds.kinds():
        return Matters(key)
    if key in record_kinds():
        return Records(key)
    if key in item_kinds():
        return Items(key)
    raise Invalid(f"不能导入“{name}”", mend=nearest(name, importable()), field="kind")


def told(field: Field) -> str:
    """What belongs into a column, in words: 日期，如 2024-06-12."""
    words = choices(field)
    return "、".join(words[:30]) + ("等" if len(words) > 30 else "") or TYPES.get(
        field.type, "文字"
    )


def choices(field: Field) -> list[str]:
    """The words a field knows, each value once, by its first word."""
    seen = {value: word for word, value in reversed(list(field.choices.items()))}
    return list(seen.values())[::-1]


def template(name: str) -> bytes:
    """An .xlsx of nothing but heads (导入模板): what must be filled bears a star, each head says
    what belongs below it, and where words are given the cells offer them."""
    importer = named(name)
    columns = [
        spreadsheet.Column(
            f"{each.heading}{'*' if each.required else ''}",
            note=f"{'必填。' if each.required else ''}{told(each)}。{each.help}",
            choices=choices(each),
        )
        for each in importer.fields
    ]
    out = BytesIO()
    spreadsheet.write(out, columns, [], sheet=importer.label)
    return out.getvalue()


def _dashed(key: str) -> str:
    return key.replace("_", "-")
