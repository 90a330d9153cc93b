"""A district filled for one source report, by the imports and deeds that users have (回填)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from os import environ
from random import Random
from typing import Any

from anlan.accidents import actions as accidents
from anlan.accidents.actions import PastAccident, Telling
from anlan.accidents.rules import Toll
from anlan.demo.district import Clock, District
from anlan.figures.rules import parse_period
from anlan.kernel.trail import LOCAL
from anlan.matters import actions as matters
from anlan.matters.actions import PastMatter
from anlan.matters.flow import Stage
from anlan.people import actions as people
from anlan.people.actions.import_areas import AreaRow
from anlan.people.actions.import_bodies import BodyRow
from anlan.people.models import Area, Body
from anlan.people.rules.facts import AreaFacts, BodyFacts
from anlan.records import actions as records
from anlan.records.actions import Entry, Visited
from anlan.records.models import kind_named
from anlan.registry import actions as registry
from anlan.registry.models import Item

from .returned import Stated

SIZE = Decimal(environ.get("ANLAN_RETURN_SIZE", "0.01"))
LARGE = 300  # up to here rows are entered one and all, whatever the size
DETAILS = ("agency", "audience", "subject", "hazard", "verdict", "round", "group")
VISITING = ("inspection", "supervision", "sector_supervision", "expert_visit", "publicity_event")
ITEMS = {
    "waterlogging_spot", "rescue_team", "emergency_station", "fire_station", "village_group",
    "vehicle_repair_shop", "dust_workshop", "confined_space", "rental_plant", "flash_flood_zone",
    "shelter", "e_bike_site", "rescue_equipment", "enterprise_premises", "radio_terminal",
    "residential_estate",
}  # fmt: skip
TITLED = {"training", "drill", "publicity_event", "meeting", "plan_revision", "radar_survey",
          "first_responder_course", "expert_visit"}  # fmt: skip
# The other fourteen of 温岭's sixteen towns, under their codes of the statistics office.
TOWNS = {
    "002": "城东街道", "003": "城西街道", "004": "城北街道", "005": "横峰街道", "101": "大溪镇",
    "102": "松门镇", "103": "箬横镇", "104": "新河镇", "105": "石塘镇", "106": "滨海镇",
    "107": "温峤镇", "108": "城南镇", "109": "石桥头镇", "110": "坞根镇",
}  # fmt: skip


def at_size(full: int) -> int:
    """How many rows stand for so many at the size asked for."""
    return full if full <= LARGE else max(1, int(full * SIZE))


class Report:
    """One report's district, filled from an early day up to the day on which it was written."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.district = District(Clock(begin))
        self.clock, self.end, self.dice = self.district.clock, end, Random(7)
        self.by = self.district.chen_section
        self.serial = 0

    def origin(self) -> str:
        self.serial += 1
        return f"return:{self.serial}"

    def moment(self, period: str) -> datetime:
        """Some noon within a period, before the report was written."""
        span = parse_period(period)
        last = min(span.last, (self.end - timedelta(days=2)).date())
        day = span.start + timedelta(days=self.dice.randrange((last - span.start).days))
        return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)

    # --- places and bodies ------------------------------------------------------------------------

    def firms(self, count: int, kind: str = "ENTERPRISE") -> list[Body]:
        """Bodies by table, as many as are asked for."""
        rows = [
            BodyRow(
                BodyFacts(f"第{self.serial}-{n}号{kind}", kind, origin=self.origin()),
                self.district.village_muyu if kind == "ENTERPRISE" else self.district.wenling,
            )
            for n in range(count)
        ]
        people.import_bodies(rows, by=None, at=self.clock.now())
        return list(Body.objects.filter(origin__in=[row.facts.origin for row in rows]))

    def towns(self) -> list[Area]:
        """All sixteen; entered by table where they do not stand yet."""
        since = date(2017, 1, 1)
        rows = [AreaRow(AreaFacts(f"331081{code}000", name, since)) for code, name in TOWNS.items()]
        people.import_areas(rows, by=None, at=self.clock.now())
        found = Area.objects.filter(level=Area.Level.TOWN).real()
        return list(found.order_by("code"))

    def grids(self, count: int, kind: str, first: int) -> None:
        rows = [
            AreaRow(AreaFacts(f"331081100024{first + n:06d}", f"{kind}{n}", date(2017, 1, 1)), kind)
            for n in range(count)
        ]
        people.import_areas(rows, by=None, at=self.clock.now())

    # --- the register ----------------------------------------------------------------------------

    def items(self, stated: Stated, *, at: datetime | None = None) -> list[Item]:
        said = dict(stated.fill)
        one, first, some = said.pop("one", False), said.pop("first", {}), said.pop("some", None)
        rest, with_firms = said.pop("rest", None), said.pop("firms", False)
        each, in_towns = said.pop("each", []), said.pop("in_towns", False)
        count = 1 if one else said.pop("entered", int(stated.value))
        owners = self.firms(count) if with_firms else [None] * count
        places = cycle(self.towns() if in_towns else [self.district.village_muyu])
        rows: list[dict[str, Any]] = []
        for n, place in zip(range(count), places, strict=False):
            more = dict(each[n]) if each else {}
            more |= first if n == 0 else {}
            more |= some[1] if some and n < some[0] else {}
            more |= rest[1] if rest and n >= count - rest[0] else {}
            row = {"name": f"{stated.kind}{n}", "area": place,
                   "origin": self.origin(), **said, **more}  # fmt: skip
            rows.append(row | ({"enterprise": owners[n]} if owners[n] else {}))
        # So early nobody of the cast is in office yet: the house itself brings the table.
        registry.import_items(kind=stated.kind, rows=rows, by=None, at=at or self.clock.now())
        origins = [row["origin"] for row in rows]
        return list(Item.objects.filter(origin__in=origins).order_by("pk"))

    # --- the books --------------------------------------------------------------------------------

    def records(self, stated: Stated) -> None:
        said = dict(stated.fill)
        first, again = said.pop("first", {}), said.pop("again", 0)
        firms = self.firms(said.pop("firms")) if "firms" in said else []
        together = said.pop("a_visit", 1)
        visits = [firms[n : n + together] for n in range(0, len(firms), together)]
        visits += [[firm] for firm in firms[:again]]
        groups, rounds = said.pop("groups", 0), said.pop("rounds", 0)
        items = list(Item.objects.filter(kind=said.pop("of_items"))) if "of_items" in said else []
        less = said.pop("less", 0)  # so many come in with other facts
        rows = 1 if "counts" in said else groups or rounds or at_size(int(stated.value)) - less
        entries = []
        for n in range(len(visits) or rows):
            one = dict(said)
            if n == 0 and first:
                one["counts"] = first
            if groups or rounds:
                one["group" if groups else "round"] = f"第{n + 1}"
            whom = visits[n] if visits else [self.district.cold_chain]
            entries.append(self.entry(stated, one, whom, items[n] if items else None))
        records.import_records(
            entries, kind=stated.kind, name="表格", by=self.by, at=self.clock.now()
        )

    def entry(self, stated: Stated, said: dict[str, Any], whom: list[Body], item: Any) -> Entry:
        details = {key: said.pop(key) for key in DETAILS if key in said}
        asked = {count.key: 0 for count in kind_named(stated.kind).counts if count.required}
        told = {key: Decimal(str(each)) for key, each in said.pop("counts", {}).items()}
        town = said.pop("town", "")
        area = Area.objects.get(name=town) if town else self.district.village_muyu
        leads = {"people": (self.district.luo_fire,)} if stated.kind not in TITLED else {}
        self.serial += 1
        return Entry(
            kind=stated.kind, area=area, title=f"{stated.kind}{self.serial}", place="现场",
            started_at=self.moment(stated.period), item=item, origin=self.origin(),
            bodies=tuple(Visited(body) for body in whom) if stated.kind in VISITING else (),
            counts=asked | told, details=details, **leads, **said,
        )  # fmt: skip

    # --- matters and accidents --------------------------------------------------------------------

    def matters(self, count: int, closed: int, period: str, **said: Any) -> None:
        area = self.district.village_muyu
        given = {"source": "GRID", "grade": "GENERAL", "sector": "fire"} | said
        rows = []
        for n in range(count):
            at = self.moment(period)
            done = (
                {"stage": Stage.CLOSED, "closed_at": at + timedelta(hours=9)} if n < closed else {}
            )
            rows.append(PastMatter(origin=self.origin(), title=f"问题{n}", area_id=area.pk,
                                   area_path=area.path, found_at=at, **given, **done))  # fmt: skip
        matters.import_matters(rows, name="表格", by=self.by, at=self.clock.now())

    def accidents(
        self, tolls: dict[int, list[int]], hurt: dict[int, int], *, scope: str, open: bool = False
    ) -> None:
        rows = []
        for year, deaths in tolls.items():
            for n, dead in enumerate(deaths):
                wounded = hurt.get(year, 0) if n == len(deaths) - 1 else 0
                told = Telling(
                    happened_at=datetime(year, 2, 1, 4, tzinfo=UTC) + timedelta(hours=n),
                    area=self.district.village_muyu, scope=scope, title=f"{year}年第{n + 1}起",
                    toll=Toll(deaths=dead, serious=0, minor=wounded), origin=self.origin(),
                )  # fmt: skip
                rows.append(PastAccident(told, closed=not open))
        accidents.import_accidents(rows, name="历史事故", by=self.by, at=self.clock.now())

    def enter(self, facts: tuple[Stated, ...]) -> None:
        """The register first, as it stood early; then the time of the report, and what was done."""
        for stated in facts:
            if stated.kind in ITEMS:
                self.items(stated)
        self.clock.to(self.end)
        for stated in facts:
            if stated.kind and stated.kind not in ITEMS:
                self.records(stated)

    def more_items(self, stated: Stated, day: date) -> None:
        """Things that came into the register later, on a day of the period."""
        self.items(stated, at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    def drawn(self, stated: Stated, **changes: Any) -> Stated:
        return replace(stated, fill={**stated.fill, **changes})

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(LOCAL).date()
