"""The catalogues of warning: what of, by whom, in which steps (预警目录)."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from anlan.formats.cap import Category
from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.models import Body

from ..rules import durations

Colour = Literal["RED", "ORANGE", "YELLOW", "BLUE", "WHITE"]
COLOURS = {"RED": "红色", "ORANGE": "橙色", "YELLOW": "黄色", "BLUE": "蓝色", "WHITE": "白色"}
AT_ONCE = ("RED", "ORANGE")
NEAR = 6 * durations.HOUR


@dataclass(frozen=True)
class Issuer:
    """Who issues warnings (发布单位); an entry of catalogues/warning_issuers.yaml."""

    key: str
    label: str
    bodies: tuple[str, ...]
    scale: tuple[Colour, ...] = ("RED", "ORANGE", "YELLOW", "BLUE")
    trade: str = "000"
    unit: str = "000"
    clause: str = ""

    def __post_init__(self) -> None:
        if len(self.trade) != 3 or not self.trade.isdigit():
            raise ValueError("机构行业编码（trade）是 3 位数字")
        if len(self.unit) != 3 or not self.unit.isalnum():
            raise ValueError("单位内部编码（unit）是 3 位字母或数字")

    def is_of(self, body: Body) -> bool:
        return body.name.endswith(self.bodies)


@dataclass(frozen=True)
class WarnedOf:
    """A hazard that may be warned of (预警灾种); an entry of catalogues/warning_hazards.yaml."""

    key: str
    label: str
    category: Category
    issuers: tuple[str, ...]
    callup: str = ""
    measures: str = ""
    beforehand: str = ""

    def measures_for(self, step: "Step | None", colour: str) -> str:
        """What people are to do (防御指南): the step says whether now, without one the colour."""
        now = step.is_near if step else colour in AT_ONCE
        return self.measures if now else self.beforehand or self.measures


@dataclass(frozen=True)
class Step:
    """A step of the progressive mechanism (递进式); an entry of catalogues/warning_steps.yaml."""

    key: str
    label: str
    ahead: str
    products: str = ""
    actions: str = ""

    def __post_init__(self) -> None:
        durations.microseconds(self.ahead)

    @property
    def is_near(self) -> bool:
        """Whether it is there, or so near that people move now."""
        return durations.microseconds(self.ahead) <= NEAR


@dataclass(frozen=True)
class FeedEntry:
    """A feed that is polled (预警来源); an entry of catalogues/cap_feeds.yaml."""

    key: str
    label: str
    url: str
    minutes: int = 5
    signed: bool = False  # only messages whose signature is trusted
    active: bool = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme == "file" and parts.path:
            return
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(
                f"「{self.key}」的 url 写法不对：{self.url}",
                mend="写 https:// 或 http:// 开头的完整网址，或 file:// 开头的文件夹",
            )
        if self.minutes < 1:
            raise Invalid(f"「{self.key}」的 minutes 至少为 1", mend="每隔几分钟取一次，如 5")


def issuers() -> dict[str, Issuer]:
    return catalogues.load("warning_issuers", Issuer)


def warned_of() -> dict[str, WarnedOf]:
    """All hazards that may be warned of, in the order of the catalogue."""
    return catalogues.load("warning_hazards", WarnedOf)


def steps() -> dict[str, Step]:
    return catalogues.load("warning_steps", Step)


def feeds() -> dict[str, FeedEntry]:
    return catalogues.load("cap_feeds", FeedEntry)


def hazard_warned(key: str) -> WarnedOf:
    known = warned_of()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"预警灾种目录里没有“{key}”", mend=mend, field="hazard")
    return known[key]


def lawful_issuer(hazard: str, body: Body) -> Issuer:
    """The issuer that this body is for the hazard; NotAllowed with the clause where it is none."""
    warned, known = hazard_warned(hazard), issuers()
    able = [known[key] for key in warned.issuers if key in known]
    for issuer in able:
        if issuer.is_of(body):
            return issuer
    names = "、".join(issuer.label for issuer in able) or "（目录未写）"
    clause = able[0].clause if able else ""
    raise NotAllowed(
        f"{body.name}不能发布{warned.label}预警，应由{names}发布。{clause}",
        mend="可在本系统转发已收到的预警、组织叫应，或发布本单位职责内的灾种",
    )
