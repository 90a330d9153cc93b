"""Until when changed casualties count for grade and statistics (补报期限)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .grading import Toll


@dataclass(frozen=True)
class Statement:
    """One statement of what an accident cost, and the day on which that had become true."""

    on: date
    toll: Toll


def last_day(happened: date, days: int) -> date:
    """The last of so many days from an accident on: its own day is not counted (30日内)."""
    return happened + timedelta(days=days)


def counts(on: date, *, happened: date, days: int) -> bool:
    """Whether casualties that changed on a day still change grade and statistics."""
    return on <= last_day(happened, days)


def settle(statements: Sequence[Statement], *, happened: date, days: int) -> Toll:
    """What stands in the statistics: people by the newest statement about a day of the window.

    Direct loss has no window: it is assessed by the investigation, and the newest counts.
    `statements` are in the order in which they were made.
    """
    told = Toll()
    for one in statements:
        people = one.toll if counts(one.on, happened=happened, days=days) else told
        loss = told.loss if one.toll.loss is None else one.toll.loss
        told = replace(people, loss=loss)
    return told


def past_words(*, happened: date, days: int) -> str:
    """Why a later change does not count, with its clause."""
    last = last_day(happened, days)
    article = "第十三条第二款“自事故发生之日起30日内”" if days > 7 else (
        "第十三条第二款“道路交通事故、火灾事故自发生之日起7日内”"
    )  # fmt: skip
    return (
        f"伤亡变化发生在{days}日期限（至{last}）之后，如实留存，"
        f"不再改变等级和统计数字（生产安全事故报告和调查处理条例{article}）"
    )
