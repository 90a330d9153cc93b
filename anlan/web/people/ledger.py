# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The address book (通讯录): persons with their posts, numbers masked."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString

from anlan.people import access
from anlan.people.models import Body, Person, Tenure
from anlan.people.rules.privacy import mask_phone

from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import EMPTY, Column, Value, attribute
from ..ledgers.filters import Choice, Under, Words, matching
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.paging import Order
from ..markup import put


def rows(asker: Asker) -> QuerySet[Any]:
    """Everybody this person may ring, with the posts they hold today."""
    held = Tenure.objects.valid_on(asker.day).select_related("post").order_by("deputy", "pk")
    seen = access.persons_visible_to(asker.scope).select_related("body__area__parent", "body__area")
    seen = seen.defer("body__area__outline", "body__area__parent__outline", "body__duties")
    return seen.prefetch_related(Prefetch("tenures", queryset=held, to_attr="held"))


def _posts(person: Person, asker: Asker) -> Value:
    return "、".join(
        f"{tenure.post}（副）" if tenure.deputy else str(tenure.post)
        for tenure in getattr(person, "held", [])
    )


def _phone(person: Person, asker: Asker) -> SafeString:
    """The masked number; a click asks for the whole of it, where one may."""
    if not person.phone:
        return EMPTY
    shown = mask_phone(person.phone)
    if not asker.scope.may_anywhere("people.reveal_phone"):
        return put('<span class="soft">{}</span>', shown)
    address = f"/people/{person.pk}/phone/"
    return put(
        '<a class="call" href="{0}" hx-get="{0}" hx-target="#drawer" title="查看完整号码（留痕）">{1}</a>',
        address,
        shown,
    )


def _where(person: Person, asker: Asker) -> Value:
    return cells.where(person.body, asker) if person.body else None


def _state(value: str, asker: Asker) -> Q:
    here = Q(left_on__isnull=True) | Q(left_on__gt=asker.day)
    if value == "left":
        return ~here
    held = Exists(Tenure.objects.valid_on(asker.day).filter(person=OuterRef("pk")))
    return {"here": here, "postless": here & ~Q(held), "phoneless": here & Q(phone="")}[value]


def line(person: Person, asker: Asker) -> str:
    """黄磊,泽国镇应急消防管理站,138****0008."""
    parts = [person.name, str(_posts(person, asker) or person.body or ""), mask_phone(person.phone)]
    return "，".join(part for part in parts if part)


# fmt: off
COLUMNS = (
    Column("name",   "姓名",     attribute("name"), under=lambda person, asker: person.remark, css="title", width=14, fixed=True, opens=True, sort=Order("name")),
    Column("posts",  "岗位",     _posts, width=40),
    Column("phone",  "电话",     lambda person, asker: mask_phone(person.phone), _phone, width=16, css="nowrap"),
    Column("body",   "单位",     attribute("body.name"), width=34, css="aside"),
    Column("where",  "区域",     _where, width=22, css="aside hide-phone"),
    Column("left",   "离任日期", attribute("left_on"), width=13, shown=False),
    Column("initials", "拼音首字母", attribute("initials"), width=12, shown=False, sort=Order("initials")),
)
FILTERS = (
    Words("q", "检索", matching, hint="姓名、拼音首字母、单位", least=1),
    Under("area", "区域", field="body__area_path"),
    Choice("kind", "单位类别", lambda asker: list(Body.Kind.choices), field="body__kind"),
    Choice("state", "在岗", lambda asker: [("here", "在岗"), ("postless", "没有岗位"), ("phoneless", "没有电话"), ("left", "已离任")], rule=_state, unset=Q(left_on__isnull=True)),
)
# fmt: on

LEDGER = Ledger(
    key="people",
    title="通讯录",
    unit="人",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    sort="initials",
    address="/people/",
    href=lambda person: f"/people/{person.pk}/",
    line=line,
    tabs=(
        Tab("全部"),
        Tab("应急部门", "kind=BUREAU"),
        Tab("镇街", "kind=TOWN"),
        Tab("村社", "kind=VILLAGE"),
        Tab("企业", "kind=ENTERPRISE"),
        Tab("没有电话的", "state=phoneless"),
    ),
    begin="人员由管理员登记，也可以从 Excel 导入。",
    import_kind="person",
    links=(Link("登记人员", "/people/new/", icon="plus", right="people.add_person"),),
)


def people(asker: Asker) -> Ledger:
    """The address book."""
    return LEDGER
