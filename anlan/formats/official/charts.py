"""Charts drawn by rule: the same lines as SVG for pages and PDF, as PNG for Word (图).

One layout in tenths of a millimetre, two pens. No clock and no chance in it: the same numbers are
the same bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from .fonts import SANS, font_file
from .values import Chart

WIDTH, HEIGHT = 1560, 780  # 156 mm wide: the type area
# Above the highest value its number has room below the legend.
LEFT, RIGHT, TOP, BOTTOM = 130, 30, 160, 110
GREY, DARK = "#d0d4d9", "#33383f"
COLOURS = ("#2f5d8c", "#c8781e", "#5b8c5a", "#8a5a83")
SIZE = 36
MOST_TICKS = 5
PIXELS = 1  # of the PNG to a unit: 254 dpi


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Line:
    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 2


@dataclass(frozen=True)
class Words:
    x: float
    y: float  # of the base line
    text: str
    anchor: str = "middle"  # start middle end
    size: int = SIZE


Mark = Box | Line | Words


def svg(chart: Chart) -> str:
    """The chart as SVG, with its numbers readable by a screen reader."""
    parts = [_SVG[type(mark)](mark) for mark in marks(chart)]
    title = escape(chart.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' font-family="{SANS}"><title>{title}</title>{"".join(parts)}</svg>'
    )


def png(chart: Chart) -> bytes:
    """The chart as PNG, for Word."""
    image = Image.new("RGB", (WIDTH * PIXELS, HEIGHT * PIXELS), "white")
    pen = ImageDraw.Draw(image)
    for mark in marks(chart):
        _paint(pen, mark)
    kept = BytesIO()
    image.save(kept, "PNG", optimize=False)
    return kept.getvalue()


def marks(chart: Chart) -> Iterator[Mark]:
    """What is drawn, in order."""
    top = ceiling(max((v for s in chart.series for v in s.values if v is not None), default=0))
    low, high = HEIGHT - BOTTOM, TOP
    height = low - high

    def level(value: float) -> float:
        return low - value / top * height

    yield Words(WIDTH / 2, 50, chart.title, size=42)
    if chart.unit:
        yield Words(20, 100, f"单位：{chart.unit}", "start", 30)
    for step in range(MOST_TICKS + 1):
        value = top * step / MOST_TICKS
        yield Line(((LEFT, level(value)), (WIDTH - RIGHT, level(value))), GREY, 1.5)
        yield Words(LEFT - 14, level(value) + 12, _short(value), "end", 30)
    yield from (_bars if chart.kind == "bar" else _lines)(chart, level)
    yield from _names(chart)
    yield from _legend(chart)


def ceiling(value: float) -> float:
    """A round number at or above: 1, 2 or 5 times a power of ten, split into five steps."""
    if value <= 0:
        return 5.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * n for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if power * n >= value)


def _bars(chart: Chart, level: Callable[[float], float]) -> Iterator[Mark]:
    slot = _slot(chart)
    wide = min(90.0, slot * 0.7 / max(1, len(chart.series)))
    for place in range(len(chart.labels)):
        begin = LEFT + slot * (place + 0.5) - wide * len(chart.series) / 2
        for number, series in enumerate(chart.series):
            value = series.values[place]
            if value is None:
                continue
            y = level(value)
            x = begin + number * wide
            yield Box(x, y, wide * 0.92, level(0) - y, COLOURS[number % len(COLOURS)])
            if slot > 60:
                yield Words(x + wide * 0.46, y - 8, _short(value), size=26)


def _lines(chart: Chart, level: Callable[[float], float]) -> Iterator[Mark]:
    slot = _slot(chart)
    for number, series in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        points = [
            (LEFT + slot * (place + 0.5), level(value), value)
            for place, value in enumerate(series.values)
            if value is not None
        ]
        yield Line(tuple((x, y) for x, y, _ in points), colour, 5)
        for x, y, value in points:
            yield Box(x - 7, y - 7, 14, 14, colour)
            if len(points) <= 16 and number == 0:
                yield Words(x, y - 16, _short(value), size=26)


def _names(chart: Chart) -> Iterator[Mark]:
    slot = _slot(chart)
    fits = max(1, int(slot // 34))
    for place, label in enumerate(chart.labels):
        x = LEFT + slot * (place + 0.5)
        if len(label) <= fits:
            yield Words(x, HEIGHT - BOTTOM + 44, label, size=32)
            continue
        half = (len(label) + 1) // 2
        size = 32 if half <= fits else 22
        yield Words(x, HEIGHT - BOTTOM + 40, label[:half], size=size)
        yield Words(x, HEIGHT - BOTTOM + 76, label[half:], size=size)


def _legend(chart: Chart) -> Iterator[Mark]:
    if len(chart.series) < 2:
        return
    x = WIDTH - RIGHT - sum(70 + 32 * len(series.name) for series in chart.series)
    for number, series in enumerate(chart.series):
        yield Box(x, 78, 26, 26, COLOURS[number % len(COLOURS)])
        yield Words(x + 36, 101, series.name, "start", 30)
        x += 70 + 32 * len(series.name)


def _slot(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(chart.labels))


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"


# --- two pens -------------------------------------------------------------------------------------


def _svg_box(mark: Box) -> str:
    return (
        f'<rect x="{mark.x:.1f}" y="{mark.y:.1f}" width="{mark.width:.1f}"'
        f' height="{mark.height:.1f}" fill="{mark.colour}"/>'
    )


def _svg_line(mark: Line) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
    width = f'stroke-width="{mark.width}"'
    return f'<polyline points="{points}" fill="none" stroke="{mark.colour}" {width}/>'


def _svg_words(mark: Words) -> str:
    return (
        f'<text x="{mark.x:.1f}" y="{mark.y:.1f}" text-anchor="{mark.anchor}"'
        f' font-size="{mark.size}" fill="{DARK}">{escape(mark.text)}</text>'
    )


_SVG: dict[type, Callable[..., str]] = {Box: _svg_box, Line: _svg_line, Words: _svg_words}
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def _paint(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    if isinstance(mark, Box):
        pen.rectangle((mark.x, mark.y, mark.x + mark.width, mark.y + mark.height), fill=mark.colour)
    elif isinstance(mark, Line):
        if len(mark.points) > 1:
            pen.line(list(mark.points), fill=mark.colour, width=round(mark.width))
    else:
        font = ImageFont.truetype(str(font_file("sans")), mark.size)
        pen.text((mark.x, mark.y), mark.text, DARK, font, _ANCHORS[mark.anchor])
