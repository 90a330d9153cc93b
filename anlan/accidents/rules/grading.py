"""How grave an accident is (事故等级): the worst of three measures, 以上 inclusive, 以下 not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

GENERAL, LARGER, MAJOR, EXTREME = "GENERAL", "LARGER", "MAJOR", "EXTREME"
GRADES = (GENERAL, LARGER, MAJOR, EXTREME)  # from the least to the gravest


@dataclass(frozen=True)
class Toll:
    """What an accident cost (伤亡损失); None is not known yet, which is not the same as none.

    `serious` includes acute industrial poisoning, `loss` is direct economic loss in 万元.
    """

    deaths: int | None = None
    missing: int | None = None
    serious: int | None = None
    minor: int | None = None
    loss: Decimal | None = None

    @property
    def injured(self) -> int:
        return (self.serious or 0) + (self.minor or 0)

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is known yet."""
        return self == Toll()

    def feared(self) -> "Toll":
        """The toll if nobody of the missing comes back (可能造成的伤亡)."""
        return replace(self, deaths=(self.deaths or 0) + (self.missing or 0), missing=0)

    def words(self) -> str:
        """死亡2人、重伤1人；直接经济损失300万元: none stays unsaid, unknown is said."""
        if self.is_unknown:
            return "伤亡和损失尚不清楚"
        people = {"死亡": self.deaths, "失踪": self.missing, "重伤": self.serious,
                  "轻伤": self.minor}  # fmt: skip
        said = "、".join(f"{word}{number}人" for word, number in people.items() if number)
        said = said or ("死伤尚不清楚" if self.deaths is None else "无人员伤亡")
        return f"{said}；直接经济损失{plain(self.loss)}万元" if self.loss is not None else said


@dataclass(frozen=True)
class GradeRule:
    """One grade (等级标准): from which numbers on it is reached, and since when it holds."""

    key: str
    label: str
    deaths: int
    serious: int
    loss: Decimal  # 万元
    clause: str
    since: date


@dataclass(frozen=True)
class Verdict:
    """A grade and why: each measure that reaches it, in words."""

    grade: str
    why: str


def grade_of(toll: Toll, scale: Sequence[GradeRule]) -> Verdict:
    """The grade of a toll: the gravest that any of the three measures reaches.

    `scale` goes from the least to the gravest; the least is what is left.
    """
    for rule in reversed(scale[1:]):
        reasons = [
            f"{what}{plain(has)}{unit}，达到{rule.label}标准（{plain(least)}{unit}以上）"
            for what, has, least, unit in _measures(toll, rule)
            if has >= least
        ]
        if reasons:
            return Verdict(rule.key, "；".join(reasons))
    least = scale[0]
    if toll.is_unknown:
        return Verdict(least.key, f"伤亡和损失尚不清楚，暂列{least.label}")
    return Verdict(least.key, f"{toll.words()}，未达到{scale[1].label}标准")


def at_least(grade: str, least: str) -> bool:
    """Whether a grade is as grave as another or graver."""
    return not least or GRADES.index(grade) >= GRADES.index(least)


def plain(number: Decimal | int) -> str:
    """A number without idle noughts: 146, 12.5."""
    return f"{Decimal(number).normalize():f}"


def _measures(toll: Toll, rule: GradeRule) -> list[tuple[str, Decimal, Decimal, str]]:
    return [
        ("死亡", Decimal(toll.deaths or 0), Decimal(rule.deaths), "人"),
        ("重伤", Decimal(toll.serious or 0), Decimal(rule.serious), "人"),
        ("直接经济损失", toll.loss or Decimal(0), rule.loss, "万元"),
    ]
