"""A list as a sheet, as text for a chat and on paper: exactly what is shown (导出)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter

from anlan.kernel.errors import Refused
from anlan.kernel.trail import LOCAL, local

from .columns import Column, Value
from .ledger import Look
from .paging import walk

MOST_IN_A_SHEET = 100_000
MOST_ON_PAPER = 1_000
MOST_IN_A_CHAT = 30


def note_of(look: Look) -> str:
    """Whose list, which, when: what must stand over every sheet that leaves the system."""
    asker = look.asker
    column = look.ledger.column(look.sort.lstrip("-"))
    assert column is not None
    way = "降序" if look.order.descending else "升序"
    return (
        f"筛选：{look.description()}　排序：{column.label}{way}　"
        f"导出时间：{local(asker.at)}　导出人：{asker.person.name}"
    )


def sheet_of(look: Look, *, district: str) -> IO[bytes]:
    """The list as .xlsx, written row by row into a temporary file.

    Raises Refused beyond 100,000 rows: a sheet that silently ends early would be filed as whole.
    """
    content = TemporaryFile()  # noqa: SIM115 (handed on; the answer closes it)
    book = xlsxwriter.Workbook(content, {"constant_memory": True, "remove_timezone": True})
    page = book.add_worksheet(look.ledger.title[:31])
    columns = look.columns
    _head(book, page, look, district)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    number = -1
    for number, row in enumerate(walk(look.rows, look.order)):
        if number == MOST_IN_A_SHEET:
            book.close()
            content.close()
            raise Refused(
                f"符合条件的记录超过 {MOST_IN_A_SHEET:,} 行，一张表放不下",
                mend="请先按区域或时间缩小范围，再分次导出。",
            )
        for place, column in enumerate(columns):
            _cell(page, number + 3, place, column.read(row, look.asker), (moment, day))
    page.autofilter(2, 0, number + 3, len(columns) - 1)
    book.close()
    content.seek(0)
    return content


def _head(book: Any, page: Any, look: Look, district: str) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    quiet = book.add_format({"font_color": "#4c5a68"})
    head = book.add_format({"bold": True, "bg_color": "#e9edf1", "bottom": 1})
    page.write_string(0, 0, f"{district}{look.ledger.title}", title)
    page.write_string(1, 0, note_of(look), quiet)
    for place, column in enumerate(look.columns):
        page.set_column(place, place, column.width)
        page.write_string(2, place, column.head, head)
    page.freeze_panes(3, 0)


def _cell(page: Any, line: int, place: int, value: Value, formats: tuple[Any, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        page.write_datetime(line, place, value.astimezone(LOCAL), formats[0])
    elif isinstance(value, date):
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[1])  # noqa: DTZ001
    elif isinstance(value, str):
        page.write_string(line, place, value)  # never a formula, whatever somebody typed
    else:
        page.write_number(line, place, float(value))


def chat_of(look: Look, *, about: str) -> str:
    """The first rows as people say them, ready to be pasted into a group chat."""
    rows = list(islice(walk(look.rows, look.order, chunk=MOST_IN_A_CHAT), MOST_IN_A_CHAT))
    said = f"（{look.description()}）" if look.description() != "全部" else ""
    head = f"【{look.ledger.title}】{said}截至{local(look.asker.at)}，共{about}{look.ledger.unit}："
    lines = [f"{n}. {look.ledger.line(row, look.asker)}" for n, row in enumerate(rows, start=1)]
    if len(rows) == MOST_IN_A_CHAT:
        lines.append(f"……以上为前{MOST_IN_A_CHAT}{look.ledger.unit}，其余请在系统中查看。")
    return "\n".join([head, *lines])


def paper_rows(look: Look) -> Iterator[list[str]]:
    """The cells of a print, as words."""
    return _words(islice(walk(look.rows, look.order), MOST_ON_PAPER), look.columns, look)


def _words(rows: Iterable[Any], columns: list[Column], look: Look) -> Iterator[list[str]]:
    for row in rows:
        yield [column.text(row, look.asker) for column in columns]
