"""The last two weeks, lived through real actions on a moving clock: timelines that are true.

Each story is a generator: it does a deed and yields how long it rests. The diary wakes the story
whose time has come, so that deeds of different matters interleave as they do in a real office.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from anlan.matters import actions
from anlan.matters.actions import Finding, Letter, Listing, Order
from anlan.matters.models import Evidence, Matter
from anlan.wiring import every

from .deeds import Deeds
from .district import District, in_daylight
from .findings import FINDINGS, PLACES, REMEDIES
from .towns import Town

Story = Iterator[timedelta]
Phase = Evidence.Phase
LOOKING_BACK = timedelta(days=16)
EVERYDAY = 24  # ordinary stories besides the named ones
# What is owed is counted from records, which are not written yet: its ladder is climbed after them.
AT_NIGHT = tuple(sweep for sweep in every.EVERY if sweep.name != "dues.climb_ladders")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class Days(Deeds):
    """Tells all stories up to now."""

    def __init__(
        self, district: District, towns: list[Town], dice: Random, *, until: datetime
    ) -> None:
        super().__init__(district, dice)
        self.towns = towns
        self.until = until
        self.begin = until - LOOKING_BACK
        self.diary: list[tuple[datetime, int, Story]] = []

    def live(self) -> int:
        """Run every story until now; returns how many matters there are of it."""
        before = Matter.objects.count()
        self._tell(hours(0), self._night_watch())
        named: tuple[tuple[float, Callable[[], Story]], ...] = (
            (3, self._ammonia_valves),
            (30, self._refused_once),
            (70, self._blocked_river),
            (100, self._citizen_asks),
            (150, self._extension),
            (200, self._same_thing_twice),
            (240, self._entered_for_another),
            (300, self._mended_at_once),
            (330, self._sent_back),
            (355, self._order_for_the_town),
            (375, self._still_a_draft),
            (382, self._fresh_report),
        )
        for after, story in named:
            self._tell(hours(after), story())
        for _ in range(EVERYDAY):
            self._tell(hours(self.dice.uniform(0, 380)), self._everyday())
        while self.diary and self.diary[0][0] <= self.until:
            when, order, telling = heappop(self.diary)
            self.clock.to(max(when, self.clock.now()))
            rest = next(telling, None)
            if rest is not None:
                heappush(self.diary, (in_daylight(when + rest), order, telling))
        return Matter.objects.count() - before

    def _tell(self, after: timedelta, story: Story) -> None:
        heappush(self.diary, (in_daylight(self.begin + after), len(self.diary), story))

    # --- stories ------------------------------------------------------------------------------

    def _night_watch(self) -> Story:
        """Time passes: what is idle climbs, what is overdue gains a supervisor."""
        while True:
            every.sweep_due(at=self.clock.now(), table=AT_NIGHT)
            yield hours(6)

    def _ammonia_valves(self) -> Story:
        """重大: graded by clause, five things settled, listed, and late."""
        d = self.d
        matter = self._report(
            d.chen_section, "液氨充装用软管，未用万向管道", "SUPERVISION", d.village_muyu,
            body=d.cold_chain, place="制冷机房", sector="ammonia_refrigeration",
        )  # fmt: skip
        yield hours(5)
        order = Order(
            plan={
                "responsibility": "泽海冷链主要负责人叶青",
                "measure": "停用充装口，改造为万向管道并检测",
                "funds": "企业自筹十二万元",
                "contingency": "值守期间备足稀释水源，下风向人员先行撤离",
            },
            owner=d.cold_chain_safety_post,
            deadline=self.clock.now() + timedelta(days=9),
            grade=Matter.Grade.MAJOR,
            clause="chemical_2017.7",
        )
        actions.dispatch(self._fresh(matter), order=order, by=d.chen_section, at=self.clock.now())
        yield hours(3)
        actions.take(self._fresh(matter), by=d.xu_safety, at=self.clock.now())
        yield hours(20)
        listing = Listing(
            document="温安委〔2024〕12号",
            leader=d.zeguo_leader_post,
            deadline=self.clock.now() + timedelta(days=30),
            measures="每周调度一次，整改期间停用制冷机房",
        )
        listed = actions.list_for_supervision(
            self._fresh(matter), listing=listing, by=d.chen_section, at=self.clock.now()
        )
        yield hours(4)
        actions.take(self._fresh(listed), by=d.lin_zeguo_leader, at=self.clock.now())

    def _refused_once(self) -> Story:
        d = self.d
        matter = self._report(
            d.li_grid3, "安全出口被杂物堵塞", "GRID", d.grid3, body=d.foundry, place="一层车间"
        )
        yield hours(2)
        self._dispatch(matter, d.zhao_taiping_station)
        yield hours(4)
        actions.take(self._fresh(matter), by=d.jin_foundry, at=self.clock.now())
        yield hours(20)
        self._submit(matter, d.jin_foundry, "已搬开部分货物", blocked=True)
        yield hours(9)
        actions.refuse(
            self._fresh(matter),
            reason="东侧出口仍堆放模具，请全部清理后重新上报",
            by=d.zhao_taiping_station,
            at=self.clock.now(),
        )
        yield hours(26)
        self._submit(matter, d.jin_foundry, "货物全部移入库房，出口畅通", blocked=False)
        yield hours(18)
        actions.accept(
            self._fresh(matter),
            opinion="现场核查，出口畅通",
            by=d.zhao_taiping_station,
            at=self.clock.now(),
        )

    def _blocked_river(self) -> Story:
        """Interim control that holds and is not counted as rectified."""
        d = self.d
        matter = self._report(
            d.sun_grid7, "河道被渔网堵塞", "GRID", d.grid7, place="牧屿桥下游", sector="flood"
        )
        yield hours(3)
        self._dispatch(
            matter, d.huang_zeguo_station, owner=d.grid7_post, checker=d.zeguo_station_post
        )
        yield hours(2)
        actions.take(self._fresh(matter), by=d.sun_grid7, at=self.clock.now())
        yield hours(8)
        actions.control(
            self._fresh(matter),
            measure="先行割开两张地笼，派人值守，水位上涨时人工清障",
            evidence=[self._photo(Phase.MEASURE, d.sun_grid7, blocked=False)],
            by=d.sun_grid7,
            at=self.clock.now(),
        )

    def _citizen_asks(self) -> Story:
        d = self.d
        asked = self._report(
            d.zhao_taiping_station, "小区楼道有电瓶车飞线充电", "PUBLIC", d.village_dongmen,
            place="迎辉路沿街楼道", kind="public_report", sector="e_bike", photo=False,
        )  # fmt: skip
        yield hours(4)
        actions.adopt(self._fresh(asked), by=d.zhao_taiping_station, at=self.clock.now())

    def _extension(self) -> Story:
        d = self.d
        matter = self._report(
            d.sun_grid7, "除尘风管积尘超标", "AGENCY", d.village_muyu, body=d.cold_chain,
            place="包装车间", sector="combustible_dust",
        )  # fmt: skip
        yield hours(2)
        self._dispatch(matter, d.huang_zeguo_station)
        yield hours(5)
        actions.take(self._fresh(matter), by=d.xu_safety, at=self.clock.now())
        yield hours(60)
        actions.ask_extension(
            self._fresh(matter),
            until=self.clock.now() + timedelta(days=22),
            reason="风管需外地厂家定制，交货期两周",
            by=d.xu_safety,
            at=self.clock.now(),
        )

    def _same_thing_twice(self) -> Story:
        d = self.d
        first = self._report(d.li_grid3, "消火栓无水", "GRID", d.grid3, place="迎辉路12号门前")
        yield hours(1)
        again = self._report(
            d.luo_fire, "室外消火栓无水", "DEPARTMENT", d.village_dongmen, place="迎辉路12号"
        )
        yield hours(2)
        actions.merge(
            self._fresh(again),
            into=self._fresh(first),
            reason="同一消火栓",
            by=d.zhao_taiping_station,
            at=self.clock.now(),
        )

    def _entered_for_another(self) -> Story:
        """代录: the grid worker rang, the station typed; both names stay."""
        d = self.d
        self._report(
            d.zhao_taiping_station, "沿街窨井盖缺失", "GRID", d.grid3, place="迎辉路8号",
            on_behalf_of=d.li_grid3, sector="flood",
        )  # fmt: skip
        yield hours(1)

    def _mended_at_once(self) -> Story:
        d = self.d
        finding = Finding(
            title="灭火器压力不足", source="GRID", area=d.grid7, body=d.cold_chain,
            place="二楼仓库", sector="fire",
        )  # fmt: skip
        shown = [
            self._photo(Phase.BEFORE, d.sun_grid7, blocked=True),
            self._photo(Phase.AFTER, d.sun_grid7, blocked=False),
        ]
        actions.rectify_now(
            finding, words="当场更换两具", evidence=shown, by=d.sun_grid7, at=self.clock.now()
        )
        yield hours(1)

    def _sent_back(self) -> Story:
        d = self.d
        matter = self._report(
            d.li_grid3, "燃气软管老化开裂", "GRID", d.grid3, place="迎辉路小吃店", sector="gas"
        )
        yield hours(3)
        self._dispatch(matter, d.zhao_taiping_station, owner=d.foundry_safety_post)
        yield hours(2)
        actions.send_back(
            self._fresh(matter),
            reason="该店不属本厂，请改交店主所在网格",
            by=d.jin_foundry,
            at=self.clock.now(),
        )

    def _order_for_the_town(self) -> Story:
        d = self.d
        letter = Letter(
            document="温防指督〔2024〕7号",
            to=d.zeguo_station_post,
            title="限期清理牧屿河道碍洪物",
            measures="十日内清理地笼、拦网，逐段拍照上报",
            deadline=self.clock.now() + timedelta(days=10),
            area=d.zeguo,
        )
        actions.issue_supervision_order(None, letter=letter, by=d.chen_section, at=self.clock.now())
        yield hours(1)

    def _still_a_draft(self) -> Story:
        d = self.d
        finding = Finding(
            title="疏散指示标志缺失", source="GRID", area=d.grid3, place="迎辉大厦三楼"
        )
        actions.draft(finding, by=d.li_grid3, at=self.clock.now())
        yield hours(1)

    def _fresh_report(self) -> Story:
        d = self.d
        self._report(
            d.li_grid3, "疏散通道堆放货物", "GRID", d.grid3, body=d.foundry, place="南侧通道"
        )
        yield hours(1)

    def _everyday(self) -> Story:
        """Somewhere in the district something ordinary is found, and goes as far as it went."""
        town = self.dice.choice([town for town in self.towns if town.grids])
        finder, station = self._holder(self.dice.choice(town.grids)), self._holder(town.station)
        firm, safety = self.dice.choice(town.firms)
        sector = firm.sectors[0] if firm.sectors[0] in FINDINGS else "fire"
        title, _ = self.dice.choice(FINDINGS[sector])
        matter = self._report(
            finder, title, "GRID", firm.area, body=firm, sector=sector,
            place=self.dice.choice(PLACES),
        )  # fmt: skip
        yield hours(self.dice.uniform(0.5, 12))
        self._dispatch(matter, station)
        yield hours(self.dice.uniform(1, 10))
        officer = self._holder(safety)
        actions.take(self._fresh(matter), by=officer, at=self.clock.now())
        yield hours(self.dice.uniform(20, 260))
        self._submit(matter, officer, self.dice.choice(REMEDIES), blocked=False)
        yield hours(self.dice.uniform(2, 50))
        actions.accept(
            self._fresh(matter), opinion="现场核查，整改到位", by=station, at=self.clock.now()
        )
