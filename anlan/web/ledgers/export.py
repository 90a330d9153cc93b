"""A list as a sheet, as text for a chat and on paper: exactly what is shown (导出)."""

from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from anlan.formats import spreadsheet
from anlan.kernel.errors import Refused
from anlan.kernel.trail import local

from .columns import Column, Value
from .ledger import Look
from .paging import walk

MOST_IN_A_SHEET = 100_000
MOST_ON_PAPER = 1_000
MOST_IN_A_CHAT = 30
SHORT = 18  # characters that no paper column breaks


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
    """The list as .xlsx, in a temporary file that its reader closes.

    Raises Refused beyond 100,000 rows: a sheet that silently ends early would be filed as whole.
    """
    content = TemporaryFile()  # noqa: SIM115
    columns = [spreadsheet.Column(column.head, width=column.width) for column in look.columns]
    try:
        spreadsheet.write(
            content,
            columns,
            _cells(look),
            sheet=look.ledger.title,
            title=f"{district}{look.ledger.title}",
            note=note_of(look),
        )
    except Refused:
        content.close()
        raise
    content.seek(0)
    return content


def _cells(look: Look) -> Iterator[list[Value]]:
    columns = look.columns
    for number, row in enumerate(walk(look.rows, look.order)):
        if number == MOST_IN_A_SHEET:
            raise Refused(
                f"符合条件的记录超过 {MOST_IN_A_SHEET:,} 行，一张表放不下",
                mend="请先按区域或时间缩小范围，再分次导出。",
            )
        yield [column.read(row, look.asker) for column in columns]


def chat_of(look: Look, *, about: str) -> str:
    """The first rows as people say them, ready to be pasted into a group chat."""
    rows = list(islice(walk(look.rows, look.order, chunk=MOST_IN_A_CHAT), MOST_IN_A_CHAT))
    said = f"（{look.description()}）" if look.description() != "全部" else ""
    head = f"【{look.ledger.title}】{said}截至{local(look.asker.at)}，共{about}{look.ledger.unit}："
    lines = [f"{n}. {look.ledger.line(row, look.asker)}" for n, row in enumerate(rows, start=1)]
    if len(rows) == MOST_IN_A_CHAT:
        lines.append(f"……以上为前{MOST_IN_A_CHAT}{look.ledger.unit}，其余请在系统中查看。")
    return "\n".join([head, *lines])


def paper_rows(look: Look) -> Iterator[list[tuple[str, str]]]:
    """The cells of a print: how each is set, and its words."""
    columns = look.columns
    for row in islice(walk(look.rows, look.order), MOST_ON_PAPER):
        yield [(_set(column), column.text(row, look.asker)) for column in columns]


def _set(column: Column) -> str:
    """Short things stay in one line, numbers stand at the right."""
    if "number" in column.css:
        return "number"
    return "nowrap" if column.width <= SHORT else ""
