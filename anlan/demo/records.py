"""Half a year of what was done: night checks, patrols, courses, drills, visits (示范台账)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person, Tenure
from anlan.records import actions
from anlan.records.actions import Entry, Visited
from anlan.records.rules import Answer
from anlan.registry.models import Item

from .district import District
from .towns import Town

WEEKS = 26
GROUPS = 8  # report 003: eight groups cover the towns every month
PLAN = (
    ("危化仓储", 2),
    ("非许可化工医药", 5),
    ("粉尘涉爆", 20),
    ("有限空间", 30),
    ("高温熔融金属", 15),
)
SUBJECTS = ("安全生产", "防汛防台", "消防", "有限空间", "粉尘防爆")
DRILLS = ("防汛防台", "森林火灾", "消防疏散", "危化品", "地质灾害")
MISSED = 0.05  # of the weeks a town lets a night check lapse


class Books:
    """Writes what was done before today, one import a kind, and a few visits of this week."""

    def __init__(
        self, district: District, towns: list[Town], dice: Random, *, until: datetime
    ) -> None:
        self.d = district
        self.towns = towns
        self.dice = dice
        self.until = until
        self.today = until.astimezone(LOCAL).date()
        self.holders = {
            tenure.post_id: tenure.person
            for tenure in Tenure.objects.select_related("person").order_by("-pk")
        }
        self.shelters = list(Item.objects.filter(kind="shelter").select_related("area")[:20])

    def write(self) -> int:
        """Everything; returns how many records there are."""
        told: dict[str, list[Entry]] = {}
        for entry in self._everything():
            told.setdefault(entry.kind, []).append(entry)
        count = 0
        for kind, entries in told.items():
            batch = actions.import_records(
                entries, kind=kind, name="示范台账", by=self.d.ma_admin, at=self.until
            )
            count += batch.added
        return count + self._this_week()

    def _everything(self) -> Iterator[Entry]:
        serial = 0
        for entries in (self._of_towns(), self._of_the_bureau(), self._of_shelters()):
            for entry in entries:
                if entry.started_at < self.until - timedelta(hours=2):
                    serial += 1
                    yield Entry(**{**vars(entry), "origin": f"demo:{serial}", "unannounced": False})

    # --- towns ------------------------------------------------------------------------------------

    def _of_towns(self) -> Iterator[Entry]:
        for number, town in enumerate(self.towns):
            for week in range(WEEKS):
                if self.dice.random() > MISSED:
                    yield self._night_check(town, week)
                yield self._grid_patrol(town, week)
                if week % 4 == number % 4:
                    yield self._leader_visit(town, week)
                    yield self._training(town, week)
                if week % 9 == number % 9:
                    yield self._drill(town, week)
                    yield self._publicity(town, week)

    def _night_check(self, town: Town, week: int) -> Entry:
        firms = self._firms(town, self.dice.randint(2, 5))
        problems = self.dice.randint(0, 6)
        counts = {"problems": problems, "on_the_spot": min(problems, self.dice.randint(0, 3))}
        return self._entry(
            "night_check", self._day(week, self.dice.randrange(5)), 20, town.area,
            bodies=firms, organiser=town.body, leader=self._of(town.leader),
            people=self._men(town), person_times=self.dice.randint(4, 12),
            counts=counts | {"places": len(firms) + 2},
        )  # fmt: skip

    def _grid_patrol(self, town: Town, week: int) -> Entry:
        village = self.dice.choice(town.villages)
        post = self.dice.choice(town.grids) if town.grids else town.station
        return self._entry(
            "grid_patrol", self._day(week, self.dice.randrange(5)), 9, village,
            organiser=town.body, people=(self._of(post),), place=f"{village.name}沿街",
            counts={"problems": self.dice.randint(0, 3), "places": self.dice.randint(5, 20)},
        )  # fmt: skip

    def _leader_visit(self, town: Town, week: int) -> Entry:
        return self._entry(
            "leader_visit", self._day(week, 2), 14, town.area, bodies=self._firms(town, 2),
            organiser=town.body, leader=self._of(town.leader), people=self._men(town),
            counts={"problems": self.dice.randint(0, 4)}, details={"level": "镇(街道)级"},
        )  # fmt: skip

    def _training(self, town: Town, week: int) -> Entry:
        subject = self.dice.choice(SUBJECTS)
        return self._entry(
            "training", self._day(week, 3), 9, town.area, title=f"{subject}专题培训",
            organiser=town.body, place=f"{town.area.name}会议中心",
            counts={"trained": self.dice.randint(20, 90)}, details={"subject": subject},
        )  # fmt: skip

    def _drill(self, town: Town, week: int) -> Entry:
        hazard = self.dice.choice(DRILLS)
        return self._entry(
            "drill", self._day(week, 4), 15, town.area, title=f"{town.area.name}{hazard}应急演练",
            place=self.dice.choice(town.villages).name, organiser=town.body,
            counts={"attended": self.dice.randint(25, 70)},
            details={"hazard": hazard, "form": "综合演练"},
        )  # fmt: skip

    def _publicity(self, town: Town, week: int) -> Entry:
        return self._entry(
            "publicity_event", self._day(week, 5), 9, town.area, title="安全宣传进社区",
            place=self.dice.choice(town.villages).name, organiser=town.body,
            counts={"reached": self.dice.randint(80, 600), "leaflets": self.dice.randint(100, 500)},
            details={"into": "进社区"},
        )  # fmt: skip

    # --- the bureau -------------------------------------------------------------------------------

    def _of_the_bureau(self) -> Iterator[Entry]:
        for month in range(WEEKS // 4):
            for number, town in enumerate(self.towns):
                group = number % GROUPS + 1
                yield self._supervision(town, month, group)
            yield self._meeting(month)
        yield from self._plan()
        for back in range(1, WEEKS * 7):
            yield self._satellite(self.today - timedelta(days=back))

    def _supervision(self, town: Town, month: int, group: int) -> Entry:
        return self._entry(
            "supervision", self._day(month * 4, group % 5), 10, town.area,
            bodies=(town.body,), organiser=self.d.bureau, people=(self.d.chen_section,),
            person_times=3, counts={"problems": self.dice.randint(0, 5)},
            details={"group": f"第{group}督查组"},
        )  # fmt: skip

    def _meeting(self, month: int) -> Entry:
        bodies = tuple(town.body for town in self.towns)
        return self._entry(
            "meeting", self._day(month * 4 + 1, 0), 9, self.d.wenling, title="市安委会月例会",
            bodies=bodies, organiser=self.d.bureau, place="市政府会议室",
            counts={"attended": self.dice.randint(30, 60)}, details={"type": "月例会"},
        )  # fmt: skip

    def _plan(self) -> Iterator[Entry]:
        """The annual plan by class; what is left of it stands in the dues."""
        for label, many in PLAN:
            for _ in range(round(many * 0.6)):
                town = self.dice.choice(self.towns)
                week = self.dice.randrange(WEEKS)
                yield self._entry(
                    "inspection", self._day(week, self.dice.randrange(5)), 14, town.area,
                    bodies=self._firms(town, 1), organiser=self.d.bureau,
                    people=(self.d.chen_section,), person_times=2,
                    counts={"problems": self.dice.randint(0, 6)},
                    details={"class": "计划内", "plan_line": label},
                )  # fmt: skip

    def _satellite(self, day: date) -> Entry:
        missed = self.dice.choice((0, 0, 0, 1))
        bodies = tuple(town.body for town in self.towns)
        return self._entry(
            "satellite_phone_check", day, 8, self.d.wenling, bodies=bodies,
            organiser=self.d.bureau,
            counts={"answered": len(bodies) - missed, "missed": missed},
        )  # fmt: skip

    def _of_shelters(self) -> Iterator[Entry]:
        for number, shelter in enumerate(self.shelters):
            week = self.dice.randrange(WEEKS)
            yield self._entry(
                "shelter_patrol", self._day(week, number % 5), 10, shelter.area, item=shelter,
                organiser=self.d.bureau, people=(self.d.chen_section,),
                counts={"problems": self.dice.randint(0, 2)},
            )  # fmt: skip

    # --- this week, by hand -----------------------------------------------------------------------

    def _this_week(self) -> int:
        """Three visits with their checklists: one finds a hazard, one is not released yet."""
        d, at = self.d, self.until
        told = {
            key: Answer("yes")
            for key in ("exit", "equipment", "window", "dwelling", "flame", "wiring", "e_bike")
        }
        seen = told | {"exit": Answer("no", "东侧安全门上锁")}
        given: tuple[tuple[Person, dict[str, Any]], ...] = (
            (d.huang_zeguo_station, {"area": d.village_muyu, "bodies": (Visited(d.cold_chain),),
                                     "answers": seen, "people": (d.huang_zeguo_station,)}),
            (d.zhao_taiping_station, {"area": d.taiping, "bodies": (Visited(d.foundry),),
                                      "answers": told, "people": (d.zhao_taiping_station,)}),
        )  # fmt: skip
        for by, also in given:
            entry = Entry(
                kind="inspection", started_at=at - timedelta(hours=3), sector="fire",
                checklist="fire_general", **also,
            )  # fmt: skip
            actions.keep(entry, by=by, at=at)
        hidden = Entry(
            kind="unannounced_visit", area=d.taiping, started_at=at - timedelta(hours=20),
            bodies=(Visited(d.foundry),), people=(d.chen_section,), sector="molten_metal",
            words="夜间未见带班领导",
        )  # fmt: skip
        actions.keep(hidden, by=d.chen_section, at=at)
        return len(given) + 1

    # --- who, where, when -------------------------------------------------------------------------

    def _entry(self, kind: str, day: date, hour: int, area: Area, **also: Any) -> Entry:
        begun = datetime.combine(day, time(hour, self.dice.choice((0, 10, 20, 30, 40))), LOCAL)
        bodies = tuple(Visited(body) for body in also.pop("bodies", ()))
        return Entry(
            kind=kind, area=area, started_at=begun, ended_at=begun + timedelta(hours=1),
            bodies=bodies, **also,
        )  # fmt: skip

    def _day(self, week: int, weekday: int) -> date:
        """A weekday of one of the weeks before this one; week 0 is the oldest."""
        monday = self.today - timedelta(days=self.today.weekday())
        return monday - timedelta(weeks=WEEKS - 1 - week) + timedelta(days=weekday)

    def _firms(self, town: Town, many: int) -> tuple[Body, ...]:
        firms = [firm for firm, _ in town.firms]
        return tuple(self.dice.sample(firms, min(many, len(firms))))

    def _of(self, post: Any) -> Person:
        return self.holders[post.pk]

    def _men(self, town: Town) -> tuple[Person, ...]:
        return (self._of(town.station),)
