"""An official document as PDF, set by typst with fonts that it carries along (PDF 排版).

Nothing of the machine it runs on goes into it: no clock, no system fonts. The same document with
the same fonts is the same bytes.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from . import charts, fonts
from .docx import fitting
from .values import Block, Chart, Document, Paragraph, Table, plain
from .wording import colophon, day_words, signature_indents, width_of

LAYOUT = Path(__file__).with_name("layout.typ")
NARROWEST, WIDEST = 4.0, 24.0  # columns, in characters


class PdfError(ValueError):
    """The document cannot be set (PDF 排版失败)."""


def pdf_of(document: Document, *, fonts_of_site: Sequence[Path] = ()) -> bytes:
    """The bytes of the PDF; `fonts_of_site` are folders of the official typefaces."""
    with tempfile.TemporaryDirectory(prefix="anlan-pdf-") as folder:
        room = Path(folder)
        told = _told(document, room)
        (room / "document.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        layout = room / "main.typ"
        layout.write_text(LAYOUT.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            made = typst.compile(
                layout, root=room, font_paths=[*fonts_of_site, fonts.shipped()],
                ignore_system_fonts=True, format="pdf",
            )  # fmt: skip
        except typst.TypstError as wrong:
            raise PdfError(f"PDF 排版失败：{wrong}") from wrong
    return bytes(made)


def _told(document: Document, room: Path) -> dict[str, Any]:
    """Everything that the layout asks for, in words."""
    name, day = signature_indents(document)
    drawn: list[Chart] = []
    annexes = [
        {
            "label": f"附件{number if len(document.annexes) > 1 else ''}",
            "title": annex.title,
            "blocks": _blocks(annex.blocks, room, drawn),
        }
        for number, annex in enumerate(document.annexes, start=1)
    ]
    plainly = ("title", "head", "copy_number", "secrecy", "urgency", "number", "approver",
               "signature", "seal", "note", "draft")  # fmt: skip
    return {
        **{name: getattr(document, name) for name in plainly},
        "corner": sum(map(bool, (document.copy_number, document.secrecy, document.urgency))),
        "head_size": fitting(document.head),
        "addressees": "、".join(document.addressees),
        "blocks": _blocks(document.blocks, room, drawn),
        "annexes": annexes,
        "attachments": _attachments(document),
        "day": day_words(document.signed_on) if document.signed_on else "",
        "name_indent": name,
        "day_indent": day,
        "colophon": colophon(document),
        "fonts": {
            "title": fonts.families(fonts.TITLE),
            "body": fonts.families(fonts.BODY),
            "kai": fonts.families(fonts.KAI),
            "hei": fonts.families(fonts.HEI),
            "song": fonts.families(fonts.SONG),
        },
    }


def _attachments(document: Document) -> list[str]:
    several = len(document.attachments) > 1
    return [
        f"{'附件：' if n == 1 else '　　　'}{f'{n}.' if several else ''}{name}"
        for n, name in enumerate(document.attachments, start=1)
    ]


def _blocks(given: Iterable[Block], room: Path, drawn: list[Chart]) -> list[dict[str, Any]]:
    return [_block(block, room, drawn) for block in given]


def _block(block: Block, room: Path, drawn: list[Chart]) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", **asdict(block)}
    if isinstance(block, Table):
        return {"is": "table", **asdict(block), "widths": _widths(block)}
    drawn.append(block)
    file = f"chart-{len(drawn)}.svg"
    (room / file).write_text(charts.svg(block), encoding="utf-8")
    return {"is": "chart", "file": file, "title": block.title}


def _widths(table: Table) -> list[float]:
    """How wide each column is next to the others, by its longest words."""
    return [
        min(WIDEST, max(NARROWEST, width_of(head), *_spans(table, column)))
        for column, head in enumerate(table.head)
    ]


def _spans(table: Table, column: int) -> list[float]:
    return [width_of(plain(row[column].runs)) for row in table.rows] or [NARROWEST]
