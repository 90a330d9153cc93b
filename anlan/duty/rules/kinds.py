"""What kinds of duty desks there are: shift times, levels, season, who may sit there (值班类型)."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

AreaLevel = Literal["CITY", "DISTRICT", "TOWN", "VILLAGE", "GRID"]
LevelKey = Literal["LEADER", "OFFICER", "STANDBY"]
Days = Literal["ALL", "WORKING", "OFF"]


@dataclass(frozen=True)
class Watch:
    """One stretch of a day that is to be covered: 白班 08:30—17:30 (班次).

    It ends on the next day where `ends` is not later than `starts`: 08:30—08:30 is 24 hours.
    `days`: every day, only working days, or only days off (as the notice has them, 调休 included).
    """

    name: str
    starts: time
    ends: time
    seats: int = 1
    days: Days = "ALL"

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise ValueError(f"班次“{self.name}”的人数（seats）至少为 1")

    @property
    def overnight(self) -> bool:
        return self.ends <= self.starts


@dataclass(frozen=True)
class LevelRule:
    """What one level of a desk needs: 带班领导, 值班员 or 备班.

    `roles`: one of the person's posts must have one of these; empty is anybody of the district.
    `arrive_within`: minutes after the beginning within which arrival is confirmed; 0 asks nobody.
    """

    level: LevelKey
    watches: tuple[Watch, ...]
    roles: tuple[str, ...] = ()
    arrive_within: int = 0

    def __post_init__(self) -> None:
        if not self.watches:
            raise ValueError(f"{self.level} 没有写班次（watches）")


@dataclass(frozen=True)
class DeskKind:
    """One kind of desk; an entry of catalogues/duty_desks.yaml (值班类型).

    `season_from`—`season_to`: month and day, both included; empty is the whole year. `joint`:
    opened with a reason and closed with it, with seats of several bodies. `warn_hours`: how long
    before it an uncovered hour is told. `take_within`: minutes until a handover is taken.
    """

    key: str
    label: str
    at: tuple[AreaLevel, ...]
    levels: tuple[LevelRule, ...]
    season_from: str = ""
    season_to: str = ""
    joint: bool = False
    warn_hours: int = 24
    take_within: int = 60
    basis: str = ""

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("没有写值班层级（levels）")
        if len({rule.level for rule in self.levels}) != len(self.levels):
            raise ValueError("同一层级写了两次")
        if bool(self.season_from) != bool(self.season_to):
            raise ValueError("season_from 和 season_to 要么都写，要么都不写")
        for written in filter(None, (self.season_from, self.season_to)):
            _month_day(written)

    def in_season(self, day: date) -> bool:
        """Whether the desk is manned on this day; a season may run over New Year."""
        if not self.season_from:
            return True
        today, first, last = f"{day:%m-%d}", self.season_from, self.season_to
        return first <= today <= last if first <= last else today >= first or today <= last

    def of(self, level: str) -> LevelRule | None:
        return next((rule for rule in self.levels if rule.level == level), None)


def _month_day(written: str) -> None:
    try:
        date.fromisoformat(f"2000-{written}")
    except ValueError:
        raise ValueError(f"“{written}”不是“月-日”，如 04-15") from None
