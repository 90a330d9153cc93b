"""Areas, grids, bodies, persons and charges by table (批量人员、单位、区域、责任)."""

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from anlan.kernel.refs import Ref
from anlan.people import actions
from anlan.people.models import Area, Body, charge_kinds
from anlan.people.rules import codes
from anlan.people.rules.facts import AreaFacts, BodyFacts, ChargeFacts, PersonFacts
from anlan.registry.actions import InvalidRows
from anlan.registry.models import sector_words
from anlan.registry.rules import Field, Problem, check_position

from .context import Context, Row
from .outcome import Stored

BETWEEN = ("、", "，", ",", ";", "；", "/")
ORIGIN = Field("origin", "来源编号", longest=80, synonyms=("原系统编号",))
# fmt: off
PERSON = (
    Field("name", "姓名", required=True, longest=40, synonyms=("人员姓名", "责任人")),
    Field("phone", "手机号", "phone", sensitive=True, synonyms=("电话", "联系电话", "手机")),
    Field("body", "单位", "body", synonyms=("所在单位", "工作单位", "单位名称")),
    Field("post", "岗位", "post", synonyms=("任职岗位",), help="填“单位/岗位”，导入后即任职"),
    Field("since", "任职日期", "date", synonyms=("到岗日期",)),
    Field("remark", "备注", longest=60, synonyms=("区分说明",), help="同单位同名人员必须填写"),
    ORIGIN,
)
BODY = (
    Field("name", "单位名称", required=True, longest=100, synonyms=("名称", "企业名称")),
    Field("kind", "单位类型", "choice", required=True, synonyms=("类型", "性质"),
          choices={label: value for value, label in Body.Kind.choices}),
    Field("area", "所在区域", "area", required=True, synonyms=("区域", "镇街", "镇(街道)", "村社")),
    Field("credit_code", "统一社会信用代码", "credit_code", synonyms=("信用代码", "社会信用代码")),
    Field("short_name", "简称", longest=40),
    Field("sectors", "行业领域", synonyms=("行业", "领域", "主管领域"), help="多个用顿号隔开"),
    Field("address", "地址", longest=160, synonyms=("详细地址", "注册地址", "经营地址")),
    Field("phone", "电话", "phone", synonyms=("联系电话", "值班电话")),
    Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180)),
    Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90)),
    ORIGIN,
)
AREA = (
    Field("code", "区划代码", required=True, longest=20, synonyms=("代码", "编码", "统计代码")),
    Field("name", "名称", required=True, longest=60, synonyms=("区域名称", "镇街名称", "村社名称")),
    Field("since", "设立日期", "date", synonyms=("生效日期",)),
    Field("administrative", "建制区域", "yes_no", help="统计上的功能区填“否”"),
    Field("remark", "备注", longest=200),
)
GRID = (
    Field("code", "网格代码", required=True, longest=20, synonyms=("代码", "编码")),
    Field("name", "网格名称", required=True, longest=60, synonyms=("名称",)),
    Field("grid_kind", "网格类型", "choice", required=True, synonyms=("类型",),
          choices={label: value for value, label in Area.GridKind.choices}),
    Field("since", "划定日期", "date"),
    Field("remark", "备注", longest=200),
    Field("outline", "边界", longest=1_000_000, synonyms=("GeoJSON", "网格边界"),
          help="GeoJSON 面，国家2000/WGS84 坐标"),
)
CHARGE = (
    Field("kind", "责任类型", "choice", required=True, synonyms=("类型", "责任种类")),
    Field("area", "责任区域", "area", required=True, synonyms=("区域", "所在区域", "网格")),
    Field("person", "责任人", "person", synonyms=("姓名",), help="同名的写“单位/姓名”或手机号"),
    Field("post", "责任岗位", "post", synonyms=("岗位",)),
    Field("item", "责任对象", "item", synonyms=("对象", "对象编号"), help="底数的编号或名称"),
    Field("duty", "职责", longest=500, synonyms=("工作职责",)),
    Field("since", "开始日期", "date", synonyms=("起始日期",)),
    Field("until", "结束日期", "date", synonyms=("截止日期",)),
    ORIGIN,
)
# fmt: on


@contextmanager
def _rows_named() -> Iterator[None]:
    """What the people room refuses by row, as this room's engine hears it."""
    try:
        yield
    except actions.RowsRefused as refused:
        raise InvalidRows(
            [
                (each.row, Problem(each.words, each.mend, field=each.field))
                for each in refused.faults
            ]
        ) from refused


def _came(done: actions.Imported) -> Stored:
    return Stored(done.added, done.changed, done.unchanged)


class Listed:
    """What the importers of this module share."""

    fields: tuple[Field, ...] = ()
    key: str = ""
    label: str = ""
    sector: str = ""

    def identity(self, values: Row) -> Hashable:
        """The code, where it has one."""
        return values.get("code")

    def judge(self, values: Row) -> None:
        """Raise Problem for half a position."""
        check_position(values.get("lon"), values.get("lat"))


class Persons(Listed):
    """Imports persons (人员), and puts them on their posts."""

    key, label, fields = "person", "人员", PERSON

    def identity(self, values: Row) -> Hashable:
        return _person(values).identity

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        given = [_person(row) for row in rows]
        with _rows_named():
            done = actions.import_persons(
                given, source=context.source, by=context.by, at=context.at
            )
        return _came(done)


def _person(row: Row) -> actions.PersonRow:
    facts = PersonFacts(**{key: row[key] for key in PersonFacts.__dataclass_fields__ if key in row})
    return actions.PersonRow(facts, row.get("body"), row.get("post"), row.get("since"))


class Bodies(Listed):
    """Imports bodies (单位)."""

    key, label, fields = "body", "单位", BODY

    def identity(self, values: Row) -> Hashable:
        told = values.get("origin") or values.get("credit_code")
        return told or (values["name"], values["area"].pk)

    def judge(self, values: Row) -> None:
        super().judge(values)
        _sectors(values.get("sectors", ""))

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        given = [_body(row) for row in rows]
        with _rows_named():
            done = actions.import_bodies(given, source=context.source, by=context.by, at=context.at)
        return _came(done)


def _body(row: Row) -> actions.BodyRow:
    told = {key: value for key, value in row.items() if key != "area"}
    if "sectors" in told:
        told["sectors"] = _sectors(told["sectors"])
    return actions.BodyRow(BodyFacts(**told), row["area"], frozenset(told))


def _sectors(words: str) -> tuple[str, ...]:
    known = sector_words()
    for sign in BETWEEN[1:]:
        words = words.replace(sign, BETWEEN[0])
    found = []
    for word in filter(None, (part.strip() for part in words.split(BETWEEN[0]))):
        if word not in known:
            raise Problem(f"没有“{word}”这一领域", "请填重点领域的名称", field="sectors")
        found.append(known[word])
    return tuple(dict.fromkeys(found))


class Areas(Listed):
    """Imports towns and villages (区域) below what their codes say; known ones are renamed."""

    key, label = "area", "区域"
    fields: tuple[Field, ...] = AREA

    def identity(self, values: Row) -> Hashable:
        return codes.full(values["code"])

    def judge(self, values: Row) -> None:
        _outline(values)

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        given = [_area(row, context) for row in rows]
        with _rows_named():
            done = actions.import_areas(given, source=context.source, by=context.by, at=context.at)
        return _came(done)


class Grids(Areas):
    """Imports grids (网格), with their outlines where the table has them."""

    key, label, fields = "grid", "网格", GRID


def _area(row: Row, context: Context) -> actions.AreaRow:
    facts = AreaFacts(
        code=codes.full(row["code"]),
        name=row["name"],
        since=row.get("since") or context.day,
        administrative=row.get("administrative", True),
        remark=row.get("remark", ""),
    )
    return actions.AreaRow(facts, row.get("grid_kind", ""), _outline(row))


def _outline(row: Row) -> dict[str, Any] | None:
    if not row.get("outline"):
        return None
    try:
        outline = json.loads(row["outline"])
    except ValueError:
        outline = None
    if not isinstance(outline, dict):
        mend = '请填 {"type": "Polygon", ...}，或留空以后再画'
        raise Problem("边界不是 GeoJSON", mend, field="outline")
    return outline


class Charges(Listed):
    """Imports who answers for what (责任)."""

    key, label = "charge", "责任"

    def __init__(self) -> None:
        words = {kind.label: key for key, kind in charge_kinds().items()}
        self.fields = (replace(CHARGE[0], choices=words), *CHARGE[1:])

    def identity(self, values: Row) -> Hashable:
        thing = values.get("item")
        return values["kind"], values["area"].pk, thing and thing.pk, str(Ref.of(_holder(values)))

    def judge(self, values: Row) -> None:
        if not _holder(values):
            raise Problem("责任人和责任岗位都没有填", "请填写其中一个", field="person")

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        given = [_charge(row, context) for row in rows]
        with _rows_named():
            done = actions.import_charges(
                given, source=context.source, by=context.by, at=context.at
            )
        return _came(done)


def _charge(row: Row, context: Context) -> actions.ChargeRow:
    facts = ChargeFacts(
        kind=row["kind"],
        since=row.get("since") or context.day,
        until=row.get("until"),
        duty=row.get("duty", ""),
        origin=row.get("origin", ""),
    )
    target = Ref.of(row["item"]) if row.get("item") else None
    return actions.ChargeRow(facts, row["area"], _holder(row), target)


def _holder(values: Mapping[str, Any]) -> Any:
    return values.get("person") or values.get("post")
