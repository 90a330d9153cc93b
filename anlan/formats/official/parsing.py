"""From the plain text that a clerk writes to the blocks of a document (文稿解析).

A line is a paragraph. It is a heading where it begins as one does in Chinese: 一、 then (一) then
1. then (1). Lines of |a|b| in a row are a table, the first of them its head; a line 表：… before
them is its title. Nothing else is markup: a text pasted from Word reads as it was meant.
"""

import re
from collections.abc import Iterable, Iterator

from .values import BODY, Block, Cell, Paragraph, Run, Table, Text, plain

LEVELS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[)）]"),
    re.compile(r"\d{1,2}[.．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[)）]"),
)
_TITLE = re.compile(r"表[：:]\s*(.*)")
_NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?%?|—|/")
_RUN_ON = 2  # 楷体 up to the full stop; below, a numbered paragraph is set as its text


class MarkupError(ValueError):
    """A line that cannot be read, which one, and how to mend it."""

    def __init__(self, line: int, words: str, *, mend: str = "") -> None:
        super().__init__(f"第{line}行：{words}")
        self.line, self.words, self.mend = line, words, mend


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text."""
    return blocks((Run(line),) for line in text.splitlines())


def blocks(given: Iterable[Text]) -> tuple[Block, ...]:
    """The blocks of lines that are runs already; empty lines are left out."""
    return tuple(_blocks(given))


def level_of(words: str) -> int:
    """0 for plain text, 1 to 4 for 一、(一)1.(1)."""
    for number, pattern in enumerate(LEVELS, start=1):
        if pattern.match(words):
            return number
    return BODY


def _blocks(given: Iterable[Text]) -> Iterator[Block]:
    rows: list[tuple[int, list[Text]]] = []
    title = ""
    for number, runs in enumerate(given, start=1):
        words = plain(runs).strip()
        if words.startswith("|") and words.endswith("|") and len(words) > 1:
            rows.append((number, _cells(runs)))
            continue
        if rows:
            yield _table(title, rows)
            rows, title = [], ""
        if named := _TITLE.fullmatch(words):
            title = named[1]
        elif words:
            yield _paragraph(_stripped(runs))
    if rows:
        yield _table(title, rows)


def _paragraph(runs: Text) -> Paragraph:
    level = level_of(plain(runs))
    if level != _RUN_ON:
        return Paragraph(runs, level)
    stop = plain(runs).find("。") + 1
    if not 0 < stop < len(plain(runs)):
        return Paragraph(runs, level)
    lead, rest = _split(runs, stop)
    return Paragraph(rest, level, lead)


def _table(title: str, rows: list[tuple[int, list[Text]]]) -> Table:
    head = [plain(cell) for cell in rows[0][1]]
    for number, cells in rows[1:]:
        if len(cells) != len(head):
            words = f"表头有{len(head)}栏，这一行有{len(cells)}栏"
            raise MarkupError(number, words, mend="请让每一行的竖线一样多")
    body = tuple(
        tuple(Cell(cell, _NUMBER.fullmatch(plain(cell)) is not None) for cell in cells)
        for _, cells in rows[1:]
    )
    return Table(title, tuple(head), body)


def _cells(runs: Text) -> list[Text]:
    """The runs of a line cut at its bars; what lies outside the outer bars is nothing."""
    cells: list[list[Run]] = [[]]
    for run in runs:
        first, *rest = run.text.split("|")
        cells[-1].append(_like(run, first))
        cells += [[_like(run, piece)] for piece in rest]
    return [_stripped(tuple(cell)) for cell in cells[1:-1]]


def _split(runs: Text, at: int) -> tuple[Text, Text]:
    before: list[Run] = []
    after: list[Run] = []
    for run in runs:
        cut = max(0, min(len(run.text), at))
        before.append(_like(run, run.text[:cut]))
        after.append(_like(run, run.text[cut:]))
        at -= len(run.text)
    return _full(before), _full(after)


def _stripped(runs: Text) -> Text:
    """Without blanks at both ends, and without runs that say nothing."""
    kept = list(_full(runs))
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = _like(kept[0], kept[0].text.lstrip())
        kept[-1] = _like(kept[-1], kept[-1].text.rstrip())
    return tuple(kept)


def _full(runs: Iterable[Run]) -> Text:
    return tuple(run for run in runs if run.text)


def _like(run: Run, text: str) -> Run:
    return Run(text, run.ref, run.by_hand)
