"""Areas, grids, bodies, persons and charges by table, each row through its own action."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from anlan.kernel.errors import Invalid
from anlan.kernel.refs import Ref
from anlan.people import actions
from anlan.people.models import Area, Body, Charge, Person, Tenure, charge_kinds
from anlan.people.rules import codes
from anlan.people.rules.facts import AreaFacts, BodyFacts, ChargeFacts, PersonFacts
from anlan.registry.models import sector_words
from anlan.registry.rules import Field, Problem, check_position

from .context import ADDED, CHANGED, UNCHANGED, Context, Row, needs_somebody, one_by_one
from .outcome import Stored

BETWEEN = ("、", "，", ",", ";", "；", "/")
ORIGIN = Field("origin", "来源编号", longest=80, synonyms=("原系统编号",))
# fmt: off
PERSON = (
    Field("name", "姓名", required=True, longest=40, synonyms=("人员姓名", "责任人")),
    Field("phone", "手机号", "phone", sensitive=True, synonyms=("电话", "联系电话", "手机")),
    Field("body", "单位", "body", synonyms=("所在单位", "工作单位", "单位名称")),
    Field("post", "岗位", "post", synonyms=("任职岗位",), help="填“单位/岗位”，导入后即任职"),
    Field("since", "任职日期", "date", synonyms=("到岗日期",)),
    Field("remark", "备注", longest=60, synonyms=("区分说明",), help="同单位同名人员必须填写"),
    ORIGIN,
)
BODY = (
    Field("name", "单位名称", required=True, longest=100, synonyms=("名称", "企业名称")),
    Field("kind", "单位类型", "choice", required=True, synonyms=("类型", "性质"),
          choices={label: value for value, label in Body.Kind.choices}),
    Field("area", "所在区域", "area", required=True, synonyms=("区域", "镇街", "镇(街道)", "村社")),
    Field("credit_code", "统一社会信用代码", "credit_code", synonyms=("信用代码", "社会信用代码")),
    Field("short_name", "简称", longest=40),
    Field("sectors", "行业领域", synonyms=("行业", "领域", "主管领域"), help="多个用顿号隔开"),
    Field("address", "地址", longest=160, synonyms=("详细地址", "注册地址", "经营地址")),
    Field("phone", "电话", "phone", synonyms=("联系电话", "值班电话")),
    Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180)),
    Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90)),
    ORIGIN,
)
AREA = (
    Field("code", "区划代码", required=True, longest=20, synonyms=("代码", "编码", "统计代码")),
    Field("name", "名称", required=True, longest=60, synonyms=("区域名称", "镇街名称", "村社名称")),
    Field("since", "设立日期", "date", synonyms=("生效日期",)),
    Field("administrative", "建制区域", "yes_no", help="统计上的功能区填“否”"),
    Field("remark", "备注", longest=200),
)
GRID = (
    Field("code", "网格代码", required=True, longest=20, synonyms=("代码", "编码")),
    Field("name", "网格名称", required=True, longest=60, synonyms=("名称",)),
    Field("grid_kind", "网格类型", "choice", required=True, synonyms=("类型",),
          choices={label: value for value, label in Area.GridKind.choices}),
    Field("since", "划定日期", "date"),
    Field("remark", "备注", longest=200),
)
CHARGE = (
    Field("kind", "责任类型", "choice", required=True, synonyms=("类型", "责任种类")),
    Field("area", "责任区域", "area", required=True, synonyms=("区域", "所在区域", "网格")),
    Field("person", "责任人", "person", synonyms=("姓名",), help="同名的写“单位/姓名”或手机号"),
    Field("post", "责任岗位", "post", synonyms=("岗位",)),
    Field("item", "责任对象", "item", synonyms=("对象", "对象编号"), help="底数的编号或名称"),
    Field("duty", "职责", longest=500, synonyms=("工作职责",)),
    Field("since", "开始日期", "date", synonyms=("起始日期",)),
    Field("until", "结束日期", "date", synonyms=("截止日期",)),
    ORIGIN,
)
# fmt: on


class Listed:
    """What the importers of this module share: they know what stands there already."""

    fields: tuple[Field, ...] = ()
    key = label = sector = ""

    def identity(self, values: Row) -> Hashable:
        """The code, where it has one."""
        return values.get("code")

    def judge(self, values: Row) -> None:
        """Raise Problem for half a position."""
        check_position(values.get("lon"), values.get("lat"))


class Persons(Listed):
    """Imports persons (人员), and puts them on their posts."""

    key, label, fields = "person", "人员", PERSON

    def identity(self, values: Row) -> Hashable:
        body = values.get("body")
        return values.get("origin") or (
            values["name"], body.pk if body else None, values.get("remark", "")
        )  # fmt: skip

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by, at = needs_somebody(context), context.at
        known: defaultdict[Hashable, list[Person]] = defaultdict(list)
        for person in Person.objects.filter(name__in={row["name"] for row in rows}):
            known[person.name, person.body_id, person.remark].append(person)
            known[person.origin].append(person)
        held = set(Tenure.objects.valid_on(context.day).values_list("person", "post"))

        def take(row: Row) -> str:
            facts = PersonFacts(
                name=row["name"], phone=row.get("phone", ""), remark=row.get("remark", ""),
                origin=row.get("origin", ""),
            )  # fmt: skip
            body, post = row.get("body"), row.get("post")
            there = known[self.identity(row)]
            outcome = UNCHANGED
            if not there:
                person = actions.add_person(facts, body=body, by=by, at=at)
                outcome = ADDED
            else:
                person = there[0]
                if facts.phone and facts.phone != person.phone:
                    actions.change_person(person, facts, body=person.body, by=by, at=at)
                    outcome = CHANGED
            if post and (person.pk, post.pk) not in held:
                since = row.get("since") or context.day
                actions.appoint(person, post=post, since=since, by=by, at=at)
                outcome = outcome if outcome == ADDED else CHANGED
            return outcome

        return one_by_one(rows, take)


class Bodies(Listed):
    """Imports bodies (单位)."""

    key, label, fields = "body", "单位", BODY

    def identity(self, values: Row) -> Hashable:
        return (
            values.get("origin") or values.get("credit_code") or (values["name"], values["area"].pk)
        )

    def judge(self, values: Row) -> None:
        super().judge(values)
        _sectors(values.get("sectors", ""))

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by, at = needs_somebody(context), context.at
        known: dict[Hashable, Body] = {}
        for body in Body.objects.valid_on(context.day):
            known |= {body.origin: body, body.credit_code: body}
            known[body.name, body.area_id] = body
        known.pop("", None)

        def take(row: Row) -> str:
            there = known.get(self.identity(row)) or known.get((row["name"], row["area"].pk))
            given = {key: value for key, value in row.items() if key != "area"}
            if "sectors" in given:
                given["sectors"] = _sectors(given["sectors"])
            if there is None:
                actions.register_body(BodyFacts(**given), area=row["area"], by=by, at=at)
                return ADDED
            facts = {key: getattr(there, key) for key in _BODY_KEPT} | given
            facts["sectors"] = tuple(facts["sectors"])
            if there.area_id == row["area"].pk and all(
                _same(getattr(there, key), value) for key, value in given.items()
            ):
                return UNCHANGED
            actions.change_body(
                there, BodyFacts(**facts), area=row["area"], parent=there.parent, by=by, at=at
            )
            return CHANGED

        return one_by_one(rows, take)


_BODY_KEPT = tuple(BodyFacts.__dataclass_fields__)


def _same(before: Any, after: Any) -> bool:
    return bool(tuple(before) == after if isinstance(after, tuple) else before == after)


def _sectors(words: str) -> tuple[str, ...]:
    known = sector_words()
    for sign in BETWEEN[1:]:
        words = words.replace(sign, BETWEEN[0])
    found = []
    for word in filter(None, (part.strip() for part in words.split(BETWEEN[0]))):
        if word not in known:
            raise Problem(f"没有“{word}”这一领域", "请填重点领域的名称", field="sectors")
        found.append(known[word])
    return tuple(dict.fromkeys(found))


class Areas(Listed):
    """Imports towns and villages (区域): new ones are set up, others renamed."""

    key, label, fields = "area", "区域", AREA

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by, at = needs_somebody(context), context.at

        def take(row: Row) -> str:
            there = _standing(row["code"], context)
            since = row.get("since") or context.day
            if there is None:
                actions.add_area(_facts(row, since), parent=_parent(row, context), by=by, at=at)
                return ADDED
            if there.name == row["name"]:
                return UNCHANGED
            actions.rename_area(there, name=row["name"], since=context.day, by=by, at=at)
            return CHANGED

        return one_by_one(rows, take)


class Grids(Listed):
    """Imports grids (网格) below their villages or towns."""

    key, label, fields = "grid", "网格", GRID

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by, at = needs_somebody(context), context.at

        def take(row: Row) -> str:
            there = _standing(row["code"], context)
            if there is None:
                actions.add_grid(
                    _facts(row, row.get("since") or context.day),
                    parent=_parent(row, context), grid_kind=row["grid_kind"], by=by, at=at,
                )  # fmt: skip
                return ADDED
            if there.name == row["name"]:
                return UNCHANGED
            actions.rename_area(there, name=row["name"], since=context.day, by=by, at=at)
            return CHANGED

        return one_by_one(rows, take)


def _facts(row: Row, since: Any) -> AreaFacts:
    return AreaFacts(
        code=codes.full(row["code"]),
        name=row["name"],
        since=since,
        administrative=row.get("administrative", True),
        remark=row.get("remark", ""),
    )


def _standing(code: str, context: Context) -> Area | None:
    return Area.objects.valid_on(context.day).filter(code=codes.full(code)).first()


def _parent(row: Row, context: Context) -> Area:
    """The area that the code itself says it lies in; it may have come a row earlier."""
    try:
        above = codes.parent_of(codes.full(row["code"]))
    except ValueError as error:
        raise Invalid(str(error), mend="请核对代码的位数", field="code") from error
    parent = Area.objects.valid_on(context.day).filter(code=above).first()
    if parent is None:
        mend = "请先导入上级区域，或把它排在前面的行"
        raise Invalid(f"上级区域 {above} 不存在", mend=mend, field="code")
    return parent


class Charges(Listed):
    """Imports who answers for what (责任)."""

    key, label = "charge", "责任"

    def __init__(self) -> None:
        words = {kind.label: key for key, kind in charge_kinds().items()}
        first, *others = CHARGE
        self.fields = (Field(**{**vars(first), "choices": words}), *others)

    def identity(self, values: Row) -> Hashable:
        holder, item = _holder(values), values.get("item")
        return (
            values["kind"], values["area"].pk, item.pk if item else None,
            type(holder).__name__, holder.pk if holder else None,
        )  # fmt: skip

    def judge(self, values: Row) -> None:
        if not _holder(values):
            raise Problem("责任人和责任岗位都没有填", "请填写其中一个", field="person")

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by, at = needs_somebody(context), context.at
        kinds = {row["kind"] for row in rows}
        held = {
            (c.kind, c.area_id, c.target_id, "Person" if c.person_id else "Post",
             c.person_id or c.post_id)
            for c in Charge.objects.valid_on(context.day).filter(kind__in=kinds)
        }  # fmt: skip

        def take(row: Row) -> str:
            if self.identity(row) in held:
                return UNCHANGED
            facts = ChargeFacts(
                kind=row["kind"], since=row.get("since") or context.day, until=row.get("until"),
                duty=row.get("duty", ""), origin=row.get("origin", ""),
            )  # fmt: skip
            target = Ref.of(row["item"]) if row.get("item") else None
            holder = _holder(row)
            actions.give_charge(facts, area=row["area"], holder=holder, target=target, by=by, at=at)
            return ADDED

        return one_by_one(rows, take)


def _holder(values: Mapping[str, Any]) -> Any:
    return values.get("person") or values.get("post")
