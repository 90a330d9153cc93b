"""Matters by table: hazards of other systems and years, public reports, tasks."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from anlan.formats.coordinates import CoordinateSystem
from anlan.kernel import geo
from anlan.kernel.errors import Refused
from anlan.matters.actions import PastMatter, import_matters
from anlan.matters.flow import Stage
from anlan.matters.models import Matter, kinds
from anlan.registry.actions import InvalidRows
from anlan.registry.models import sector_words
from anlan.registry.rules import Field, Problem, check_position
from anlan.registry.rules.kinds import SYSTEMS

from .context import Context, needs_somebody
from .outcome import Stored

SOURCES = {label: value for value, label in Matter.Source.choices}
GRADES = {label: value for value, label in Matter.Grade.choices}
OF_THE_PUBLIC = "PUBLIC"
AT_ONCE = 5000  # numbers asked for in one query
TOLD_APART = "两张表各自从 1 编号的，请在编号前加上表名或单位，或用对照文件的 origin_prefix"
# fmt: off
FIELDS = (
    Field("origin", "来源编号", longest=80, synonyms=("编号", "隐患编号", "工单编号", "原系统编号"),
          help="原系统里的编号；再次导入时用来认出同一条"),
    Field("title", "标题", required=True, longest=120,
          synonyms=("隐患名称", "问题", "隐患内容", "问题描述", "事项名称")),
    Field("description", "详细描述", longest=5000, lines=True, synonyms=("描述", "内容", "说明")),
    Field("area", "所在区域", "area", required=True,
          synonyms=("区域", "镇街", "镇(街道)", "村社", "村(社区)", "所属网格", "所属镇街")),
    Field("place", "具体位置", longest=160, synonyms=("地址", "位置", "地点", "详细地址")),
    Field("body", "责任单位", "body", synonyms=("企业", "企业名称", "单位名称", "隐患单位")),
    Field("source", "来源", "choice", required=True, choices=SOURCES,
          synonyms=("隐患来源", "问题来源")),
    Field("grade", "隐患等级", "choice", choices=GRADES, synonyms=("等级", "隐患级别")),
    Field("sector", "行业领域", "choice", synonyms=("行业", "领域", "隐患类别")),
    Field("found_at", "发现时间", "moment", required=True,
          synonyms=("发现日期", "上报时间", "检查日期", "时间", "日期")),
    Field("closed_at", "销号时间", "moment", synonyms=("销号日期", "办结时间", "闭环时间")),
    Field("topic", "专项", longest=60, synonyms=("专项行动", "专项名称", "整治行动")),
    Field("opener", "上报人", "person", synonyms=("发现人", "检查人", "填报人")),
    Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180), synonyms=("lng",)),
    Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90)),
    Field("position_source", "坐标系", "choice", choices=SYSTEMS),
)
# fmt: on


class Matters:
    """Imports one kind of matter (事项); rows without a closing date come in as fresh reports."""

    def __init__(self, kind: str) -> None:
        rule = kinds.kind_named(kind)
        self.key = kind
        self.label = rule.label
        self.public = kind == "public_report"
        asked = (each for each in FIELDS if rule.graded or each.key != "grade")
        self.fields = tuple(self._fitted(each) for each in asked)
        self.sector = ""

    def _fitted(self, each: Field) -> Field:
        if each.key == "sector":
            return replace(each, choices=sector_words())
        if each.key == "source" and self.public:
            return replace(each, required=False)
        return each

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        return _origin(values)

    def judge(self, values: Mapping[str, Any]) -> None:
        check_position(values.get("lon"), values.get("lat"))
        _position(values)
        closed: datetime | None = values.get("closed_at")
        if closed and closed < values["found_at"]:
            raise Problem("销号时间早于发现时间", "请核对这两个日期", field="closed_at")

    def store(self, rows: Sequence[Mapping[str, Any]], context: Context) -> Stored:
        by = needs_somebody(context)
        past = [self._past(row, by.pk) for row in rows]
        if wrong := [*_to_come(past, context.at), *_taken(past)]:
            raise InvalidRows(wrong)
        batch = import_matters(past, name=context.source, by=by, at=context.at)
        return Stored(batch.added, 0, batch.known)

    def _past(self, row: Mapping[str, Any], importer: int) -> PastMatter:
        body, opener, closed = row.get("body"), row.get("opener"), row.get("closed_at")
        lon, lat = _position(row)
        return PastMatter(
            origin=_origin(row),
            title=row["title"],
            source=row.get("source", OF_THE_PUBLIC),
            area_id=row["area"].pk,
            area_path=row["area"].path,
            found_at=row["found_at"],
            kind=self.key,
            stage=Stage.CLOSED if closed else Stage.REPORTED,
            grade=row.get("grade", ""),
            sector=row.get("sector", ""),
            description=row.get("description", ""),
            place=row.get("place", ""),
            lon=lon,
            lat=lat,
            body_id=body.pk if body else None,
            body_name=body.name if body else "",
            opener_id=opener.pk if opener else importer,
            closed_at=closed,
            details={"topic": row["topic"]} if row.get("topic") else {},
        )


def _origin(values: Mapping[str, Any]) -> str:
    """The number it came with, or one made of what it says: the same row twice is one matter."""
    if given := values.get("origin"):
        return str(given)
    told = {key: str(getattr(value, "pk", value)) for key, value in sorted(values.items())}
    return f"row:{sha256(json.dumps(told).encode()).hexdigest()[:24]}"


def _to_come(rows: Sequence[PastMatter], at: datetime) -> list[tuple[int, Problem]]:
    """Cells that tell of a moment still to come, each by its column."""
    return [
        (position, Problem(f"{label}晚于现在", "请核对日期", field=key))
        for position, row in enumerate(rows)
        for key, label in (("found_at", "发现时间"), ("closed_at", "销号时间"))
        if (moment := getattr(row, key)) and moment > at
    ]


def _taken(rows: Sequence[PastMatter]) -> list[tuple[int, Problem]]:
    """Rows whose number stands for another matter already: two sheets that both count from 1."""
    known: dict[str, tuple[str, str, datetime, str]] = {}
    for first in range(0, len(rows), AT_ONCE):
        origins = [row.origin for row in rows[first : first + AT_ONCE]]
        found = Matter.objects.filter(origin__in=origins)
        facts = found.values_list("origin", "kind", "title", "found_at", "number")
        known |= {origin: (kind, title, at, number) for origin, kind, title, at, number in facts}
    taken = []
    for position, row in enumerate(rows):
        kind, title, at, number = known.get(row.origin, (row.kind, row.title, row.found_at, ""))
        # A title that was mended or a date that was corrected is still the same matter.
        if kind != row.kind or (title != row.title and at != row.found_at):
            words = f"来源编号“{row.origin}”已经是另一件事项：{number}“{title[:30]}”"
            taken.append((position, Problem(words, TOLD_APART, field="origin")))
    return taken


def _position(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if row.get("lon") is None:
        return None, None
    system = CoordinateSystem(row.get("position_source") or CoordinateSystem.CGCS2000)
    try:
        place = geo.point(row["lon"], row["lat"], system)
    except Refused as error:
        raise Problem(error.words, error.mend, field="lon") from error
    return place.lon, place.lat
