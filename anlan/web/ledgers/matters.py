# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The ledger of all matters (事项台账)."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from anlan.kernel import catalogues
from anlan.matters import access
from anlan.matters.flow import LIVE, SHOWN, Stage
from anlan.matters.models import Grade, Matter, Source, kinds
from anlan.people.access import bodies_visible_to, posts_visible_to
from anlan.registry.access import visible_to as items_visible_to
from anlan.registry.models import Sector

from .. import reading
from . import cells
from .asker import Asker
from .columns import Column, Value, attribute, choice
from .filters import Choice, Span, Thing, Under, Words, containing
from .ledger import Ledger, Link, Tab
from .matter_deeds import DEEDS
from .paging import Order

NUMBER = re.compile(r"[A-Za-z]+\d{4}-\d+")

# What the columns read: every other one would be fetched and made into an object fifty times.
READ = (
    *("number", "kind", "title", "description", "stage", "source", "grade", "sector", "place"),
    *("found_at", "dispatched_at", "due_at", "closed_at", "area", "body", "owner"),
    *("area__name", "area__level", "area__parent__name", "area__parent__level", "owner__name"),
    *("body__name", "body__short_name"),
)


def rows(asker: Asker, within: str = "") -> QuerySet[Any]:
    """What this person sees of all kinds; a draft is nobody's business yet."""
    seen = access.visible_to(asker.scope, within=within).exclude(stage=Stage.DRAFT)
    return seen.select_related("area__parent", "body", "owner").only(*READ)


def _spot(matter: Matter, asker: Asker) -> Value:
    return " · ".join(filter(None, [str(matter.body or ""), matter.place]))


def _kind(matter: Matter, asker: Asker) -> Value:
    known = kinds.kinds().get(matter.kind)
    return known.label if known else matter.kind


def _sector(matter: Matter, asker: Asker) -> Value:
    return reading.sector_label(matter.sector) if matter.sector else None


def found_by(matters: QuerySet[Any], words: str) -> QuerySet[Any]:
    """By every word typed; a whole number of a matter is looked up as the one it is."""
    if NUMBER.fullmatch(words):
        return matters.filter(number=words.upper())
    return containing(matters, words)


def met_by(matters: Any, words: str) -> QuerySet[Any]:
    """The same, without the index of words."""
    if NUMBER.fullmatch(words):
        return found_by(matters, words)
    met: QuerySet[Any] = matters.mentioning(words)
    return met


def sector_choices() -> list[tuple[str, str]]:
    """Every sector, for a filter."""
    return [(key, one.label) for key, one in catalogues.load("sectors", Sector).items()]


def _light(value: str, asker: Asker) -> Q:
    soon = asker.at + reading.SOON
    return {
        "late": Q(due_at__lte=asker.at),
        "soon": Q(due_at__gt=asker.at, due_at__lte=soon),
        "calm": Q(due_at__gt=soon),
        "rest": Q(due_at__isnull=True),
    }[value]


def line(matter: Matter, asker: Asker) -> str:
    """【重大·逾期2天】液氨管线阀门无检测报告,泽国镇 某冷链,整改中,责任岗位 某某,06-22 到期."""
    marks = [matter.get_grade_display()] if matter.grade else []
    if matter.due_at:
        marks.append(reading.light_of(matter, asker.at).words)
    parts = [
        f"【{'·'.join(marks)}】{matter.title}" if marks else matter.title,
        str(cells.where(matter, asker)).replace(" · ", ""),
        str(_spot(matter, asker)),
        matter.get_stage_display(),
        f"责任岗位：{matter.owner}" if matter.owner and matter.due_at else "",
        f"{reading.moment(matter.due_at)}到期" if matter.due_at else "",
        matter.number,
    ]
    return "，".join(part for part in parts if part)


# fmt: off
COLUMNS = (
    Column("light",   "时限",     cells.lamp_words, cells.lamp, css="light-cell", width=11, fixed=True),
    Column("grade",   "等级",     choice("grade"), cells.graded, width=8),
    Column("title",   "事项",     attribute("title"), under=_spot, css="title", width=44, fixed=True, opens=True),
    Column("where",   "区域",     cells.where, cells.where_lines, width=22, css="aside"),
    Column("owner",   "责任岗位", attribute("owner"), cells.clipped("owner"), width=24, css="aside"),
    Column("stage",   "环节",     choice("stage"), cells.stage, width=12, css="nowrap"),
    Column("due",     "到期时间", attribute("due_at"), cells.short("due_at"), width=17, css="nowrap aside hide-phone", sort=Order("due_at", nullable=True)),
    Column("found",   "发现时间", attribute("found_at"), cells.short("found_at"), width=17, css="nowrap aside hide-phone", sort=Order("found_at")),
    Column("kind",    "种类",     _kind, width=12, shown=False),
    Column("source",  "来源",     choice("source"), width=12, shown=False),
    Column("sector",  "行业领域", _sector, width=14, shown=False),
    Column("place",   "位置",     attribute("place"), width=30, shown=False),
    Column("body",    "单位",     attribute("body.name"), width=30, shown=False),
    Column("dispatched", "交办时间", attribute("dispatched_at"), cells.short("dispatched_at"), width=17, css="nowrap aside", shown=False),
    Column("closed",  "销号时间", attribute("closed_at"), cells.short("closed_at"), width=17, css="nowrap aside", shown=False, sort=Order("closed_at", nullable=True)),
    Column("number",  "编号",     attribute("number"), width=18, css="nowrap aside hide-phone", sort=Order("number")),
    Column("description", "情况描述", attribute("description"), width=50, shown=False),
)

FILTERS = (
    Words("q", "检索", found_by, met_by, hint="标题、地点、单位、编号"),
    Choice("light", "时限", lambda asker: [("late", "● 逾期"), ("soon", "◐ 临期（两天内）"), ("calm", "○ 正常"), ("rest", "— 已了结")], rule=_light),
    Under("area", "区域"),
    Choice("stage", "环节", lambda asker: [(str(one.value), str(one.label)) for one in SHOWN], field="stage"),
    Choice("grade", "等级", lambda asker: list(Grade.choices), field="grade"),
    Choice("source", "来源", lambda asker: list(Source.choices), field="source"),
    Choice("sector", "行业领域", lambda asker: sector_choices(), field="sector"),
    Choice("kind", "种类", lambda asker: [(key, kind.label) for key, kind in kinds.kinds().items()], field="kind"),
    Span("found", "发现时间", field="found_at"),
    Thing("body", "单位", lambda asker: bodies_visible_to(asker.scope), "body"),
    Thing("item", "对象", lambda asker: items_visible_to(asker.scope), "item"),
    Thing("owner", "责任岗位", lambda asker: posts_visible_to(asker.scope), "owner"),
    Span("closed", "销号时间", field="closed_at"),
)
# fmt: on

STANDING = "&".join(f"stage={stage.value}" for stage in LIVE)

LEDGER = Ledger(
    key="matters",
    title="事项台账",
    unit="件",
    rows=rows,
    within=rows,
    columns=COLUMNS,
    filters=FILTERS,
    sort="-found",
    address="/matters/",
    href=lambda matter: f"/matters/{matter.number}/",
    line=line,
    tabs=(
        Tab("全部"),
        Tab("未销号", f"{STANDING}&sort=due"),
        Tab("逾期", "light=late&sort=due"),
        Tab("临期", "light=soon&sort=due"),
        Tab("待交办", "stage=REPORTED"),
        Tab("待核查", "stage=SUBMITTED"),
        Tab("重大隐患", "grade=MAJOR&kind=hazard"),
        Tab("挂牌督办", "kind=listed_supervision"),
    ),
    deeds=DEEDS,
    begin="发现隐患后可在现场上报，也可以从 Excel 批量导入。",
    import_kind="hazard",
    links=(Link("登记隐患", "/field/report/", icon="plus", right="matters.report", strong=True),),
)


def matters(asker: Asker) -> Ledger:
    """The ledger of all matters."""
    return LEDGER
