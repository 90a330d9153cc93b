"""How instants, deadlines and grades read on a screen: words, shape, colour class."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.kernel.trail import LOCAL

SOON = timedelta(days=2)  # 临期 from two days before, and the whole last day
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Light:
    """A deadline as it is shown (时限灯): never colour alone, always shape and word."""

    look: str  # late soon calm rest: the css class
    shape: str
    words: str
    exact: str


def light(due_at: datetime | None, at: datetime) -> Light:
    """The light of a deadline, seen at an instant (时限灯)."""
    if due_at is None:
        return Light("rest", "—", _("无时限"), "")
    exact = moment(due_at)
    left = due_at - at
    if left <= timedelta(0):
        return Light("late", "●", _("逾期%s") % span(-left), exact)
    if due_at.astimezone(LOCAL).date() == at.astimezone(LOCAL).date():
        return Light("soon", "◐", _("今天%s") % due_at.astimezone(LOCAL).strftime("%H:%M"), exact)
    if left <= SOON:
        return Light("soon", "◐", _("还剩%s") % span(left), exact)
    return Light("calm", "○", _("还剩%s") % span(left), exact)


def span(length: timedelta) -> str:
    """A duration in the one unit that matters: 2天, 5小时, 12分钟."""
    if length >= DAY:
        return _("%d天") % (length // DAY)
    if length >= timedelta(hours=1):
        return _("%d小时") % (length // timedelta(hours=1))
    return _("%d分钟") % max(1, length // timedelta(minutes=1))


def moment(at: datetime | None) -> str:
    """An instant: 2024-06-24 14:05."""
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if at else ""


def short_moment(at: datetime | None, seen: datetime) -> str:
    """An instant in a dense list: 今天 14:05, 06-22 14:05, or 2023-06-22."""
    if at is None:
        return ""
    there, here = at.astimezone(LOCAL), seen.astimezone(LOCAL)
    if there.date() == here.date():
        return _("今天 %s") % there.strftime("%H:%M")
    if there.year == here.year:
        return there.strftime("%m-%d %H:%M")
    return there.strftime("%Y-%m-%d")
