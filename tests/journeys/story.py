"""What happens to a hazard, in the words of those who deal with it: what journeys are told with."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image

from anlan.demo.district import Clock, District
from anlan.kernel import files
from anlan.kernel.models import Heartbeat
from anlan.matters import actions
from anlan.matters.actions import Finding, Order, Shown
from anlan.matters.models import Evidence, Matter
from anlan.people.models import Person
from anlan.wiring import every

PLAN = {"responsibility": "徐文负责", "measure": "检测液氨管线，更换阀门"}
MAJOR_PLAN = PLAN | {"funds": "企业自筹 12 万元", "contingency": "停产撤人，喷淋稀释"}


def picture(seed: int = 0, size: tuple[int, int] = (320, 240)) -> bytes:
    """A photo that decodes, and differs from every other seed's."""
    dice = Random(seed)
    image = Image.new("RGB", size, (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    image.putpixel((seed % size[0], seed // size[0] % size[1]), (255, 255, 255))
    kept = BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


@dataclass
class Story:
    """The sample district with its clock, and deeds short enough to tell an incident with."""

    district: District
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def shown(self, phase: str, *, by: Person, seed: int = 0) -> list[Shown]:
        stored = files.keep(picture(seed), name="现场.jpg", by=by, at=self.now)
        return [Shown(stored, phase)]

    def found(self, title: str = "液氨管线阀门无检测报告", **given: Any) -> Matter:
        """孙国强, of 牧屿7号网格, reports a hazard at the cold chain's; or what is `given`."""
        where = self.district
        by = given.pop("by", where.sun_grid7)
        facts = {"area": where.grid7, "body": where.cold_chain, "source": "GRID"} | given
        evidence = self.shown(Evidence.Phase.FOUND, by=by)
        return actions.report(Finding(title=title, **facts), evidence=evidence, by=by, at=self.now)

    def dispatched(self, matter: Matter | None = None, **order: Any) -> Matter:
        """黄磊, of 泽国镇's station, dispatches it to whom the rules propose."""
        matter = matter or self.found()
        given = Order(**{"plan": PLAN, "grade": "GENERAL"} | order)
        actions.dispatch(matter, order=given, by=self.district.huang_zeguo_station, at=self.now)
        return matter

    def taken(self, matter: Matter | None = None) -> Matter:
        """徐文, safety officer of the cold chain, takes it."""
        matter = matter or self.dispatched()
        actions.take(matter, by=self.district.xu_safety, at=self.now)
        return matter

    def submitted(self, matter: Matter | None = None, *, by: Person | None = None) -> Matter:
        """He says that it is done, and shows it."""
        matter, by = matter or self.taken(), by or self.district.xu_safety
        evidence = self.shown(Evidence.Phase.AFTER, by=by, seed=7)
        actions.submit(matter, words="阀门已更换并检测", evidence=evidence, by=by, at=self.now)
        return matter

    def closed(self, matter: Matter | None = None) -> Matter:
        """黄磊 has looked at it and agrees."""
        matter = matter or self.submitted()
        by = self.district.huang_zeguo_station
        actions.accept(matter, opinion="现场复核，已消除", by=by, at=self.now)
        return matter

    def time_does_its_work(self) -> list[str]:
        """Every sweep whose period is over runs, as in the background of a real site."""
        ran = every.sweep_due(at=self.now)
        assert not Heartbeat.objects.exclude(note="").values("part", "note")
        return ran


def refreshed(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)
