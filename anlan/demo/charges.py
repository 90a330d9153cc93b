"""Who answers for which town, village and grid of the sample district, and what is wrong with it.

A few charges are left unconfirmed and a few holders have left: report 003 names exactly that
(负责人变更后未及时更新), and the screens must show it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from anlan.kernel.pinyin import initials_of_person
from anlan.people.models import Area, Body, Charge, Person, Post, Tenure

from .district import District
from .names import Roll, person_name, phone
from .towns import Town

CITY_LEADERS = 12
UNCONFIRMED = 0.04  # of the flood and risk grids
VILLAGE_CADRES = 4400  # at scale 1: with grids and towns about 9,400 responsible persons


class Duties:
    """Gives the charges of one year."""

    def __init__(self, district: District, dice: Random, day: date, roll: Roll) -> None:
        self.district = district
        self.dice = dice
        self.begin = day.replace(month=1, day=1)
        self.confirm_by = day - timedelta(days=20)
        self.confirmed = day - timedelta(days=40)
        self.phones = 60000
        self.roll = roll

    def give(self, towns: list[Town], scale: float) -> None:
        leaders = self._leaders()
        Charge.objects.bulk_create(self._for_towns(towns, leaders))
        Charge.objects.bulk_create(self._for_villages(towns))
        Charge.objects.bulk_create(self._for_grids(towns))
        Charge.objects.bulk_create(self._for_households(towns, scale))

    def _for_towns(self, towns: list[Town], leaders: list[Person]) -> Iterator[Charge]:
        for number, town in enumerate(towns):
            yield self._charge("city_leader_town", town.area, person=leaders[number % len(leaders)])
            yield self._charge("town_station", town.area, post=town.station, asks=False)

    def _for_villages(self, towns: list[Town]) -> Iterator[Charge]:
        above = {c.area_id: c for c in Charge.objects.filter(kind="city_leader_town")}
        for town in towns:
            for village in town.villages:
                chain = above[town.area.pk]
                yield self._charge("town_leader_village", village, post=town.leader, above=chain)

    def _for_grids(self, towns: list[Town]) -> Iterator[Charge]:
        above = {c.area_id: c for c in Charge.objects.filter(kind="town_leader_village")}
        holders = dict(Tenure.objects.values_list("post_id", "person_id"))
        areas = Area.objects.in_bulk([post.area_id for town in towns for post in town.grids])
        kinds = {"FLOOD": "flood_grid", "RISK": "risk_grid"}
        for town in towns:
            for post in town.grids:
                area = areas[post.area_id]
                charge = self._charge(
                    kinds[area.grid_kind], area, post=post, above=above.get(area.parent_id or 0)
                )
                if self.dice.random() < UNCONFIRMED or holders.get(post.pk) is None:
                    charge.confirmed_on = None
                yield charge
        for name in ("grid3", "grid7"):
            grid: Area = getattr(self.district, name)
            post = getattr(self.district, f"{name}_post")
            yield self._charge("grid_worker", grid, post=post, asks=False)

    def _for_households(self, towns: list[Town], scale: float) -> Iterator[Charge]:
        villages = [(town, village) for town in towns for village in town.villages]
        count = max(round(VILLAGE_CADRES * scale), len(towns))
        wanted = [villages[n * len(villages) // count % len(villages)] for n in range(count)]
        above = {c.area_id: c for c in Charge.objects.filter(kind="town_leader_village")}
        cadres = Person.objects.bulk_create([self._person(town.body) for town, _ in wanted])
        for cadre, (_, village) in zip(cadres, wanted, strict=True):
            yield self._charge(
                "village_cadre_household", village, person=cadre, above=above[village.pk]
            )

    def _leaders(self) -> list[Person]:
        government = Body.objects.create(
            name=f"{self.district.wenling.name}人民政府",
            short_name="市政府",
            kind=Body.Kind.DEPARTMENT,
            area=self.district.wenling,
            area_path=self.district.wenling.path,
            sectors=["*"],
        )
        return Person.objects.bulk_create([self._person(government) for _ in range(CITY_LEADERS)])

    def _person(self, body: Body) -> Person:
        self.phones += 1
        name, number = person_name(self.dice), phone(self.phones)
        remark = self.roll.remark(body.pk, name, number)
        initials = initials_of_person(name)
        return Person(name=name, phone=number, body=body, remark=remark, initials=initials)

    def _charge(
        self,
        kind: str,
        area: Area,
        *,
        post: Post | None = None,
        person: Person | None = None,
        above: Charge | None = None,
        asks: bool = True,
    ) -> Charge:
        return Charge(
            kind=kind,
            area=area,
            area_path=area.path,
            post=post,
            person=person,
            above=above,
            since=self.begin,
            opened=self.begin,
            confirm_by=self.confirm_by if asks else None,
            confirmed_on=self.confirmed if asks else None,
            public=asks,
        )
