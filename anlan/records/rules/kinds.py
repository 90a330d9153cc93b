# ruff: noqa: E501 (the table of built-in fields is wide so that it can be read)
"""What a kind of record is: one block of catalogues/record_kinds.yaml; all else follows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from anlan.registry.rules import Attribute, Field

Need = Literal[
    "title", "place", "where", "position", "end", "bodies", "people", "leader", "item", "evidence"
]
NEEDS: dict[str, str] = {
    "title": "名称",
    "place": "地点",
    "where": "地点或受检单位",
    "position": "定位",
    "end": "结束时间",
    "bodies": "受检（参加）单位",
    "people": "参加人员",
    "leader": "带队领导",
    "item": "到访对象",
    "evidence": "照片或材料",
}
Same = Literal["visit", "event"]  # what makes two records one: the one visited, or the hour


@dataclass(frozen=True)
class Count:
    """One number that a record of the kind carries, with its unit (计数项): 处, 份, 人次."""

    key: str
    label: str
    unit: str
    required: bool = False
    whole: bool = True
    also: tuple[str, ...] = ()
    help: str = ""

    def __post_init__(self) -> None:
        if not (self.key.isidentifier() and self.key.isascii()):
            raise ValueError(f"计数项名「{self.key}」应由英文小写字母、数字和下划线组成")
        if self.unit in ("家", "家次"):
            raise ValueError(f"「{self.label}」：家和家次由受检单位名单算出，不能填报")

    def field(self) -> Field:
        return Field(
            key=self.key,
            label=self.label,
            type="number",
            unit=self.unit,
            required=self.required,
            synonyms=self.also,
            help=self.help,
            least=Decimal(0),
            most=Decimal(100_000_000),
        )


@dataclass(frozen=True)
class RecordKind:
    """A kind of thing that is done once (台账种类): its form, list, import, export and page."""

    key: str
    label: str
    group: str
    symbol: str  # name of a Tabler icon
    prefix: str  # of its numbers
    needs: tuple[Need, ...] = ()
    takes: tuple[Need, ...] = ()  # may be given besides
    bodies_label: str = "受检单位"
    people_label: str = "参加人员"
    sector: str = ""  # key of sectors.yaml where a record states none
    item_kinds: tuple[str, ...] = ()  # which registered things it visits; empty for any
    counts: tuple[Count, ...] = ()
    tally: str = ""  # key of the count that findings fill by themselves
    details: tuple[Attribute, ...] = ()
    checklists: tuple[str, ...] = ()  # keys of checklists.yaml that it may be done by
    opens: str = ""  # kind of matter that its findings open; empty: it finds nothing
    source: str = ""  # 来源 of those matters
    same: Same = "visit"
    late_days: int = 7  # afterwards it is entered only with a reason (补录)
    entered_by: tuple[str, ...] = ()  # roles; empty for everyone who may keep records
    unannounced: bool = False  # 暗访: hidden from the visited and their superiors until released
    phone: bool = False  # offered on the phone
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.prefix.isascii() and self.prefix.isalpha() and self.prefix.isupper()):
            raise ValueError(f"编号前缀「{self.prefix}」应为大写字母")
        if self.late_days < 0:
            raise ValueError("late_days 不能为负")
        if bool(self.opens) != bool(self.source):
            raise ValueError("能转事项的种类要同时写 opens（事项种类）和 source（来源）")
        if self.checklists and not self.opens:
            raise ValueError("有检查表的种类要写 opens：答“否”的一项要能转为事项")
        if self.tally and self.tally not in {each.key for each in self.counts}:
            raise ValueError(f"tally「{self.tally}」不是本种类的计数项")
        if self.same == "visit" and not {"bodies", "item"} & self.asks:
            raise ValueError("既无受检单位也无到访对象的种类，请写 same: event")
        names = [each.key for each in self.fields()] + [each.label for each in self.fields()]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"「{'、'.join(sorted(twice))}」重复出现，或与固定项目同名")

    @cached_property
    def asks(self) -> frozenset[str]:
        """Everything of NEEDS that its form shows."""
        return frozenset((*self.needs, *self.takes))

    @cached_property
    def count_keys(self) -> frozenset[str]:
        return frozenset(each.key for each in self.counts)

    @cached_property
    def detail_keys(self) -> frozenset[str]:
        return frozenset(each.key for each in self.details)

    def count_fields(self) -> tuple[Field, ...]:
        return tuple(each.field() for each in self.counts)

    def detail_fields(self) -> tuple[Field, ...]:
        return tuple(each.field() for each in self.details)

    def fields(self) -> tuple[Field, ...]:
        """Its form, and the columns of its table in this order."""
        return (*self._built_in(), *self.count_fields(), *self.detail_fields())

    def _built_in(self) -> tuple[Field, ...]:
        asked, needed = self.asks, set(self.needs)
        words = {"bodies": self.bodies_label, "people": self.people_label}
        found = []
        for need, each in _BUILT_IN:
            if need and need not in asked:
                continue
            # People may be named or only counted: the record is judged, not the cell.
            required = each.required or (need in needed and need not in ("people", "evidence"))
            label = words.get(each.key, each.label)
            synonyms = tuple(word for word in each.synonyms if word != label)
            found.append(
                Field(each.key, label, each.type, required=required, synonyms=synonyms,
                      help=each.help, longest=each.longest, lines=each.lines,
                      least=each.least, most=each.most)
            )  # fmt: skip
        return tuple(found)


def form_of(
    kind: RecordKind, sectors: Mapping[str, str], leave: Collection[str] = ()
) -> tuple[Field, ...]:
    """The fields of the kind's form and table; `sectors` is word → key."""
    found = []
    for each in kind.fields():
        if each.key in leave:
            continue
        if each.key == "sector":
            each = Field(
                each.key, each.label, each.type, synonyms=each.synonyms, choices=dict(sectors)
            )
        found.append(each)
    return tuple(found)


MANY = "多个用顿号或换行隔开"
# fmt: off
_BUILT_IN: tuple[tuple[str, Field], ...] = (
    ("",         Field("started_at", "开始时间", "moment", required=True,
                       synonyms=("时间", "日期", "检查时间", "检查日期", "开展时间", "活动时间"))),
    ("end",      Field("ended_at", "结束时间", "moment")),
    ("title",    Field("title", "名称", longest=120, synonyms=("主题", "活动名称", "标题", "内容"))),
    ("",         Field("area", "所在区域", "area", required=True, help="填区划代码，或“镇+村”名称",
                       synonyms=("区域", "镇街", "镇(街道)", "村社", "村(社区)", "所属网格", "所属镇街"))),
    ("place",    Field("place", "地点", longest=160, synonyms=("地址", "位置", "具体位置"))),
    ("",         Field("organiser", "组织单位", "body", help="留空为录入人所在单位",
                       synonyms=("检查单位", "主办单位", "牵头单位", "实施单位"))),
    ("bodies",   Field("bodies", "受检单位", longest=20_000, lines=True, help=MANY,
                       synonyms=("受检单位", "企业", "企业名称", "单位名称", "参加单位", "被查单位"))),
    ("item",     Field("item", "到访对象", "item", synonyms=("对象", "对象编号", "点位"))),
    ("leader",   Field("leader", "带队领导", "person", synonyms=("带队人", "领导", "负责人"))),
    ("people",   Field("people", "参加人员", longest=20_000, lines=True, help=MANY,
                       synonyms=("参加人员", "检查人员", "人员", "参检人员"))),
    ("people",   Field("person_times", "参加人次", "number", help="留空按参加人员名单计",
                       least=Decimal(0), most=Decimal(1_000_000), synonyms=("人次", "出动人次", "检查人次"))),
    ("",         Field("sector", "行业领域", "choice", synonyms=("行业", "领域"))),
    ("",         Field("topic", "专项或主题", longest=60, help="如 春节后复工复产",
                       synonyms=("专项", "专项行动", "主题活动"))),
    ("position", Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180))),
    ("position", Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90))),
    ("",         Field("words", "情况说明", longest=5000, lines=True, synonyms=("情况", "备注", "说明"))),
    ("",         Field("origin", "来源编号", longest=80, help="原系统里的编号，再次导入时用来认出同一条",
                       synonyms=("原系统编号",))),
)
# fmt: on
