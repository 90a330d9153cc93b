"""Accidents of this year and last (示范事故): a few of each, one of last night with its clocks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from anlan.accidents import actions
from anlan.accidents.actions import (
    Demand,
    Findings,
    Group,
    News,
    PastAccident,
    Proposal,
    Telling,
)
from anlan.accidents.models import Accident, categories, categories_on
from anlan.accidents.rules import Toll
from anlan.kernel.trail import LOCAL

from .district import District
from .towns import Town

# Report 000's own sums: with the two files by hand 6起5人1人, after 11起7人5人 of last year.
# What happened, its category of 1986, dead, seriously and slightly hurt, in which scope.
Kind = tuple[str, str, int, int, int, str]
# fmt: off
THIS_YEAR: tuple[Kind, ...] = (
    ("高处坠落",     "高处坠落", 1, 0, 0, "construction"),
    ("触电",         "触电",     1, 0, 0, "production_safety"),
    ("机械伤害",     "机械伤害", 1, 0, 0, "production_safety"),
    ("叉车碾压",     "车辆伤害", 1, 0, 0, "production_safety"),
)
LAST_YEAR: tuple[Kind, ...] = (
    ("高处坠落",     "高处坠落", 1, 0, 0, "construction"),
    ("高处坠落",     "高处坠落", 1, 0, 0, "construction"),
    ("触电",         "触电",     1, 0, 0, "production_safety"),
    ("机械伤害",     "机械伤害", 1, 0, 0, "production_safety"),
    ("起重伤害",     "起重伤害", 1, 0, 0, "production_safety"),
    ("中毒和窒息",   "中毒和窒息", 2, 0, 0, "production_safety"),
    ("坍塌",         "坍塌",     0, 2, 1, "construction"),
    ("灼烫",         "灼烫",     0, 1, 1, "production_safety"),
    ("渔船碰撞",     "淹溺",     0, 0, 0, "fishery"),
    ("仓库火灾",     "火灾",     0, 0, 0, "fire_production"),
    ("货车侧翻",     "车辆伤害", 0, 0, 0, "road_production"),
)
OTHERS: tuple[Kind, ...] = (
    ("电动车碰撞",   "",         1, 0, 0, "road"),
    ("小车追尾",     "",         0, 1, 2, "road"),
    ("住宅火灾",     "火灾",     0, 0, 1, "fire"),
)
# fmt: on
LOSS = (8, 20, 35, 60, 120, 180)


class Mishaps:
    """Writes both years as a table would bring them, and two files of this year by hand."""

    def __init__(
        self, district: District, towns: list[Town], dice: Random, *, until: datetime
    ) -> None:
        self.d = district
        self.towns = towns
        self.dice = dice
        self.until = until
        self.today = until.astimezone(LOCAL).date()

    def happen(self) -> int:
        """Everything; returns how many accidents there are."""
        rows = [*self._year(0, THIS_YEAR), *self._year(-1, LAST_YEAR), *self._year(0, OTHERS)]
        by: dict[str, Any] = {"by": self.d.ma_admin, "at": self.until}
        actions.import_accidents(rows, name="示范事故", **by)
        self._inquired()
        self._of_last_night()
        return Accident.objects.count()

    def _year(self, offset: int, kinds: tuple[Kind, ...]) -> Iterator[PastAccident]:
        """Spread between New Year and today, or the same days of last year."""
        first = date(self.today.year, 1, 1)
        span = max((self.today - first).days - 12, 1)
        for n, kind in enumerate(kinds):
            day = first + timedelta(days=span * (n + 1) // (len(kinds) + 1))
            if offset:
                day = day.replace(year=day.year + offset, day=min(day.day, 28))
            yield PastAccident(self._told(kind, day, f"demo:{day.year}:{kind[5]}:{n}"), closed=True)

    def _told(self, kind: Kind, day: date, origin: str) -> Telling:
        what, label, deaths, serious, minor, scope = kind
        town = self.dice.choice(self.towns)
        village = self.dice.choice(town.villages)
        firm = self.dice.choice(town.firms)[0] if town.firms and scope in WITH_FIRM else None
        hour = time(self.dice.randrange(24), self.dice.choice((5, 20, 40)))
        at = datetime.combine(day, hour, LOCAL)
        loss = Decimal(self.dice.choice(LOSS) + 100 * deaths)
        return Telling(
            happened_at=at, reported_at=at + timedelta(minutes=self.dice.randint(15, 55)),
            area=village, title=f"{firm or village.name}{what}事故", body=firm, scope=scope,
            category=_code(label, day), toll=Toll(deaths, 0, serious, minor, loss),
            origin=origin,
        )  # fmt: skip

    # --- by hand ----------------------------------------------------------------------------------

    def _inquired(self) -> None:
        """One of a month ago: told late, inquired into, replied to, its measures under way."""
        d, begun = self.d, self.until - timedelta(days=40)
        told = Telling(
            happened_at=begun - timedelta(hours=2), known_at=begun - timedelta(hours=2),
            area=d.village_dongmen, body=d.foundry, category=_code("起重伤害", begun.date()),
            title="辉达铸造行车吊物坠落事故",
            sector="molten_metal", toll=Toll(1, 0, 0, 0, Decimal(146)), scope="production_safety",
            course="行车制动失灵，吊物坠落，砸中一名作业人员。",
        )  # fmt: skip
        accident = actions.report(told, by=d.jin_foundry, at=begun)
        self._up(accident, "county_up", begun + timedelta(hours=1))
        self._up(accident, "government", begun + timedelta(hours=1))
        section: dict[str, Any] = {"by": d.chen_section, "at": begun + timedelta(days=1)}
        actions.verify(accident, words="现场核实，一人死亡", **section)
        members = "应急局、公安局、总工会"
        group = Group("COUNTY", "周建国", lead=d.bureau, members=members)
        actions.investigate(accident, group=group, **section)
        later: dict[str, Any] = {"by": d.chen_section, "at": begun + timedelta(days=30)}
        found = Findings("LIABLE", "行车制动器失效仍使用", "设备点检流于形式", "吊运前必须试吊")
        actions.submit_report(accident, findings=found, **later)
        reply: dict[str, Any] = {"by": d.zhou_chief, "at": begun + timedelta(days=36)}
        paper = f"政函〔{self.today.year}〕12号"
        actions.approve_report(accident, paper=paper, **reply)
        now: dict[str, Any] = {"by": d.chen_section, "at": begun + timedelta(days=37)}
        penalty = Proposal("FIRM_PENALTY", d.foundry.name, "依法处以罚款", d.foundry)
        actions.propose_treatment(accident, proposal=penalty, **now)
        measure = Demand("冶金行车制动器全部检测更换", "一个月内完成，出具检测报告")
        actions.require_measure(accident, demand=measure, **now)

    def _of_last_night(self) -> None:
        """One of this night: two hurt, the clocks of the first two hours still running."""
        d, at = self.d, self.until - timedelta(minutes=50)
        told = Telling(
            happened_at=at - timedelta(minutes=35), area=d.village_muyu, body=d.cold_chain,
            category=_code("中毒和窒息", at.date()),
            title="泽海冷链制冷机房氨泄漏事故", sector="ammonia_refrigeration",
            toll=Toll(deaths=0),
            course="二号机房阀门泄漏，现场已疏散。", taken="已切断阀门，启动喷淋。",
        )  # fmt: skip
        accident = actions.report(told, by=d.xu_safety, at=at)
        news = News(
            Toll(0, 0, 1, 0), at + timedelta(minutes=20), 1, "一人吸入氨气送医，诊断急性中毒"
        )
        after = at + timedelta(minutes=30)
        actions.follow_up(accident, news=news, by=d.huang_zeguo_station, at=after)
        self._up(accident, "county_up", after)

    def _up(self, accident: Accident, clock: str, at: datetime) -> None:
        words = "电话报市应急局值班室" if clock == "county_up" else "电话报市政府总值班室"
        actions.report_up(
            accident, clock=clock, words=words, met_at=at, by=self.d.chen_section, at=at
        )


WITH_FIRM = ("production_safety", "construction", "fire_production", "road_production")


def _code(label: str, day: date) -> str:
    """The category of a name of 1986 in the edition of the day: its first heir in a later one."""
    now = categories_on(day)
    named = next((one for one in categories().values() if one.label == label), None)
    if named is None or named.key in now:
        return named.key if named else ""
    return next((key for key in named.became if key in now), "")
