"""How incidents are told in this room's tests: short sentences about the sample district."""

from datetime import datetime

from anlan.demo.district import District
from anlan.kernel.models import Announcement, StoredFile
from anlan.matters import actions
from anlan.matters.actions import Finding, Order, Shown
from anlan.matters.models import Evidence, Matter
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person

LISTS = {"responsibility": "徐文负责", "measure": "更换阀门并检测"}
FIVE = LISTS | {"funds": "企业自筹12万元", "contingency": "停机并疏散冷库作业人员"}
AMMONIA = "chemical_2017.7"  # 重大: 液氨充装未用万向管道
Phase = Evidence.Phase


def photo(at: datetime, phase: str = Phase.AFTER, n: int = 1) -> Shown:
    """A stored picture; the same content is stored once."""
    stored, _ = StoredFile.objects.get_or_create(
        sha256=f"{n:064d}",
        defaults={"size": 2048, "media_type": "image/jpeg", "name": "现场.jpg", "kept_at": at},
    )
    return Shown(stored, phase)


class Story:
    """The district, and what happens in it at the time its clock shows."""

    def __init__(self, district: District) -> None:
        self.district = district

    @property
    def now(self) -> datetime:
        return self.district.clock.now()

    def scope(self, person: Person) -> Scope:
        return scope_of(person, at=self.now)

    def leak(self, **given: object) -> Finding:
        """What 孙国强 finds on his round: a valve at the cold store of 泽海冷链."""
        d = self.district
        words = {"title": "液氨管线阀门无检测报告", "source": "GRID", "area": d.grid7}
        return Finding(**{**words, "body": d.cold_chain, **given})

    def blocked_exit(self, **given: object) -> Finding:
        """What 李秀英 finds in her grid, where no firm is known."""
        d = self.district
        words = {"title": "安全出口被堵", "source": "GRID", "area": d.grid3, "sector": "fire"}
        return Finding(**{**words, **given})

    def reported(self, finding: Finding | None = None, *, by: Person | None = None) -> Matter:
        by = by or self.district.sun_grid7
        return actions.report(finding or self.leak(), by=by, at=self.now)

    def dispatched(self, **order: object) -> Matter:
        matter = self.reported()
        order = {"plan": LISTS, "grade": "GENERAL", **order}
        actions.dispatch(
            matter, order=Order(**order), by=self.district.huang_zeguo_station, at=self.now
        )
        return matter

    def major(self) -> Matter:
        """A major hazard, dispatched by the section to the manager of the firm."""
        finding = self.leak(clause=AMMONIA)
        matter = actions.report(finding, by=self.district.sun_grid7, at=self.now)
        actions.dispatch(matter, order=Order(plan=FIVE), by=self.district.chen_section, at=self.now)
        return matter

    def taken(self) -> Matter:
        matter = self.dispatched()
        actions.take(matter, by=self.district.xu_safety, at=self.now)
        return matter

    def submitted(self, *, by: Person | None = None) -> Matter:
        matter = self.taken()
        self.submit(matter, by=by)
        return matter

    def submit(self, matter: Matter, *, by: Person | None = None) -> None:
        by = by or self.district.xu_safety
        actions.submit(matter, words="已更换", evidence=[photo(self.now)], by=by, at=self.now)

    def closed(self) -> Matter:
        matter = self.submitted()
        actions.accept(
            matter, opinion="现场核查属实", by=self.district.huang_zeguo_station, at=self.now
        )
        return matter


def refreshed(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def announced() -> list[str]:
    """What the outbox holds, oldest first: the bare names of events."""
    events = Announcement.objects.order_by("id").values_list("event", flat=True)
    return [event.rpartition(".")[2] for event in events]
