"""The rosters of the sample district: this month and the next, one hour nobody covers, a log.

Made through the real actions at the instants they would have happened; the rosters of the other
towns, which nobody looks into one by one, are written in bulk.
"""

from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from anlan.duty import actions
from anlan.duty.actions import DeskFacts, Note, OpenThing, RotationFacts, SwapFacts
from anlan.duty.models import Desk, Shift
from anlan.kernel.pinyin import initials_of_person
from anlan.kernel.trail import LOCAL
from anlan.people import actions as people
from anlan.people.models import Area, Body, Person, Post, Tenure

from .district import BEGIN, District
from .names import Roll, person_name, phone
from .towns import Town

DAY = timedelta(days=1)
OFFICERS, LEADERS = 5, 3  # five over two watches: nobody has nights alone
TOWN_WATCH = 4
FIRST_PHONE = 70000
SAID = (
    # hours ago, kind, words
    (31, "CALL_IN", "市民来电反映路面积水，已转{0}处置，20 分钟后回告积水已退。"),
    (27, "REPORT", "向上级值班室报送《每日值班信息》，当日无突发事件。"),
    (22, "CHECK", "卫星电话抽查 4 个镇（街道），均接通，通话清晰。"),
    (15, "WEATHER", "气象台发布暴雨黄色预警，已转发各镇（街道）和成员单位。"),
    (14, "ORDER", "带班领导指示：加密巡查地质灾害点和低洼易涝点，每两小时报一次。"),
    (13, "UNANSWERED", "致电{1}值班室 2 次未接通，5 分钟后由带班领导手机回电。"),
    (9, "CALL_OUT", "询问{2}雨情：过去 3 小时 28 毫米，河道水位正常。"),
    (4, "CALL_IN", "{3}报告村后山坡有少量落石，无人员受伤，已设警戒。"),
    (2, "REPORT", "向上级值班室报送降雨情况和处置措施。"),
)


class DutyRooms:
    """Sets the desks up and fills them."""

    def __init__(self, district: District, towns: list[Town], dice: Random, at: datetime) -> None:
        self.district = district
        self.towns = towns
        self.dice = dice
        self.at = at
        self.day = at.astimezone(LOCAL).date()
        self.first = self.day.replace(day=1)
        after = (self.first + 63 * DAY).replace(day=1)
        self.last = after - DAY
        self.before = datetime.combine(self.first - DAY, time(9), LOCAL)
        self.roll = Roll()
        for person in Person.objects.exclude(body=None):
            self.roll.remark(person.body_id or 0, person.name, person.phone)
        self.numbers = count(FIRST_PHONE)

    def fill(self) -> int:
        """Everything; how many shifts there are."""
        room = self._desk("district_duty_room", self.district.wenling, self.district.bureau, 1)
        flood = self._desk("flood_control_office", self.district.wenling, self.district.bureau, 2)
        self._district(room, flood)
        for number, town in enumerate(self.towns, start=11):
            self._town(self._desk("town_duty", town.area, town.body, number), town)
        self._arrivals(room)
        self._books(room)
        self._troubles(room)
        return Shift.objects.count()

    def _desk(self, kind: str, area: Area, body: Body, number: int) -> Desk:
        name = {"town_duty": "值班室", "flood_control_office": "防汛值班室"}.get(kind, "应急值班室")
        facts = DeskFacts(kind, f"{area.name}{name}", f"8600{number:04d}")
        chen = self.district.chen_section
        return actions.open_desk(facts, area=area, body=body, by=chen, at=self.before)

    # --- rosters ------------------------------------------------------------------------------

    def _district(self, room: Desk, flood: Desk) -> None:
        officers = self._staff("应急指挥中心值班员", "hotline", OFFICERS)
        leaders = self._staff("应急局带班领导", "chief", LEADERS)
        own = [self.district.zhou_chief, self.district.chen_section]
        self._turns(room, RotationFacts("LEADER"), [*own, *leaders])
        self._turns(room, RotationFacts("OFFICER"), officers)
        standby = [self.district.ma_admin, self.district.luo_fire, self.district.he_housing]
        self._turns(room, RotationFacts("STANDBY"), standby)
        off = self._staff("防汛办值班员", "hotline", OFFICERS)
        self._turns(flood, RotationFacts("LEADER"), leaders)
        self._turns(flood, RotationFacts("OFFICER"), off)

    def _turns(self, desk: Desk, facts: RotationFacts, group: list[Person]) -> None:
        who: dict[str, Any] = {"by": self.district.chen_section, "at": self.before}
        rotation = actions.set_rotation(desk, facts, group=group, **who)
        actions.generate_roster(desk, [rotation], first=self.first, last=self.last, **who)

    def _watch(self, town: Town) -> list[tuple[int, int]]:
        """The watch of a town whose grid workers nobody knows by name."""
        people = self._staff("值班员", "hotline", TOWN_WATCH, body=town.body)
        held = Tenure.objects.filter(person__in=people).order_by("pk")
        return list(held.values_list("person_id", "post_id"))

    def _staff(
        self, post: str, role: str, number: int, *, body: Body | None = None
    ) -> list[Person]:
        where = body or self.district.bureau
        made = Post.objects.create(
            name=post,
            body=where,
            area=where.area,
            area_path=where.area_path,
            superior=None if body else self.district.section_post,
            roles=[role],
        )
        found = []
        for _ in range(number):
            name, tel = person_name(self.dice), phone(next(self.numbers))
            remark = self.roll.remark(where.pk, name, tel)
            person = Person.objects.create(
                name=name,
                phone=tel,
                body=where,
                remark=remark,
                initials=initials_of_person(name),
            )
            Tenure.objects.create(person=person, post=made, since=BEGIN)
            found.append(person)
        return found

    def _town(self, desk: Desk, town: Town) -> None:
        leaders = self._holders([town.leader.pk, town.station.pk])
        known = {self.district.taiping.pk, self.district.zeguo.pk}
        grids = [post.pk for post in town.grids[:5]]
        officers = self._holders(grids) if town.area.pk in known else self._watch(town)
        officers = officers or self._watch(town)
        rows = []
        for number in range((self.last - self.first).days + 1):
            day = self.first + DAY * number
            for level, group in (("LEADER", leaders), ("OFFICER", officers)):
                person, post = group[number % len(group)]
                rows.append(self._shift(desk, level, day, person, post))
        Shift.objects.bulk_create(rows)

    def _shift(self, desk: Desk, level: str, day: date, person: int, post: int) -> Shift:
        starts = datetime.combine(day, time(8, 30), LOCAL)
        limit = starts + timedelta(minutes=30) if level == "OFFICER" else None
        return Shift(
            desk=desk,
            level=level,
            person_id=person,
            post_id=post,
            starts=starts,
            ends=starts + DAY,
            watch="全天",
            arrive_by=limit,
        )

    def _holders(self, posts: list[int]) -> list[tuple[int, int]]:
        held = Tenure.objects.valid_on(self.day).filter(post__in=posts).order_by("post", "pk")
        return list(held.values_list("person_id", "post_id"))

    # --- what happened ------------------------------------------------------------------------

    def _arrivals(self, room: Desk) -> None:
        """Everyone came in time, save one who was late yesterday and one town's officer today."""
        waited = Shift.objects.filter(arrive_by__isnull=False, starts__lt=self.at)
        came = list(waited.order_by("starts", "pk"))
        late = [s for s in came if s.desk_id == room.pk and s.ends < self.at][-1:]
        absent = [s for s in came if s.desk_id != room.pk and s.ends > self.at][3:4]
        for shift in came:
            minutes = self.dice.randint(-20, 8) + (30 if shift in late else 0)
            shift.arrived_at = min(shift.starts + timedelta(minutes=minutes), self.at)
            shift.arrival_by_id = shift.person_id
        Shift.objects.bulk_update(
            [shift for shift in came if shift not in absent], ["arrived_at", "arrival_by"]
        )
        for shift in Shift.objects.filter(pk__in=[s.pk for s in absent]):
            if shift.arrive_by and shift.arrive_by <= self.at:
                actions.mark_absent(shift, at=shift.arrive_by)

    def _books(self, room: Desk) -> None:
        towns = [town.area.name for town in self.towns]
        places = (towns[0], towns[-1], towns[len(towns) // 2], self.district.zeguo.name)
        for hours, kind, template in SAID:
            words = template.format(*places)
            at = self.at - timedelta(hours=hours)
            shift = room.shifts.filter(level="OFFICER", starts__lte=at, ends__gt=at).first()
            if shift is not None:
                entry = actions.write_log(room, Note(kind, words), by=shift.person, at=at)
                if kind == "CALL_OUT":
                    words = words.replace("28 毫米", "38 毫米")
                    later = at + timedelta(minutes=6)
                    actions.correct_log(entry, words=words, by=shift.person, at=later)
        over = room.shifts.filter(level="OFFICER", ends__lte=self.at, ends__gt=self.at - 3 * DAY)
        for shift in over.order_by("starts"):
            self._hand_over(room, shift)

    def _hand_over(self, room: Desk, shift: Shift) -> None:
        after = room.shifts.filter(level="OFFICER", starts=shift.ends).first()
        handover = actions.give_handover(
            shift,
            words="本班降雨时断时续，累计 32 毫米；各镇（街道）值班在岗，信息已报上级。",
            open_things=[
                OpenThing(f"{self.district.zeguo.name}村后山坡落石，等待专业队伍复核"),
                OpenThing("每两小时汇总一次地质灾害点巡查情况"),
            ],
            by=shift.person,
            at=shift.ends - timedelta(minutes=8),
        )
        taken = shift.ends + timedelta(minutes=4)
        if after is not None and taken <= self.at:
            actions.take_handover(handover, remark="已核对", by=after.person, at=taken)

    def _troubles(self, room: Desk) -> None:
        """A night that nobody has, a swap that waits, somebody on the roster who has left."""
        coming = room.shifts.standing().filter(starts__gt=self.at).order_by("starts")
        by: dict[str, Any] = {"by": self.district.chen_section, "at": self.at}
        tomorrow = datetime.combine(self.day + DAY, time(12), LOCAL)
        night = coming.filter(level="OFFICER", starts__gt=tomorrow).first()
        if night is not None:
            actions.drop_shift(night, reason="参加省厅培训", **by)
        chen, zhou = self.district.chen_section, self.district.zhou_chief
        mine = coming.filter(level="LEADER", person=chen, starts__gt=self.at + 2 * DAY).first()
        if mine is not None:
            theirs = coming.filter(level="LEADER", person=zhou, starts__gt=mine.starts).first()
            facts = SwapFacts(zhou, theirs, "当天到省里开会")
            actions.ask_swap(mine, facts, by=chen, at=self.at)
        (gone,) = self._staff("应急指挥中心值守专员", "hotline", 1)
        later = coming.filter(level="STANDBY", starts__gt=self.at + 5 * DAY).first()
        if later is not None:
            actions.reassign_shift(later, person=gone, reason="临时调整", **by)
        people.leave(gone, on=self.day, reason="调离", **by)
