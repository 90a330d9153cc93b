"""Reads the lists of division codes that ship with the product (区划代码表), and checks them."""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import codes, outlines

HEADINGS = ("code", "name", "level", "parent")


@dataclass(frozen=True)
class Division:
    """One line of the list; `administrative` is no for 开发区, 监狱 and the like."""

    code: str
    name: str
    level: str
    parent: str
    administrative: bool = True
    note: str = ""


@dataclass(frozen=True)
class DivisionList:
    """What the readable catalogue says of one list (catalogues/divisions.yaml).

    `lon`, `lat`, `square_km`: its middle and size, roughly: what the schematic map is drawn from.
    `not_administrative`: codes that statistics have and the administration has not, with the
    reason; nine digits mean a town and all within. `not_ending`: the same by the end of a
    village's name.
    """

    key: str
    name: str
    lon: float
    lat: float
    square_km: float
    year: int
    source: str
    not_administrative: Mapping[str, str] = field(default_factory=dict)
    not_ending: Mapping[str, str] = field(default_factory=dict)

    def why_not(self, code: str, name: str, level: str) -> str:
        """Why the administration does not know this division; empty when it is a real one."""
        reason = self.not_administrative.get(code) or self.not_administrative.get(code[:9], "")
        if reason or level != codes.VILLAGE:
            return reason
        return next((why for end, why in self.not_ending.items() if name.endswith(end)), "")


def read_divisions(packed: bytes, listed: DivisionList) -> tuple[Division, ...]:
    """The list from its compressed CSV, parents before children; a bad line is a ValueError."""
    text = io.StringIO(gzip.decompress(packed).decode("utf-8-sig"))
    lines = csv.DictReader(text)
    if missing := [name for name in HEADINGS if name not in (lines.fieldnames or ())]:
        raise ValueError(f"缺少列：{'、'.join(missing)}")
    found: dict[str, Division] = {}
    for number, line in enumerate(lines, start=2):
        division = _division(line, number, listed)
        if division.code in found:
            raise ValueError(f"第 {number} 行：代码 {division.code} 重复")
        if found and division.parent not in found:
            raise ValueError(f"第 {number} 行：上级 {division.parent} 不在前面的行里")
        found[division.code] = division
    if unknown := {codes.full(code) for code in listed.not_administrative} - set(found):
        raise ValueError(f"not_administrative 里的 {'、'.join(sorted(unknown))} 不在代码表里")
    return tuple(found.values())


def _division(line: Mapping[str, str], number: int, listed: DivisionList) -> Division:
    code, name, level = line["code"].strip(), line["name"].strip(), line["level"].strip()
    if not codes.is_code(code) or codes.level_of(code) != level:
        raise ValueError(f"第 {number} 行：代码 {code} 与级别 {level} 不符")
    if not name:
        raise ValueError(f"第 {number} 行：没有名称")
    reason = listed.why_not(code, name, level)
    real = not reason and line.get("administrative") not in ("no", "否")
    note = reason or (line.get("note") or "").strip()
    return Division(code, name, level, line["parent"].strip(), real, note)


def schematic(divisions: tuple[Division, ...], listed: DivisionList) -> dict[str, outlines.Outline]:
    """A map of the whole list, of our own making: see `outlines`."""
    below: dict[str, list[Division]] = {}
    for division in divisions[1:]:
        below.setdefault(division.parent, []).append(division)

    def plot(division: Division) -> outlines.Plot:
        return outlines.Plot(division.code, tuple(plot(d) for d in below.get(division.code, ())))

    return outlines.lay_out(
        plot(divisions[0]), lon=listed.lon, lat=listed.lat, square_km=listed.square_km
    )


def pack(divisions: Iterable[Division]) -> bytes:
    """The compressed CSV again: how a site writes a list of its own; equal lists, equal bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows((d.code, d.name, d.level, d.parent) for d in divisions)
    return gzip.compress(text.getvalue().encode(), mtime=0)
