"""Pinyin initials by which choices are found: 泽国镇 is zgz (拼音首字母)."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=65536)
def initials(name: str, *, longest: int = 30) -> str:
    """Lower-case first letters; figures and Latin letters stay, other signs go."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: rest)
    return "".join(sign for sign in "".join(letters).lower() if sign.isalnum())[:longest]
