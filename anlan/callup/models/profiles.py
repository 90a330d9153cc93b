"""The catalogues of this room: profiles, who is called for what, what is said, what is asked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import charge_kinds
from anlan.registry.rules import ItemKind

from .. import rules

Colour = Literal["BLUE", "YELLOW", "ORANGE", "RED"]
COLOURS = {"BLUE": "蓝色", "YELLOW": "黄色", "ORANGE": "橙色", "RED": "红色"}
LIKE_LINK = "https://xx.gov.cn/a/0123456789abcdef"  # a link as long as they usually are


@dataclass(frozen=True)
class Hazard:
    """Who is called for a hazard (叫应对象); an entry of catalogues/callup_audience.yaml."""

    key: str
    label: str
    kinds: tuple[str, ...] = ()
    door: tuple[str, ...] = ()
    colours: dict[Colour, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known, added = charge_kinds(), [k for more in self.colours.values() for k in more]
        every = [*self.door, *self.kinds, *added]
        if not every:
            raise ValueError("没有写叫应哪些责任人（kinds）")
        for kind in every:
            if kind not in known:
                words = f"责任类型目录 charge_kinds.yaml 里没有「{kind}」"
                raise Invalid(words, mend=catalogues.nearest(kind, known))
        if len(set(every)) != len(every):
            twice = next(kind for kind in every if every.count(kind) > 1)
            raise ValueError(f"「{twice}」写了两次，请只留一处")

    def called_for(self, colour: str) -> dict[str, bool]:
        """Kinds of charges → whether they stand at the door; each colour adds to those below."""
        if colour and self.colours and colour not in self.colours:
            known = "、".join(COLOURS[each] for each in self.colours)
            words = f"“{self.label}”没有{COLOURS.get(colour, colour)}预警"
            raise Invalid(words, mend=f"可以用的有：{known}", field="colour")
        found = dict.fromkeys(self.door, True) | dict.fromkeys(self.kinds, False)
        for each in COLOURS:
            found |= dict.fromkeys(self.colours.get(each, ()), False)  # type: ignore[call-overload]
            if each == colour:
                break
        return found


@dataclass(frozen=True)
class Question:
    """One of the six questions (六问); an entry of catalogues/six_questions.yaml."""

    key: str
    text: str
    most: int = 1
    hint: str = ""
    example: bool = False

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError("满分（most）至少 1 分")


@dataclass(frozen=True)
class CheckRule:
    """How a kind of spot check goes (抽查规则); an entry of catalogues/callup_checks.yaml."""

    key: str
    label: str
    of: Literal["people", "devices"]
    items: tuple[str, ...] = ()
    questions: bool = False
    pass_percent: int = 100
    due_days: int = 7

    def __post_init__(self) -> None:
        known = catalogues.load("item_kinds", ItemKind)
        if (self.of == "devices") != bool(self.items):
            raise ValueError("查设备的要写类别（items），查责任人的不写")
        for kind in self.items:
            if kind not in known:
                words = f"对象类别目录 item_kinds.yaml 里没有「{kind}」"
                raise Invalid(words, mend=catalogues.nearest(kind, known))
        if not 0 < self.pass_percent <= 100 or self.due_days < 1:
            raise ValueError("合格线应为 1 到 100，天数至少 1 天")


def profiles() -> dict[str, rules.Profile]:
    """All profiles (叫应方案), in the order of the catalogue."""
    return catalogues.load("callup", rules.Profile)


def profile_named(key: str) -> rules.Profile:
    """One profile that can be used; Invalid for an unknown one, NotAllowed for a mere name."""
    known = profiles()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有叫应方案“{key}”", mend=mend, field="profile")
    profile = known[key]
    if not profile.filled:
        raise NotAllowed(
            f"叫应方案{profile.label}的步骤还没有填写，不能使用",
            mend=f"请在 {catalogues.path_of('callup').name} 的「{key}」下填写 steps 和三个时限",
        )
    return profile


def hazards() -> dict[str, Hazard]:
    """All hazards one may call up for (灾害), in the order of the catalogue."""
    return catalogues.load("callup_audience", Hazard)


def hazard_named(key: str) -> Hazard:
    known = hazards()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"叫应对象目录里没有“{key}”", mend=mend, field="hazard")
    return known[key]


def wording_for(hazard: str, channel: str) -> str:
    """The text of a hazard over a channel, or the one that serves for all."""
    known = catalogues.load("callup_wording", rules.Wording)
    for key in (hazard, "default"):
        if key in known and known[key].of(channel):
            return known[key].of(channel)
    raise Invalid(
        f"没有“{hazard}”在{channel}通道的用语",
        mend="请在 callup_wording.yaml 的「default」下补上",
    )


def check_rule(kind: str) -> CheckRule:
    known = catalogues.load("callup_checks", CheckRule)
    if kind not in known:
        raise Invalid(f"没有“{kind}”这种抽查", mend=catalogues.nearest(kind, known), field="kind")
    return known[kind]


def questions() -> list[Question]:
    """The questions of a spot check (六问), in the order of the catalogue."""
    return list(catalogues.load("six_questions", Question).values())


def approved_beforehand(profile: rules.Profile, *, at: datetime) -> str:
    """The standing approval that covers this instant, in words; empty where there is none."""
    given = profile.standing_approval
    return str(given) if given and given.covers(at.astimezone(LOCAL).date()) else ""
