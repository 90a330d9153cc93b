"""From .txt, .docx or .html to the plain text that a reader sees (读取文稿).

What kind of file it is shows in its bytes, not in its name; the encoding of a text is found out.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml import etree, html

MOST_BYTES = 20_000_000
_MOST_UNPACKED = 200_000_000
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SILENT = ("script", "style", "noscript", "template", "svg")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figure|footer|form"
    "|h[1-6]|header|hr|li|main|nav|ol|option|p|pre|section|table|tbody|tfoot|thead|title|tr|ul"
)
_CELLS = frozenset(("td", "th"))
LONGEST_CELL, LEAST_CELLS = 120, 4  # of a table of data; others lay out a page
MOST_SPANNED = 60
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|div|p|table)\b", re.IGNORECASE)
MOST_ODD = 20  # one character in so many may be none of Chinese, Latin, digits and marks
_UNUSUAL = re.compile(
    r"[^\t-\r -~\u00a0-\u024f\u0370-\u03ff\u2000-\u2bff\u2e80-\u9fff\uf900-\ufaff\ufe10-\uffef"
    r"\U00020000-\U0003ffff]"
)
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


class DocumentError(ValueError):
    """The file cannot be read as a text (文稿无法读取)."""

    def __init__(self, words: str, *, mend: str = "") -> None:
        super().__init__(f"{words}（{mend}）" if mend else words)
        self.words = words
        self.mend = mend


def read_file(path: Path) -> str:
    """The plain text of a file on disk (读取文稿文件)."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_big()
        return read(path.read_bytes())
    except OSError as error:
        raise DocumentError(f"打不开文件 {path}", mend="请核对路径和权限") from error


def read(content: bytes | BinaryIO) -> str:
    """The plain text of a document, paragraphs and tables in their order (读取文稿)."""
    raw = content if isinstance(content, bytes) else content.read()
    if not raw.strip():
        raise DocumentError("文件是空的", mend="请重新选择文件")
    if len(raw) > MOST_BYTES:
        raise _too_big()
    if raw.startswith(b"PK\x03\x04"):
        text = _word(raw)
    elif raw.startswith((b"\xd0\xcf\x11\xe0", b"%PDF-")):
        kind = "PDF" if raw.startswith(b"%PDF-") else "旧版 Word（.doc）"
        raise DocumentError(f"这是{kind}文件，读不了", mend="请另存为 .docx 或 .txt 后再试")
    elif _HTML.search(raw[:4096]):
        text = _page(raw)
    else:
        text = _decoded(raw)
    if not text.strip():
        raise DocumentError("文件里没有文字", mend="扫描件请先做文字识别")
    return text


def _too_big() -> DocumentError:
    return DocumentError("文件过大", mend=f"请不要超过 {MOST_BYTES // 1_000_000} MB")


# --- texts --------------------------------------------------------------------------------------


def _decoded(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _as(raw, encoding)
    if b"\x00" in raw:
        return _as(raw, _utf16_by_zeros(raw))
    for encoding in ("utf-8", "gb18030"):
        try:
            return _written(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise DocumentError("认不出文字编码", mend="请另存为 UTF-8 编码的 .txt")


def _as(raw: bytes, encoding: str) -> str:
    try:
        return _written(raw.decode(encoding))
    except (UnicodeDecodeError, LookupError) as error:
        raise DocumentError("文字编码有错，读不完整", mend="请另存为 UTF-8 编码的 .txt") from error


def _written(text: str) -> str:
    """Text that somebody wrote: bytes of a picture decode too, into characters nobody uses."""
    odd = len(_UNUSUAL.findall(text))
    if odd * MOST_ODD > len(text):
        raise DocumentError("这不是文字文件", mend="支持 .txt、.docx、.html")
    return _plain(text)


def _utf16_by_zeros(raw: bytes) -> str:
    """Without a mark, the zero half of ASCII and punctuation tells which end comes first."""
    return "utf-16-be" if raw[0:2000:2].count(0) > raw[1:2000:2].count(0) else "utf-16-le"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- pages --------------------------------------------------------------------------------------


def _page(raw: bytes) -> str:
    declared = _DECLARED.search(raw[:4096])
    name = declared.group(1).decode("ascii", "ignore").lower() if declared else ""
    text = _declared_text(raw, {"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name))
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("网页打不开", mend="请把正文另存为 .txt") from error
    etree.strip_elements(root, *_SILENT, etree.Comment, with_tail=False)
    return _tidy("".join(_spoken(root)))


def _declared_text(raw: bytes, encoding: str) -> str:
    """A page that names the wrong encoding is common; what decodes cleanly wins."""
    if encoding and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return _plain(raw.decode(encoding))
        except (UnicodeDecodeError, LookupError):
            pass
    return _decoded(raw)


def _spoken(element: etree._Element) -> Iterator[str]:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag == "table" and (rows := _grid(element)):
        yield "\n" + "\n".join(rows) + "\n"
        return
    block = _BLOCKS.fullmatch(tag) is not None
    if block:
        yield "\n"
    yield _flowing(element.text)
    for child in element:
        yield from _spoken(child)
        yield _flowing(child.tail)
    if tag in _CELLS:
        yield "\t"
    elif block and tag != "br":
        yield "\n"


def _grid(table: etree._Element) -> list[str]:
    """One line a row, a cell under its heading however cells span; none for a page's layout."""
    rows = list(table.iter("tr"))
    cells = [cell for row in rows for cell in row if cell.tag in _CELLS]
    nested = next(table.iterdescendants("table"), None) is not None
    if nested or len(cells) < LEAST_CELLS or any(len(_said(c)) > LONGEST_CELL for c in cells):
        return []
    lines = [_said(each) for each in table.iter("caption")]
    covered: dict[int, int] = {}  # by cells that reach down: column → rows still to come
    for row in rows:
        line: list[str] = []
        for cell in (each for each in row if each.tag in _CELLS):
            while covered.get(len(line), 0):
                covered[len(line)] -= 1
                line.append("")
            wide, down = _span(cell, "colspan"), _span(cell, "rowspan")
            covered |= {len(line) + n: down - 1 for n in range(wide)}
            line += [_said(cell)] + [""] * (wide - 1)
        while covered.get(len(line), 0):
            covered[len(line)] -= 1
            line.append("")
        lines.append("\t".join(line))
    return lines


def _said(cell: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(text) for text in cell.itertext())).strip()


def _span(cell: etree._Element, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return max(1, min(int(said), MOST_SPANNED)) if said.isascii() and said.isdigit() else 1


def _flowing(text: str | None) -> str:
    """A line break in the source of a page is no break on the page; between Chinese, nothing."""
    if not text:
        return ""
    text = re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text
    )
    return re.sub(r"[ \t\n]+", " ", text)


def _tidy(text: str) -> str:
    lines = (line.strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


# --- Word ---------------------------------------------------------------------------------------


def _word(raw: bytes) -> str:
    broken = DocumentError("文件打不开，可能没有传完、已损坏或不是 Word 文档", mend="请重新保存")
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED:
                raise _too_big()
            if "word/document.xml" not in archive.namelist():
                raise DocumentError("这不是 Word 文档", mend="支持 .txt、.docx、.html")
        document = docx.Document(BytesIO(raw))
        return "\n".join(_blocks(document))
    except DocumentError:
        raise
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        OSError,
        RuntimeError,  # an encrypted entry
        etree.XMLSyntaxError,
    ) as error:
        raise broken from error


def _blocks(within: Document | _Cell) -> Iterator[str]:
    for block in within.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from _rows(block)


def _rows(table: Table) -> Iterator[str]:
    """One line a row; a merged cell is said once, and what it covers stays empty."""
    said: set[object] = set()
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            cells.append("" if cell._tc in said else " ".join(_blocks(cell)))
            said.add(cell._tc)
        yield "\t".join(cells)
