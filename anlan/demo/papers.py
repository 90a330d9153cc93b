"""What went out under a number: a circular, a letter answered, an order not yet, the half-year."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from anlan.figures import actions as figures
from anlan.figures.models import Report
from anlan.figures.rules import Period, parse_period
from anlan.kernel.trail import LOCAL
from anlan.papers import actions
from anlan.papers.models import Paper
from anlan.people.models import Body

from .district import District
from .towns import Town


class Office:
    """The safety committee's office: drafts by the section, signed by the chief."""

    def __init__(self, district: District, towns: list[Town], *, until: datetime) -> None:
        self.d = district
        self.towns = [town.body for town in towns if town.body is not None]
        self.until = until

    def write(self) -> int:
        """Everything; returns how many papers there are of it."""
        before = Paper.objects.count()
        self._half_year()
        self._circular()
        self._letter_answered()
        self._order_waiting()
        self._draft()
        return Paper.objects.count() - before

    def _half_year(self) -> None:
        """The work report: written, checked, frozen, signed."""
        period, at = _reported(self.until), self._ago(20)
        report = self._report("half_year", period, at=at)
        figures.submit_report(report, by=self.d.chen_section, at=at + timedelta(hours=2))
        figures.check_report(report, by=self.d.zhou_chief, at=at + timedelta(hours=24))
        report.refresh_from_db()
        paper = figures.file_report(report, by=self.d.chen_section, at=at + timedelta(hours=25))
        actions.issue(paper, by=self.d.zhou_chief, at=at + timedelta(hours=29))
        last_month = self.until.astimezone(LOCAL).date().replace(day=1) - timedelta(days=1)
        self._report("monthly", parse_period(f"{last_month:%Y-%m}"), at=self._ago(2))

    def _report(self, key: str, period: Period, *, at: datetime) -> Report:
        return figures.make_report(
            key, period=period, area=self.d.wenling, issuer=self.d.bureau,
            by=self.d.chen_section, at=at,
        )  # fmt: skip

    def _circular(self) -> None:
        self._signed(
            "circular", self.towns, at=self._ago(18),
            subject="近期集中夜查和隐患整改情况",
            facts="多数镇（街道）能够做到每周夜查，夜查发现的问题基本当场改正\n"
                  "少数镇（街道）夜查走过场，同类隐患反复出现\n"
                  "个别单位隐患整改超期，督促后仍未报送佐证",
            basis="《中华人民共和国安全生产法》第九条",
            demands="夜查要带检查表、留照片，发现的问题当天录入\n"
                    "超期隐患逐条明确责任人和完成时间，一周内销号",
        )  # fmt: skip

    def _letter_answered(self) -> None:
        """泽国镇 is reminded, and answers within the week."""
        paper = self._signed(
            "reminder_letter", [self.d.zeguo_town], at=self._ago(12),
            subject="避灾安置场所复检进度滞后",
            facts="应于汛前复检的避灾安置场所仍有2处未复检\n责任人名单中1人已调离，尚未更新",
            basis="《浙江省防汛防台抗旱条例》",
            demands="一周内完成复检并录入\n更新责任人名单并确认",
        )  # fmt: skip
        actions.reply(
            paper, by=self.d.lin_zeguo_leader, at=self._ago(6),
            text="两处避灾安置场所已于本周三、周四完成复检，均可启用；责任人已更新并由接任人确认。",
        )  # fmt: skip

    def _order_waiting(self) -> None:
        self._signed(
            "supervision_order", [self.d.taiping_street], at=self._ago(5),
            subject="沿街餐饮场所燃气隐患整改",
            facts="沿街餐饮场所燃气软管老化、未装报警器的问题久拖未改",
            demands="逐户更换软管、加装报警器\n不具备安全条件的，改正前停止用气",
        )  # fmt: skip

    def _draft(self) -> None:
        """One is still being written: what a clerk finds on the desk."""
        actions.draft(
            kind="reminder_letter", issuer=self.d.bureau, addressees=[self.d.housing_bureau],
            values={
                "subject": "在建工地有限空间作业审批不规范",
                "facts": "两处工地有限空间作业未办审批",
                "demands": "全面自查，补齐审批和监护记录",
            },
            by=self.d.chen_section, at=self._ago(1),
        )  # fmt: skip

    def _signed(self, kind: str, to: Sequence[Body], *, at: datetime, **values: Any) -> Paper:
        paper = actions.draft(
            kind=kind, issuer=self.d.bureau, addressees=to, values=values,
            by=self.d.chen_section, at=at,
        )  # fmt: skip
        actions.submit(paper, by=self.d.chen_section, at=at + timedelta(minutes=20))
        actions.issue(paper, by=self.d.zhou_chief, at=at + timedelta(hours=3))
        paper.refresh_from_db()
        return paper

    def _ago(self, days: int) -> datetime:
        """Ten in the morning of a day gone by."""
        day = self.until.astimezone(LOCAL) - timedelta(days=days)
        return day.replace(hour=10, minute=0, second=0, microsecond=0)


def _reported(at: datetime) -> Period:
    """What the work report is about: the last half-year, or this one as far as it has come."""
    today = at.astimezone(LOCAL).date()
    if (today.month, today.day) > (7, 25):
        return parse_period(f"{today.year}H1")
    if today.month > 2:
        return parse_period(f"{today.year}-01..{today.month - 1:02d}")
    return parse_period(f"{today.year - 1}H2")
