# ruff: noqa: E501 (the tables are wide so that they can be read)
"""Spot checks as a ledger (抽查), and what is due after them as another: retraining and repairs."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from anlan.callup import access
from anlan.callup.models import Check, Checked

from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import Column, Value, attribute, choice
from ..ledgers.filters import Choice, Under
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.paging import Order

DONE = ~Q(checked__outcome="WAITING")
GOOD = Q(checked__outcome__in=["PASSED", "EXCUSED"])


def rows(asker: Asker) -> QuerySet[Any]:
    """Every check this person may see, with how far it has come."""
    seen = access.checks_visible_to(asker.scope).select_related("area", "drawn_by")
    return seen.defer("area__outline").annotate(
        asked=Count("checked", filter=DONE), good=Count("checked", filter=GOOD)
    )


def _share(check: Check, asker: Asker) -> Value:
    """Good among those asked, in whole per cent."""
    asked, good = check.asked, check.good  # type: ignore[attr-defined]
    return good * 100 // asked if asked else None


def _line(check: Check, asker: Asker) -> str:
    done = f"已查{check.asked}，合格{check.good}"  # type: ignore[attr-defined]
    return f"{check.number} {check.get_kind_display()}，{check.area}，抽{check.size}，{done}"


# fmt: off
COLUMNS = (
    Column("number",  "编号",     attribute("number"), under=lambda check, asker: str(check.get_kind_display()), css="title", width=18, fixed=True, opens=True),
    Column("kind",    "类别",     choice("kind"), width=16, shown=False),
    Column("area",    "区域",     attribute("area"), width=16),
    Column("pool",    "总体",     attribute("pool"), css="number", width=8),
    Column("size",    "抽取",     attribute("size"), css="number", width=8),
    Column("asked",   "已查",     attribute("asked"), css="number", width=8),
    Column("good",    "合格",     attribute("good"), css="number", width=8),
    Column("share",   "合格率",   _share, unit="%", css="number", width=10),
    Column("drawn",   "抽取时间", attribute("drawn_at"), cells.short("drawn_at"), css="nowrap", width=17, sort=Order("drawn_at")),
    Column("by",      "抽取人",   attribute("drawn_by.name"), css="hide-phone", width=10),
)
LEDGER = Ledger(
    key="checks",
    title="抽查",
    unit="次",
    rows=rows,
    columns=COLUMNS,
    filters=(Choice("kind", "类别", lambda asker: list(Check.Kind.choices), field="kind"), Under("area", "区域")),
    sort="-drawn",
    address="/checks/",
    href=lambda check: f"/checks/{check.number}/",
    line=_line,
    tabs=(Tab("全部"), *(Tab(str(label), f"kind={kind}") for kind, label in Check.Kind.choices)),
    begin="按区域随机抽取责任人或通信设备，电话提问、点名，不合格的自动列入补训。",
    links=(
        Link("待补训、待修复", "/checks/due/", icon="school"),
        Link("随机抽取", "/checks/new/", icon="arrows-shuffle", right="callup.draw_check", strong=True),
    ),
)
# fmt: on


def checks(asker: Asker) -> Ledger:
    """The ledger of checks."""
    return LEDGER


# --- what is due ----------------------------------------------------------------------------------


def _due_rows(asker: Asker) -> QuerySet[Any]:
    seen = access.checked_visible_to(asker.scope).filter(due_on__isnull=False)
    joined = seen.select_related("check_of", "person", "item", "area__parent")
    return joined.defer("area__outline", "area__parent__outline")


def _who(row: Checked, asker: Asker) -> Value:
    return str(row.person or row.item or row.call_sign)


def _state(value: str, asker: Asker) -> Q:
    open_ = Q(settled_on__isnull=True)
    return {"open": open_, "late": open_ & Q(due_on__lt=asker.day), "settled": ~open_}[value]


STATES = [("open", "待完成"), ("late", "已逾期"), ("settled", "已完成")]
# fmt: off
DUE_COLUMNS = (
    Column("due",     "期限",     attribute("due_on"), cells.freshness("due_on"), css="light-cell", width=13, fixed=True, sort=Order("due_on")),
    Column("who",     "对象",     _who, under=lambda row, asker: "、".join(row.posts[:2]), css="title", width=16, fixed=True, opens=True),
    Column("area",    "区域",     cells.where, cells.where_lines, width=22),
    Column("why",     "结果",     choice("outcome"), width=10),
    Column("kind",    "抽查",     attribute("check_of"), width=24, css="aside"),
    Column("note",    "说明",     attribute("note"), width=30, css="aside hide-phone"),
    Column("settled", "完成日期", attribute("settled_on"), width=13),
    Column("how",     "完成情况", attribute("settled_note"), width=30, shown=False),
)
DUE = Ledger(
    key="checks-due",
    title="待补训、待修复",
    unit="项",
    rows=_due_rows,
    columns=DUE_COLUMNS,
    filters=(Choice("state", "状态", lambda asker: STATES, rule=_state, unset=Q(settled_on__isnull=True)), Under("area", "区域")),
    sort="due",
    address="/checks/due/",
    href=lambda row: f"/checks/{row.check_of.number}/{row.pk}/",
    line=lambda row, asker: f"{_who(row, asker)}，{row.get_outcome_display()}，{row.due_on} 前完成",
    tabs=(Tab("待完成"), Tab("已逾期", "state=late"), Tab("已完成", "state=settled")),
    empty="没有待补训、待修复的。",
    links=(Link("回到抽查", "/checks/", icon="arrow-left"),),
)
# fmt: on


def due(asker: Asker) -> Ledger:
    """What is to be made good after checks."""
    return DUE
