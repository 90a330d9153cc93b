"""From .xlsx, .xls, .ods, .csv or the clipboard to tables (读取表格).

What kind of file it is shows in its bytes, not in its name. Encoding and delimiter of a text are
found out: files saved by a Chinese Excel are often GB18030.
"""

import csv
import re
import zipfile
import zlib
from collections.abc import Collection, Sequence
from io import BytesIO, StringIO
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .tables import Grid, Table, found_in, headless, matches

_MOST_UNPACKED = 1 << 29
_MOST_CELLS = 20_000_000
_DELIMITERS = (",", "\t", ";", "|", "，")
_LAST_ROW = re.compile(rb'<row[^>]*? r="(\d+)"')


class SpreadsheetError(ValueError):
    """The file as a whole cannot be read as a table (表格无法读取)."""

    def __init__(self, words: str, *, mend: str = "") -> None:
        super().__init__(f"{words}（{mend}）" if mend else words)
        self.words = words
        self.mend = mend


def read(content: bytes | BinaryIO, *, expects: Collection[str] = ()) -> list[Table]:
    """Every table in the file, one a visible sheet; `expects` helps to find the header (读取)."""
    raw = content if isinstance(content, bytes) else content.read()
    if not raw.strip():
        raise SpreadsheetError("文件是空的", mend="请重新选择文件")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        tables = _workbook(raw, expects)
    else:
        tables = [found_in(_delimited(_decoded(raw)), sheet="CSV", expects=expects)]
    found = [table for table in tables if table is not None]
    if not found:
        raise SpreadsheetError("表格里没有内容", mend="请确认数据在可见的工作表里")
    return found


def read_pasted(text: str, *, expects: Sequence[str]) -> Table:
    """Cells copied from Excel or WPS, with their header or without (读取粘贴内容).

    Without one the columns are those of `expects`, in that order.
    """
    grid = _tabbed(text)
    if not any(any(cell.strip() for cell in row) for row in grid):
        raise SpreadsheetError(
            "没有粘贴到内容", mend="请在 Excel 或 WPS 中选中单元格，复制后再粘贴"
        )
    first = next(row for row in grid if any(cell.strip() for cell in row))
    named = sum(bool(cell.strip()) for cell in first)
    if 2 * matches(first, expects) >= named:
        table = found_in(grid, sheet="粘贴", expects=expects)
        if table is not None:
            return table
    return headless(grid, sheet="粘贴", headers=expects)


# --- workbooks ----------------------------------------------------------------------------------


def _workbook(raw: bytes, expects: Collection[str]) -> list[Table | None]:
    broken = SpreadsheetError(
        "文件打不开，可能没有传完、已损坏或不是表格", mend="请重新保存后再上传"
    )
    if raw.startswith(b"PK"):
        try:
            _refuse_bombs(raw)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise broken from error
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            return [
                _sheet(book, each.name, expects)
                for each in book.sheets_metadata
                if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise SpreadsheetError("文件有密码", mend="请去掉密码后再上传") from error
    except (CalamineError, OSError, ValueError) as error:
        raise broken from error


def _sheet(book: CalamineWorkbook, name: str, expects: Collection[str]) -> Table | None:
    sheet = book.get_sheet_by_name(name)
    if sheet.end is None:
        return None
    grid: Grid = sheet.to_python(skip_empty_area=False)
    return found_in(grid, sheet=name, merges=sheet.merged_cell_ranges or (), expects=expects)


def _refuse_bombs(raw: bytes) -> None:
    """A small file can unpack to gigabytes, and one stray cell can make a sheet of billions."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        if sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED:
            raise SpreadsheetError("表格解压后过大", mend="请拆成几个文件")
        for each in archive.infolist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", each.filename):
                _refuse_stray(archive.read(each))


def _refuse_stray(sheet: bytes) -> None:
    last = _LAST_ROW.findall(sheet, max(0, len(sheet) - 2_000_000))
    rows = int(last[-1]) if last else 0
    columns = 26
    for letters, reach in ((2, 702), (3, 16_384)):
        if re.search(rb' r="[A-Z]{%d}\d' % letters, sheet):
            columns = reach
    if rows * columns > _MOST_CELLS:
        words = f"表格过大：到了第 {rows} 行，宽约 {columns} 列"
        raise SpreadsheetError(words, mend="请删除数据区域以外的行和列，或拆成几个文件")


# --- texts --------------------------------------------------------------------------------------


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    mend = "请另存为 .xlsx，或编码为 UTF-8 的 .csv"
    raise SpreadsheetError("不是表格文件，也不是文本", mend=mend)


def _delimited(text: str) -> list[list[str]]:
    sample = "\n".join(text.splitlines()[:50])
    delimiter = max(_DELIMITERS, key=lambda each: _evenness(sample, each))
    return [[_unwrapped(cell) for cell in row] for row in _parsed(text, delimiter)]


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """How far a delimiter cuts the lines into equally many parts, more than one."""
    try:
        sizes = [len(row) for row in _parsed(sample, delimiter) if row]
    except SpreadsheetError:
        return (0.0, 0)
    if not sizes or max(sizes) == 1:
        return (0.0, 0)
    usual = max(set(sizes), key=lambda size: (size > 1, sizes.count(size)))
    return (sizes.count(usual) / len(sizes), usual)


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        words = f"文本表格的格式不对：{error}"
        raise SpreadsheetError(words, mend="请检查引号是否成对，或另存为 .xlsx") from error


def _unwrapped(cell: str) -> str:
    """="00123" is how a spreadsheet is told to keep the zeros of a code."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def _tabbed(text: str) -> list[list[str]]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if plain.count('"') % 2 == 0:
        try:
            return list(csv.reader(StringIO(plain, newline=""), delimiter="\t"))
        except csv.Error:
            pass
    return [line.split("\t") for line in plain.split("\n")]
