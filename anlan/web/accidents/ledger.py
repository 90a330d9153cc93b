# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The ledger of accidents: which, how grave, where it stands, which clock runs out next."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils.safestring import SafeString

from anlan.accidents import access
from anlan.accidents.flow import COUNTED, LIVE
from anlan.accidents.models import Accident, Clock, categories, production_scopes, scopes
from anlan.accidents.rules import plain
from anlan.people.access import bodies_visible_to
from anlan.registry.models import sector_words

from .. import reading
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import EMPTY, Column, Value, attribute, choice
from ..ledgers.filters import Choice, Filter, Span, Thing, Under, Words, containing
from ..ledgers.ledger import Ledger, Link, Look, Tab
from ..ledgers.paging import Order
from ..markup import put

CARE = [
    ("late", "有超时"),
    ("alike", "疑似重复"),
    ("missing", "有人失踪"),
    ("misreport", "迟漏谎瞒"),
]
NUMBER = re.compile(r"[Ss][Gg]\d{4}-\d+")
GRADES = {"EXTREME": ("major", "◆"), "MAJOR": ("major", "▲"), "LARGER": ("larger", "▲"),
          "GENERAL": ("general", "■")}  # fmt: skip
TABS = (
    Tab("全部"),
    Tab("生产安全", "scope=production"),
    Tab("道路交通", "scope=road_production&scope=road"),
    Tab("火灾", "scope=fire_production&scope=fire"),
    Tab("较大以上", "grade=LARGER&grade=MAJOR&grade=EXTREME"),
    Tab("未结案", "stage=live"),
    Tab("有超时", "care=late"),
    Tab("疑似重复", "care=alike"),
    Tab("已核销", "stage=REMOVED"),
)
UNSHOWN = ("search", "area__outline", "area__parent__outline", "body__duties")


def ledger() -> Ledger:
    """All accidents that one may see; those that count unless another state is chosen."""
    return Ledger(
        key="accidents",
        title="事故台账",
        unit="起",
        rows=rows,
        columns=_columns(),
        filters=_filters(),
        sort="-happened",
        address="/accidents/",
        href=lambda accident: f"/accidents/{accident.number}/",
        line=line,
        tabs=TABS,
        begin="没有事故是好事。往年的事故可以从 Excel 导入，统计同比要用。",
        import_kind="accidents",
        links=(
            Link("事故快报", "/accidents/new/", icon="plus", right="accidents.report", strong=True),
            Link("统计分析", "/accidents/analysis/", icon="chart-bar"),
        ),
    )


def rows(asker: Asker) -> QuerySet[Any]:
    """What one may see."""
    return shown_with(access.visible_to(asker.scope))


def shown_with(accidents: QuerySet[Any]) -> QuerySet[Any]:
    """Accidents with everything that a line of the list reads."""
    running = Clock.objects.running().exclude(kind="window").order_by("due_at")
    seen = accidents.select_related("area__parent", "body")
    return seen.defer(*UNSHOWN).prefetch_related(Prefetch("clocks", queryset=running))


@dataclass(frozen=True)
class Numbers:
    """The numbers over the list, from the very rows of the list."""

    accidents: int
    deaths: int
    missing: int
    injured: int
    loss: str
    larger: int
    first_deaths: int
    first_injured: int


def numbers_of(look: Look) -> Numbers:
    """起、死、失、伤、损: counted from what the filters let through."""
    found = look.rows.order_by().aggregate(
        accidents=Count("pk"), deaths=Sum("deaths"), missing=Sum("missing"),
        injured=Sum("injured"), loss=Sum("direct_loss"), first_deaths=Sum("first_deaths"),
        first_injured=Sum("first_injured"), larger=Count("pk", filter=~Q(grade="GENERAL")),
    )  # fmt: skip
    loss = plain(Decimal(found.pop("loss") or 0))
    return Numbers(loss=loss, **{key: value or 0 for key, value in found.items()})


def grade_chip(grade: str, label: str) -> SafeString:
    """The grade of an accident as word, shape and colour."""
    look, shape = GRADES.get(grade, ("general", "■"))
    return put('<span class="grade {}"><i aria-hidden="true">{}</i>{}</span>', look, shape, label)


def line(accident: Accident, asker: Asker) -> str:
    """【一般事故】泽海冷链触电事故，死亡1人，06-12 15:20，牧屿街居委会，SG2024-000001."""
    parts = (
        f"【{accident.get_grade_display()}】{accident.title}",
        accident.toll.words(),
        reading.moment(accident.happened_at),
        str(cells.where(accident, asker)).replace(" · ", ""),
        accident.number,
    )
    return "，".join(part for part in parts if part)


# --- columns --------------------------------------------------------------------------------------


def _graded(row: Accident, asker: Asker) -> SafeString:
    return grade_chip(row.grade, row.get_grade_display())


def _toll(row: Accident, asker: Asker) -> Value:
    return row.toll.words()


def _scope(row: Accident, asker: Asker) -> Value:
    known = scopes().get(row.scope)
    return known.label if known else row.scope


def _category(row: Accident, asker: Asker) -> Value:
    kind = row.kind_of_accident
    return kind.label if kind else None


def _unit(row: Accident, asker: Asker) -> Value:
    return str(row.body) if row.body else row.details.get("unit")


def _sector(row: Accident, asker: Asker) -> Value:
    return reading.sector_label(row.sector) if row.sector else None


def _next(row: Accident) -> Clock | None:
    return next(iter(row.clocks.all()), None) if row.stage in COUNTED else None


def _lamp(row: Accident, asker: Asker) -> SafeString:
    clock = _next(row)
    if clock is None:
        return EMPTY
    light = reading.light(clock.due_at, asker.at)
    return put('<span class="light {}" title="{}"><i aria-hidden="true">{}</i>{}</span><span class="sub">{}</span>',
               light.look, light.exact, light.shape, light.words, clock.label)  # fmt: skip


def _lamp_words(row: Accident, asker: Asker) -> Value:
    clock = _next(row)
    return f"{clock.label} {reading.light(clock.due_at, asker.at).words}" if clock else None


def _columns() -> tuple[Column, ...]:
    # fmt: off
    return (
        Column("lamp", "时限", _lamp_words, _lamp, css="light-cell", width=18),
        Column("grade", "等级", choice("grade"), _graded, width=12, css="nowrap"),
        Column("title", "事故", attribute("title"), under=_toll, css="title", width=36, fixed=True, opens=True),
        Column("happened", "发生时间", attribute("happened_at"), cells.short("happened_at"), width=17, css="nowrap", sort=Order("happened_at")),
        Column("deaths", "死亡", attribute("deaths"), unit="人", css="number", width=8),
        Column("missing", "失踪", attribute("missing"), unit="人", css="number", width=8, shown=False),
        Column("injured", "受伤", attribute("injured"), unit="人", css="number", width=8),
        Column("loss", "直接损失", attribute("direct_loss"), unit="万元", css="number", width=12),
        Column("scope", "统计口径", _scope, width=18, css="aside nowrap"),
        Column("category", "类别", _category, width=14, css="aside nowrap"),
        Column("where", "区域", cells.where, cells.where_lines, width=22, css="aside"),
        Column("unit", "单位", _unit, width=26, css="aside"),
        Column("stage", "状态", choice("stage"), cells.stage, width=14, css="nowrap"),
        Column("serious", "重伤", attribute("serious_injuries"), unit="人", css="number", width=8, shown=False),
        Column("minor", "轻伤", attribute("minor_injuries"), unit="人", css="number", width=8, shown=False),
        Column("first_deaths", "快报死亡", attribute("first_deaths"), unit="人", css="number", width=10, shown=False),
        Column("first_injured", "快报受伤", attribute("first_injured"), unit="人", css="number", width=10, shown=False),
        Column("reported", "接报时间", attribute("reported_at"), cells.short("reported_at"), width=17, css="nowrap", shown=False),
        Column("place", "地点", attribute("place"), width=30, shown=False),
        Column("sector", "行业领域", _sector, width=14, shown=False),
        Column("industry", "行业代码", attribute("industry"), width=10, shown=False),
        Column("number", "编号", attribute("number"), width=18, css="nowrap aside hide-phone"),
    )
    # fmt: on


# --- filters --------------------------------------------------------------------------------------


def _filters() -> tuple[Filter, ...]:
    # fmt: off
    return (
        Words("q", "检索", _found_by, hint="名称、单位、地点、编号"),
        Span("day", "发生日期", field="happened_at"),
        Choice("scope", "统计口径", _scopes, rule=_in_scope),
        Choice("grade", "等级", lambda asker: [(one.value, str(one.label)) for one in Accident.Grade], field="grade"),
        Under("area", "区域"),
        Choice("category", "类别", _categories, field="category"),
        Choice("sector", "行业领域", lambda asker: _first_words(), field="sector"),
        Choice("stage", "状态", _stages, rule=_in_stage, unset=Q(stage__in=COUNTED)),
        Choice("care", "要留意的", lambda asker: CARE, rule=_care),
        Thing("body", "单位", lambda asker: bodies_visible_to(asker.scope), "body"),
    )
    # fmt: on


def _in_scope(value: str, asker: Asker) -> Q:
    return Q(scope__in=production_scopes()) if value == "production" else Q(scope=value)


def _categories(asker: Asker) -> list[tuple[str, str]]:
    return [(key, f"{one.label}（{one.edition[-4:]}版）") for key, one in categories().items()]


def _scopes(asker: Asker) -> list[tuple[str, str]]:
    return [
        ("production", "生产安全（合计）"),
        *((key, one.label) for key, one in scopes().items()),
    ]


def _stages(asker: Asker) -> list[tuple[str, str]]:
    return [("live", "未结案"), *((one.value, str(one.label)) for one in Accident.Stage)]


def _in_stage(value: str, asker: Asker) -> Q:
    return Q(stage__in=LIVE) if value == "live" else Q(stage=value)


def _care(value: str, asker: Asker) -> Q:
    late = Clock.objects.filter(missed_at__isnull=False, dropped_at__isnull=True)
    return {
        "late": Q(pk__in=late.values("accident")),
        "alike": Q(details__alike__isnull=False),
        "missing": Q(missing__gt=0),
        "misreport": Q(misreports__isnull=False),
    }[value]


def _found_by(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    if NUMBER.fullmatch(words):
        return found.filter(number=words.upper())
    return containing(found, words)


def _first_words() -> list[tuple[str, str]]:
    first: dict[str, str] = {}
    for word, key in sector_words().items():
        first.setdefault(key, word)
    return list(first.items())
