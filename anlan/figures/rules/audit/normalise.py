"""From a copied page to text that rules can read, with the way back (归一).

Traditional becomes simplified, full width half; page numbers, line breaks inside sentences and
spaces inside figures go. Every character kept remembers where it stood in the original.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_SAME = str.maketrans(
    {
        "．": ".",
        "﹣": "-",
        "－": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "～": "~",
        "〜": "~",
        "∼": "~",
        "﹪": "%",
        "％": "%",
        "、": "、",
        "﹐": ",",
        "﹔": ";",
        "〔": "[",
        "〕": "]",
        "﹝": "[",
        "﹞": "]",
        "【": "[",
        "】": "]",
        "\u3000": " ",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\r": "\n",
        "\u2028": "\n",
        "\f": "\n",
        "\v": "\n",
    }
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_PAGE_NUMBER = re.compile(
    r"-{1,2} *\d{1,4} *-{1,2}|\d{1,3} */ *\d{1,3}|第 *\d{1,4} *页(?:[,/ ]*共 *\d{1,4} *页)?|\d{1,3}"
)
# "發(fā)現(xiàn)": a converter's reading in parentheses; a tone mark shows that it is no unit
_READING = re.compile(
    rf"(?<=[{_HAN}])\((?=[a-zü]*[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňḿ])[a-züāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňḿ]{{1,6}}\)"
)
_SPACES = re.compile(r" +")
_COLUMN = re.compile(r"(?<=[^ \n])(?<![合总小共]) {2,}(?=[^ \n])|(?<=[合总小共]) {2,}(?=[^计 \n])")
_NUMBER = re.compile(r"[-+]?\d[\d,.]*%?|-|/")
_DIGITS_APART = re.compile(  # 2 0 2 2 年, 从4 0 个
    rf"(?<![\d.])\d(?: \d){{2,}}(?![\d.])|(?<=[{_HAN}])\d \d(?= [{_HAN}])"
)
_POINT_APART = re.compile(r"(?<=\d) +\. *(?=\d)")  # 22 . 54 万
_THOUSANDS_APART = re.compile(r"(?<![\d.] )(?<![\d.])[1-9]\d{0,2}(?: \d{3})+(?![\d.]| \d)")
_HEADING = re.compile(
    r" *(?:[一二三四五六七八九十]{1,3}[、.是]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.)](?!\d)"
    r"|第[一二三四五六七八九十\d]{1,3}[章节条部]|附件|附表|表\d|图\d|[●■◆▪•★☆-])"
)
_ENDED = "。!?;:;：)]”」』>》…|"
SHORTEST_WRAPPED = 18  # a shorter line is a heading or a signature, no upper half of a sentence


@dataclass(frozen=True)
class Clean:
    """Text for the rules, and where each of its characters stood."""

    text: str
    places: tuple[int, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the clean text stands for."""
        if start >= end:
            place = self.places[start] if start < len(self.places) else 0
            return place, place
        return self.places[start], self.places[end - 1] + 1

    def forth(self, place: int) -> int:
        """The first clean position at or behind a place of the original."""
        return bisect_left(self.places, place)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1 << 15)
def _simple(char: str) -> str:
    one: str = _converter().convert(char)
    return one if len(one) == 1 else char


def simplified(text: str) -> str:
    """Simplified characters, one for one (繁转简): offsets stay what they were."""
    return text.translate({ord(char): _simple(char) for char in set(text) if not char.isascii()})


def normalise(original: str) -> Clean:
    """The text as the rules read it, each character with its place in the original (归一)."""
    text = _columns(simplified(original).translate(_SAME))
    keep = bytearray(b"\x01") * len(text)
    for pattern in (_INVISIBLE, _READING):
        _drop(pattern, text, keep)
    _drop_page_numbers(text, keep)
    text, places = _kept(text, range(len(text)), keep)
    text, places = _unwrapped(text, places)
    return Clean(*_unspaced(text, places))


def _drop(pattern: re.Pattern[str], text: str, keep: bytearray) -> None:
    for found in pattern.finditer(text):
        start, end = found.span()
        keep[start:end] = bytes(end - start)


def _drop_page_numbers(text: str, keep: bytearray) -> None:
    """With the blank lines around them: the sentence goes on overleaf (页码)."""
    start = at = 0  # where the blank lines begin
    numbered = False
    for line in text.split("\n"):
        bare = line.strip(" ")
        if bare and not _PAGE_NUMBER.fullmatch(bare):
            if numbered:
                keep[start:at] = bytes(at - start)
            start, numbered = at + len(line) + 1, False
        else:
            numbered = numbered or bool(bare)
        at += len(line) + 1
    if numbered:
        keep[start : len(text)] = bytes(max(0, len(text) - start))


Places = tuple[int, ...] | range


def _kept(text: str, places: Places, keep: bytearray) -> tuple[str, Places]:
    if all(keep):
        return text, places
    pairs = [(char, place) for char, place, kept in zip(text, places, keep, strict=True) if kept]
    return "".join(char for char, _ in pairs), tuple(place for _, place in pairs)


def _columns(text: str) -> str:
    """Columns set apart by spaces, or by strokes, become cells; no character moves (列对齐的表)."""
    if "|" not in text and "  " not in text:
        return text
    lines = text.split("\n")
    wide = [len(_COLUMN.findall(line)) for line in lines]
    for at, line in enumerate(lines):
        if line.count("|") > 1:
            lines[at] = line.replace("|", "\t")
        elif _is_row(lines, wide, at):
            lines[at] = _COLUMN.sub(lambda gap: "\t" + " " * (len(gap[0]) - 1), line)
    return "\n".join(lines)


def _is_row(lines: Sequence[str], wide: Sequence[int], at: int) -> bool:
    """As many gaps as the line above or below it, and a number in one of the two."""
    beside = [n for n in (at - 1, at + 1) if 0 <= n < len(lines) and wide[n] == wide[at]]
    told = [words for n in (at, *beside) for words in lines[n].split()]
    return wide[at] > 1 and bool(beside) and any(map(_NUMBER.fullmatch, told))


def _unwrapped(text: str, places: Places) -> tuple[str, Places]:
    """Join lines that a page broke inside a sentence; a blank line or an indent ends one."""
    keep = bytearray(b"\x01") * len(text)
    for gap in re.finditer(r"(?<! ) *\n *(?![\n ])", text):
        start, end = gap.span()
        before = text[text.rfind("\n", 0, start) + 1 : start].strip()
        after = text[end : end + 12]
        if _is_wrapped(before, after, indent=gap.group().rsplit("\n", 1)[1]):
            keep[start:end] = bytes(end - start)
    return _kept(text, places, keep)


def _is_wrapped(before: str, after: str, *, indent: str) -> bool:
    if "\t" in before or "\t" in after:
        return False  # rows of a table
    if len(before) < SHORTEST_WRAPPED or not after or before[-1] in _ENDED:
        return False
    if before[-1] in "、,":
        return not _HEADING.match(after)
    return len(indent) < 2 and not _HEADING.match(after)


def _unspaced(text: str, places: Places) -> tuple[str, tuple[int, ...]]:
    """Drop spaces beside Chinese, marks and units; those inside one figure; keep gaps of tables."""
    keep = bytearray(b"\x01") * len(text)
    for pattern in (_DIGITS_APART, _THOUSANDS_APART, _POINT_APART):
        for found in pattern.finditer(text):
            for at in range(*found.span()):
                keep[at] = text[at] != " "
    for gap in _SPACES.finditer(text):
        start, end = gap.span()
        left, right = text[start - 1 : start], text[end : end + 1]
        # Several digits beside several digits are two figures of a table; so are words there.
        if not (_is_latin(left, ".%)") and _is_latin(right, "(")) and end - start < 3:
            keep[start:end] = bytes(end - start)
    text, kept = _kept(text, places, keep)
    return text, tuple(kept)


def _is_latin(char: str, marks: str) -> bool:
    return char.isascii() and char != "" and (char.isalnum() or char in marks)
