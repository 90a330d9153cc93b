"""What python-docx has no word for: grids, rules, odd and even page numbers (Word 底层)."""

from typing import Any

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Length, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.parfmt import ParagraphFormat
from docx.text.run import Run

from . import fonts

__all__ = ["Run"]

_FACES = ("w:ascii", "w:hAnsi", "w:cs")


def dress(properties: Any, face: str, size: float, *, closer: int = 0) -> None:
    """Name the typeface for every kind of letter, the size, and the language.

    `closer` is how many twips every character takes more, or less.
    """
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    named = _element("w:rFonts", {"w:eastAsia": face, "w:hint": "eastAsia"})
    for kind in _FACES:
        named.set(qn(kind), face if face in (fonts.SONG, fonts.BODY) else fonts.LATIN)
    properties.insert(0, named)
    if closer:
        _only(properties, "w:spacing", {"w:val": str(closer)})
    for tag in ("w:sz", "w:szCs"):
        _only(properties, tag, {"w:val": str(round(size * 2))})
    _only(properties, "w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN"})


def language(styles: Any) -> None:
    """The language of whatever says nothing itself."""
    for found in styles.iter(qn("w:lang")):
        found.set(qn("w:eastAsia"), "zh-CN")


def plain_heading(style: Any) -> None:
    """A built-in heading without its colour, weight and slant: only its level is wanted."""
    for tag in ("w:b", "w:bCs", "w:i", "w:iCs", "w:color"):
        for found in list(style.iter(qn(tag))):
            found.getparent().remove(found)


def grid(section: Section, *, line: int) -> None:
    """The grid of the type area: so many twips a line.

    Not of characters: LibreOffice and WPS give one that is a hair wider than its cell two cells.
    """
    found = section._sectPr.find(qn("w:docGrid"))
    if found is not None:
        section._sectPr.remove(found)
    told = {"w:type": "lines", "w:linePitch": str(line)}
    section._sectPr.append(_element("w:docGrid", told))


def exact(form: ParagraphFormat, twips: int) -> None:
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(twips / 20)


def single(shown: Paragraph) -> None:
    """As high as what stands on the line: pictures, tables, the letterhead."""
    form = shown.paragraph_format
    off_grid(shown)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.line_spacing = 1.0


def off_grid(shown: Paragraph) -> None:
    """Lines of another height: on the grid LibreOffice would give each of them two."""
    _before(shown._p.get_or_add_pPr(), _element("w:snapToGrid", {"w:val": "0"}), _AFTER_SNAP)


def indent_characters(shown: Paragraph, hundredths: int) -> None:
    """The first line's indent in characters, which follows the size."""
    shown._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), str(hundredths))


def hanging(shown: Paragraph, by: Length | float, *, begin: Length | None = None) -> None:
    """The first line begins where it did, or at `begin`; the others so much further in."""
    form = shown.paragraph_format
    first = begin if begin is not None else (form.left_indent or Pt(0))
    form.left_indent, form.first_line_indent = Length(int(first + by)), Length(-int(by))


def tab(shown: Paragraph, where: Length) -> None:
    shown.paragraph_format.tab_stops.add_tab_stop(where, WD_TAB_ALIGNMENT.RIGHT)


def colour(run: Run, rgb: str) -> None:
    run.font.color.rgb = RGBColor.from_string(rgb)


def by_hand(run: Run, is_so: bool) -> None:
    """Mark what somebody typed over a computed number: a dotted line under it."""
    if is_so:
        run.font.underline = WD_UNDERLINE.DOTTED


def mark_title(shown: Paragraph) -> None:
    """The title stands in the outline above all headings."""
    shown._p.get_or_add_pPr().append(_element("w:outlineLvl", {"w:val": "0"}))


def rule_below(shown: Paragraph, rgb: str, *, eighths: int, points: int) -> None:
    borders = _element("w:pBdr", {})
    told = {"w:val": "single", "w:sz": str(eighths), "w:space": str(points), "w:color": rgb}
    borders.append(_element("w:bottom", told))
    _before(shown._p.get_or_add_pPr(), borders, _AFTER_BORDERS)


def bookmark(shown: Paragraph, name: str) -> None:
    """A place that a program finds again: where the seal goes."""
    told = {"w:id": "1", "w:name": name}
    shown._p.append(_element("w:bookmarkStart", told))
    shown._p.append(_element("w:bookmarkEnd", {"w:id": "1"}))


def describe(picture: InlineShape, words: str) -> None:
    """What a picture shows, for whoever cannot see it."""
    picture._inline.docPr.set("descr", words)


# --- tables -----------------------------------------------------------------------------------


def repeated(row: _Row) -> None:
    """The head of a table stands on every page that it runs over."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))


def unbroken(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))


def at_the_foot(table: Table, top: int) -> None:
    """Hold a table to the foot of its page: its upper edge so many twips below the paper's."""
    told = {"w:vertAnchor": "page", "w:horzAnchor": "margin", "w:tblpXSpec": "center",
            "w:tblpY": str(top)}  # fmt: skip
    properties = table._tbl.tblPr
    placed = _element("w:tblpPr", told)
    style = properties.find(qn("w:tblStyle"))
    properties.insert(0 if style is None else 1, placed)
    width = properties.find(qn("w:tblW"))
    if width is not None:
        width.set(qn("w:type"), "pct")
        width.set(qn("w:w"), "5000")


def ruled(cell: _Cell, *, first: bool, last: bool) -> None:
    """Rules above and below: 0.35 mm at the ends, 0.25 mm between."""
    borders = _element("w:tcBorders", {})
    for side, is_outer in (("w:top", first), ("w:bottom", last)):
        told = {"w:val": "single", "w:sz": "8" if is_outer else "6", "w:color": "000000"}
        borders.append(_element(side, told))
    cell._tc.get_or_add_tcPr().append(borders)


# --- page numbers -----------------------------------------------------------------------------


def page_numbers(word: Word, size: float, *, draft: bool) -> None:
    """— 1 — in 4号 half-width 宋体: right on odd pages, left on even ones, one character in."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    sides = ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT))
    for footer, side in sides:
        shown = footer.paragraphs[0]
        shown.alignment = side
        form = shown.paragraph_format
        form.right_indent, form.left_indent = Pt(size), Pt(size)
        _say(shown, "— ", size)
        _field(shown, "PAGE", size)
        _say(shown, " —", size)
    if draft:
        for header in (section.header, section.even_page_header):
            header.paragraphs[0].alignment = ALIGN.RIGHT
            _say(header.paragraphs[0], "（未定稿）", size)


def _say(shown: Paragraph, words: str, size: float) -> Run:
    run = shown.add_run(words)
    dress(run._r.get_or_add_rPr(), fonts.SONG, size)
    return run


def _field(shown: Paragraph, code: str, size: float) -> None:
    for kind in ("begin", None, "end"):
        run = _say(shown, "", size)
        if kind:
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))
        else:
            told = OxmlElement("w:instrText")
            told.set(qn("xml:space"), "preserve")
            told.text = f" {code} "
            run._r.append(told)


# --- elements -----------------------------------------------------------------------------------

_AFTER_SNAP = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def _element(tag: str, told: dict[str, str]) -> Any:
    made = OxmlElement(tag)
    for name, value in told.items():
        made.set(qn(name), value)
    return made


def _only(properties: Any, tag: str, told: dict[str, str]) -> None:
    for old in properties.findall(qn(tag)):
        properties.remove(old)
    properties.append(_element(tag, told))


def _before(properties: Any, made: Any, following: tuple[str, ...]) -> None:
    """Word reads the parts of a paragraph only in their order."""
    for tag in following:
        found = properties.find(qn(tag))
        if found is not None:
            found.addprevious(made)
            return
    properties.append(made)
