"""Which day it is in the district (北京时间), and what is said of a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """The day of an instant in Beijing: dates of this room are days there."""
    return at.astimezone(BEIJING).date()


def not_in_future(day: date, *, today: date) -> str:
    """Why a change cannot be entered yet; empty when its day has come.

    What holds from a later day is entered on that day: a path that is already wrong today would
    count today's hazards at the wrong place.
    """
    if day > today:
        return f"生效日期 {day} 还没有到，今天是 {today}"
    return ""
