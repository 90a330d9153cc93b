"""An official document as Word file (.docx) in the layout of GB/T 9704-2012.

A4, margins 37/28/35/26 mm, so that the type area is 156 × 225 mm: 22 lines of 28 characters.
Typefaces are named with `eastAsia` and the language is zh-CN, or Word takes Japanese letters. The
same document is the same bytes: no clock goes into the file.
"""

import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from math import ceil

import docx
from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.text.paragraph import CT_P
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from . import charts, fonts, ooxml
from .values import BODY, Block, Cell, Chart, Document, Paragraph, Table, Text
from .wording import COPIES, colophon, day_words, signature_indents, width_of

EPOCH = (1980, 1, 1, 0, 0, 0)
SIZE_BODY, SIZE_TITLE, SIZE_SMALL = 16, 22, 14  # 3号 2号 4号
LINE = 579  # twips: 225 mm / 22
CHARACTER = Pt(16)
CLOSER = -5  # twips: 28 characters of 16 points need 448 points, 156 mm are 442
TITLE_LINE = 660  # twips
SMALL_LINE = 400  # twips: a line of the colophon
FOOT = round((297 - 35) / 25.4 * 1440)  # twips: the lower edge of the type area
FACES = {1: fonts.HEI, 2: fonts.KAI, 3: fonts.BODY, 4: fonts.BODY, BODY: fonts.BODY}
RED = "C00000"


def docx_of(document: Document) -> bytes:
    """The bytes of the Word file."""
    word = docx.Document()
    _page(word)
    _styles(word)
    _head(word, document)
    _title(word, document)
    if document.addressees:
        _line(word, "、".join(document.addressees) + "：", indent=0)
    _blocks(word, document.blocks)
    _attachments(word, document)
    _signature(word, document)
    for number, annex in enumerate(document.annexes, start=1):
        said = f"附件{number if len(document.annexes) > 1 else ''}"
        _line(word, said, indent=0, face=fonts.HEI).paragraph_format.page_break_before = True
        _empty(word, 1)  # its title stands on the third line of the page
        title = _centred(word, annex.title, fonts.TITLE, SIZE_TITLE)
        ooxml.exact(title.paragraph_format, TITLE_LINE)
        ooxml.off_grid(title)
        _empty(word, 1)
        _blocks(word, annex.blocks)
    _colophon(word, document)  # 版记 is on the last page of all, behind the annexes
    ooxml.page_numbers(word, SIZE_SMALL, draft=document.draft)
    _properties(word, document)
    return _settled(word)


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    ooxml.grid(section, line=LINE)


def _styles(word: Word) -> None:
    normal = word.styles["Normal"]
    ooxml.dress(normal.element.get_or_add_rPr(), fonts.BODY, SIZE_BODY, closer=CLOSER)
    ooxml.language(word.styles.element)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False  # 22 lines a page, whatever is on them
    ooxml.exact(form, LINE)
    for level in (1, 2, 3, 4):
        style = word.styles[f"Heading {level}"]
        ooxml.plain_heading(style.element)
        ooxml.dress(style.element.get_or_add_rPr(), FACES[level], SIZE_BODY, closer=CLOSER)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.keep_with_next = False
        ooxml.exact(style.paragraph_format, LINE)


def _head(word: Word, document: Document) -> None:
    """份号、密级、紧急程度, the red letterhead, the number and the red rule under it."""
    corner = [document.copy_number, document.secrecy, document.urgency]
    for words in filter(None, corner):
        _line(word, words, indent=0, face=fonts.HEI)
    if not document.head:
        return
    letterhead = _centred(word, document.head, fonts.TITLE, fitting(document.head), colour=RED)
    letterhead.paragraph_format.space_before = Mm(max(0, 35 - 10 * len([c for c in corner if c])))
    letterhead.paragraph_format.space_after = Pt(2 * LINE / 20)
    ooxml.single(letterhead)
    number = word.add_paragraph()
    if document.approver:
        ooxml.tab(number, Mm(156))
        _words(number, f"　{document.number}\t签发人：", fonts.BODY)
        _words(number, f"{document.approver}　", fonts.KAI)
    else:
        number.alignment = ALIGN.CENTER
        _words(number, document.number, fonts.BODY)
    ooxml.rule_below(number, RED, eighths=18, points=11)  # 4 mm under the number


def fitting(words: str) -> int:
    """The size at which a letterhead fills at most the type area, 62 points at the widest."""
    return max(26, min(62, int(156 / 0.3528 / max(1, len(words)))))


def _title(word: Word, document: Document) -> None:
    if document.head:
        _empty(word, 2)
    for line in document.title.split("\n"):
        shown = _centred(word, line, fonts.TITLE, SIZE_TITLE)
        ooxml.exact(shown.paragraph_format, TITLE_LINE)
        ooxml.off_grid(shown)
        ooxml.mark_title(shown)
    if not document.head and document.number:
        _centred(word, document.number, fonts.KAI, SIZE_BODY)
    _empty(word, 1)


def _blocks(word: Word, given: Iterable[Block]) -> None:
    for block in given:
        if isinstance(block, Paragraph):
            _paragraph(word, block)
        elif isinstance(block, Table):
            _table(word, block)
        else:
            _chart(word, block)


def _paragraph(word: Word, block: Paragraph) -> None:
    style = f"Heading {block.level}" if block.level else "Normal"
    shown = word.add_paragraph(style=style)
    if block.centred:
        shown.alignment = ALIGN.CENTER
    else:
        shown.paragraph_format.first_line_indent = 2 * CHARACTER
        ooxml.indent_characters(shown, 200)
        shown.alignment = ALIGN.JUSTIFY
    shown.paragraph_format.keep_with_next = bool(block.level) and not block.lead
    face = FACES[block.level]
    _runs(shown, block.lead, face)
    _runs(shown, block.runs, fonts.BODY if block.lead else face)


def _table(word: Word, block: Table) -> None:
    if block.title:
        _centred(word, block.title, fonts.HEI, SIZE_SMALL).paragraph_format.keep_with_next = True
    shown = word.add_table(rows=1, cols=len(block.head), style="Table Grid")
    shown.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, words in zip(shown.rows[0].cells, block.head, strict=True):
        _cell(cell.paragraphs[0], ((words, False),), face=fonts.HEI, align=ALIGN.CENTER)
    ooxml.repeated(shown.rows[0])
    for row in block.rows:
        cells = shown.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            _cell(cell.paragraphs[0], _pieces(value), face=fonts.BODY, align=_side(value))
    for row in shown.rows:
        ooxml.unbroken(row)
    if block.note:
        _words(word.add_paragraph(), block.note, fonts.KAI, SIZE_SMALL - 2)


def _cell(
    shown: WordParagraph, pieces: Iterable[tuple[str, bool]], *, face: str, align: ALIGN
) -> None:
    shown.alignment = align
    ooxml.single(shown)
    shown.paragraph_format.space_before = shown.paragraph_format.space_after = Pt(3)
    for words, by_hand in pieces:
        ooxml.by_hand(_words(shown, words, face, SIZE_SMALL - 2), by_hand)


def _pieces(cell: Cell) -> list[tuple[str, bool]]:
    return [(run.text, run.by_hand) for run in cell.runs]


def _side(cell: Cell) -> ALIGN:
    return ALIGN.RIGHT if cell.is_number else ALIGN.LEFT


def _chart(word: Word, block: Chart) -> None:
    shown = word.add_paragraph()
    shown.alignment = ALIGN.CENTER
    ooxml.single(shown)
    picture = shown.add_run().add_picture(BytesIO(charts.png(block)), width=Mm(150))
    ooxml.describe(picture, block.title)


def _attachments(word: Word, document: Document) -> None:
    """附件说明, one empty line under the text."""
    if not document.attachments:
        return
    _empty(word, 1)
    several = len(document.attachments) > 1
    for number, name in enumerate(document.attachments, start=1):
        begin = ("附件：" if number == 1 else "　　　") + (f"{number}." if several else "")
        shown = _line(word, f"{begin}{name}", indent=2)
        ooxml.hanging(shown, width_of(begin) * CHARACTER)  # a second line begins under the name


def _signature(word: Word, document: Document) -> None:
    """署名 over 成文日期; the seal goes over both, so three lines stay free above (加盖印章)."""
    if not (document.signature or document.signed_on):
        return
    _not_alone(word, 3 if document.seal else 2)
    name, day = signature_indents(document)
    if document.signature:
        shown = _right(word, document.signature, name)
        shown.paragraph_format.keep_with_next = True
        if document.seal:
            ooxml.bookmark(shown, "seal")
    if document.signed_on:
        _right(word, day_words(document.signed_on), day)
    if document.note:
        _line(word, f"（{document.note}）", indent=2)


def _not_alone(word: Word, free: int) -> None:
    """Empty lines, and the last of the text, go over to the next page with the signature."""
    last = word.element.body[-2]  # behind it stands only the section
    if isinstance(last, CT_P):
        WordParagraph(last, word._body).paragraph_format.keep_with_next = True
    for _ in range(free):
        word.add_paragraph().paragraph_format.keep_with_next = True


def _colophon(word: Word, document: Document) -> None:
    """版记: 抄送 and 印发 between rules, at the foot of its page."""
    rows = colophon(document)
    if not rows:
        return
    shown = word.add_table(rows=0, cols=1)
    high = sum(lines_of(left, right) * SMALL_LINE + 60 for left, right in rows)
    ooxml.at_the_foot(shown, FOOT - high)
    for number, (left, right) in enumerate(rows):
        cell = shown.add_row().cells[0]
        words = cell.paragraphs[0]
        ooxml.exact(words.paragraph_format, SMALL_LINE)
        ooxml.tab(words, Mm(152))
        _words(words, f"　{left}" + (f"\t{right}　" if right else ""), fonts.BODY, SIZE_SMALL)
        if left.startswith(COPIES):
            ooxml.hanging(words, width_of(f"　{COPIES}") * Pt(SIZE_SMALL), begin=Pt(0))
        ooxml.off_grid(words)
        ooxml.ruled(cell, first=number == 0, last=number == len(rows) - 1)
    anchor = word.add_paragraph()  # a table that floats needs something to float beside
    ooxml.exact(anchor.paragraph_format, 20)
    ooxml.off_grid(anchor)


def lines_of(left: str, right: str) -> int:
    """How many lines a row of the colophon takes; the second begins under the first name."""
    whole = 156 / 25.4 * 72 / SIZE_SMALL - 2
    width = width_of(left) + width_of(right)
    hung = width_of(COPIES) if left.startswith(COPIES) else 0
    return 1 if width <= whole else 1 + ceil((width - whole) / (whole - hung))


# --- small things ---------------------------------------------------------------------------------


def _line(word: Word, words: str, *, indent: int, face: str = fonts.BODY) -> WordParagraph:
    shown = word.add_paragraph()
    if indent:
        shown.paragraph_format.left_indent = indent * CHARACTER
    _words(shown, words, face)
    return shown


def _centred(word: Word, words: str, face: str, size: int, *, colour: str = "") -> WordParagraph:
    shown = word.add_paragraph()
    shown.alignment = ALIGN.CENTER
    run = _words(shown, words, face, size)
    if colour:
        ooxml.colour(run, colour)
    return shown


def _right(word: Word, words: str, characters: float) -> WordParagraph:
    shown = word.add_paragraph()
    shown.alignment = ALIGN.RIGHT
    shown.paragraph_format.right_indent = Pt(16 * characters)
    _words(shown, words, fonts.BODY)
    return shown


def _runs(shown: WordParagraph, runs: Text, face: str) -> None:
    for run in runs:
        ooxml.by_hand(_words(shown, run.text, face), run.by_hand)


def _words(shown: WordParagraph, words: str, face: str, size: float = SIZE_BODY) -> ooxml.Run:
    run = shown.add_run(words)
    ooxml.dress(run._r.get_or_add_rPr(), face, size)
    return run


def _empty(word: Word, count: int) -> None:
    for _ in range(count):
        word.add_paragraph()


def _properties(word: Word, document: Document) -> None:
    day = document.signed_on or date(2000, 1, 1)
    kept = word.core_properties
    kept.title, kept.author, kept.language = document.title, document.signature, "zh-CN"
    kept.subject, kept.comments, kept.last_modified_by = document.number, "", ""
    kept.created = kept.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (OPC)
    kept.revision = 1


def _settled(word: Word) -> bytes:
    """The same document as the same bytes: entries in order, without the hour of writing."""
    written, kept = BytesIO(), BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(kept, "w") as out:
        for name in sorted(given.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, given.read(name))
    return kept.getvalue()
