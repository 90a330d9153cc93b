"""What can be observed (监测要素): an entry of catalogues/observed_properties.yaml."""

from dataclasses import dataclass
from typing import Literal

from .units import UNITS

Shown = Literal["mean", "sum", "max", "last"]


@dataclass(frozen=True)
class Property:
    """One property: its usual unit, what its values can be, how long they are kept."""

    key: str
    label: str
    unit: str  # UCUM
    group: str
    shows: Shown = "mean"  # what an hour comes to
    lowest: float | None = None
    highest: float | None = None
    spike: float | None = None  # the largest change a minute
    stuck_minutes: int = 0
    interval_minutes: float = 5
    silent_minutes: float = 60
    keep_days: int = 365
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"单位「{self.unit}」不认识，请用 UCUM 代码：{'、'.join(UNITS)}")
        if self.keep_days < 1:
            raise ValueError("保存天数（keep_days）至少为 1")
