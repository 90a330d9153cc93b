"""The people of a bench: a district of villages, each with those who answer for it."""

from datetime import date, datetime, timedelta

from anlan.callup import actions
from anlan.callup.models import Callup
from anlan.demo.district import District
from anlan.people.models import Account, Area, Charge, Grant, Person

# What one person answers for: five charges, and yet one call.
KINDS = ("community_group", "grid_worker", "flood_grid", "risk_grid", "village_cadre_household")
IN_A_VILLAGE, TO_A_LEADER, TOWNS = 10, 50, 16
ACCOUNTS = 0.3  # share of those who have the app
BATCH = 5000
SINCE = date(2024, 1, 1)


class Crowd:
    """So many people in villages of towns, and one leader above each fifty of them."""

    def __init__(self, district: District, size: int) -> None:
        self.district, self.size = district, size
        self.towns = [self._area(f"东浦{n}镇", "TOWN", district.wenling) for n in range(TOWNS)]
        Area.objects.bulk_create(self.towns)
        self.people = self._persons(size, "应", 10_000_000)
        self.leaders = self._persons(-(-size // TO_A_LEADER), "包", 20_000_000)
        self._charges(self._villages())
        self._accounts()

    def _area(self, name: str, level: str, parent: Area, code: str = "") -> Area:
        code = code or f"339{abs(hash(name)) % 10**9:09d}"
        path = f"{parent.path}{code}/"
        return Area(code=code, name=name, level=level, parent=parent, path=path, valid_from=SINCE)

    def _villages(self) -> list[Area]:
        made = [
            self._area(f"浦{n}村", "VILLAGE", self.towns[n % TOWNS], f"338{n:09d}")
            for n in range(-(-self.size // IN_A_VILLAGE))
        ]
        return Area.objects.bulk_create(made, batch_size=BATCH)

    def _persons(self, count: int, name: str, phones: int) -> list[Person]:
        made = [
            Person(name=f"{name}{n}", phone=f"139{phones + n:08d}", remark=str(n))
            for n in range(count)
        ]
        return Person.objects.bulk_create(made, batch_size=BATCH)

    def _charges(self, villages: list[Area]) -> None:
        above = [
            self._charge("town_leader_village", villages[n * TO_A_LEADER // IN_A_VILLAGE], leader)
            for n, leader in enumerate(self.leaders)
        ]
        Charge.objects.bulk_create(above, batch_size=BATCH)
        Charge.objects.bulk_create(
            (
                self._charge(
                    kind, villages[n // IN_A_VILLAGE], person, above=above[n // TO_A_LEADER]
                )
                for n, person in enumerate(self.people)
                for kind in KINDS
            ),
            batch_size=BATCH,
        )

    def _charge(self, kind: str, area: Area, person: Person, above: Charge | None = None) -> Charge:
        return Charge(
            kind=kind,
            area=area,
            area_path=area.path,
            person=person,
            since=SINCE,
            opened=SINCE,
            above=above,
        )

    def _accounts(self) -> None:
        with_app = [p for n, p in enumerate(self.people) if n % 10 < ACCOUNTS * 10]
        Account.objects.bulk_create(
            (Account(username=f"bench{p.pk}", person=p, password="!") for p in with_app),
            batch_size=BATCH,
        )

    # --- calling them ---------------------------------------------------------------------------

    def entitle(self, at: datetime) -> None:
        """Let the section draft and the chief approve, whatever the catalogue of roles says."""
        for person in (self.district.chen_section, self.district.zhou_chief):
            Grant.objects.create(
                person=person,
                area_path=self.district.wenling.path,
                sectors=["*"],
                deeds=[f"callup.{deed}" for deed in ("draft", "submit", "approve", "end")],
                reason="压力测试",
                granted_by=self.district.ma_admin,
                since=at,
                until=at + timedelta(days=60),
            )

    def submitted(self, at: datetime) -> Callup:
        """A call-up of all towns, the first the nearest to the danger; it waits for approval."""
        brief = actions.Brief(
            profile="life_safety",
            hazard="typhoon",
            title="台风红色预警",
            areas=tuple(self.towns),
            colour="BLUE",
            nearness={town.pk: n for n, town in enumerate(self.towns)},
        )
        callup = actions.draft(brief, by=self.district.chen_section, at=at)
        actions.submit(callup, by=self.district.chen_section, at=at)
        return callup
