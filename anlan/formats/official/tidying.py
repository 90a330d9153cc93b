"""Headings that lost their text go, and the numbers close up (标题整理).

A template leaves out what has nothing to say; the document that comes of it must not show the gap.
"""

from collections.abc import Iterable, Iterator

from .parsing import LEVELS
from .values import BODY, Block, Paragraph, Run, Text, plain

DIGITS = "零一二三四五六七八九十"
_ENDS = "。；：！？，"  # a sentence, not a heading
_BARE = (1, 2)  # levels that may stand alone; 1. and (1) begin their own text


def tidied(given: Iterable[Block]) -> tuple[Block, ...]:
    """Without empty headings, and numbered anew from one in each level."""
    return tuple(_numbered(_filled(list(given))))


def chinese(number: int) -> str:
    """1 to 99 as headings count: 一 … 十 … 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"


def _filled(given: list[Block]) -> list[Block]:
    """From the end, so that a heading whose only subheading went goes too."""
    kept: list[Block] = []
    for block in reversed(given):
        following = kept[-1] if kept else None
        if not (_is_bare(block) and _ends_here(block, following)):
            kept.append(block)
    return kept[::-1]


def _is_bare(block: Block) -> bool:
    if not isinstance(block, Paragraph) or block.level not in _BARE or block.lead:
        return False
    return not plain(block.runs).rstrip().endswith(tuple(_ENDS))


def _ends_here(block: Block, following: Block | None) -> bool:
    """Whether nothing of this heading's own comes before the next one as high."""
    if following is None:
        return True
    if not isinstance(block, Paragraph) or not isinstance(following, Paragraph):
        return False
    return BODY < following.level <= block.level


def _numbered(given: Iterable[Block]) -> Iterator[Block]:
    counts = [0] * (len(LEVELS) + 1)
    for block in given:
        if not isinstance(block, Paragraph) or block.level == BODY:
            yield block
            continue
        level = block.level
        counts[level] += 1
        counts[level + 1 :] = [0] * (len(LEVELS) - level)
        sign = _sign(level, counts[level])
        if block.lead:
            yield Paragraph(block.runs, level, _begun(block.lead, level, sign))
        else:
            yield Paragraph(_begun(block.runs, level, sign), level)


def _sign(level: int, number: int) -> str:
    signs = {
        1: f"{chinese(number)}、",
        2: f"（{chinese(number)}）",
        3: f"{number}.",
        4: f"（{number}）",
    }
    return signs[level]


def _begun(runs: Text, level: int, sign: str) -> Text:
    """The runs with their number exchanged; it may be cut into several runs."""
    found = LEVELS[level - 1].match(plain(runs))
    left = len(found[0]) if found else 0
    kept: list[Run] = []
    for run in runs:
        cut = min(left, len(run.text))
        left -= cut
        if run.text[cut:]:
            kept.append(Run(run.text[cut:], run.ref, run.by_hand))
    return (Run(sign), *kept)
