from datetime import timedelta

import pytest

from anlan.demo.district import Clock, District
from anlan.papers import actions
from anlan.papers.models import Paper

SAID = {
    "subject": "集中夜查未达到频次要求",
    "basis": "《温岭市安全夜查制度》",
    "facts": ["6月第3周未开展夜查", "6月第4周未开展夜查"],
    "demands": ["一周内补查", "分管领导带队"],
}


class Desk:
    """陈 of the section writes, 周 the chief signs, the towns answer."""

    def __init__(self, district: District, clock: Clock) -> None:
        self.d = district
        self.clock = clock

    def writes(self, **given: object) -> Paper:
        facts: dict[str, object] = {
            "kind": "reminder_letter",
            "issuer": self.d.bureau,
            "addressees": [self.d.zeguo_town],
            "values": SAID,
        }
        return actions.draft(**(facts | given), by=self.d.chen_section, at=self.now)

    def hands_in(self, **given: object) -> Paper:
        paper = self.writes(**given)
        actions.submit(paper, by=self.d.chen_section, at=self.now)
        return paper

    def sends(self, **given: object) -> Paper:
        paper = self.hands_in(**given)
        actions.issue(paper, by=self.d.zhou_chief, at=self.now)
        paper.refresh_from_db()
        return paper

    @property
    def now(self):
        return self.clock.now()

    def later(self, **span: float) -> None:
        self.clock.forward(seconds=timedelta(**span).total_seconds())


@pytest.fixture
def desk(district: District, clock: Clock) -> Desk:
    return Desk(district, clock)
