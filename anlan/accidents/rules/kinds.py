"""Scopes, categories by edition, who investigates (统计口径、事故类别、调查权限)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .grading import EXTREME, GENERAL, LARGER, MAJOR, Toll

INDUSTRY = re.compile(r"[A-T](\d{2,4})?")  # GB/T 4754: A, A01, A011, A0111


@dataclass(frozen=True)
class ScopeRule:
    """A scope (统计口径): whether it counts as production safety, and its window of days."""

    key: str
    label: str
    window_days: int
    clause: str
    production: bool = False  # counted in 生产安全事故
    also: tuple[str, ...] = ()  # words of tables


@dataclass(frozen=True)
class Edition:
    """One edition of GB 6441 (分类标准版本), by the days on which accidents are coded with it."""

    key: str
    label: str
    since: date
    note: str = ""


@dataclass(frozen=True)
class Category:
    """What happened (事故类别), as one edition codes it; `became` names its heirs in the next."""

    key: str
    edition: str
    code: str
    label: str
    became: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def edition_on(day: date, editions: Iterable[Edition]) -> Edition | None:
    """The edition in force on the day of an accident: the latest that had begun."""
    begun = [each for each in editions if each.since <= day]
    return max(begun, key=lambda each: each.since, default=None)


COUNTY, CITY, PROVINCE, STATE = "COUNTY", "CITY", "PROVINCE", "STATE"
LEVELS = (COUNTY, CITY, PROVINCE, STATE)
_BY_GRADE = {GENERAL: COUNTY, LARGER: CITY, MAJOR: PROVINCE, EXTREME: STATE}


def investigating_level(grade: str) -> str:
    """Whose government investigates (493号令第十九条): 县、设区的市、省、国务院."""
    return _BY_GRADE[grade]


def is_high_enough(level: str, grade: str) -> bool:
    """A higher government may take an investigation over (第二十条), a lower one never."""
    return LEVELS.index(level) >= LEVELS.index(investigating_level(grade))


def unit_may_investigate(toll: Toll, grade: str) -> bool:
    """Only a 一般 accident that hurt nobody may be left to the unit itself (第十九条第三款)."""
    hurt = (toll.deaths or 0) + (toll.missing or 0) + toll.injured
    return grade == GENERAL and toll.deaths is not None and not hurt


def is_industry(code: str) -> bool:
    """Whether it is written as a code of GB/T 4754: letter, then up to four digits."""
    return bool(INDUSTRY.fullmatch(code))
