"""From rows to .xlsx: a header that stays, widths that fit, Chinese dates (导出表格).

A text that starts like a formula is written as a text and marked as one, so that it stays a text
also when somebody edits the cell. A large export is streamed: its memory does not grow with its
rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO, Literal
from unicodedata import east_asian_width

import xlsxwriter

from .cells import BEIJING, Value
from .reading import SpreadsheetError

Kind = Literal["", "text", "integer", "number", "percent", "date", "moment"]
_STREAMED_FROM = 20_000  # rows; below it all is kept in memory, which is faster
_MOST_ROWS = 1_048_570
_MOST_CHARACTERS = 32_767
_LONGEST_LIST = 255  # characters with their commas: more a spreadsheet does not open
_OFFERED = 2_000  # rows below the head that offer the words to choose
_SAMPLED = 200  # rows by which the widths are judged
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_FORMATS = {
    "integer": "#,##0",
    "number": "#,##0.##########",
    "percent": "0.0%",
    "date": 'yyyy"年"m"月"d"日"',
    "moment": 'yyyy"年"m"月"d"日" hh:mm',
}


@dataclass(frozen=True)
class Column:
    """A column of an export; without a kind each cell is written as what it is (列)."""

    title: str
    kind: Kind = ""
    width: float | None = None  # in characters; judged by the content when left out
    note: str = ""  # shown when one points at the head
    choices: Sequence[str] = ()  # offered in each cell below the head


def write(
    out: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value | Decimal]],
    *,
    sheet: str = "台账",
    title: str = "",
    note: str = "",
) -> int:
    """Write one sheet and say how many rows it has (导出); `note` says whose, which and when."""
    rest = iter(rows)
    beginning = list(islice(rest, _STREAMED_FROM))
    streamed = len(beginning) == _STREAMED_FROM
    options = {"constant_memory": streamed, "default_date_format": _FORMATS["date"]}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        writer = _Writer(book, page, columns)
        first = writer.head(title, note)
        writer.set_widths(beginning[:_SAMPLED])
        count = 0
        for count, row in enumerate(chain(beginning, rest), 1):
            if count > _MOST_ROWS:
                words = f"超过一张工作表的上限 {_MOST_ROWS} 行"
                raise SpreadsheetError(words, mend="请缩小筛选范围，分几次导出")
            writer.row(first + count - 1, row)
        page.autofilter(first - 1, 0, first + count - 1, max(0, len(columns) - 1))
    return count


class _Writer:
    def __init__(self, book: Any, page: Any, columns: Sequence[Column]) -> None:
        self.page = page
        self.columns = columns
        self.kinds = [column.kind for column in columns]
        body = {"valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "align": "center"}
        )
        self.plain = book.add_format(body)
        self.text = book.add_format(body | {"num_format": "@"})
        self.quoted = book.add_format(body | {"num_format": "@", "quote_prefix": True})
        self.styles = {
            kind: book.add_format(
                body | {"num_format": form, "align": "left" if "年" in form else "right"}
            )
            for kind, form in _FORMATS.items()
        }
        self.right = book.add_format(body | {"align": "right"})

    def head(self, title: str, note: str = "") -> int:
        """Title, note and header; the number of the first row below them."""
        line = 0
        if title:
            if len(self.columns) > 1:
                self.page.merge_range(0, 0, 0, len(self.columns) - 1, title, self.title)
            else:
                self.page.write_string(0, 0, title, self.title)
            line = 1
        if note:
            self.page.write_string(line, 0, note)
            line += 1
        for number, column in enumerate(self.columns):
            self.page.write_string(line, number, column.title, self.header)
            if column.note:
                self.page.write_comment(line, number, column.note, {"x_scale": 2})
            if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
                offered = {"validate": "list", "source": list(column.choices), "show_error": False}
                self.page.data_validation(line + 1, number, _OFFERED, number, offered)
        self.page.freeze_panes(line + 1, 0)
        self.page.repeat_rows(line)
        return line + 1

    def set_widths(self, sample: Sequence[Sequence[Value | Decimal]]) -> None:
        for number, column in enumerate(self.columns):
            needed = [_width(column.title) + 3]
            needed += [_needed(row[number], column.kind) for row in sample if number < len(row)]
            width = column.width or min(48, max(6, *needed))
            self.page.set_column(number, number, width)

    def row(self, number: int, cells: Sequence[Value | Decimal]) -> None:
        page = self.page
        for column, (kind, value) in enumerate(zip(self.kinds, cells, strict=True)):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                risky = value.startswith(_FORMULA)
                style = self.quoted if risky else self.text if kind == "text" else self.plain
                page.write_string(number, column, value[:_MOST_CHARACTERS], style)
            elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                page.write_number(number, column, value, self.styles.get(kind, self.right))
            else:
                self._write_other(number, column, value)

    def _write_other(self, number: int, column: int, value: Value) -> None:
        if isinstance(value, datetime):
            local = value.astimezone(BEIJING).replace(tzinfo=None) if value.tzinfo else value
            style = self.styles["date" if self.kinds[column] == "date" else "moment"]
            self.page.write_datetime(number, column, local, style)
        elif isinstance(value, date):
            self.page.write_datetime(number, column, value, self.styles["date"])
        elif isinstance(value, bool):
            self.page.write_string(number, column, "是" if value else "否", self.plain)
        elif isinstance(value, time):
            self.page.write_string(number, column, value.strftime("%H:%M"), self.plain)
        else:
            self.page.write_string(number, column, str(value), self.plain)


def _sheet_name(name: str) -> str:
    clean = "".join(" " if char in "[]:*?/\\" else char for char in name).strip(" '")
    return clean[:31] or "台账"


def _needed(value: Value | Decimal, kind: Kind) -> float:
    if isinstance(value, str):
        return max((_width(line) for line in value[:200].splitlines()), default=0) + 2
    if isinstance(value, datetime) and kind != "date":
        return 22
    return 15 if isinstance(value, date) else len(str(value)) + 2


def _width(text: str) -> float:
    """In characters of the Latin alphabet: a Chinese one takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
