"""A table found in a sheet: which row names the columns, and what stands below it (表头与数据行).

Sheets from offices rarely start with their header: a merged title comes first, then who fills it in
and when; group names span several columns; a place is written once for ten merged rows. The header
is found by what it looks like, or by the names that an import expects.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .cells import Value, clean

Grid = Sequence[Sequence[Value]]
Merge = tuple[
    tuple[int, int], tuple[int, int]
]  # first and last cell, both as row and column from 0
_LOOKED_AT = 20  # rows at the top among which the header is sought
_BESIDE_CHINESE = re.compile(r"\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+")  # no word ends there
_MARKS = re.compile(r"[\s*＊:：]|[（(]必填[）)]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as the sheet shows it, and its cells by header (数据行)."""

    number: int
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet under their header (数据表)."""

    sheet: str
    header_row: int  # as the sheet shows it; 0 when there is none
    letters: dict[str, str]  # header → column letter
    rows: list[Row]

    @property
    def headers(self) -> list[str]:
        return list(self.letters)

    def spot(self, row: Row, header: str) -> str:
        """Where a cell stands, as people call it: 工作表“台账”第 17 行 D 列."""
        return f"工作表“{self.sheet}”第 {row.number} 行 {self.letters[header]} 列"


def letter(column: int) -> str:
    """The letters of a column counted from 0: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def plain(header: str) -> str:
    """A header as it is compared: without blanks, stars, colons and （必填）."""
    return _MARKS.sub("", header).replace("（", "(").replace("）", ")").lower()


def found_in(
    grid: Grid, *, sheet: str, merges: Sequence[Merge] = (), expects: Collection[str] = ()
) -> Table | None:
    """The table of a sheet, or nothing when the sheet is empty."""
    cleaned = [[clean(value) for value in row] for row in grid]
    top = _header_row(cleaned, expects)
    if top is None:
        return None
    bottom = _last_header_row(cleaned, top, merges)
    _fill_merged(cleaned, merges, below=bottom)
    width = max(len(row) for row in cleaned)
    body = cleaned[bottom + 1 :]
    used = [
        any(column < len(row) and row[column] is not None for row in body)
        for column in range(width)
    ]
    names = _names(cleaned, top, bottom, expects, width)
    names = [name or (f"{letter(i)}列" if used[i] else "") for i, name in enumerate(names)]
    columns = _distinct(names)
    return Table(
        sheet=sheet,
        header_row=bottom + 1,
        letters={name: letter(column) for name, column in columns.items()},
        rows=_rows(body, columns, first=bottom + 2),
    )


def headless(grid: Grid, *, sheet: str, headers: Sequence[str]) -> Table:
    """A table without a header of its own: its columns are those headers, in their order."""
    cleaned = [[clean(value) for value in row] for row in grid]
    width = max((len(row) for row in cleaned), default=0)
    names = [headers[i] if i < len(headers) else f"{letter(i)}列" for i in range(width)]
    columns = _distinct(names)
    letters = {name: letter(column) for name, column in columns.items()}
    return Table(sheet=sheet, header_row=0, letters=letters, rows=_rows(cleaned, columns, first=1))


def matches(row: Sequence[Value], expects: Collection[str]) -> int:
    """How many cells of the row are among the expected headers."""
    known = {plain(each) for each in expects}
    return sum(isinstance(value, str) and plain(value) in known for value in row)


def _header_row(grid: Grid, expects: Collection[str]) -> int | None:
    top = grid[:_LOOKED_AT]
    if expects:
        hits = [matches(row, expects) for row in top]
        if hits and max(hits) > 0:
            return hits.index(max(hits))
    filled = [sum(value is not None for value in row) for row in top]
    most = max(filled, default=0)
    if most == 0:
        return None
    enough = max(min(most, 2), 0.6 * most)
    for number, row in enumerate(top):
        names = [value for value in row if value is not None]
        if filled[number] >= enough and all(isinstance(value, str) for value in names):
            return number
    return next(number for number, count in enumerate(filled) if count >= enough)


def _last_header_row(grid: Grid, top: int, merges: Sequence[Merge]) -> int:
    """A header of two rows: group names spanning columns, with the columns' own names below."""
    bottom = top
    for (first_row, first_column), (last_row, last_column) in merges:
        if first_row != top or top + 1 >= len(grid):
            continue
        bottom = max(bottom, last_row)  # 序号, merged over both rows
        below = grid[top + 1][first_column : last_column + 1]
        if first_column < last_column and all(isinstance(value, str) for value in below):
            bottom = max(bottom, last_row + 1)
    return min(bottom, len(grid) - 1)


def _names(grid: Grid, top: int, bottom: int, expects: Collection[str], width: int) -> list[str]:
    known = {plain(each): each for each in expects}
    names = []
    for column in range(width):
        levels = [
            value
            for row in grid[top : bottom + 1]
            if column < len(row) and (value := row[column]) is not None
        ]
        name = " ".join(_BESIDE_CHINESE.sub("", str(levels[-1])).split()) if levels else ""
        name = known.get(plain(name), name.strip("*＊:："))
        names.append(name)
    return names


def _distinct(names: Sequence[str]) -> dict[str, int]:
    """Column numbers by name; a second 备注 becomes 备注(2)."""
    columns: dict[str, int] = {}
    for column, name in enumerate(names):
        if not name:
            continue
        unique, count = name, 1
        while unique in columns:
            count += 1
            unique = f"{name}({count})"
        columns[unique] = column
    return columns


def _fill_merged(grid: list[list[Value]], merges: Sequence[Merge], *, below: int) -> None:
    """What was written once for several merged cells holds for each of them."""
    for (first_row, first_column), (last_row, last_column) in merges:
        if first_row <= below or first_row >= len(grid) or first_column >= len(grid[first_row]):
            continue
        value = grid[first_row][first_column]
        for row in grid[first_row : last_row + 1]:
            end = min(last_column + 1, len(row))
            row[first_column:end] = [value] * (end - first_column)


def _rows(body: Grid, columns: dict[str, int], *, first: int) -> list[Row]:
    names, places = list(columns), list(columns.values())
    rows = []
    for number, cells in enumerate(body, first):
        if not any(value is not None for value in cells):
            continue
        size = len(cells)
        values = [cells[place] if place < size else None for place in places]
        rows.append(Row(number, dict(zip(names, values, strict=True))))
    return rows
