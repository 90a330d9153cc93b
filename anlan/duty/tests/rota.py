"""The district's duty room and the towns' duty, as incidents need them."""

from datetime import date, datetime, time, timedelta

from anlan.demo.district import District
from anlan.duty import actions
from anlan.duty.actions import DeskFacts, Occasion, Planned, RotationFacts
from anlan.duty.models import Desk, Rotation, Shift
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person

JUNE_12 = date(2024, 6, 12)  # the district's clock begins there, a Wednesday, at 16:00


def moment(day: date, clock: str = "08:30") -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LOCAL)


def june(day: int, clock: str = "08:30") -> datetime:
    return moment(date(2024, 6, day), clock)


class Rota:
    """Everybody's duty, set up on 2024-06-12 at 16:00 by 陈静 of the section."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.clock = district.clock
        self.room = self.desk("district_duty_room", district.wenling, district.bureau)
        self.zeguo = self.desk("town_duty", district.zeguo, district.zeguo_town)
        self.taiping = self.desk("town_duty", district.taiping, district.taiping_street)

    @property
    def at(self) -> datetime:
        return self.clock.now()

    def desk(self, kind: str, area: Area, body: Body) -> Desk:
        facts = DeskFacts(kind, f"{area.name}值班室", "0576-86120000")
        chen = self.district.chen_section
        return actions.open_desk(facts, area=area, body=body, by=chen, at=self.at)

    def on(
        self, person: Person, starts: datetime, ends: datetime, *, level="OFFICER", desk=None
    ) -> Shift:
        planned = Planned(level, person, starts, ends)
        by = self.district.chen_section
        return actions.assign(desk or self.room, planned, by=by, at=self.at)

    def group(self, *people: Person, desk=None, **facts) -> Rotation:
        facts = RotationFacts(**{"level": "OFFICER", **facts})
        by = self.district.chen_section
        return actions.set_rotation(desk or self.room, facts, group=people, by=by, at=self.at)

    def make(self, rotation: Rotation, first: date, last: date) -> list[Shift]:
        by = self.district.chen_section
        return actions.generate_roster(
            rotation.desk, [rotation], first=first, last=last, by=by, at=self.at
        )

    def joint(self, reason: str = "启动防台风Ⅲ级应急响应") -> Desk:
        return actions.open_joint(
            DeskFacts("joint_duty", "市防指联合值班"),
            area=self.district.wenling,
            body=self.district.bureau,
            occasion=Occasion(reason),
            by=self.district.chen_section,
            at=self.at,
        )


def names(shifts) -> list[str]:
    return [shift.person.name for shift in shifts]


def days(first: date, number: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(number)]
