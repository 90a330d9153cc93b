"""Half a year of hazards and the half-year before it, through the bulk import (历史数据)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from anlan.matters import actions
from anlan.matters.actions.importing import PastControl, PastMatter, PastRectification
from anlan.people.models import Area, Body, Post, Tenure

from .district import District, in_daylight
from .findings import FINDINGS, PLACES, REMEDIES
from .towns import Town

LAST_YEAR = 0.35  # of the rows lie in the year before, so that 同比 has a base
SETTLED_BY = timedelta(days=24)  # older ones are closed, nearly all of them
STILL_OPEN = 0.004  # report 003: 22.49 of 22.54 万
SOURCES = (
    ("GRID", 44), ("DEPARTMENT", 22), ("ENTERPRISE", 14), ("AGENCY", 12), ("SUPERVISION", 6),
    ("PUBLIC", 2),
)  # fmt: skip
MAJOR_SHARE = 0.003
PLAN = {"measure": "按检查意见整改并复核", "funds": "企业自筹", "contingency": "整改期间专人值守"}
WATER = ("flood", "geohazard")
FIRM_SHARE = 0.8


@dataclass
class Hands:
    """Who did what in one town, as ids: the import wants no objects."""

    station: int
    station_person: int
    leader_person: int
    grid_people: list[int]


class Historian:
    """Writes what happened before today."""

    def __init__(
        self, district: District, towns: list[Town], dice: Random, *, until: datetime
    ) -> None:
        self.district = district
        self.towns = towns
        self.dice = dice
        self.until = until
        self.holders = dict(Tenure.objects.order_by("-pk").values_list("post_id", "person_id"))
        self.hands = [self._hands(town) for town in towns]
        self.sectors = [s for s, found in FINDINGS.items() for _ in range(len(found))]
        self.villages = {village.pk: village for town in towns for village in town.villages}

    def write(self, count: int) -> int:
        """So many hazards; returns how many were added."""
        if count <= 0:
            return 0
        batch = actions.import_matters(
            self._rows(count), name="历史隐患台账", by=self.district.ma_admin, at=self.until
        )
        return int(batch.added)

    def _hands(self, town: Town) -> Hands:
        grids = [self.holders[post.pk] for post in town.grids if post.pk in self.holders]
        station = self.holders[town.station.pk]
        return Hands(town.station.pk, station, self.holders[town.leader.pk], grids or [station])

    def _rows(self, count: int) -> Iterator[PastMatter]:
        before = round(count * LAST_YEAR)
        year = timedelta(days=365)
        for number in range(count):
            old = number < before
            end = self.until - year if old else self.until
            index, of = (number, before) if old else (number - before, count - before)
            found = end - timedelta(days=182) * (1 - (index + self.dice.random()) / of)
            day = in_daylight(found)
            yield self._row(number, day if day < self.until else day - timedelta(days=1))

    def _row(self, number: int, found: datetime) -> PastMatter:
        at_town = self.dice.randrange(len(self.towns))
        town, hands = self.towns[at_town], self.hands[at_town]
        sector = self.dice.choice(self.sectors)
        finding, _ = self.dice.choices(FINDINGS[sector], [w for _, w in FINDINGS[sector]])[0]
        firm = self._firm(town, sector)
        area = firm[0].area if firm else self.dice.choice(town.villages)
        source = self.dice.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0]
        opener = self.dice.choice(hands.grid_people) if source == "GRID" else hands.station_person
        described = {
            "origin": f"demo:{number}",
            "title": finding,
            "source": source,
            "area_id": area.pk,
            "area_path": area.path,
            "found_at": found,
            "grade": "MAJOR" if self.dice.random() < MAJOR_SHARE else "GENERAL",
            "sector": sector,
            "place": self._place(firm, area),
            "lon": area.lon and round(area.lon + self.dice.uniform(-0.005, 0.005), 6),
            "lat": area.lat and round(area.lat + self.dice.uniform(-0.005, 0.005), 6),
            "body_id": firm[0].pk if firm else None,
            "body_name": firm[0].name if firm else "",
            "opener_id": opener,
        }
        return self._told(described, town, hands, firm, found)

    def _told(
        self,
        described: dict[str, object],
        town: Town,
        hands: Hands,
        firm: tuple[Body, Post] | None,
        found: datetime,
    ) -> PastMatter:
        rectifier = firm[1] if firm else self._grid_post(town)
        checker = town.leader if rectifier.pk == town.station.pk else town.station
        dispatched = self._soon(found, timedelta(hours=self.dice.uniform(0.2, 20)))
        done = dispatched + timedelta(days=min(self.dice.expovariate(1 / 5) + 0.1, 22))
        due = dispatched + timedelta(days=15)
        common = {
            **described,
            "owner_id": rectifier.pk,
            "checker_id": checker.pk,
            "dispatched_at": dispatched,
            "plan": {**PLAN, "responsibility": rectifier.name, "deadline": due.isoformat()},
            "controls": self._controls(described, hands, dispatched, done),
        }
        by = self.holders.get(rectifier.pk, hands.station_person)
        judge = hands.leader_person if checker.pk == town.leader.pk else hands.station_person
        open_still = found > self.until - SETTLED_BY and done + timedelta(days=1) > self.until
        if open_still or self.dice.random() < STILL_OPEN:
            return self._open(common, due)
        closed = done + timedelta(hours=self.dice.uniform(1, 40))
        if closed > self.until:
            return self._open(common, due)
        attempt = PastRectification(
            words=self.dice.choice(REMEDIES), at=done, by_id=by, post_id=rectifier.pk,
            opinion="现场核查，整改到位", judged_by_id=judge, judged_at=closed,
        )  # fmt: skip
        return PastMatter(**common, stage="CLOSED", closed_at=closed, rectifications=(attempt,))  # type: ignore[arg-type]

    def _soon(self, since: datetime, wait: timedelta) -> datetime:
        """So long after, and never later than now: this is history."""
        return since + min(wait, (self.until - since) * 0.8)

    def _open(self, common: dict[str, object], due: datetime) -> PastMatter:
        controlled = bool(common["controls"])
        stage = "CONTROLLED" if controlled else "RECTIFYING"
        return PastMatter(**common, stage=stage, due_at=due)  # type: ignore[arg-type]

    def _controls(
        self, described: dict[str, object], hands: Hands, dispatched: datetime, done: datetime
    ) -> tuple[PastControl, ...]:
        if described["sector"] not in WATER:
            return ()
        held = self._soon(dispatched, timedelta(days=1))
        ended = done if done < self.until and done > held else None
        return (PastControl("增设临时排水和警戒", held, hands.station_person, ended),)

    def _firm(self, town: Town, sector: str) -> tuple[Body, Post] | None:
        if sector in WATER or not town.firms or self.dice.random() > FIRM_SHARE:
            return None
        fitting = [firm for firm in town.firms if sector in firm[0].sectors]
        return self.dice.choice(fitting or town.firms)

    def _grid_post(self, town: Town) -> Post:
        return self.dice.choice(town.grids) if town.grids else town.station

    def _place(self, firm: tuple[Body, Post] | None, area: Area) -> str:
        where = self.dice.choice(PLACES)
        return where if firm else f"{area.name}{where}"
