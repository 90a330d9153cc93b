"""What a template asks for, and how it is answered (所需指标)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

THIS, TO_DATE, BEFORE, YEAR_BEFORE = "", "累计", "上期", "上年同期"
SPANS = (THIS, TO_DATE, BEFORE, YEAR_BEFORE)
ZERO = Decimal(0)
UNFILLED = "未填写"  # the part of a breakdown that holds what nobody has filled in
MONTH = "month"  # the breakdown by the months of a period, which is no dimension of the rows


@dataclass(frozen=True, order=True)
class Ask:
    """One figure over one span of time, in whole or by one of its dimensions."""

    figure: str
    span: str = THIS
    by: str = ""


@dataclass(frozen=True)
class Known:
    """What the catalogue says of a figure (指标), as far as sentences go."""

    key: str
    label: str
    unit: str
    is_rate: bool = False
    dimensions: Mapping[str, str] = field(default_factory=dict)  # key → Chinese word
    goal: str = ""  # what it is measured against, in words: 900人, 每周1次


@dataclass(frozen=True)
class Part:
    """One part of a figure, and what opens its rows."""

    key: str
    label: str
    value: Decimal | None
    ref: str = ""


@dataclass(frozen=True)
class Told:
    """The answer: the value, the same period of last year, the period before, the parts."""

    known: Known
    value: Decimal | None
    base: Decimal | None = None
    before: Decimal | None = None
    ref: str = ""
    parts: tuple[Part, ...] = ()
    words: str = ""  # what the figure says of itself where it is no plain number (连续48个月)
