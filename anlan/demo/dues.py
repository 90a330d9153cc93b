"""Half a year of what was owed: a plan with names, a week excused, and what climbs the ladder."""

from datetime import datetime, timedelta
from random import Random

from anlan.dues import actions
from anlan.dues.models import Arrear, Step, due_named
from anlan.dues.rules import Who
from anlan.kernel.trail import LOCAL
from anlan.papers import actions as letters
from anlan.wiring.every import EVERY

from .district import District
from .towns import Town

PLANNED = 20  # dust firms of the year, report 001
ROUNDS = (9, 5, 2, 0)  # days before today on which the sweep went round


class Owed:
    """Plans, excuses, and lets time and the section do the rest."""

    def __init__(
        self, district: District, towns: list[Town], dice: Random, *, until: datetime
    ) -> None:
        self.d = district
        self.towns = towns
        self.dice = dice
        self.until = until

    def climb(self) -> int:
        """Everything; returns how many arrears stand."""
        self._plan()
        self._excuse()
        (climb,) = (sweep for sweep in EVERY if sweep.name == "dues.climb_ladders")
        for days in ROUNDS:
            climb.work(at=self.until - timedelta(days=days))
        self._first_letter()
        return Arrear.objects.standing().count()

    def _plan(self) -> None:
        firms = [firm for town in self.towns for firm, _ in town.firms]
        chosen = self.dice.sample(firms, min(PLANNED, len(firms)))
        year = self.until.astimezone(LOCAL).date().replace(month=1, day=1)
        if chosen:
            actions.plan(
                "plan_dust", first=year, things=chosen, by=self.d.chen_section, at=self.until
            )

    def _excuse(self) -> None:
        """The week in which a typhoon took everybody."""
        town = self.dice.choice(self.towns)
        today = self.until.astimezone(LOCAL).date()
        day = today - timedelta(weeks=5)
        (span,) = due_named("town_night_check").spans(day, day)
        who = Who(town.area.code, town.area.name, town.area.path, town.body.pk, town.area.pk)
        actions.waive(
            "town_night_check", who=who, days=(span.first, span.last),
            reason="台风应急响应期间，力量转入转移安置", by=self.d.chen_section, at=self.until,
        )  # fmt: skip

    def _first_letter(self) -> None:
        """One letter is signed, the next waits for its signature."""
        waiting = Step.objects.waiting().filter(arrear__body__isnull=False).order_by("pk")
        for number, step in enumerate(waiting[:2]):
            paper = actions.confirm_step(step, by=self.d.chen_section, at=self.until)
            if number == 0:
                letters.issue(paper, by=self.d.zhou_chief, at=self.until)
                actions.issue_step(step, by=None, at=self.until)
