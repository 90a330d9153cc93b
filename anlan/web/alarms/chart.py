"""A small chart drawn on the server (曲线): points, limits, and when an alarm went on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anlan.kernel.trail import LOCAL
from anlan.watch.rules import Columns

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 52, 24, 10
MOST = 600  # points that a line of this width can show
_DAY = 86_400_000_000


@dataclass(frozen=True)
class Mark:
    """A line or a word at a place of the chart."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Chart:
    """What the template draws: all in the units of its own box."""

    line: str
    dots: list[Mark]
    limits: list[Mark]
    ticks: list[Mark]
    scale: list[Mark]
    spans: list[tuple[float, float]]
    unit: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    foot: int = HEIGHT - BOTTOM


def chart_of(
    points: Columns,
    *,
    since: datetime,
    until: datetime,
    limits: Sequence[tuple[float, str]] = (),
    spans: Sequence[tuple[datetime, datetime]] = (),
    unit: str = "",
) -> Chart | None:
    """The chart; None where there is nothing to show."""
    fit = points.flag == 0
    values = points.value[fit]
    if not len(values):
        return None
    heights = [float(values.min()), float(values.max()), *(value for value, _ in limits)]
    low, high = min(heights), max(heights)
    spare = (high - low) * 0.08 or 1.0
    middle = (low, (low + high) / 2, high)
    low, high = low - spare, high + spare
    begin, end = _micros(since), _micros(until)

    def x(at: float) -> float:
        return round(LEFT + (at - begin) / max(end - begin, 1) * (WIDTH - LEFT - 8), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    step = max(1, len(values) // MOST)
    shown = list(zip(points.at[fit].tolist()[::step], values.tolist()[::step], strict=True))
    gap = max((end - begin) / 12, 1)
    return Chart(
        line=_path([(x(at), y(value), at) for at, value in shown], gap),
        dots=[Mark(x(at), y(value), "") for at, value in shown] if len(shown) <= 60 else [],
        limits=[Mark(LEFT, y(value), f"{words} {value:g}") for value, words in limits],
        ticks=[Mark(x(at), HEIGHT - 6, words) for at, words in _ticks(begin, end)],
        scale=[Mark(LEFT - 6, y(v), f"{v:.4g}") for v in middle],
        spans=[(x(_micros(a)), x(_micros(b)) - x(_micros(a))) for a, b in spans],
        unit=unit,
    )  # fmt: skip


def _path(shown: list[tuple[float, float, int]], gap: float) -> str:
    """A line that is broken where nothing came for long."""
    parts, last = [], None
    for x, y, at in shown:
        parts.append(f"{'M' if last is None or at - last > gap else 'L'}{x} {y}")
        last = at
    return "".join(parts)


def _ticks(begin: int, end: int) -> list[tuple[int, str]]:
    form = "%m-%d" if end - begin > 3 * _DAY else "%H:%M"
    found = []
    for part in range(5):
        at = begin + (end - begin) * part // 4
        found.append((at, datetime.fromtimestamp(at / 1e6, LOCAL).strftime(form)))
    return found


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
