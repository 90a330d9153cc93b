"""Latin initials of Chinese words, by which people search on a keypad (拼音首字母).

温岭市 is found by `wls`. Dictionaries read many place names wrongly (长屿 as zhang yu), so a table
of readings goes first; and in a person's name the first character is read as a surname.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

# characters that are read otherwise when they are a surname
_SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "任": "ren",
    "朴": "piao",
    "区": "ou",
    "盖": "ge",
    "翟": "zhai",
    "缪": "miao",
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "尉": "wei",
    "纪": "ji",
    "冼": "xian",
    "召": "shao",
    "秘": "bi",
    "能": "nai",
    "黑": "he",
    "盛": "sheng",
    "乐": "yue",
}
_KEPT = re.compile(r"[a-z0-9]+")
_NOTHING: Mapping[str, str] = {}


def initials(text: str, readings: Mapping[str, str] = _NOTHING) -> str:
    """First letters of every character, digits and Latin letters as they are (首字母).

    `readings` gives the pinyin of whole words, syllables parted by blanks: 长屿 → "chang yu".
    """
    if not readings:
        return _by_dictionary(text)
    parts = _splitter(tuple(readings)).split(text)
    return "".join(
        "".join(syllable[0] for syllable in readings[part].split())
        if part in readings
        else _by_dictionary(part)
        for part in parts
    )


def initials_of_person(name: str) -> str:
    """The same for a person's name: 单 is read shan and not dan (姓名首字母)."""
    for length in (2, 1):
        surname = name[:length]
        if surname in _SURNAMES:
            first = "".join(syllable[0] for syllable in _SURNAMES[surname].split())
            return first + _by_dictionary(name[length:])
    return _by_dictionary(name)


@lru_cache(maxsize=8)
def _splitter(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


@lru_cache(maxsize=4096)
def _by_dictionary(text: str) -> str:
    from pypinyin import Style, lazy_pinyin  # half a second, and most processes never need it

    letters = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join("".join(_KEPT.findall(each.lower())) for each in letters)
