"""The deeds that the stories of the sample district are made of, each at the clock's now."""

from random import Random
from typing import Any

from anlan.kernel import files
from anlan.matters import actions
from anlan.matters.actions import Finding, Order, Shown
from anlan.matters.models import Evidence, Matter
from anlan.people.models import Area, Person, Post, Tenure

from . import pictures
from .district import District


class Deeds:
    """Somebody does something, with a photo where one would take a photo."""

    def __init__(self, district: District, dice: Random) -> None:
        self.d = district
        self.dice = dice
        self.clock = district.clock

    def _report(
        self,
        by: Person,
        title: str,
        source: str,
        area: Area,
        *,
        photo: bool = True,
        on_behalf_of: Person | None = None,
        **described: Any,
    ) -> Matter:
        lon, lat = self._near(area)
        finding = Finding(title=title, source=source, area=area, lon=lon, lat=lat, **described)
        shown = [self._photo(Evidence.Phase.FOUND, by, blocked=True)] if photo else []
        return actions.report(
            finding, evidence=shown, on_behalf_of=on_behalf_of, by=by, at=self.clock.now()
        )

    def _dispatch(
        self,
        matter: Matter,
        by: Person,
        *,
        owner: Post | None = None,
        checker: Post | None = None,
    ) -> None:
        order = Order(
            plan={
                "responsibility": owner.name if owner else "企业安全管理员",
                "measure": "立即整改，完成后拍照上报",
            },
            owner=owner,
            checker=checker,
            grade=matter.grade or Matter.Grade.GENERAL,
        )
        actions.dispatch(self._fresh(matter), order=order, by=by, at=self.clock.now())

    def _submit(self, matter: Matter, by: Person, words: str, *, blocked: bool) -> None:
        shown = [self._photo(Evidence.Phase.AFTER, by, blocked=blocked)]
        actions.submit(self._fresh(matter), words=words, evidence=shown, by=by, at=self.clock.now())

    def _fresh(self, matter: Matter) -> Matter:
        """The matter as it stands now; time may have handed it on since the last deed."""
        return Matter.objects.get(pk=matter.pk)

    def _photo(self, phase: str, by: Person, *, blocked: bool) -> Shown:
        content = pictures.scene(self.dice, blocked=blocked)
        kept = files.keep(content, name="现场照片.jpg", by=by, at=self.clock.now())
        return Shown(file=kept, phase=phase)

    def _holder(self, post: Post) -> Person:
        return Tenure.objects.select_related("person").filter(post=post)[0].person

    def _near(self, area: Area) -> tuple[float | None, float | None]:
        if area.lon is None or area.lat is None:
            return None, None
        step = self.dice.uniform(-0.003, 0.003), self.dice.uniform(-0.003, 0.003)
        return round(area.lon + step[0], 6), round(area.lat + step[1], 6)
