"""How instants, deadlines and grades read on a screen: words, shape, colour class."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.kernel import catalogues
from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.registry.models import Sector

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
    if _same_day(due_at, at):
        return Light("soon", "◐", _("今天%s") % due_at.astimezone(LOCAL).strftime("%H:%M"), exact)
    if left <= SOON:
        return Light("soon", "◐", _("还剩%s") % span(left), exact)
    return Light("calm", "○", _("还剩%s") % span(left), exact)


LOOKS = {"overdue": "late", "soon": "soon", "normal": "calm"}
SHAPES = {"late": "●", "soon": "◐", "calm": "○"}


def light_of(matter: Matter, at: datetime) -> Light:
    """A matter's light as its kind defines 临期; on the last day it says the hour."""
    shown = matter.light(at)
    if shown is None:
        return Light("rest", "—", matter.get_stage_display(), moment(matter.closed_at))
    look, words = LOOKS[shown.key], shown.words
    if look != "late" and _same_day(shown.due_at, at):
        look, words = "soon", _("今天%s") % shown.due_at.astimezone(LOCAL).strftime("%H:%M")
    return Light(look, SHAPES[look], words, moment(shown.due_at))


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(LOCAL).date() == other.astimezone(LOCAL).date()


def span(length: timedelta) -> str:
    """A duration in the one unit that matters: 2天, 5小时, 12分钟."""
    if length >= DAY:
        return _("%d天") % (length // DAY)
    if length >= timedelta(hours=1):
        return _("%d小时") % (length // timedelta(hours=1))
    return _("%d分钟") % max(1, length // timedelta(minutes=1))


def moment(at: datetime | None) -> str:
    """An instant: 2024-06-24 14:05."""
    return at.astimezone(LOCAL).isoformat(" ", "minutes")[:16] if at else ""


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


def sector_label(key: str) -> str:
    """A sector as people call it (领域); the key itself where the catalogue has it no more."""
    known = catalogues.load("sectors", Sector)
    return known[key].label if key in known else key
