# ruff: noqa: E501 (the table is wide so that it can be read)
"""Accidents as a table: the columns that an import reads (事故表)."""

from dataclasses import replace
from decimal import Decimal

from anlan.registry.models import sector_words
from anlan.registry.rules import Field

from ..models import categories, scopes

NOUGHT = Decimal(0)

# fmt: off
_FIELDS = (
    Field("origin", "来源编号", longest=60, synonyms=("编号", "事故编号"),
          help="原系统里的编号；再次导入时用来认出同一起"),
    Field("happened_at", "发生时间", "moment", required=True, synonyms=("事故时间", "时间", "事发时间", "发生日期")),
    Field("reported_at", "接报时间", "moment", synonyms=("报告时间", "上报时间")),
    Field("title", "事故名称", required=True, longest=120, synonyms=("事故", "名称", "事故简称")),
    Field("area", "所在区域", "area", required=True, synonyms=("区域", "镇街", "镇(街道)", "村社", "属地")),
    Field("place", "事故地点", longest=160, synonyms=("地点", "地址", "具体位置")),
    Field("body", "事故单位", "body", synonyms=("登记单位",), help="已登记的单位；没有登记的填在“单位名称”"),
    Field("unit", "单位名称", longest=100, synonyms=("发生单位", "事故发生单位")),
    Field("scope", "统计口径", "choice", required=True, synonyms=("口径", "事故统计类型", "事故领域")),
    Field("category", "事故类别", "choice", synonyms=("类别", "事故类型")),
    Field("sector", "行业领域", "choice", synonyms=("行业", "领域")),
    Field("industry", "行业代码", longest=5, synonyms=("国民经济行业代码",), help="GB/T 4754，如 C33"),
    Field("deaths", "死亡人数", "number", unit="人", required=True, least=NOUGHT, synonyms=("死亡", "死亡人数")),
    Field("missing", "失踪人数", "number", unit="人", least=NOUGHT, synonyms=("失踪", "下落不明", "失踪人数")),
    Field("serious", "重伤人数", "number", unit="人", least=NOUGHT, synonyms=("重伤", "重伤人数"), help="含急性工业中毒"),
    Field("minor", "轻伤人数", "number", unit="人", least=NOUGHT, synonyms=("轻伤", "轻伤人数")),
    Field("loss", "直接经济损失", "number", unit="万元", least=NOUGHT, synonyms=("损失", "直接经济损失", "经济损失")),
    Field("first_deaths", "快报死亡人数", "number", unit="人", least=NOUGHT, synonyms=("快报死亡", "快报死亡人数"),
          help="与终报不同时填写"),
    Field("first_injured", "快报受伤人数", "number", unit="人", least=NOUGHT, synonyms=("快报受伤", "快报受伤人数")),
    Field("course", "事故经过", longest=5000, lines=True, synonyms=("经过", "简要经过", "情况")),
    Field("closed", "是否结案", "yes_no", synonyms=("结案",)),
    Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180), synonyms=("lng",)),
    Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90)),
)
# fmt: on


def fields() -> tuple[Field, ...]:
    """The columns with the words of the catalogues as their choices."""
    choices = {"scope": scope_words(), "category": category_words(), "sector": sector_words()}
    return tuple(
        replace(each, choices=choices[each.key]) if each.key in choices else each
        for each in _FIELDS
    )


def scope_words() -> dict[str, str]:
    """What people call a scope → its key."""
    return {word: key for key, one in scopes().items() for word in (one.label, *one.also)}


def category_words() -> dict[str, str]:
    """What people call a category → its label; which edition's, the day of the accident tells."""
    return {word: one.label for one in categories().values() for word in (one.label, *one.also)}
