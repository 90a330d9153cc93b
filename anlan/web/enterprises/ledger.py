# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The ledger of enterprises and agencies, and of every other body."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from anlan.matters.models import Matter
from anlan.people.access import OF_A_FIRM, bodies_visible_to
from anlan.people.models import Body

from .. import reading
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import Column, Value, attribute, choice
from ..ledgers.filters import Choice, Under, Words, matching
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.matters import sector_choices
from ..ledgers.paging import Order


def rows(asker: Asker) -> QuerySet[Any]:
    """Every body this person sees, with the number of its open hazards."""
    live = Matter.objects.filter(body=OuterRef("pk"), due_at__isnull=False)
    counted = live.order_by().values("body").annotate(n=Count("pk")).values("n")
    seen = bodies_visible_to(asker.scope).valid_on(asker.day).select_related("area__parent")
    seen = seen.defer("duties", "area__outline", "area__parent__outline")
    return seen.annotate(live=Coalesce(Subquery(counted), 0))


def _sectors(body: Body, asker: Asker) -> Value:
    if "*" in body.sectors:
        return "全部领域"
    return "、".join(reading.sector_label(key) for key in body.sectors)


def _open_hazards(value: str, asker: Asker) -> Q:
    open_now = Matter.objects.filter(due_at__isnull=False, body__isnull=False)
    if value == "late":
        open_now = open_now.overdue(asker.at)
    return Q(pk__in=open_now.values("body"))


def line(body: Body, asker: Asker) -> str:
    """某某有限公司,泽国镇牧屿街居委会,危险化学品,未销号 3 件."""
    parts = [
        body.name,
        str(cells.where(body, asker)).replace(" · ", ""),
        str(_sectors(body, asker) or ""),
    ]
    live = getattr(body, "live", 0)
    return "，".join([part for part in parts if part] + ([f"未销号{live}件"] if live else []))


# fmt: off
COLUMNS = (
    Column("name",    "名称",         attribute("name"), under=attribute("address"), css="title", width=40, fixed=True, opens=True, sort=Order("name")),
    Column("kind",    "类别",         choice("kind"), width=16, shown=False),
    Column("where",   "区域",         cells.where, cells.where_lines, width=22),
    Column("sectors", "行业领域",     _sectors, width=24, css="aside"),
    Column("live",    "未销号",       attribute("live"), unit="件", css="number", width=9),
    Column("code",    "统一社会信用代码", attribute("credit_code"), width=22, css="nowrap aside hide-phone", sort=Order("credit_code")),
    Column("address", "地址",         attribute("address"), width=30, shown=False),
    Column("phone",   "电话",         attribute("phone"), width=16, shown=False),
    Column("since",   "成立日期",     attribute("valid_from"), width=13, shown=False),
)
FILTERS = (
    Words("q", "检索", matching, hint="名称、拼音首字母、信用代码"),
    Under("area", "区域"),
    Choice("kind", "类别", lambda asker: list(Body.Kind.choices), field="kind", unset=Q(kind__in=OF_A_FIRM)),
    Choice("sector", "行业领域", lambda asker: sector_choices(), rule=lambda value, asker: Q(sectors__contains=[value])),
    Choice("open", "隐患", lambda asker: [("live", "有未销号隐患"), ("late", "有逾期隐患")], rule=_open_hazards),
)
# fmt: on

LEDGER = Ledger(
    key="enterprises",
    title="企业台账",
    unit="家",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    sort="name",
    address="/enterprises/",
    href=lambda body: f"/enterprises/{body.pk}/",
    line=line,
    tabs=(Tab("企业"), Tab("有未销号隐患", "open=live"), Tab("有逾期隐患", "open=late")),
    begin="可以从 Excel 导入企业名录，或逐家登记。",
    import_kind="body",
    links=(Link("登记单位", "/enterprises/new/", icon="plus", right="people.register_body"),),
)


def enterprises(asker: Asker) -> Ledger:
    """The ledger of enterprises."""
    return LEDGER
