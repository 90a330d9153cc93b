"""An official document as HTML: as on paper, and every number opens what it counts (网页)."""

from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path

from . import charts
from .values import Block, Cell, Chart, Document, Paragraph, Run, Table, Text
from .wording import colophon, day_words

Address = Callable[[str], str]
TAGS = {0: "p", 1: "h2", 2: "h3", 3: "p", 4: "p"}
LOOK = Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def page_of(document: Document, *, address: Address | None = None, after: str = "") -> str:
    """A whole page that needs nothing else; `after` is HTML that follows the document."""
    body = article_of(document, address=address)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{LOOK}</style></head>\n"
        f"<body>{body}{after}</body></html>\n"
    )


def article_of(document: Document, *, address: Address | None = None) -> str:
    """The document alone, to stand on a page of the site; `address` turns a ref into a link."""
    return f'<article class="official">{"".join(_parts(document, address or _nowhere))}</article>'


def _nowhere(ref: str) -> str:
    return ""


def _parts(document: Document, address: Address) -> Iterator[str]:
    yield from _front(document)
    yield from _blocks(document.blocks, address)
    yield from _end(document)
    for annex in document.annexes:
        yield f"<h1>附件　{escape(annex.title)}</h1>"
        yield from _blocks(annex.blocks, address)
    if rows := colophon(document):
        lines = (f"<p><span>{escape(a)}</span><span>{escape(b)}</span></p>" for a, b in rows)
        yield f'<footer class="colophon">{"".join(lines)}</footer>'


def _front(document: Document) -> Iterator[str]:
    """What stands above the text."""
    if document.draft:
        yield '<p class="draft">未定稿</p>'
    for words in filter(None, (document.copy_number, document.secrecy, document.urgency)):
        yield f'<p class="to">{escape(words)}</p>'
    number = f'<p class="number">{escape(document.number)}</p>' if document.number else ""
    if document.head:
        yield f'<p class="head">{escape(document.head)}</p>{number}<hr class="red">'
    yield f"<h1>{escape(document.title)}</h1>"
    if not document.head:
        yield number
    if document.addressees:
        yield f'<p class="to">{escape("、".join(document.addressees))}：</p>'


def _end(document: Document) -> Iterator[str]:
    """What stands below the text: attachments, signature, date."""
    for name in document.attachments:
        yield f"<p>附件：{escape(name)}</p>"
    if document.signature:
        yield f'<p class="sign">{escape(document.signature)}</p>'
    if document.signed_on:
        yield f'<p class="sign">{day_words(document.signed_on)}</p>'
    if document.note:
        yield f"<p>（{escape(document.note)}）</p>"


def _blocks(given: Iterable[Block], address: Address) -> Iterator[str]:
    for block in given:
        if isinstance(block, Paragraph):
            yield _paragraph(block, address)
        elif isinstance(block, Table):
            yield _table(block, address)
        else:
            yield _chart(block)


def _paragraph(block: Paragraph, address: Address) -> str:
    tag = "p" if block.lead else TAGS[block.level]
    style = ' class="centred"' if block.centred else ""
    lead = f'<span class="lead">{_text(block.lead, address)}</span>' if block.lead else ""
    return f"<{tag}{style}>{lead}{_text(block.runs, address)}</{tag}>"


def _table(block: Table, address: Address) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for words in block.head)
    rows = "".join(
        f"<tr>{''.join(_cell(cell, address) for cell in row)}</tr>" for row in block.rows
    )
    caption = f"<caption>{escape(block.title)}</caption>" if block.title else ""
    note = f"<p>{escape(block.note)}</p>" if block.note else ""
    inside = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide">{inside}{note}</div>'


def _cell(cell: Cell, address: Address) -> str:
    side = ' class="n"' if cell.is_number else ""
    return f"<td{side}>{_text(cell.runs, address)}</td>"


def _chart(block: Chart) -> str:
    return f"<figure>{charts.svg(block)}</figure>"


def _text(runs: Text, address: Address) -> str:
    return "".join(_run(run, address) for run in runs)


def _run(run: Run, address: Address) -> str:
    words = escape(run.text)
    if run.by_hand:
        words = f'<mark title="手工改写，与系统计算不一致时以台账为准">{words}</mark>'
    if run.ref and (where := address(run.ref)):
        words = f'<a href="{escape(where)}" data-figure="{escape(run.ref)}">{words}</a>'
    return words
