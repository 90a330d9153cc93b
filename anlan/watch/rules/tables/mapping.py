"""A mapping of observations (观测对照): an entry of observation_maps.yaml, or a file of its own."""

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..units import UNITS

Treat = Literal["good", "doubted", "gap"]
SECONDS, MILLISECONDS = "epoch_seconds", "epoch_milliseconds"
GAPS = ("-", "—", "--", "/", "NaN", "nan", "NA", "缺测", "无")
PLACES = ("station", "file", "column")  # what the name of a stream may be made of


@dataclass(frozen=True)
class Timing:
    """Where the time of a row stands: in cells of its own, or in the file's name (观测时间)."""

    column: str | tuple[str, ...] = ()  # several are read with a blank between them
    file: str = ""  # how the day stands in the file's name, without its ending: %Y-%m-%d
    format: str = ""  # %d.%m.%Y %H:%M, epoch_seconds, epoch_milliseconds; empty: as people write
    clock: time | None = None  # what time of the day is meant where only a day is written
    zone: str = "Asia/Shanghai"  # of times that name none

    def __post_init__(self) -> None:
        if bool(self.columns) == bool(self.file):
            raise ValueError("时间（time）要写在哪一列（column），或文件名的写法（file），二者取一")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            words = f"没有「{self.zone}」这个时区，例如 Asia/Shanghai、UTC"
            raise ValueError(words) from None

    @property
    def columns(self) -> tuple[str, ...]:
        given = (self.column,) if isinstance(self.column, str) else self.column
        return tuple(each for each in given if each)


@dataclass(frozen=True)
class CellColumn:
    """A column of values, or those of its cells that look alike: which stream they are (值列)."""

    column: str  # its head; * and ? stand for anything
    stream: str  # the source's own name of the stream, of {station}, {file}, {column} and words
    observed: str  # key of observed_properties
    unit: str = ""  # UCUM; empty is the stream's own
    pattern: str = ""  # only cells that look like this; its one group is the number
    where: dict[str, str] = field(default_factory=dict)  # only rows in which that column says this
    qualifiers: str = ""  # the column that says how good a value is
    keep_days: int = 0  # of a stream that is made; 0 as long as its property says

    def __post_init__(self) -> None:
        if self.unit and self.unit not in UNITS:
            raise ValueError(f"单位「{self.unit}」不认识，请用 UCUM 代码：{'、'.join(UNITS)}")
        try:
            groups = re.compile(self.pattern).groups
        except re.error as wrong:
            raise ValueError(f"样式（pattern）写法不对：{wrong}") from None
        if self.pattern and groups != 1:
            raise ValueError("样式（pattern）里要有且只有一个括号，括住数值，如 \\(([0-9.]+)\\)亿")
        try:
            self.stream.format(**dict.fromkeys(PLACES, ""))
        except (KeyError, IndexError, ValueError, AttributeError):
            words = "测点名（stream）里只能用 {station}、{file}、{column}"
            raise ValueError(words) from None


@dataclass(frozen=True)
class ObservationMap:
    """How a table of observations is read: whose it is, when, which cell is which stream."""

    label: str
    source: str  # key of the source whose streams these are
    time: Timing
    values: tuple[CellColumn, ...]
    key: str = ""
    station: tuple[str, ...] = ()  # heads of the columns that name the station
    sheet: str = ""  # only this sheet of the workbook
    gaps: tuple[str, ...] = GAPS  # what stands where nothing was measured; empty cells always do
    # What a word of the column of qualifiers, or a sign before or behind a number, makes of it.
    qualifiers: dict[str, Treat] = field(default_factory=dict)
    repeats: Literal["refuse", "first", "last", "sum"] = "refuse"  # the same time twice in a file
    streams: Literal["known", "made"] = "known"  # whether stations and streams are made as well
    note: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("至少要写一个值列（values）")
        if not self.station and any("{station}" in each.stream for each in self.values):
            raise ValueError("测点名用了 {station}，还要写明站名在哪一列（station）")

    @property
    def heads(self) -> list[str]:
        """Every head that is named, for finding the row of heads."""
        named = [*self.time.columns, *self.station]
        for each in self.values:
            named += [each.column, *each.where, *([each.qualifiers] if each.qualifiers else [])]
        return [head for head in dict.fromkeys(named) if not set(head) & set("*?")]
