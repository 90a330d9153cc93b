# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The ledger of one kind of item: columns, filters and tabs follow from its block in the catalogue."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from anlan.people.access import bodies_visible_to
from anlan.registry import access, actions
from anlan.registry.access.sheet import masked
from anlan.registry.flow import Stage
from anlan.registry.models import Grade, Item, kinds
from anlan.registry.rules import PARTIES, Field, ItemKind

from .. import reading
from ..forms import Form, Found, Lines
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import Column, Read, Value, attribute, choice
from ..ledgers.filters import Choice, Filter, Span, Thing, Under, Words, containing
from ..ledgers.ledger import Deed, Ledger, Link, Tab
from ..ledgers.paging import Order

STALE = "stale"
UNSHOWN = ("search", "area__outline", "area__parent__outline")  # what no column reads


def ledger_of(spec: ItemKind) -> Ledger:
    """The ledger of a kind."""

    def rows(asker: Asker) -> QuerySet[Any]:
        return access.ledger(asker.scope, spec.key).select_related("area__parent").defer(*UNSHOWN)

    address = f"/items/{spec.key}/"
    return Ledger(
        key=f"items.{spec.key}",
        title=f"{spec.label}台账",
        unit="处",
        rows=rows,
        columns=tuple(_columns(spec)),
        filters=tuple(_filters(spec)),
        sort="code",
        address=address,
        href=lambda item: f"{address}{item.code}/",
        line=_line,
        tabs=tuple(_tabs(spec)),
        deeds=_deeds(graded=spec.graded),
        empty=f"没有符合条件的{spec.label}。",
        begin=f"可以逐个登记，也可以把现有的{spec.label}表格直接导入。",
        import_kind=spec.key,
        links=(
            Link(
                "登记", f"{address}new/", icon="plus", right="registry.register_item", strong=True
            ),
        ),
    )


def ledger_of_all() -> Ledger:
    """All kinds in one list: what numbers of an area or a group open."""
    # fmt: off
    known = _built_in(graded=True)
    kind = Column("kind", "类别", lambda item, asker: item.spec.label, width=16, css="nowrap")
    first = [known["name"], kind, *(known[key] for key in ("where", "grade", "territorial", "keeper", "stale_on", "missing"))]
    rest = [replace(column, shown=False) for column in known.values() if column not in first]
    filters = [each for each in _common_filters() if each.key != "enterprise"]
    filters.insert(1, Choice("kind", "类别", lambda asker: [(key, spec.label) for key, spec in kinds().items()], field="kind"))
    filters.append(Choice("grade", "风险等级", lambda asker: list(Grade.choices), field="grade"))
    # fmt: on

    def rows(asker: Asker) -> QuerySet[Any]:
        seen = access.visible_to(asker.scope).select_related(
            "area__parent", "territorial", "industry", "enterprise", "keeper"
        )
        return seen.defer(*UNSHOWN)

    return Ledger(
        key="items.all",
        title="全部对象",
        unit="处",
        rows=rows,
        columns=(*first, *rest),
        filters=tuple(filters),
        sort="-registered_at",
        address="/items/all/",
        href=lambda item: f"/items/{item.kind}/{item.code}/",
        line=_line,
        tabs=(
            Tab("在册"),
            Tab("过期未核实", "care=stale&sort=stale_on"),
            Tab("责任方缺失", "care=missing"),
            Tab("待复核（非在册新增）", "stage=PROPOSED"),
        ),
        deeds=_deeds(graded=False),
        begin="请到对象台账选择类别后登记或导入。",
    )


def _columns(spec: ItemKind) -> list[Column]:
    own = {each.key: _attribute(each) for each in spec.attribute_fields()}
    fixed = _built_in(graded=spec.graded)
    wanted = [key for key in spec.columns if key in own or key in fixed]
    first = ["name", "code", "where", *wanted]
    first += [key for key in ("territorial", "keeper", "stale_on", "missing") if key not in first]
    known = fixed | own
    rest = [key for key in known if key not in first]
    shown = [_shown(known[key], True) for key in first]
    return shown + [_shown(known[key], False) for key in rest]


def _shown(column: Column, shown: bool) -> Column:
    return replace(column, shown=shown)


def _built_in(*, graded: bool) -> dict[str, Column]:
    # fmt: off
    columns = [
        Column("name", "名称", attribute("name"), under=lambda item, asker: item.address, css="title", width=36, fixed=True, opens=True, sort=Order("name")),
        Column("code", "编号", attribute("code"), width=22, css="nowrap aside hide-phone", sort=Order("code")),
        Column("where", "区域", cells.where, cells.where_lines, width=22, css="aside"),
        Column("stage", "状态", choice("stage"), cells.stage, width=10),
        Column("sector", "行业领域", lambda item, asker: reading.sector_label(item.sector) if item.sector else "", width=14),
        Column("territorial", PARTIES["territorial"], attribute("territorial"), cells.clipped("territorial"), width=26, css="aside"),
        Column("industry", PARTIES["industry"], attribute("industry"), cells.clipped("industry"), width=26, css="aside"),
        Column("enterprise", PARTIES["enterprise"], attribute("enterprise.name"), cells.clipped("enterprise"), width=30, css="aside"),
        Column("keeper", "责任岗位", attribute("keeper"), cells.clipped("keeper"), width=24, css="aside"),
        Column("confirmed_on", "核实日期", attribute("confirmed_on"), width=13, css="nowrap", sort=Order("confirmed_on", nullable=True)),
        Column("stale_on", "应核实", attribute("stale_on"), cells.freshness("stale_on"), width=13, css="nowrap", sort=Order("stale_on", nullable=True)),
        Column("missing", "责任方", lambda item, asker: "有缺失" if item.parties_missing else "", cells.flagged("parties_missing", "缺责任方"), width=10),
        Column("address", "地址", attribute("address"), width=30),
        Column("lon", "经度", attribute("lon"), width=12, css="number"),
        Column("lat", "纬度", attribute("lat"), width=12, css="number"),
        Column("registered_at", "登记时间", attribute("registered_at"), cells.short("registered_at"), width=17, css="nowrap", sort=Order("registered_at")),
        Column("origin", "来源编号", attribute("origin"), width=20),
    ]
    # fmt: on
    if graded:
        columns.insert(3, Column("grade", "风险等级", choice("grade"), cells.graded, width=10))
    return {column.key: column for column in columns}


def _attribute(spec: Field) -> Column:
    css = "number aside" if spec.type == "number" else "aside"
    return Column(spec.key, spec.label, _read(spec), unit=spec.unit, css=css, width=14)


def _read(spec: Field) -> Read:
    def read(item: Item, asker: Asker) -> Value:
        value: Value = item.attributes.get(spec.key)
        if value is None:
            return None
        if spec.sensitive:
            return masked(spec, str(value))
        if spec.type == "yes_no":
            return "是" if value else "否"
        return value

    return read


def _common_filters() -> list[Filter]:
    # fmt: off
    return [
        Words("q", "检索", containing, hint="名称、编号、地址、企业"),
        Under("area", "区域"),
        Choice("stage", "状态", lambda asker: [(s.value, str(s.label)) for s in Stage], field="stage", unset=Q(stage=Stage.LISTED)),
        Choice("care", "要处理的", lambda asker: [(STALE, "过期未核实"), ("missing", "责任方缺失"), ("unkept", "没有责任岗位"), ("unplaced", "没有定位")], rule=_care),
        Thing("enterprise", "企业", lambda asker: bodies_visible_to(asker.scope), "enterprise"),
        Span("confirmed", "核实日期", field="confirmed_on", moment=False),
    ]
    # fmt: on


def _filters(spec: ItemKind) -> list[Filter]:
    found = _common_filters()
    if spec.graded:
        grade = Choice("grade", "风险等级", lambda asker: list(Grade.choices), field="grade")
        found.insert(3, grade)
    own = [each for each in spec.attribute_fields() if each.type in ("choice", "yes_no")]
    return found + [_choice_filter(each) for each in own if not each.sensitive]


def _choice_filter(spec: Field) -> Choice:
    if spec.type == "yes_no":
        return Choice(
            spec.key,
            spec.label,
            lambda asker: [("yes", "是"), ("no", "否")],
            rule=lambda value, asker: Q(**{f"attributes__{spec.key}": value == "yes"}),
        )
    words = [(word, word) for word in spec.choices]
    return Choice(spec.key, spec.label, lambda asker: words, field=f"attributes__{spec.key}")


def _care(value: str, asker: Asker) -> Q:
    return {
        STALE: Q(stale_on__lt=asker.day),
        "missing": Q(parties_missing=True),
        "unkept": Q(keeper=None),
        "unplaced": Q(lon=None),
    }[value]


def _tabs(spec: ItemKind) -> list[Tab]:
    tabs = [
        Tab("在册"),
        Tab("过期未核实", "care=stale&sort=stale_on"),
        Tab("责任方缺失", "care=missing"),
    ]
    if spec.graded:
        tabs.append(Tab("重大、较大风险", "grade=MAJOR&grade=LARGER"))
    if spec.reportable:
        tabs.append(Tab("待复核（非在册新增）", "stage=PROPOSED"))
    return [*tabs, Tab("已注销", "stage=RETIRED")]


def _line(item: Item, asker: Asker) -> str:
    parts = [
        f"{item.name}（{item.code}）",
        str(cells.where(item, asker)).replace(" · ", ""),
        f"风险{item.get_grade_display()}" if item.grade else "",
        f"责任岗位：{item.keeper}" if item.keeper else "尚未明确责任岗位",
        f"应于{item.stale_on}前核实" if item.stale_on else "",
        "责任方有缺失" if item.parties_missing else "",
    ]
    return "，".join(part for part in parts if part)


# --- many at once -----------------------------------------------------------------------------


class _Nothing(Form):
    pass


class _Grading(Form):
    grade = forms.ChoiceField(label="风险等级", choices=Grade.choices)
    reason = Lines(label="评定依据", rows=2)


def _keeper_form(asker: Asker, rows: list[Item], posted: Any) -> Form:
    post = Found("post", asker, label="责任岗位")
    made: Form = type("KeeperForm", (Form,), {"post": post})(posted)
    return made


def _confirm(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_item(item, by=asker.person, at=asker.at)


def _grade(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.grade_item(item, **values, by=asker.person, at=asker.at)


def _keep(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.assign_keeper(item, post=values["post"], by=asker.person, at=asker.at)


def _deeds(*, graded: bool) -> tuple[Deed, ...]:
    deeds = [
        Deed("confirm", "批量核实", "registry.confirm_item", lambda a, r, p: _Nothing(p), _confirm,
             warning="表示今天逐一看过，登记的内容都属实。"),
        Deed("keeper", "指定责任岗位", "registry.assign_keeper", _keeper_form, _keep),
    ]  # fmt: skip
    if graded:
        deeds.append(
            Deed("grade", "批量评定", "registry.grade_item", lambda a, r, p: _Grading(p), _grade)
        )
    return tuple(deeds)
