"""How towns and departments are assessed (考核): weights, scores, vetoes, ranks; no Django.

A score is 0 to 100. What nobody owed in the period is not scored, and its weight falls to the
others: a town without chemical firms is judged by the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

FULL = Fraction(100)


@dataclass(frozen=True)
class Indicator:
    """One leaf (考核指标): from what it is scored, by which formula, with which weight."""

    key: str
    label: str
    weight: Decimal
    due: str = ""  # key of catalogues/dues.yaml: share, done, required, late, lag
    figure: str = ""  # key of catalogues/figures.yaml: value
    score: str = ""  # expression, 0 to 100; empty: the share of the due that was met
    clause: str = ""

    def __post_init__(self) -> None:
        if bool(self.due) == bool(self.figure):
            raise ValueError(f"指标「{self.label}」要写 due 或 figure 之一：得分从哪里来")
        if self.figure and not self.score:
            raise ValueError(f"指标「{self.label}」取自统计指标，要写 score：怎样折算成分数")
        if self.weight <= 0:
            raise ValueError(f"指标「{self.label}」的权重应大于 0")


@dataclass(frozen=True)
class Branch:
    """A branch of the tree (考核项目) and its leaves."""

    key: str
    label: str
    parts: tuple[Indicator, ...]

    @property
    def weight(self) -> Decimal:
        return sum((part.weight for part in self.parts), Decimal(0))


@dataclass(frozen=True)
class Veto:
    """What makes everything else worth nothing (一票否决)."""

    key: str
    label: str
    figure: str
    when: str  # expression over value
    clause: str = ""


@dataclass(frozen=True)
class Scheme:
    """One assessment (考核办法): who, by which tree, with which vetoes."""

    key: str
    label: str
    clause: str
    branches: tuple[Branch, ...]
    rows: str = ""  # key of catalogues/dues.yaml: whose rows are those who are assessed
    vetoes: tuple[Veto, ...] = ()
    good: Decimal = Decimal(90)
    fail: Decimal = Decimal(60)  # below it a reminder letter is drafted
    source: str = ""

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("没有写 rows：哪一项应做的各行就是被考核的单位，如 town_night_check")
        keys = [leaf.key for leaf in self.leaves]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"指标「{'、'.join(sorted(twice))}」重复出现")
        whole = sum((branch.weight for branch in self.branches), Decimal(0))
        if whole != 100:
            raise ValueError(f"权重合计为 {whole.normalize():f}，应为 100")
        if not 0 <= self.fail <= self.good <= 100:
            raise ValueError("应为 0 ≤ fail ≤ good ≤ 100")

    @property
    def leaves(self) -> tuple[Indicator, ...]:
        return tuple(part for branch in self.branches for part in branch.parts)

    def leaf(self, key: str) -> Indicator | None:
        return next((leaf for leaf in self.leaves if leaf.key == key), None)


def scheme_from(told: Mapping[str, Any]) -> Scheme:
    """A scheme out of the JSON that a round keeps of it."""
    branches = tuple(
        Branch(
            branch["key"], branch["label"],
            tuple(
                Indicator(**(part | {"weight": Decimal(part["weight"])}))
                for part in branch["parts"]
            ),
        )
        for branch in told["branches"]
    )  # fmt: skip
    vetoes = tuple(Veto(**veto) for veto in told["vetoes"])
    marks = {name: Decimal(told[name]) for name in ("good", "fail")}
    return Scheme(**{**told, **marks, "branches": branches, "vetoes": vetoes})


def clamped(score: float | Fraction | Decimal) -> Decimal:
    """A score as it is shown: 0 to 100, two places, by GB/T 8170."""
    kept = max(Fraction(0), min(FULL, Fraction(score)))
    exact = Decimal(kept.numerator) / Decimal(kept.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def total_of(scheme: Scheme, scores: Mapping[str, Decimal | None]) -> Decimal | None:
    """The weighted mean of what was scored; None where nothing was."""
    counted = [(leaf.weight, scores.get(leaf.key)) for leaf in scheme.leaves]
    known = [(Fraction(weight), Fraction(score)) for weight, score in counted if score is not None]
    if not known:
        return None
    whole = sum(weight for weight, _ in known)
    return clamped(sum(weight * score for weight, score in known) / whole)


def ranked(totals: Mapping[str, Decimal | None], vetoed: Iterable[str] = ()) -> dict[str, int]:
    """Places by total, highest first: equal totals share a place and the next one is left out
    (1, 2, 2, 4). Who is vetoed comes after all others; who has no total has no place."""
    out = set(vetoed)
    keys = [key for key, each in totals.items() if each is not None]

    def standing(key: str) -> tuple[bool, Decimal]:
        return key in out, -(totals[key] or Decimal(0))

    return {key: 1 + sum(standing(other) < standing(key) for other in keys) for key in keys}


def shortfalls(
    scheme: Scheme, scores: Mapping[str, Decimal | None], told: Callable[[Indicator], str]
) -> list[str]:
    """What a letter lists: every leaf below the good mark, the costliest first."""
    lost = [
        ((100 - score) * leaf.weight, leaf)
        for leaf in scheme.leaves
        if (score := scores.get(leaf.key)) is not None and score < scheme.good
    ]
    return [told(leaf) for _, leaf in sorted(lost, key=lambda pair: (-pair[0], pair[1].key))]
