"""Two rounds of assessment: the towns' month is closed, the departments' has just been posted."""

from datetime import date, datetime, timedelta

from anlan.figures import actions
from anlan.figures.models import AssessedScore, AssessmentRound
from anlan.figures.rules import Period, parse_period
from anlan.kernel.trail import LOCAL

from .district import District, in_daylight

POSTED, OBJECTED, DECIDED, CLOSED = 20, 17, 14, 11  # days before today


class Rounds:
    """What the section posts, a town objects to and the chief decides."""

    def __init__(self, district: District, *, until: datetime) -> None:
        self.d = district
        self.until = until

    def post(self) -> int:
        """Both rounds; returns how many scores were put before everybody."""
        self._of_the_towns()
        actions.post_scores(
            "departments", period=_month_before(self.until), area=self.d.wenling,
            by=self.d.chen_section, at=self.until,
        )  # fmt: skip
        return AssessedScore.objects.count()

    def _of_the_towns(self) -> None:
        """Posted, objected to, upheld as it was, closed; the section writes to who did worst."""
        posted = self._ago(POSTED)
        held = actions.post_scores(
            "towns", period=_month_before(posted), area=self.d.wenling,
            by=self.d.chen_section, at=posted,
        )  # fmt: skip
        score = held.scores.get(area=self.d.zeguo)
        objection = actions.object_to(
            score, leaf="night_check", words="第三周的夜查与联合检查合并开展，请一并认定",
            by=self.d.lin_zeguo_leader, at=self._ago(OBJECTED),
        )  # fmt: skip
        actions.decide_objection(
            objection, score=None, opinion="联合检查由市级组织，不计入镇街集中夜查，维持原分",
            by=self.d.zhou_chief, at=self._ago(DECIDED),
        )  # fmt: skip
        held.refresh_from_db()
        actions.close_round(held, by=self.d.zhou_chief, at=self._ago(CLOSED))
        self._letter(held)

    def _letter(self, held: AssessmentRound) -> None:
        worst = held.scores.filter(body__isnull=False, place__isnull=False).order_by("-place")[:1]
        for score in worst:
            actions.draft_letter(
                score, reminder=True, by=self.d.chen_section, at=self._ago(CLOSED - 1)
            )

    def _ago(self, days: int) -> datetime:
        return in_daylight(self.until - timedelta(days=days))


def _month_before(at: datetime) -> Period:
    """The last whole month before a day."""
    day: date = at.astimezone(LOCAL).date()
    last = day.replace(day=1) - timedelta(days=1)
    return parse_period(f"{last:%Y-%m}")
