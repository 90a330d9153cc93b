"""What a kind of item is: one block of catalogues/item_kinds.yaml; all else follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from .fields import Field

Party = Literal["territorial", "industry", "enterprise"]
PARTIES: dict[str, str] = {
    "territorial": "属地责任单位",
    "industry": "行业主管单位",
    "enterprise": "企业主体",
}
GRADES: dict[str, str] = {"低": "LOW", "一般": "GENERAL", "较大": "LARGER", "重大": "MAJOR"}
SYSTEMS: dict[str, str] = {  # how people call a coordinate system → formats.coordinates
    "CGCS2000": "CGCS2000", "国家2000": "CGCS2000", "天地图": "CGCS2000",
    "WGS84": "WGS84", "WGS-84": "WGS84", "GPS": "WGS84",
    "GCJ-02": "GCJ-02", "GCJ02": "GCJ-02", "高德": "GCJ-02", "腾讯": "GCJ-02", "火星坐标": "GCJ-02",
    "BD-09": "BD-09", "BD09": "BD-09", "百度": "BD-09",
}  # fmt: skip
SHAPES = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "hexagon",
    "pentagon",
    "star",
    "shield",
    "drop",
)
COLOURS = (
    "blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green",
    "teal", "cyan", "gray",
)  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """One attribute of a kind, as the catalogue states it (属性项)."""

    key: str
    label: str
    type: Literal[
        "text", "number", "choice", "date", "yes_no", "phone", "credit_code", "area", "body"
    ] = "text"
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # other headings under which tables carry it
    help: str = ""
    sensitive: bool = False
    least: Decimal | None = None
    most: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.key.isidentifier() or not self.key.isascii():
            raise ValueError(f"属性名「{self.key}」应由英文小写字母、数字和下划线组成")
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"「{self.label}」:只有 type: choice 才写 choices,并且必须写")
        if self.type != "number" and (self.unit or self.least is not None or self.most is not None):
            raise ValueError(f"「{self.label}」:unit、least、most 只用于 type: number")

    def field(self) -> Field:
        return Field(
            key=self.key,
            label=self.label,
            type=self.type,
            unit=self.unit,
            required=self.required,
            choices={word: word for word in self.choices},
            synonyms=self.also,
            help=self.help,
            sensitive=self.sensitive,
            least=self.least,
            most=self.most,
        )


@dataclass(frozen=True)
class Mark:
    """How it stands on a map without colour: a shape and one character (图上标记)."""

    shape: str
    sign: str

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(f"形状「{self.shape}」不认识，可用：{'、'.join(SHAPES)}")
        if len(self.sign) != 1:
            raise ValueError(f"标记「{self.sign}」应为一个字")


@dataclass(frozen=True)
class ItemKind:
    """A kind of registered thing (底数类别): its form, list, map mark, freshness and parties."""

    key: str
    label: str
    group: str
    symbol: str  # name of a Tabler icon
    colour: str
    mark: Mark
    prefix: str  # of the codes given to items that bring none
    sector: str = ""  # key of sectors.yaml where an item states none of its own
    attributes: tuple[Attribute, ...] = ()
    graded: bool = False  # carries a risk grade 低/一般/较大/重大
    freshness_days: int | None = None  # must be looked at again after so many days
    freshness_days_by_grade: Mapping[str, int] = field(default_factory=dict)
    parties: tuple[Party, ...] = ("territorial",)  # who must be named for it
    columns: tuple[str, ...] = ()  # of its list, besides code, name and area
    stocked: bool = False  # holds materials that come and go
    reportable: bool = False  # may be reported from outside the register, then reviewed
    review_days: int = 3  # within which such a report is looked at
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.prefix.isascii() and self.prefix.isalpha() and self.prefix.isupper()):
            raise ValueError(f"编码前缀「{self.prefix}」应为大写字母")
        if self.colour not in COLOURS:
            raise ValueError(f"颜色「{self.colour}」不认识，可用：{'、'.join(COLOURS)}")
        if self.freshness_days is not None and self.freshness_days < 1:
            raise ValueError("freshness_days 至少是 1")
        unknown = set(self.freshness_days_by_grade) - set(GRADES.values())
        if unknown:
            raise ValueError(f"风险等级「{'、'.join(sorted(unknown))}」不认识")
        self._names_once()
        self._columns_known()

    def _names_once(self) -> None:
        names = [each.key for each in self.attributes] + [each.key for each in self.built_in()]
        labels = [each.label for each in self.attributes] + [each.label for each in self.built_in()]
        for name in (*names, *labels):
            if names.count(name) + labels.count(name) > 1:
                raise ValueError(f"「{name}」重复出现，或与固定项目同名")

    def _columns_known(self) -> None:
        known = {each.key for each in self.fields()} | {"stale_on"}
        for name in self.columns:
            if name not in known:
                raise ValueError(f"列「{name}」不是本类别的项目，可用：{'、'.join(sorted(known))}")

    def built_in(self) -> tuple[Field, ...]:
        """What every item has, whatever its kind."""
        parties = (
            Field(key, PARTIES[key], "body", synonyms=_PARTY_SYNONYMS[key]) for key in PARTIES
        )
        grade = (
            Field("grade", "风险等级", "choice", choices=GRADES, synonyms=("等级", "风险分级")),
        )
        return (*_BEFORE, *(grade if self.graded else ()), *parties, *_AFTER)

    def attribute_fields(self) -> tuple[Field, ...]:
        return tuple(each.field() for each in self.attributes)

    def fields(self) -> tuple[Field, ...]:
        """Its form, and the columns of its table in this order: built-in ones, then attributes."""
        return (*self.built_in(), *self.attribute_fields())

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """The keys of its attributes: what an item keeps in `attributes`."""
        return frozenset(each.key for each in self.attributes)

    @property
    def sensitive(self) -> frozenset[str]:
        """Attributes that are masked unless revealed by right."""
        return frozenset(each.key for each in self.attributes if each.sensitive)


_PARTY_SYNONYMS: dict[str, tuple[str, ...]] = {
    "territorial": ("属地", "属地单位", "属地镇街", "属地责任"),
    "industry": ("行业主管", "主管部门", "行业主管部门", "行业监管部门"),
    "enterprise": ("企业", "企业名称", "单位名称", "所属企业", "产权单位", "责任主体"),
}
_DEGREES = "经纬度用十进制度数，如 121.3712"
_BEFORE = (
    Field("code", "编号", longest=40, synonyms=("编码", "代码", "统一编码"),
          help="留空由系统编号"),
    Field("name", "名称", required=True, longest=120, synonyms=("点位名称", "对象名称")),
    Field("area", "所在区域", "area", required=True,
          synonyms=("区域", "镇街", "镇(街道)", "村社", "村(社区)", "所属网格", "所属镇街",
                    "行政区划"),
          help="填区划代码，或“镇+村”名称"),
    Field("address", "详细地址", longest=160, synonyms=("地址", "位置", "坐落")),
    Field("lon", "经度", "number", least=Decimal(-180), most=Decimal(180), help=_DEGREES,
          synonyms=("东经", "lng", "lon", "longitude")),
    Field("lat", "纬度", "number", least=Decimal(-90), most=Decimal(90), help=_DEGREES,
          synonyms=("北纬", "lat", "latitude")),
    Field("position_source", "坐标系", "choice", choices=SYSTEMS, synonyms=("坐标系统",),
          help="留空按国家2000/WGS84"),
    Field("sector", "行业领域", "choice", synonyms=("行业", "领域", "所属行业")),
)  # fmt: skip
_AFTER = (
    Field("keeper", "责任岗位", "post", synonyms=("责任人岗位", "管理岗位")),
    Field("confirmed_on", "核实日期", "date", synonyms=("最近核实日期", "更新日期")),
    Field("origin", "来源编号", longest=80, synonyms=("原系统编号", "来源系统编号"),
          help="原系统里的编号，再次导入时用来认出同一条"),
)  # fmt: skip
