# ruff: noqa: E501 (the tables are wide so that they can be read)
"""Call-ups as a ledger (叫应台账), and the persons of one as another."""

from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.html import format_html

from anlan.callup import access
from anlan.callup.flow import Stage, State, World
from anlan.callup.models import Answer, Called, Callup
from anlan.callup.models.profiles import COLOURS, hazards
from anlan.people.models import Charge
from anlan.people.rules.privacy import mask_phone

from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import Column, Value, attribute, choice
from ..ledgers.filters import Choice, Span, Under, Words
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.paging import Order
from .board import LENT, OWN

LOOKS = {"RUNNING": "turn", "ENDED": "done", "VOID": "done"}
STATE_LOOKS = {
    "ANSWERED": "good",
    "BY_HAND": "bad",
    "UNREACHED": "bad",
    "PASSED_ON": "warn",
    "CALLING": "",
    "STOPPED": "",
}
SHAPES = {
    "ANSWERED": "●",
    "BY_HAND": "▲",
    "UNREACHED": "✕",
    "PASSED_ON": "→",
    "CALLING": "◌",
    "STOPPED": "■",
}


def rows(asker: Asker) -> QuerySet[Any]:
    """Every call-up this person may see, with how many were called and answered."""
    seen = access.visible_to(asker.scope).select_related("root", "root__parent", "drafter")
    seen = seen.defer("root__outline", "root__parent__outline")
    answered = Count("called", filter=Q(called__state=State.ANSWERED))
    return seen.annotate(people=Count("called"), answered=answered)


def world_tag(world: str) -> str:
    """实战 or 演练: shape, word and colour, always together."""
    label = World(world).label
    shape = "▲" if world == World.LIVE else "◇"
    return format_html(
        '<span class="world {}"><i aria-hidden="true">{}</i>{}</span>', world.lower(), shape, label
    )


def state_tag(called: Called) -> str:
    """Where one person stands, as shape and word."""
    words = called.get_state_display() + ("（迟到）" if called.late else "")
    return format_html(
        '<span class="tag {}"><i aria-hidden="true">{}</i>{}</span>',
        STATE_LOOKS[called.state],
        SHAPES[called.state],
        words,
    )


def _title(row: Callup, asker: Asker) -> str:
    return format_html(
        '<a data-open href="/callups/{}/">{}</a><span class="sub">{}</span>',
        row.number,
        row.title,
        row.number,
    )


def _stage(row: Callup, asker: Asker) -> str:
    return format_html(
        '<span class="stage {}">{}</span>', LOOKS.get(row.stage, ""), row.get_stage_display()
    )


def _warning(row: Callup, asker: Asker) -> Value:
    hazard = hazards().get(row.hazard)
    if row.notice:
        return "告知"
    return f"{hazard.label if hazard else row.hazard}{COLOURS.get(row.colour, '')}"


def _finding(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return found


# fmt: off
COLUMNS = (
    Column("world",    "性质",     choice("world"), lambda row, asker: world_tag(row.world), css="light-cell", width=8, fixed=True),
    Column("title",    "叫应",     attribute("title"), _title, css="title", width=40, fixed=True),
    Column("number",   "编号",     attribute("number"), width=16, shown=False),
    Column("stage",    "环节",     choice("stage"), _stage, width=10),
    Column("warning",  "灾害",     _warning, width=14),
    Column("root",     "区域",     attribute("root"), width=16),
    Column("people",   "叫应",     attribute("people"), unit="人", css="number", width=10),
    Column("answered", "已应答",   attribute("answered"), unit="人", css="number", width=10),
    Column("drafted",  "拟稿时间", attribute("drafted_at"), cells.short("drafted_at"), width=17, css="nowrap", sort=Order("drafted_at")),
    Column("started",  "启动时间", attribute("started_at"), cells.short("started_at"), width=17, css="nowrap hide-phone"),
    Column("ended",    "结束时间", attribute("ended_at"), cells.short("ended_at"), width=17, css="nowrap hide-phone"),
    Column("drafter",  "拟稿人",   attribute("drafter.name"), width=10, css="hide-phone"),
)
FILTERS = (
    Words("q", "检索", _finding, hint="标题、编号"),
    Choice("world", "性质", lambda asker: list(World.choices), field="world"),
    Choice("stage", "环节", lambda asker: list(Stage.choices), field="stage"),
    Choice("about", "类别", lambda asker: [("call", "叫应"), ("notice", "告知")], rule=lambda value, asker: Q(notice=value == "notice")),
    Choice("hazard", "灾害", lambda asker: [(h.key, h.label) for h in hazards().values()], field="hazard"),
    Under("area", "区域"),
    Span("started", "启动时间", field="started_at"),
)
# fmt: on


def _line(row: Callup, asker: Asker) -> str:
    """实战 JY2026-000012 牧屿后山滑坡橙色预警,叫应中,12人已应答9人."""
    counts = f"{row.people}人已应答{row.answered}人"  # type: ignore[attr-defined]
    return (
        f"{row.get_world_display()} {row.number} {row.title}，{row.get_stage_display()}，{counts}"
    )


LEDGER = Ledger(
    key="callups",
    title="叫应台账",
    unit="次",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    sort="-drafted",
    address="/callups/",
    href=lambda row: f"/callups/{row.number}/",
    line=_line,
    tabs=(
        Tab("全部"),
        Tab("叫应中", "stage=RUNNING&about=call"),
        Tab("待批准", "stage=SUBMITTED"),
        Tab("实战", "world=LIVE"),
        Tab("演练", "world=DRILL"),
        Tab("告知", "about=notice"),
    ),
    empty="没有符合条件的叫应。",
    begin="收到预警后，从“发起叫应”开始；平时请多演练。",
    links=(
        Link("应答统计", "/callups/times/", icon="clock"),
        Link("演练叫应", "/callups/drill/", icon="school", right="callup.draft"),
        Link("发起叫应", "/callups/new/", icon="speakerphone", right="callup.draft", strong=True),
    ),
)


def callups(asker: Asker) -> Ledger:
    """The ledger of call-ups."""
    return LEDGER


# --- the persons of one ---------------------------------------------------------------------------


def _state(called: Called, asker: Asker) -> str:
    return state_tag(called)


def _seconds(called: Called, asker: Asker) -> Value:
    return (
        round((called.answered_at - called.called_at).total_seconds())
        if called.answered_at
        else None
    )


def _answer(called: Called, asker: Asker) -> Value:
    return str(Answer.Kind(called.answer).label) if called.answer else None


def _stale(called: Called, asker: Asker) -> Value:
    said = [str(Charge.Staleness(called.stale).label)] if called.stale else []
    return "、".join(
        [*said, *(["没有电话"] if called.no_phone else []), *(["停机/空号"] if called.dead else [])]
    )


def _trouble(value: str, asker: Asker) -> Q:
    rules = {
        "reached": Q(OWN) | Q(LENT) | Q(state=State.ANSWERED),
        "stands_in": Q(stands_in_for__isnull=False),
        "stale": ~Q(stale=""),
        "phoneless": Q(no_phone=True),
        "dead": Q(dead=True),
        "late": Q(late=True),
    }
    return rules[value]


# fmt: off
PEOPLE_COLUMNS = (
    Column("state",    "状态",     choice("state"), _state, css="light-cell", width=12, fixed=True),
    Column("name",     "姓名",     attribute("person"), under=lambda called, asker: "、".join(called.posts[:2]), css="title", width=14, fixed=True, opens=True),
    Column("area",     "区域",     cells.where, cells.where_lines, width=22),
    Column("phone",    "电话",     lambda called, asker: mask_phone(called.person.phone), width=16, css="nowrap"),
    Column("answer",   "应答",     _answer, width=10),
    Column("seconds",  "用时",     _seconds, unit="秒", css="number", width=10),
    Column("answered", "应答时间", attribute("answered_at"), cells.short("answered_at"), width=17, css="nowrap hide-phone"),
    Column("passed",   "转给",     attribute("passed_to.person"), width=12, css="hide-phone"),
    Column("stands",   "接替谁",   attribute("stands_in_for.person"), width=12, css="hide-phone"),
    Column("trouble",  "名单问题", _stale, width=18, css="hide-phone"),
    Column("posts",    "岗位",     lambda called, asker: "、".join(called.posts), width=30, shown=False),
    Column("near",     "先后",     attribute("rank"), css="number", width=8, shown=False, sort=Order("rank")),
)
PEOPLE_FILTERS = (
    Words("q", "检索", lambda found, words: found.filter(person__name__icontains=words), hint="姓名", least=1),
    Choice("state", "状态", lambda asker: list(State.choices), field="state"),
    Choice("answer", "应答", lambda asker: list(Answer.Kind.choices), field="answer"),
    Choice("mark", "标记", lambda asker: [("reached", "已送达"), ("late", "迟到应答"), ("stands_in", "接替他人的"), ("stale", "名单过期"), ("phoneless", "没有电话"), ("dead", "停机/空号")], rule=_trouble),
    Under("area", "区域"),
)
# fmt: on


def _people_rows(asker: Asker, *, number: str) -> QuerySet[Any]:
    seen = access.people_visible_to(asker.scope).filter(callup__number=number)
    seen = seen.select_related(
        "person", "area__parent", "passed_to__person", "stands_in_for__person"
    )
    return seen.defer("area__outline", "area__parent__outline")


def _person_line(called: Called, asker: Asker) -> str:
    """孙国强,牧屿7号网格,已应答,收到."""
    said = [called.person.name, str(called.area), called.get_state_display()]
    return "，".join([*said, *([str(_answer(called, asker))] if called.answer else [])])


def people_of(asker: Asker, *, number: str) -> Ledger:
    """Everybody in one call-up, nearest danger first."""
    callup = get_object_or_404(access.visible_to(asker.scope), number=number)
    return Ledger(
        key="callup-people",
        title=f"{callup.get_world_display()}叫应名单 {callup.number}",
        unit="人",
        rows=partial(_people_rows, number=number),
        columns=PEOPLE_COLUMNS,
        filters=PEOPLE_FILTERS,
        sort="near",
        address=f"/callups/{number}/people/",
        href=lambda called: f"/callups/{number}/people/{called.pk}/",
        line=_person_line,
        tabs=(
            Tab("全部"),
            Tab("未应答", "state=CALLING&state=BY_HAND&state=PASSED_ON&state=UNREACHED"),
            Tab("待人工", "state=BY_HAND"),
            Tab("未叫到", "state=UNREACHED"),
            Tab("已应答", "state=ANSWERED"),
        ),
        empty="没有符合条件的人。",
        links=(Link("回到叫应板", f"/callups/{number}/", icon="arrow-left"),),
    )
