"""Decisions about charges: which kind fits where, which chain it stands in (责任)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

SEASON = timedelta(days=45)  # how long before its day a yearly round of confirmation opens
AreaLevel = Literal["CITY", "DISTRICT", "TOWN", "VILLAGE", "GRID"]
GridKind = Literal["GENERAL", "FLOOD", "RISK"]
HolderKind = Literal["post", "person", "either"]
_LEVEL_WORDS = {
    "CITY": "地级市",
    "DISTRICT": "县（市、区）",
    "TOWN": "镇（街道）",
    "VILLAGE": "村（社区）",
    "GRID": "网格",
}


@dataclass(frozen=True)
class ChargeKind:
    """One way to answer for something (责任类型); an entry of catalogues/charge_kinds.yaml.

    `levels`: where such a charge stands. `required`: each real area of these levels must have one.
    `items`: it is for a thing of one of these item kinds, and those must have it. `above`: the kind
    next up the chain. `confirm_by`: month and day by which the holders are confirmed each year.
    """

    key: str
    label: str
    levels: tuple[AreaLevel, ...]
    grid: GridKind | None = None
    required: bool = False
    items: tuple[str, ...] = ()
    above: str = ""
    holder: HolderKind = "either"
    single: bool = False
    confirm_by: str = ""
    public: bool = False
    duty: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("没有写可用于哪一级区域（levels）")
        if self.grid and "GRID" not in self.levels:
            raise ValueError("写了网格类型（grid），但 levels 里没有 GRID")
        if self.required and self.items:
            raise ValueError("每个区域都要有（required）和每个对象都要有（items）只能写一个")
        if self.confirm_by:
            confirm_day(self.confirm_by, year=2001)


def confirm_day(month_day: str, *, year: int) -> date:
    """The day of a year that “04-15” means."""
    try:
        return date.fromisoformat(f"{year}-{month_day}")
    except ValueError:
        raise ValueError(f"“{month_day}”不是“月-日”，如 04-15") from None


def next_confirm_day(month_day: str, *, today: date) -> date:
    """The next day on which the holders of a kind must have been confirmed, today included."""
    this_year = confirm_day(month_day, year=today.year)
    return this_year if this_year >= today else confirm_day(month_day, year=today.year + 1)


def season_opens(confirm_by: date) -> date:
    """The first day of the season in which a yearly round of confirmation is under way."""
    return confirm_by - SEASON


def misfit(kind: ChargeKind, *, level: str, grid: str) -> str:
    """Why a charge of this kind cannot stand at such an area; empty when it can."""
    if level not in kind.levels:
        where = "、".join(_LEVEL_WORDS[each] for each in kind.levels)
        return f"“{kind.label}”只用于{where}，不能用于{_LEVEL_WORDS.get(level, level)}"
    if kind.grid and level == "GRID" and grid != kind.grid:
        return f"“{kind.label}”不用于这一类网格"
    return ""


def chain_faults(kinds: Mapping[str, ChargeKind]) -> list[str]:
    """Kinds whose chain leads nowhere or in a circle, each as a sentence."""
    faults = []
    for kind in kinds.values():
        seen, above = {kind.key}, kind.above
        while above:
            if above not in kinds:
                faults.append(f"{kind.key} 的上一级 {above} 不在目录里")
                break
            if above in seen:
                faults.append(f"{kind.key} 的上级链绕成了圈")
                break
            seen.add(above)
            above = kinds[above].above
    return faults


def overlaps(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two spans share a day; `until` is the first day that no longer counts."""
    return (until is None or other_since < until) and (other_until is None or since < other_until)
