"""The grid between a clerk's sheet and the ledger: text in, cells mended in place, text out."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from anlan.formats import spreadsheet
from anlan.formats.spreadsheet import Row, SpreadsheetError, Table, plain
from anlan.kernel.errors import Invalid
from anlan.registry.rules import Field
from anlan.wiring.imports import Fault
from anlan.wiring.imports.engine import expected
from anlan.wiring.imports.outcome import NUMBER, WHAT

CELL = re.compile(r"c(\d+)-(\d+)")  # row from 0, column from 0
MOST_SHOWN = 200  # rows that are drawn for mending at once
PASTED = "粘贴"
FIRST_SHOWN = 20  # rows that are drawn where nothing is wrong


@dataclass(frozen=True)
class Grid:
    """A head and rows of text, as one table whatever they came from."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    passed: tuple[str, ...] = ()  # columns of the sheet that belong to no field
    unread: tuple[tuple[str, ...], ...] = ()  # what stands in those, a row for each row
    added: tuple[str, ...] = ()  # required columns that the sheet lacks, to be filled in here
    name: str = PASTED  # under which the batch is kept: the file's

    @property
    def text(self) -> str:
        """As it is pasted: cells by tabs, a row a line; what `imports.run_rows` reads."""
        out = StringIO()
        writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
        writer.writerow(self.heads)
        writer.writerows(self.rows)
        return out.getvalue()

    @property
    def whole(self) -> str:
        """The same with the columns that were not understood, for the page to bring back."""
        out = StringIO()
        writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
        writer.writerow((*self.heads, *self.passed))
        unread = self.unread or ((),) * len(self.rows)
        writer.writerows((*row, *rest) for row, rest in zip(self.rows, unread, strict=True))
        return out.getvalue()

    def understood(self, meant: Mapping[str, str]) -> "Grid":
        """The grid with columns that now are said to be a field; an empty one is filled by them."""
        grid = self
        for head, heading in meant.items():
            if head in grid.passed and heading:
                grid = grid._taken_in(head, heading)
        return grid

    def _taken_in(self, head: str, heading: str) -> "Grid":
        at = self.passed.index(head)
        cells = [row[at] for row in self.unread]
        if heading in self.heads:
            column = self.heads.index(heading)
            rows = tuple(
                (*row[:column], row[column] or cell, *row[column + 1 :])
                for row, cell in zip(self.rows, cells, strict=True)
            )
            heads = self.heads
        else:
            heads = (*self.heads, heading)
            rows = tuple((*row, cell) for row, cell in zip(self.rows, cells, strict=True))
        unread = tuple((*row[:at], *row[at + 1 :]) for row in self.unread)
        passed = (*self.passed[:at], *self.passed[at + 1 :])
        added = tuple(each for each in self.added if each != heading)
        return replace(self, heads=heads, rows=rows, passed=passed, unread=unread, added=added)

    def completed(self, fields: Sequence[Field]) -> "Grid":
        """The grid with an empty column for each required field that it lacks."""
        lacking = tuple(f.heading for f in fields if f.required and f.heading not in self.heads)
        rows = tuple((*row, *("" for _ in lacking)) for row in self.rows)
        # A column added a moment ago comes back as one of the sheet's: empty, it still is to fill.
        empty = tuple(
            head
            for column, head in enumerate(self.heads)
            if any(f.required and f.heading == head for f in fields)
            and not any(row[column].strip() for row in self.rows)
        )
        return replace(self, heads=(*self.heads, *lacking), rows=rows, added=(*empty, *lacking))

    def mended(self, given: Mapping[str, str]) -> "Grid":
        """The grid with the cells that were typed over."""
        rows = [list(row) for row in self.rows]
        for name, value in given.items():
            place = CELL.fullmatch(name)
            if place is None:
                continue
            row, column = int(place[1]), int(place[2])
            if row < len(rows) and column < len(self.heads):
                rows[row][column] = value
        return replace(self, rows=tuple(tuple(row) for row in rows))

    def without(self, numbers: Iterable[int]) -> "Grid":
        """The grid without some rows, counted from 0."""
        gone = set(numbers)
        rows = tuple(r for n, r in enumerate(self.rows) if n not in gone)
        unread = tuple(r for n, r in enumerate(self.unread) if n not in gone)
        return replace(self, rows=rows, unread=unread)


def from_text(
    text: str, fields: Sequence[Field], *, name: str = "", passed: Sequence[str] = ()
) -> Grid:
    """What was copied from Excel or WPS; without a head the columns are those of the template.

    `passed` are heads that the page showed as not understood: with many of them the first row
    would not be taken for a head.
    """
    try:
        table = spreadsheet.read_pasted(text, expects=[*expected(fields), *passed])
        if table.header_row == 0:
            table = spreadsheet.read_pasted(text, expects=[each.heading for each in fields])
    except SpreadsheetError as error:
        raise Invalid(error.words, mend=error.mend, field="text") from error
    return replace(_of([table], fields), name=name[:160] or PASTED)


def from_file(content: bytes, fields: Sequence[Field], *, name: str) -> Grid:
    """Every sheet of a file that has a table; sheets with other heads stand below each other."""
    try:
        found = _of(spreadsheet.read(content, expects=expected(fields)), fields)
    except SpreadsheetError as error:
        raise Invalid(error.words, mend=error.mend, field="file") from error
    return replace(found, name=name[:160] or PASTED)


def _of(tables: Sequence[Table], fields: Sequence[Field]) -> Grid:
    """Known columns under the heads of the template, so that the import knows each of them."""
    known = {plain(word): each.heading for each in fields for word in expected([each])}
    named = {head: known[plain(head)] for t in tables for head in t.headers if plain(head) in known}
    heads = tuple(dict.fromkeys(named.values()))
    rows = [
        tuple(_cell(row, head, named) for head in heads) for table in tables for row in table.rows
    ]
    if not heads:
        mend = "请核对表头，或先下载导入模板"
        raise Invalid("没有认出任何一列", mend=mend, field="file")
    if not rows:
        raise Invalid("表格里没有数据行", mend="请确认表头下面有内容", field="file")
    strange = [h for t in tables for h in t.headers if h not in named and h not in (NUMBER, WHAT)]
    passed = tuple(dict.fromkeys(strange))
    unread = tuple(
        tuple(spreadsheet.shown(row.values.get(head)) for head in passed)
        for table in tables
        for row in table.rows
    )
    return Grid(heads, tuple(rows), passed, unread)


def _cell(row: Row, heading: str, named: Mapping[str, str]) -> str:
    """The text under a head, whatever the sheet calls it."""
    found = [row.values.get(head) for head, name in named.items() if name == heading]
    return spreadsheet.shown(next((value for value in found if value is not None), None))


@dataclass(frozen=True)
class Cell:
    """One cell as it is drawn: its name in the form, its text, what is wrong with it."""

    name: str
    value: str
    faults: list[Fault]


@dataclass(frozen=True)
class Line:
    """One row as it is drawn."""

    number: int  # as people count, the head being the first
    position: int
    cells: list[Cell]
    faults: list[Fault]  # of the row as a whole


def lines_of(grid: Grid, faults: Sequence[Fault]) -> list[Line]:
    """The rows that need mending; where none does, the first few as a look at what was read."""
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row - 2, []).append(fault)
    wrong = sorted(number for number in by_row if 0 <= number < len(grid.rows))
    shown = wrong[:MOST_SHOWN] if wrong else range(min(FIRST_SHOWN, len(grid.rows)))
    return [_line(grid, number, by_row.get(number, [])) for number in shown]


def _line(grid: Grid, number: int, faults: list[Fault]) -> Line:
    cells = []
    for column, (head, value) in enumerate(zip(grid.heads, grid.rows[number], strict=True)):
        here = [fault for fault in faults if fault.header == head]
        cells.append(Cell(f"c{number}-{column}", value, here))
    placed = {head for head in grid.heads}
    return Line(number + 2, number, cells, [f for f in faults if f.header not in placed])
