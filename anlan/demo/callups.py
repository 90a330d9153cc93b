"""Two call-ups of the sample district: the last storm, answered as people answer, and a drill.

Through the real deeds, at the instants at which they would have been done; who answers over what,
and after how long, is the dice's, so that the same seed tells the same night.
"""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from random import Random

from anlan.callup import actions
from anlan.callup.actions import Brief, HandCall, Handed, Report
from anlan.callup.flow import Stage, State
from anlan.callup.models import Called, Callup, Line
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Person
from anlan.wiring import lines

from .district import District

STORM_BEFORE, DRILL_BEFORE = timedelta(days=9), timedelta(days=23)
TICK = 10  # seconds between two looks of the engine
LASTS = timedelta(minutes=40)
DEAD, SILENT, BY_KEY, MEDIAN = 0.04, 0.14, 0.45, 45.0
SAID = (
    "1", "1", "1", "2", "1收到", "收到，已在巡查", "2到岗", "收到 正在转移低洼处群众",
    "3 桥下积水，要两台水泵", "4 人在外地，请另派人",
)  # fmt: skip


@dataclass(order=True)
class Due:
    """Something that will be heard from outside."""

    at: datetime
    order: int
    what: str = field(compare=False)
    sent: Handed = field(compare=False)
    text: str = field(compare=False, default="")


class CallNights:
    """Lets call-ups run as they would have run."""

    def __init__(self, district: District, dice: Random, *, until: datetime) -> None:
        self.district = district
        self.dice = dice
        self.until = until
        self.orders = count()
        self.waiting: list[Due] = []
        self.fates: dict[str, str] = {}
        actions.load_lines(list(lines.entries().values()), at=until - DRILL_BEFORE)

    def happen(self) -> int:
        """The drill, then the storm; how many people were called."""
        drill = self._drafted(
            self._evening(DRILL_BEFORE, time(15, 0)),
            self.district.zeguo,
            "叫应演练：短时强降雨",
            drill=True,
        )
        actions.start(drill, by=self.district.chen_section, at=drill.drafted_at + self._some(90))
        self._run(drill, reason="演练结束，已讲评")
        begin = self._evening(STORM_BEFORE, time(21, 40))
        storm = self._drafted(begin, self.district.taiping, "短时强降雨黄色预警")
        actions.submit(storm, by=self.district.chen_section, at=begin + self._some(40))
        actions.approve(storm, by=self.district.zhou_chief, at=begin + self._some(150))
        self._run(storm, reason="降雨减弱，预警解除")
        return Called.objects.filter(callup__in=[drill, storm]).count()

    def _evening(self, before: timedelta, hour: time) -> datetime:
        return datetime.combine((self.until - before).astimezone(LOCAL).date(), hour, LOCAL)

    def _some(self, seconds: int) -> timedelta:
        return timedelta(seconds=seconds + self.dice.randrange(30))

    def _drafted(self, at: datetime, area: Area, title: str, *, drill: bool = False) -> Callup:
        brief = Brief(
            profile="drill" if drill else "life_safety",
            hazard="rainstorm",
            colour="YELLOW",
            title=title,
            words="" if drill else "请查看低洼处和地质灾害点",
            areas=(area,),
            drill=drill,
        )
        return actions.draft(brief, by=self.district.chen_section, at=at)

    # --- a night ----------------------------------------------------------------------------------

    def _run(self, callup: Callup, *, reason: str) -> None:
        callup.refresh_from_db()
        assert callup.started_at is not None, "it was just started"
        now, ends = callup.started_at, callup.started_at + LASTS
        self.waiting.clear()
        while now < ends:
            self._send(callup.world, now)
            now += timedelta(seconds=TICK)
            self._hear(now)
            while actions.call_on(callup.world, at=now):
                pass
            self._ring(callup, now)
            if not self._is_open(callup):
                break
        if callup.stage == Stage.RUNNING:
            at = now + timedelta(minutes=5)
            actions.end(callup, reason=reason, by=self.district.chen_section, at=at)

    def _is_open(self, callup: Callup) -> bool:
        open_ = [State.CALLING, State.BY_HAND]
        return Called.objects.filter(callup=callup, state__in=open_).exists()

    def _send(self, world: str, now: datetime) -> None:
        for line in Line.objects.filter(world=world, active=True).order_by("place", "key"):
            taken = actions.claim(line.pk, limit=1000, at=now)
            actions.handed([each.ref for each in taken], line=line.pk, at=now)
            for each in taken:
                self._befall(line.pk, each, now)

    def _befall(self, line: str, sent: Handed, now: datetime) -> None:
        """What will be heard of one message or call, and when."""
        fate = self.fates.setdefault(sent.number, self._fate())
        voice = sent.channel == "VOICE"
        if fate == "dead":
            return self._later(now, 3, "DEAD_NUMBER", line, sent)
        if fate == "silent":
            after, what = (34, "NO_ANSWER") if voice else (5, "DELIVERED")
            return self._later(now, after, what, line, sent)
        self._later(now, 20 if voice else 4, "DELIVERED", line, sent)
        took = min(max(6.0, MEDIAN * self.dice.lognormvariate(0, 0.7)), 170.0)
        if voice and fate == "key":
            self._later(now, took, "KEY", line, sent, self.dice.choice("1112"))
        elif sent.channel == "SMS" and fate == "reply":
            self._later(now, took, "REPLY", line, sent, self.dice.choice(SAID))
        return None

    def _fate(self) -> str:
        drawn = self.dice.random()
        if drawn < DEAD:
            return "dead"
        if drawn < DEAD + SILENT:
            return "silent"
        return "key" if self.dice.random() < BY_KEY else "reply"

    def _later(
        self, now: datetime, seconds: float, what: str, line: str, sent: Handed, text: str = ""
    ) -> None:
        at = now + timedelta(seconds=round(seconds))
        heapq.heappush(self.waiting, Due(at, next(self.orders), f"{line} {what}", sent, text))

    def _hear(self, now: datetime) -> None:
        while self.waiting and self.waiting[0].at <= now:
            due = heapq.heappop(self.waiting)
            line, what = due.what.split()
            if what == "KEY":
                actions.key_pressed(due.sent.ref, due.text, line=line, at=due.at)
            elif what == "REPLY":
                actions.reply(due.sent.number, due.text, line=line, at=due.at)
            else:
                actions.receipts([Report(due.sent.ref, what, {})], line=line, at=due.at)

    def _ring(self, callup: Callup, now: datetime) -> None:
        """The duty officer rings whoever is left; most of them can be found in the end."""
        officer: Person = self.district.chen_section
        rows = Called.objects.filter(callup=callup, state=State.BY_HAND).select_related("person")
        for row in rows.exclude(person=officer).order_by("rank", "pk"):
            actions.ring_by_hand(row, by=officer, at=now)
            later = now + timedelta(seconds=25)
            if self.dice.random() < 0.75:
                call = HandCall("ANSWERED", kind="RECEIVED", text="刚才在外面，没听见")
                actions.record_hand_call(row, call, by=officer, at=later)
            else:
                actions.record_hand_call(row, HandCall("NO_ANSWER"), by=officer, at=later)
                actions.give_up(row, reason="电话未接，已请社区上门", by=officer, at=later)
