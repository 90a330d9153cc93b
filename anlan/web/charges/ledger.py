# ruff: noqa: E501 (the tables are wide so that they can be read)
"""Who answers for what (责任清单): the names that hold, and those that can't be relied on."""

from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString

from anlan.people import access, actions
from anlan.people.models import Charge, Tenure
from anlan.people.models.charges import charge_kinds
from anlan.people.rules.privacy import mask_phone

from ..forms import Form
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import Column, Value, attribute
from ..ledgers.filters import Choice, Under
from ..ledgers.ledger import Deed, Ledger, Link, Tab
from ..ledgers.paging import Order
from ..markup import put


def rows(asker: Asker) -> QuerySet[Any]:
    """Charges that hold today, each with why it is stale, if it is."""
    held = Tenure.objects.valid_on(asker.day).select_related("person").order_by("deputy", "pk")
    seen = access.charges_visible_to(asker.scope).valid_on(asker.day).judged_on(asker.day)
    seen = seen.select_related("area__parent", "post", "person")
    seen = seen.defer("area__outline", "area__parent__outline")
    return seen.prefetch_related(Prefetch("post__tenures", queryset=held, to_attr="held"))


def _kind(charge: Charge, asker: Asker) -> Value:
    kind = charge_kinds().get(charge.kind)
    return kind.label if kind else charge.kind


def _people(charge: Charge) -> list[Any]:
    if charge.person:
        return [charge.person]
    return [tenure.person for tenure in getattr(charge.post, "held", [])]


def _names(charge: Charge, asker: Asker) -> Value:
    return "、".join(str(person) for person in _people(charge))


def _phones(charge: Charge, asker: Asker) -> Value:
    return "、".join(mask_phone(person.phone) for person in _people(charge) if person.phone)


def _state(charge: Charge, asker: Asker) -> Value:
    if charge.staleness:
        return str(Charge.Staleness(charge.staleness).label)
    return "已确认" if charge.confirmed_on and charge.confirmed_on >= charge.opened else "待确认"


def _state_tag(charge: Charge, asker: Asker) -> SafeString:
    words = _state(charge, asker)
    look, sign = (
        ("bad", "▲") if charge.staleness else ("good", "✓") if words == "已确认" else ("warn", "◐")
    )
    return put('<span class="tag {}">{} {}</span>', look, sign, words)


def _state_rule(value: str, asker: Asker) -> Q:
    confirmed = Q(confirmed_on__gte=F("opened"))
    return {
        "stale": ~Q(staleness=""),
        **{reason: Q(staleness=reason) for reason in Charge.Staleness.values},
        "waiting": Q(staleness="") & ~confirmed,
        "sound": Q(staleness="") & confirmed,
    }[value]


def line(charge: Charge, asker: Asker) -> str:
    """泽国镇牧屿街居委会,镇领导包村:林海 138****0007,待确认."""
    where = str(cells.where(charge, asker)).replace(" · ", "")
    return f"{where}，{_kind(charge, asker)}：{_names(charge, asker) or '无人在岗'} {_phones(charge, asker)}，{_state(charge, asker)}"


class _Nothing(Form):
    pass


def _confirm(charge: Charge, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_charge(charge, by=asker.person, at=asker.at)


# fmt: off
COLUMNS = (
    Column("state",  "状态",     _state, _state_tag, css="nowrap", width=14, fixed=True),
    Column("kind",   "责任",     _kind, under=attribute("duty"), css="title", width=22, fixed=True, opens=True),
    Column("where",  "区域",     cells.where, cells.where_lines, width=24, sort=Order("area_path")),
    Column("post",   "岗位",     attribute("post"), cells.clipped("post"), width=26, css="aside"),
    Column("names",  "责任人",   _names, width=18),
    Column("phones", "电话",     _phones, width=18, css="nowrap"),
    Column("by",     "应确认",   attribute("confirm_by"), width=13, css="nowrap aside", sort=Order("confirm_by", nullable=True)),
    Column("on",     "确认日期", attribute("confirmed_on"), width=13, css="nowrap aside", sort=Order("confirmed_on", nullable=True)),
    Column("since",  "自",       attribute("since"), width=13, shown=False),
    Column("public", "公示",     lambda charge, asker: "是" if charge.public else "", width=8, shown=False),
)
FILTERS = (
    Under("area", "区域"),
    Choice("kind", "责任类型", lambda asker: [(key, kind.label) for key, kind in charge_kinds().items()], field="kind"),
    Choice("state", "状态", lambda asker: [("stale", "不可靠（全部）"), *Charge.Staleness.choices, ("waiting", "待确认"), ("sound", "已确认")], rule=_state_rule),
    Choice("level", "层级", lambda asker: [("TOWN", "镇(街道)"), ("VILLAGE", "村(社区)"), ("GRID", "网格")], field="area__level"),
    Choice("public", "公示", lambda asker: [("yes", "列入公示")], rule=lambda value, asker: Q(public=True)),
)
# fmt: on

LEDGER = Ledger(
    key="charges",
    title="责任清单",
    unit="条",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    sort="where",
    address="/charges/",
    href=lambda charge: f"/charges/{charge.pk}/",
    line=line,
    tabs=(
        Tab("全部"),
        Tab("不可靠的", "state=stale"),
        Tab("岗位空缺", "state=EMPTY"),
        Tab("责任人已离任", "state=LEFT"),
        Tab("逾期未确认", "state=UNCONFIRMED"),
        Tab("待确认", "state=waiting&sort=by"),
    ),
    deeds=(
        Deed("confirm", "批量确认", "people.confirm_charge", lambda a, r, p: _Nothing(p), _confirm,
             warning="表示已逐一核对姓名、电话和职责，名单仍然有效。"),
    ),
    empty="没有符合条件的责任。",
    begin="可以从 Excel 导入责任人名单。",
    import_kind="charge",
    links=(
        Link("责任空白", "/charges/gaps/", icon="user-question"),
        Link("公示名单", "/charges/public/", icon="speakerphone"),
        Link("落实责任", "/charges/new/", icon="plus", right="people.give_charge", strong=True),
    ),
)  # fmt: skip


def charges(asker: Asker) -> Ledger:
    """The ledger of charges."""
    return LEDGER
