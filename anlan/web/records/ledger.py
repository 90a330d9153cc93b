# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The ledger of what was done: of all kinds, and of one kind with its own columns and filters."""

import re
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.safestring import SafeString

from anlan.people.access import bodies_visible_to
from anlan.records import access
from anlan.records.models import Record, Visit, kinds
from anlan.records.rules import RecordKind
from anlan.registry.access import visible_to as items_visible_to
from anlan.registry.models import sector_words
from anlan.registry.rules import Attribute, Field

from .. import reading
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import EMPTY, Column, Read, Value, attribute
from ..ledgers.filters import Choice, Filter, Span, Thing, Under, Words, containing
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.paging import Order
from ..markup import put

NUMBER = re.compile(r"[A-Za-z]+\d{4}-\d+")
UNSHOWN = ("search", "answers", "area__outline", "area__parent__outline", "organiser__duties")
SHOWN_BODIES = 3


def ledger_of_all() -> Ledger:
    """All kinds in one list."""
    # fmt: off
    kind = Column("kind", "种类", _kind, width=14, css="nowrap")
    filters = _filters()
    filters.insert(1, Choice("kind", "种类", lambda asker: [(key, each.label) for key, each in kinds().items()], field="kind"))
    # fmt: on
    return Ledger(
        key="records",
        title="台账",
        unit="条",
        rows=_rows,
        columns=(_title(under=_summary), kind, *_built_in()),
        filters=tuple(filters),
        sort="-started",
        address="/records/",
        href=_href,
        line=line,
        tabs=(
            Tab("全部"),
            Tab("检查督查", _among("检查督查")),
            Tab("演练培训", _among("演练培训")),
            Tab("防灾点位", _among("防灾点位")),
            Tab("值班会议", f"{_among('值班通信')}&{_among('会议预案')}"),
            Tab("疑似重复", "care=again"),
            Tab("暗访未公开", "care=hidden"),
            Tab("我的草稿", "stage=DRAFT"),
        ),
        begin="做过的检查、演练、培训、会议都登记在这里，也可以从 Excel 导入。",
        links=(Link("登记台账", "/records/new/", icon="plus", right="records.keep", strong=True),),
    )


def ledger_of(spec: RecordKind) -> Ledger:
    """The ledger of one kind: its columns, filters and import follow from its block."""

    def rows(asker: Asker) -> QuerySet[Any]:
        return _rows(asker).filter(kind=spec.key)

    address = f"/records/{spec.key}/"
    counts = [_count(each) for each in spec.count_fields()]
    details = [_detail(each) for each in spec.detail_fields()]
    filters = _filters()
    filters += [_chosen(each) for each in spec.details if each.type == "choice"]
    return Ledger(
        key=f"records.{spec.key}",
        title=f"{spec.label}台账",
        unit="条",
        rows=rows,
        columns=(_title(), *counts, *_built_in(), *details),
        filters=tuple(filters),
        sort="-started",
        address=address,
        href=_href,
        line=line,
        begin=f"还没有{spec.label}的记录；可以逐条登记，也可以把现有表格直接导入。",
        import_kind=spec.key.replace("_", "-"),
        links=(
            Link("登记", f"{address}new/", icon="plus", right="records.keep", strong=True),
            Link("全部台账", "/records/", icon="list-details"),
        ),
    )


def line(record: Record, asker: Asker) -> str:
    """【执法检查】泽海冷链，泽国镇牧屿街居委会，06-12 15:00，发现问题隐患2处，JC2024-000001."""
    counted = [f"{label}{number}" for label, number in counts_of(record)]
    parts = (
        f"【{record.rule.label}】{record.title}",
        str(cells.where(record, asker)).replace(" · ", ""),
        reading.moment(record.started_at),
        *counted,
        record.number,
    )
    return "，".join(part for part in parts if part)


def counts_of(record: Record) -> list[tuple[str, str]]:
    """Its numbers in the order of its kind, each with its unit: 发现问题隐患, 2处."""
    return [
        (each.label, f"{record.counts[each.key]}{each.unit}")
        for each in record.rule.counts
        if each.key in record.counts
    ]


# --- rows, columns, filters -----------------------------------------------------------------------


def _rows(asker: Asker) -> QuerySet[Any]:
    return shown_with(access.visible_to(asker.scope))


def shown_with(records: QuerySet[Any]) -> QuerySet[Any]:
    """Records with everything that a line of the list reads, in two queries."""
    visits = Visit.objects.select_related("body").order_by("pk")
    seen = records.select_related("area__parent", "organiser", "item")
    return seen.defer(*UNSHOWN).prefetch_related(Prefetch("visits", queryset=visits))


def _among(group: str) -> str:
    return "&".join(f"kind={key}" for key, spec in kinds().items() if spec.group == group)


def _href(record: Record) -> str:
    return f"/records/{record.number}/"


def _found_by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if NUMBER.fullmatch(words):
        return rows.filter(number=words.upper())
    return containing(rows, words)


def _kind(record: Record, asker: Asker) -> Value:
    known = kinds().get(record.kind)
    return known.label if known else record.kind


def _bodies(record: Record, asker: Asker) -> Value:
    names = [str(visit.body) for visit in record.visits.all()]
    more = f" 等{len(names)}家" if len(names) > SHOWN_BODIES else ""
    return "、".join(names[:SHOWN_BODIES]) + more


def _bodies_in_one_line(record: Record, asker: Asker) -> SafeString:
    words = _bodies(record, asker)
    if not words:
        return EMPTY
    whole = str(_all_bodies(record, asker))
    return put('<span class="one-line" title="{}">{}</span>', whole, str(words))


def _all_bodies(record: Record, asker: Asker) -> Value:
    return "、".join(visit.body.name for visit in record.visits.all())


def _summary(record: Record, asker: Asker) -> Value:
    return "，".join(f"{label}{number}" for label, number in counts_of(record))


def _remarks(record: Record, asker: Asker) -> Value:
    return "、".join(words for _, words in _flags(record))


def _flags(record: Record) -> list[tuple[str, str]]:
    found = [("warn", "◐ 草稿")] if record.stage == Record.Stage.DRAFT else []
    found += [("bad", "✕ 已作废")] if record.stage == Record.Stage.VOID else []
    found += [("warn", "暗访未公开")] if record.hidden else []
    if record.again_of_id:
        found += [("", "当天再次")] if record.details.get("again") else [("warn", "▲ 疑似重复")]
    return found + ([("", "补录")] if record.details.get("late") else [])


def _flag_tags(record: Record, asker: Asker) -> SafeString:
    tags = [put('<span class="tag {}">{}</span>', *one) for one in _flags(record)]
    return SafeString(" ".join(tags))


def _sector(record: Record, asker: Asker) -> Value:
    return reading.sector_label(record.sector) if record.sector else None


def _title(under: Read | None = None) -> Column:
    # fmt: off
    return Column("title", "做了什么", attribute("title"), under=under, css="title", width=40, fixed=True, opens=True)
    # fmt: on


def _built_in() -> tuple[Column, ...]:
    # fmt: off
    return (
        Column("started", "时间", attribute("started_at"), cells.short("started_at"), width=17, css="nowrap", sort=Order("started_at")),
        Column("where", "区域", cells.where, cells.where_lines, width=22, css="aside"),
        Column("organiser", "组织单位", attribute("organiser"), cells.clipped("organiser"), width=24, css="aside"),
        Column("bodies", "单位", _bodies, _bodies_in_one_line, width=30, css="aside"),
        Column("times", "参加", attribute("person_times"), unit="人次", width=10, css="number aside"),
        Column("flags", "备注", _remarks, _flag_tags, width=14),
        Column("all_bodies", "全部单位", _all_bodies, width=60, shown=False),
        Column("place", "地点", attribute("place"), width=30, shown=False),
        Column("item", "到访对象", attribute("item.name"), width=24, shown=False),
        Column("sector", "行业领域", _sector, width=14, shown=False),
        Column("topic", "专项或主题", attribute("topic"), width=20, shown=False),
        Column("ended", "结束时间", attribute("ended_at"), cells.short("ended_at"), width=17, css="nowrap", shown=False),
        Column("entered", "录入时间", attribute("entered_at"), cells.short("entered_at"), width=17, css="nowrap", shown=False),
        Column("number", "编号", attribute("number"), width=18, css="nowrap aside hide-phone"),
    )
    # fmt: on


def _count(spec: Field) -> Column:
    def read(record: Record, asker: Asker) -> Value:
        number: Value = record.counts.get(spec.key)
        return number

    return Column(spec.key, spec.label, read, unit=spec.unit, css="number", width=12)


def _detail(spec: Field) -> Column:
    return Column(spec.key, spec.label, _read(spec), unit=spec.unit, width=16, shown=False)


def _read(spec: Field) -> Read:
    def read(record: Record, asker: Asker) -> Value:
        value: Value = record.details.get(spec.key)
        return ("是" if value else "否") if spec.type == "yes_no" and value is not None else value

    return read


def _filters() -> list[Filter]:
    # fmt: off
    return [
        Words("q", "检索", _found_by, hint="名称、单位、地点、编号"),
        Span("day", "日期", field="day", moment=False),
        Under("area", "区域"),
        Choice("sector", "行业领域", lambda asker: [(key, word) for word, key in _first_words()], field="sector"),
        Choice("stage", "状态", lambda asker: [(one.value, str(one.label)) for one in Record.Stage], field="stage", unset=Q(stage=Record.Stage.KEPT)),
        Choice("care", "要留意的", lambda asker: [("again", "疑似重复"), ("hidden", "暗访未公开"), ("late", "补录"), ("raised", "已转事项")], rule=_care),
        Thing("body", "单位", lambda asker: bodies_visible_to(asker.scope), "visits__body"),
        Thing("organiser", "组织单位", lambda asker: bodies_visible_to(asker.scope), "organiser"),
        Thing("item", "对象", lambda asker: items_visible_to(asker.scope), "item"),
    ]
    # fmt: on


def _chosen(spec: Attribute) -> Choice:
    """A filter over one choice of the kind's own fields."""
    words = [(word, word) for word in spec.choices]
    return Choice(spec.key, spec.label, lambda asker: words, field=f"details__{spec.key}")


def _care(value: str, asker: Asker) -> Q:
    return {
        "again": Q(again_of__isnull=False, details__again__isnull=True),
        "hidden": Q(hidden=True),
        "late": Q(details__late__isnull=False),
        "raised": Q(raised__isnull=False),
    }[value]


def _first_words() -> list[tuple[str, str]]:
    first: dict[str, str] = {}
    for word, key in sector_words().items():
        first.setdefault(key, word)
    return [(word, key) for key, word in first.items()]
